"""Sensitivity of a result to groups of inputs: swings, Sobol indices, and the value of information. Arrays only.

Inputs are the uncertain nodes of a graph, by their place among them; so are the normals that move them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import ndtri

from exposure.model.distributions import Floats, Index
from exposure.model.sampler import Sampler
from exposure.uncertainty.rank_summary import COVERAGE
from exposure.uncertainty.scorer import Scorer
from exposure.uncertainty.simulation import simulate
from exposure.uncertainty.world import World

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


Mask = npt.NDArray[np.bool_]
#: name of a column -> its values
Columns = dict[str, Floats]


@dataclass(frozen=True)
class Group:
    """Uncertain nodes that are varied together, and the normals that move them."""

    rows: Index
    normals: Index


# --- one group at a time ------------------------------------------------------------------


def measure_swings(world: World, scorer: Scorer, company: int, groups: Sequence[Group]) -> tuple[Columns, Columns]:
    """Return the company's exposure and score as each group moves to its ends, the other groups at the centre.

    | base | at_low | at_high | swing | elasticity |, one entry a group
    """
    uncertain, count = world.sampler.uncertain, len(groups)
    low, high = uncertain.relative()
    scale = np.ones((len(uncertain.nodes), 1 + 4 * count))
    for number, group in enumerate(groups):
        rows = group.rows
        step = np.full(len(rows), _STEP)
        scale[rows[:, None], 1 + number + count * np.arange(4)] = np.stack(
            [low[rows], high[rows], 1 - step, 1 + step], axis=1
        )
    factors = world.evaluate(uncertain.nodes, scale)
    return _swings(factors["exposure"][company], count), _swings(scorer.central_scores(factors)[company], count)


def _swings(outcomes: Floats, count: int) -> Columns:
    base = float(outcomes[0])
    low, high, down, up = outcomes[1:].reshape(4, count)
    change = np.where(np.isclose(up, down, rtol=_ROUNDING, atol=0), 0, up - down)
    elasticity = change / (2 * _STEP * base) if base else change
    ends = {"at_low": low, "at_high": high, "swing": np.abs(high - low)}
    return {"base": np.full(count, base), **ends, "elasticity": elasticity}


# --- all groups at once -------------------------------------------------------------------


def estimate_indices(
    world: World, scorer: Scorer, company: int, groups: Sequence[Group], draws: int, seed: int, *, threads: int = 1
) -> tuple[Columns, Columns]:
    """Estimate first-order and total Sobol indices of the company's exposure and score; `draws` is a power of two.

    | first | first_p05 | first_p95 | total | total_p05 | total_p95 |, one entry a group

    First order: the part of the variance that goes when the group is known. Total: the part that stays when all but the
    group is known. Both hold for dependent groups: the first includes what a group reveals of the others, the total
    excludes what the others reveal of it.
    """
    sampler = world.sampler
    one, other = _draw_two_samples(sampler, draws, seed)
    correlation = sampler.uncertain.correlation

    def evaluate(normals: Floats) -> Floats:
        return _outcomes(world, sampler, scorer, normals, company)

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
    normals = np.random.default_rng(seed).standard_normal((2, sampler.normals, draws), np.float32)
    for sample in normals:
        sampler.correlate(sample)
    return normals[0], normals[1]


def _outcomes(world: World, sampler: Sampler, scorer: Scorer, normals: Floats, company: int) -> Floats:
    """Return the company's exposure and score in each draw: (2, draws)."""
    outcomes, size = np.empty((2, normals.shape[1])), sampler.chunk
    for start in range(0, normals.shape[1], size):
        factors = world.factors(sampler.evaluate(normals[:, start : start + size]))
        outcomes[0, start : start + size] = factors["exposure"][company]
        outcomes[1, start : start + size] = scorer.scores(factors)[company]
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

    The unknown factors of the scorer follow the normals: by factor, and by company.

    Unsettled is the sum over companies of p (1 - p), p the chance to be in the top N.
    """

    unsettled: float
    #: mean decrease of the unsettled part: (normals and unknown factors, companies)
    settled: Floats
    #: largest decrease by chance, for inputs without any effect
    noise: float


def estimate_information(
    world: World, scorer: Scorer, draws: int, seed: int, top: int, *, threads: int = 1, asked: Mask | None = None
) -> Information:
    """Estimate how much knowing each normal settles of the top N: draws are sorted into bins by each normal.

    Only the companies that are `asked` for count, or all.
    """
    bins = int(np.clip(draws // _BIN_DRAWS, 2, _BINS))
    edges = ndtri(np.arange(1, bins) / bins).astype(np.float32)
    normal = world.sampler.normals
    height = normal + sum(map(len, scorer.unknown.values()))
    binned = np.empty((height + _PLACEBOS, draws), np.uint8)
    placebos = np.random.default_rng([seed, normal]).standard_normal((_PLACEBOS, draws), np.float32)
    binned[height:] = np.searchsorted(edges, placebos)

    def seen(where: slice, normals: Floats, drawn: Mapping[str, Floats]) -> None:
        binned[:normal, where] = np.searchsorted(edges, normals)
        start = normal
        for scores in drawn.values():
            binned[start : start + len(scores), where] = scores * (bins / 100)
            start += len(scores)

    among = simulate(world, scorer, draws, seed, threads=threads, seen=seen).rank <= top
    settled = np.zeros((len(binned), len(among)))
    chance = among.mean(axis=1)
    spread = chance * (1 - chance) * draws / max(draws - 1, 1) * (True if asked is None else asked)
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
