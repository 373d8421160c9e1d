"""String the line together: build, rank, explain, export, audit, ask. Gives frames, prints nothing."""

from __future__ import annotations

import logging
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from exposure import __version__
from exposure.errors import ExposureError, RejectedData
from exposure.seeds import resources

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.build import Reader
    from exposure.lineage.explanation import Explanation
    from exposure.scoring.normalise import Rules
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile
    from exposure.seeds.reader import Seeds

log = logging.getLogger(__name__)

DEFAULT_PROFILE = "balanced"
DEFAULT_GRADES = "AB"
#: draws behind the intervals of a ranking, and the seed number they start from
DEFAULT_DRAWS = 10_000
DEFAULT_SEED = 1
#: companies that a note names at most
_MOST_NAMED = 8
_UNLESS = ", unless they state it themselves"
Day = date | str | None
Place = Path | str | None

#: file stem -> columns in order, of the folder that `export` writes
EXPORTS: dict[str, tuple[str, ...]] = {
    "watchlist": (),
    "unranked": ("company_id", "ticker", "name", "reason", "missing"),
    "exposures": (
        "company_id", "ticker", "name", "programme_id", "family_id", "year", "exposure_weight", "exposure_low",
        "exposure_high", "exposure_base", "programme_revenue_usd", "programme_revenue_usd_low",
        "programme_revenue_usd_high", "programme_revenue_base_usd", "company_revenue_usd", "denominator", "method",
        "assumed_usd", "fact_ids", "as_of",
    ),
    "facts": (
        "fact_id", "kind", "measure", "company_id", "scope_id", "product_id", "counterpart_id", "period", "unit",
        "currency", "low", "base", "high", "tier", "known_on", "origin_id", "source_id", "source_title", "publisher",
        "published_on", "url", "rests_on", "as_of",
    ),
    "findings": (
        "finding", "finding_key", "state", "severity", "company_id", "scope_id", "product_id", "year", "value",
        "limit_value", "message", "reason", "waived_on", "fact_ids", "as_of",
    ),
}  # fmt: skip

_UNIVERSE = 'select * from "mart.factors" order by company_id'
_UNQUANTIFIED = 'select * from "mart.unquantified" order by company_id'
_PARAMETERS = "select parameter, value from raw.parameters"
_STORED = "select * exclude (position) from mart.stored_watchlist order by position"
_NOTES = "select note from mart.stored_note order by position"
_OPEN = """select finding, count(*) from "audit.finding" where state = 'open' group by finding order by finding"""
_FINDINGS = """
select * from "audit.finding"
order by case state when 'open' then 1 when 'note' then 2 else 3 end, finding, finding_key
"""
_CLAIMS = """
select
    'check' as audited, c.check_id as id, c.verdict, c.formula as kind, c.subject, c.metric, c.object, c.period, c.unit,
    c.stated, c.stated_low, c.stated_high, c.recomputed, c.recomputed_low, c.recomputed_high,
    array_to_string(c.inputs, '; ') as first_statement, cast(null as varchar) as second_statement, c.reason,
    c.note, c.input_citation as first_citation, c.stated_citation as second_citation,
    array_to_string(list_concat([c.stated_fact_id], c.fact_ids), '; ') as fact_ids, c.as_of
from "research.claim_check" as c
union all
select
    'pair', d.contradiction_id, d.kind, case when d.is_judged then 'judged' else 'found' end, d.subject, d.metric,
    d.object, d.period, null, null, null, null, null, null, null, d.left_statement, d.right_statement, d.treatment,
    d.note, d.left_origin_id || ' ' || d.left_known_on || ' ' || d.left_citation,
    d.right_origin_id || ' ' || d.right_known_on || ' ' || d.right_citation, array_to_string(d.fact_ids, '; '), d.as_of
from "research.contradiction" as d
order by
    audited, case verdict when 'differs' then 1 when 'contradiction' then 1 when 'agrees' then 3 else 2 end, kind, id
"""
_EXPOSURES = """
select e.*, c.ticker, c.name
from "mart.exposure_weight" as e inner join "mart.company" as c on c.company_id = e.company_id
order by e.company_id, e.programme_id
"""
_FACTS = """
with used as (
    select unnest(e.fact_ids) as fact_id from "mart.exposure_weight" as e
    union
    select unnest(?::varchar[]) as fact_id
)
select e.* from "mart.evidence" as e
where e.fact_id in (select u.fact_id from used as u)
order by e.fact_id, e.measure, e.company_id
"""
_DOCUMENTS = """
with used as (
    select distinct e.company_id, unnest(e.fact_ids) as fact_id from "mart.exposure_weight" as e
)
select
    s.source_id, s.title, s.publisher, s.published_on, s.language, s.channel, s.tier, s.origin_id,
    count(distinct e.fact_id) as facts_known, count(distinct u.fact_id) as facts_used,
    count(distinct u.company_id) as companies_resting, s.url
from raw.sources as s
left join "mart.evidence" as e on e.source_id = s.source_id
left join used as u on u.fact_id = e.fact_id
group by all
order by companies_resting desc, facts_used desc, facts_known desc, s.source_id
"""
#: families that are supplied and counted in some year, and not in the one looked at
_UNCOUNTED = """
select f.family_id, question.horizon
from raw.families as f cross join core.question as question cross join core.choice as choice
where
    exists (
        select 1 from "core.supply_link" as l inner join raw.programmes as p on p.programme_id = l.programme_id
        where
            p.family_id = f.family_id
            and (choice.programmes is null or list_contains(choice.programmes, l.programme_id))
    )
    and exists (
        select 1 from "core.vintage" as v inner join core.scope_programme as s on s.scope_id = v.scope_id
        where
            s.family_id = f.family_id and v.kind = 'units' and v.product_id is null
            and coalesce(v.base, v.low, v.high) > 0
    )
    and not exists (
        select 1 from "core.programme_units" as u
        where u.family_id = f.family_id and u.period_role = 'horizon' and u.units is not null
    )
order by f.family_id
"""
#: companies whose latest reported sales, of a year or a part of one, ended too long ago
_STALE = """
select v.company_id, cast(max(p.value) as integer), max(question.as_of_revenue)
from "core.vintage" as v
inner join raw.parameters as p on p.parameter = 'stale_after_days'
cross join core.question as question
where
    v.kind = 'revenue' and v.measure in ('actual', 'trailing', 'part_year')
    and v.base is not null
group by v.company_id
having date_diff('day', max(v.period_end), max(question.as_of_revenue)) > max(p.value)
"""
_DOCUMENT = "select source_id from raw.sources where lower(source_id) = ?"
_FACT = "select distinct fact_id from mart.evidence where lower(fact_id) = ?"
_RESTING = "select * from mart.evidence where source_id = ? order by fact_id, measure, company_id"
_STATED = "select * from mart.evidence where fact_id = ? order by measure, company_id"
#: the facts of a company, document by document, those with the most of them first
_NAMED = """
select e.* from mart.evidence as e
where list_contains(?::varchar[], e.fact_id)
order by count(*) over (partition by e.source_id) desc, e.source_id, e.fact_id, e.measure, e.company_id
"""


class Stored(NamedTuple):
    """The default watchlist as the build stored it, read without polars."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    notes: list[str]


class Ranking(NamedTuple):
    """A watchlist, the companies left out of it, and what the reader must be told."""

    watchlist: pl.DataFrame
    unranked: pl.DataFrame
    notes: list[str]


class Answer(NamedTuple):
    """A ranking with what it was made by and from, while the database is open."""

    reader: Reader
    watchlist: Watchlist
    profile: Profile
    rules: Rules


class BuildSummary(NamedTuple):
    """What a build made."""

    db: Path
    rows: dict[str, int]
    findings: dict[str, int]
    ranked: int
    unranked: int
    as_of: date | None
    horizon: int | None


class Session(NamedTuple):
    """A fresh database and the question that a shell on it starts with."""

    db: Path
    as_of: date | None
    horizon: int | None
    profile: str


# --- building -----------------------------------------------------------------------------


def check(seeds: Place = None) -> dict[str, int]:
    """Hold seed files to their contracts and count their rows; raise RejectedData with every fault."""
    return {name: len(rows) for name, rows in _checked(seeds_of(seeds)).tables.items()}


def _checked(folder: Path) -> Seeds:
    from exposure.names import vocabulary
    from exposure.scenarios import rules as scenarios
    from exposure.seeds import profile_files
    from exposure.seeds import reader as seed_tables

    faults = profile_files.faults(folder)
    try:
        found = seed_tables.read(folder)
    except RejectedData as rejected:
        raise RejectedData([*rejected.faults, *faults, *scenarios.faults(folder, None)]) from rejected
    if faults := [*faults, *scenarios.faults(folder, vocabulary.of_seeds(found))]:
        raise RejectedData(faults)
    return found


def build(seeds: Place = None, db: Place = None) -> BuildSummary:
    """Check the seeds, build the database beside the old one, store the default watchlist, put it in place."""
    from exposure.db import build as warehouse

    folder, target = seeds_of(seeds), _db(db)
    fingerprint = resources.fingerprint(folder)
    found = _checked(folder)
    made: dict[str, Any] = {}

    def store(writer: warehouse.Writer) -> None:
        made["watchlist"] = _store_default(writer, folder)
        writer.compute("audit.finding")
        made["findings"] = dict(writer.rows(_OPEN))

    report = warehouse.build(found, target, seeds_fingerprint=fingerprint, tables=stored_tables(), after_views=store)
    return BuildSummary(
        db=target,
        rows=report.rows,
        findings=made["findings"],
        ranked=made["watchlist"].ranked.height,
        unranked=made["watchlist"].unranked.height,
        as_of=report.latest_known_on,
        horizon=report.default_horizon,
    )


def stored_tables() -> dict[str, list[tuple[str, str]]]:
    """Give the tables that a build has for the default watchlist."""
    from exposure.scoring.watchlist import COLUMNS

    kinds = {"Int64": "BIGINT", "Float64": "DOUBLE", "String": "VARCHAR", "Date": "DATE"}
    columns = [(name, kinds[str(kind)]) for name, kind in COLUMNS.items()]
    return {
        "mart.stored_watchlist": [("position", "BIGINT"), *columns],
        "mart.stored_note": [("position", "BIGINT"), ("note", "VARCHAR")],
    }


def _store_default(writer: Any, folder: Path) -> Watchlist:
    profile = profile_of(DEFAULT_PROFILE, folder)
    made = ranked(writer, None, profile, DEFAULT_GRADES)
    made = _drawn(writer, made, profile, DEFAULT_GRADES, DEFAULT_DRAWS, DEFAULT_SEED)
    writer.store("mart.stored_watchlist", [(i, *row) for i, row in enumerate(made.ranked.rows())])
    writer.store("mart.stored_note", list(enumerate(_notes(writer, made))))
    return made


# --- ranking ------------------------------------------------------------------------------


def stored_watchlist(db: Place = None, seeds: Place = None) -> Stored | None:
    """Read the default watchlist that the build stored; None when there is no current database.

    Imports neither polars nor pydantic: this is what a reader waits for most often.
    """
    from exposure.db import connection as database

    try:
        return _stored(_db(db), seeds_of(seeds))
    except (database.Missing, database.Stale):
        return None


def default_watchlist(db: Place = None, seeds: Place = None) -> Stored:
    """Read the default watchlist; the database is built first when it has to be, and has worked it out by then."""
    return stored_watchlist(db, seeds) or _stored(ready(db, seeds))


def _stored(db: Path, seeds: Path | None = None) -> Stored:
    from exposure.db import build as warehouse

    with warehouse.reading(db, seeds=seeds) as reader:
        table = reader.table(_STORED)
        return Stored(table.columns, table.rows, [note for (note,) in reader.rows(_NOTES)])


def rank(
    programmes: Sequence[str] | str | None = None,
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    top: int | None = None,
    draws: int = DEFAULT_DRAWS,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """Rank companies by their exposure to programmes (default: all of them), as known at a date.

    | rank | company_id | ticker | ... | score (0 to 100) | exposure_weight (fraction) | programme_revenue_usd | ... |
    rank_low | rank_high | rank_tier | ... | score_p05 | score_p95 | ... |

    The columns from `rank_low` on come from `draws` draws of all inputs, and are empty without draws.
    """
    return ranking(
        programmes, as_of=as_of, horizon=horizon, profile=profile, grades=grades, top=top, draws=draws, db=db,
        seeds=seeds,
    ).watchlist  # fmt: skip


def ranking(
    programmes: Sequence[str] | str | None = None,
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    top: int | None = None,
    draws: int = DEFAULT_DRAWS,
    db: Place = None,
    seeds: Place = None,
) -> Ranking:
    """Rank as `rank` does, and give the companies left out and the notes as well."""
    chosen = [programmes] if isinstance(programmes, str) else programmes
    first = top_of(top)
    _load_meanwhile("exposure.uncertainty.intervals" if draws else "exposure.scoring.watchlist")
    with opened(db, seeds, as_of, horizon, profile) as reader:
        asked = profile_of(profile, seeds_of(seeds))
        made = ranked(reader, chosen, asked, grades)
        made = _drawn(reader, made, asked, grades, draws, DEFAULT_SEED, chosen)
        notes = _notes(reader, made)
    watchlist = made.ranked if first is None else made.ranked.head(first)
    return Ranking(watchlist, made.unranked, notes)


@contextmanager
def answering(
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    db: Place = None,
    seeds: Place = None,
) -> Iterator[Answer]:
    """Rank over all programmes and keep the database open for questions about that ranking."""
    with opened(db, seeds, as_of, horizon, profile) as reader:
        asked = profile_of(profile, seeds_of(seeds))
        yield Answer(reader, ranked(reader, None, asked, grades), asked, rules_of(reader))


def ranked(reader: Reader, programmes: Sequence[str] | None, profile: Profile, grades: str) -> Watchlist:
    """Rank what an open database says now, among all quantified companies."""
    from exposure.names import resolve as lookup

    chosen = lookup.programmes(reader, programmes) if programmes else None
    reader.compute("mart.factors", "mart.unquantified")
    from exposure.scoring import watchlist  # not before: it takes the time that DuckDB works to load

    rules = rules_of(reader)
    universe = asked = reader.frame(_UNIVERSE)
    if chosen is not None:
        reader.choose(chosen)
        reader.compute("mart.factors", "mart.unquantified")
        asked = reader.frame(_UNIVERSE)
    return watchlist.rank(universe, asked, reader.frame(_UNQUANTIFIED), profile, rules, grades)


def _drawn(
    reader: Reader,
    made: Watchlist,
    profile: Profile,
    grades: str,
    draws: int,
    seed: int,
    programmes: Sequence[str] | None = None,
) -> Watchlist:
    """Fill in the interval columns of a ranking."""
    if made.ranked.is_empty() or not draws:
        return made
    from dataclasses import replace

    from exposure.names import resolve as lookup
    from exposure.uncertainty import intervals

    chosen = lookup.programmes(reader, programmes) if programmes else None
    ready = intervals.prepare(reader, made, profile, rules_of(reader), grades, chosen)
    return replace(made, ranked=intervals.appended(ready, draws, seed))


def _load_meanwhile(module: str) -> None:
    """Import a slow module on another core while DuckDB works; whoever imports it then waits for the rest only."""
    import threading
    from importlib import import_module

    threading.Thread(target=import_module, args=[module], daemon=True).start()


def rules_of(reader: Reader) -> Rules:
    """Read the parameters of the score."""
    from dataclasses import fields

    from exposure.scoring.normalise import Rules

    values = dict(reader.rows(_PARAMETERS))
    return Rules(**{rule.name: values[rule.name] for rule in fields(Rules)})


def _notes(reader: Reader, made: Watchlist) -> list[str]:
    if made.ranked.is_empty():
        return [_nobody(made.unranked), *made.notes]
    tickers = dict(made.ranked.select("company_id", "ticker").rows())
    return [*_uncounted(reader), *_stale(reader, tickers), *made.notes]


def _uncounted(reader: Reader) -> Iterator[str]:
    """Say of which families the figures have nothing, although units of other years are known."""
    reader.compute("core.supply_link", "core.vintage", "core.programme_units")
    found = reader.rows(_UNCOUNTED)
    if found:
        named, year = [family for family, _ in found], found[0][1]
        families = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
        into = "it" if len(named) == 1 else "them"
        yield f"No units of {families} are known for {year}: what companies sell into {into} is in no figure{_UNLESS}."


def _stale(reader: Reader, tickers: Mapping[str, str]) -> Iterator[str]:
    """Say how many of the companies ranked have reported nothing for long, and who leads them."""
    found = {company: (days, day) for company, days, day in reader.rows(_STALE)}
    named = [ticker for company, ticker in tickers.items() if company in found]
    if named:
        days, day = next(iter(found.values()))
        who = ", ".join(named[:_MOST_NAMED]) + (f" and {len(named) - _MOST_NAMED} more" * (len(named) > _MOST_NAMED))
        yield (
            f"{len(named)} of {len(tickers)} companies last reported sales of a period that ended more than {days} "
            f"days before {day}: {who}."
        )


def _nobody(unranked: pl.DataFrame) -> str:
    import polars as pl

    lacking = unranked.filter(pl.col("missing") != "")["missing"].str.split("; ").explode().unique().sort().to_list()
    what = ", ".join(lacking[:8]) + (f" and {len(lacking) - 8} more" if len(lacking) > 8 else "")
    return f"Nobody can be ranked at this date and horizon. Missing: {what or 'any fact known by then'}."


# --- explaining, exporting, auditing --------------------------------------------------------


def explain(
    company: str,
    programme: str | None = None,
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """Trace a company's exposure down to facts and sources: one row a node of the tree, depth first."""
    return explanation(company, programme, as_of=as_of, horizon=horizon, profile=profile, db=db, seeds=seeds).frame()


def explanation(
    company: str,
    programme: str | None = None,
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> Explanation:
    """Trace a company's exposure down to facts and sources, as a tree that evaluates to the printed number."""
    from exposure.lineage import explanation as explaining
    from exposure.names import resolve as lookup

    with opened(db, seeds, as_of, horizon, profile) as reader:
        asked = profile_of(profile, seeds_of(seeds))
        company_id = lookup.company(reader, company)
        made = ranked(reader, [programme] if programme else None, asked, "AB")
        return explaining.explain(reader, company_id, programme, made)


def export(
    folder: Path | str,
    *,
    encoding: str = "utf-8",
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    grades: str = DEFAULT_GRADES,
    draws: int = DEFAULT_DRAWS,
    db: Place = None,
    seeds: Place = None,
) -> list[Path]:
    """Write the portfolio manager's folder: watchlist, unranked, exposures, facts used, findings, manifest."""
    from exposure.formats import exports
    from exposure.lineage import explanation as explaining

    into = exports.folder_of(folder)
    with opened(db, seeds, as_of, horizon, profile) as reader:
        asked = profile_of(profile, seeds_of(seeds))
        made = _drawn(reader, ranked(reader, None, asked, grades), asked, grades, draws, DEFAULT_SEED)
        reader.compute("mart.exposure_weight", "mart.company", "mart.evidence", "audit.finding")
        told = explaining.explain_all(reader, made.ranked["company_id"], None, made)
        named = sorted({fact for one in told.values() for fact in one.fact_ids})
        found = {
            "exposures": reader.frame(_EXPOSURES),
            "facts": reader.frame(_FACTS, [named]),
            "findings": reader.frame(_FINDINGS),
        }
        tables = {"watchlist": made.ranked, "unranked": made.unranked}
        tables |= {name: frame.select(EXPORTS[name]) for name, frame in found.items()}
        manifest = _manifest(reader, asked, grades, draws, _notes(reader, made))
    return exports.write_folder(into, tables, manifest, encoding=encoding)  # type: ignore[arg-type]


def _manifest(reader: Reader, profile: Profile, grades: str, draws: int, notes: list[str]) -> dict[str, object]:
    stamp = reader.stamp()
    (as_of, horizon), *_ = reader.rows("select as_of, horizon from core.question")
    return {
        "as_of": as_of.isoformat() if as_of else None,
        "horizon": horizon,
        "profile": asdict(profile),
        "grades": grades,
        "draws": draws,
        "seed": DEFAULT_SEED,
        "exposure_version": __version__,
        "seeds_digest": stamp.seeds_digest,
        "sql_digest": stamp.sql_digest,
        "notes": notes,
    }


def audit(
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """Give the findings in the built data, the open ones first."""
    with opened(db, seeds, as_of, horizon, profile) as reader:
        reader.compute("audit.finding")
        return reader.frame(_FINDINGS)


def audit_claims(
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """Recompute what sources state from their own figures, and list claims at odds; what does not hold comes first."""
    with opened(db, seeds, as_of, horizon, profile) as reader:
        reader.compute("research.claim_check", "research.contradiction")
        return reader.frame(_CLAIMS)


def sources(
    wanted: str | None = None,
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """List documents with how much rests on each, or the facts of one document, of one id or behind one company."""
    with opened(db, seeds, as_of, horizon, profile) as reader:
        if wanted is None:
            reader.compute("mart.exposure_weight", "mart.evidence")
            return reader.frame(_DOCUMENTS)
        for known, query in ((_DOCUMENT, _RESTING), (_FACT, _STATED)):
            for (found,) in reader.rows(known, [wanted.casefold()]):
                return reader.frame(query, [found])
        return _behind(reader, wanted, profile_of(profile, seeds_of(seeds)))


def _behind(reader: Reader, wanted: str, profile: Profile) -> pl.DataFrame:
    """Give the facts that a company's figure rests on."""
    from exposure.lineage import explanation as explaining
    from exposure.names import resolve as lookup

    try:
        company_id = lookup.company(reader, wanted)
    except ExposureError as error:
        ids = [name for (name,) in reader.rows("select source_id from raw.sources order by source_id")]
        if near := lookup.hint(wanted, ids):
            raise ExposureError(f"There is no document, fact or company {wanted!r}.{near}") from error
        raise
    told = explaining.explain(reader, company_id, None, ranked(reader, None, profile, "AB"))
    if told.heading["rank"] is None:
        raise ExposureError(f"{company_id} has no figure that could rest on documents: {told.heading['reason']}.")
    return reader.frame(_NAMED, [sorted(told.fact_ids)])


def sql(
    query: str,
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> pl.DataFrame:
    """Answer one read-only query, locked down and limited in time, memory and rows."""
    from exposure.db import build as warehouse

    _refuse_a_bad_profile(profile, seeds_of(seeds))
    target = ready(db, seeds)
    _warn_of_the_stored_profile(profile)
    return warehouse.ask(target, query, as_of=day_of(as_of), horizon=horizon)


def session(
    *,
    as_of: Day = None,
    horizon: int | None = None,
    profile: Path | str = DEFAULT_PROFILE,
    db: Place = None,
    seeds: Place = None,
) -> Session:
    """Give a fresh database and the question that a shell starts with."""
    with opened(db, seeds, as_of, horizon, profile) as reader:
        ((known_by, year),) = reader.rows("select as_of, horizon from core.question")
    _warn_of_the_stored_profile(profile)
    return Session(_db(db), known_by, year, str(profile))


# --- places -------------------------------------------------------------------------------


def _db(db: Place) -> Path:
    return Path(db or os.environ.get("EXPOSURE_DB") or "exposure.duckdb")


def seeds_of(seeds: Place) -> Path:
    """Give the seed folder that is meant: the one named, the one of the environment, or the one shipped."""
    chosen = seeds or os.environ.get("EXPOSURE_SEEDS")
    return Path(chosen) if chosen else resources.seeds_dir()


def day_of(day: object) -> date | None:
    """Read a date, of which a moment is a part; raise ExposureError when it is none."""
    if day is None:
        return None
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    with suppress(ValueError):
        # Python reads other ways of writing a date, too, such as a week and its day: `20251231` may be a slip
        if isinstance(day, str) and (found := date.fromisoformat(day)).isoformat() == day:
            return found
    raise ExposureError(f"{day!r} is not a date written YYYY-MM-DD.")


def top_of(top: object) -> int | None:
    """Take the number of rows to keep; raise ExposureError when it is none."""
    if top is None or (isinstance(top, int) and top >= 1):
        return top
    raise ExposureError(f"The first {top!r} rows cannot be shown: name a whole number from 1 on.")


def profile_of(profile: Path | str, seeds: Path) -> Profile:
    """Read a profile by name or path; one of the seeds was checked when a database was built from them."""
    from exposure.seeds import profiles

    file = profiles.file_of(profile, seeds)
    if profiles.is_own(profile):
        from exposure.seeds import profile_files

        return profile_files.read(profile, seeds)
    return profiles.of_content(file.stem, profiles.content(file))


def _refuse_a_bad_profile(profile: Path | str, seeds: Path) -> None:
    """Raise on a profile that is nowhere, and on what is wrong with a file of the user's own."""
    from exposure.seeds import profiles

    if profiles.is_own(profile):
        from exposure.seeds import profile_files

        profile_files.read(profile, seeds)
    profiles.file_of(profile, seeds)


def _warn_of_the_stored_profile(profile: Path | str) -> None:
    """Say that no view ranks by a profile: the one list that SQL finds is what the build stored."""
    if str(profile) != DEFAULT_PROFILE:
        log.warning(
            "mart.watchlist holds the profile %s only; for %s: exposure rank --profile %s",
            DEFAULT_PROFILE, profile, shlex.quote(str(profile)),
        )  # fmt: skip


def ready(db: Place, seeds: Place) -> Path:
    """Give a database that is current, built now if there is none or an old one."""
    from exposure.db import build as warehouse
    from exposure.db import connection as database

    target, folder = _db(db), seeds_of(seeds)
    found = warehouse.status(target, folder)
    if found.state == "missing":
        log.warning("Building %s.", target)
    elif found.state == "stale":
        log.warning("%s Building it again.", found.sentence)
    elif found.state != "current":
        raise getattr(database, found.state.capitalize())(found.sentence)
    if found.state != "current":
        build(folder, target)
    return target


@contextmanager
def opened(db: Place, seeds: Place, as_of: Day, horizon: int | None, profile: Path | str) -> Iterator[Reader]:
    """Open a current database at a date and a horizon; it is built first when it has to be.

    A profile of the user's own is held to its contract, and one that is nowhere refused, before that.
    """
    day = day_of(as_of)
    _refuse_a_bad_profile(profile, seeds_of(seeds))
    with _current(db, seeds, day, horizon) as reader:
        latest = reader.stamp().latest_known_on
        if day and latest and day > latest:
            log.warning("%s lies after the latest fact, of %s: nothing newer is known.", day, latest)
        yield reader


@contextmanager
def _current(db: Place, seeds: Place, as_of: date | None, horizon: int | None) -> Iterator[Reader]:
    """Open a database that is current at once, and any other one when it has been built."""
    from exposure.db import build as warehouse
    from exposure.db import connection as database

    with ExitStack() as stack:
        reader = None
        with suppress(database.Missing, database.Stale):
            asked = warehouse.reading(_db(db), as_of=as_of, horizon=horizon, seeds=seeds_of(seeds))
            reader = stack.enter_context(asked)
        if reader is None:  # the old file is let go by now
            reader = stack.enter_context(warehouse.reading(ready(db, seeds), as_of=as_of, horizon=horizon))
        yield reader
