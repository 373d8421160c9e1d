"""Labels and groups of the uncertain inputs of the shipped evidence."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from exposure.engine import Engine
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals
from exposure.uncertainty.uncertain_inputs import (
    InputGroup,
    UncertainInputs,
    group_inputs,
    label_inputs,
    read_uncertain_inputs,
)
from exposure.uncertainty.world import World

#: the one unknown that is a judgement of the method and rests on no document
PASSED = "part of a change of units that reaches stated figures"


class Shipped(NamedTuple):
    """The shipped world with its uncertain inputs."""

    world: World
    inputs: UncertainInputs

    def groups_of(self, company_id: str, name: str, *makers: str) -> list[InputGroup]:
        return group_inputs(self.inputs, self.world.sampler.uncertain, company_id, name, makers)

    def labels(self) -> dict[int, str]:
        return {normal: label_inputs(rows) for normal, rows in self.inputs.by_normal().items()}


@pytest.fixture(scope="module")
def shipped(shipped_db: Path) -> Shipped:
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        world = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile).world
        return Shipped(world, read_uncertain_inputs(reader, world))


def test_every_uncertain_input_is_in_one_group(shipped: Shipped) -> None:
    uncertain = shipped.world.sampler.uncertain
    assert len(shipped.inputs.rows) == len(uncertain.nodes) > 100
    for groups in (shipped.groups_of("quanta", "Quanta Computer"), shipped.groups_of("hon-hai", "Hon Hai", "hon-hai")):
        grouped = [row for each in groups for row in each.group.rows.tolist()]
        assert sorted(grouped) == list(range(len(uncertain.nodes)))


def test_a_parents_own_shares_include_those_of_its_consolidated_children(shipped: Shipped) -> None:
    groups = shipped.groups_of("wistron", "Wistron", "wistron", "wiwynn")
    own = [shipped.inputs.rows[row] for each in groups if "of Wistron" in each.label for row in each.group.rows]
    assert {one["company_id"] for one in own if one["kind"] in ("share", "counted", "role")} == {"wistron", "wiwynn"}
    assert {one["company_id"] for one in own if one["kind"] == "revenue"} == {"wistron"}


def test_unknowns_are_distinguishable_by_their_labels_and_facts(shipped: Shipped) -> None:
    by_normal = shipped.inputs.by_normal()
    named = [(label, tuple(by_normal[normal][0]["fact_ids"])) for normal, label in shipped.labels().items()]
    assert len(named) == len(set(named)) > 100
    assert not [label for label, _ in named if "None" in label or "{" in label]
    assert [label for label, fact_ids in named if not fact_ids] == [PASSED]


def test_an_input_is_labelled_with_its_year_unless_it_holds_for_both_or_has_none(shipped: Shipped) -> None:
    labels = set(shipped.labels().values())
    assert {"units of NVIDIA Grace Blackwell racks, 2026", "USD per TWD"} <= labels
    for normal, label in shipped.labels().items():
        rows = shipped.inputs.by_normal()[normal]
        years = {row["year"] for row in rows}
        is_dated = len(years) == 1 and rows[0]["kind"] not in ("fx", "stated", "pass_through")
        assert label.endswith(f", {min(year or 0 for year in years)}") == is_dated


def test_inputs_of_one_normal_are_those_of_one_variate_in_their_own_range(shipped: Shipped) -> None:
    world, uncertain = shipped.world, shipped.world.sampler.uncertain
    assert [uncertain.variates[normal] for normal in shipped.inputs.normals] == [
        world.graph.variate[node] for node in uncertain.nodes
    ]
    assert set(shipped.inputs.normals) == set(range(len(uncertain.variates)))
    assert all(0 <= row["low"] <= row["base"] <= row["high"] > row["low"] for row in shipped.inputs.rows)
