"""Monte Carlo: draw every input at once, score and rank each draw, and say how sure each place is.

One draw serves every company, so that what two companies share moves both. Draws come in chunks, each from a child of
one seed number; threads take chunks in any order and change no byte.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from exposure.model.distributions import Floats, Index, Ranges, Shapes
from exposure.model.network import TINY, Factors, Network, Rooms

Ranks = npt.NDArray[np.signedinteger[Any]]
#: how many companies lie at or above a place, for the chances that are reported
PLACES = (5, 10, 20)
#: the interval holds this part of the draws, and companies differ when one is ahead in at least this part
COVERAGE = 0.90
#: draws times rows that are worked on at a time; with it a chunk's arrays stay in the cache
_ROOM = 1 << 20
#: fitted so that 50 + 50 tanh(odd polynomial of z) is the normal CDF in percent, the highest power first
_TANH = [np.float32(c) for c in (1.2813354833e-6, -3.448433460e-5, -9.748383908e-5, 3.640511567e-2, 0.7978662497)]
#: so few companies are ranked by comparing each with each, more by sorting
_FEW = 64
_FEWEST, _MOST = 128, 1024


@dataclass(frozen=True)
class Scorer:
    """A profile made ready: how factors of one draw become a score, against the same draw's universe."""

    weights: Mapping[str, float]
    #: factors that no draw changes: (companies,), NaN where unknown
    fixed: Mapping[str, Floats]
    known: Mapping[str, Any]
    normalisation: str
    neutral: float
    winsor_sd: float
    #: block that each ranked company is in: the lower number first
    block: Index
    #: rows of factors that are compared with, and rows that are ranked; None: all of them
    field: Index | None = None
    ranked: Index | None = None

    def chosen(self, values: Floats) -> Floats:
        """Give the rows of those that are ranked."""
        return values if self.ranked is None else values[self.ranked]

    def scores(self, factors: Mapping[str, Floats]) -> Floats:
        """Give scores 0 to 100: (companies, draws)."""
        example = self.chosen(factors["exposure"])
        total = np.zeros_like(example)
        whole = sum(map(abs, self.weights.values()))
        for factor, weight in self.weights.items():
            part = self._part(factor, weight, factors)
            total += np.asarray(part * (abs(weight) / whole), example.dtype)
        return total if self.weights else np.full_like(example, self.neutral)

    def _part(self, factor: str, weight: float, factors: Mapping[str, Floats]) -> Floats:
        all_values = self.fixed[factor][:, None] if factor in self.fixed else factors[factor]
        values, known = self.chosen(all_values), self.chosen(self.known[factor])
        every = known.all()
        of_known = values if every else values[known]
        if self.field is None:
            scored = self._normalised(of_known, of_known)
        else:
            scored = self._normalised(of_known, all_values[self.field[self.known[factor][self.field]]])
        if weight < 0:
            scored = 100 - scored
        if every:
            return scored
        part = np.full(values.shape, self.neutral, scored.dtype)
        part[known] = scored
        return part

    def _normalised(self, values: Floats, field: Floats) -> Floats:
        """Set values against those of the field, in each draw; they may be the same array."""
        if self.normalisation == "percentile":
            return _percentiles(values, field)
        mean = field.mean(axis=0)
        z = field - mean
        deviation = np.sqrt(np.einsum("ij,ij->j", z, z) / len(field))
        if field is not values:
            z = values - mean
        z *= 1 / np.maximum(deviation, 1e-12 * np.abs(mean) + TINY)
        np.clip(z, -self.winsor_sd, self.winsor_sd, out=z)
        return _quick_normal_cdf(z) if z.dtype == np.float32 else _normal_cdf(z)


def _percentiles(values: Floats, field: Floats) -> Floats:
    """Give the part of the field below each value in percent, ties counted half."""
    if field is values:
        below, above = _places(-values), _places(values)
        return 50 * (below - above + len(values)).astype(values.dtype) / len(values)
    found = np.empty(values.shape, values.dtype)
    rows = max(1, _ROOM // field.size)
    for start in range(0, len(values), rows):
        some = values[start : start + rows, None]
        found[start : start + rows] = (field < some).sum(axis=1) + (field <= some).sum(axis=1)
    return 50 * found / len(field)


def _normal_cdf(z: Floats) -> Floats:
    """Give 100 times the normal CDF by the approximation of `scoring`, so that central values score alike."""
    size = np.abs(z)
    t = 1 / (1 + 0.2316419 * size)
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = 100 * np.exp(-(size**2) / 2) / np.sqrt(2 * np.pi) * series
    return np.asarray(np.where(z >= 0, 100 - tail, tail), z.dtype)


def _quick_normal_cdf(z: Floats) -> Floats:
    """Give 100 times the normal CDF to 0.0002, in a third of the time: a tanh of a fitted odd polynomial."""
    square = z * z
    inner = square * _TANH[0]
    for coefficient in _TANH[1:-1]:
        inner += coefficient
        inner *= square
    inner += _TANH[-1]
    inner *= z
    np.tanh(inner, out=inner)
    inner *= 50
    inner += 50
    return inner


def ranks(scores: Floats, block: Index) -> npt.NDArray[np.int32]:
    """Rank each draw's scores from 1, block after block; equal scores share a rank."""
    found = np.empty(scores.shape, np.int32)
    before = 0
    for number in np.unique(block):
        rows = np.flatnonzero(block == number)
        found[rows] = _places(scores[rows]) + before
        before += len(rows)
    return found


def _places(scores: Floats) -> npt.NDArray[np.int32]:
    """Give places from 1 down each column, the highest score first, equal ones alike."""
    if len(scores) <= _FEW:
        above = scores[None] > scores[:, None]
        return np.asarray(np.add.reduce(above.view(np.uint8), axis=1, dtype=np.uint8) + 1, np.int32)
    turned = np.ascontiguousarray(-scores.T)
    order = np.argsort(turned, axis=1)
    ordered = np.take_along_axis(turned, order, axis=1)
    place = np.broadcast_to(np.arange(1, len(scores) + 1, dtype=np.int32), order.shape)
    same = ordered[:, 1:] == ordered[:, :-1]
    if same.any():
        place = place.copy()
        place[:, 1:][same] = 0
        place = np.maximum.accumulate(place, axis=1)
    found = np.empty(order.shape, np.int32)
    np.put_along_axis(found, order, place, axis=1)
    return found.T


@dataclass(frozen=True)
class Draws:
    """What every draw gave: (companies, draws) each."""

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
    """Draw, score and rank; `done` hears how many draws each finished chunk had, `seen` which and their normals."""
    companies = len(scorer.block)
    result = Draws(
        np.empty((companies, draws), np.float32),
        np.empty((companies, draws), np.float32),
        np.empty((companies, draws), np.min_scalar_type(-companies)),
        np.zeros((companies, draws), np.float32) if gap else None,
    )
    drawer = Drawer(network)
    size = chunk_size(network)
    starts = range(0, draws, size)
    children = np.random.SeedSequence(seed).spawn(len(starts))

    def work(start: int, child: np.random.SeedSequence) -> int:
        where = slice(start, min(start + size, draws))
        count = where.stop - start
        kept = None if seen is None else np.empty((drawer.normals(), count), np.float32)
        _keep(result, scorer, drawer.factors(child, count, kept), where)
        if seen is not None and kept is not None:
            seen(where, kept)
        return count

    with ThreadPoolExecutor(threads) as pool:
        finished = map(work, starts, children) if threads == 1 else pool.map(work, starts, children)
        for count in finished:
            if done is not None:
                done(count)
    return result


def _keep(result: Draws, scorer: Scorer, factors: Factors, where: slice) -> None:
    scores = scorer.scores(factors.values)
    result.score[:, where] = scores
    result.exposure[:, where] = scorer.chosen(factors.values["exposure"])
    result.rank[:, where] = ranks(scores, scorer.block)
    if result.gap is not None and "expectation_gap" in factors.values:
        result.gap[:, where] = scorer.chosen(factors.values["expectation_gap"])


def chunk_size(network: Network) -> int:
    """Give the draws of one chunk, by the size of the network alone: the same on every machine."""
    rows = max([len(network.common), len(network.companies.consensus), *(len(b.ranges) for b in network.blocks)])
    return int(2 ** np.floor(np.log2(np.clip(_ROOM / rows, _FEWEST, _MOST))))


class Pool:
    """Inputs that are drawn together: those of one variate and one range are drawn once."""

    def __init__(self, ranges: Ranges, variate: Index | None) -> None:
        self.shapes, self._variate, self._copies = Shapes(ranges), variate, None
        if variate is not None:
            what = np.column_stack([variate, ranges.low, ranges.base, ranges.high, ranges.ceiling])
            _, first, self._copies = np.unique(what, axis=0, return_index=True, return_inverse=True)
            self.shapes, self._variate = Shapes(ranges.only(first)), variate[first]

    def values(self, normals: Floats, rooms: Rooms, room: int = 5) -> Floats:
        """Turn the pool's normals into a value for each input, in a room; uses up the normals."""
        moves = normals if self._variate is None else rooms.taken(1, normals, self._variate)
        values = self.shapes.values(moves, rooms.array(2, moves.shape, moves.dtype))
        return values if self._copies is None else rooms.taken(room, values, self._copies)


class Drawer:
    """A network made ready for drawing."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._common = Pool(network.common, network.common_variate)
        self._blocks = [Pool(block.ranges, block.variate) for block in network.blocks]
        # a sparse product adds in one order, whatever the machine's linear algebra does
        self._dependence = csr_matrix(network.dependence.astype(np.float32))
        self._threads = threading.local()

    def normals(self) -> int:
        """Say how many standard normals one draw takes."""
        return self._network.common_variates + sum(block.variates for block in self._network.blocks)

    def factors(self, child: np.random.SeedSequence, draws: int, kept: Floats | None = None) -> Factors:
        """Draw the inputs from one child of the seed and work out every company's factors.

        `kept`, (normals, draws), is filled with the normals as they are used: those of the common inputs are tied.
        """
        random = np.random.Generator(np.random.PCG64(child))

        def fill(first: int, room: Floats) -> None:
            random.standard_normal(out=room, dtype=np.float32)
            if first == 0:
                self.tie(room)
            if kept is not None:
                kept[first : first + len(room)] = room

        return self._worked(draws, fill)

    def factors_at(self, normals: Floats) -> Factors:
        """Work out every company's factors from given normals, (normals, draws), already tied."""

        def fill(first: int, room: Floats) -> None:
            room[:] = normals[first : first + len(room)]

        return self._worked(normals.shape[1], fill)

    def tie(self, normals: Floats) -> None:
        """Make independent normals of the common inputs depend on each other, in place."""
        tied = self._dependence.shape[0]
        normals[:tied] = self._dependence @ normals[:tied]

    def _worked(self, draws: int, fill: Callable[[int, Floats], None]) -> Factors:
        """Work block after block; `fill` puts normals into a room, beginning with the given one of all."""
        network, rooms = self._network, self._thread_rooms()
        normals = rooms.array(7, (network.common_variates, draws), np.float32)
        fill(0, normals)
        common = self._common.values(normals, rooms, 6)
        units, accounts = network.started(common)
        first = network.common_variates
        for block, pool in zip(network.blocks, self._blocks, strict=True):
            normals = rooms.array(0, (block.variates, draws), np.float32)
            fill(first, normals)
            first += block.variates
            block.add(pool.values(normals, rooms), common, units, accounts, rooms)
        return network.factors(common, units, accounts)

    def _thread_rooms(self) -> Rooms:
        if not hasattr(self._threads, "rooms"):
            self._threads.rooms = Rooms()
        return self._threads.rooms  # type: ignore[no-any-return]


# --- what the draws say --------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What the draws say of each company; ranks are whole, chances are parts of the draws."""

    score: Floats
    score_low: Floats
    score_high: Floats
    exposure: Floats
    exposure_low: Floats
    exposure_high: Floats
    rank_low: Index
    rank_high: Index
    chance_top: Sequence[Floats]
    tier: Index


def summary(found: Draws, published: Index) -> Summary:
    """Take quantiles over draws and put companies that cannot be told apart into tiers; `published` are the ranks."""
    tier = tiers(found.rank, published)
    chances = [(found.rank <= place).mean(axis=1) for place in PLACES]
    rank_low, _, rank_high = quantiles(found.rank)
    score_low, score, score_high = quantiles(found.score)
    exposure_low, exposure, exposure_high = quantiles(found.exposure)
    return Summary(
        score, score_low, score_high, exposure, exposure_low, exposure_high,
        rank_low.astype(np.intp), rank_high.astype(np.intp), chances, tier,
    )  # fmt: skip


def quantiles(values: npt.NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """Give low end, median and high end of each row; an end is a value that was drawn, outward of the quantile."""
    draws = values.shape[1]
    edge = (1 - COVERAGE) / 2
    places = [int(np.floor(edge * (draws - 1))), (draws - 1) // 2, int(np.ceil((1 - edge) * (draws - 1)))]
    ordered = np.sort(values.astype(np.float32, copy=False), axis=1)  # ranks as floats: bytes sort several times slower
    low, middle, high = (ordered[:, place] for place in places)
    return low, middle, high


def tiers(rank: Ranks, published: Index) -> Index:
    """Give tiers from 1: a new one begins where a company is behind the last tier's first in `COVERAGE` of the draws.

    Companies that share a published rank are never parted.
    """
    order = np.argsort(published, kind="stable")
    found = np.empty(len(order), np.intp)
    starts = np.flatnonzero(np.diff(published[order], prepend=-1))
    leader, number = 0, 1
    while leader < len(order):
        end = _tier_end(rank, order, leader, starts)
        found[order[leader:end]] = number
        leader, number = end, number + 1
    return found


def _tier_end(rank: Ranks, order: Index, leader: int, starts: Index) -> int:
    """Find the first company, or group of one published rank, that is told apart from the leader."""
    after = starts[starts > leader]
    start, width = (int(after[0]) if len(after) else len(order)), 32
    while start < len(order):
        stop = min(start + width, len(order))
        apart = np.flatnonzero(_ahead(rank, order[leader], order[start:stop]) >= COVERAGE)
        if len(apart):
            return int(after[after <= start + apart[0]][-1])
        start, width = stop, 2 * width
    return len(order)


def _ahead(rank: Ranks, first: int, others: Index) -> Floats:
    """Give the part of draws in which the first is ahead of each other one, a tie counted half."""
    mine, theirs = rank[first], rank[others]
    return np.asarray((mine < theirs).mean(axis=1) + (mine == theirs).mean(axis=1) / 2)
