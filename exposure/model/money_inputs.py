"""Sales, stated parts of them, and the exchange rates that inputs in foreign money follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from exposure.model.inputs import InputTable, Row, index, range_of
from exposure.model.network import Conversion, Stated
from exposure.model.tables import Tables
from exposure.model.terms import Terms, incidence_of


class MoneyInputs:
    """Sales of companies, stated terms and exchange rates, added to the common inputs."""

    def __init__(self, tables: Tables, common: InputTable) -> None:
        self._tables, self._common = tables, common
        #: block, row, common input of the rate, and the part of the value that the rate converts
        self._conversions: list[tuple[int, int, int, float]] = []
        #: (period_role, company) -> common input
        self.revenue = {(row["period_role"], row["company_id"]): self._add(row) for row in tables.revenues}
        reported = {
            row["company_id"]
            for row in tables.revenues
            if row["period_role"] == "horizon" and row["revenue_basis"] == "reported"
        }
        self.run_rate = {
            row["company_id"]: self._add(row | {"period_role": "horizon", "fact_ids": [row["fact_id"]]}, "run_rate")
            for row in tables.run_rates
            if row["company_id"] not in reported
        }

    def add_stated(self, terms: Terms, first_growth: int) -> tuple[Stated, list[str]]:
        """Return the terms that are stated as a whole, and the scopes whose growths of units roll them forward."""
        growths: dict[str, int] = {}
        disclosed = {
            (row["period_role"], row["company_id"], row["family_id"], row["method"]): row
            for row in self._tables.disclosed
        }
        part: list[int] = []
        money, units = [], []
        entries: list[tuple[int, int, float]] = []
        for term in terms.rows:
            if term["method"] == "bottom_up" or term["period_role"] == "prior":
                continue
            row = disclosed[term["period_role"], term["company_id"], term["family_id"], term["method"]]
            is_rolled, is_part = row["method"] == "roll_forward", row["measure"] == "programme_share"
            year = "base" if is_rolled else term["period_role"]
            entries += [(len(part), account, weight) for account, weight in terms.accounts(term)]
            part.append(self._add_part(row, term, year))
            money.append(self.revenue[year, row["company_id"]] if is_part else 0)
            units.append(growths.setdefault(row["scope_id"], first_growth + len(growths)) if is_rolled else 0)
        return Stated(index(part), index(money), index(units), incidence_of(len(part), entries)), list(growths)

    def _add_part(self, row: Row, term: Row, year: str) -> int:
        is_part = row["measure"] == "programme_share"
        role, company, scope = term["period_role"], row["company_id"], row["scope_id"]
        number = self._common.add(
            ("stated", role, company, scope, row["method"]), "stated", role,
            self._tables.pooled["disclosed", row["measure"], year, scope, None, company], row,
            variate=("stated", company, scope, tuple(row["fact_ids"])), ceiling=1.0 if is_part else np.inf,
            scope_id=scope, programme_id=term["programme_id"], family_id=term["family_id"], company_id=company,
        )  # fmt: skip
        if not is_part:
            self.convert(-1, number, row["fact_ids"])
        return number

    def convert(self, block: int, row: int, fact_ids: Iterable[str]) -> None:
        """Make an input follow the rate of the currency of most of its claims."""
        facts = list(fact_ids)
        foreign = [self._tables.rates[fact] for fact in facts if fact in self._tables.rates]
        if foreign:
            counted = Counter(claim["currency"] for claim in foreign)
            currency = min(counted, key=lambda code: (-counted[code], code))
            rate = next(claim for claim in foreign if claim["currency"] == currency)
            self._conversions.append((block, row, self._add_rate(rate), counted[currency] / len(facts)))

    def conversion(self, block: int) -> Conversion:
        """Return the conversions of a block's inputs."""
        mine = [entry for entry in self._conversions if entry[0] == block]
        return Conversion(index(e[1] for e in mine), index(e[2] for e in mine), np.array([e[3] for e in mine], float))

    def _add(self, row: Row, key: str = "revenue") -> int:
        role, company = row["period_role"], row["company_id"]
        ends = range_of(row, "revenue_usd")
        number = self._common.add((key, role, company), "revenue", role, ends, row, company_id=company)
        self.convert(-1, number, row["fact_ids"])
        return number

    def _add_rate(self, rate: Row) -> int:
        currency, years = rate["currency"], rate["years_carried"]
        spread = rate["default_spread"] + self._tables.parameters["fx_carry_widening"] * years
        # a rate is the amount of the currency for one dollar; the input is the value of the currency
        low = 1 / rate["rate_high"] if rate["rate_high"] and not years else 1 - spread
        high = 1 / rate["rate_low"] if rate["rate_low"] and not years else 1 + spread
        return self._common.add(
            ("fx", currency, rate["fx_fact_id"], years), "fx", "horizon" if years else "base", (low, 1.0, high),
            variate=("fx", currency), currency=currency, tier="disclosed", fact_ids=(rate["fx_fact_id"],),
        )  # fmt: skip
