"""Draw the uncertain nodes of a graph together, and evaluate what follows from them.

A node with a variate is multiplied by a two-piece lognormal around its value; nodes of one variate follow one standard
normal. A node without a variate whose value lies above its own range is put at the upper end in every draw.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import numpy as np

from exposure.model.distributions import Floats, Index, Ranges, TwoPieceLognormal, correlation_root
from exposure.model.evaluate import Evaluator
from exposure.model.graph import Graph
from exposure.model.steps import SLICE

#: draws x rows of a chunk; its arrays stay in the cache where they can
_CHUNK = 1 << 22
_FEWEST, _MOST = 16, 1024
#: correlations of pairs of variates
Correlations = Sequence[tuple[str, str, float]]


class Uncertain:
    """The uncertain nodes below some roots, and the standard normals that they follow: correlated ones come first."""

    def __init__(self, graph: Graph, roots: Index, correlations: Correlations) -> None:
        below = graph.below(roots[roots >= 0])
        known = (graph.value > 0) & ~np.isnan(graph.low) & ~np.isnan(graph.high)
        low = np.where(known, np.clip(graph.low, 0, graph.value), graph.value)
        high = np.where(known, np.maximum(graph.high, graph.value), graph.value)
        moving = [
            node
            for node in np.flatnonzero(below & known & (low < high))
            if graph.variate[node] is not None
        ]  # fmt: skip
        correlated = {variate for left, right, _ in correlations for variate in (left, right)}
        names = {str(graph.variate[node]) for node in moving}
        first = sorted(names & correlated)
        #: the variates by the number of their normal
        self.variates = first + sorted(names - correlated)
        self.correlated = len(first)
        number = {name: place for place, name in enumerate(self.variates)}
        #: the nodes that move, and the normal of each
        self.nodes: Index = np.array(moving, np.intp)
        self.normal: Index = np.array([number[str(graph.variate[node])] for node in moving], np.intp)
        self.ranges = Ranges.of(low[self.nodes], graph.value[self.nodes], high[self.nodes])
        self.correlation = _correlation_matrix(self.variates[: self.correlated], correlations)

    def relative(self) -> tuple[Floats, Floats]:
        """Return low and high of each node as multiples of its value."""
        return self.ranges.low / self.ranges.base, self.ranges.high / self.ranges.base


def _correlation_matrix(variates: Sequence[str], correlations: Iterable[tuple[str, str, float]]) -> Floats:
    number = {name: place for place, name in enumerate(variates)}
    matrix = np.eye(len(variates))
    for left, right, correlation in correlations:
        if left in number and right in number:
            matrix[number[left], number[right]] = matrix[number[right], number[left]] = correlation
    return matrix


class Sampler:
    """A graph ready for drawing its roots; a root of -1 is zero in every draw."""

    def __init__(self, graph: Graph, roots: Index, correlations: Correlations) -> None:
        self.uncertain = uncertain = Uncertain(graph, roots, correlations)
        outside = [node for node in np.flatnonzero(graph.value > graph.high) if graph.variate[node] is None]
        #: nodes that are put at the end of their range
        self.fixed: Index = np.array(outside, np.intp)
        self._fixed_values = graph.high[self.fixed][:, None].astype(np.float32)
        self._known = roots >= 0
        low, high = uncertain.relative()
        # nodes of one normal and one range have one factor
        factors, factor = np.unique(np.column_stack([uncertain.normal, low, high]), axis=0, return_inverse=True)
        self._evaluate = Evaluator(graph, roots[self._known], uncertain.nodes, self.fixed, np.float32, factor)
        self._factors = len(factors)
        self._pieces = self._split(factors)
        self._root = correlation_root(uncertain.correlation).astype(np.float32)
        self._threads = threading.local()

    def _split(self, factors: Floats) -> list[tuple[slice, Index, TwoPieceLognormal]]:
        """Return the normals and distributions of some factors at a time, whose draws stay in the cache."""
        pieces, size = [], SLICE // self.chunk
        for start in range(0, len(factors), size):
            normal, low, high = factors[start : start + size].T
            distribution = TwoPieceLognormal(Ranges.of(low, np.ones(len(low)), high))
            pieces.append((slice(start, start + size), normal.astype(np.intp), distribution))
        return pieces

    @property
    def normals(self) -> int:
        """Return how many standard normals one draw takes."""
        return len(self.uncertain.variates)

    @property
    def chunk(self) -> int:
        """Return the draws of one chunk: by the size of the graph alone, so the same on every machine."""
        size = max(len(self._evaluate), self.normals, 1)
        return int(2 ** np.floor(np.log2(np.clip(_CHUNK / size, _FEWEST, _MOST))))

    def draw(self, child: np.random.SeedSequence, draws: int, kept: Floats | None = None) -> Floats:
        """Draw from one child of the seed and return the roots, (roots, draws).

        `kept`, (normals, draws), is filled with the normals as used: those that are correlated are.
        """
        random = np.random.Generator(np.random.PCG64(child))
        normals = random.standard_normal((self.normals, draws), dtype=np.float32)
        self.correlate(normals)
        if kept is not None:
            kept[:] = normals
        return self.evaluate(normals)

    def correlate(self, normals: Floats) -> None:
        """Make independent normals dependent on each other, in place."""
        # einsum adds in one order, unlike the linear algebra of different machines
        count = len(self._root)
        normals[:count] = np.einsum("ij,jk->ik", self._root, normals[:count])

    def evaluate(self, normals: Floats) -> Floats:
        """Return the roots for correlated normals, (normals, draws)."""
        draws = normals.shape[1]
        factors, values = self._room(draws)
        for rows, normal, distribution in self._pieces:
            piece = np.take(normals, normal, axis=0, out=factors[rows], mode="clip")
            distribution.transform(piece)
        fixed = np.broadcast_to(self._fixed_values, (len(self.fixed), draws))
        roots = self._evaluate(draws, factors, fixed, values)
        if self._known.all():
            return roots
        every = np.zeros((len(self._known), draws), roots.dtype)
        every[self._known] = roots
        return every

    def _room(self, draws: int) -> tuple[Floats, Floats]:
        """Return the thread's arrays for factors and for rows of the graph, since fresh memory is slow."""
        if getattr(self._threads, "draws", None) != draws:
            self._threads.draws = draws
            self._threads.room = np.empty((self._factors, draws), np.float32), self._evaluate.buffer(draws)
        return self._threads.room  # type: ignore[no-any-return]
