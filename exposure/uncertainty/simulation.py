"""Monte Carlo: draw every input at once, and score and rank each draw.

One draw serves every company, so that an input that two companies share moves both. Draws come in chunks, each from a
child of one seed number; threads take chunks in any order and change no byte.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from exposure.model.accounts import BufferPool
from exposure.model.distributions import Floats, Index, Ranges, TwoPieceLognormal
from exposure.model.network import Factors, Network
from exposure.uncertainty.scorer import Ranks, Scorer, rank_scores

#: draws times rows of a chunk; its arrays stay in the cache
_CHUNK = 1 << 20
_FEWEST, _MOST = 128, 1024


@dataclass(frozen=True)
class Draws:
    """The outcomes of all draws: (companies, draws) each."""

    score: Floats
    exposure: Floats
    rank: Ranks
    gap: Floats | None = None


def simulate(
    network: Network,
    scorer: Scorer,
    draws: int,
    seed: int,
    *,
    threads: int = 1,
    gap: bool = False,
    done: Callable[[int], None] | None = None,
    seen: Callable[[slice, Floats], None] | None = None,
) -> Draws:
    """Draw, score and rank.

    `done` is called with the number of draws of each finished chunk, `seen` with their slice of all and their normals.
    """
    companies = len(scorer.block)
    result = Draws(
        np.empty((companies, draws), np.float32),
        np.empty((companies, draws), np.float32),
        np.empty((companies, draws), np.min_scalar_type(-companies)),
        np.zeros((companies, draws), np.float32) if gap else None,
    )
    sampler = Sampler(network)
    size = chunk_size(network)
    starts = range(0, draws, size)
    children = np.random.SeedSequence(seed).spawn(len(starts))

    def work(start: int, child: np.random.SeedSequence) -> int:
        where = slice(start, min(start + size, draws))
        count = where.stop - start
        kept = None if seen is None else np.empty((sampler.normals(), count), np.float32)
        _store(result, scorer, sampler.draw_factors(child, count, kept), where)
        if seen is not None and kept is not None:
            seen(where, kept)
        return count

    with ThreadPoolExecutor(threads) as pool:
        finished = map(work, starts, children) if threads == 1 else pool.map(work, starts, children)
        for count in finished:
            if done is not None:
                done(count)
    return result


def _store(result: Draws, scorer: Scorer, factors: Factors, where: slice) -> None:
    scores = scorer.scores(factors.values)
    result.score[:, where] = scores
    result.exposure[:, where] = scorer.select_ranked(factors.values["exposure"])
    result.rank[:, where] = rank_scores(scores, scorer.block)
    if result.gap is not None and "expectation_gap" in factors.values:
        result.gap[:, where] = scorer.select_ranked(factors.values["expectation_gap"])


def chunk_size(network: Network) -> int:
    """Return the draws of one chunk: by the size of the network alone, so the same on every machine."""
    rows = max([len(network.common), len(network.companies.consensus), *(len(b.ranges) for b in network.blocks)])
    return int(2 ** np.floor(np.log2(np.clip(_CHUNK / rows, _FEWEST, _MOST))))


class InputSampler:
    """Inputs that are drawn together; those of one variate and one range are drawn once."""

    def __init__(self, ranges: Ranges, variate: Index | None) -> None:
        self._distribution, self._variate, self._copies = TwoPieceLognormal(ranges), variate, None
        if variate is not None:
            sides = np.column_stack([variate, ranges.low, ranges.base, ranges.high, ranges.ceiling])
            _, first, self._copies = np.unique(sides, axis=0, return_index=True, return_inverse=True)
            self._distribution, self._variate = TwoPieceLognormal(ranges.select(first)), variate[first]

    def values(self, normals: Floats, pool: BufferPool, buffer: int = 5) -> Floats:
        """Turn normals, which are used up, into a value for each input, in a buffer of the pool."""
        z = normals if self._variate is None else pool.take(1, normals, self._variate)
        values = self._distribution.transform(z, pool.array(2, z.shape, z.dtype))
        return values if self._copies is None else pool.take(buffer, values, self._copies)


class Sampler:
    """A network ready for drawing."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._common = InputSampler(network.common, network.common_variate)
        self._blocks = [InputSampler(block.ranges, block.variate) for block in network.blocks]
        #: first normal of each block, and the number of all
        self._first = np.cumsum([network.common_variates, *(block.variates for block in network.blocks)])
        # a sparse product adds in one order, unlike the linear algebra of different machines
        self._dependence = csr_array(network.dependence.astype(np.float32))
        self._threads = threading.local()

    def normals(self) -> int:
        """Return how many standard normals one draw takes."""
        return int(self._first[-1])

    def draw_factors(self, child: np.random.SeedSequence, draws: int, kept: Floats | None = None) -> Factors:
        """Draw the inputs from one child of the seed and return every company's factors.

        `kept`, (normals, draws), is filled with the normals as used: those of the common inputs are correlated.
        """
        random = np.random.Generator(np.random.PCG64(child))

        def fill(first: int, normals: Floats) -> None:
            random.standard_normal(out=normals, dtype=np.float32)
            if first == 0:
                self.correlate(normals)
            if kept is not None:
                kept[first : first + len(normals)] = normals

        return self._evaluate(draws, fill)

    def evaluate_factors(self, normals: Floats) -> Factors:
        """Return every company's factors for given normals, (normals, draws), already correlated."""

        def fill(first: int, buffer: Floats) -> None:
            buffer[:] = normals[first : first + len(buffer)]

        return self._evaluate(normals.shape[1], fill)

    def correlate(self, normals: Floats) -> None:
        """Make independent normals of the common inputs dependent on each other, in place."""
        count = self._dependence.shape[0]
        normals[:count] = self._dependence @ normals[:count]

    def _evaluate(self, draws: int, fill: Callable[[int, Floats], None]) -> Factors:
        """Evaluate block after block; `fill` puts normals, beginning with the given one of all, into a buffer."""
        network, pool = self._network, self._pool()
        normals = pool.array(7, (network.common_variates, draws), np.float32)
        fill(0, normals)
        common = self._common.values(normals, pool, 6)
        units = network.convert(common)

        def evaluate(number: int, terms: Floats) -> None:
            block = network.blocks[number]
            normals = pool.array(0, (block.variates, draws), np.float32)
            fill(self._first[number], normals)
            block.evaluate(self._blocks[number].values(normals, pool), common, units, terms, pool)

        return network.factors(common, units, network.accounts(common, units, evaluate, pool))

    def _pool(self) -> BufferPool:
        if not hasattr(self._threads, "pool"):
            self._threads.pool = BufferPool()
        return self._threads.pool  # type: ignore[no-any-return]
