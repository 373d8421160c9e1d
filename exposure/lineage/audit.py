"""The findings in the built data, and the arithmetic of the sources recomputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader

_FINDINGS = """
select * from "audit.finding"
order by case state when 'open' then 1 when 'note' then 2 else 3 end, finding, finding_key
"""
_OPEN = """select finding, count(*) from "audit.finding" where state = 'open' group by finding order by finding"""
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


def list_findings(reader: Reader) -> pl.DataFrame:
    """Return the findings in the built data, the open ones first."""
    reader.compute("audit.finding")
    return reader.frame(_FINDINGS)


def count_open_findings(reader: Reader) -> dict[str, int]:
    """Return how many findings of each kind no waiver covers."""
    reader.compute("audit.finding")
    return dict(reader.rows(_OPEN))


def list_claims(reader: Reader) -> pl.DataFrame:
    """Return what sources state beside what follows from their own figures, and claims at odds; errors come first."""
    reader.compute("research.claim_check", "research.contradiction")
    return reader.frame(_CLAIMS)
