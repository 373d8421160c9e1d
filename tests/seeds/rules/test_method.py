"""The method is complete, has nothing else, and its correlations are possible together."""

from __future__ import annotations

from pathlib import Path

import pytest

from exposure.seeds.models.method import FINDINGS, PARAMETERS
from tests.support.seed_folders import DAY, Cells, fault, faults, shipped, world


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [
        ("tiers", "tier", "rumour"),
        ("sourcing_modes", "sourcing_mode", "participant"),
        *(("parameters", "parameter", name) for name in sorted(PARAMETERS)),
    ],
)
def test_the_method_is_complete(tmp_path: Path, table: str, column: str, name: str) -> None:
    folder = world(tmp_path, **{table: [row for row in shipped(table) if row[column] != name]})
    assert fault(folder) == f"{table}.csv:1 {column}: there is no row for {name!r}, which the method needs"


def test_two_tiers_of_one_rank_are_a_fault(tmp_path: Path) -> None:
    rows = shipped("tiers")
    rows[2] = {**rows[2], "rank": rows[1]["rank"]}
    assert fault(world(tmp_path, tiers=rows)) == (
        f"tiers.csv:4 rank: {rows[1]['rank']} is already the rank of {rows[1]['tier']!r}"
    )


def test_a_parameter_that_the_method_does_not_have_is_a_fault(tmp_path: Path) -> None:
    stray = {"parameter": "winsor_sdd", "value": 1, "reasoning": "x"}
    rows = [*shipped("parameters"), stray]
    assert fault(world(tmp_path, parameters=rows)) == (
        f"parameters.csv:{len(rows) + 1} parameter: 'winsor_sdd' is not a parameter of the method; "
        "did you mean 'winsor_sd'?"
    )


def test_a_waiver_of_an_unknown_kind_of_finding_is_a_fault(tmp_path: Path) -> None:
    waivers = [
        {
            "finding": finding,
            "finding_key": "k",
            "waived_on": DAY,
            "expires_on": "2026-12-31",
            "claim": "no_later_document:alpha",
        }
        | {"reason": "r"}
        for finding in (*FINDINGS, "revenue_gaps")
    ]
    assert fault(world(tmp_path, waivers=waivers)) == (
        f"waivers.csv:{len(waivers) + 1} finding: 'revenue_gaps' is not a kind of finding; did you mean 'revenue_gap'?"
    )


# --- correlations ------------------------------------------------------------------------


def _correlated(*pairs: tuple[str, str, float]) -> list[Cells]:
    names = ("left_id", "right_id", "correlation")
    return [dict(zip(names, pair, strict=True)) | {"reasoning": "One buyer"} for pair in pairs]


@pytest.mark.parametrize(
    ("again", "message"),
    [
        (("fam-1", "fam-2", 0.5), "the pair is already in correlations.csv:2"),
        (("fam-2", "fam-1", 0.3), "'fam-2' with 'fam-1' is already in correlations.csv:2"),
        (("fam", "fam", 0.3), "'fam' with 'fam' is already in correlations.csv:3"),
    ],
)
def test_a_pair_is_correlated_once_in_either_order(tmp_path: Path, again: tuple[str, str, float], message: str) -> None:
    rows = _correlated(("fam-2", "fam-1", 0.3), ("fam", "fam", 0.2), again)
    assert fault(world(tmp_path, correlations=rows)) == f"correlations.csv:4 left_id: {message}"


@pytest.mark.parametrize(
    ("pairs", "culprit"),
    [
        # two that follow a third at 0.9 follow each other at 0.62 at least
        ([("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9), ("fam-1", "fam-2", 0.6)], "fam-2"),
        ([("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9)], "fam-2"),
        ([("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9), ("fam-1", "fam-2", -0.9)], "fam-2"),
        # what is the same as another has the same correlations
        ([("fam", "fam-1", 1.0), ("fam", "fam-2", 0.5)], "fam-2"),
        ([("fam", "fam-1", 1.0), ("fam", "fam-2", 0.5), ("fam-1", "fam-2", 0.4)], "fam-2"),
    ],
)
def test_correlations_that_contradict_each_other_are_refused(
    tmp_path: Path, pairs: list[tuple[str, str, float]], culprit: str
) -> None:
    message = f"the correlations contradict each other: nothing can move like {culprit!r} with those before it"
    assert fault(world(tmp_path, correlations=_correlated(*pairs))) == f"correlations.csv:1 correlation: {message}"


@pytest.mark.parametrize(
    "pairs",
    [
        [("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9), ("fam-1", "fam-2", 0.63)],
        [("fam", "fam-1", 1.0), ("fam", "fam-2", 1.0), ("fam-1", "fam-2", 1.0)],
        [("fam", "fam-1", 1.0), ("fam", "fam-2", -0.5), ("fam-1", "fam-2", -0.5)],
        [("fam", "fam", 0.5), ("fam-1", "fam-2", -1.0)],
    ],
)
def test_correlations_that_are_possible_together_are_accepted(
    tmp_path: Path, pairs: list[tuple[str, str, float]]
) -> None:
    assert faults(world(tmp_path, correlations=_correlated(*pairs))) == []


def test_a_correlation_beyond_one_is_refused(tmp_path: Path) -> None:
    (message, *_) = faults(world(tmp_path, correlations=_correlated(("fam-1", "fam-2", 1.5))))
    assert message == "correlations.csv:2 correlation: 1.5 is not from -1 to 1"
