"""Links of companies to products, in blocks whose draws fit into the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from exposure.model.distributions import Floats
from exposure.model.inputs import InputTable, Key, Row, index, range_of
from exposure.model.money_inputs import MoneyInputs
from exposure.model.network import Block
from exposure.model.tables import Tables
from exposure.model.terms import Terms, incidence_of

#: most links of a block
_BLOCK = 256


class Links:
    """The links that terms are computed from."""

    def __init__(self, tables: Tables, terms: Terms, money: MoneyInputs, unit_rows: Mapping[Key, int]) -> None:
        self.tables, self.terms, self.money, self.unit_rows = tables, terms, money, unit_rows
        self.contents = {
            (row["period_role"], row["programme_id"], row["product_id"], row["supplier_id"]): row
            for row in tables.contents
        }
        #: (period_role, programme, product, maker) -> its terms: its own and those of the companies that consolidate it
        self.terms_of: dict[Key, list[Row]] = {}
        for term in terms.rows:
            if term["method"] == "bottom_up" and term["period_role"] != "prior" and term["units"]:
                maker = term["via_company_id"] or term["company_id"]
                key = (term["period_role"], term["programme_id"], term["product_id"], maker)
                self.terms_of.setdefault(key, []).append(term)

    def blocks(self) -> list[BlockInputs]:
        """Return the shares of whole products in blocks, and add their inputs."""
        needed = {key[:3] for key in self.terms_of}
        products: dict[str, list[Row]] = {}
        for row in self.tables.shares:
            if _group(row) in needed:
                products.setdefault(row["product_id"], []).append(row)
        packed: list[list[Row]] = []
        for shares in products.values():
            if packed and len(packed[-1]) + len(shares) <= _BLOCK:
                packed[-1] += shares
            else:
                packed.append(list(shares))
        return [BlockInputs(self, number, shares) for number, shares in enumerate(packed)]


class BlockInputs:
    """The inputs of one block, and the block."""

    def __init__(self, links: Links, number: int, shares: Sequence[Row]) -> None:
        self._links, self._shares = links, shares
        self.table = InputTable(number)
        keys = [_group(row) for row in shares]
        self._groups = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        self._group = [self._groups[key] for key in keys]
        for row in shares:
            self._add_share(row)
        self.block = self._assemble()

    def oversubscribed(self) -> list[Key]:
        """Return the groups whose central stated shares sum to more than 1."""
        return [key for key, added in zip(self._groups, self._stated_sums(), strict=True) if added > 1 + 1e-9]

    def _assemble(self) -> Block:
        unit_rows = self._links.unit_rows
        link: list[int] = []
        value = []
        entries: list[tuple[int, int, float]] = []
        worth: dict[tuple[int, int], int] = {}
        for place, row in enumerate(self._shares):
            key = (*_group(row), row["company_id"])
            for term in self._links.terms_of.get(key, ()):
                pair = (self._add_content(*key), unit_rows[key[:2]])
                entries += [(len(link), account, weight) for account, weight in self._links.terms.accounts(term)]
                link.append(place)
                value.append(worth.setdefault(pair, len(worth)))
        bases = [row["share_basis"] for row in self._shares]
        counted = [place for place, basis in enumerate(bases) if basis == "counted_units"]
        scopes = [(self._shares[place]["period_role"], self._shares[place]["share_scope_id"]) for place in counted]
        variate, variates = self.table.variates()
        return Block(
            ranges=self.table.ranges(),
            variate=variate,
            variates=variates,
            conversion=self._links.money.conversion(self.table.block),
            group=index(self._group),
            room=np.maximum(self._stated_sums(), 1.0),
            is_role=index(place for place, basis in enumerate(bases) if basis == "role"),
            counted=index(counted),
            counted_units=index(unit_rows[scope] for scope in scopes),
            content=index(content for content, _ in worth),
            content_units=index(units for _, units in worth),
            link=index(link),
            value=index(value),
            incidence=incidence_of(len(link), entries),
        )

    def _stated_sums(self) -> Floats:
        stated = [0.0 if row["share_basis"] == "role" else row["supply_share"] for row in self._shares]
        return np.asarray(np.bincount(self._group, stated, minlength=len(self._groups)), float)

    def _add_share(self, row: Row) -> None:
        role, scope, product, company = (
            row[name] for name in ("period_role", "share_scope_id", "product_id", "company_id")
        )
        pooled, kind, ends = self._links.tables.pooled, "share", range_of(row, "supply_share")
        if row["share_basis"] == "role":
            kind, ends = "role", pooled["share", "role", role, scope, product, company]
        elif row["share_basis"] == "counted_units":
            kind, ends = "counted", pooled["units", "units", role, scope, product, company]
        self.table.add(
            ("share", role, row["programme_id"], product, company), kind, role, ends, row,
            variate=(kind, scope, product, company, tuple(row["fact_ids"])), scope_id=scope,
            programme_id=row["programme_id"], family_id=row["family_id"], product_id=product, company_id=company,
        )  # fmt: skip

    def _add_content(self, role: str, programme: str, product: str, company: str) -> int:
        contents = self._links.contents
        row = contents.get((role, programme, product, company)) or contents[role, programme, product, None]
        supplier, facts = row["supplier_id"], tuple(row["fact_ids"])
        key = ("content", role, programme, product, supplier)
        is_new = key not in self.table.rows
        number = self.table.add(
            key, "content", role, range_of(row, "content_value_usd"), row,
            variate=("content", row["content_scope_id"], row["price_scope_id"], product, supplier, facts),
            scope_id=row["content_scope_id"], programme_id=programme,
            family_id=self._links.tables.family_of[programme], product_id=product, company_id=supplier,
        )  # fmt: skip
        if is_new:
            self._links.money.convert(self.table.block, number, facts)
        return number


def _group(row: Row) -> Key:
    return row["period_role"], row["programme_id"], row["product_id"]
