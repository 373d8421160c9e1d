"""Walk from a rank down to facts and sources: a tree of sums, products, quotients and weighted means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from exposure.errors import ExposureError
from exposure.numbers import human

if TYPE_CHECKING:
    import polars as pl

    from exposure.warehouse import Reader
    from exposure.watchlist import Watchlist

Op = Literal["sum", "product", "quotient", "weighted_mean", "fact", "given"]
Row = Mapping[str, Any]

_SYMBOL = {"sum": "sum of", "product": "product of", "quotient": "first over second", "weighted_mean": "weighted mean of"}


@dataclass(frozen=True)
class Node:
    """A number and how it comes about. A node with children is their sum, product, quotient or weighted mean."""

    label: str
    op: Op
    value: float
    unit: str = ""
    children: tuple[Node, ...] = ()
    weight: float | None = None
    basis: str | None = None
    tier: str | None = None
    fact_ids: tuple[str, ...] = ()

    def weighing(self, weight: float) -> Node:
        """Give the same node as a part of a weighted mean."""
        return Node(
            self.label, self.op, self.value, self.unit, self.children, weight, self.basis, self.tier, self.fact_ids
        )


@dataclass(frozen=True)
class Explanation:
    """Why a company stands where it stands."""

    heading: dict[str, Any]
    trees: tuple[Node, ...]
    #: fact_id -> what the document is, who said it, since when
    facts: dict[str, Row] = field(default_factory=dict)

    def text(self) -> str:
        """Write the tree, one node a line, facts with their documents."""
        lines = [_title(self.heading)]
        for tree in self.trees:
            lines += ["", *self._lines(tree, "", "")]
        return "\n".join(lines)

    def nested(self) -> dict[str, Any]:
        """Give the tree as nested dictionaries."""
        return {**self.heading, "trees": [self._dictionary(tree) for tree in self.trees]}

    def frame(self) -> pl.DataFrame:
        """Give one row a node, depth first: depth 0 is the root, a node's children follow it one deeper."""
        import polars as pl

        rows = [
            {
                "company_id": self.heading["company_id"],
                "depth": depth,
                "label": node.label,
                "op": node.op,
                "value": node.value,
                "weight": node.weight,
                "unit": node.unit,
                "basis": node.basis,
                "tier": node.tier,
                "fact_ids": "; ".join(node.fact_ids),
                "source_ids": "; ".join(self._sources(node)),
            }
            for tree in self.trees
            for depth, node in _walk(tree)
        ]
        kinds = {"depth": pl.Int64, "value": pl.Float64, "weight": pl.Float64}
        return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in _FRAME})

    def _sources(self, node: Node) -> list[str]:
        return sorted({self.facts[fact]["source_id"] for fact in node.fact_ids if fact in self.facts})

    def _dictionary(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {"label": node.label, "op": node.op, "value": node.value, "unit": node.unit}
        if node.weight is not None:
            found["weight"] = node.weight
        if node.basis:
            found["basis"] = node.basis
        if node.tier:
            found["tier"] = node.tier
        if node.children:
            found["children"] = [self._dictionary(child) for child in node.children]
        elif node.fact_ids:
            found["facts"] = [self._fact(fact_id) for fact_id in node.fact_ids]
        return found

    def _fact(self, fact_id: str) -> dict[str, Any]:
        fact = self.facts[fact_id]
        return {
            "fact_id": fact_id,
            "source_id": fact["source_id"],
            "title": fact["source_title"],
            "publisher": fact["publisher"],
            "known_on": fact["known_on"].isoformat(),
            "origin_id": fact["origin_id"],
            "tier": fact["tier"],
            "url": fact["url"],
            "rests_on": list(fact["rests_on"]),
        }

    def _lines(self, node: Node, lead: str, follow: str) -> Iterator[str]:
        words = [node.label, human(node.value, node.unit)]
        if node.weight is not None:
            words.append(f"weight {human(node.weight, '')}")
        if node.basis:
            words.append(node.basis)
        if node.op in _SYMBOL:
            words.append(f"= {_SYMBOL[node.op]}")
        yield lead + "  ".join(words)
        for fact_id in () if node.children else node.fact_ids:
            fact = self.facts[fact_id]
            document = f"{fact['source_title']} ({fact['publisher']})"
            grounds = f", rests on {', '.join(fact['rests_on'])}" if fact["rests_on"] else ""
            yield f"{follow}    {fact_id} {fact['tier']}, {fact['origin_id']}, known {fact['known_on']}: {document}{grounds}"
        for position, child in enumerate(node.children, 1):
            last = position == len(node.children)
            yield from self._lines(child, follow + ("└─ " if last else "├─ "), follow + ("   " if last else "│  "))


_FRAME = (
    "company_id", "depth", "label", "op", "value", "weight", "unit", "basis", "tier", "fact_ids", "source_ids",
)  # fmt: skip


def explain(reader: Reader, company_id: str, programme: str | None, made: Watchlist) -> Explanation:
    """Trace one company of a ranking, as the reader's date, horizon and programmes have it."""
    import polars as pl

    ranked = made.ranked.filter(pl.col("company_id") == company_id).to_dicts()
    if not ranked:
        return Explanation(_left_out(made, company_id, programme), ())
    ledger = _Ledger(reader, company_id)
    score = _score(ranked[0], made.contributions.filter(pl.col("company_id") == company_id).to_dicts())
    exposure = ledger.exposure_weight()
    facts = {row["fact_id"]: row for row in _rows(reader, _EVIDENCE)}
    heading = {name: _plain(value) for name, value in ranked[0].items()} | {"programme": programme}
    return Explanation(heading, (score, exposure), facts)


def _left_out(made: Watchlist, company_id: str, programme: str | None) -> dict[str, Any]:
    import polars as pl

    found = made.unranked.filter(pl.col("company_id") == company_id).to_dicts()
    if not found:
        raise ExposureError(f"{company_id} is not listed, so it is never ranked.")
    return {name: value for name, value in found[0].items()} | {"programme": programme, "rank": None}


def _title(heading: Row) -> str:
    name = f"{heading['name']} ({heading['ticker']})"
    of = f" on {heading['programme']}" if heading["programme"] else ""
    if heading["rank"] is None:
        lacking = f" Missing: {heading['missing']}." if heading["missing"] else ""
        return f"{name} is not ranked{of}: {heading['reason']}.{lacking}"
    return (
        f"{name}{of}: rank {heading['rank']}, score {heading['score']:.1f}, grade {heading['grade']}, "
        f"exposure {human(heading['exposure_weight'], 'fraction')} "
        f"({human(heading['exposure_low'], 'fraction')} to {human(heading['exposure_high'], 'fraction')}), "
        f"as of {heading['as_of']} for {heading['horizon']}, profile {heading['profile']}"
    )


def _score(company: Row, parts: Sequence[Row]) -> Node:
    children = tuple(
        Node(
            part["factor"],
            "given",
            part["normalised"],
            basis="unknown, so neutral" if part["raw"] is None else f"raw {human(part['raw'], '')}, against the universe",
            weight=part["weight"],
        )
        for part in parts
    )
    return Node("score", "weighted_mean", company["score"], "0 to 100", children)


# --- the tree of the exposure ---------------------------------------------------------------

_CLAIMS = """
select c.*, p.base as pooled_base
from "core.claim" as c
inner join "core.pooled" as p
    on
        p.moment = c.moment and p.period_role = c.period_role and p.kind = c.kind and p.measure = c.measure
        and p.scope_id is not distinct from c.scope_id and p.product_id is not distinct from c.product_id
        and p.company_id is not distinct from c.company_id and p.counterpart_id is not distinct from c.counterpart_id
where c.moment = 'now' and list_contains(p.fact_ids, c.fact_id)
order by c.origin_id, c.fact_id
"""
_TERMS = """
select r.*, b.content_scope_id, b.price_scope_id, b.content_supplier_id, b.share_scope_id, b.role_weight,
    b.role_residual, b.role_weight_total, b.unit_basis
from "core.programme_revenue" as r
left join "core.bottom_up" as b
    on
        b.company_id = r.company_id and b.via_company_id is not distinct from r.via_company_id
        and b.period_role = r.period_role and b.programme_id = r.programme_id and b.product_id = r.product_id
where r.company_id = ? and r.chosen and r.period_role <> 'prior'
order by r.period_role, r.family_id, r.programme_id, r.product_id, r.via_company_id
"""
_UNITS = """select * from "core.programme_units" order by programme_id"""
_FAMILIES = """select * from "core.family_units" where moment = 'now' order by family_id"""
_MIX = """select * from "core.generation_mix" where moment = 'now' order by programme_id"""
_SHARES = """select * from "core.share_origin" order by origin_id"""
_RIVALS = """
select s.period_role, s.programme_id, s.product_id, s.company_id, s.supply_share, s.share_basis, s.fact_ids
from "core.supply_share" as s where s.share_basis <> 'role' order by s.company_id
"""
_DISCLOSED = """select * from "core.disclosed" where company_id = ?"""
_REVENUES = """select * from "core.company_revenue" where company_id = ?"""
_DENOMINATOR = """select * from "core.denominator" where company_id = ?"""
_TRAILING = """select * from "core.trailing_revenue" where company_id = ?"""
_GAPS = """select family_id from "core.base_gap" where company_id = ?"""
_ASKED = "select programmes from core.choice"
_EVIDENCE = """select * from "mart.evidence" """


#: the views that the queries above read, worked out once for all of them
_VIEWS = (
    "core.claim", "core.pooled", "core.programme_revenue", "core.bottom_up", "core.programme_units",
    "core.family_units", "core.generation_mix", "core.share_origin", "core.supply_share", "core.disclosed",
    "core.company_revenue", "core.denominator", "core.trailing_revenue", "core.base_gap", "mart.evidence",
)  # fmt: skip


class _Ledger:
    """What the views say of one company, ready to be put together as a tree."""

    def __init__(self, reader: Reader, company_id: str) -> None:
        reader.compute(*_VIEWS)
        self.company_id = company_id
        ((asked,),) = reader.rows(_ASKED)
        self.asked = None if asked is None else set(asked)
        self.terms = _rows(reader, _TERMS, company_id)
        self.claims = _grouped(_rows(reader, _CLAIMS), "period_role", "kind", "measure", "scope_id", "product_id")
        self.units = _keyed(_rows(reader, _UNITS), "period_role", "programme_id")
        self.families = _keyed(_rows(reader, _FAMILIES), "period_role", "family_id")
        self.mixes = _keyed(_rows(reader, _MIX), "period_role", "programme_id")
        self.shares = _grouped(_rows(reader, _SHARES), "period_role", "scope_id", "product_id")
        self.rivals = _grouped(_rows(reader, _RIVALS), "period_role", "programme_id", "product_id")
        self.disclosed = _keyed(_rows(reader, _DISCLOSED, company_id), "period_role", "family_id", "method")
        self.revenues = _keyed(_rows(reader, _REVENUES, company_id), "period_role")
        self.gaps = {row["family_id"] for row in _rows(reader, _GAPS, company_id)}
        (self.denominator,) = _rows(reader, _DENOMINATOR, company_id)
        self.trailing = _rows(reader, _TRAILING, company_id)

    def exposure_weight(self) -> Node:
        """Programme revenue over company revenue, both at the horizon."""
        revenue = self._programme_revenue("horizon", self._is_asked)
        company = self._company_revenue(revenue)
        return Node(
            "exposure weight", "quotient", revenue.value / company.value, "fraction", (revenue, company)
        )

    def _is_asked(self, term: Row) -> bool:
        return self.asked is None or term["programme_id"] in self.asked

    # --- programme revenue -----------------------------------------------------------------

    def _programme_revenue(self, period_role: str, wanted: Any) -> Node:
        terms = [
            self._term(term)
            for term in self.terms
            if term["period_role"] == period_role and term["programme_revenue_usd"] is not None and wanted(term)
        ]
        year = self.units and next((t["year"] for t in self.terms if t["period_role"] == period_role), "")
        return _sum(f"programme revenue {year}", terms, "USD")

    def _term(self, term: Row) -> Node:
        if term["method"] == "bottom_up":
            return self._bottom_up(term)
        return self._stated(term)

    def _bottom_up(self, term: Row) -> Node:
        via = f" through {term['via_company_id']}" if term["via_company_id"] else ""
        label = f"{term['product_id']} on {term['programme_id']}{via}"
        units = self._units_of(term["period_role"], term["programme_id"])
        if units.value == 0:
            return Node(label, "product", 0.0, "USD", (units,), basis="no units, so no revenue")
        parts = (units, self._content_of(term), self._share_of(term, units))
        return Node(label, "product", term["programme_revenue_usd"], "USD", parts, basis="bottom_up")

    def _stated(self, term: Row) -> Node:
        found = self.disclosed[term["period_role"], term["family_id"], term["method"]]
        role = "base" if term["method"] == "roll_forward" else term["period_role"]
        label = f"stated {term['family_id']} sales"
        stated = self._mean(label, role, "disclosed", found["measure"], found["scope_id"], None, self.company_id)
        parts = [stated]
        if found["measure"] == "programme_share":
            parts.append(self._yearly_revenue(role))
        if term["method"] == "roll_forward":
            parts.append(self._unit_growth(found["scope_id"]))
        return _product(f"{term['family_id']} sales", parts, "USD", basis=term["method"])

    def _unit_growth(self, scope_id: str) -> Node:
        is_family = ("horizon", scope_id) in self.families
        of = self._family_units if is_family else self._units_of
        later, earlier = of("horizon", scope_id), of("base", scope_id)
        return Node("growth of units", "quotient", later.value / earlier.value, "ratio", (later, earlier))

    # --- units -----------------------------------------------------------------------------

    def _units_of(self, period_role: str, programme_id: str) -> Node:
        row = self.units[period_role, programme_id]
        label, unit = f"units of {programme_id} {row['year']}", f"{row['unit_basis']}s"
        if row["units_basis"] == "generation":
            return self._mean(label, period_role, "units", "units", programme_id, None, None, unit)
        family = self._family_units(period_role, row["family_id"])
        mix = self._mix_of(period_role, row)
        return Node(label, "product", row["units"], unit, (family, mix), basis=row["units_basis"], tier=row["tier"])

    def _family_units(self, period_role: str, family_id: str) -> Node:
        row = self.families[period_role, family_id]
        label, unit = f"units of {family_id} {row['year']}", f"{row['unit_basis']}s"
        if row["units_basis"] == "stated":
            return self._mean(label, period_role, "units", "units", family_id, None, None, unit)
        members = [
            self._units_of(period_role, programme)
            for role, programme in self.units
            if role == period_role and self.units[role, programme]["family_id"] == family_id
        ]
        return _sum(label, members, unit)

    def _mix_of(self, period_role: str, row: Row) -> Node:
        label = f"{row['programme_id']}, part of {row['family_id']}"
        if row["units_basis"] == "family_rest":
            others = [
                Node(f"less {programme}", "given", -mix["mix"], "fraction", fact_ids=tuple(mix["fact_ids"]))
                for (role, programme), mix in self.mixes.items()
                if role == period_role and mix["family_id"] == row["family_id"]
            ]
            whole = Node("the whole family", "given", 1.0, "fraction")
            return _sum(label, [whole, *others], "fraction")
        mix = self.mixes[period_role, row["programme_id"]]
        stated = Node(
            label, "given", mix["mix_stated"], "fraction", basis=mix["mix_basis"], tier=mix["tier"],
            fact_ids=tuple(mix["fact_ids"]),
        )  # fmt: skip
        if mix["mix_fit"] == 1:
            return stated
        fit = Node("fitted to the whole family", "given", mix["mix_fit"], "ratio")
        return Node(label, "product", mix["mix"], "fraction", (stated, fit))

    # --- content and share -----------------------------------------------------------------

    def _content_of(self, term: Row) -> Node:
        role, product, supplier = term["period_role"], term["product_id"], term["content_supplier_id"]
        label = f"content of {product} per {term['unit_basis']}"
        basis = " ".join(filter(None, (term["content_basis"], _unless_stated(term["content_period_basis"]))))
        if term["content_basis"] == "stated":
            scope = term["content_scope_id"]
            found = self._mean(label, role, "content", "content", scope, product, supplier, "USD")
            return Node(
                found.label, found.op, found.value, "USD", found.children, basis=f"{basis} for {scope}",
                tier=term["content_tier"], fact_ids=found.fact_ids,
            )  # fmt: skip
        attach = self._mean(
            f"{product} pieces per {term['unit_basis']}", role, "content", "attach", term["content_scope_id"], product,
            supplier, "pieces", either=True,
        )  # fmt: skip
        price = self._mean(
            f"price of {product}", role, "content", "price", term["price_scope_id"], product, supplier, "USD",
            either=True,
        )  # fmt: skip
        return Node(label, "product", attach.value * price.value, "USD", (attach, price), basis=basis)

    def _share_of(self, term: Row, units: Node) -> Node:
        role, product, scope = term["period_role"], term["product_id"], term["share_scope_id"]
        supplier = term["via_company_id"] or self.company_id
        label = f"share of {product}"
        basis = " ".join(filter(None, (term["share_basis"], _unless_stated(term["share_period_basis"]))))
        match term["share_basis"]:
            case "counted_units":
                counted = self._mean(f"units by {supplier}", role, "units", "units", scope, product, supplier, units.unit)
                whole = self._family_units(role, scope) if (role, scope) in self.families else units
                return Node(label, "quotient", term["supply_share"], "fraction", (counted, whole), basis=basis)
            case "role":
                return self._role_share(term, label, basis, supplier)
            case "market":
                found = self._mean(label, role, "share", "market", scope, product, supplier, "fraction")
                return Node(
                    label, found.op, found.value, "fraction", found.children, basis="market share, with a link",
                    tier=term["share_tier"], fact_ids=found.fact_ids,
                )  # fmt: skip
        parts = [
            self._share_part(part)
            for part in self.shares[role, scope, product]
            if part["company_id"] == supplier
        ]
        mean = _mean(label, parts, "fraction")
        return Node(
            label, mean.op, mean.value, "fraction", mean.children, basis=f"{basis} of {scope}",
            tier=term["share_tier"], fact_ids=mean.fact_ids,
        )  # fmt: skip

    def _share_part(self, part: Row) -> Node:
        if part["fact_id"]:
            return Node(
                part["origin_id"], "fact", part["share"], "fraction", weight=part["weight"], tier=part["tier"],
                fact_ids=(part["fact_id"],),
            )  # fmt: skip
        basis = "does not name the company: the others' mean, shrunk to fit"
        parts = (
            Node("mean of those who do", "given", part["mean_share"], "fraction"),
            Node("shrunk to fit", "given", part["fit"], "ratio"),
        )
        return Node(part["origin_id"], "product", part["share"], "fraction", parts, part["weight"], basis)

    def _role_share(self, term: Row, label: str, basis: str, supplier: str) -> Node:
        role, product = term["period_role"], term["product_id"]
        weight = self._mean("weight of the role", role, "share", "role", term["share_scope_id"], product, supplier)
        rivals = [
            Node(f"less {rival['company_id']}", "given", -rival["supply_share"], "fraction",
                 basis=rival["share_basis"], fact_ids=tuple(rival["fact_ids"]))
            for rival in self.rivals.get((role, term["programme_id"], product), ())
        ]  # fmt: skip
        whole = Node("all of the product", "given", 1.0, "fraction")
        left = _sum("left over by stated shares", [whole, *rivals], "fraction")
        if left.value < 0:
            left = Node("left over by stated shares", "given", 0.0, "fraction", basis="they take all of it")
        total = Node("weights of all roles, at least one", "given", term["role_weight_total"], "ratio")
        part = Node("part of what is left over", "quotient", weight.value / total.value, "fraction", (weight, total))
        return Node(label, "product", term["supply_share"], "fraction", (left, part), basis=basis, tier="assumption")

    # --- company revenue -------------------------------------------------------------------

    def _company_revenue(self, programme: Node) -> Node:
        found = self.denominator
        if found["denominator"] == "consensus":
            return self._yearly_revenue("horizon")
        whole = programme
        if not all(self._is_asked(term) for term in self.terms):
            whole = self._programme_revenue("horizon", lambda term: True)
        later = Node(whole.label, "given", whole.value, "USD", basis="as above" if whole is programme else "all programmes")
        earlier = [
            Node(f"less {node.label}", "product", -node.value, "USD", (Node("less", "given", -1.0), node))
            for node in self._base_years()
        ]
        parts = [self._yearly_revenue("base"), later if whole is programme else whole, *earlier]
        return _sum("company revenue", parts, "USD", basis=found["denominator"])

    def _base_years(self) -> Iterator[Node]:
        """Give each family's base-year programme revenue; half the horizon's where nothing is said of it."""
        counting = [t for t in self.terms if t["programme_revenue_usd"] is not None]
        for family in sorted({t["family_id"] for t in counting if t["period_role"] == "horizon"}):
            base = [t for t in counting if t["period_role"] == "base" and t["family_id"] == family]
            unknown = not base or (family in self.gaps and all(t["method"] != "disclosed" for t in base))
            if not unknown:
                yield _sum(f"{family} sales in the base year", [self._term(term) for term in base], "USD")
                continue
            later = sum(
                t["programme_revenue_usd"] for t in counting if t["period_role"] == "horizon" and t["family_id"] == family
            )
            basis = "nothing is said of it: halfway between nothing and the horizon's"
            parts = (Node("half", "given", 0.5), Node(f"{family} sales at the horizon, as above", "given", later, "USD"))
            yield Node(f"{family} sales in the base year", "product", later / 2, "USD", parts, basis=basis)

    def _yearly_revenue(self, period_role: str) -> Node:
        row = self.revenues[period_role]
        label = f"company revenue {row['year']}"
        measure = {"reported": "actual", "forecast": "forecast", "trailing": "trailing"}.get(row["revenue_basis"])
        if measure:
            found = self._mean(label, period_role, "revenue", measure, None, None, self.company_id, "USD")
        elif row["revenue_basis"] == "growth":
            growth = self._mean("growth", period_role, "revenue", "growth", None, None, self.company_id, "fraction")
            grown = Node("one plus growth", "sum", 1 + growth.value, "ratio", (Node("one", "given", 1.0), growth))
            found = _product(label, [self._yearly_revenue("base"), grown], "USD")
        else:
            (trailing,) = self.trailing
            found = Node(label, "fact", row["revenue_usd"], "USD", fact_ids=(trailing["fact_id"],))
        return Node(
            label, found.op, found.value, "USD", found.children, basis=row["revenue_basis"], tier=row["tier"],
            fact_ids=found.fact_ids,
        )  # fmt: skip

    # --- claims ----------------------------------------------------------------------------

    def _mean(
        self, label: str, period_role: str, kind: str, measure: str, scope_id: str | None, product_id: str | None,
        company_id: str | None, unit: str = "", *, either: bool = False,
    ) -> Node:  # fmt: skip
        """Weigh the claims on one subject. `either` takes the company's own claims, or those that hold for all."""
        claims = self.claims.get((period_role, kind, measure, scope_id, product_id), [])
        own = [claim for claim in claims if claim["company_id"] == company_id]
        if either and not own:
            own = [claim for claim in claims if claim["company_id"] is None]
        return _mean(label, [_claim(claim, unit) for claim in own], unit)


def _claim(claim: Row, unit: str) -> Node:
    fact = (claim["fact_id"],)
    origin, weight, tier = claim["origin_id"], claim["weight"], claim["tier"]
    basis = ", ".join(filter(None, (claim["period"], _unless_stated(claim["period_basis"]), claim["is_midpoint"] and "midpoint")))
    if claim["factor"] == 1:
        return Node(origin, "fact", claim["base"], unit, weight=weight, basis=basis, tier=tier, fact_ids=fact)
    stated = Node("as stated", "fact", claim["stated_base"], claim["currency"] or claim["unit"], tier=tier, fact_ids=fact)
    rate = (claim["fx_fact_id"],) if claim["fx_fact_id"] else ()
    factor = Node(f"into {unit or 'units'}", "given", claim["factor"], "ratio", basis=claim["fx_basis"], fact_ids=rate)
    return Node(origin, "product", claim["base"], unit, (stated, factor), weight, basis, tier)


# --- putting nodes together -----------------------------------------------------------------


def _sum(label: str, parts: Sequence[Node], unit: str, basis: str | None = None) -> Node:
    if len(parts) == 1 and basis is None:
        return Node(label, "sum", parts[0].value, unit, tuple(parts))
    return Node(label, "sum", sum(part.value for part in parts), unit, tuple(parts), basis=basis)


def _product(label: str, parts: Sequence[Node], unit: str, basis: str | None = None) -> Node:
    value = 1.0
    for part in parts:
        value *= part.value
    return Node(label, "product", value, unit, tuple(parts), basis=basis)


def _mean(label: str, parts: Sequence[Node], unit: str) -> Node:
    total = sum(part.weight or 0 for part in parts)
    value = sum((part.weight or 0) * part.value for part in parts) / total
    return Node(label, "weighted_mean", value, unit, tuple(parts))


def _walk(node: Node, depth: int = 0) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for child in node.children:
        yield from _walk(child, depth + 1)


def _unless_stated(period_basis: str | None) -> str | None:
    return None if period_basis == "stated" else period_basis


# --- reading --------------------------------------------------------------------------------


def _rows(reader: Reader, query: str, *parameters: object) -> list[Row]:
    table = reader.table(query, parameters or None)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _keyed(rows: Iterable[Row], *columns: str) -> dict[Any, Row]:
    if len(columns) == 1:
        return {row[columns[0]]: row for row in rows}
    return {tuple(row[column] for column in columns): row for row in rows}


def _grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
