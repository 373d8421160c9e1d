"""Graphs as arrays: numbers, edges, levels, and what depends on what."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.graphs import computed, given, make_graph

#: a and b make the sum c, which makes d with a; nothing is made of e
GRAPH = make_graph({
    "d": computed("product", "c", "a"),
    "c": computed("sum", "a", ("b", 2)),
    "a": given(3),
    "b": given(5),
    "e": given(7),
})  # fmt: skip


def names(mask: np.ndarray) -> set[str]:
    return {name for name, is_in in zip(GRAPH.ids, mask, strict=True) if is_in}


def test_ids_have_numbers_and_unknown_ids_have_minus_one() -> None:
    assert GRAPH.numbers(["a", "nothing", "d"]).tolist() == [2, -1, 0]
    assert len(GRAPH) == len(GRAPH.number) == 5


def test_the_edges_of_a_node_lie_between_its_start_and_the_next() -> None:
    assert GRAPH.starts.tolist() == [0, 2, 4, 4, 4, 4]
    parts = [GRAPH.ids[child] for child in GRAPH.child[GRAPH.starts[0] : GRAPH.starts[1]]]
    assert parts == ["c", "a"]


def test_the_level_of_a_node_is_its_longest_way_down_to_a_leaf() -> None:
    assert dict(zip(GRAPH.ids, GRAPH.level.tolist(), strict=True)) == {"a": 0, "b": 0, "e": 0, "c": 1, "d": 2}


@pytest.mark.parametrize("parts", [("a", "b"), ("a", "c")])
def test_a_cycle_is_refused(parts: tuple[str, str]) -> None:
    """Even where a node is computed from itself."""
    with pytest.raises(ValueError, match=r"^The graph has a cycle\.$"):
        make_graph({"a": given(1), "b": computed("sum", "a", "c"), "c": computed("sum", *parts)})


def test_what_depends_on_a_node_is_above_it_and_what_it_is_computed_from_is_below() -> None:
    assert names(GRAPH.above(GRAPH.numbers(["b"]))) == {"b", "c", "d"}
    assert names(GRAPH.above(GRAPH.numbers(["e"]))) == {"e"}
    assert names(GRAPH.below(GRAPH.numbers(["c"]))) == {"a", "b", "c"}
    assert names(GRAPH.below(GRAPH.numbers(["c", "e"]))) == {"a", "b", "c", "e"}
    assert names(GRAPH.below(GRAPH.numbers([]))) == set()


def test_a_graph_without_nodes_is_empty() -> None:
    empty = make_graph({})
    assert len(empty) == len(empty.level) == len(empty.above(np.zeros(0, np.intp))) == 0
