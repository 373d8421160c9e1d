"""The split itself, on games small enough to work out by hand, and on many at random."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.history import shapley as attribution

Worth = Callable[[frozenset[str]], float]
INPUTS = ("units", "content", "share", "revenue")

#: the worth of every set of the four inputs, any number
games = st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16).map(
    lambda values: dict(zip(attribution.subsets(INPUTS), values, strict=True)).__getitem__
)


def test_two_factors_of_a_product_share_what_they_do_together() -> None:
    before, after = {"units": 2.0, "content": 5.0}, {"units": 3.0, "content": 7.0}

    def worth(chosen: frozenset[str]) -> float:
        return prod((after if name in chosen else before)[name] for name in before)

    # from 10 to 21: units alone 5, content alone 4, and 2 that only both together bring
    assert attribution.parts(("units", "content"), worth) == {"units": 6.0, "content": 5.0}


def test_with_one_input_it_has_the_whole_change() -> None:
    assert attribution.parts(("units",), lambda chosen: 7.0 if chosen else 4.0) == {"units": 3.0}


def test_without_inputs_there_is_nothing_to_split() -> None:
    assert attribution.parts((), lambda chosen: float(len(chosen))) == {}


def test_every_set_is_asked_for_once() -> None:
    asked: list[frozenset[str]] = []

    def worth(chosen: frozenset[str]) -> float:
        asked.append(chosen)
        return 0.0

    attribution.parts(INPUTS, worth)
    assert len(asked) == len(set(asked)) == 16


@given(games)
def test_parts_sum_to_the_change(worth: Worth) -> None:
    change = worth(frozenset(INPUTS)) - worth(frozenset())
    assert sum(attribution.parts(INPUTS, worth).values()) == pytest.approx(change, abs=1e-9)


@given(games)
def test_the_way_back_is_the_negative_of_the_way_there(worth: Worth) -> None:
    there = attribution.parts(INPUTS, worth)
    back = attribution.parts(INPUTS, lambda chosen: worth(frozenset(INPUTS) - chosen))
    assert back == pytest.approx({name: -part for name, part in there.items()}, abs=1e-9)


@given(games, st.sampled_from(INPUTS))
def test_an_input_that_never_matters_has_no_part_at_all(worth: Worth, idle: str) -> None:
    assert attribution.parts(INPUTS, lambda chosen: worth(chosen - {idle}))[idle] == 0


@given(games)
def test_an_input_that_never_matters_takes_nothing_from_the_others(worth: Worth) -> None:
    with_idle = attribution.parts((*INPUTS, "idle"), lambda chosen: worth(chosen - {"idle"}))
    assert with_idle == pytest.approx(attribution.parts(INPUTS, worth) | {"idle": 0}, abs=1e-9)


@given(games)
def test_inputs_that_do_the_same_have_the_same_part(worth: Worth) -> None:
    def alike(chosen: frozenset[str]) -> float:
        return worth(chosen) + worth(frozenset({"units": "content", "content": "units"}.get(n, n) for n in chosen))

    found = attribution.parts(INPUTS, alike)
    assert found["units"] == pytest.approx(found["content"], abs=1e-9)


@given(games, games)
def test_parts_of_a_sum_are_the_sums_of_the_parts(one: Worth, other: Worth) -> None:
    first, second = attribution.parts(INPUTS, one), attribution.parts(INPUTS, other)
    both = attribution.parts(INPUTS, lambda chosen: one(chosen) + other(chosen))
    assert both == pytest.approx({name: first[name] + second[name] for name in INPUTS}, abs=1e-9)
