"""Steps: nodes that are computed some at a time are those that are computed all at once."""

from __future__ import annotations

import numpy as np
import pytest

from exposure.model import steps
from exposure.model.distributions import Floats, Index
from exposure.model.evaluate import Evaluator, evaluate_centre
from exposure.model.graph import OPS, Graph

LEAVES = 40
#: nodes of each op; one of each has children by the hundred
NODES = 25


def make_graph(op: str, random: np.random.Generator) -> Graph:
    """Return nodes of one op with 1 to 6 of the leaves as children each, and one with 300."""
    count = np.append(random.integers(1, 7, NODES - 1), 300) if op != "quotient" else np.full(NODES, 2)
    node = LEAVES + np.repeat(np.arange(NODES), count)
    size = LEAVES + NODES
    nothing = np.full(size, np.nan)
    floor, ceiling = nothing.copy(), nothing.copy()
    floor[LEAVES::3], ceiling[LEAVES + 1 :: 3] = 1.1, 1.2
    return Graph(
        ids=[f"n{number:02}" for number in range(size)],
        op=np.where(np.arange(size) < LEAVES, OPS.index("input"), OPS.index(op)),
        value=np.where(np.arange(size) < LEAVES, random.uniform(0.9, 1.1, size), np.nan),
        low=nothing,
        high=nothing,
        constant=np.where(np.arange(size) % 4 == 0, 0.5, np.nan) if op == "sum" else nothing,
        floor=floor,
        ceiling=ceiling,
        variate=[None] * size,
        fact_ids=[()] * size,
        node=node,
        child=random.integers(0, LEAVES, len(node)),
        coefficient=random.choice([1.0, 0.5, -1.0], len(node)),
    )


def evaluate(graph: Graph, scale: Floats, scaled: Index) -> Floats:
    return Evaluator(graph, np.arange(LEAVES, len(graph)), scaled)(scale.shape[1], scale)


@pytest.mark.parametrize("op", OPS[2:])
def test_nodes_are_the_same_however_many_are_computed_at_a_time(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    graph = make_graph(op, random)
    scaled = np.array([0, 1, 2, 3, LEAVES, LEAVES + 7, LEAVES + 24])
    scale = random.uniform(0.9, 1.1, (len(scaled), 3))
    at_once = evaluate(graph, scale, scaled)
    for size in (3, 7, 3 * NODES):
        monkeypatch.setattr(steps, "SLICE", size)
        assert evaluate(graph, scale, scaled).tobytes() == at_once.tobytes()


@pytest.mark.parametrize("op", OPS[2:])
def test_the_parts_of_many_nodes_are_joined_as_those_of_one(op: str) -> None:
    graph = make_graph(op, np.random.default_rng(2))
    values = evaluate_centre(graph)
    for node in range(LEAVES, len(graph)):
        edges = slice(graph.starts[node], graph.starts[node + 1])
        parts, coefficient = values[graph.child[edges]], graph.coefficient[edges]
        result = {
            "sum": coefficient @ parts + np.nan_to_num(graph.constant[node]),
            "mean": coefficient @ parts / (coefficient.sum() or 1),
            "product": parts.prod(),
            "quotient": parts[0] / parts[-1],
            "max": parts.max(),
        }[op]
        result = np.fmin(np.fmax(result, graph.floor[node]), graph.ceiling[node])
        assert values[node] == pytest.approx(result, rel=1e-12)


def test_nodes_may_share_a_factor() -> None:
    graph = make_graph("sum", np.random.default_rng(3))
    scaled, factors = np.array([4, 9, LEAVES]), np.array([1, 0, 1])
    scale = np.array([[1.5, 2.0], [0.5, 0.7]])
    shared = Evaluator(graph, np.arange(LEAVES, len(graph)), scaled, factors=factors)(2, scale)
    assert shared.tobytes() == evaluate(graph, scale[factors], scaled).tobytes()


def test_a_node_that_is_its_only_child_has_no_row_of_its_own() -> None:
    """A sum of one leaf; with another coefficient it is no longer the same."""
    nothing = np.full(2, np.nan)
    graph = Graph(
        ["leaf", "sum"], np.array([1, 2]), np.array([3.0, np.nan]), nothing, nothing, nothing, nothing, nothing,
        [None, None], [(), ()], np.array([1]), np.array([0]), np.array([1.0]),
    )  # fmt: skip
    double = Graph(**{**vars(graph), "coefficient": np.array([2.0])})
    for each, rows, value in ((graph, 1, 6), (double, 2, 12)):
        evaluator = Evaluator(each, np.array([1]), np.array([0]))
        assert len(evaluator) == rows
        assert evaluator(1, np.array([[2.0]])).tolist() == [[value]]
