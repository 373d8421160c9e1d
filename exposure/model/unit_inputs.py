"""Units of programmes and families as inputs: totals, generation mixes, and the correlation between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from exposure.model.accounts import incidence_matrix
from exposure.model.distributions import Floats
from exposure.model.inputs import InputTable, Key, Row, index, range_of
from exposure.model.network import Units
from exposure.model.tables import Tables

#: bases of a programme's units that need no mix of its own
_WITHOUT_MIX = ("generation", "family_rest")


class UnitInputs:
    """The inputs of units, added to the common inputs, and the network's rows of units."""

    def __init__(self, tables: Tables, common: InputTable) -> None:
        self._tables, self._common = tables, common
        for row in tables.families:
            if row["units_basis"] == "stated":
                self._add("family", row["family_id"], None, row)
        fractions = self._add_mixes()
        self._total: list[int] = []
        self._fraction: list[int] = []
        #: (period_role, programme or family) -> row of units
        self.rows: dict[Key, int] = {}
        for row in tables.programmes:
            role, programme, family = row["period_role"], row["programme_id"], row["family_id"]
            if row["units_basis"] == "generation":
                self._total.append(self._add("generation", programme, programme, row))
                self._fraction.append(0)
            else:
                self._total.append(common.rows["family", role, family])
                self._fraction.append(fractions[role, family if row["units_basis"] == "family_rest" else programme])
            self.rows[role, programme] = len(self._total)
        for number, row in enumerate(tables.families, start=1 + len(self._total)):
            self.rows[row["period_role"], row["family_id"]] = number

    def units(self, growths: Sequence[str]) -> Units:
        """Return the arithmetic of units, with the growth of some scopes; the common inputs must be complete."""
        return Units(
            index(self._total), index(self._fraction), index(self._mixes), index(self._mix_group),
            np.array(self._whole, float), self._family_sums(),
            index(self.rows["horizon", scope] for scope in growths),
            index(self.rows["base", scope] for scope in growths),
        )  # fmt: skip

    def variates(self) -> list[Key]:
        """Return the variates of units, which are correlated."""
        return list(dict.fromkeys(one.variate for one in self._common.inputs if one.kind == "units"))

    def correlation(self) -> Floats:
        """Return the correlation of the variates: scopes by the table, the two years of each by the parameter."""
        keys = self.variates()
        pairs = [[self._pair_correlation(one, other) for other in keys] for one in keys]
        return np.array(pairs).reshape(len(keys), len(keys))

    def _pair_correlation(self, one: Key, other: Key) -> float:
        (_, role, scope), (_, other_role, other_scope) = one, other
        known, family_of = self._tables.correlations, self._tables.family_of
        years = 1.0 if role == other_role else self._tables.parameters["year_correlation"]
        if scope == other_scope:
            return years
        families = frozenset(str(family_of.get(each, each)) for each in (scope, other_scope))
        return years * known.get(frozenset((scope, other_scope)), known.get(families, 0.0))

    def _add(self, kind: str, scope: str, programme: str | None, row: Row) -> int:
        role = row["period_role"]
        return self._common.add(
            (kind, role, scope), "units", role, range_of(row, "units"), row,
            variate=("units", role, scope), scope_id=scope, programme_id=programme, family_id=row["family_id"],
        )  # fmt: skip

    def _add_mixes(self) -> dict[Key, int]:
        """Add the mixes that programmes use; return where each fraction and each rest will be."""
        programmes = self._tables.programmes
        rests = {(r["period_role"], r["family_id"]) for r in programmes if r["units_basis"] == "family_rest"}
        used = {(r["period_role"], r["programme_id"]) for r in programmes if r["units_basis"] not in _WITHOUT_MIX}
        rows = [r for r in self._tables.mixes if (r["period_role"], r["programme_id"]) in used]
        families = [(row["period_role"], row["family_id"]) for row in rows]
        groups = {key: number for number, key in enumerate(dict.fromkeys([*families, *sorted(rests)]))}
        self._mixes = [self._add_mix(row) for row in rows]
        self._mix_group = [groups[family] for family in families]
        sums = {key: sum(r["mix"] for r, family in zip(rows, families, strict=True) if family == key) for key in groups}
        self._whole = [np.nan if key in rests else added for key, added in sums.items()]
        places = {(row["period_role"], row["programme_id"]): number for number, row in enumerate(rows, start=1)}
        return places | {key: 1 + len(rows) + number for key, number in groups.items() if key in rests}

    def _add_mix(self, row: Row) -> int:
        role, programme = row["period_role"], row["programme_id"]
        return self._common.add(
            ("mix", role, programme), "mix", role, range_of(row, "mix"), row, ceiling=1.0,
            scope_id=programme, programme_id=programme, family_id=row["family_id"],
        )  # fmt: skip

    def _family_sums(self) -> Any:
        """Return the matrix from common inputs to families: the stated total, or the sum of its generations."""
        generations: dict[Key, list[Key]] = {}
        for row in self._tables.programmes:
            if row["units_basis"] == "generation":
                key = ("generation", row["period_role"], row["programme_id"])
                generations.setdefault((row["period_role"], row["family_id"]), []).append(key)
        pairs = []
        for number, row in enumerate(self._tables.families):
            role, family = row["period_role"], row["family_id"]
            stated = row["units_basis"] == "stated"
            parts = [("family", role, family)] if stated else generations.get((role, family), [])
            pairs += [(number, self._common.rows[part]) for part in parts]
        rows, columns = index(row for row, _ in pairs), index(column for _, column in pairs)
        shape = (len(self._tables.families), len(self._common.inputs))
        return incidence_matrix(rows, columns, np.ones(len(pairs)), shape).astype(np.float32)
