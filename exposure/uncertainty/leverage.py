"""What a result hangs on: swings, Sobol indices, and what knowing an input would settle. Arrays in, arrays out.

Inputs are numbered through, the common ones first, then block after block; so are the normals that move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import ndtri
from scipy.stats import sobol_indices

from exposure.model.distributions import Floats, Index, Ranges
from exposure.model.network import Network
from exposure.uncertainty.simulation import COVERAGE, Drawer, Scorer, chunk_size, simulate

#: by how much an input is moved to see what follows locally
_STEP = 0.01
#: smaller parts are rounding
_ROUNDING = 1e-12
_RESAMPLES = 500
#: draws of one bin at least, and bins at most, when draws are sorted by one input
_BIN_DRAWS, _BINS = 100, 20
#: normals that nothing depends on, drawn beside the others to see what chance alone would show
_PLACEBOS = 200
#: normals whose bins are counted in one go
_SLICE = 256


@dataclass(frozen=True)
class Group:
    """Inputs that are varied together, and the normals that move them."""

    rows: Index
    normals: Index


# --- one group at a time ------------------------------------------------------------------


@dataclass(frozen=True)
class Swings:
    """A quantity of one company, one entry a group, the rest at the centre; `base` with all at the centre."""

    base: float
    low: Floats
    high: Floats
    elasticity: Floats

    @property
    def swing(self) -> Floats:
        """Give how far apart the two ends are."""
        return np.abs(self.high - self.low)


def swings(network: Network, scorer: Scorer, company: int, groups: Sequence[Group]) -> tuple[Swings, Swings]:
    """Move each group to its low and its high end; give what the company's exposure and score do."""
    ranges = _joined(network)
    count = len(groups)
    values = np.repeat(ranges.base[:, None], 1 + 4 * count, axis=1)
    for number, group in enumerate(groups):
        rows, base = group.rows, ranges.base[group.rows]
        moved = (ranges.low[rows], ranges.high[rows], base * (1 - _STEP), base * (1 + _STEP))
        values[rows[:, None], 1 + number + count * np.arange(4)] = np.stack(moved, axis=1)
    factors = network.factors(*_summed(network, values))
    exposure, score = factors.values["exposure"][company], scorer.scores(factors.values)[company]
    return _swings(exposure, count), _swings(score, count)


def _swings(found: Floats, count: int) -> Swings:
    base = float(found[0])
    low, high, down, up = found[1:].reshape(4, count)
    moved = np.where(np.isclose(up, down, rtol=_ROUNDING, atol=0), 0, up - down)
    return Swings(base, low, high, moved / (2 * _STEP * base) if base else moved)


def _joined(network: Network) -> Ranges:
    """Put the ranges of all inputs one after another."""
    parts = (network.common, *(block.ranges for block in network.blocks))
    sides = ("low", "base", "high", "ceiling")
    return Ranges(*(np.concatenate([getattr(part, side) for part in parts]) for side in sides))


def _summed(network: Network, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Give common inputs, rows of units and accounts from the values of all inputs."""
    ends = np.cumsum([len(network.common), *(len(block.ranges) for block in network.blocks)])
    common, *blocks = np.split(values, ends[:-1])
    return common, *network.sums(common, blocks)


# --- all groups at once -------------------------------------------------------------------


@dataclass(frozen=True)
class Indices:
    """Sobol indices of one quantity, one entry a group, with the ends of their bands."""

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats


def indices(
    network: Network, scorer: Scorer, company: int, groups: Sequence[Group], draws: int, seed: int, *, threads: int = 1
) -> tuple[Indices, Indices]:
    """Give first-order and total Sobol indices of the company's exposure and score; `draws` is a power of two.

    First order: the part of the variance that would go if the group were known. Total: the part that would stay if all
    but the group were known. Said like that both hold for groups that depend on each other: the first counts what a
    group tells of its fellows, the total leaves out what its fellows tell of it.
    """
    drawer = Drawer(network)
    one, other = _two_samples(drawer, draws, seed)
    tied = network.dependence @ network.dependence.T

    def worked(normals: Floats) -> Floats:
        return _outcomes(drawer, scorer, normals, company, chunk_size(network))

    def swapped(group: Group) -> tuple[Floats, Floats]:
        leading, trailing = _swapped(one, other, group.normals, tied)
        first = worked(leading)
        return first, first if trailing is leading else worked(trailing)

    with ThreadPoolExecutor(threads) as pool:
        f_a, f_b = pool.map(worked, (one, other))
        pairs = list(pool.map(swapped, groups))
    first, last = (np.array([pair[side] for pair in pairs]).reshape(-1, *f_a.shape) for side in range(2))
    resamples = np.random.default_rng([seed, draws]).multinomial(draws, np.full(draws, 1 / draws), _RESAMPLES) / draws
    exposure, score = (_indices(f_a[s], f_b[s], first[:, s], last[:, s], resamples) for s in range(2))
    return exposure, score


def _two_samples(drawer: Drawer, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Draw two independent sets of tied normals, (normals, draws) each."""
    normals = np.random.default_rng(seed).standard_normal((2, drawer.normals(), draws), np.float32)
    for sample in normals:
        drawer.tie(sample)
    return normals[0], normals[1]


def _outcomes(drawer: Drawer, scorer: Scorer, normals: Floats, company: int, size: int) -> Floats:
    """Give the company's exposure and score in each draw: (2, draws)."""
    found = np.empty((2, normals.shape[1]))
    for start in range(0, normals.shape[1], size):
        factors = drawer.factors_at(normals[:, start : start + size])
        found[0, start : start + size] = factors.values["exposure"][company]
        found[1, start : start + size] = scorer.scores(factors.values)[company]
    return found


def _swapped(one: Floats, other: Floats, rows: Index, tied: Floats) -> tuple[Floats, Floats]:
    """Take the group's normals from the other sample: with its fellows following it, and with it following them.

    Fellows follow by their conditional mean given the group, and keep their own deviation from it.
    """
    leading = one.copy()
    leading[rows] = other[rows]
    mine = rows[rows < len(tied)]
    rest = np.setdiff1d(np.arange(len(tied)), mine)
    between = tied[np.ix_(rest, mine)]
    if not between.any():
        return leading, leading
    trailing = leading.copy()
    follow = (between @ np.linalg.pinv(tied[np.ix_(mine, mine)])).astype(one.dtype)
    leading[rest] += follow @ (other[mine] - one[mine])
    follow = (between.T @ np.linalg.pinv(tied[np.ix_(rest, rest)])).astype(one.dtype)
    trailing[mine] += follow @ (one[rest] - other[rest])
    return leading, trailing


def _indices(f_a: Floats, f_b: Floats, first: Floats, last: Floats, resamples: Floats) -> Indices:
    centre = (f_a.mean() + f_b.mean()) / 2
    a, b = f_a - centre, f_b - centre
    mean = resamples @ (a + b) / 2
    variance = np.maximum(resamples @ (a**2 + b**2) / 2 - mean**2, np.finfo(float).tiny)
    moved = resamples @ (b * (first - f_a)).T / variance[:, None]
    left = resamples @ ((f_a - last) ** 2).T / (2 * variance[:, None])
    ends = [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]
    first_low, first_high = np.quantile(moved, ends, axis=0)
    total_low, total_high = np.quantile(left, ends, axis=0)
    first_order, total_order = _sobol(f_a, f_b, first).first_order, _sobol(f_a, f_b, last).total_order
    count = len(first)
    return Indices(first_order[:count], first_low, first_high, total_order[:count], total_low, total_high)


def _sobol(f_a: Floats, f_b: Floats, f_ab: Floats) -> Any:
    """Ask scipy, whose arrays are its own to centre; it knows no fewer than two groups, so idle ones are put behind."""
    idle = np.repeat(f_a[None], max(2 - len(f_ab), 0), axis=0)
    f_ab = np.concatenate([f_ab, idle])
    return sobol_indices(func={"f_A": f_a[None].copy(), "f_B": f_b[None].copy(), "f_AB": f_ab[:, None]}, n=len(f_a))


# --- what knowing would settle ------------------------------------------------------------


@dataclass(frozen=True)
class Information:
    """What knowing each normal, and so the inputs that it moves, would settle of who is among the first.

    Unsettled is the sum over companies of p (1 - p), p the chance to be among the first.
    """

    unsettled: float
    #: by how much less would be unsettled on average: (normals, companies)
    settled: Floats
    #: the most that was seen for inputs on which nothing depends
    noise: float


def information(network: Network, scorer: Scorer, draws: int, seed: int, top: int, *, threads: int = 1) -> Information:
    """Draw, sort the draws by each normal into bins, and see how far the first `top` are settled within a bin."""
    bins = int(np.clip(draws // _BIN_DRAWS, 2, _BINS))
    edges = ndtri(np.arange(1, bins) / bins).astype(np.float32)
    height = Drawer(network).normals()
    binned = np.empty((height + _PLACEBOS, draws), np.uint8)
    placebos = np.random.default_rng([seed, height]).standard_normal((_PLACEBOS, draws), np.float32)
    binned[height:] = np.searchsorted(edges, placebos)

    def seen(where: slice, normals: Floats) -> None:
        binned[:height, where] = np.searchsorted(edges, normals)

    found = simulate(network, scorer, draws, seed, threads=threads, seen=seen)
    among = found.rank <= top
    settled = np.zeros((height + _PLACEBOS, len(among)))
    chance = among.mean(axis=1)
    spread = chance * (1 - chance) * draws / max(draws - 1, 1)
    open_ = np.flatnonzero(spread)
    for start in range(0, len(binned), _SLICE):
        rows = slice(start, start + _SLICE)
        settled[rows, open_] = spread[open_] - _within(binned[rows], among[open_], bins)
    return Information(float(spread.sum()), settled[:height], float(settled[height:].sum(axis=1).max()))


def _within(binned: npt.NDArray[np.uint8], among: npt.NDArray[np.bool_], bins: int) -> Floats:
    """Give what stays unsettled of each company within the bins of each normal, on average: (normals, companies).

    Within a bin of m draws p (1 - p) is too small by 1 / m on average, which is put right.
    """
    height, draws = binned.shape
    columns = (binned + bins * np.arange(height)[:, None]).T.ravel()
    which = csr_matrix(
        (np.ones(len(columns), np.float32), columns, np.arange(0, len(columns) + 1, height)),
        shape=(draws, height * bins),
    )
    size = np.asarray(which.sum(axis=0)).reshape(height, bins, 1)
    chance = np.asarray(which.T @ among.T.astype(np.float32)).reshape(height, bins, -1) / np.maximum(size, 1)
    spread = chance * (1 - chance) * size / np.maximum(size - 1, 1)
    return np.asarray((spread * size).sum(axis=1) / draws)
