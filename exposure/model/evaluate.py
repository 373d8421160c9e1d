"""Evaluate a graph for one or many columns at once, where some nodes are scaled and others are fixed.

Nodes become rows of an array, (rows, columns): first those that are not computed, then one step after another. So a
step reads rows before its own, and fills rows next to each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from exposure.model.distributions import Floats, Index
from exposure.model.graph import OPS, Graph

#: divisors below this are nothing
_NOTHING = 1e-30
#: numbers that are computed at a time; they stay in the cache
_SLICE = 1 << 16
_EMPTY = np.zeros(0, np.intp)
_SUM, _MEAN, _QUOTIENT = (OPS.index(op) for op in ("sum", "mean", "quotient"))
_JOINS = {_SUM: np.add, OPS.index("product"): np.multiply, OPS.index("max"): np.maximum}

#: rows of children, and their coefficients unless all are 1
Children = tuple[Index, Floats | None]


@dataclass(frozen=True)
class Step:
    """Nodes of one level and one op, those of most children first."""

    op: int
    first: int
    count: int
    #: the first child of each node, the second of each that has one, ...
    places: list[Children]
    #: the later children of the few nodes that have many more than others
    rest: list[tuple[int, Children]]
    constant: Floats | None
    floor: Floats | None
    ceiling: Floats | None
    #: the nodes that are scaled, in order, and the factor of each
    scaled: Index
    factor: Index

    def fill(self, values: Floats, scale: Floats | None) -> None:
        """Compute the rows of the step, some at a time."""
        before, size = values[: self.first], max(1, _SLICE // values.shape[1])
        for start in range(0, self.count, size):
            nodes = slice(start, min(start + size, self.count))
            result = values[self.first + nodes.start : self.first + nodes.stop]
            self._combine(before, nodes, result)
            if self.constant is not None:
                result += self.constant[nodes]
            if len(self.scaled) and scale is not None:
                these = slice(*np.searchsorted(self.scaled, (nodes.start, nodes.stop)))
                result[self.scaled[these] - nodes.start] *= scale[self.factor[these]]
            if self.floor is not None:
                np.maximum(result, self.floor[nodes], out=result)
            if self.ceiling is not None:
                np.minimum(result, self.ceiling[nodes], out=result)

    def _combine(self, before: Floats, nodes: slice, result: Floats) -> None:
        part = np.empty_like(result)
        _take(before, self.places[0], nodes, result)
        if self.op == _QUOTIENT:
            _divide(result, _take(before, self.places[1], nodes, part))
            return
        join = _JOINS[self.op]
        for place in self.places[1:]:
            more = part[: len(place[0][nodes])]
            join(result[: len(more)], _take(before, place, nodes, more), out=result[: len(more)])
        for node, children in self.rest:
            if nodes.start <= node < nodes.stop:
                parts = np.empty((len(children[0]) + 1, before.shape[1]), before.dtype)
                parts[0] = result[node - nodes.start]
                _take(before, children, slice(None), parts[1:])
                join.reduce(parts, axis=0, out=result[node - nodes.start])


def _take(before: Floats, children: Children, nodes: slice, into: Floats) -> Floats:
    """Return the children of some nodes, times their coefficients."""
    rows, coefficient = children
    np.take(before, rows[nodes], axis=0, out=into, mode="clip")
    if coefficient is not None:
        into *= coefficient[nodes]
    return into


def _divide(above: Floats, below: Floats) -> None:
    """Divide in place; over nothing is 0."""
    nothing = np.abs(below) < _NOTHING
    if nothing.any():
        below[nothing] = np.inf
    above /= below


class Evaluator:
    """A graph ready for nodes that move.

    `scaled` nodes are multiplied, by the factors of these numbers or each by its own, and `fixed` ones replaced; only
    what lies between these and the `roots` is computed, and everything else keeps its central value.
    """

    def __init__(
        self,
        graph: Graph,
        roots: Index,
        scaled: Index = _EMPTY,
        fixed: Index = _EMPTY,
        dtype: Any = np.float64,
        factors: Index | None = None,
    ) -> None:
        self.dtype = np.dtype(dtype)
        centre = evaluate_centre(graph)
        factor = np.full(len(graph), -1)
        factor[scaled] = np.arange(len(scaled)) if factors is None else factors
        if len(fixed):  # a node that is replaced depends on nothing
            graph = _cut(graph, ~np.isin(graph.node, fixed))
        moving = graph.above(np.concatenate([scaled, fixed])) & graph.below(roots)
        graph, same = _pass_over(_cut(graph, moving[graph.node]), factor >= 0)
        self._moved = np.flatnonzero(moving[roots])
        used = np.zeros(len(graph), bool)
        used[graph.child] = used[same[roots[self._moved]]] = True
        given = used & (np.diff(graph.starts) == 0)
        leaf = given & moving & (factor >= 0)
        leaves = np.flatnonzero(leaf)
        uncomputed = np.concatenate([np.flatnonzero(given & ~leaf), leaves])
        row, self._steps = list_steps(graph, uncomputed, dtype, factor)
        self._still = len(uncomputed) - len(leaves)
        self._start = centre[uncomputed, None].astype(dtype)
        self._leaf_factors, self._leaf_ceiling = factor[leaves], _end(graph.ceiling[leaves], np.inf, dtype)
        self._fixed = np.flatnonzero(row[fixed] >= 0)
        self._fixed_rows = row[fixed[self._fixed]]
        self._rows = len(uncomputed) + sum(step.count for step in self._steps)
        self._central = centre[roots, None].astype(dtype)
        self._moved_rows = row[same[roots[self._moved]]]

    def __len__(self) -> int:
        return self._rows

    def buffer(self, columns: int) -> Floats:
        """Return room for calls with so many columns: what nothing moves stays in it."""
        values = np.empty((self._rows, columns), self.dtype)
        values[: len(self._start)] = self._start
        return values

    def __call__(
        self, columns: int, scale: Floats | None = None, fixed: Floats | None = None, buffer: Floats | None = None
    ) -> Floats:
        """Return the roots, (roots, columns), from factors (scaled, columns) and values (fixed, columns)."""
        values = self.buffer(columns) if buffer is None else buffer
        if fixed is not None:
            values[self._fixed_rows] = fixed[self._fixed]
        if scale is not None:
            leaves, start = values[self._still : len(self._start)], self._start[self._still :]
            np.take(scale, self._leaf_factors, axis=0, out=leaves, mode="clip")
            leaves *= start
            if self._leaf_ceiling is not None:
                np.minimum(leaves, self._leaf_ceiling, out=leaves)
        for step in self._steps:
            step.fill(values, scale)
        roots = np.repeat(self._central, columns, axis=1)
        roots[self._moved] = values[self._moved_rows]
        return roots


def evaluate_centre(graph: Graph) -> Floats:
    """Return every node's value where nothing moves."""
    leaves = np.flatnonzero(np.diff(graph.starts) == 0)
    row, steps = list_steps(graph, leaves, np.float64)
    values = np.empty((len(graph), 1))
    values[: len(leaves), 0] = np.nan_to_num(graph.value[leaves])
    for step in steps:
        step.fill(values, None)
    return np.asarray(values[row, 0])


def _cut(graph: Graph, edges: Any) -> Graph:
    """Return the graph with some of its edges."""
    return replace(graph, node=graph.node[edges], child=graph.child[edges], coefficient=graph.coefficient[edges])


def _pass_over(graph: Graph, kept: Any) -> tuple[Graph, Index]:
    """Return the graph without nodes that are nothing but their only child, and the node that each one is."""
    plain = np.isnan(graph.constant) & np.isnan(graph.floor) & np.isnan(graph.ceiling) & (graph.op != _QUOTIENT) & ~kept
    once = (np.diff(graph.starts) == 1)[graph.node] & plain[graph.node]
    once &= (graph.op[graph.node] != _SUM) | (graph.coefficient == 1)
    same = np.arange(len(graph))
    same[graph.node[once]] = graph.child[once]
    while (same[same] != same).any():
        same = same[same]
    graph = _cut(graph, ~once)
    return replace(graph, child=same[graph.child]), same


def list_steps(graph: Graph, given: Index, dtype: Any, factor: Index | None = None) -> tuple[Index, list[Step]]:
    """Return the row of each node, -1 for none, and the steps that compute rows from those of given nodes."""
    count = np.diff(graph.starts)
    kind = np.where(graph.op == _MEAN, _SUM, graph.op)
    whole = np.where(graph.op == _MEAN, np.bincount(graph.node, graph.coefficient, minlength=len(graph)), 1)
    of = graph.node
    weight = np.where(kind[of] == _SUM, graph.coefficient / np.where(whole == 0, 1, whole)[of], 1)
    weighted = np.zeros(len(graph), bool)
    weighted[of[weight != 1]] = True
    nodes = np.flatnonzero(count > 0)
    nodes = nodes[np.lexsort((-count[nodes], weighted[nodes], kind[nodes], graph.level[nodes]))]
    row = np.full(len(graph), -1)
    row[given] = np.arange(len(given))
    row[nodes] = len(given) + np.arange(len(nodes))
    child, steps, first = row[graph.child], [], len(given)
    keys = np.stack([graph.level[nodes], kind[nodes], weighted[nodes]])
    cuts = np.flatnonzero((np.diff(keys, axis=1) != 0).any(axis=0)) + 1
    for group in np.split(nodes, cuts) if len(nodes) else []:
        places, rest = _children(graph.starts[group], count[group], child, weight if weighted[group[0]] else None, dtype)
        scaled = np.flatnonzero(factor[group] >= 0) if factor is not None else _EMPTY
        steps.append(
            Step(
                int(kind[group[0]]), first, len(group), places, rest, _end(graph.constant[group], 0.0, dtype),
                _end(graph.floor[group], -np.inf, dtype), _end(graph.ceiling[group], np.inf, dtype), scaled,
                _EMPTY if factor is None else factor[group[scaled]],
            )
        )  # fmt: skip
        first += len(group)
    return row, steps


def _children(
    starts: Index, count: Index, child: Index, weight: Floats | None, dtype: Any
) -> tuple[list[Children], list[tuple[int, Children]]]:
    """Return the children by place of nodes with fewer and fewer of them, and those of places that few nodes have."""

    def select(edges: Any) -> Children:
        return child[edges], None if weight is None else weight[edges, None].astype(dtype)

    places: list[Children] = []
    most, number = int(count[0]), len(count)
    while len(places) < most and (not places or most - len(places) <= 2 * number):
        places.append(select(starts[:number] + len(places)))
        number = int(np.searchsorted(-count, -len(places)))
    done = len(places)
    rest = [
        (node, select(slice(starts[node] + done, starts[node] + count[node])))
        for node in range(number if done < most else 0)
    ]
    return places, rest


def _end(end: Floats, without: float, dtype: Any) -> Floats | None:
    """Return constants or ends as a column, or None where there are none."""
    return None if np.isnan(end).all() else np.where(np.isnan(end), without, end).astype(dtype)[:, None]
