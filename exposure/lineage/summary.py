"""Summary of an exposure in a few lines: the largest terms, the weakest inputs, and the denominator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from exposure.formats.numbers import format_percent, format_quantity
from exposure.lineage.tree import Node, Row
from exposure.question import EVIDENCE

if TYPE_CHECKING:
    from exposure.lineage.evidence import Evidence

#: most terms and facts that are named
_MOST_TERMS, _MOST_FACTS = 3, 4
#: input of a term -> its words, and the factor that it is a part of
_QUANTITIES = {"units": "units", "content": "content", "attach": "pieces", "price": "price", "share": "share"}
_FACTORS = {"attach": "content", "price": "content"}
#: basis of the sales of the horizon -> its words
_AGAINST = {
    "forecast": "as forecast",
    "growth": "the base year and its forecast growth",
    "reported": "as reported",
    "trailing": "the latest twelve months reported",
    "implied": "the base year and what the programmes add to it",
    "implied-bounded": "the base year and what the programmes add to it, though their part of the base year is unknown",
    "run-rate": "bounded by the reported part of the year",
}
#: whose margin it is -> its words
_MARGINS = {
    "programme": "stated of its programmes",
    "company": "the company's reported one",
    "mixed": "in part stated of its programmes, else the company's reported one",
}


def summarise(exposure: Node, company: Row, terms: Sequence[Row], evidence: Evidence) -> Iterator[str]:
    """Yield the terms by size, the evidence of the grade, the denominator and the profit: at most seven lines."""
    revenue, sales = exposure.children
    parts = sorted(revenue.children, key=lambda part: -part.value)
    for part in parts[:_MOST_TERMS]:
        yield f"{part.label}  {_part_of(part.value, revenue)}"
    if others := parts[_MOST_TERMS:]:
        yield f"{len(others)} smaller terms  {_part_of(sum(part.value for part in others), revenue)}"
    weak = _weak_inputs(terms, evidence, evidence.material_part * revenue.value)
    if classes := _classes(company):
        yield f"grade {company['grade']}: money rests {classes}; {weak}"
    else:
        yield f"grade {company['grade']}: no money is known"
    basis = sales.basis or ""
    company_revenue = format_quantity(sales.value, "USD")
    yield f"set against {company_revenue} of company revenue, {_AGAINST.get(basis, basis)}".rstrip(", ")
    yield _gross_profit(company, evidence.profits[company["company_id"]])


def _gross_profit(company: Row, profit: Row) -> str:
    """Return the gross profit as a part of the sales, its margin, and how the sales are booked, with the facts."""
    booked = f"booked {profit['booking']}" if profit["booking"] != "unknown" else "booking unknown"
    known = f" ({_list_ids(profit['fact_ids'])})" if profit["fact_ids"] else ""
    if profit["gross_margin"] is None:
        return f"gross profit unknown, since no margin is; {booked}{known}"
    margin = format_quantity(company["gross_margin"], "fraction")
    if company["gross_profit_exposure"] is None:
        return f"gross margin {margin}, {_MARGINS[profit['margin_basis']]}; {booked}{known}"
    part = format_quantity(company["gross_profit_exposure"], "fraction")
    return f"gross profit {part} of sales at a margin of {margin}, {_MARGINS[profit['margin_basis']]}; {booked}{known}"


def _part_of(value: float, whole: Node) -> str:
    part = f", {format_quantity(value / whole.value, 'fraction')} of programme revenue" if whole.value else ""
    return format_quantity(value, "USD") + part


def _classes(company: Row) -> str:
    """Return the classes of evidence that the money rests on."""
    parts = ((name, company[f"part_{name}"]) for name in EVIDENCE)
    return ", ".join(f"{format_percent(part)} on {name}" for name, part in parts if part)


def _weak_inputs(terms: Sequence[Row], evidence: Evidence, material_usd: float) -> str:
    """Return what is assumed, rumoured or circular in the terms that matter."""
    material = [term for term in terms if term["programme_revenue_usd"] >= material_usd] or terms
    by_weakness: dict[str, dict[str, None]] = {}
    for term in sorted(material, key=lambda term: -term["programme_revenue_usd"]):
        for weakness, fact_id in _weaknesses(term, evidence):
            by_weakness.setdefault(weakness, {})[fact_id] = None
    return "; ".join(f"{weakness} {_list_ids(list(ids))}" for weakness, ids in by_weakness.items()) or "no weak input"


def _weaknesses(term: Row, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield each weakness of a term with a fact that causes it."""
    facts = evidence.facts
    for row in evidence.inputs[term["node_id"]]:
        name, named = row["input"], row["fact_ids"]
        if name == "share" and term["share_basis"] in ("role", "market"):
            yield from ((f"share taken from the {term['share_basis']}", fact_id) for fact_id in named)
            continue
        quantity = "part of sales" if name == "share" and term["method"] != "bottom_up" else _QUANTITIES[name]
        if row["evidence_class"] == "rumour":
            yield from ((f"rumoured {quantity}", fact_id) for fact_id in named)
        elif term[f"{_FACTORS.get(name, name)}_tier"] == "assumption":
            assumed = (fact_id for fact_id in named if facts[fact_id]["tier"] == "assumption")
            yield from ((f"assumed {quantity}", fact_id) for fact_id in assumed)
    if term["circular"]:
        used = (fact_id for row in evidence.inputs[term["node_id"]] for fact_id in row["fact_ids"])
        yield from (("circular", fact_id) for fact_id in used if facts[fact_id]["circular"])


def _list_ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_FACTS} more" if len(ids) > _MOST_FACTS else ""
    return ", ".join(ids[:_MOST_FACTS]) + more
