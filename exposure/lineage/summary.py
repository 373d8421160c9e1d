"""Summary of an exposure in a few lines: the largest terms, the weakest inputs, and the denominator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from exposure.formats.numbers import format_quantity
from exposure.lineage.tree import Node, Row

#: most terms and facts that are named
_MOST_TERMS, _MOST_FACTS = 3, 4
#: basis of the sales of the horizon -> its words
_AGAINST = {
    "forecast": "as forecast",
    "growth": "the base year and its forecast growth",
    "reported": "as reported",
    "trailing": "the latest twelve months reported",
    "implied": "the base year and what the programmes add to it",
    "implied-bounded": "the base year and what the programmes add to it, though their part of the base year is unknown",
    "run-rate": "the reported part of the year at its pace",
}


def summarise(
    exposure: Node, grade: str, terms: Sequence[Row], facts: Mapping[str, Row], material: float
) -> Iterator[str]:
    """Yield the terms by size, the weak inputs behind the grade, and the denominator: at most six lines."""
    revenue, sales = exposure.children
    parts = sorted(revenue.children, key=lambda part: -part.value)
    for part in parts[:_MOST_TERMS]:
        yield f"{part.label}  {_part_of(part.value, revenue)}"
    if others := parts[_MOST_TERMS:]:
        yield f"{len(others)} smaller terms  {_part_of(sum(part.value for part in others), revenue)}"
    yield f"grade {grade} rests on {_weak_inputs(terms, facts, material * revenue.value)}"
    basis = sales.basis or ""
    company_revenue = format_quantity(sales.value, "USD")
    yield f"set against {company_revenue} of company revenue, {_AGAINST.get(basis, basis)}".rstrip(", ")


def _part_of(value: float, whole: Node) -> str:
    part = f", {format_quantity(value / whole.value, 'fraction')} of programme revenue" if whole.value else ""
    return format_quantity(value, "USD") + part


def _weak_inputs(terms: Sequence[Row], facts: Mapping[str, Row], material_usd: float) -> str:
    """Return what is assumed, rumoured or circular in the terms that decide the grade."""
    deciding = [term for term in terms if term["programme_revenue_usd"] >= material_usd] or terms
    by_weakness: dict[str, dict[str, None]] = {}
    for term in sorted(deciding, key=lambda term: -term["programme_revenue_usd"]):
        for weakness, fact_id in _weaknesses(term, facts):
            by_weakness.setdefault(weakness, {})[fact_id] = None
    return "; ".join(f"{weakness} {_list_ids(list(ids))}" for weakness, ids in by_weakness.items()) or "no weak input"


def _weaknesses(term: Row, facts: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Yield each weakness of a term with a fact that causes it."""
    for factor in ("units", "content", "share"):
        named = term[f"{factor}_fact_ids"] or ()
        if factor == "share" and term["share_basis"] in ("role", "market"):
            yield from ((f"share taken from the {term['share_basis']}", fact_id) for fact_id in named)
        elif (tier := term[f"{factor}_tier"]) in ("assumption", "rumour"):
            quantity = "part of sales" if factor == "share" and term["method"] != "bottom_up" else factor
            weakness = f"{'assumed' if tier == 'assumption' else 'rumoured'} {quantity}"
            yield from ((weakness, fact_id) for fact_id in named if facts[fact_id]["tier"] == tier)
    if term["circular"]:
        used = [*(term["units_fact_ids"] or ()), *(term["content_fact_ids"] or ()), *(term["share_fact_ids"] or ())]
        yield from (("circular", fact_id) for fact_id in used if facts[fact_id]["circular"])


def _list_ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_FACTS} more" if len(ids) > _MOST_FACTS else ""
    return ", ".join(ids[:_MOST_FACTS]) + more
