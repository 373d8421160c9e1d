"""Evaluate a graph for one or many columns at once, where some nodes are scaled and others are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from exposure.model.distributions import Floats, Index
from exposure.model.graph import OPS, Graph

#: divisors below this are nothing
_NOTHING = 1e-30
#: most parts that are added one after another; more are gathered first
_FEW = 12
_EMPTY = np.zeros(0, np.intp)
_LEAF, _PRODUCT, _QUOTIENT, _MAX = 1, OPS.index("product"), OPS.index("quotient"), OPS.index("max")
_LINEAR = (OPS.index("sum"), OPS.index("mean"))


@dataclass(frozen=True)
class Step:
    """Nodes of one level, one op and one number of children: `children[i]` are those of `rows[i]`."""

    op: int
    rows: Index
    children: Index
    coefficient: Floats
    constant: Floats | None
    floor: Floats | None
    ceiling: Floats | None

    def renumber(self, row: Index, dtype: Any) -> Step:
        """Return the step for arrays that hold some of the nodes, in single or in double precision."""

        def convert(end: Floats | None) -> Floats | None:
            return None if end is None else end.astype(dtype)

        return Step(
            self.op, row[self.rows], row[self.children], self.coefficient.astype(dtype), convert(self.constant),
            convert(self.floor), convert(self.ceiling),
        )  # fmt: skip


class Evaluator:
    """A graph ready for nodes that move.

    `scaled` nodes are multiplied, `fixed` ones replaced; only what lies between these and the `roots` is computed, and
    everything else keeps its central value.
    """

    def __init__(
        self, graph: Graph, roots: Index, scaled: Index = _EMPTY, fixed: Index = _EMPTY, dtype: Any = np.float64
    ) -> None:
        self.dtype = np.dtype(dtype)
        self._centre = evaluate_centre(graph)
        uncut = ~np.isin(graph.node, fixed)  # a node that is replaced depends on nothing
        graph = replace(graph, node=graph.node[uncut], child=graph.child[uncut], coefficient=graph.coefficient[uncut])
        moving = graph.above(np.concatenate([scaled, fixed])) & graph.below(roots)
        held = moving.copy()
        held[graph.child[moving[graph.node]]] = True
        row = np.cumsum(held) - 1
        self._start = self._centre[held, None].astype(dtype)
        place = np.full(len(graph), -1)
        place[scaled] = np.arange(len(scaled))
        leaf = np.diff(graph.starts) == 0
        self._fixed = [(number, row[node]) for number, node in enumerate(fixed) if moving[node]]
        first = np.flatnonzero(moving & leaf & (place >= 0))
        self._leaves, self._leaf_scales = row[first], place[first]
        self._leaf_ceiling = _end(graph.ceiling[first], np.inf, dtype)
        self._steps: list[tuple[Step, Index, Index]] = []
        for step in list_steps(graph, moving & ~leaf):
            local = np.flatnonzero(place[step.rows] >= 0)
            self._steps.append((step.renumber(row, dtype), local, place[step.rows[local]]))
        self._roots = roots
        self._moved = np.flatnonzero(moving[roots])
        self._moved_rows = row[roots[self._moved]]

    def __len__(self) -> int:
        return len(self._start)

    def buffer(self, columns: int) -> Floats:
        """Return room for calls with so many columns: what nothing moves stays in it."""
        return np.repeat(self._start, columns, axis=1)

    def __call__(
        self, columns: int, scale: Floats | None = None, fixed: Floats | None = None, buffer: Floats | None = None
    ) -> Floats:
        """Return the roots, (roots, columns), from factors (scaled, columns) and values (fixed, columns)."""
        values = self.buffer(columns) if buffer is None else buffer
        for number, row in self._fixed:
            values[row] = fixed[number]  # type: ignore[index]
        if scale is not None and len(self._leaves):
            scaled = self._start[self._leaves] * scale[self._leaf_scales]
            values[self._leaves] = scaled if self._leaf_ceiling is None else np.minimum(scaled, self._leaf_ceiling)
        for step, local, which in self._steps:
            result = _combine(step, values)
            if len(local) and scale is not None:
                result[local] *= scale[which]
            if step.floor is not None:
                np.maximum(result, step.floor, out=result)
            if step.ceiling is not None:
                np.minimum(result, step.ceiling, out=result)
            values[step.rows] = result
        roots = np.repeat(self._centre[self._roots, None].astype(self.dtype), columns, axis=1)
        roots[self._moved] = values[self._moved_rows]
        return roots


def evaluate_centre(graph: Graph) -> Floats:
    """Return every node's value where nothing moves."""
    values = np.where(np.isnan(graph.value), 0.0, graph.value)[:, None]
    everything = np.arange(len(graph))
    for step in list_steps(graph, graph.level > 0):
        step = step.renumber(everything, np.float64)
        result = _combine(step, values)
        for end, clip in ((step.floor, np.maximum), (step.ceiling, np.minimum)):
            result = result if end is None else clip(result, end)
        values[step.rows] = result
    return np.asarray(values[:, 0])


def list_steps(graph: Graph, mask: Any) -> Sequence[Step]:
    """Group nodes by level, op and number of children, the lowest level first."""
    count = np.diff(graph.starts)
    kind = np.where(np.isin(graph.op, _LINEAR), _LINEAR[0], graph.op)
    nodes = np.flatnonzero(mask & (count > 0))
    nodes = nodes[np.lexsort((count[nodes], kind[nodes], graph.level[nodes]))]
    if not len(nodes):
        return []
    keys = np.stack([graph.level[nodes], kind[nodes], count[nodes]])
    cuts = np.flatnonzero((np.diff(keys, axis=1) != 0).any(axis=0)) + 1
    whole = np.bincount(graph.node, graph.coefficient, minlength=len(graph))
    divisor = np.where((graph.op == _LINEAR[1]) & (whole != 0), whole, 1)
    return [_step(graph, group, divisor) for group in np.split(nodes, cuts)]


def _step(graph: Graph, nodes: Index, divisor: Floats) -> Step:
    width = int(graph.starts[nodes[0] + 1] - graph.starts[nodes[0]])
    edges = graph.starts[nodes][:, None] + np.arange(width)
    op = int(graph.op[nodes[0]])
    return Step(
        _LINEAR[0] if op in _LINEAR else op,
        nodes,
        graph.child[edges],
        graph.coefficient[edges] / divisor[nodes][:, None],
        _end(graph.constant[nodes], 0.0, np.float64),
        _end(graph.floor[nodes], -np.inf, np.float64),
        _end(graph.ceiling[nodes], np.inf, np.float64),
    )


def _end(end: Floats, without: float, dtype: Any) -> Floats | None:
    """Return constants or ends as a column, or None where there are none."""
    return None if np.isnan(end).all() else np.where(np.isnan(end), without, end).astype(dtype)[:, None]


def _combine(step: Step, values: Floats) -> Floats:
    children, first = step.children, np.take(values, step.children[:, 0], axis=0)
    if step.op == _QUOTIENT:
        below = values[children[:, 1]]
        return np.divide(first, below, out=np.zeros_like(first), where=np.abs(below) > _NOTHING)
    if step.op in _LINEAR:
        return _add(step, first, values)
    join = np.multiply if step.op == _PRODUCT else np.maximum
    for place in range(1, children.shape[1]):
        join(first, values[children[:, place]], out=first)
    return first


def _add(step: Step, total: Floats, values: Floats) -> Floats:
    """Return constant + sum(c x); `total` holds the first part."""
    children, coefficient = step.children, step.coefficient
    if children.shape[1] > _FEW:
        total = np.stack([c @ values[parts] for c, parts in zip(coefficient, children, strict=True)])
    else:
        plain = (coefficient == 1).all(axis=0)
        if not plain[0]:
            total *= coefficient[:, :1]
        for place in range(1, children.shape[1]):
            part = values[children[:, place]]
            total += part if plain[place] else part * coefficient[:, place : place + 1]
    return total if step.constant is None else total + step.constant
