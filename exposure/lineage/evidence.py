"""The rows of views that explanations are built from, and claims as nodes of trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exposure.lineage.tree import Node, Row, average, multiply

if TYPE_CHECKING:
    from exposure.db.session import Reader

_VIEWS = (
    "core.yearly_claim", "core.programme_revenue", "core.bottom_up", "core.programme_units", "core.unit_ratio",
    "core.family_units", "core.generation_mix", "core.share_origin", "core.supply_share", "core.disclosed",
    "core.company_revenue", "core.denominator", "core.run_rate", "core.trailing_revenue", "core.base_gap",
    "core.vintage", "core.fx_rate", "core.missing_input", "mart.factor_evidence", "mart.fact_source",
)  # fmt: skip
#: kind of claim -> the plural of its unit
_PLURAL = {"units": "{unit}s", "content": "pieces"}
#: key of a term
_TERM = ("company_id", "via_company_id", "period_role", "programme_id", "product_id")


class Evidence:
    """Rows of the views at a date, a horizon and a choice of programmes, read once for all companies."""

    def __init__(self, reader: Reader) -> None:
        reader.compute(*_VIEWS)
        parameters = dict(reader.rows("select parameter, value from raw.parameters"))
        self.unknown_base_part: float = parameters["unknown_base_part"]
        self.material_part: float = parameters["material_part"]
        ((programmes,),) = reader.rows("select programmes from core.choice")
        #: the programmes of the question; None: all
        self.programmes: set[str] | None = None if programmes is None else set(programmes)
        records = reader.records
        self.facts = _key(records('from "mart.fact_source"'), "fact_id")
        self.factor_facts = _key(records('from "mart.factor_evidence"'), "company_id", "factor_name")
        self.missing = _group(records('from "core.missing_input" order by company_id, what'), "company_id")
        bottom_up = _key(records('from "core.bottom_up"'), *_TERM)
        terms = records(
            """from "core.programme_revenue" where chosen and period_role <> 'prior' """
            "order by period_role, family_id, programme_id, product_id, via_company_id"
        )
        #: terms of programme revenue, with where a bottom-up term's content and share are from
        self.terms = _group(({**bottom_up.get(tuple(t[name] for name in _TERM), {}), **t} for t in terms), "company_id")
        claims = records('from "core.yearly_claim" where base is not null order by origin_id, fact_id')
        self.claims = _group(claims, "period_role", "kind", "measure", "scope_id", "product_id")
        self.units = _key(records('from "core.programme_units" order by programme_id'), "period_role", "programme_id")
        self.families = _key(records('from "core.family_units" order by family_id'), "period_role", "family_id")
        self.mixes = _key(records('from "core.generation_mix" order by programme_id'), "period_role", "programme_id")
        self.ratios = _key(records('from "core.unit_ratio"'), "scope_id", "unit")
        vectors = records('from "core.share_origin" order by origin_id')
        self.vectors = _group(vectors, "period_role", "scope_id", "product_id")
        shares = records('from "core.supply_share" order by company_id')
        self.shares = _group(shares, "period_role", "programme_id", "product_id")
        self.disclosed = _key(records('from "core.disclosed"'), "company_id", "period_role", "family_id", "method")
        self.revenues = _key(records('from "core.company_revenue"'), "company_id", "period_role")
        self.gaps = set(reader.rows('select company_id, family_id from "core.base_gap"'))
        self.denominators = _key(records('from "core.denominator"'), "company_id")
        self.trailing = _key(records('from "core.trailing_revenue"'), "company_id")
        self.run_rates = _key(records('from "core.run_rate"'), "company_id")
        self.vintages = _key(records("""from "core.vintage" where kind = 'revenue'"""), "fact_id")
        self.rates = _key(records('from "core.fx_rate"'), "currency", "year")

    # --- claims as nodes -------------------------------------------------------------------

    def pooled(self, subject: tuple[Any, ...], company_id: str | None) -> list[Row]:
        """Return the claims on a subject that are pooled for a company, or for all."""
        claims = self.claims.get(subject, ())
        return [claim for claim in claims if claim["is_pooled"] and claim["company_id"] == company_id]

    def mean(self, label: str, subject: tuple[Any, ...], company_id: str | None, unit: str = "") -> Node:
        """Return the mean of the claims on a subject: period, kind, measure, scope and product."""
        return average(label, [self.claim_node(claim, unit) for claim in self.pooled(subject, company_id)], unit)

    def nearest_mean(self, label: str, subject: tuple[Any, ...], company_id: str | None, unit: str) -> Node:
        """Return the mean of the claims on a subject that name the company, else of those that hold for all."""
        return self.mean(label, subject, company_id if self.pooled(subject, company_id) else None, unit)

    def claim_node(self, claim: Row, unit: str) -> Node:
        """Return a claim in a unit: the figure that it states, times what converts it."""
        midpoint = "midpoint" if claim["is_midpoint"] else None
        basis = ", ".join(filter(None, (claim["period"], unless_stated(claim["period_basis"]), midpoint)))
        stated_unit = claim["currency"] or _PLURAL.get(claim["kind"], "{unit}").format(unit=claim["unit"])
        node = Node(claim["origin_id"], "fact", claim["stated_base"], stated_unit, fact_ids=(claim["fact_id"],))
        if factors := list(self._factors(claim)):
            node = multiply(claim["origin_id"], (node.but(label="as stated", tier=claim["tier"]), *factors), unit)
        return node.but(unit=unit, weight=claim["weight"], basis=basis, tier=claim["tier"])

    def _factors(self, claim: Row) -> Iterator[Node]:
        """Yield what converts a claim into the family's own units and into dollars."""
        rate = claim["factor"]
        ratio = self.ratios.get((claim["scope_id"], claim["unit"]))
        is_counted = claim["kind"] in ("units", "content") and claim["measure"] != "price"
        if is_counted and ratio and ratio["own_units_per_unit"] != 1:
            conversion = _conversion(claim, ratio)
            yield conversion
            rate /= conversion.value
        if claim["fx_fact_id"]:
            yield _rate(claim["currency"], rate, claim["fx_basis"], claim["fx_fact_id"])

    def revenue_node(self, label: str, fact_id: str, usd: float, year: int | None = None) -> Node:
        """Return sales that one fact states, at the exchange rate of a year, by default of the year of the fact."""
        fact = self.vintages[fact_id]
        stated = Node("as stated", "fact", fact["base"], fact["currency"], fact_ids=(fact_id,))
        if fact["currency"] == "USD":
            return stated.but(label=label)
        fx = self.rates[fact["currency"], year or fact["period_end"].year]
        rate = _rate(fact["currency"], usd / fact["base"], fx["fx_basis"], fx["fact_id"])
        return multiply(label, (stated, rate), "USD")


def given(
    label: str, value: float, unit: str = "ratio", basis: str | None = None, fact_ids: Sequence[str] = ()
) -> Node:
    """Return a number that is not worked out any further."""
    return Node(label, "given", value, unit, basis=basis, fact_ids=tuple(fact_ids))


def _conversion(claim: Row, ratio: Row) -> Node:
    """Return the ratio between units, or, for money per unit, its inverse."""
    factor, of, per = ratio["own_units_per_unit"], ratio["own_unit"], ratio["unit"]
    if claim["kind"] == "content":
        factor, of, per = 1 / factor, per, of
    return given(f"{of}s per {per}", factor, fact_ids=ratio["fact_ids"])


def _rate(currency: str, rate: float, basis: str, fact_id: str) -> Node:
    return given(f"USD per {currency}", rate, basis=basis, fact_ids=(fact_id,))


def share_part(part: Row, named: tuple[str, ...]) -> Node:
    """Return a company's share by one origin: as stated, or what the mean of the others leaves of the whole."""
    origin, share, weight = part["origin_id"], part["share"], part["weight"]
    if part["fact_id"]:
        return Node(origin, "fact", share, "fraction", (), weight, None, part["tier"], (part["fact_id"],))
    parts = (
        given("mean of those who do", part["mean_share"], "fraction", fact_ids=named),
        given("shrunk to fit", part["fit"]),
    )
    basis = "does not name the company: the others' mean, shrunk to fit"
    return multiply(origin, parts, "fraction", basis=basis).but(weight=weight)


def unless_stated(period_basis: str | None) -> str | None:
    """Return how a period relates to the year, unless it is the year."""
    return None if period_basis == "stated" else period_basis


def _key(rows: Iterable[Row], *columns: str) -> dict[Any, Row]:
    """Return rows by the values of some columns; by the value itself of one."""
    if len(columns) == 1:
        return {row[columns[0]]: row for row in rows}
    return {tuple(row[column] for column in columns): row for row in rows}


def _group(rows: Iterable[Row], *columns: str) -> Mapping[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups
