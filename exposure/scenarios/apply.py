"""Apply the rules of a scenario to the inputs of a question, between the pooled values and what is computed from them.

Exchange rates are changed before anything is converted. Units, contents and shares are changed for each programme,
product and company, so that one formula serves the base and the scenario. A company's share is that of the base; the
views let units that were counted for one supplier follow those of their scope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exposure.scenarios.changes import AffectedInput, Changes, Effect, Figures, Row, RowFilter, cells_of, range_of
from exposure.scenarios.ranges import Key, Range, around
from exposure.scenarios.rebalance import rebalance_shares

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.names.vocabulary import Scope, Vocabulary
    from exposure.scenarios.rules import Rule

#: computed before rules change them, and before anything that reads them
_FROZEN = ("core.programme_units", "core.family_units", "core.content", "core.supply_share", "core.unit_ratio")
#: smallest exchange rate, so that its inverse is a number that DuckDB can hold
_LEAST_RATE = 1e-6


@dataclass(frozen=True)
class AppliedRules:
    """What each rule did, and the inputs of the horizon that any of them matched."""

    effects: list[Effect]
    affected: frozenset[AffectedInput]


def apply_rules(reader: Reader, rules: Sequence[Rule], vocabulary: Vocabulary) -> AppliedRules:
    """Change the inputs of the question, undoing earlier changes; what is computed next follows from them."""
    _undo_changes(reader)
    changes = Changes(reader, vocabulary, rules)
    kinds = {rule.what for rule in rules}
    if "fx" in kinds:
        reader.compute("core.fx_rate")
        _change_rates(changes)
        reader.forget_above(reader.amended)
    reader.compute(*_FROZEN)
    if "units" in kinds:
        _change_units(changes)
    if "content" in kinds:
        _change_contents(changes)
    if "share" in kinds:
        _change_shares(changes)
    reader.forget_above(reader.amended - {"core.fx_rate"}, keep=_FROZEN)
    return AppliedRules(changes.effects, frozenset(changes.affected))


def _undo_changes(reader: Reader) -> None:
    """Drop what earlier rules changed and what follows from it."""
    changed = set(reader.amended)
    reader.forget_above(changed, keep=() if "core.fx_rate" in changed else _FROZEN)
    if changed:
        reader.forget(*changed)


def _change_rates(changes: Changes) -> None:
    keys = ("currency", "year")
    rows = {key: row for key, row in changes.rows("core.fx_rate", keys).items() if row["currency"] != "USD"}
    old = {key: Range(row["per_usd"], row["per_usd"], row["per_usd"]) for key, row in rows.items()}
    new = dict(old)
    for effect in changes.effects_of("fx"):
        codes = {changes.vocabulary.resolve_id("currencies", word) for word in effect.rule.currencies}
        years, before = changes.years_of(effect.rule), dict(new)
        for currency, year in old:
            if (not codes or currency in codes) and (years is None or year in years):
                effect.match(currency)
                year_before = (currency, year - 1)
                changes.change(effect, new, before, (currency, year), currency, year_before=year_before)
                if new[currency, year].base < _LEAST_RATE:
                    changes.reject(effect, f"leaves no rate of {currency} for {year}: one is above zero")
    changed = {key: value.base for key, value in new.items() if value != old[key]}
    changes.reader.amend("core.fx_rate", keys, [
        rows[key] | {"per_usd": rate, "usd_per_unit": 1 / rate} for key, rate in changed.items()
    ])  # fmt: skip


# --- units --------------------------------------------------------------------------------


def _change_units(changes: Changes) -> None:
    """Change units of programmes, and those of their families by the same amount."""
    vocabulary = changes.vocabulary
    units = changes.read("core.programme_units", ("period_role", "programme_id"), "units")
    for effect in changes.effects_of("units"):
        roles = changes.roles_of(effect.rule)
        scopes = [vocabulary.resolve_scope(word) for word in effect.rule.programmes]
        if effect.rule.operation in ("add", "replace"):
            for scope in scopes:
                _state_units(changes, effect, units.new, scope, roles)
            continue
        named = {programme for scope in scopes for programme in scope.programmes}
        before = dict(units.new)
        for role, programme in before:
            if role in roles and (not scopes or programme in named):
                changes.match(effect, role, programme)
                changes.change(effect, units.new, before, (role, programme), programme)
        if effect.rule.filled_by is not None:
            _fill_gap(changes, effect, units.new, before)

    def new_row(role: str, programme: str) -> Row:
        family = vocabulary.family_of[programme]
        return {
            "year": changes.years[role], "family_id": family, "unit_basis": vocabulary.unit_basis[family],
            "units_basis": "generation",
        }  # fmt: skip

    _change_families(changes, units.old, changes.write(units, new_row))


def _fill_gap(changes: Changes, effect: Effect, new: dict[Key, Range], before: Mapping[Key, Range]) -> None:
    """Move the units that programmes lose to the programme of their family that replaces them."""
    vocabulary = changes.vocabulary
    filler = vocabulary.resolve_scope(effect.rule.filled_by or "")
    family = vocabulary.family_of[filler.programmes[0]]
    losers = {key[1] for key, was in before.items() if new[key] != was}
    if (
        len(filler.programmes) != 1
        or filler.programmes[0] in losers
        or {vocabulary.family_of[p] for p in losers} - {family}
    ):
        changes.reject(effect, f"cannot be filled by {effect.rule.filled_by}: name another programme of the family")
    for role in changes.roles_of(effect.rule):
        key = (role, filler.programmes[0])
        lost = sum(was.base - new[at].base for at, was in before.items() if at[0] == role and at != key)
        if lost > 0:
            changes.match(effect, *key)
            new[key] = new[key].at(new[key].base + lost, changes.spread) if key in new else around(lost, changes.spread)
            changes.check_size(effect, new[key], key[1])


def _state_units(changes: Changes, effect: Effect, new: dict[Key, Range], scope: Scope, roles: Collection[str]) -> None:
    """Put an amount of a programme, or of several together, which share it in proportion to what they have."""
    ratio = changes.own_units(effect, scope.scope_id)
    if ratio is None:
        return
    amount = effect.rule.amount * ratio
    for role in sorted(roles):
        known = [(role, p) for p in scope.programmes if (role, p) in new and new[role, p].base > 0]
        had = sum(new[key].base for key in known)
        wanted = max(had + amount, 0.0) if effect.rule.operation == "add" else amount
        for key in known or _unknown_keys(changes, role, scope):
            changes.match(effect, role, key[1])
            if known and wanted != had:
                new[key] = new[key].at(new[key].base * wanted / had, changes.spread)
            elif not known and (wanted > 0 or effect.rule.operation == "replace"):
                new[key] = around(wanted, changes.spread)
            changes.check_size(effect, new.get(key), key[1])


def _unknown_keys(changes: Changes, role: str, scope: Scope) -> list[tuple[str, str]]:
    """Return the row for an amount where no units are known: the programme, or the family's unallocated one."""
    if len(scope.programmes) == 1:
        return [(role, scope.programmes[0])]
    unallocated = changes.vocabulary.unallocated.get(scope.scope_id)
    return [(role, unallocated)] if unallocated else []


def _change_families(changes: Changes, old: dict[Key, Range], changed: dict[Key, Range]) -> None:
    keys = ("period_role", "family_id")
    rows = changes.rows("core.family_units", keys)
    parts: dict[Key, list[tuple[Range | None, Range]]] = defaultdict(list)
    for (role, programme), units in changed.items():
        parts[role, changes.vocabulary.family_of[programme]].append((old.get((role, programme)), units))
    changes.reader.amend(
        "core.family_units", keys, [_family_row(changes, rows.get(key), key, parts[key]) for key in parts]
    )


def _family_row(changes: Changes, row: Row | None, key: Key, parts: Sequence[tuple[Range | None, Range]]) -> Row:
    if row is not None:
        had = range_of(row, "units")
        total = had.base + sum(units.base - (was.base if was else 0.0) for was, units in parts)
        return row | cells_of("units", had.at(max(total, 0.0), changes.spread))
    units = parts[0][1]
    for _, more in parts[1:]:
        units = units.plus(more)
    role, family = key
    return changes.assumed | cells_of("units", units) | {
        "period_role": role, "year": changes.years[role], "family_id": family, "units_basis": "generation_sum",
        "unit_basis": changes.vocabulary.unit_basis[family], "outside_bound": False, "is_actual": False,
        "bound_fact_ids": [],
    }  # fmt: skip


# --- contents -----------------------------------------------------------------------------


def _change_contents(changes: Changes) -> None:
    """Change dollars of products in one unit of a programme."""
    keys = ("period_role", "programme_id", "product_id", "supplier_id")
    contents = changes.read("core.content", keys, "content_value_usd")
    for effect in changes.effects_of("content"):
        rule, filters = effect.rule, RowFilter(effect.rule, changes.vocabulary)
        _split_by_supplier(changes, filters, contents)
        before = dict(contents.new)
        for key in filters.keys(changes.roles_of(rule), before):
            _, programme, product, _ = key
            ratio = changes.own_units(effect, programme)
            if ratio is not None:
                changes.match(effect, *key)
                amount = rule.amount / ratio if rule.unit else rule.amount
                changes.change(effect, contents.new, before, key, f"{product} on {programme}", amount=amount)
    changes.write(contents, lambda _, programme, *__: {
        "content_basis": "stated", "content_scope_id": programme, "circular": False, "period_basis": "stated",
    })  # fmt: skip


def _split_by_supplier(changes: Changes, filters: RowFilter, contents: Figures) -> None:
    """Add a content for each supplier that a rule names where one content serves all."""
    if not filters.companies:
        return
    links = changes.rows("core.supply_link", ("programme_id", "product_id", "company_id"))
    for shared in [key for key in contents.new if key[3] is None]:
        for company in sorted(filters.companies):
            own = (*shared[:3], company)
            if own not in contents.new and own[1:] in links and filters.includes(*own[1:]):
                contents.new[own] = contents.new[shared]
                if (row := contents.rows.get(shared)) is not None:
                    contents.rows[own] = row | {"supplier_id": company}


# --- shares -------------------------------------------------------------------------------


def _change_shares(changes: Changes) -> None:
    """Change shares of suppliers, and rebalance the other shares of their products."""
    keys = ("period_role", "programme_id", "product_id", "company_id")
    shares = changes.read("core.supply_share", keys, "supply_share")
    new, fixed = shares.new, set()
    for effect in changes.effects_of("share"):
        before = dict(new)
        for key in RowFilter(effect.rule, changes.vocabulary).keys(changes.roles_of(effect.rule), before):
            _, programme, product, company = key
            changes.match(effect, *key)
            changes.change(effect, new, before, key, f"{company}'s {product} on {programme}")
            fixed.add(key)
    for together in _group_by_product(new, {key[:3] for key in fixed if new.get(key) != shares.old.get(key)}):
        of_product = {key: new[key] for key in together}
        new |= _rebalance(of_product, shares, fixed)
    changed = changes.write(shares, lambda _, programme, *__: {
        "family_id": changes.vocabulary.family_of[programme], "share_basis": "programme",
        "share_scope_id": programme, "period_basis": "stated", "bound_fact_ids": [],
    })  # fmt: skip
    _add_links(changes, [key for key in changed if key not in shares.rows])


def _rebalance(of_product: Mapping[Key, Range], shares: Figures, fixed: Collection[Key]) -> dict[Key, Range]:
    """Return the shares of one product on one programme fitted into the whole; ranges move along with their bases."""
    keys = list(of_product)
    rows: list[Row] = [shares.rows.get(key, {}) for key in keys]
    parts = [(row.get("role_weight") or 0.0) / (row.get("role_weight_total") or 1.0) for row in rows]
    before = sum(shares.old[key].base for key in keys if key in shares.old)
    fitted = rebalance_shares(
        np.array([[of_product[key].base] for key in keys]),
        np.array([key in fixed for key in keys]),
        np.array([row.get("share_basis") == "role" for row in rows]),
        np.array(parts),
        max(1.0, before),
    )
    return {
        key: of_product[key].at(base, 0.0).capped() if key not in fixed else of_product[key].at(base, 0.0)
        for key, base in zip(keys, fitted[:, 0].tolist(), strict=True)
    }


def _group_by_product(shares: Collection[Key], changed: Collection[Key]) -> Collection[list[Key]]:
    """Group the shares of each product, programme and year in which any changed."""
    together: dict[Key, list[Key]] = defaultdict(list)
    for key in shares:
        if key[:3] in changed:
            together[key[:3]].append(key)
    return together.values()


def _add_links(changes: Changes, added: Sequence[Key]) -> None:
    """Add the supply links of new shares."""
    keys = ("company_id", "product_id", "programme_id")
    known = changes.rows("core.supply_link", keys)
    links = sorted({(company, product, programme) for _, programme, product, company in added} - set(known))
    changes.reader.amend("core.supply_link", keys, [
        dict(zip(keys, link, strict=True))
        | {"family_id": changes.vocabulary.family_of[link[2]], "scope_level": 1, "fact_ids": []}
        for link in links
    ])  # fmt: skip
