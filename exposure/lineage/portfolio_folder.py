"""The portfolio manager's folder: the tables that `export` writes, their columns, and the manifest beside them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from exposure import __version__
from exposure.lineage import audit, explanation
from exposure.question import DEFAULT_SEED, Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from exposure.db.session import Reader
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile

#: file stem -> columns in order; the watchlist has those of `scoring.watchlist`
COLUMNS: dict[str, tuple[str, ...]] = {
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

_EXPOSURES = 'select * from "mart.exposure_weight" order by company_id, programme_id'
_FACTS = """
select e.* from "mart.evidence" as e
where e.fact_id in (select u.fact_id from "mart.fact_use" as u) or list_contains(?::varchar[], e.fact_id)
order by e.fact_id, e.measure, e.company_id
"""


def collect_tables(reader: Reader, watchlist: Watchlist) -> dict[str, pl.DataFrame]:
    """Return the tables of the folder by file stem."""
    reader.compute("mart.exposure_weight", "mart.evidence", "mart.fact_use")
    trees = explanation.explain_all(reader, watchlist.listed["company_id"], None, watchlist)
    fact_ids = sorted({fact_id for tree in trees.values() for fact_id in tree.fact_ids})
    tables = {
        "unranked": watchlist.unranked,
        "exposures": reader.frame(_EXPOSURES),
        "facts": reader.frame(_FACTS, [fact_ids]),
        "findings": audit.list_findings(reader),
    }
    return {"watchlist": watchlist.listed} | {name: table.select(COLUMNS[name]) for name, table in tables.items()}


def describe_run(
    reader: Reader, question: Question, profile: Profile, draws: int, notes: Sequence[str]
) -> Mapping[str, object]:
    """Return the manifest without the files: the question, the profile, and digests of what answered it."""
    stamp = reader.stamp()
    ((as_of, horizon),) = reader.rows("select as_of, horizon from core.question")
    return {
        "as_of": as_of.isoformat() if as_of else None,
        "horizon": horizon,
        "profile": asdict(profile),
        "grades": question.grades,
        "by_grade": question.by_grade,
        "draws": draws,
        "seed": DEFAULT_SEED,
        "exposure_version": __version__,
        "seeds_digest": stamp.seeds_digest,
        "sql_digest": stamp.sql_digest,
        "notes": notes,
    }
