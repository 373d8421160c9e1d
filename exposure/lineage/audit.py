"""The findings in the built data, and the arithmetic of the sources recomputed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from exposure.db.session import Reader

_FINDINGS = """
select * from "audit.finding"
order by case when state in ('open', 'expired') then 1 when state = 'note' then 2 else 3 end, finding, finding_key
"""
_OPEN = """
select finding, count(*) from "audit.finding" where state in ('open', 'expired') group by finding order by finding
"""
_CLAIMS = """
select * exclude (reading_order) replace (array_to_string(fact_ids, '; ') as fact_ids) from "research.claim_audit"
order by audited, reading_order, kind, id
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
    reader.compute("research.claim_audit")
    return reader.frame(_CLAIMS)
