"""Evaluate a graph for one or many columns at once, where some nodes are scaled and others are fixed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from exposure.model.distributions import Floats, Index
from exposure.model.graph import OPS, Graph
from exposure.model.steps import Step, list_steps, make_column

_EMPTY = np.zeros(0, np.intp)
_SUM, _QUOTIENT = OPS.index("sum"), OPS.index("quotient")


class Evaluator:
    """A graph ready for nodes that move.

    `scaled` nodes are multiplied, each by the factor of its own place or by that of a given number, and `fixed` ones
    are replaced; only what lies between these and the `roots` is computed, and everything else keeps its central value.
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
        factor[~moving] = -1
        graph, same = _pass_over(_cut(graph, moving[graph.node]), factor >= 0)
        self._moved = np.flatnonzero(moving[roots])
        used = np.zeros(len(graph), bool)
        used[graph.child] = used[same[roots[self._moved]]] = True
        given = np.flatnonzero(used & (np.diff(graph.starts) == 0))
        given = given[np.argsort(factor[given] >= 0, kind="stable")]  # scaled ones last
        row, self._steps = list_steps(graph, given, factor, dtype)
        self._start = centre[given, None].astype(dtype)
        leaves = np.flatnonzero(factor[given] >= 0)
        self._leaves = Step(
            _SUM, len(given) - len(leaves), len(leaves), [(factor[given[leaves]], self._start[leaves])],
            ceiling=make_column(graph.ceiling[given[leaves]], np.inf, dtype),
        )  # fmt: skip
        self._fixed = np.flatnonzero(row[fixed] >= 0)
        self._fixed_rows = row[fixed[self._fixed]]
        self._rows = len(given) + sum(step.count for step in self._steps)
        self._moved_rows = row[same[roots[self._moved]]]
        self._roots = centre[roots, None].astype(dtype)

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
        if fixed is not None and len(self._fixed):
            values[self._fixed_rows] = fixed[self._fixed]
        if scale is not None:
            scale = np.asarray(scale, self.dtype)
            self._leaves.fill(scale, values)
        for step in self._steps:
            step.fill(values[: step.first], values, scale)
        roots = np.repeat(self._roots, columns, axis=1)
        roots[self._moved] = values[self._moved_rows]
        return roots


def evaluate_centre(graph: Graph) -> Floats:
    """Return every node's value where nothing moves."""
    given = np.flatnonzero(np.diff(graph.starts) == 0)
    row, steps = list_steps(graph, given, np.full(len(graph), -1), np.float64)
    values = np.empty((len(graph), 1))
    values[: len(given), 0] = np.nan_to_num(graph.value[given])
    for step in steps:
        step.fill(values[: step.first], values)
    return np.asarray(values[row, 0])


def _cut(graph: Graph, edges: Any) -> Graph:
    """Return the graph with some of its edges."""
    return replace(graph, node=graph.node[edges], child=graph.child[edges], coefficient=graph.coefficient[edges])


def _pass_over(graph: Graph, kept: Any) -> tuple[Graph, Index]:
    """Return the graph without nodes that are nothing but their only child, and the node that each one is."""
    own = kept | (graph.op == _QUOTIENT) | ~np.isnan([graph.constant, graph.floor, graph.ceiling]).all(axis=0)
    once = ((np.diff(graph.starts) == 1) & ~own)[graph.node]
    once &= (graph.op[graph.node] != _SUM) | (graph.coefficient == 1)
    same = np.arange(len(graph))
    same[graph.node[once]] = graph.child[once]
    while (same[same] != same).any():
        same = same[same]
    graph = _cut(graph, ~once)
    return replace(graph, child=same[graph.child]), same
