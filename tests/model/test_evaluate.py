"""Evaluation of graphs: every op worked by hand, and what moves against an evaluation of everything, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
import pytest

from exposure.model.evaluate import Evaluator, evaluate_centre
from exposure.model.graph import OPS, Graph
from tests.support.graphs import Node, computed, given, make_graph

LEAVES = {"two": given(2), "three": given(3), "five": given(5), "none": given(0)}
#: 0 to 19 with the coefficients -1, 0, 1, -1, ...
PARTS = [(f"part{n}", float(n % 3 - 1)) for n in range(20)]
MANY = {f"part{n}": given(float(n)) for n in range(20)}


def evaluate(node: Node, **others: Node) -> float:
    """Return the central value of a node over the leaves."""
    graph = make_graph(LEAVES | MANY | others | {"node": node})
    return float(evaluate_centre(graph)[graph.number["node"]])


# --- ops ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (given(4), 4),
        (Node("input", value=4), 4),
        (computed("sum", "two", "three"), 5),
        (computed("sum", ("two", -1), ("three", 0.5), constant=10), 9.5),
        (computed("sum", "two"), 2),
        (computed("mean", ("two", 1), ("five", 2)), 4),
        (computed("mean", ("two", 0.1)), 2),
        (computed("mean", ("two", 0), ("five", 0)), 0),
        (computed("product", "two", "three", "five"), 30),
        (computed("product", "two"), 2),
        (computed("quotient", "three", "two"), 1.5),
        (computed("quotient", "three", "none"), 0),
        (computed("quotient", "none", "none"), 0),
        (computed("max", "two", "five", "three"), 5),
        (computed("max", "two"), 2),
        (computed("sum", "two", floor=3), 3),
        (computed("sum", "two", "three", floor=3), 5),
        (computed("product", "two", "three", ceiling=1), 1),
        (computed("quotient", "two", "five", ceiling=1), 0.4),
        (computed("sum", ("five", -1), constant=1, floor=0), 0),
    ],
)
def test_a_node_is_what_its_op_makes_of_its_parts(node: Node, value: float) -> None:
    assert evaluate(node) == pytest.approx(value, abs=1e-15)


def test_a_sum_or_mean_may_have_many_parts() -> None:
    # 2 - 0, 5 - 3, ..., 17 - 15, and -18
    assert evaluate(computed("sum", *PARTS, constant=1)) == 1 + 6 * 2 - 18
    weights = [(name, abs(weight)) for name, weight in PARTS]
    # of 0 to 19, which are 190, all but 1, 4, ..., 19, which are 70
    assert evaluate(computed("mean", *weights)) == pytest.approx(120 / 13)
    assert evaluate(computed("max", *MANY)) == 19


def test_a_node_of_several_levels_follows_those_below_it() -> None:
    half = computed("quotient", "two", "sum")
    assert evaluate(computed("product", "half", "five"), sum=computed("sum", "three", constant=1), half=half) == 2.5


def test_an_unknown_leaf_counts_as_nothing() -> None:
    assert evaluate(computed("sum", "two", "unknown"), unknown=Node("input")) == 2


# --- what moves ---------------------------------------------------------------------------

#: a worth, of which a share goes to a company, within the whole
WORTH = make_graph({
    "units": given(1000),
    "content": given(100),
    "stated": given(0.5),
    "other": given(0.25),
    "sum": computed("sum", "stated", "other"),
    "fit": computed("quotient", "whole", "sum", ceiling=1),
    "whole": given(1),
    "share": computed("product", "stated", "fit", ceiling=0.6),
    "worth": computed("product", "units", "content"),
    "term": computed("product", "worth", "share"),
    "alone": computed("product", "units", "other"),
})  # fmt: skip


def move(
    *roots: str, scaled: Mapping[str, list[float]] | None = None, fixed: Mapping[str, list[float]] | None = None
) -> Any:
    """Return roots where some nodes are multiplied or replaced."""
    scaled, fixed = scaled or {}, fixed or {}
    evaluator = Evaluator(WORTH, WORTH.numbers(roots), WORTH.numbers(scaled), WORTH.numbers(fixed))
    columns = len([*scaled.values(), *fixed.values()][0])
    return evaluator(columns, np.array([*scaled.values()]), np.array([*fixed.values()])).tolist()


def test_a_leaf_is_multiplied_in_each_column() -> None:
    assert move("term", "worth", scaled={"units": [1, 2, 0]}) == [[50_000, 100_000, 0], [100_000, 200_000, 0]]


def test_an_inner_node_is_multiplied_on_top_of_its_parts_and_within_its_ends() -> None:
    assert move("term", scaled={"worth": [3], "units": [2]}) == [[300_000]]
    assert move("share", scaled={"share": [1.1, 2]}) == [[pytest.approx(0.55), 0.6]]
    # twice 0.5 and 0.25 are fitted into the whole: 1 x 1 / 1.25, of which 0.6 remains
    assert move("fit", "share", scaled={"stated": [2]}) == [[pytest.approx(0.8)], [0.6]]


def test_a_leaf_stays_within_its_ceiling() -> None:
    graph = make_graph({"part": given(0.5, ceiling=1.0), "free": given(0.5)})
    evaluator = Evaluator(graph, graph.numbers(["part", "free"]), graph.numbers(["part", "free"]))
    assert evaluator(1, np.array([[3.0], [3.0]])).tolist() == [[1], [1.5]]


def test_a_node_that_is_replaced_depends_on_nothing() -> None:
    assert move("term", scaled={"units": [5]}, fixed={"worth": [7.0]}) == [[3.5]]
    assert move("worth", "term", fixed={"worth": [7.0]}) == [[7], [3.5]]


def test_a_root_that_nothing_moves_keeps_its_central_value() -> None:
    assert move("alone", "worth", scaled={"stated": [2, 3]}) == [[250, 250], [100_000, 100_000]]
    assert Evaluator(WORTH, WORTH.numbers(["term"]))(3).tolist() == [[50_000] * 3]


def test_only_what_lies_between_the_moving_nodes_and_the_roots_is_held_with_its_parts() -> None:
    """From `content` to `term` lie worth and term, made of units and share too; not `sum`, `fit` or `alone`."""
    held = Evaluator(WORTH, WORTH.numbers(["term"]), WORTH.numbers(["content"]))
    assert len(held) == len(["content", "units", "worth", "share", "term"])
    assert len(Evaluator(WORTH, WORTH.numbers(["alone"]), WORTH.numbers(["content"]))) == 0


def test_a_buffer_serves_one_call_after_another() -> None:
    evaluator = Evaluator(WORTH, WORTH.numbers(["term"]), WORTH.numbers(["units"]), WORTH.numbers(["share"]))
    buffer = evaluator.buffer(2)
    first, second = np.array([[1.0, 2.0]]), np.array([[4.0, 0.0]])
    assert evaluator(2, first, second, buffer).tolist() == [[400_000, 0]]
    assert evaluator(2, second, first, buffer).tolist() == evaluator(2, second, first).tolist() == [[400_000, 0]]


# --- everything, node by node -------------------------------------------------------------


def random_nodes(random: np.random.Generator, count: int = 60) -> dict[str, Node]:
    """Return leaves, then nodes of any op over nodes before them."""
    nodes: dict[str, Node] = {f"n{n}": given(float(random.uniform(0.5, 2))) for n in range(12)}
    for number in range(12, count):
        op = str(random.choice(OPS[2:]))
        width = 2 if op == "quotient" else int(random.choice([1, 2, 3, 15]))
        chosen = random.choice(list(nodes), min(width, number), replace=False)
        weights = random.choice([1.0, 0.5, 2.0], len(chosen))
        parts = [(str(part), float(weight)) for part, weight in zip(chosen, weights, strict=True)]
        # products and sums of products stay in a range that single precision holds
        ends = {"ceiling": 4.0, "floor": 0.25} if op != "max" else {"ceiling": 3.0}
        constant = {"constant": 1.0} if op == "sum" and random.random() < 0.5 else {}
        nodes[f"n{number}"] = computed(op, *parts, **ends, **constant)
    return nodes


def evaluate_all(nodes: Mapping[str, Node], scale: Mapping[str, float], fixed: Mapping[str, float]) -> list[float]:
    """Return all values, one node after another."""
    values: dict[str, float] = {}
    for name, node in nodes.items():
        x, c = [values[part] for part, _ in node.parts], [weight for _, weight in node.parts]
        weighted = sum(weight * value for weight, value in zip(c, x, strict=True))
        match node.op:
            case "sum":
                value = weighted + (0 if np.isnan(node.constant) else node.constant)
            case "mean":
                value = weighted / sum(c)
            case "product":
                value = prod(x)
            case "quotient":
                value = x[0] / x[1]
            case "max":
                value = max(x)
            case _:
                value = node.value
        value *= scale.get(name, 1)
        value = value if np.isnan(node.floor) else max(value, node.floor)
        value = value if np.isnan(node.ceiling) else min(value, node.ceiling)
        values[name] = fixed.get(name, value)
    return list(values.values())


@pytest.mark.parametrize(("dtype", "digits"), [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_what_moves_is_computed_as_if_everything_were_in_single_and_in_double_precision(
    dtype: Any, digits: float
) -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        nodes = random_nodes(random)
        graph = make_graph(nodes)
        names = random.choice(list(nodes), 8, replace=False).tolist()
        scaled, fixed = names[:5], names[5:]
        roots = graph.numbers(random.choice(list(nodes), 20, replace=False).tolist())
        scale, values = random.uniform(0.5, 2, (5, 3)), random.uniform(0.5, 2, (3, 3))
        evaluator = Evaluator(graph, roots, graph.numbers(scaled), graph.numbers(fixed), dtype)
        moved = evaluator(3, scale.astype(dtype), values.astype(dtype))
        assert moved.dtype == dtype
        for column in range(3):
            multiplied = dict(zip(scaled, scale[:, column], strict=True))
            replaced = dict(zip(fixed, values[:, column], strict=True))
            everything = np.array(evaluate_all(nodes, multiplied, replaced))
            assert moved[:, column] == pytest.approx(everything[roots], rel=digits)


def test_the_order_of_nodes_changes_nothing_but_rounding() -> None:
    for seed in range(10):
        random = np.random.default_rng(seed)
        nodes = random_nodes(random)
        graph = make_graph(nodes)
        turned = make_graph({name: nodes[name] for name in random.permutation(list(nodes)).tolist()})
        assert by_name(turned) == pytest.approx(by_name(graph), rel=1e-12)


def by_name(graph: Graph) -> dict[str, float]:
    return dict(sorted(zip(graph.ids, evaluate_centre(graph).tolist(), strict=True)))
