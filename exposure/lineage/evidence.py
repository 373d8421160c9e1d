"""What explanations name beside the tree: documents, terms with their tiers, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exposure.formats.numbers import format_quantity
from exposure.lineage.trace import Trace

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.lineage.tree import Row

_VIEWS = (
    "core.programme_revenue", "core.input_class", "core.missing_input", "core.term_bound", "core.company_bound",
    "core.gross_profit", "mart.factor_evidence", "mart.fact_source",
)  # fmt: skip

_OPEN = 'from "core.term_bound" order by company_id, revenue_usd_high desc, product_id, programme_id'


class Evidence:
    """The graph at a date, a horizon and a choice of programmes with its documents, read once for all companies."""

    def __init__(self, reader: Reader) -> None:
        reader.compute(*_VIEWS)
        ((self.material_part,),) = reader.rows("select value from raw.parameters where parameter = 'material_part'")
        ((programmes,),) = reader.rows("select programmes from core.choice")
        self._programmes: Sequence[str] | None = programmes
        self.trace = Trace(reader)
        records = reader.records
        self.facts: dict[str, Row] = {row["fact_id"]: row for row in records('from "mart.fact_source"')}
        self.factor_facts: Mapping[tuple[str, str], Row] = {
            (row["company_id"], row["factor_name"]): row for row in records('from "mart.factor_evidence"')
        }
        #: node of a term -> its inputs with their classes of evidence
        self.inputs = _group(records('from "core.input_class" order by node_id, input'), "node_id")
        self._missing = _group(records('from "core.missing_input" order by company_id, what'))
        self._open = _group(records(_OPEN))
        self._ends = {row["company_id"]: row for row in records('from "core.company_bound"')}
        #: company -> its gross margin on the programmes and how it books them, with their facts
        self.profits: dict[str, Row] = {row["company_id"]: row for row in records('from "core.gross_profit"')}
        self._terms = _group(
            records(
                """from "core.programme_revenue" where chosen and period_role = 'horizon' """
                "and programme_revenue_usd is not null "
                "order by family_id, programme_id, product_id, via_company_id"
            )
        )

    def missing(self, company_id: str) -> list[str]:
        """Return what no source states, and is therefore in no sum."""
        return [row["what"] for row in self._missing.get(company_id, ())]

    def bounds(self, company_id: str) -> Iterator[str]:
        """Yield the company's open terms with their upper ends, and what they can bring together."""
        for term in self._open.get(company_id, ()):
            high = term["revenue_usd_high"]
            via = f" through {term['via_company_id']}" if term["via_company_id"] else ""
            end = "no comparable" if high is None else f"at most {format_quantity(high, 'USD')}: {term['rule']}"
            yield f"{term['product_id']} on {term['programme_id']}{via}  {end}"
        if company_id in self._ends:
            ends = self._ends[company_id]
            together, left = (format_quantity(ends[name], "USD") for name in ("open_usd_high", "remaining_usd"))
            yield f"together at most {together}; the known programmes leave {left} of the sales"

    def terms(self, company_id: str) -> list[Row]:
        """Return the terms of the horizon's programme revenue from the programmes of the question."""
        return [
            term
            for term in self._terms.get(company_id, ())
            if self._programmes is None or term["programme_id"] in self._programmes
        ]

    def exposure_node(self, company_id: str) -> str:
        """Return the node of a company's exposure over the programmes of the question."""
        return f"{'' if self._programmes is None else 'asked/'}exposure/{company_id}"


def _group(rows: Iterable[dict[str, Any]], by: str = "company_id") -> Mapping[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(row)
    return groups
