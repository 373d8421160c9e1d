"""Say in a few lines what an exposure is made of: the largest terms, the weakest inputs, and what it is set against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from exposure.formats.numbers import human
from exposure.lineage.tree import Node, Row

#: terms and facts that are named at most
_MOST_TERMS, _MOST_FACTS = 3, 4
#: how the sales of the horizon are known, in words
_AGAINST = {
    "forecast": "as forecast",
    "growth": "the base year and its forecast growth",
    "reported": "as reported",
    "trailing": "the latest twelve months reported",
    "implied": "the base year and what the programmes add to it",
    "implied-bounded": "the base year and what the programmes add to it, though their part of the base year is unknown",
    "run-rate": "the reported part of the year at its pace",
}


def lines(exposure: Node, grade: str, terms: Sequence[Row], facts: Mapping[str, Row], material: float) -> Iterator[str]:
    """Write the terms by size, what the grade rests on, and the denominator, in no more than six lines."""
    revenue, sales = exposure.children
    parts = sorted(revenue.children, key=lambda part: -part.value)
    first = parts[:_MOST_TERMS]
    for part in first:
        yield f"{part.label}  {_of(part.value, revenue)}"
    if others := parts[_MOST_TERMS:]:
        yield f"{len(others)} smaller terms  {_of(sum(part.value for part in others), revenue)}"
    yield f"grade {grade} rests on {_grounds(terms, facts, material * revenue.value)}"
    basis = sales.basis or ""
    yield f"set against {human(sales.value, 'USD')} of company revenue, {_AGAINST.get(basis, basis)}".rstrip(", ")


def _of(value: float, whole: Node) -> str:
    part = f", {human(value / whole.value, 'fraction')} of programme revenue" if whole.value else ""
    return human(value, "USD") + part


def _grounds(terms: Sequence[Row], facts: Mapping[str, Row], material_usd: float) -> str:
    """Name what is assumed, rumoured or circular in the terms that decide on the grade."""
    deciding = [term for term in terms if term["programme_revenue_usd"] >= material_usd] or terms
    found: dict[str, dict[str, None]] = {}
    for term in sorted(deciding, key=lambda term: -term["programme_revenue_usd"]):
        for weakness, fact_id in _weak(term, facts):
            found.setdefault(weakness, {})[fact_id] = None
    return "; ".join(f"{weakness} {_listed(list(ids))}" for weakness, ids in found.items()) or "no weak input"


def _weak(term: Row, facts: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Give the weak inputs of a term with the facts that make them so."""
    for of in ("units", "content", "share"):
        named = term[f"{of}_fact_ids"] or ()
        if of == "share" and term["share_basis"] in ("role", "market"):
            yield from ((f"share taken from the {term['share_basis']}", fact_id) for fact_id in named)
        elif (tier := term[f"{of}_tier"]) in ("assumption", "rumour"):
            what = "part of sales" if of == "share" and term["method"] != "bottom_up" else of
            said = f"{'assumed' if tier == 'assumption' else 'rumoured'} {what}"
            yield from ((said, fact_id) for fact_id in named if facts[fact_id]["tier"] == tier)
    if term["circular"]:
        used = [*(term["units_fact_ids"] or ()), *(term["content_fact_ids"] or ()), *(term["share_fact_ids"] or ())]
        yield from (("circular", fact_id) for fact_id in used if facts[fact_id]["circular"])


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_FACTS} more" if len(ids) > _MOST_FACTS else ""
    return ", ".join(ids[:_MOST_FACTS]) + more
