"""Normalisation: make factors comparable across companies, of one ranking or of many draws, and weigh them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.floating[Any]]

#: significant digits that a factor keeps: rounding noise beyond them must not decide a rank
DIGITS = 12
#: a deviation below this is none
_NOTHING = 1e-30
#: elements that are compared at a time; their arrays stay in the cache
_COMPARED = 1 << 20
#: most companies that are ranked by comparing each with each; more are sorted
_FEW = 64


@dataclass(frozen=True)
class Rules:
    """Parameters of the score; `seeds/parameters.csv` has the reasoning behind each."""

    neutral_score: float
    minimum_coverage: float
    minimum_companies: float
    winsor_sd: float
    spread_floor: float
    #: a row of which less than this part is known is a range and no figure
    bounded_part: float


def rounded(column: str | pl.Expr) -> pl.Expr:
    """Return a column rounded to `DIGITS`."""
    return (pl.col(column) if isinstance(column, str) else column).round_sig_figs(DIGITS)


def drop_factors(
    universe: pl.DataFrame,
    quantified: pl.DataFrame,
    factors: Mapping[str, float],
    rules: Rules,
    required: Collection[str] = (),
) -> dict[str, str]:
    """Return the factors that do not distinguish companies, each with the reason.

    | universe, quantified: company_id | one column a factor (null = unknown) |

    A factor must be known for enough of the quantified companies, and differ within the scored ones, the universe.

    A required factor is what the ranking is about: it is never dropped for being known for few companies.
    """
    reasons = {}
    for factor in factors:
        values = universe[factor].drop_nulls().sort().to_numpy()
        mean, deviation = (values.mean(), values.std()) if len(values) else (0.0, 0.0)
        known = len(quantified[factor].drop_nulls())
        enough = max(rules.minimum_companies, rules.minimum_coverage * quantified.height)
        if factor not in required and known < enough:
            reasons[factor] = f"known for {known} of {quantified.height} companies"
        elif deviation <= rules.spread_floor * abs(mean):
            reasons[factor] = "the same for all companies"
    return reasons


def normalise_column(values: pl.Series, universe: pl.Series, normalisation: str, rules: Rules) -> pl.Series:
    """Return a factor of some companies as 0 to 100 relative to the universe's; unknown stays unknown."""
    known = values.is_not_null().to_numpy()
    result = np.full(len(values), np.nan)
    field = universe.drop_nulls().sort().to_numpy()[:, None]  # so that the order of rows changes no bit
    result[known] = normalise(values.drop_nulls().to_numpy()[:, None], field, normalisation, rules.winsor_sd)[:, 0]
    return pl.Series(values.name, result).fill_nan(None)


def normalise(values: Floats, field: Floats, normalisation: str, winsor_sd: float) -> Floats:
    """Return values, (companies, draws), as 0 to 100 relative to those of the field, in each draw.

    A z-score is 100 x the normal CDF of the distance from the field's mean in standard deviations, at most `winsor_sd`;
    a percentile is the part of the field below, ties counted half. Both arrays may be the same.
    """
    if normalisation == "percentile":
        return _percentiles(values, field)
    mean = field.mean(axis=0)
    z = field - mean
    deviation = np.sqrt(np.einsum("ij,ij->j", z, z) / len(field))
    if field is not values:
        z = values - mean
    z *= 1 / np.maximum(deviation, 1e-12 * np.abs(mean) + _NOTHING)
    np.clip(z, -winsor_sd, winsor_sd, out=z)
    return _normal_cdf(z)


def _percentiles(values: Floats, field: Floats) -> Floats:
    if field is values:
        below, above = rank_columns(-values), rank_columns(values)
        return np.asarray(50 * (below - above + len(values)).astype(values.dtype) / len(values))
    counts = np.empty(values.shape, values.dtype)
    rows = max(1, _COMPARED // max(field.size, 1))
    for start in range(0, len(values), rows):
        some = values[start : start + rows, None]
        counts[start : start + rows] = (field < some).sum(axis=1) + (field <= some).sum(axis=1)
    return np.asarray(50 * counts / len(field))


def _normal_cdf(z: Floats) -> Floats:
    """Return 100 times the normal CDF, to 7.5e-6 (Abramowitz and Stegun 26.2.17); uses up its argument."""
    is_below = z < 0
    np.abs(z, out=z)
    t = 1 / (1 + z.dtype.type(0.2316419) * z)
    tail = np.full_like(t, 1.330274429)
    for coefficient in (-1.821255978, 1.781477937, -0.356563782, 0.319381530):
        tail *= t
        tail += z.dtype.type(coefficient)
    tail *= t
    z *= z
    z *= -0.5
    np.exp(z, out=z)
    tail *= z
    tail *= z.dtype.type(100 / np.sqrt(2 * np.pi))
    return np.asarray(np.where(is_below, tail, 100 - tail))


def rank_columns(scores: Floats) -> npt.NDArray[np.int32]:
    """Return ranks from 1 down each column, the highest score first, equal ones alike."""
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
    rank = np.empty(order.shape, np.int32)
    np.put_along_axis(rank, order, place, axis=1)
    return rank.T


def score(factors: Mapping[str, float], kept: Mapping[str, pl.Expr], rules: Rules) -> pl.Expr:
    """Return the weighted mean of normalised factors, 0 to 100; unknown is neutral, a negative weight inverts."""
    weights = {factor: weight for factor, weight in factors.items() if factor in kept}
    if not weights:
        return pl.lit(rules.neutral_score, dtype=pl.Float64)
    parts = [contribution(kept[factor], weight, rules) * abs(weight) for factor, weight in weights.items()]
    return pl.sum_horizontal(parts) / sum(map(abs, weights.values()))


def contribution(normalised: pl.Expr, weight: float, rules: Rules) -> pl.Expr:
    """Return what a factor contributes to the score before its weight, 0 to 100."""
    directed = normalised if weight > 0 else 100 - normalised
    return directed.fill_null(rules.neutral_score)


def coverage(factors: Mapping[str, float]) -> pl.Expr:
    """Return the part of the profile's weight whose factors are known, 0 to 1."""
    total = sum(map(abs, factors.values()))
    known = [pl.col(factor).is_not_null().cast(pl.Float64) * abs(weight) for factor, weight in factors.items()]
    return pl.sum_horizontal(known) / total
