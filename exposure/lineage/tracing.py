"""Put together, from what the views say of one company, the tree of its exposure weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exposure.lineage.tree import Node, Row, less, mean, product, quotient, total

if TYPE_CHECKING:
    from exposure.db.session import Reader

_CLAIMS = """
select
    c.period_role, c.kind, c.measure, c.scope_id, c.product_id, c.company_id, c.origin_id, c.fact_id, c.tier, c.weight,
    c.base, c.stated_base, c.factor, c.unit, c.own_unit, c.currency, c.fx_fact_id, c.fx_basis, c.period, c.period_basis,
    c.is_midpoint, c.is_pooled
from "core.yearly_claim" as c where c.base is not null order by c.origin_id, c.fact_id
"""
_TERMS = """
select r.*, b.content_scope_id, b.price_scope_id, b.content_supplier_id, b.share_scope_id, b.role_weight_total,
    b.unit_basis
from "core.programme_revenue" as r
left join "core.bottom_up" as b
    on
        b.company_id = r.company_id and b.via_company_id is not distinct from r.via_company_id
        and b.period_role = r.period_role and b.programme_id = r.programme_id and b.product_id = r.product_id
where r.chosen and r.period_role <> 'prior'
order by r.period_role, r.family_id, r.programme_id, r.product_id, r.via_company_id
"""
_UNITS = """select * from "core.programme_units" order by programme_id"""
_FAMILIES = """select * from "core.family_units" order by family_id"""
_MIX = """select * from "core.generation_mix" order by programme_id"""
_RATIOS = 'select * from "core.unit_ratio"'
_VECTORS = """select * from "core.share_origin" order by origin_id"""
_SHARES = """select * from "core.supply_share" order by company_id"""
_DISCLOSED = """select * from "core.disclosed" """
_REVENUES = """select * from "core.company_revenue" """
_DENOMINATORS = """select * from "core.denominator" """
_TRAILING = """
select
    r.company_id, r.fact_id, r.trailing_revenue_usd as revenue_usd, v.base as stated_base, v.currency,
    fx.fact_id as fx_fact_id, fx.fx_basis
from "core.trailing_revenue" as r
inner join "core.vintage" as v on v.kind = 'revenue' and v.fact_id = r.fact_id
left join "core.fx_rate" as fx on fx.currency = v.currency and fx.year = year(v.period_end)
"""
_RUN_RATES = """
select
    r.company_id, r.fact_id, r.period, r.pace, r.tier, r.revenue_usd / r.pace as revenue_usd, v.base as stated_base,
    v.currency, fx.fact_id as fx_fact_id, fx.fx_basis
from "core.run_rate" as r
inner join "core.vintage" as v on v.kind = 'revenue' and v.fact_id = r.fact_id
left join "core.fx_rate" as fx on fx.currency = v.currency and fx.year = r.year
"""
_GAPS = """select company_id, family_id from "core.base_gap" """
_MISSING = """select company_id, what from "core.unknown_leaf" order by company_id, what"""
#: what the factors rest on that are not worked out of the terms of the exposure
_FACTOR_FACTS = """
with said as (
    select
        p.company_id, case p.measure when 'barrier' then 'barrier' else 'visibility' end as factor, p.fact_ids
    from "core.pooled" as p
    where
        p.kind = 'signal' and p.period_role = 'horizon'
        and p.measure in ('barrier', 'visibility_until')
    union all
    select p.company_id, 'concentration', p.fact_ids
    from "core.pooled" as p
    where p.kind = 'disclosed' and p.measure = 'customer_share' and p.counterpart_id is not null
    union all
    select r.company_id, 'revision', f.fact_ids
    from "core.programme_revenue" as r
    inner join "mart.forecast_revision" as f on f.family_id = r.family_id
    where r.chosen and r.period_role = 'horizon'
)
select s.company_id, s.factor, list_sort(list_distinct(flatten(list(s.fact_ids)))) as fact_ids
from said as s
group by s.company_id, s.factor
"""
_ASKED = "select programmes from core.choice"
_PARAMETERS = "select parameter, value from raw.parameters"
_EVIDENCE = """
select distinct
    e.fact_id, e.source_id, e.source_title, e.publisher, e.known_on, e.origin_id, e.tier, e.url, e.rests_on,
    s.published_precision in ('none', 'year') and e.tier <> 'assumption' and e.known_on = s.collected_on as is_undated,
    coalesce(v.circular, false) as circular
from "mart.evidence" as e
inner join raw.sources as s on s.source_id = e.source_id
left join "core.vintage" as v on v.fact_id = e.fact_id
"""

#: the views that the queries above read, worked out once for all of them
_VIEWS = (
    "core.yearly_claim", "core.pooled", "core.programme_revenue", "core.bottom_up", "core.programme_units",
    "core.unit_ratio", "core.family_units", "core.generation_mix", "core.share_origin", "core.supply_share",
    "core.disclosed", "core.company_revenue", "core.denominator", "core.run_rate", "core.trailing_revenue",
    "core.base_gap", "core.vintage", "core.fx_rate", "core.unknown_leaf", "mart.evidence", "mart.forecast_revision",
)  # fmt: skip

#: kind of claim -> the plural of its unit
_COUNTED = {"units": "{unit}s", "content": "pieces"}
_WHOLE = Node("all of it", "given", 1.0, "fraction")


class Ledger:
    """What the views say at a date, a horizon and a choice of programmes, read once."""

    def __init__(self, reader: Reader) -> None:
        reader.compute(*_VIEWS)
        ((asked,),) = reader.rows(_ASKED)
        parameters = dict(reader.rows(_PARAMETERS))
        self.unknown_base_part: float = parameters["unknown_base_part"]
        self.material_part: float = parameters["material_part"]
        self.asked: set[str] | None = None if asked is None else set(asked)
        self.facts = _keyed(_rows(reader, _EVIDENCE), "fact_id")
        self.factor_facts = _keyed(_rows(reader, _FACTOR_FACTS), "company_id", "factor")
        self.missing = _grouped(_rows(reader, _MISSING), "company_id")
        self.terms = _grouped(_rows(reader, _TERMS), "company_id")
        self.claims = _grouped(_rows(reader, _CLAIMS), "period_role", "kind", "measure", "scope_id", "product_id")
        self.units = _keyed(_rows(reader, _UNITS), "period_role", "programme_id")
        self.families = _keyed(_rows(reader, _FAMILIES), "period_role", "family_id")
        self.mixes = _keyed(_rows(reader, _MIX), "period_role", "programme_id")
        self.ratios = _keyed(_rows(reader, _RATIOS), "scope_id", "unit")
        self.vectors = _grouped(_rows(reader, _VECTORS), "period_role", "scope_id", "product_id")
        self.shares = _grouped(_rows(reader, _SHARES), "period_role", "programme_id", "product_id")
        self.disclosed = _keyed(_rows(reader, _DISCLOSED), "company_id", "period_role", "family_id", "method")
        self.revenues = _keyed(_rows(reader, _REVENUES), "company_id", "period_role")
        self.gaps = {(row["company_id"], row["family_id"]) for row in _rows(reader, _GAPS)}
        self.denominators = _keyed(_rows(reader, _DENOMINATORS), "company_id")
        self.trailing = _keyed(_rows(reader, _TRAILING), "company_id")
        self.run_rates = _keyed(_rows(reader, _RUN_RATES), "company_id")


class Trace:
    """One company's way to its exposure weight."""

    def __init__(self, ledger: Ledger, company_id: str) -> None:
        self.ledger = ledger
        self.company_id = company_id
        self.terms = ledger.terms[(company_id,)]

    @property
    def missing(self) -> list[str]:
        """Name what no source states and therefore stands in no sum."""
        return [row["what"] for row in self.ledger.missing.get((self.company_id,), ())]

    def exposure_weight(self) -> Node:
        """Set programme revenue over company revenue, both at the horizon."""
        revenue = self._programme_revenue(self.asked_terms)
        return quotient("exposure weight", revenue, self._company_revenue(revenue), "fraction")

    @property
    def asked_terms(self) -> list[Row]:
        """Give the terms of the horizon's programme revenue that the question is about."""
        return [term for term in self._counting("horizon") if self._is_asked(term)]

    def _is_asked(self, term: Row) -> bool:
        return self.ledger.asked is None or term["programme_id"] in self.ledger.asked

    # --- programme revenue -----------------------------------------------------------------

    def _programme_revenue(self, terms: Sequence[Row]) -> Node:
        by_size = sorted(terms, key=lambda term: -term["programme_revenue_usd"])
        return total(f"programme revenue {terms[0]['year']}", [self._term(term) for term in by_size], "USD")

    def _counting(self, period_role: str) -> list[Row]:
        return [t for t in self.terms if t["period_role"] == period_role and t["programme_revenue_usd"] is not None]

    def _term(self, term: Row) -> Node:
        return self._bottom_up(term) if term["method"] == "bottom_up" else self._stated(term)

    def _bottom_up(self, term: Row) -> Node:
        via = f" through {term['via_company_id']}" if term["via_company_id"] else ""
        label = f"{term['product_id']} on {term['programme_id']}{via}"
        units = self._units_of(term["period_role"], term["programme_id"])
        if units.value == 0:
            return product(label, (units,), "USD", basis="no units, so no revenue")
        return product(label, (units, self._content_of(term), self._share_of(term, units)), "USD", basis="bottom_up")

    def _stated(self, term: Row) -> Node:
        found = self.ledger.disclosed[self.company_id, term["period_role"], term["family_id"], term["method"]]
        role = "base" if term["method"] == "roll_forward" else term["period_role"]
        label = f"stated {term['family_id']} sales"
        subject = (role, "disclosed", found["measure"], found["scope_id"], None)
        is_share = found["measure"] == "programme_share"
        parts = [self._mean(label, subject, self.company_id, "fraction" if is_share else "USD")]
        if is_share:
            parts.append(self._yearly_revenue(role))
        if term["method"] == "roll_forward":
            parts.append(self._unit_growth(found["scope_id"]))
        return product(f"{term['family_id']} sales", parts, "USD", basis=term["method"])

    def _unit_growth(self, scope_id: str) -> Node:
        of = self._family_units if ("horizon", scope_id) in self.ledger.families else self._units_of
        return quotient("growth of units", of("horizon", scope_id), of("base", scope_id), "ratio")

    # --- units -----------------------------------------------------------------------------

    def _units_of(self, period_role: str, programme_id: str) -> Node:
        row = self.ledger.units[period_role, programme_id]
        label, unit = f"units of {programme_id} {row['year']}", f"{row['unit_basis']}s"
        if row["units_basis"] == "generation":
            found = self._mean(label, (period_role, "units", "units", programme_id, None), None, unit)
            return found.but(basis=row["units_basis"])
        parts = (self._family_units(period_role, row["family_id"]), self._mix_of(period_role, row))
        return product(label, parts, unit, basis=row["units_basis"]).but(tier=row["tier"])

    def _family_units(self, period_role: str, family_id: str) -> Node:
        row = self.ledger.families[period_role, family_id]
        label, unit = f"units of {family_id} {row['year']}", f"{row['unit_basis']}s"
        if row["units_basis"] == "stated":
            return self._mean(label, (period_role, "units", "units", family_id, None), None, unit)
        members = [
            self._units_of(period_role, programme)
            for (role, programme), units in self.ledger.units.items()
            if role == period_role and units["family_id"] == family_id
        ]
        return total(label, members, unit, basis=row["units_basis"])

    def _mix_of(self, period_role: str, row: Row) -> Node:
        if row["units_basis"] != "family_rest":
            return self._named_mix(self.ledger.mixes[period_role, row["programme_id"]])
        named = [
            less(self._named_mix(mix))
            for (role, _), mix in self.ledger.mixes.items()
            if role == period_role and mix["family_id"] == row["family_id"]
        ]
        return total(f"{row['programme_id']}, part of {row['family_id']}", [_WHOLE, *named], "fraction")

    def _named_mix(self, mix: Row) -> Node:
        """Give a generation's part of its family: within each origin that counts both, or across origins."""
        label = f"{mix['programme_id']}, part of {mix['family_id']}"
        stated = (self._mix_across if mix["mix_basis"] == "across_origins" else self._mix_of_origins)(label, mix)
        stated = stated.but(basis=mix["mix_basis"], tier=mix["tier"])
        if mix["mix_fit"] == 1:
            return stated
        fit = Node("fitted to the whole family", "given", mix["mix_fit"], "ratio")
        return product(label, (stated, fit), "fraction")

    def _mix_of_origins(self, label: str, mix: Row) -> Node:
        role, family = mix["period_role"], self.ledger.families[mix["period_role"], mix["family_id"]]
        pooled = Node(
            f"units of {mix['family_id']}", "given", family["units"], f"{family['unit_basis']}s", basis="as above"
        )
        totals = self.ledger.claims.get((role, "units", "units", mix["family_id"], None), ())
        whole_of = {claim["origin_id"]: claim for claim in totals if claim["company_id"] is None}
        parts = []
        for generation in self._pooled((role, "units", "units", mix["programme_id"], None), None):
            whole = whole_of.get(generation["origin_id"])
            first = self._counted(generation)
            if whole and whole["base"] >= generation["base"] and whole["base"] > 0:
                part = quotient(generation["origin_id"], first, self._counted(whole), "fraction")
            elif whole or generation["base"] == 0 or (generation["base"] > family["units"] and family["is_actual"]):
                continue
            elif generation["base"] > family["units"]:
                part = _WHOLE.but(label=generation["origin_id"], fact_ids=(generation["fact_id"],))
            else:
                part = quotient(generation["origin_id"], first, pooled, "fraction", basis="of the pooled family")
            parts.append(part.but(weight=generation["weight"]))
        return mean(label, parts, "fraction")

    def _counted(self, claim: Row) -> Node:
        return self._claim(claim, f"{claim['own_unit']}s").but(label=claim["scope_id"], weight=None)

    def _mix_across(self, label: str, mix: Row) -> Node:
        family = self._family_units(mix["period_role"], mix["family_id"])
        subject = (mix["period_role"], "units", "units", mix["programme_id"], None)
        counted = self._mean(f"units of {mix['programme_id']}", subject, None, family.unit)
        if counted.value > family.value:
            return _WHOLE.but(label=label, fact_ids=tuple(mix["fact_ids"]))
        return quotient(label, counted, family, "fraction")

    # --- content and share -----------------------------------------------------------------

    def _content_of(self, term: Row) -> Node:
        role, product_id, supplier = term["period_role"], term["product_id"], term["content_supplier_id"]
        label = f"content of {product_id} per {term['unit_basis']}"
        basis = _words(term["content_basis"], _unless_stated(term["content_period_basis"]))
        scope = term["content_scope_id"]
        if term["content_basis"] == "stated":
            found = self._mean(label, (role, "content", "content", scope, product_id), supplier, "USD")
            return found.but(basis=f"{basis} for {scope}", tier=term["content_tier"])
        pieces = f"{product_id} pieces per {term['unit_basis']}"
        attach = self._nearest_mean(pieces, (role, "content", "attach", scope, product_id), supplier, "pieces")
        subject = (role, "content", "price", term["price_scope_id"], product_id)
        price = self._nearest_mean(f"price of {product_id}", subject, supplier, "USD")
        return product(label, (attach, price), "USD", basis=basis)

    def _share_of(self, term: Row, units: Node) -> Node:
        role, product_id, scope = term["period_role"], term["product_id"], term["share_scope_id"]
        supplier = term["via_company_id"] or self.company_id
        label = f"share of {product_id}"
        basis = _words(term["share_basis"], _unless_stated(term["share_period_basis"]))
        match term["share_basis"]:
            case "counted_units":
                subject = (role, "units", "units", scope, product_id)
                counted = self._mean(f"units by {supplier}", subject, supplier, units.unit)
                whole = self._family_units(role, scope) if (role, scope) in self.ledger.families else units
                found = quotient(label, counted, whole, "fraction", basis=f"{basis} of {scope}")
            case "role":
                found = self._role_share(term, label, basis, supplier)
            case "market":
                found = self._mean(label, (role, "share", "market", scope, product_id), supplier, "fraction")
                found = found.but(basis=_words("market share, with a link", _unless_stated(term["share_period_basis"])))
            case _:
                vectors = [
                    part for part in self.ledger.vectors[role, scope, product_id] if part["company_id"] == supplier
                ]
                named = tuple(sorted(part["fact_id"] for part in vectors if part["fact_id"]))
                found = mean(label, [_share_part(part, named) for part in vectors], "fraction")
                found = found.but(basis=f"{basis} of {scope}")
        return found.but(tier=term["share_tier"])

    def _role_share(self, term: Row, label: str, basis: str, supplier: str) -> Node:
        role, product_id = term["period_role"], term["product_id"]
        others = self.ledger.shares[role, term["programme_id"], product_id]
        stated = [
            Node(f"less {other['company_id']}", "given", -other["supply_share"], "fraction", basis=other["share_basis"],
                 fact_ids=tuple(other["fact_ids"]))
            for other in others if other["share_basis"] != "role"
        ]  # fmt: skip
        left = total("left over by stated shares", [_WHOLE, *stated], "fraction")
        if left.value < 0:
            taken = tuple(sorted({fact for other in stated for fact in other.fact_ids}))
            left = Node(left.label, "given", 0.0, "fraction", basis="they take all of it", fact_ids=taken)
        weight = self._mean("weight of the role", (role, "share", "role", term["share_scope_id"], product_id), supplier)
        weights = [
            Node(other["company_id"], "given", other["role_weight"], fact_ids=tuple(other["fact_ids"]))
            for other in others if other["share_basis"] == "role"
        ]  # fmt: skip
        roles = total("weights of all roles", weights, "ratio")
        if term["role_weight_total"] == 1:
            roles = Node("weights of all roles, at least one", "given", 1.0, "ratio")
        part = quotient("part of what is left over", weight, roles, "fraction")
        return product(label, (left, part), "fraction", basis=basis)

    # --- company revenue -------------------------------------------------------------------

    def _company_revenue(self, programme: Node) -> Node:
        denominator = self.ledger.denominators[self.company_id]["denominator"]
        if denominator == "consensus":
            return self._yearly_revenue("horizon")
        if denominator == "run-rate":
            return self._run_rate()
        later = Node(programme.label, "given", programme.value, "USD", basis="as above")
        if not all(self._is_asked(term) for term in self.terms):
            later = self._programme_revenue(self._counting("horizon")).but(basis="all programmes")
        sales = self._yearly_revenue("base")
        earlier = [less(self._part_held(node) if sales.basis == "stale" else node) for node in self._base_years()]
        parts = [sales, later, *earlier]
        return total("company revenue", parts, "USD", basis=denominator)

    def _base_years(self) -> Iterator[Node]:
        """Give each family's base-year programme revenue; a part of the horizon's where nothing is said of it."""
        horizon, before = self._counting("horizon"), self._counting("base")
        for family in sorted({term["family_id"] for term in horizon}):
            label = f"{family} sales in the base year"
            base = [term for term in before if term["family_id"] == family]
            if base and (
                (self.company_id, family) not in self.ledger.gaps or any(term["method"] == "disclosed" for term in base)
            ):
                yield total(label, [self._term(term) for term in base], "USD")
                continue
            later = sum(term["programme_revenue_usd"] for term in horizon if term["family_id"] == family)
            parts = (
                self._between(),
                Node(f"{family} sales at the horizon", "given", later, "USD", basis="as above"),
            )
            yield product(label, parts, "USD", basis="unknown: between nothing and the horizon's")

    def _part_held(self, part: Node) -> Node:
        """Take a part of the base year's for an older year, of which nothing is said: between nothing and all of it."""
        basis = "unknown in the older year: between nothing and the base year's"
        return product(part.label, (self._between(), part), part.unit, basis=basis)

    def _between(self) -> Node:
        return Node("part taken where nothing is said", "given", self.ledger.unknown_base_part, "fraction")

    def _yearly_revenue(self, period_role: str) -> Node:
        row = self.ledger.revenues[self.company_id, period_role]
        label = f"company revenue {row['year']}"
        measure = {"reported": "actual", "forecast": "forecast", "trailing": "trailing"}.get(row["revenue_basis"])
        if measure:
            found = self._mean(label, (period_role, "revenue", measure, None, None), self.company_id, "USD")
        elif row["revenue_basis"] == "growth":
            growth = self._mean("growth", (period_role, "revenue", "growth", None, None), self.company_id, "fraction")
            grown = total("one plus growth", (Node("one", "given", 1.0), growth), "ratio")
            found = product(label, (self._yearly_revenue("base"), grown), "USD")
        else:
            found = _one_revenue(label, self.ledger.trailing[self.company_id])
        return found.but(basis=row["revenue_basis"], tier=row["tier"])

    def _run_rate(self) -> Node:
        row = self.ledger.run_rates[self.company_id]
        part = _one_revenue(f"reported sales of {row['period']}", row)
        pace = Node("the year over that part of it", "given", row["pace"], "ratio")
        return product("company revenue", (part, pace), "USD", basis="run-rate").but(tier=row["tier"])

    # --- claims ----------------------------------------------------------------------------

    def _pooled(self, subject: tuple[Any, ...], company_id: str | None) -> list[Row]:
        claims = self.ledger.claims.get(subject, ())
        return [claim for claim in claims if claim["is_pooled"] and claim["company_id"] == company_id]

    def _mean(self, label: str, subject: tuple[Any, ...], company_id: str | None, unit: str = "") -> Node:
        """Weigh the claims on a subject: period, kind, measure, scope and product."""
        return mean(label, [self._claim(claim, unit) for claim in self._pooled(subject, company_id)], unit)

    def _nearest_mean(self, label: str, subject: tuple[Any, ...], company_id: str | None, unit: str) -> Node:
        """Weigh the claims on a subject that name the company, or those that hold for all."""
        return self._mean(label, subject, company_id if self._pooled(subject, company_id) else None, unit)

    def _claim(self, claim: Row, unit: str) -> Node:
        midpoint = "midpoint" if claim["is_midpoint"] else None
        basis = ", ".join(filter(None, (claim["period"], _unless_stated(claim["period_basis"]), midpoint)))
        said_in = claim["currency"] or _COUNTED.get(claim["kind"], "{unit}").format(unit=claim["unit"])
        stated = Node(claim["origin_id"], "fact", claim["stated_base"], said_in, fact_ids=(claim["fact_id"],))
        factors = list(self._factors(claim))
        if factors:
            stated = product(claim["origin_id"], (stated.but(label="as stated", tier=claim["tier"]), *factors), unit)
        return stated.but(unit=unit, weight=claim["weight"], basis=basis, tier=claim["tier"])

    def _factors(self, claim: Row) -> Iterator[Node]:
        """Give what turns a claim into the family's own units and into dollars."""
        rate = claim["factor"]
        ratio = self.ledger.ratios.get((claim["scope_id"], claim["unit"]))
        is_counted = claim["kind"] in ("units", "content") and claim["measure"] != "price"
        if is_counted and ratio and ratio["own_units_per_unit"] != 1:
            conversion = _conversion(claim, ratio)
            yield conversion
            rate /= conversion.value
        if claim["fx_fact_id"]:
            yield _rate(claim, rate)


def _conversion(claim: Row, ratio: Row) -> Node:
    """Give what turns a count of one unit into a count of another, or money per unit into money per another."""
    factor, of, per = ratio["own_units_per_unit"], ratio["own_unit"], ratio["unit"]
    if claim["kind"] == "content":
        factor, of, per = 1 / factor, per, of
    return Node(f"{of}s per {per}", "given", factor, "ratio", fact_ids=tuple(ratio["fact_ids"]))


def _rate(claim: Row, rate: float) -> Node:
    label = f"USD per {claim['currency']}"
    return Node(label, "given", rate, "ratio", basis=claim["fx_basis"], fact_ids=(claim["fx_fact_id"],))


def _share_part(part: Row, named: tuple[str, ...]) -> Node:
    """Give what one origin's shares say of a company: a fact, or what the others that name it leave it."""
    origin, share, weight = part["origin_id"], part["share"], part["weight"]
    if part["fact_id"]:
        return Node(origin, "fact", share, "fraction", (), weight, None, part["tier"], (part["fact_id"],))
    parts = (
        Node("mean of those who do", "given", part["mean_share"], "fraction", fact_ids=named),
        Node("shrunk to fit", "given", part["fit"], "ratio"),
    )
    basis = "does not name the company: the others' mean, shrunk to fit"
    return product(origin, parts, "fraction", basis=basis).but(weight=weight)


def _unless_stated(period_basis: str | None) -> str | None:
    return None if period_basis == "stated" else period_basis


def _words(*words: str | None) -> str:
    return " ".join(filter(None, words))


# --- reading --------------------------------------------------------------------------------


def _rows(reader: Reader, query: str, *parameters: object) -> list[Row]:
    table = reader.table(query, parameters or None)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _keyed(rows: Iterable[Row], *columns: str) -> dict[Any, Row]:
    if len(columns) == 1:
        return {row[columns[0]]: row for row in rows}
    return {tuple(row[column] for column in columns): row for row in rows}


def _grouped(rows: Iterable[Row], *columns: str) -> Mapping[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups


def _one_revenue(label: str, row: Row) -> Node:
    """Give sales that one fact states, in dollars."""
    stated = Node("as stated", "fact", row["stated_base"], row["currency"], fact_ids=(row["fact_id"],))
    if row["currency"] == "USD":
        return stated.but(label=label)
    return product(label, (stated, _rate(row, row["revenue_usd"] / row["stated_base"])), "USD")
