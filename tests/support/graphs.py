"""Small graphs for tests of draws: nodes written by hand, or a few companies that supply one product; no database.

make_graph({
    "units": given(1000, low=500, high=2000, variate="units"),
    "content": given(100),
    "worth": computed("product", "units", "content"),
    "left": computed("sum", ("share", -1), constant=1, floor=0),
})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import nan
from typing import Any

import numpy as np

from exposure.model.distributions import Ranges
from exposure.model.evaluate import evaluate_centre
from exposure.model.graph import OPS, Graph
from exposure.model.sampler import Correlations
from exposure.uncertainty.scorer import Scorer
from exposure.uncertainty.sensitivity_measures import Group
from exposure.uncertainty.world import VARIED, World


@dataclass(frozen=True)
class Node:
    """A node with the names of its parts, each with its coefficient."""

    op: str
    parts: tuple[tuple[str, float], ...] = ()
    value: float = nan
    low: float = nan
    high: float = nan
    constant: float = nan
    floor: float = nan
    ceiling: float = nan
    variate: str | None = None
    fact_ids: tuple[str, ...] = ()


def given(value: float, **fields: Any) -> Node:
    """Return a fact."""
    return Node("fact", value=value, **fields)


def computed(op: str, *parts: str | tuple[str, float], **fields: Any) -> Node:
    """Return a node of its parts; a part without a coefficient has 1."""
    return Node(op, tuple((part, 1.0) if isinstance(part, str) else part for part in parts), **fields)


def make_graph(nodes: Mapping[str, Node]) -> Graph:
    """Return the graph of some nodes, in their order; those without a value get what follows from their parts."""
    number = {name: place for place, name in enumerate(nodes)}
    edges = [(number[name], number[part], weight) for name, node in nodes.items() for part, weight in node.parts]
    ends = ("value", "low", "high", "constant", "floor", "ceiling")
    graph = Graph(
        ids=list(nodes),
        op=np.array([OPS.index(node.op) for node in nodes.values()], np.intp),
        variate=[node.variate for node in nodes.values()],
        fact_ids=[node.fact_ids for node in nodes.values()],
        node=np.array([edge[0] for edge in edges], np.intp),
        child=np.array([edge[1] for edge in edges], np.intp),
        coefficient=np.array([edge[2] for edge in edges], float),
        **{end: np.array([getattr(node, end) for node in nodes.values()], float) for end in ends},
    )
    return replace(graph, value=np.where(np.isnan(graph.value), evaluate_centre(graph), graph.value))


# --- a few companies ----------------------------------------------------------------------


def make_world(
    shares: Ranges,
    *,
    units: Ranges | None = None,
    content: Ranges | None = None,
    sales: Ranges | None = None,
    roles: Sequence[int] = (),
    rivals: bool = False,
    correlation: float = 0.0,
) -> World:
    """Return a world in which each company has one share of one product and sales that are stated for the year.

    Each company's product is on a programme of its own, or, as `rivals`, all are on one. Figures are 1000 units, 100
    USD in each and sales of 1m unless given. `roles` are companies whose share is a weight on what the others leave
    over. Units of any two programmes have the `correlation`.

    | units/0 | content/0 | worth/0 | stated/0 | share/0 | term/0 | revenue/0 | sales/0 | exposure/0 | ...
    """
    count = len(shares)
    nodes = _supply(shares, units, content, sales, roles, rivals=rivals)
    nodes |= {f"revenue/{firm}": computed("sum", f"term/{firm}") for firm in range(count)}
    return _world(nodes, count, _correlate_units(nodes, correlation))


def one_supplier(shares: Ranges, units: Ranges | None = None, correlation: float = 0.0) -> World:
    """Return a world in which the first company has the shares of all programmes: its exposure is their sum."""
    nodes = _supply(shares, units)
    nodes["revenue/0"] = computed("sum", *(f"term/{number}" for number in range(len(shares))))
    return _world(nodes, len(shares), _correlate_units(nodes, correlation))


def _supply(
    shares: Ranges,
    units: Ranges | None = None,
    content: Ranges | None = None,
    sales: Ranges | None = None,
    roles: Sequence[int] = (),
    *,
    rivals: bool = False,
) -> dict[str, Node]:
    """Return the nodes from the inputs to the terms, as the views state them."""
    count, programmes = len(shares), 1 if rivals else len(shares)
    nodes = _inputs("units", units or exactly(np.full(programmes, 1000.0)))
    nodes |= _inputs("content", content or exactly(np.full(programmes, 100.0)))
    nodes |= _inputs("sales", sales or exactly(np.full(count, 1e6)))
    nodes |= _inputs("stated", shares)
    for programme in range(programmes):
        firms = range(count) if rivals else [programme]
        nodes[f"worth/{programme}"] = computed("product", f"units/{programme}", f"content/{programme}")
        nodes |= _fit_shares(programme, firms, shares, roles)
        nodes |= {f"term/{firm}": computed("product", f"worth/{programme}", f"share/{firm}") for firm in firms}
    return nodes


def _fit_shares(programme: int, firms: Sequence[int], shares: Ranges, roles: Sequence[int]) -> dict[str, Node]:
    stated = [firm for firm in firms if firm not in roles]
    room = max(sum(shares.base[firm] for firm in stated), 1.0)
    nodes = {
        f"sum/{programme}": computed("sum", *(f"stated/{firm}" for firm in stated)),
        f"room/{programme}": Node("input", value=room, low=1.0, high=1.0),
        f"fit/{programme}": computed("quotient", f"room/{programme}", f"sum/{programme}", ceiling=1.0),
        f"left/{programme}": computed("sum", (f"sum/{programme}", -1.0), constant=1.0, floor=0.0),
        f"roles/{programme}": computed("sum", *(f"stated/{firm}" for firm in firms if firm in roles), floor=1.0),
        f"rest/{programme}": computed("quotient", f"left/{programme}", f"roles/{programme}"),
    }
    for firm in firms:
        factor = f"rest/{programme}" if firm in roles else f"fit/{programme}"
        nodes[f"share/{firm}"] = computed("product", f"stated/{firm}", factor)
    return nodes


def _inputs(name: str, ranges: Ranges) -> dict[str, Node]:
    """Return inputs that move by themselves."""
    ends = zip(ranges.low, ranges.base, ranges.high, strict=True)
    return {
        f"{name}/{number}": given(base, low=low, high=high, variate=f"{name}/{number}")
        for number, (low, base, high) in enumerate(ends)
    }


def _world(nodes: dict[str, Node], count: int, correlations: Correlations) -> World:
    firms = [firm for firm in range(count) if f"revenue/{firm}" in nodes]
    graph = make_graph(nodes | {
        f"exposure/{firm}": computed("quotient", f"revenue/{firm}", f"sales/{firm}", ceiling=1.0) for firm in firms
    })  # fmt: skip
    roots = {factor: graph.numbers(f"{factor}/{firm}" for firm in range(count)) for factor in VARIED}
    return World(graph, correlations, tuple(map(str, range(count))), roots, ())


def _correlate_units(nodes: Mapping[str, Node], correlation: float) -> Correlations:
    names = sorted(name for name in nodes if name.startswith("units/"))
    return [(one, other, correlation) for one, other in combinations(names, 2) if correlation]


# --- scorers, groups, ranges --------------------------------------------------------------


def by_exposure(count: int, block: Sequence[int] | None = None, normalisation: str = "zscore") -> Scorer:
    """Return a profile that scores exposure alone."""
    blocks = np.zeros(count, np.intp) if block is None else np.array(block, np.intp)
    return Scorer({"exposure": 1.0}, {}, {"exposure": np.ones(count, bool)}, normalisation, 25, 3, blocks)


def group(world: World, *names: str) -> Group:
    """Return the group of some uncertain nodes, with the normals that move them."""
    uncertain = world.sampler.uncertain
    places = [uncertain.nodes.tolist().index(world.graph.number[name]) for name in names]
    rows = np.array(places, np.intp)
    return Group(rows, np.unique(uncertain.normal[rows]))


def exactly(values: Any) -> Ranges:
    """Return quantities that are known exactly."""
    return Ranges.of(values, values, values)


def around(values: Any, factor: Any) -> Ranges:
    """Return quantities that may be a factor lower or higher."""
    values = np.asarray(values, float)
    return Ranges.of(values / factor, values, values * factor)
