"""The tree of a company's exposure weight, built from the rows of the views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exposure.lineage.evidence import Evidence, given, share_part, unless_stated
from exposure.lineage.tree import Node, Row, add, average, divide, multiply, negate

#: revenue basis -> measure of the claims that are its mean
_MEASURES = {"reported": "actual", "forecast": "forecast", "trailing": "trailing"}
_WHOLE = Node("all of it", "given", 1.0, "fraction")


class Trace:
    """One company's way to its exposure weight."""

    def __init__(self, evidence: Evidence, company_id: str) -> None:
        self.evidence = evidence
        self.company_id = company_id
        self.terms = evidence.terms[(company_id,)]

    @property
    def missing(self) -> list[str]:
        """Return what no source states, and is therefore in no sum."""
        return [row["what"] for row in self.evidence.missing.get((self.company_id,), ())]

    def exposure_weight(self) -> Node:
        """Return programme revenue over company revenue, both at the horizon."""
        revenue = self._programme_revenue(self.chosen_terms)
        return divide("exposure weight", revenue, self._company_revenue(revenue), "fraction")

    @property
    def chosen_terms(self) -> list[Row]:
        """Return the terms of the horizon's programme revenue from the programmes of the question."""
        return [term for term in self._terms_of("horizon") if self._is_chosen(term)]

    def _is_chosen(self, term: Row) -> bool:
        return self.evidence.programmes is None or term["programme_id"] in self.evidence.programmes

    # --- programme revenue -----------------------------------------------------------------

    def _programme_revenue(self, terms: Sequence[Row]) -> Node:
        by_size = sorted(terms, key=lambda term: -term["programme_revenue_usd"])
        return add(f"programme revenue {terms[0]['year']}", [self._term(term) for term in by_size], "USD")

    def _terms_of(self, period_role: str) -> list[Row]:
        return [t for t in self.terms if t["period_role"] == period_role and t["programme_revenue_usd"] is not None]

    def _term(self, term: Row) -> Node:
        return self._bottom_up(term) if term["method"] == "bottom_up" else self._stated(term)

    def _bottom_up(self, term: Row) -> Node:
        via = f" through {term['via_company_id']}" if term["via_company_id"] else ""
        label = f"{term['product_id']} on {term['programme_id']}{via}"
        units = self._units_of(term["period_role"], term["programme_id"])
        if units.value == 0:
            return multiply(label, (units,), "USD", basis="no units, so no revenue")
        return multiply(label, (units, self._content_of(term), self._share_of(term, units)), "USD", basis="bottom_up")

    def _stated(self, term: Row) -> Node:
        row = self.evidence.disclosed[self.company_id, term["period_role"], term["family_id"], term["method"]]
        role = "base" if term["method"] == "roll_forward" else term["period_role"]
        subject = (role, "disclosed", row["measure"], row["scope_id"], None)
        is_share = row["measure"] == "programme_share"
        unit = "fraction" if is_share else "USD"
        parts = [self.evidence.mean(f"stated {term['family_id']} sales", subject, self.company_id, unit)]
        if is_share:
            parts.append(self._yearly_revenue(role))
        if term["method"] == "roll_forward":
            parts.append(self._unit_growth(row["scope_id"]))
        return multiply(f"{term['family_id']} sales", parts, "USD", basis=term["method"])

    def _unit_growth(self, scope_id: str) -> Node:
        of = self._family_units if ("horizon", scope_id) in self.evidence.families else self._units_of
        return divide("growth of units", of("horizon", scope_id), of("base", scope_id), "ratio")

    # --- units -----------------------------------------------------------------------------

    def _units_of(self, period_role: str, programme_id: str) -> Node:
        row = self.evidence.units[period_role, programme_id]
        label, unit, basis = f"units of {programme_id} {row['year']}", f"{row['unit_basis']}s", row["units_basis"]
        if basis == "generation":
            return self.evidence.mean(label, (period_role, "units", "units", programme_id, None), None, unit).but(
                basis=basis
            )
        parts = (self._family_units(period_role, row["family_id"]), self._mix_of(period_role, row))
        return multiply(label, parts, unit, basis=basis).but(tier=row["tier"])

    def _family_units(self, period_role: str, family_id: str) -> Node:
        row = self.evidence.families[period_role, family_id]
        label, unit = f"units of {family_id} {row['year']}", f"{row['unit_basis']}s"
        if row["units_basis"] == "stated":
            return self.evidence.mean(label, (period_role, "units", "units", family_id, None), None, unit)
        generations = [
            self._units_of(period_role, programme)
            for (role, programme), units in self.evidence.units.items()
            if role == period_role and units["family_id"] == family_id
        ]
        return add(label, generations, unit, basis=row["units_basis"])

    def _mix_of(self, period_role: str, row: Row) -> Node:
        if row["units_basis"] != "family_rest":
            return self._named_mix(self.evidence.mixes[period_role, row["programme_id"]])
        named = [
            negate(self._named_mix(mix))
            for (role, _), mix in self.evidence.mixes.items()
            if role == period_role and mix["family_id"] == row["family_id"]
        ]
        return add(f"{row['programme_id']}, part of {row['family_id']}", [_WHOLE, *named], "fraction")

    def _named_mix(self, mix: Row) -> Node:
        """Return a generation's part of its family: within each origin that counts both, or across origins."""
        label = f"{mix['programme_id']}, part of {mix['family_id']}"
        stated = (self._mix_across if mix["mix_basis"] == "across_origins" else self._mix_within)(label, mix)
        stated = stated.but(basis=mix["mix_basis"], tier=mix["tier"])
        if mix["mix_fit"] == 1:
            return stated
        return multiply(label, (stated, given("fitted to the whole family", mix["mix_fit"])), "fraction")

    def _mix_within(self, label: str, mix: Row) -> Node:
        role, family = mix["period_role"], self.evidence.families[mix["period_role"], mix["family_id"]]
        unit = f"{family['unit_basis']}s"
        pooled = given(f"units of {mix['family_id']}", family["units"], unit, basis="as above")
        totals = self.evidence.claims.get((role, "units", "units", mix["family_id"], None), ())
        whole_of = {claim["origin_id"]: claim for claim in totals if claim["company_id"] is None}
        parts = []
        for generation in self.evidence.pooled((role, "units", "units", mix["programme_id"], None), None):
            origin, whole = generation["origin_id"], whole_of.get(generation["origin_id"])
            first = self._counted(generation)
            if whole and whole["base"] >= generation["base"] and whole["base"] > 0:
                part = divide(origin, first, self._counted(whole), "fraction")
            elif whole or generation["base"] == 0 or (generation["base"] > family["units"] and family["is_actual"]):
                continue
            elif generation["base"] > family["units"]:
                part = _WHOLE.but(label=origin, fact_ids=(generation["fact_id"],))
            else:
                part = divide(origin, first, pooled, "fraction", basis="of the pooled family")
            parts.append(part.but(weight=generation["weight"]))
        return average(label, parts, "fraction")

    def _counted(self, claim: Row) -> Node:
        return self.evidence.claim_node(claim, f"{claim['own_unit']}s").but(label=claim["scope_id"], weight=None)

    def _mix_across(self, label: str, mix: Row) -> Node:
        family = self._family_units(mix["period_role"], mix["family_id"])
        subject = (mix["period_role"], "units", "units", mix["programme_id"], None)
        counted = self.evidence.mean(f"units of {mix['programme_id']}", subject, None, family.unit)
        if counted.value > family.value:
            return _WHOLE.but(label=label, fact_ids=tuple(mix["fact_ids"]))
        return divide(label, counted, family, "fraction")

    # --- content and share -----------------------------------------------------------------

    def _content_of(self, term: Row) -> Node:
        role, product_id, supplier = term["period_role"], term["product_id"], term["content_supplier_id"]
        label = f"content of {product_id} per {term['unit_basis']}"
        basis = _words(term["content_basis"], unless_stated(term["content_period_basis"]))
        scope = term["content_scope_id"]
        if term["content_basis"] == "stated":
            content = self.evidence.mean(label, (role, "content", "content", scope, product_id), supplier, "USD")
            return content.but(basis=f"{basis} for {scope}", tier=term["content_tier"])
        pieces = f"{product_id} pieces per {term['unit_basis']}"
        attach = self.evidence.nearest_mean(pieces, (role, "content", "attach", scope, product_id), supplier, "pieces")
        subject = (role, "content", "price", term["price_scope_id"], product_id)
        price = self.evidence.nearest_mean(f"price of {product_id}", subject, supplier, "USD")
        return multiply(label, (attach, price), "USD", basis=basis)

    def _share_of(self, term: Row, units: Node) -> Node:
        role, product_id, scope = term["period_role"], term["product_id"], term["share_scope_id"]
        supplier = term["via_company_id"] or self.company_id
        label, period_basis = f"share of {product_id}", unless_stated(term["share_period_basis"])
        basis = _words(term["share_basis"], period_basis)
        match term["share_basis"]:
            case "counted_units":
                subject = (role, "units", "units", scope, product_id)
                counted = self.evidence.mean(f"units by {supplier}", subject, supplier, units.unit)
                whole = self._family_units(role, scope) if (role, scope) in self.evidence.families else units
                share = divide(label, counted, whole, "fraction", basis=f"{basis} of {scope}")
            case "role":
                share = self._role_share(term, label, basis, supplier)
            case "market":
                share = self.evidence.mean(label, (role, "share", "market", scope, product_id), supplier, "fraction")
                share = share.but(basis=_words("market share, with a link", period_basis))
            case _:
                vectors = self.evidence.vectors[role, scope, product_id]
                parts = [part for part in vectors if part["company_id"] == supplier]
                named = tuple(sorted(part["fact_id"] for part in parts if part["fact_id"]))
                share = average(label, [share_part(part, named) for part in parts], "fraction")
                share = share.but(basis=f"{basis} of {scope}")
        return share.but(tier=term["share_tier"])

    def _role_share(self, term: Row, label: str, basis: str, supplier: str) -> Node:
        role, product_id = term["period_role"], term["product_id"]
        shares = self.evidence.shares[role, term["programme_id"], product_id]
        stated = [
            given(f"less {share['company_id']}", -share["supply_share"], "fraction", share["share_basis"],
                   share["fact_ids"])
            for share in shares if share["share_basis"] != "role"
        ]  # fmt: skip
        left = add("left over by stated shares", [_WHOLE, *stated], "fraction")
        if left.value < 0:
            taken = sorted({fact for share in stated for fact in share.fact_ids})
            left = given(left.label, 0.0, "fraction", "they take all of it", taken)
        weight = self.evidence.mean(
            "weight of the role", (role, "share", "role", term["share_scope_id"], product_id), supplier
        )
        weights = [
            given(share["company_id"], share["role_weight"], "", fact_ids=share["fact_ids"])
            for share in shares if share["share_basis"] == "role"
        ]  # fmt: skip
        roles = add("weights of all roles", weights, "ratio")
        if term["role_weight_total"] == 1:
            roles = given("weights of all roles, at least one", 1.0)
        part = divide("part of what is left over", weight, roles, "fraction")
        return multiply(label, (left, part), "fraction", basis=basis)

    # --- company revenue -------------------------------------------------------------------

    def _company_revenue(self, programme: Node) -> Node:
        denominator = self.evidence.denominators[self.company_id]["denominator"]
        if denominator == "consensus":
            return self._yearly_revenue("horizon")
        if denominator == "run-rate":
            return self._run_rate()
        later = given(programme.label, programme.value, "USD", basis="as above")
        if not all(self._is_chosen(term) for term in self.terms):
            later = self._programme_revenue(self._terms_of("horizon")).but(basis="all programmes")
        sales = self._yearly_revenue("base")
        earlier = [negate(self._part_held(node) if sales.basis == "stale" else node) for node in self._base_years()]
        return add("company revenue", [sales, later, *earlier], "USD", basis=denominator)

    def _base_years(self) -> Iterator[Node]:
        """Yield each family's base-year programme revenue; a part of the horizon's where it is unknown."""
        horizon, before = self._terms_of("horizon"), self._terms_of("base")
        for family in sorted({term["family_id"] for term in horizon}):
            label = f"{family} sales in the base year"
            base = [term for term in before if term["family_id"] == family]
            is_known = (self.company_id, family) not in self.evidence.gaps
            if base and (is_known or any(term["method"] == "disclosed" for term in base)):
                yield add(label, [self._term(term) for term in base], "USD")
                continue
            later = sum(term["programme_revenue_usd"] for term in horizon if term["family_id"] == family)
            at_horizon = given(f"{family} sales at the horizon", later, "USD", basis="as above")
            basis = "unknown: between nothing and the horizon's"
            yield multiply(label, (self._unknown_part(), at_horizon), "USD", basis=basis)

    def _part_held(self, part: Node) -> Node:
        """Return a part of the base year's revenue for an older year, in which it is unknown."""
        basis = "unknown in the older year: between nothing and the base year's"
        return multiply(part.label, (self._unknown_part(), part), part.unit, basis=basis)

    def _unknown_part(self) -> Node:
        return given("part taken where nothing is said", self.evidence.unknown_base_part, "fraction")

    def _yearly_revenue(self, period_role: str) -> Node:
        row = self.evidence.revenues[self.company_id, period_role]
        label, basis = f"company revenue {row['year']}", row["revenue_basis"]
        if measure := _MEASURES.get(basis):
            revenue = self.evidence.mean(label, (period_role, "revenue", measure, None, None), self.company_id, "USD")
        elif basis == "growth":
            growth = self.evidence.mean(
                "growth", (period_role, "revenue", "growth", None, None), self.company_id, "fraction"
            )
            grown = add("one plus growth", (given("one", 1.0, ""), growth), "ratio")
            revenue = multiply(label, (self._yearly_revenue("base"), grown), "USD")
        else:
            trailing = self.evidence.trailing[self.company_id]
            revenue = self.evidence.revenue_node(label, trailing["fact_id"], trailing["trailing_revenue_usd"])
        return revenue.but(basis=basis, tier=row["tier"])

    def _run_rate(self) -> Node:
        row = self.evidence.run_rates[self.company_id]
        label = f"reported sales of {row['period']}"
        part = self.evidence.revenue_node(label, row["fact_id"], row["revenue_usd"] / row["pace"], row["year"])
        pace = given("the year over that part of it", row["pace"])
        return multiply("company revenue", (part, pace), "USD", basis="run-rate").but(tier=row["tier"])


def _words(*words: str | None) -> str:
    return " ".join(filter(None, words))
