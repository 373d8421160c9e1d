from __future__ import annotations

import pytest

from exposure.errors import ExposureError
from exposure.scenarios.goals import parse_goal, parse_target


@pytest.mark.parametrize(
    ("reach", "value"),
    [
        ("rank 5", ("rank", 5)),
        ("exposure 0.30", ("exposure", 0.3)),
        ("Exposure 30%", ("exposure", 0.3)),
        ("revenue 2.0bn", ("revenue", 2e9)),
        ("revenue 350 m", ("revenue", 350e6)),
        ("revenue 1000000", ("revenue", 1e6)),
    ],
)
def test_a_target_is_read_as_it_is_written(reach: str, value: tuple[str, float]) -> None:
    target = parse_target(reach)
    assert target.what == value[0]
    assert target.value == pytest.approx(value[1])


@pytest.mark.parametrize(
    "reach", ["", "rank", "rank 0", "rank 2.5", "rank 5%", "exposure 30", "exposure 0", "exposure 1bn", "revenue 5%",
              "revenue -3bn", "score 70", "rank 5 please"],
)  # fmt: skip
def test_what_is_no_target_is_refused(reach: str) -> None:
    with pytest.raises(ExposureError, match="is no target"):
        parse_target(reach)


@pytest.mark.parametrize(
    ("by", "kind", "name"),
    [("units", "units", None), ("Share: cooling", "share", "cooling"), ("content:board", "content", "board")],
)
def test_what_may_move_is_a_kind_of_input_alone_or_with_a_name(by: str, kind: str, name: str | None) -> None:
    goal = parse_goal("rank 5", by)
    assert (goal.reach, goal.by, goal.kind, goal.name) == ("rank 5", by, kind, name)


@pytest.mark.parametrize("by", ["price", "units:", "", ":tpu"])
def test_anything_else_cannot_move(by: str) -> None:
    with pytest.raises(ExposureError, match=rf"^'{by}' is nothing that can be moved: write units, share or content"):
        parse_goal("rank 5", by)
