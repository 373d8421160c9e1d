"""Labels and groups of the uncertain inputs of the shipped evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exposure.engine import Engine
from exposure.model.world import World
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals, uncertain_inputs
from exposure.uncertainty.sensitivity_measures import number_normals
from exposure.uncertainty.uncertain_inputs import InputLabels, group_by_normal, group_inputs


@pytest.fixture(scope="module")
def shipped_world(shipped_db: Path) -> Iterator[tuple[World, InputLabels]]:
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        prepared = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)
        yield prepared.world, InputLabels(reader, 2026)


def test_every_uncertain_input_is_in_one_group(shipped_world: tuple[World, InputLabels]) -> None:
    world, labels = shipped_world
    uncertain = [number for number, _ in uncertain_inputs._uncertain_inputs(world)]
    assert len(uncertain) > 100
    for company in (0, world.company_ids.index("hon-hai")):
        grouped = [row for each in group_inputs(world, company, labels) for row in each.group.rows.tolist()]
        assert sorted(grouped) == uncertain


def test_a_parents_own_shares_include_those_of_its_consolidated_children(
    shipped_world: tuple[World, InputLabels],
) -> None:
    world, labels = shipped_world
    groups = group_inputs(world, world.company_ids.index("wistron"), labels)
    own = [world.inputs[row] for each in groups if "of Wistron" in each.label for row in each.group.rows]
    assert {one.company_id for one in own if one.kind in ("share", "counted", "role")} == {"wistron", "wiwynn"}


def test_unknowns_are_distinguishable_by_their_labels_and_facts(shipped_world: tuple[World, InputLabels]) -> None:
    world, labels = shipped_world
    named = [(labels.label(inputs), inputs[0].fact_ids) for inputs in group_by_normal(world).values()]
    assert len(named) == len(set(named))
    assert not [label for label, _ in named if "None" in label or "{" in label]


def test_each_variate_of_a_block_has_a_normal_of_its_own(shipped_world: tuple[World, InputLabels]) -> None:
    world, _ = shipped_world
    by_variate: dict[Any, set[int]] = defaultdict(set)
    for one, normal in zip(world.inputs, number_normals(world.network), strict=True):
        by_variate[one.block, one.variate].add(int(normal))
    numbers = [number for normals in by_variate.values() for number in normals]
    assert len(numbers) == len(by_variate) == len(set(numbers))
