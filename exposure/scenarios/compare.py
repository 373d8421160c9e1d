"""Rank a scenario beside the base: what its rules change, for which companies, and which they do not reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from exposure.errors import ExposureError
from exposure.names.vocabulary import Vocabulary
from exposure.question import Question, Result
from exposure.scenarios.apply import apply_rules
from exposure.scenarios.scenario_files import read_scenarios
from exposure.scoring import normalise, ranking

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.scenarios.apply import AppliedRules
    from exposure.scenarios.rules import Scenario
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile

#: the columns of a comparison, in order; `rank_change` counts places gained
COMPARED: dict[str, pl.DataType] = {
    "company_id": pl.String(), "ticker": pl.String(), "name": pl.String(), "base_rank": pl.Int64(),
    "scenario_rank": pl.Int64(), "rank_change": pl.Int64(), "base_score": pl.Float64(), "scenario_score": pl.Float64(),
    "score_change": pl.Float64(), "base_exposure": pl.Float64(), "scenario_exposure": pl.Float64(),
    "exposure_change": pl.Float64(), "scenario_exposure_low": pl.Float64(), "scenario_exposure_high": pl.Float64(),
    "base_programme_revenue_usd": pl.Float64(), "scenario_programme_revenue_usd": pl.Float64(),
    "programme_revenue_usd_change": pl.Float64(), "base_company_revenue_usd": pl.Float64(),
    "scenario_company_revenue_usd": pl.Float64(), "company_revenue_usd_change": pl.Float64(),
    "base_denominator": pl.String(), "scenario_denominator": pl.String(), "base_method": pl.String(),
    "scenario_method": pl.String(), "base_grade": pl.String(), "scenario_grade": pl.String(), "unreached": pl.String(),
    "as_of": pl.Date(), "horizon": pl.Int64(), "profile": pl.String(), "scenario": pl.String(),
}  # fmt: skip

#: column of the watchlist -> its name beside "base" and "scenario"
_SIDES = {
    "rank": "rank", "score": "score", "exposure_weight": "exposure", "programme_revenue_usd": "programme_revenue_usd",
    "company_revenue_usd": "company_revenue_usd", "denominator": "denominator", "method": "method", "grade": "grade",
}  # fmt: skip
_CHANGES = ("score", "exposure", "programme_revenue_usd", "company_revenue_usd")
_NAMES = ("company_id", "ticker", "name")
_REVENUES = """
select company_id, family_id, method, programme_revenue_usd from "core.programme_revenue"
where chosen and period_role = 'horizon' and programme_revenue_usd is not null
"""
_SUPPLIED = 'select company_id, family_id, programme_id, product_id, maker_id from "core.supplied_product" order by all'
_LATER = """
select s.source_id, coalesce(s.published_on, s.collected_on) as known_on
from raw.sources as s, core.question as question
where list_contains(?::varchar[], s.source_id) and coalesce(s.published_on, s.collected_on) > question.as_of
order by s.source_id
"""
#: by method, why a company's revenue from a family stays although a rule matched what it supplies
_WHY = {
    "disclosed": "stated as a whole",
    "roll_forward": "rolled forward from stated sales with the units alone",
    "bottom_up": "counted by other inputs than these",
}

#: company and family -> dollars at the horizon by method
_Revenues = dict[tuple[str, str], dict[str, float]]


@dataclass(frozen=True)
class _Both:
    """The rankings of base and scenario, and what the rules did between them."""

    base: Watchlist
    scenario: Watchlist
    applied: AppliedRules
    #: company -> family -> why its revenue stays, where a rule matched what the company supplies
    unaffected: dict[str, dict[str, str]]
    #: sources of the scenario that were not yet known, with the day on which they were
    later: list[tuple[str, date]]


def check_names(names: Sequence[str]) -> None:
    """Raise ExposureError when no scenario is named."""
    if not names:
        raise ExposureError("Name at least one scenario.")


def compare_scenario(reader: Reader, question: Question, profile: Profile, names: Sequence[str], seeds: Path) -> Result:
    """Rank under scenarios, applied together in their order, beside the base: one row a company.

    | company_id | ... | base_rank | scenario_rank | rank_change | ... | exposure_change (fraction) | ... | unreached |

    A scenario is the name of one in the folder `seeds`, or the path of a TOML file.
    """
    words = Vocabulary.from_database(reader)
    scenarios = read_scenarios(names, seeds, words)
    both = _rank_both(reader, question, profile, scenarios, words)
    table = _table(both, "; ".join(each.name for each in scenarios))
    answer = Result(table, list(_notes(scenarios, both, words)))
    return ranking.keep_grades(answer, question.grades, "base_grade", "scenario_grade")


def _rank_both(
    reader: Reader, question: Question, profile: Profile, scenarios: Sequence[Scenario], words: Vocabulary
) -> _Both:
    base = ranking.rank_companies(reader, question, profile)
    before = _revenues(reader)
    applied = apply_rules(reader, [rule for each in scenarios for rule in each.rules], words)
    scenario = ranking.rank_companies(reader, question, profile)
    if base.ranked.is_empty() and scenario.ranked.is_empty():
        raise ExposureError("Nobody can be ranked at this date and horizon, so there is nothing to compare.")
    sources = sorted({source for each in scenarios for source in each.sources})
    later = reader.rows(_LATER, [sources])
    return _Both(base, scenario, applied, _unaffected_families(reader, applied, before), later)


def _revenues(reader: Reader) -> _Revenues:
    terms: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for company, family, method, usd in reader.rows(_REVENUES):
        terms[company, family][method].append(usd)
    return {key: {method: fsum(parts) for method, parts in methods.items()} for key, methods in terms.items()}


def _unaffected_families(reader: Reader, applied: AppliedRules, before: _Revenues) -> dict[str, dict[str, str]]:
    """Return, by company, the families that a rule concerns and whose revenue stays, each with the reason.

    Stated sales without a product can be of any product.
    """
    after = _revenues(reader)
    reader.compute("core.supplied_product")
    affected = defaultdict(list)
    for one in applied.affected:
        affected[one.programme_id].append(one)
    unaffected: dict[str, dict[str, str]] = defaultdict(dict)
    for company, family, programme, product, maker in reader.rows(_SUPPLIED):
        is_concerned = any(
            (product is None or one.product_id in (None, product)) and one.company_id in (None, maker)
            for one in affected[programme]
        )
        if is_concerned and (why := _why(before.get((company, family), {}), after.get((company, family), {}))):
            unaffected[company][family] = why
    return unaffected


def _why(before: dict[str, float], after: dict[str, float]) -> str | None:
    """Return the reason by the method whose revenue stays; stated revenue stays although the rest may move."""
    still = [method for method in after if before.get(method) == after[method] > 0]
    stated = [method for method in still if method != "bottom_up"]
    return _WHY[stated[0]] if stated else _WHY["bottom_up"] if still and len(after) == 1 else None


# --- side by side --------------------------------------------------------------------------


def _table(both: _Both, names: str) -> pl.DataFrame:
    base, scenario = (
        watchlist.ranked.select(*_NAMES, *(pl.col(of).alias(f"{side}_{name}") for of, name in _SIDES.items()), *more)
        for watchlist, side, more in (
            (both.base, "base", ()),
            (both.scenario, "scenario", [
                pl.col("exposure_low").alias("scenario_exposure_low"),
                pl.col("exposure_high").alias("scenario_exposure_high"),
            ]),
        )
    )  # fmt: skip
    side_by_side = base.join(scenario, on="company_id", how="full", coalesce=True, suffix="_too").with_columns(
        *(pl.col(name).fill_null(pl.col(f"{name}_too")) for name in ("ticker", "name")),
        *_changes(),
        rank_change=pl.col("base_rank") - pl.col("scenario_rank"),
    )
    question = (both.base.ranked if both.base.ranked.height else both.scenario.ranked).row(0, named=True)
    reasons = {company: _families(families) for company, families in both.unaffected.items()}
    return (
        side_by_side.with_columns(
            unreached=pl.col("company_id").replace_strict(reasons, default=None, return_dtype=pl.String),
            scenario=pl.lit(names),
            **{name: pl.lit(question[name]) for name in ("as_of", "horizon", "profile")},
        )
        .sort("scenario_rank", "base_rank", "company_id", nulls_last=True)
        .select(pl.col(name).cast(kind) for name, kind in COMPARED.items())
    )


def _changes() -> Iterator[pl.Expr]:
    for name in _CHANGES:
        change = pl.col(f"scenario_{name}") - pl.col(f"base_{name}")
        yield change.round_sig_figs(normalise.DIGITS).alias(f"{name}_change")


def _families(families: dict[str, str]) -> str:
    return "; ".join(f"{family}: {why}" for family, why in sorted(families.items()))


# --- notes ----------------------------------------------------------------------------------


def _notes(scenarios: Sequence[Scenario], both: _Both, words: Vocabulary) -> Iterator[str]:
    yield from (f"{each.title}. {' '.join(each.reasoning.split())}" for each in scenarios)
    yield from _note_rules(scenarios, both.applied, words)
    if both.base.ranked.equals(both.scenario.ranked):
        yield "No figure on the list moves: nothing that is known of a ranked company rests on what the rules change."
    yield from _note_membership(both)
    yield from _note_unaffected(both)
    yield from _note_decisions(both)
    yield from _note_lost_base_years(both)
    for source, known_on in both.later:
        yield f"Figures of the scenario rest on {source}, known since {known_on}, after the day of the question."
    yield from (f"In the scenario: {note}" for note in both.scenario.notes if note not in both.base.notes)


def _note_rules(scenarios: Sequence[Scenario], applied: AppliedRules, words: Vocabulary) -> Iterator[str]:
    places = [f"{each.name}, rule {number}" for each in scenarios for number, _ in enumerate(each.rules, start=1)]
    for place, effect in zip(places, applied.effects, strict=True):
        if not effect.matched:
            yield f"{place} matches nothing: {effect.rule.words}."
        elif idle := effect.idle(words):
            yield f"{place} matches nothing of {', '.join(idle)}."
        yield from (f"{place}: {remark}: {', '.join(subjects)}." for remark, subjects in effect.remarks.items())


def _note_membership(both: _Both) -> Iterator[str]:
    base, scenario = set(both.base.ranked["company_id"]), set(both.scenario.ranked["company_id"])
    bounded = sorted(base & set(both.scenario.bounded["company_id"]))
    if bounded:
        yield f"Less than half known in the scenario, and so without a rank: {', '.join(bounded)}."
    if gone := sorted(base - scenario - set(bounded)):
        yield f"Without any exposure in the scenario, and so without a rank: {', '.join(gone)}."
    if come := sorted(scenario - base):
        yield f"Ranked in the scenario only: {', '.join(come)}."


def _note_unaffected(both: _Both) -> Iterator[str]:
    ranked = set(both.base.ranked["company_id"]) | set(both.scenario.ranked["company_id"])
    by_reason: dict[str, list[str]] = defaultdict(list)
    for company, families in sorted(both.unaffected.items()):
        for family, why in sorted(families.items()):
            if company in ranked:
                by_reason[why].append(f"{company} ({family})")
    for why, who in sorted(by_reason.items()):
        yield f"Not reached, because {why}: {', '.join(who)}."


def _note_lost_base_years(both: _Both) -> Iterator[str]:
    known = set(both.base.ranked.filter(pl.col("growth").is_not_null())["company_id"])
    lost = [company for company in _unknown_growth(both.scenario) if company in known]
    if lost:
        yield (
            f"The base year becomes unknown, and growth with it, for {', '.join(lost)}: what a rule adds at the "
            'horizon is not said of the year before. A rule with periods = ["base"] can say it.'
        )


def _unknown_growth(watchlist: Watchlist) -> list[str]:
    return watchlist.ranked.filter(pl.col("growth").is_null())["company_id"].sort().to_list()


def _note_decisions(both: _Both) -> Iterator[str]:
    """Name the companies for which the scenario changes a decision: the method, the denominator or the grade."""
    for column, word in (("method", "method"), ("denominator", "denominator"), ("grade", "grade")):
        before = dict(both.base.ranked.select("company_id", column).rows())
        rows = both.scenario.ranked.select("company_id", column).sort("company_id").rows()
        changed = [f"{who} ({before[who]} to {now})" for who, now in rows if who in before and before[who] != now]
        if changed:
            yield f"The {word} changes, and part of the change is that: {', '.join(changed)}."
