"""Sensitivity of a result to groups of inputs: swings, Sobol indices, and the value of information. Arrays only.

Inputs are numbered through, the common ones first, then block after block; so are the normals that move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import ndtri

from exposure.model.distributions import Floats, Index, Ranges
from exposure.model.network import Network
from exposure.uncertainty.rank_summary import COVERAGE
from exposure.uncertainty.scorer import Scorer
from exposure.uncertainty.simulation import Sampler, chunk_size, simulate

#: relative step of an input for the elasticity
_STEP = 0.01
#: smaller parts are rounding
_ROUNDING = 1e-12
_RESAMPLES = 500
#: fewest draws of a bin, and most bins, when draws are sorted by one input
_BIN_DRAWS, _BINS = 100, 20
#: normals without any effect, drawn beside the others to show the effect of chance
_PLACEBOS = 200
#: normals whose bins are counted at a time
_SLICE = 256


#: name of a column -> its values
Columns = dict[str, Floats]


@dataclass(frozen=True)
class Group:
    """Inputs that are varied together, and the normals that move them."""

    rows: Index
    normals: Index


def number_normals(network: Network) -> Index:
    """Return the number of the normal that moves each input."""
    parts, first = [], 0
    tables = [(network.common, network.common_variate, network.common_variates)]
    for ranges, variate, count in [*tables, *((each.ranges, each.variate, each.variates) for each in network.blocks)]:
        parts.append(first + (np.arange(len(ranges)) if variate is None else variate))
        first += count
    return np.concatenate(parts)


# --- one group at a time ------------------------------------------------------------------


def measure_swings(network: Network, scorer: Scorer, company: int, groups: Sequence[Group]) -> tuple[Columns, Columns]:
    """Return the company's exposure and score as each group moves to its ends, the other groups at the centre.

    | base | at_low | at_high | swing | elasticity |, one entry a group
    """
    ranges = _join_ranges(network)
    count = len(groups)
    values = np.repeat(ranges.base[:, None], 1 + 4 * count, axis=1)
    for number, group in enumerate(groups):
        rows, base = group.rows, ranges.base[group.rows]
        ends = (ranges.low[rows], ranges.high[rows], base * (1 - _STEP), base * (1 + _STEP))
        values[rows[:, None], 1 + number + count * np.arange(4)] = np.stack(ends, axis=1)
    factors = network.factors(*_evaluate(network, values))
    exposure, score = factors.values["exposure"][company], scorer.scores(factors.values)[company]
    return _swings(exposure, count), _swings(score, count)


def _swings(outcomes: Floats, count: int) -> Columns:
    base = float(outcomes[0])
    low, high, down, up = outcomes[1:].reshape(4, count)
    change = np.where(np.isclose(up, down, rtol=_ROUNDING, atol=0), 0, up - down)
    elasticity = change / (2 * _STEP * base) if base else change
    ends = {"at_low": low, "at_high": high, "swing": np.abs(high - low)}
    return {"base": np.full(count, base), **ends, "elasticity": elasticity}


def _join_ranges(network: Network) -> Ranges:
    """Return the ranges of all inputs, one block after another."""
    parts = (network.common, *(block.ranges for block in network.blocks))
    sides = ("low", "base", "high", "ceiling")
    return Ranges(*(np.concatenate([getattr(part, side) for part in parts]) for side in sides))


def _evaluate(network: Network, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return common inputs, rows of units and accounts from the values of all inputs."""
    ends = np.cumsum([len(network.common), *(len(block.ranges) for block in network.blocks)])
    common, *blocks = np.split(values, ends[:-1])
    return common, *network.sums(common, blocks)


# --- all groups at once -------------------------------------------------------------------


def estimate_indices(
    network: Network, scorer: Scorer, company: int, groups: Sequence[Group], draws: int, seed: int, *, threads: int = 1
) -> tuple[Columns, Columns]:
    """Estimate first-order and total Sobol indices of the company's exposure and score; `draws` is a power of two.

    | first | first_p05 | first_p95 | total | total_p05 | total_p95 |, one entry a group

    First order: the part of the variance that goes when the group is known. Total: the part that stays when all but the
    group is known. Both hold for dependent groups: the first includes what a group reveals of the others, the total
    excludes what the others reveal of it.
    """
    sampler = Sampler(network)
    one, other = _draw_two_samples(sampler, draws, seed)
    correlation = network.dependence @ network.dependence.T

    def evaluate(normals: Floats) -> Floats:
        return _outcomes(sampler, scorer, normals, company, chunk_size(network))

    def evaluate_swapped(group: Group) -> tuple[Floats, Floats]:
        leading, trailing = _swap(one, other, group.normals, correlation)
        first = evaluate(leading)
        return first, first if trailing is leading else evaluate(trailing)

    with ThreadPoolExecutor(threads) as pool:
        f_a, f_b = pool.map(evaluate, (one, other))
        pairs = list(pool.map(evaluate_swapped, groups))
    first, last = (np.array([pair[side] for pair in pairs]).reshape(-1, *f_a.shape) for side in range(2))
    once = np.full(draws, 1 / draws)
    resamples = np.random.default_rng([seed, draws]).multinomial(draws, once, _RESAMPLES) / draws
    weights = np.vstack([once, resamples])
    exposure, score = (_indices(f_a[s], f_b[s], first[:, s], last[:, s], weights) for s in range(2))
    return exposure, score


def _draw_two_samples(sampler: Sampler, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Draw two independent sets of correlated normals, (normals, draws) each."""
    normals = np.random.default_rng(seed).standard_normal((2, sampler.normals(), draws), np.float32)
    for sample in normals:
        sampler.correlate(sample)
    return normals[0], normals[1]


def _outcomes(sampler: Sampler, scorer: Scorer, normals: Floats, company: int, size: int) -> Floats:
    """Return the company's exposure and score in each draw: (2, draws)."""
    outcomes = np.empty((2, normals.shape[1]))
    for start in range(0, normals.shape[1], size):
        factors = sampler.evaluate_factors(normals[:, start : start + size])
        outcomes[0, start : start + size] = factors.values["exposure"][company]
        outcomes[1, start : start + size] = scorer.scores(factors.values)[company]
    return outcomes


def _swap(one: Floats, other: Floats, rows: Index, correlation: Floats) -> tuple[Floats, Floats]:
    """Take the group's normals from the other sample: with dependent normals following it, and with it following them.

    Normals follow by their conditional mean, and keep their own deviation from it.
    """
    leading = one.copy()
    leading[rows] = other[rows]
    mine = rows[rows < len(correlation)]
    rest = np.setdiff1d(np.arange(len(correlation)), mine)
    between = correlation[np.ix_(rest, mine)]
    if not between.any():
        return leading, leading
    trailing = leading.copy()
    follow = (between @ np.linalg.pinv(correlation[np.ix_(mine, mine)])).astype(one.dtype)
    leading[rest] += follow @ (other[mine] - one[mine])
    follow = (between.T @ np.linalg.pinv(correlation[np.ix_(rest, rest)])).astype(one.dtype)
    trailing[mine] += follow @ (one[rest] - other[rest])
    return leading, trailing


def _indices(f_a: Floats, f_b: Floats, first: Floats, last: Floats, weights: Floats) -> Columns:
    """Return Saltelli's and Jansen's estimates by the first row of weights, and bands by the other rows."""
    centre = (f_a.mean() + f_b.mean()) / 2
    a, b = f_a - centre, f_b - centre
    mean = weights @ (a + b) / 2
    variance = np.maximum(weights @ (a**2 + b**2) / 2 - mean**2, np.finfo(float).tiny)
    columns: Columns = {}
    for name, parts, half in (("first", b * (first - f_a), 1), ("total", (f_a - last) ** 2, 2)):
        estimates = weights @ parts.T / (half * variance[:, None])
        low, high = np.quantile(estimates[1:], [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2], axis=0)
        columns |= {name: estimates[0], f"{name}_p05": low, f"{name}_p95": high}
    return columns


# --- the value of information -------------------------------------------------------------


@dataclass(frozen=True)
class Information:
    """How much of the question which companies are in the top N each normal, and so its inputs, would settle.

    Unsettled is the sum over companies of p (1 - p), p the chance to be in the top N.
    """

    unsettled: float
    #: mean decrease of the unsettled part: (normals, companies)
    settled: Floats
    #: largest decrease by chance, for inputs without any effect
    noise: float


def estimate_information(
    network: Network, scorer: Scorer, draws: int, seed: int, top: int, *, threads: int = 1
) -> Information:
    """Estimate how much knowing each normal settles of the top N: draws are sorted into bins by each normal."""
    bins = int(np.clip(draws // _BIN_DRAWS, 2, _BINS))
    edges = ndtri(np.arange(1, bins) / bins).astype(np.float32)
    height = Sampler(network).normals()
    binned = np.empty((height + _PLACEBOS, draws), np.uint8)
    placebos = np.random.default_rng([seed, height]).standard_normal((_PLACEBOS, draws), np.float32)
    binned[height:] = np.searchsorted(edges, placebos)

    def seen(where: slice, normals: Floats) -> None:
        binned[:height, where] = np.searchsorted(edges, normals)

    among = simulate(network, scorer, draws, seed, threads=threads, seen=seen).rank <= top
    settled = np.zeros((height + _PLACEBOS, len(among)))
    chance = among.mean(axis=1)
    spread = chance * (1 - chance) * draws / max(draws - 1, 1)
    open_ = np.flatnonzero(spread)
    for start in range(0, len(binned), _SLICE):
        rows = slice(start, start + _SLICE)
        settled[rows, open_] = spread[open_] - _spread_within_bins(binned[rows], among[open_], bins)
    return Information(float(spread.sum()), settled[:height], float(settled[height:].sum(axis=1).max()))


def _spread_within_bins(binned: npt.NDArray[np.uint8], among: npt.NDArray[np.bool_], bins: int) -> Floats:
    """Return the mean unsettled part of each company within the bins of each normal: (normals, companies).

    Within a bin of m draws p (1 - p) is too small by 1 / m on average, which is corrected.
    """
    height, draws = binned.shape
    columns = (binned + bins * np.arange(height)[:, None]).T.ravel()
    membership = csr_array(
        (np.ones(len(columns), np.float32), columns, np.arange(0, len(columns) + 1, height)),
        shape=(draws, height * bins),
    )
    size = np.asarray(membership.sum(axis=0)).reshape(height, bins, 1)
    chance = np.asarray(membership.T @ among.T.astype(np.float32)).reshape(height, bins, -1) / np.maximum(size, 1)
    spread = chance * (1 - chance) * size / np.maximum(size - 1, 1)
    return np.asarray((spread * size).sum(axis=1) / draws)
