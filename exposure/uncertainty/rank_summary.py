"""Quantiles, chances and tiers of companies over draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.model.distributions import Floats, Index
from exposure.uncertainty.scorer import Ranks
from exposure.uncertainty.simulation import Draws

#: places whose chance of being reached is reported
PLACES = (5, 10, 20)
#: part of the draws in an interval; companies are distinguishable when one is ahead in at least this part
COVERAGE = 0.90
#: comparisons of draws that rank intervals take at most; larger lists compare fewer draws
_COMPARED = 1 << 32


def summarise_draws(draws: Draws, published: Index) -> dict[str, npt.NDArray[Any]]:
    """Return the interval columns of a watchlist, one entry a company; `published` are the central ranks.

    | rank_tier | rank_low | rank_high | score_median | score_p05 | ... | exposure_p95 | p_top5 | p_top10 | p_top20 |
    """
    least, most = bound_ranks(draws.rank, draws.rank)
    columns: dict[str, npt.NDArray[Any]] = {
        "rank_tier": assign_tiers(draws.rank, published),
        "rank_low": least,
        "rank_high": most,
    }
    for name, values in (("score", draws.score), ("exposure", draws.exposure)):
        low, middle, high = compute_quantiles(values)
        columns |= {f"{name}_median": middle, f"{name}_p05": low, f"{name}_p95": high}
    return columns | {f"p_top{place}": (draws.rank <= place).mean(axis=1) for place in PLACES}


def bound_ranks(rank: npt.NDArray[Any], others: npt.NDArray[Any]) -> tuple[Index, Index]:
    """Return the best and the worst rank of companies among others, by comparing each with each over the draws.

    Ranks are (companies, draws), the least the first. Those ahead in 95% of the draws are ahead at best, those ahead in
    more than 5% at worst. So the interval holds the true rank where published figures are off by more than companies
    lie apart, while quantiles of drawn ranks take the errors for differences (Mogstad, Romano, Shaikh and Wilhelm,
    2024).
    """
    edge, draws = round((1 - COVERAGE) / 2, 9), rank.shape[1]
    step = max(1, -(-len(rank) * len(others) * draws // _COMPARED))
    rank, others = rank[:, ::step], others[:, ::step]
    ahead = np.array([(others < one).mean(axis=1) for one in rank]).reshape(len(rank), len(others))
    return 1 + (ahead >= 1 - edge).sum(axis=1), 1 + (ahead > edge).sum(axis=1)


def compute_quantiles(values: npt.NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """Return low end, median and high end of each row; an end is a drawn value, outward of the quantile."""
    draws = values.shape[1]
    edge = (1 - COVERAGE) / 2
    places = [int(np.floor(edge * (draws - 1))), (draws - 1) // 2, int(np.ceil((1 - edge) * (draws - 1)))]
    ordered = np.sort(values.astype(np.float32, copy=False), axis=1)  # ranks as floats: bytes sort several times slower
    low, middle, high = (ordered[:, place] for place in places)
    return low, middle, high


def assign_tiers(rank: Ranks, published: Index) -> Index:
    """Return tiers from 1: a new one begins where a company is behind the last tier's first in `COVERAGE` of draws.

    Companies that share a published rank share a tier.
    """
    order = np.argsort(published, kind="stable")
    tier = np.empty(len(order), np.intp)
    starts = np.flatnonzero(np.diff(published[order], prepend=-1))
    leader, number = 0, 1
    while leader < len(order):
        end = _tier_end(rank, order, leader, starts)
        tier[order[leader:end]] = number
        leader, number = end, number + 1
    return tier


def _tier_end(rank: Ranks, order: Index, leader: int, starts: Index) -> int:
    """Return the place of the first company, or group of one published rank, distinguishable from the leader."""
    after = starts[starts > leader]
    start, width = (int(after[0]) if len(after) else len(order)), 32
    while start < len(order):
        stop = min(start + width, len(order))
        apart = np.flatnonzero(_part_ahead(rank, order[leader], order[start:stop]) >= COVERAGE)
        if len(apart):
            return int(after[after <= start + apart[0]][-1])
        start, width = stop, 2 * width
    return len(order)


def _part_ahead(rank: Ranks, first: int, others: Index) -> Floats:
    """Return the part of draws in which the first is ahead of each other one, a tie counted half."""
    mine, theirs = rank[first], rank[others]
    return np.asarray((mine < theirs).mean(axis=1) + (mine == theirs).mean(axis=1) / 2)
