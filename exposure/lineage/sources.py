"""Documents and the facts taken from them: how much rests on each, and which facts a company's figure rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exposure.errors import ExposureError
from exposure.lineage import explanation
from exposure.names import resolve
from exposure.question import Question
from exposure.scoring import ranking

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader
    from exposure.seeds.profiles import Profile

_DOCUMENTS = """
select * exclude (as_of) from "mart.document"
order by companies_resting desc, facts_used desc, facts_known desc, source_id
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


def list_sources(reader: Reader, question: Question, profile: Profile, name: str | None) -> pl.DataFrame:
    """Return all documents, or the facts of one document, of one id or behind one company's figure."""
    return list_documents(reader) if name is None else list_facts(reader, question, profile, name)


def list_documents(reader: Reader) -> pl.DataFrame:
    """Return one row a document, with how many facts it states and how many companies rest on them."""
    reader.compute("mart.document")
    return reader.frame(_DOCUMENTS)


def list_facts(reader: Reader, question: Question, profile: Profile, name: str) -> pl.DataFrame:
    """Return the facts of one document, the rows of one fact, or the facts behind one company's figure."""
    for known, query in ((_DOCUMENT, _RESTING), (_FACT, _STATED)):
        for (identity,) in reader.rows(known, [name.casefold()]):
            return reader.frame(query, [identity])
    company_id = _resolve_company(reader, name)
    watchlist = ranking.rank_companies(reader, question, profile)
    tree = explanation.explain(reader, company_id, None, watchlist)
    if tree.heading["rank"] is None:
        raise ExposureError(f"{company_id} has no figure that could rest on documents: {tree.heading['reason']}.")
    return reader.frame(_NAMED, [sorted(tree.fact_ids)])


def _resolve_company(reader: Reader, name: str) -> str:
    """Return the id of a company; where nothing is called so, hint at documents rather than at companies."""
    try:
        return resolve.resolve_company(reader, name)
    except ExposureError as error:
        ids = [identity for (identity,) in reader.rows("select source_id from raw.sources order by source_id")]
        if near := resolve.hint(name, ids):
            raise ExposureError(f"There is no document, fact or company {name!r}.{near}") from error
        raise
