"""Rank a scenario beside the base: what rules change, for whom, and whom they cannot reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from exposure import engine
from exposure.engine import DEFAULT_GRADES, DEFAULT_PROFILE, Day, Place, Ranking
from exposure.errors import ExposureError, Fault, RejectedData
from exposure.names import vocabulary
from exposure.scenarios import apply as altering
from exposure.scenarios import rules as scenarios
from exposure.scoring import normalise as scoring

if TYPE_CHECKING:
    from exposure.db.build import Reader
    from exposure.names.vocabulary import Vocabulary
    from exposure.scenarios.apply import Alteration
    from exposure.scenarios.rules import Rule, Scenario
    from exposure.scoring.watchlist import Watchlist

#: what `scenario` gives, in this order; `rank_change` counts places gained
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
_WHO = ("company_id", "ticker", "name")
_REVENUES = """
select r.company_id, r.family_id, r.method, sum(cast(r.programme_revenue_usd as decimal(38, 9)))
from "core.programme_revenue" as r
where r.chosen and r.period_role = 'horizon'
group by r.company_id, r.family_id, r.method
order by r.company_id, r.family_id, r.method
"""
_SUPPLIED = """
select b.company_id, b.family_id, b.programme_id, b.product_id, coalesce(b.via_company_id, b.company_id)
from "core.bottom_up" as b
where b.period_role = 'horizon'
union
select d.company_id, d.family_id, s.programme_id, l.product_id, d.company_id
from "core.disclosed" as d
inner join core.scope_programme as s on s.scope_id = d.scope_id
left join "core.supply_link" as l on l.company_id = d.company_id and l.programme_id = s.programme_id
where d.period_role = 'horizon'
"""
_LATER = """
select s.source_id, coalesce(s.published_on, s.collected_on) as known_on
from raw.sources as s, core.question as question
where list_contains(?::varchar[], s.source_id) and coalesce(s.published_on, s.collected_on) > question.as_of
order by s.source_id
"""
#: why a company's money from a family stays where it is although a rule matched what it supplies
_WHY = {
    "disclosed": "stated as a whole",
    "roll_forward": "rolled forward from stated sales with the units alone",
    "bottom_up": "counted by other inputs than these",
}

#: company and family -> dollars at the horizon by method
_Money = dict[tuple[str, str], dict[str, float]]


class Comparison(NamedTuple):
    """Base and scenario side by side, one row a company, and what the reader must be told."""

    table: pl.DataFrame
    notes: list[str]


@dataclass(frozen=True)
class _Both:
    """The two rankings of one question, with what the rules did between them."""

    base: Watchlist
    changed: Watchlist
    alteration: Alteration
    unreached: dict[str, dict[str, str]]
    later: list[tuple[str, date]]


def scenario(
    *files: str,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    top: int | None = None,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """Rank under scenarios, applied together in their order, beside the base.

    | company_id | ... | base_rank | scenario_rank | rank_change | ... | exposure_change (fraction) | ... | unreached |

    A scenario is the name of a shipped one or the path of a TOML file.
    """
    return compare(
        files, as_of=as_of, horizon=horizon, profile=profile, grades=grades, top=top, db=db, seeds=seeds
    ).table


def compare(
    files: Sequence[str],
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    top: int | None = None,
    db: Place = None,
    seeds: Place = None,
) -> Comparison:
    """Rank as `scenario` does, and tell what matched nothing, whom no rule reaches and what was taken for granted."""
    if not files:
        raise ExposureError("Name at least one scenario.")
    first = engine.top_of(top)
    with engine.answering(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as answer:
        words = vocabulary.of_database(answer.reader)
        found = scenarios.read(files, engine.seeds_of(seeds), words)
        both = _both(answer, [rule for each in found for rule in each.rules], words, grades, _sources(found))
    table = _table(both, "; ".join(each.name for each in found))
    return Comparison(table if first is None else table.head(first), [*_notes(found, both, words)])


def under(
    rules: Sequence[Rule],
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
) -> Ranking:
    """Rank in a world in which these rules have changed the inputs, with the columns of the watchlist.

    Names in the rules that nothing has raise RejectedData; the fault's line is the number of the rule.
    """
    with engine.answering(as_of=as_of, horizon=horizon, profile=profile, grades=grades, db=db, seeds=seeds) as answer:
        words = vocabulary.of_database(answer.reader)
        if faults := list(_unknown(rules, words)):
            raise RejectedData(faults)
        made = _both(answer, rules, words, grades, []).changed
    return Ranking(made.ranked, made.unranked, made.notes)


def _unknown(rules: Sequence[Rule], words: Vocabulary) -> Iterator[Fault]:
    for number, rule in enumerate(rules, start=1):
        for key in scenarios.NAMES:
            for word in getattr(rule, key):
                if message := words.trouble(key, word):
                    yield Fault("rules", number, key, message)


def _sources(found: Iterable[Scenario]) -> list[str]:
    return sorted({source for each in found for source in each.sources})


def _both(
    answer: engine.Answer, rules: Sequence[Rule], words: Vocabulary, grades: str, sources: Sequence[str]
) -> _Both:
    reader = answer.reader
    before = _money(reader)
    alteration = altering.alter(reader, rules, words)
    changed = engine.ranked(reader, None, answer.profile, grades)
    if answer.watchlist.ranked.is_empty() and changed.ranked.is_empty():
        raise ExposureError("Nobody can be ranked at this date and horizon, so there is nothing to compare.")
    later = reader.rows(_LATER, [list(sources)])
    return _Both(answer.watchlist, changed, alteration, _unreached(reader, alteration, before), later)


def _money(reader: Reader) -> _Money:
    found: _Money = defaultdict(dict)
    for company, family, method, usd in reader.rows(_REVENUES):
        if usd is not None:
            found[company, family][method] = float(usd)
    return found


def _unreached(reader: Reader, alteration: Alteration, before: _Money) -> dict[str, dict[str, str]]:
    """Give, by company, the families that rules name something of and whose money stays, each with the reason.

    Where sales are stated and nobody says of which product they are, they can be of any.
    """
    after = _money(reader)
    touched = defaultdict(list)
    for one in alteration.touched:
        touched[one.programme_id].append(one)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for company, family, programme, product, maker in reader.rows(_SUPPLIED):
        at_stake = any(
            (product is None or one.product_id in (None, product)) and one.company_id in (None, maker)
            for one in touched[programme]
        )
        if at_stake and (why := _why(before.get((company, family), {}), after.get((company, family), {}))):
            found[company][family] = why
    return found


def _why(before: dict[str, float], after: dict[str, float]) -> str | None:
    """Say by which method money stays; what is stated stays although the rest of the family may move."""
    still = [method for method in after if before.get(method) == after[method] > 0]
    stated = [method for method in still if method != "bottom_up"]
    return _WHY[stated[0]] if stated else _WHY["bottom_up"] if still and len(after) == 1 else None


# --- side by side --------------------------------------------------------------------------


def _table(both: _Both, names: str) -> pl.DataFrame:
    base, changed = (
        made.ranked.select(*_WHO, *(pl.col(of).alias(f"{side}_{name}") for of, name in _SIDES.items()), *more)
        for made, side, more in (
            (both.base, "base", ()),
            (both.changed, "scenario", [
                pl.col("exposure_low").alias("scenario_exposure_low"),
                pl.col("exposure_high").alias("scenario_exposure_high"),
            ]),
        )
    )  # fmt: skip
    side_by_side = base.join(changed, on="company_id", how="full", coalesce=True, suffix="_too").with_columns(
        *(pl.col(name).fill_null(pl.col(f"{name}_too")) for name in ("ticker", "name")),
        *_changes(),
        rank_change=pl.col("base_rank") - pl.col("scenario_rank"),
    )
    question = (both.base.ranked if both.base.ranked.height else both.changed.ranked).row(0, named=True)
    unreached = {company: _families(families) for company, families in both.unreached.items()}
    return (
        side_by_side.with_columns(
            unreached=pl.col("company_id").replace_strict(unreached, default=None, return_dtype=pl.String),
            scenario=pl.lit(names),
            **{name: pl.lit(question[name]) for name in ("as_of", "horizon", "profile")},
        )
        .sort("scenario_rank", "base_rank", "company_id", nulls_last=True)
        .select(pl.col(name).cast(kind) for name, kind in COMPARED.items())
    )


def _changes() -> Iterator[pl.Expr]:
    for name in _CHANGES:
        change = pl.col(f"scenario_{name}") - pl.col(f"base_{name}")
        yield change.round_sig_figs(scoring.DIGITS).alias(f"{name}_change")


def _families(families: dict[str, str]) -> str:
    return "; ".join(f"{family}: {why}" for family, why in sorted(families.items()))


# --- what the reader must be told ----------------------------------------------------------


def _notes(found: Sequence[Scenario], both: _Both, words: Vocabulary) -> Iterator[str]:
    yield from _what_rules_did(found, both.alteration, words)
    if both.base.ranked.equals(both.changed.ranked):
        yield "No figure on the list moves: nothing that is known of a ranked company rests on what the rules change."
    yield from _comings_and_goings(both)
    yield from _whom_no_rule_reaches(both)
    yield from _moves_of_method(both)
    yield from _lost_base_years(both)
    for source, known_on in both.later:
        yield f"Figures of the scenario rest on {source}, known since {known_on}, after the day of the question."
    yield from (f"In the scenario: {note}" for note in both.changed.notes if note not in both.base.notes)


def _what_rules_did(found: Sequence[Scenario], alteration: Alteration, words: Vocabulary) -> Iterator[str]:
    places = [f"{each.name}, rule {number}" for each in found for number, _ in enumerate(each.rules, start=1)]
    for place, effect in zip(places, alteration.effects, strict=True):
        if not effect.matched:
            yield f"{place} matches nothing: {effect.rule.words}."
        elif idle := effect.idle(words):
            yield f"{place} matches nothing of {', '.join(idle)}."
        yield from (f"{place}: {remark}: {', '.join(subjects)}." for remark, subjects in effect.remarks.items())


def _comings_and_goings(both: _Both) -> Iterator[str]:
    base, changed = set(both.base.ranked["company_id"]), set(both.changed.ranked["company_id"])
    if gone := sorted(base - changed):
        yield f"Without any exposure in the scenario, and so without a rank: {', '.join(gone)}."
    if come := sorted(changed - base):
        yield f"Ranked in the scenario only: {', '.join(come)}."


def _whom_no_rule_reaches(both: _Both) -> Iterator[str]:
    ranked = set(both.base.ranked["company_id"]) | set(both.changed.ranked["company_id"])
    by_reason: dict[str, list[str]] = defaultdict(list)
    for company, families in sorted(both.unreached.items()):
        for family, why in sorted(families.items()):
            if company in ranked:
                by_reason[why].append(f"{company} ({family})")
    for why, who in sorted(by_reason.items()):
        yield f"Not reached, because {why}: {', '.join(who)}."


def _lost_base_years(both: _Both) -> Iterator[str]:
    known = set(both.base.ranked.filter(pl.col("growth").is_not_null())["company_id"])
    lost = [company for company in _unknown_growth(both.changed) if company in known]
    if lost:
        yield (
            f"The base year becomes unknown, and growth with it, for {', '.join(lost)}: what a rule adds at the "
            'horizon is not said of the year before. A rule with periods = ["base"] can say it.'
        )


def _unknown_growth(made: Watchlist) -> list[str]:
    return made.ranked.filter(pl.col("growth").is_null())["company_id"].sort().to_list()


def _moves_of_method(both: _Both) -> Iterator[str]:
    before = dict(both.base.ranked.select("company_id", "method").rows())
    for company, method in both.changed.ranked.select("company_id", "method").sort("company_id").rows():
        if company in before and before[company] != method:
            yield f"{company} goes from {before[company]} to {method}: part of its change is that of the method."
