"""The steps that compute a graph's nodes from those that are given.

Nodes are rows of an array, (rows, columns): first those that are given, then those of one step after another. So a step
reads rows before its own, and fills rows next to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exposure.model.distributions import Floats, Index
from exposure.model.graph import OPS, Graph

#: divisors below this are nothing
_NOTHING = 1e-30
#: numbers that are computed at a time; they stay in the cache
SLICE = 1 << 16
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
    places: Sequence[Children]
    #: the later children of the few nodes that have many more than others
    rest: Sequence[tuple[int, Children]] = ()
    constant: Floats | None = None
    floor: Floats | None = None
    ceiling: Floats | None = None
    #: the nodes that are scaled, in order, and the factor of each
    scaled: tuple[Index, Index] | None = None

    def fill(self, source: Floats, values: Floats, scale: Floats | None = None) -> None:
        """Compute the rows of the step, some at a time, from rows of the source."""
        size = max(1, SLICE // values.shape[1])
        for start in range(0, self.count, size):
            nodes = slice(start, min(start + size, self.count))
            result = values[self.first + nodes.start : self.first + nodes.stop]
            self._combine(source, nodes, result)
            if self.constant is not None:
                result += self.constant[nodes]
            if self.scaled is not None and scale is not None:
                scaled, factor = self.scaled
                some = slice(*np.searchsorted(scaled, (nodes.start, nodes.stop)))
                result[scaled[some] - nodes.start] *= scale[factor[some]]
            if self.floor is not None:
                np.maximum(result, self.floor[nodes], out=result)
            if self.ceiling is not None:
                np.minimum(result, self.ceiling[nodes], out=result)

    def _combine(self, source: Floats, nodes: slice, result: Floats) -> None:
        _take(source, self.places[0], nodes, result)
        part = np.empty_like(result)
        if self.op == _QUOTIENT:
            _divide(result, _take(source, self.places[1], nodes, part))
            return
        join = _JOINS[self.op]
        for place in self.places[1:]:
            more = part[: len(place[0][nodes])]
            if not len(more):
                break
            join(result[: len(more)], _take(source, place, nodes, more), out=result[: len(more)])
        for node, children in self.rest:
            if nodes.start <= node < nodes.stop:
                parts = np.empty((1 + len(children[0]), source.shape[1]), source.dtype)
                parts[0] = result[node - nodes.start]
                _take(source, children, slice(None), parts[1:])
                join.reduce(parts, axis=0, out=result[node - nodes.start])


def _take(source: Floats, children: Children, nodes: slice, into: Floats) -> Floats:
    """Return the children of some nodes, times their coefficients."""
    rows, coefficient = children
    np.take(source, rows[nodes], axis=0, out=into, mode="clip")
    if coefficient is not None:
        into *= coefficient[nodes]
    return into


def _divide(above: Floats, below: Floats) -> None:
    """Divide in place; over nothing is 0."""
    nothing = np.abs(below) < _NOTHING
    if nothing.any():
        below[nothing] = np.inf
    above /= below


def list_steps(graph: Graph, given: Index, factor: Index, dtype: Any) -> tuple[Index, list[Step]]:
    """Return the row of each node, -1 for none, and the steps that compute rows from those of given nodes.

    `factor` is the number of the factor of each node that is scaled, and -1 for others.
    """
    count, is_mean = np.diff(graph.starts), graph.op == _MEAN
    kind = np.where(is_mean, _SUM, graph.op)
    whole = np.bincount(graph.node, graph.coefficient, minlength=len(graph))
    divisor = np.where(is_mean & (whole != 0), whole, 1)[graph.node]
    weight = np.where(kind[graph.node] == _SUM, graph.coefficient / divisor, 1)
    nodes = np.flatnonzero(count > 0)
    nodes = nodes[np.lexsort((-count[nodes], kind[nodes], graph.level[nodes]))]
    row = np.full(len(graph), -1)
    row[given], row[nodes] = np.arange(len(given)), len(given) + np.arange(len(nodes))
    child, steps, first = row[graph.child], [], len(given)
    cuts = np.flatnonzero(np.diff(graph.level[nodes]) | np.diff(kind[nodes])) + 1
    for group in np.split(nodes, cuts) if len(nodes) else []:
        places, rest = _list_children(graph.starts[group], count[group], child, weight, dtype)
        constant = make_column(graph.constant[group], 0.0, dtype)
        floor = make_column(graph.floor[group], -np.inf, dtype)
        ceiling = make_column(graph.ceiling[group], np.inf, dtype)
        which = np.flatnonzero(factor[group] >= 0)
        scaled = (which, factor[group[which]]) if len(which) else None
        op = int(kind[group[0]])
        steps.append(Step(op, first, len(group), places, rest, constant, floor, ceiling, scaled))
        first += len(group)
    return row, steps


def _list_children(
    starts: Index, count: Index, child: Index, weight: Floats, dtype: Any
) -> tuple[list[Children], list[tuple[int, Children]]]:
    """Return the children by place, of ever fewer nodes, and the rest where many places would hold those of a few."""

    def select(edges: Any) -> Children:
        return child[edges], None if (weight[edges] == 1).all() else weight[edges, None].astype(dtype)

    places: list[Children] = []
    most, number = int(count[0]), len(count)
    while len(places) < most and (not places or most - len(places) <= 2 * number):
        places.append(select(starts[:number] + len(places)))
        number = int(np.searchsorted(-count, -len(places)))
    done = [start + len(places) for start in starts[:number].tolist()]
    ends = (starts[:number] + count[:number]).tolist()
    return places, [(node, select(slice(*edges))) for node, edges in enumerate(zip(done, ends, strict=True))]


def make_column(end: Floats, without: float, dtype: Any) -> Floats | None:
    """Return constants or ends as a column, or None where there are none."""
    return None if np.isnan(end).all() else np.where(np.isnan(end), without, end).astype(dtype)[:, None]
