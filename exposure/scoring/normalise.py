"""Normalisation: make factors comparable across companies and weigh them into a score. Polars expressions only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

#: significant digits that a factor keeps: rounding noise beyond them must not decide a rank
DIGITS = 12


@dataclass(frozen=True)
class Rules:
    """Parameters of the score; `seeds/parameters.csv` has the reasoning behind each."""

    neutral_score: float
    minimum_coverage: float
    minimum_companies: float
    winsor_sd: float
    spread_floor: float


def rounded(column: str) -> pl.Expr:
    """Return a column rounded to `DIGITS`."""
    return pl.col(column).round_sig_figs(DIGITS)


def drop_factors(
    universe: pl.DataFrame, factors: Mapping[str, float], rules: Rules, required: Collection[str] = ()
) -> dict[str, str]:
    """Return the factors that do not distinguish companies, each with the reason.

    | universe: company_id | one column a factor (null = unknown) |

    A required factor is what the ranking is about: it is never dropped for being known for few companies.
    """
    reasons = {}
    for factor in factors:
        known = universe[factor].drop_nulls()
        mean, deviation = _moments(known)
        enough = max(rules.minimum_companies, rules.minimum_coverage * universe.height)
        if factor not in required and len(known) < enough:
            reasons[factor] = f"known for {len(known)} of {universe.height} companies"
        elif deviation <= rules.spread_floor * abs(mean):
            reasons[factor] = "the same for all companies"
    return reasons


def zscore(factor: str, universe: pl.Series, rules: Rules) -> pl.Expr:
    """Return 0 to 100: 100 x normal CDF of the z-score, winsorised at `winsor_sd` standard deviations."""
    mean, deviation = _moments(universe.drop_nulls())
    z = ((pl.col(factor) - mean) / deviation).clip(-rules.winsor_sd, rules.winsor_sd)
    return 100 * _normal_cdf(z)


def percentile(factor: str, universe: pl.Series) -> pl.Expr:
    """Return 0 to 100: the part of the universe below, ties counted half."""
    known = universe.drop_nulls().sort()
    below = pl.lit(known).search_sorted(pl.col(factor), side="left")
    up_to = pl.lit(known).search_sorted(pl.col(factor), side="right")
    position = 100 * (below + up_to) / (2 * len(known))
    return pl.when(pl.col(factor).is_not_null()).then(position)


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


def _moments(known: pl.Series) -> tuple[float, float]:
    """Return mean and population standard deviation, summed in order of size so that row order changes no bit."""
    ordered = known.sort()
    if ordered.is_empty():
        return 0.0, 0.0
    mean = float(ordered.sum()) / len(ordered)
    return mean, float(((ordered - mean) ** 2).sort().sum() / len(ordered)) ** 0.5


def _normal_cdf(z: pl.Expr) -> pl.Expr:
    """Approximate the normal CDF to 7.5e-8 (Abramowitz and Stegun 26.2.17), since polars has no error function."""
    t = 1 / (1 + 0.2316419 * z.abs())
    tail = (
        (-(z**2) / 2).exp()
        / (2 * 3.141592653589793) ** 0.5
        * t
        * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    )
    return pl.when(z >= 0).then(1 - tail).otherwise(tail)
