"""The watchlist: quantified companies ranked by score, and the others with the reason why they are not."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

from exposure.question import GRADES, LEADING_GRADES
from exposure.scoring import normalise as scoring
from exposure.seeds.profiles import CENTRE, Profile

#: the columns of the watchlist, in order
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
#: columns that are empty until intervals are drawn
INTERVALS: dict[str, pl.DataType] = {
    "rank_low": pl.Int64(), "rank_high": pl.Int64(), "rank_tier": pl.Int64(), "p_top5": pl.Float64(),
    "p_top10": pl.Float64(), "p_top20": pl.Float64(), "score_median": pl.Float64(), "score_p05": pl.Float64(),
    "score_p95": pl.Float64(), "exposure_median": pl.Float64(), "exposure_p05": pl.Float64(),
    "exposure_p95": pl.Float64(), "expectation_gap_p05": pl.Float64(), "expectation_gap_p95": pl.Float64(),
    "p_beats_consensus": pl.Float64(), "draws": pl.Int64(), "seed": pl.Int64(),
}  # fmt: skip
COLUMNS |= INTERVALS | {
    "known_part": pl.Float64(), "open_usd_high": pl.Float64(), "part_filing": pl.Float64(),
    "part_research": pl.Float64(), "part_rumour": pl.Float64(), "part_assumption": pl.Float64(),
    "newest_known_on": pl.Date(), "oldest_known_on": pl.Date(), "exposure_limit": pl.Float64(),
    "gross_profit_exposure": pl.Float64(), "gross_profit_low": pl.Float64(), "gross_profit_high": pl.Float64(),
    "gross_margin": pl.Float64(), "margin_basis": pl.String(), "booking": pl.String(),
    "consolidated_in": pl.String(),
}  # fmt: skip
#: low and high gross profit: the ends of the exposure times the central margin
GROSS_PROFIT_ENDS = {
    f"gross_profit_{end}": scoring.rounded(pl.col(f"exposure_{end}") * pl.col("gross_margin"))
    for end in ("low", "high")
}
#: what a bounded row does not have
_PLACE = ("rank", "score", "exposure_weight", "gross_profit_exposure")
UNRANKED = ("company_id", "ticker", "name", "reason", "missing")
#: reason of `mart.unquantified` where no source states a supply link; unknown, not zero
NO_LINK = "no supply link known"
#: part of the draws below the low end of a range
_LOW_END = 0.05


@dataclass(frozen=True)
class Watchlist:
    """A ranking, the companies left out of it, and notes."""

    ranked: pl.DataFrame
    #: companies of which less than half is known, the highest lower end first; their known part without a rank
    bounded: pl.DataFrame
    unranked: pl.DataFrame
    #: the parts of each score: company_id | factor | raw | point | normalised | weight; `point` is the part of the
    #: draws below the value that is scored, where that is another than the central one
    contributions: pl.DataFrame
    #: the companies that scores are compared with, over all programmes, with their factors
    field: pl.DataFrame
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def listed(self) -> pl.DataFrame:
        """Return the ranked companies, and below them the bounded ones without rank, score and weight."""
        # Of open terms alone no money is known: that is not zero.
        money = pl.when(pl.col("known_part") > 0).then("programme_revenue_usd").alias("programme_revenue_usd")
        empty = (pl.lit(None, dtype=COLUMNS[name]).alias(name) for name in _PLACE)
        unplaced = self.bounded.with_columns(*empty, money)
        return pl.concat([self.ranked, unplaced])


def rank(
    universe: pl.DataFrame,
    chosen: pl.DataFrame,
    unquantified: pl.DataFrame,
    profile: Profile,
    rules: scoring.Rules,
    *,
    by_grade: bool = False,
) -> Watchlist:
    """Rank the chosen companies against the whole universe.

    | universe, chosen: the columns of mart.factors | unquantified: company_id, ticker, name, reason, missing |

    Equal scores share a rank. With `by_grade`, the leading grades come first and the others follow in a block.
    """
    leading = list(LEADING_GRADES if by_grade else GRADES)
    weights: dict[str, float] = dict(profile.weights.items())
    universe, chosen = (frame.with_columns(_factor_columns(profile)) for frame in (universe, chosen))
    chosen = chosen.with_columns(**GROSS_PROFIT_ENDS)
    required = pl.all_horizontal(pl.lit(value=True), *(pl.col(factor).is_not_null() for factor in profile.requires))
    is_known = pl.col("known_part") >= rules.bounded_part
    field_, ranked = universe.filter(required & is_known), chosen.filter(required & is_known)
    dropped, normalised = _normalise_factors(ranked, field_, universe.filter(required), profile, rules)
    kept = {factor: pl.col(column.name) for factor, column in normalised.items()}
    table = (
        ranked.with_columns(normalised.values())
        .with_columns(
            score=scoring.score(weights, kept, rules).round_sig_figs(scoring.DIGITS),
            coverage=scoring.coverage(weights).round_sig_figs(scoring.DIGITS),
            profile=pl.lit(profile.name),
            block=pl.when(pl.col("grade").is_in(leading)).then(pl.lit("")).otherwise(pl.col("grade")),
        )
        .sort("block", "score", "exposure_weight", "company_id", descending=[False, True, True, False])
    )
    table = table.with_row_index("place", offset=1).with_columns(rank=pl.col("place").min().over("block", "score"))
    bounded = sort_bounded(chosen.filter(required & ~is_known))
    unscored = {name: pl.lit(None, dtype=COLUMNS[name]) for name in ("rank", "score", "coverage")}
    return Watchlist(
        ranked=table.select(_columns()),
        bounded=bounded.with_columns(**unscored, profile=pl.lit(profile.name)).select(_columns()),
        unranked=_list_unranked(unquantified, chosen.filter(~required), profile),
        contributions=_contributions(table, profile, kept, rules),
        field=field_,
        notes=[
            *_note_small_field(field_, profile, rules),
            *_note_bounded(bounded),
            *_list_notes(dropped, leading, table),
        ]
        if table.height
        else [],
    )


def sort_bounded(bounded: pl.DataFrame) -> pl.DataFrame:
    """Return the bounded companies, the highest lower end first."""
    return bounded.sort("exposure_low", "exposure_high", "company_id", descending=[True, True, False])


def standings(universe: pl.DataFrame, profile: Profile, rules: scoring.Rules) -> pl.DataFrame:
    """Score companies among themselves, whatever the profile requires: company_id | exposure_weight | score."""
    universe = universe.with_columns(_factor_columns(profile))
    field_ = universe.filter(pl.col("known_part") >= rules.bounded_part)
    _, normalised = _normalise_factors(field_, field_, universe, profile, rules)
    kept = {factor: pl.col(column.name) for factor, column in normalised.items()}
    weights: dict[str, float] = dict(profile.weights.items())
    score = scoring.score(weights, kept, rules).round_sig_figs(scoring.DIGITS)
    return field_.with_columns(normalised.values()).select("company_id", "exposure_weight", score=score)


def _normalise_factors(
    ranked: pl.DataFrame, field_: pl.DataFrame, quantified: pl.DataFrame, profile: Profile, rules: scoring.Rules
) -> tuple[dict[str, str], dict[str, pl.Series]]:
    """Return the factors that are dropped, each with the reason, and the others relative to the field."""
    dropped = scoring.drop_factors(field_, quantified, dict(profile.weights.items()), rules, profile.requires)
    kept = [factor for factor in profile.weights if factor not in dropped]
    columns = (
        scoring.normalise_column(ranked[factor], field_[factor], profile.normalisation, rules).alias(f"{factor} of 100")
        for factor in kept
    )
    return dropped, dict(zip(kept, columns, strict=True))


def _columns() -> list[pl.Expr]:
    """Return the columns of the watchlist, without values for the intervals."""
    return [
        pl.lit(None, dtype=kind).alias(name) if name in INTERVALS else pl.col(name).cast(kind)
        for name, kind in COLUMNS.items()
    ]


def _factor_columns(profile: Profile) -> list[pl.Expr]:
    """Return the factors under the names that profiles use, and all floats of the watchlist, rounded."""
    wanted = {*profile.weights, *profile.requires}
    columns = {factor: pl.col(factor) for factor in sorted(wanted)}
    if "exposure" in columns:
        columns["exposure"] = _exposure_at(profile.exposure_point)
    factors = [scoring.rounded(column).cast(pl.Float64).alias(factor) for factor, column in columns.items()]
    others_done = {"score", "coverage", *wanted, *INTERVALS, *GROSS_PROFIT_ENDS}
    others = [name for name, kind in COLUMNS.items() if kind == pl.Float64 and name not in others_done]
    return [*factors, *(scoring.rounded(name).cast(pl.Float64) for name in others)]


def _exposure_at(point: float) -> pl.Expr:
    """Return the exposure with this part of its draws below it, by the analytic range; 0.5 is the exposure itself.

    The range is lognormal below its middle, or normal where it begins at zero. A figure without one is its own point.
    """
    base, low = pl.col("exposure_weight"), pl.col("exposure_low")
    if point == CENTRE:
        return base
    part = NormalDist().inv_cdf(point) / NormalDist().inv_cdf(_LOW_END)
    lognormal, normal = base * (low / base) ** part, base - (base - low) * part
    return pl.when((low > 0) & (base > 0)).then(lognormal).otherwise(normal).fill_null(base)


def _contributions(
    table: pl.DataFrame, profile: Profile, kept: dict[str, pl.Expr], rules: scoring.Rules
) -> pl.DataFrame:
    point = None if profile.exposure_point == CENTRE else profile.exposure_point
    return pl.concat(
        [
            table.select(
                "company_id",
                factor=pl.lit(factor),
                raw=pl.col(factor),
                point=pl.lit(point if factor == "exposure" else None, dtype=pl.Float64),
                normalised=scoring.contribution(kept[factor], weight, rules),
                weight=pl.lit(abs(weight)),
            )
            for factor, weight in profile.weights.items()
            if factor in kept
        ]
        or [pl.DataFrame(schema={"company_id": pl.String, "factor": pl.String, "raw": pl.Float64})]
    )


def _list_unranked(unquantified: pl.DataFrame, lacking: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    missing = pl.concat_str(
        [pl.when(pl.col(factor).is_null()).then(pl.lit(factor)) for factor in profile.requires] or [pl.lit("")],
        separator="; ",
        ignore_nulls=True,
    )
    without = lacking.select(
        "company_id",
        "ticker",
        "name",
        reason=pl.lit(f"the profile {profile.name} requires what is not known"),
        missing=missing,
    )
    table = pl.concat([unquantified.select(UNRANKED), without])
    # companies with a known link first: a missing figure is worth looking for there
    return table.sort(pl.col("reason") == NO_LINK, "company_id")


def _note_small_field(field_: pl.DataFrame, profile: Profile, rules: scoring.Rules) -> list[str]:
    if not profile.requires or field_.height >= rules.minimum_companies:
        return []
    required = " and ".join(profile.requires)
    return [f"Only {field_.height} companies have {required}, which the profile requires: read the order, not scores."]


def _note_bounded(bounded: pl.DataFrame) -> list[str]:
    if bounded.is_empty():
        return []
    named = ", ".join(bounded["ticker"])
    return [f"Less than half is known of {named}: listed below with a range and without a rank."]


def _list_notes(dropped: dict[str, str], leading: list[str], table: pl.DataFrame) -> list[str]:
    notes = [f"{factor} is not scored: {reason}." for factor, reason in dropped.items()]
    for grade in GRADES:
        behind = table.filter(pl.col("grade") == grade).height
        if behind and grade not in leading and behind < table.height:
            companies = f"{behind} companies of grade {grade}"
            notes.append(f"{companies} follow in a block of their own: {GRADES[grade]}.")
    return notes
