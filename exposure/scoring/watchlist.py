"""Rank quantified companies by score, and say of the others why they are not ranked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import polars as pl

from exposure.question import DEFAULT_GRADES, GRADES
from exposure.scoring import normalise as scoring
from exposure.seeds.profiles import Profile

#: the contract: names and order of the watchlist's columns, with what they hold
COLUMNS: dict[str, pl.DataType] = {
    "rank": pl.Int64(),
    "company_id": pl.String(),
    "ticker": pl.String(),
    "mic": pl.String(),
    "name": pl.String(),
    "name_local": pl.String(),
    "score": pl.Float64(),
    "grade": pl.String(),
    "exposure_weight": pl.Float64(),
    "exposure_low": pl.Float64(),
    "exposure_high": pl.Float64(),
    "exposure_base": pl.Float64(),
    "programme_revenue_usd": pl.Float64(),
    "company_revenue_usd": pl.Float64(),
    "denominator": pl.String(),
    "method": pl.String(),
    "growth": pl.Float64(),
    "revision": pl.Float64(),
    "elasticity": pl.Float64(),
    "expectation_gap": pl.Float64(),
    "visibility": pl.Float64(),
    "barrier": pl.Float64(),
    "concentration": pl.Float64(),
    "confidence": pl.Float64(),
    "assumed_part": pl.Float64(),
    "coverage": pl.Float64(),
    "programmes": pl.Int64(),
    "facts": pl.Int64(),
    "as_of": pl.Date(),
    "horizon": pl.Int64(),
    "profile": pl.String(),
}
#: columns that follow those, empty until `intervals` has drawn
INTERVALS: dict[str, pl.DataType] = {
    "rank_low": pl.Int64(), "rank_high": pl.Int64(), "rank_tier": pl.Int64(), "p_top5": pl.Float64(),
    "p_top10": pl.Float64(), "p_top20": pl.Float64(), "score_median": pl.Float64(), "score_p05": pl.Float64(),
    "score_p95": pl.Float64(), "exposure_median": pl.Float64(), "exposure_p05": pl.Float64(),
    "exposure_p95": pl.Float64(), "expectation_gap_p05": pl.Float64(), "expectation_gap_p95": pl.Float64(),
    "p_beats_consensus": pl.Float64(), "draws": pl.Int64(), "seed": pl.Int64(),
}  # fmt: skip
COLUMNS |= INTERVALS
UNRANKED = ("company_id", "ticker", "name", "reason", "missing")
#: the reason of `mart.unquantified` of those of whom no source says that they supply anything; that is no zero
NO_LINK = "no supply link known"
#: factor of a profile -> column of `mart.factors`
_COLUMN = {"exposure": "exposure_weight"}


@dataclass(frozen=True)
class Watchlist:
    """A ranking, those left out of it, and what the reader must be told of it."""

    ranked: pl.DataFrame
    unranked: pl.DataFrame
    #: company_id | factor | raw | normalised | weight, what each score is made of
    contributions: pl.DataFrame
    #: the companies that scores are set against, over all programmes, with their factors
    field: pl.DataFrame
    notes: list[str] = dataclasses.field(default_factory=list)


def rank(
    universe: pl.DataFrame,
    asked: pl.DataFrame,
    unquantified: pl.DataFrame,
    profile: Profile,
    rules: scoring.Rules,
    grades: str = DEFAULT_GRADES,
) -> Watchlist:
    """Rank the companies asked for against the whole universe.

    | universe, asked: the columns of mart.factors | unquantified: company_id, ticker, name, reason, missing |

    Companies of `grades` lead; each other grade follows in a block of its own. Equal scores share a rank.
    """
    leading = list(grades)
    weights: dict[str, float] = dict(profile.weights.items())
    universe, asked = (frame.with_columns(_factor_columns(profile)) for frame in (universe, asked))
    required = pl.all_horizontal(pl.lit(value=True), *(pl.col(factor).is_not_null() for factor in profile.requires))
    field_, ranked = universe.filter(required), asked.filter(required)
    gone, kept = _comparable(field_, profile, rules)
    table = ranked.with_columns(
        score=scoring.score(weights, kept, rules).round_sig_figs(scoring.DIGITS),
        coverage=scoring.coverage(weights).round_sig_figs(scoring.DIGITS),
        profile=pl.lit(profile.name),
        block=pl.when(pl.col("grade").is_in(leading)).then(pl.lit("")).otherwise(pl.col("grade")),
    ).sort("block", "score", "exposure_weight", "company_id", descending=[False, True, True, False])
    table = table.with_row_index("place", offset=1).with_columns(rank=pl.col("place").min().over("block", "score"))
    return Watchlist(
        ranked=table.select(_columns()),
        unranked=_unranked(unquantified, asked.filter(~required), profile),
        contributions=_contributions(table, profile, kept, rules),
        field=field_,
        notes=[*_thin(field_, profile, rules), *_notes(gone, leading, table)] if table.height else [],
    )


def standings(universe: pl.DataFrame, profile: Profile, rules: scoring.Rules) -> pl.DataFrame:
    """Score companies among themselves, whatever the profile requires: company_id | exposure_weight | score."""
    field_ = universe.with_columns(_factor_columns(profile))
    _, kept = _comparable(field_, profile, rules)
    weights: dict[str, float] = dict(profile.weights.items())
    score = scoring.score(weights, kept, rules).round_sig_figs(scoring.DIGITS)
    return field_.select("company_id", "exposure_weight", score=score)


def _comparable(
    field_: pl.DataFrame, profile: Profile, rules: scoring.Rules
) -> tuple[dict[str, str], dict[str, pl.Expr]]:
    """Give the factors that drop out, each with its reason, and the normalised others."""
    gone = scoring.dropped(field_, dict(profile.weights.items()), rules, profile.requires)
    kept = [factor for factor in profile.weights if factor not in gone]
    return gone, {factor: _normalised(factor, profile, field_, rules) for factor in kept}


def _columns() -> list[pl.Expr]:
    """Give the watchlist's columns; intervals are not known yet."""
    worked_out = [pl.col(name).cast(kind) for name, kind in COLUMNS.items() if name not in INTERVALS]
    return [*worked_out, *(pl.lit(None, dtype=kind).alias(name) for name, kind in INTERVALS.items())]


def _factor_columns(profile: Profile) -> list[pl.Expr]:
    """Name the factors as profiles do, at the digits that count; so are all the floats that leave the engine."""
    wanted = {*profile.weights, *profile.requires}
    factors = [scoring.rounded(_COLUMN.get(factor, factor)).cast(pl.Float64).alias(factor) for factor in sorted(wanted)]
    done = {"score", "coverage", *wanted, *INTERVALS}
    others = [name for name, kind in COLUMNS.items() if kind == pl.Float64 and name not in done]
    return [*factors, *(scoring.rounded(name).cast(pl.Float64) for name in others)]


def _normalised(factor: str, profile: Profile, universe: pl.DataFrame, rules: scoring.Rules) -> pl.Expr:
    if profile.normalisation == "percentile":
        return scoring.percentile(factor, universe[factor])
    return scoring.zscore(factor, universe[factor], rules)


def _contributions(
    table: pl.DataFrame, profile: Profile, kept: dict[str, pl.Expr], rules: scoring.Rules
) -> pl.DataFrame:
    return pl.concat(
        [
            table.select(
                "company_id",
                factor=pl.lit(factor),
                raw=pl.col(factor),
                normalised=scoring.contribution(kept[factor], weight, rules),
                weight=pl.lit(abs(weight)),
            )
            for factor, weight in profile.weights.items()
            if factor in kept
        ]
        or [pl.DataFrame(schema={"company_id": pl.String, "factor": pl.String, "raw": pl.Float64})]
    )


def _unranked(unquantified: pl.DataFrame, lacking: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    missing = pl.concat_str(
        [pl.when(pl.col(factor).is_null()).then(pl.lit(factor)) for factor in profile.requires] or [pl.lit("")],
        separator="; ",
        ignore_nulls=True,
    )
    left_out = lacking.select(
        "company_id",
        "ticker",
        "name",
        reason=pl.lit(f"the profile {profile.name} requires what is not known"),
        missing=missing,
    )
    table = pl.concat([unquantified.select(UNRANKED), left_out])
    # first those of whom something is known: there a figure is worth looking for
    return table.sort(pl.col("reason") == NO_LINK, "company_id")


def _thin(field_: pl.DataFrame, profile: Profile, rules: scoring.Rules) -> list[str]:
    if not profile.requires or field_.height >= rules.minimum_companies:
        return []
    wanted = " and ".join(profile.requires)
    return [f"Only {field_.height} companies have {wanted}, which the profile requires: read the order, not scores."]


def _notes(gone: dict[str, str], leading: list[str], table: pl.DataFrame) -> list[str]:
    notes = [f"The factor {factor} takes no part: {reason}." for factor, reason in gone.items()]
    for grade in GRADES:
        behind = table.filter(pl.col("grade") == grade).height
        if behind and grade not in leading and behind < table.height:
            who = f"{behind} companies of grade {grade}"
            notes.append(f"{who} follow in a block of their own: {GRADES[grade]} (--grades ABC mixes them in).")
    return notes
