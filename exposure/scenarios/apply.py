"""Change the inputs of a question as rules say, between the pooled inputs and what is computed from them.

Rates of exchange are changed before anything is converted by them. Units, contents and shares are changed as they stand
for each programme, product and company, so that one formula serves the base and the scenario. A company's share is
that of the base: units that were counted for one supplier follow its programme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from exposure.errors import ExposureError
from exposure.names.vocabulary import Scope, Vocabulary
from exposure.scenarios.ranges import Key, Range, around, delayed, operated, settled, within_the_whole
from exposure.scenarios.rules import NAMES, ROLES, Rule, years_of

if TYPE_CHECKING:
    from exposure.db.session import Reader

Row = dict[str, Any]
Rows = dict[Key, Row]

#: what is worked out before rules change it; nothing else that reads these is worked out by then
_FROZEN = ("core.programme_units", "core.family_units", "core.content", "core.supply_share", "core.unit_ratio")
_YEAR_BEFORE = {"horizon": "base", "base": "prior"}
_UNKNOWN_YEAR_BEFORE = "units of the year before are unknown and count as none"
_NO_YEAR_BEFORE = "without a figure of the year before these stay as they are"
_MORE_THAN_ALL = "these would be more than the whole and end there"
#: no changed value is larger and no rate smaller, so that what is made of several is a number that DuckDB can hold
_MOST, _LEAST_RATE = 1e13, 1e-6
_NO_UNIT = "nobody says how many of their own units one {} is of these, which stay as they are"


@dataclass
class Effect:
    """What one rule did: how many rows it matched, what of their names, and what must be said of it."""

    rule: Rule
    matched: int = 0
    seen: set[str] = field(default_factory=set)
    #: what must be said -> of what
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def match(self, *ids: str | None) -> None:
        """Count a row, told apart by these ids."""
        self.matched += 1
        self.seen |= {each for each in ids if each is not None}

    def remark(self, sentence: str, subject: str) -> None:
        """Keep what must be said of a subject, once."""
        subjects = self.remarks.setdefault(sentence, [])
        if subject not in subjects:
            subjects.append(subject)

    def idle(self, vocabulary: Vocabulary) -> list[str]:
        """Name the words of the rule that matched nothing."""
        return [
            word for kind in NAMES for word in getattr(self.rule, kind) if not vocabulary.covers(kind, word, self.seen)
        ]


@dataclass(frozen=True, order=True)
class Touched:
    """An input that some rule matched; what does not tell it apart is None."""

    programme_id: str
    product_id: str | None
    company_id: str | None


@dataclass(frozen=True)
class Alteration:
    """What each rule did, and which inputs of the horizon were matched by any."""

    effects: list[Effect]
    touched: frozenset[Touched]


def alter(reader: Reader, rules: Sequence[Rule], vocabulary: Vocabulary) -> Alteration:
    """Work the inputs of the question out anew and change them; the rest is then worked out from what they are."""
    reader.forget()
    world = _World(reader, vocabulary, [Effect(rule) for rule in rules])
    targets = {rule.what for rule in rules}
    if "fx" in targets:
        reader.compute("core.fx_rate")
        world.change_rates()
    reader.compute(*_FROZEN)
    if "units" in targets:
        world.change_units()
    if "content" in targets:
        world.change_contents()
    if "share" in targets:
        world.change_shares()
    return Alteration(world.effects, frozenset(world.touched))


class _World:
    """The tables of one question, while rules change them."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, effects: list[Effect]) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self.effects = effects
        self.touched: set[Touched] = set()
        ((self._spread, self._rank),) = reader.rows(
            "select default_spread, rank from raw.tiers where tier = 'assumption'"
        )
        self._years: dict[str, int] = dict(reader.rows("select period_role, year from core.year"))

    def change_rates(self) -> None:
        """Change rates of exchange, before anything is converted by them."""
        rows = self._rows("core.fx_rate", ("currency", "year"))
        rates = {key: Range(*[row["per_usd"]] * 3) for key, row in rows.items() if key[0] != "USD"}
        changed = dict(rates)
        for effect in self._of("fx"):
            codes = {self._vocabulary.meant("currencies", word) for word in effect.rule.currencies}
            years = self._asked_years(effect.rule)
            before = dict(changed)
            for key in rates:
                currency, year = key
                if (not codes or currency in codes) and (years is None or year in years):
                    effect.match(currency)
                    self._apply(effect, changed, before, key, (currency, year - 1), currency)
                    if changed[key].base < _LEAST_RATE:
                        self._refuse(effect, f"leaves no rate of {currency} for {year}: one is above zero")
        moved = {key: new.base for key, new in changed.items() if new != rates[key]}
        self._put("core.fx_rate", ("currency", "year"), [
            rows[key] | {"per_usd": rate, "usd_per_unit": 1 / rate} for key, rate in moved.items()
        ])  # fmt: skip

    # --- units ----------------------------------------------------------------------------

    def change_units(self) -> None:
        """Change units of programmes, and those of their families by as much."""
        keys = ("period_role", "programme_id")
        rows = self._rows("core.programme_units", keys)
        old = {key: _range(row, "units") for key, row in rows.items()}
        new = dict(old)
        for effect in self._of("units"):
            roles = self._asked_roles(effect.rule)
            scopes = [self._vocabulary.scope(word) for word in effect.rule.programmes]
            if effect.rule.operation in ("add", "replace"):
                for scope in scopes:
                    self._state_units(effect, new, scope, roles)
                continue
            named = {programme for scope in scopes for programme in scope.programmes}
            before = dict(new)
            for key in list(before):
                role, programme = key
                if role in roles and (not scopes or programme in named):
                    self._match(effect, role, programme, None, None)
                    self._apply(effect, new, before, key, (_YEAR_BEFORE.get(role), programme), programme)
        moved = {key: units for key, units in new.items() if units != old.get(key)}
        self._put("core.programme_units", keys, [self._units_row(rows, key, units) for key, units in moved.items()])
        self._change_families(old, moved)

    def _state_units(self, effect: Effect, new: dict[Key, Range], scope: Scope, roles: Collection[str]) -> None:
        """Put an amount of a programme, or of several together: these share it as they share what they have."""
        ratio = self._own_units(effect, scope.scope_id)
        if ratio is None:
            return
        amount = effect.rule.amount * ratio
        for role in sorted(roles):
            known = [(role, p) for p in scope.programmes if (role, p) in new and new[role, p].base > 0]
            had = sum(new[key].base for key in known)
            wanted = max(had + amount, 0.0) if effect.rule.operation == "add" else amount
            keys: list[Key] = list(known) or self._unnamed(role, scope)
            for key in keys:
                self._match(effect, role, key[1], None, None)
                if known:
                    new[key] = new[key].at(
                        new[key].base * wanted / had if wanted != had else new[key].base, self._spread
                    )
                elif wanted > 0 or effect.rule.operation == "replace":
                    new[key] = around(wanted, self._spread)
                self._refuse_beyond(effect, new.get(key), str(key[1]))

    def _unnamed(self, role: str, scope: Scope) -> list[Key]:
        """Name the row that takes an amount where nothing is known: the programme, or the family's unnamed one."""
        if len(scope.programmes) == 1:
            return [(role, scope.programmes[0])]
        unnamed = self._vocabulary.unallocated.get(scope.scope_id)
        return [(role, unnamed)] if unnamed else []

    def _units_row(self, rows: Rows, key: Key, units: Range) -> Row:
        values = {"units": units.base, "units_low": units.low, "units_high": units.high}
        if key in rows:
            return rows[key] | values
        role, programme = key
        family = self._vocabulary.family_of[programme]
        return values | self._assumed() | {
            "period_role": role, "year": self._years[role], "programme_id": programme, "family_id": family,
            "units_basis": "generation", "unit_basis": self._vocabulary.unit_basis[family],
        }  # fmt: skip

    def _change_families(self, old: Mapping[Key, Range], moved: Mapping[Key, Range]) -> None:
        keys = ("period_role", "family_id")
        rows = self._rows("core.family_units", keys)
        parts: dict[Key, list[tuple[Range | None, Range]]] = defaultdict(list)
        for (role, programme), units in moved.items():
            parts[role, self._vocabulary.family_of[programme]].append((old.get((role, programme)), units))
        changed = [self._family_row(rows.get(key), key, parts[key]) for key in parts]
        self._put("core.family_units", keys, changed)

    def _family_row(self, row: Row | None, key: Key, parts: Sequence[tuple[Range | None, Range]]) -> Row:
        if row is not None:
            had = _range(row, "units")
            total = had.base + sum(units.base - (was.base if was else 0.0) for was, units in parts)
            units = had.at(max(total, 0.0), self._spread)
            return row | {"units": units.base, "units_low": units.low, "units_high": units.high}
        units = parts[0][1]
        for _, more in parts[1:]:
            units = units.plus(more)
        role, family = key
        return self._assumed() | {
            "period_role": role, "year": self._years[role], "family_id": family, "units": units.base,
            "units_low": units.low, "units_high": units.high, "units_basis": "generation_sum",
            "unit_basis": self._vocabulary.unit_basis[family], "outside_bound": False, "is_actual": False,
            "bound_fact_ids": [],
        }  # fmt: skip

    # --- contents -------------------------------------------------------------------------

    def change_contents(self) -> None:
        """Change dollars of products in one unit of a programme."""
        keys = ("period_role", "programme_id", "product_id", "supplier_id")
        rows = self._rows("core.content", keys)
        old = {key: _range(row, "content_value_usd") for key, row in rows.items()}
        new, made = dict(old), dict(rows)
        for effect in self._of("content"):
            filters = _Filters(effect.rule, self._vocabulary)
            roles = self._asked_roles(effect.rule)
            self._split_by_supplier(filters, new, made)
            before = dict(new)
            for key in filters.meant(roles, before):
                role, programme, product, supplier = key
                ratio = self._own_units(effect, programme)
                if ratio is not None:
                    self._match(effect, role, programme, product, supplier)
                    amount = effect.rule.amount / ratio if effect.rule.unit else effect.rule.amount
                    year_before = (_YEAR_BEFORE.get(role), programme, product, supplier)
                    self._apply(effect, new, before, key, year_before, f"{product} on {programme}", amount)
        moved = {key: value for key, value in new.items() if value != old.get(key)}
        self._put("core.content", keys, [self._content_row(made, key, value) for key, value in moved.items()])

    def _split_by_supplier(self, filters: _Filters, new: dict[Key, Range], made: Rows) -> None:
        """Give a supplier that a rule names a content of its own where one serves all."""
        if not filters.companies:
            return
        links = self._rows("core.supply_link", ("programme_id", "product_id", "company_id"))
        for role, programme, product, supplier in list(new):
            for company in sorted(filters.companies) if supplier is None else ():
                own = (role, programme, product, company)
                if own not in new and own[1:] in links and filters.hold(*own[1:]):
                    new[own] = new[role, programme, product, None]
                    if (generic := made.get((role, programme, product, None))) is not None:
                        made[own] = generic | {"supplier_id": company}

    def _content_row(self, made: Rows, key: Key, value: Range) -> Row:
        values = {
            "content_value_usd": value.base, "content_value_usd_low": value.low, "content_value_usd_high": value.high
        }  # fmt: skip
        if key in made:
            return made[key] | values
        role, programme, product, supplier = key
        return values | self._assumed() | {
            "period_role": role, "programme_id": programme, "product_id": product, "supplier_id": supplier,
            "content_basis": "stated", "content_scope_id": programme, "circular": False, "period_basis": "stated",
        }  # fmt: skip

    # --- shares ---------------------------------------------------------------------------

    def change_shares(self) -> None:
        """Change shares of suppliers, and let the others of the product give way where they have to."""
        keys = ("period_role", "programme_id", "product_id", "company_id")
        rows = self._rows("core.supply_share", keys)
        old = {key: _range(row, "supply_share") for key, row in rows.items() if row["supply_share"] is not None}
        new = dict(old)
        stated: set[Key] = set()
        for effect in self._of("share"):
            filters = _Filters(effect.rule, self._vocabulary)
            roles = self._asked_roles(effect.rule)
            before = dict(new)
            for key in filters.meant(roles, before):
                role, programme, product, company = key
                self._match(effect, role, programme, product, company)
                year_before = (_YEAR_BEFORE.get(role), programme, product, company)
                self._apply(effect, new, before, key, year_before, f"{company}'s {product} on {programme}")
                stated.add(key)
        for together in _products(new, {key[:3] for key in stated if new.get(key) != old.get(key)}):
            new |= settled({key: new[key] for key in together}, old, stated.intersection(together), rows)
        moved = {key: value for key, value in new.items() if value != old.get(key)}
        self._put("core.supply_share", keys, [self._share_row(rows, key, value) for key, value in moved.items()])
        self._link(key for key in moved if key not in rows)

    def _share_row(self, rows: Rows, key: Key, share: Range) -> Row:
        values = {"supply_share": share.base, "supply_share_low": share.low, "supply_share_high": share.high}
        if key in rows:
            return rows[key] | values
        role, programme, product, company = key
        return values | self._assumed() | {
            "period_role": role, "programme_id": programme, "product_id": product, "company_id": company,
            "family_id": self._vocabulary.family_of[programme], "share_basis": "programme",
            "share_scope_id": programme, "period_basis": "stated", "bound_fact_ids": [],
        }  # fmt: skip

    def _link(self, added: Iterable[Key]) -> None:
        """Let a company supply what it has a share of."""
        keys = ("company_id", "product_id", "programme_id")
        known = self._rows("core.supply_link", keys)
        links = sorted({(c, product, p) for _, p, product, c in added} - set(known))
        self._put("core.supply_link", keys, [
            dict(zip(keys, link, strict=True))
            | {"family_id": self._vocabulary.family_of[link[2]], "scope_level": 1, "fact_ids": []}
            for link in links
        ])  # fmt: skip

    # --- what all have in common ----------------------------------------------------------

    def _of(self, what: str) -> Iterator[Effect]:
        return (effect for effect in self.effects if effect.rule.what == what)

    def _asked_years(self, rule: Rule) -> set[int] | None:
        """Give the years that a rule names, or None for all; what slips is the horizon's unless a year is named."""
        if not rule.periods:
            return {self._years["horizon"]} if rule.operation == "delay" else None
        named = [[self._years[period]] if period in ROLES else years_of(period) for period in rule.periods]
        return {year for years in named for year in years}

    def _asked_roles(self, rule: Rule) -> set[str]:
        """Give the years of the question that a rule names."""
        years, roles = self._asked_years(rule), _YEAR_BEFORE if rule.operation == "delay" else self._years
        return {role for role in roles if years is None or self._years[role] in years}

    def _own_units(self, effect: Effect, scope_id: str) -> float | None:
        """Say how many of its family's own units one unit of the rule is."""
        if effect.rule.unit is None:
            return 1.0
        found = self._reader.rows(
            'select own_units_per_unit from "core.unit_ratio" where scope_id = ? and unit = ?',
            [scope_id, effect.rule.unit],
        )
        if len(found) != 1:
            effect.remark(_NO_UNIT.format(effect.rule.unit), scope_id)
            return None
        return float(found[0][0])

    def _match(self, effect: Effect, role: str, programme: str, product: str | None, company: str | None) -> None:
        effect.match(programme, product, company)
        if role == "horizon":
            self.touched.add(Touched(programme, product, company))

    def _apply(
        self,
        effect: Effect,
        new: dict[Key, Range],
        before: Mapping[Key, Range],
        key: Key,
        year_before: Key,
        subject: str,
        amount: float | None = None,
    ) -> None:
        """Do to one value what the rule says."""
        rule = effect.rule
        value = rule.amount if amount is None else amount
        now, then = before.get(key), before.get(year_before)
        if rule.operation == "delay":
            if now is not None and then is None and now.base > 0:
                effect.remark(_UNKNOWN_YEAR_BEFORE if rule.what == "units" else _NO_YEAR_BEFORE, subject)
            found = delayed(now, then, int(rule.amount), unknown_is_none=rule.what == "units")
        else:
            found = operated(rule.operation, value, now, self._spread)
        if found is not None and rule.what == "share" and found.base > 1:
            effect.remark(_MORE_THAN_ALL, subject)
        self._refuse_beyond(effect, found, subject)
        if found is not None:
            new[key] = within_the_whole(found) if rule.what == "share" and found != now else found

    def _refuse_beyond(self, effect: Effect, found: Range | None, subject: str) -> None:
        if found is not None and found.high > _MOST:
            self._refuse(effect, f"makes more of {subject} than can be calculated with")

    def _refuse(self, effect: Effect, trouble: str) -> NoReturn:
        number = next(n for n, one in enumerate(self.effects, start=1) if one is effect)  # two rules may say the same
        raise ExposureError(f"Rule {number} of the scenario ({effect.rule.words}) {trouble}.")

    def _assumed(self) -> Row:
        """Give the evidence of a value that only a rule states."""
        return {"tier": "assumption", "tier_rank": self._rank, "fact_ids": []}

    def _rows(self, view: str, keys: Sequence[str]) -> Rows:
        table = self._reader.table(f'select * from temp."{view}" order by all')  # noqa: S608
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        return {tuple(row[key] for key in keys): row for row in rows}

    def _put(self, view: str, keys: Sequence[str], rows: Sequence[Row]) -> None:
        self._reader.amend(view, keys, rows)


class _Filters:
    """What a rule of contents or shares names."""

    def __init__(self, rule: Rule, vocabulary: Vocabulary) -> None:
        scopes = [vocabulary.scope(word) for word in rule.programmes]
        self.programmes = {programme for scope in scopes for programme in scope.programmes}
        self.products = {vocabulary.meant("products", word) for word in rule.products}
        self.companies = {vocabulary.meant("companies", word) for word in rule.companies}
        self._by_company = rule.what == "share"
        self._makes = rule.operation in ("add", "replace") and (rule.add is None or rule.add > 0)

    def hold(self, programme: str, product: str, company: str | None) -> bool:
        """Say whether a row is meant."""
        return (
            (not self.programmes or programme in self.programmes)
            and (not self.products or product in self.products)
            and (not self.companies or company in self.companies)
        )

    def meant(self, roles: Collection[str], known: Mapping[Key, Range]) -> list[Key]:
        """Give the keys of the rows that are meant, with those that the rule makes."""
        return [*(key for key in known if key[0] in roles and self.hold(*key[1:])), *self._lacking(roles, known)]

    def _lacking(self, roles: Collection[str], known: Mapping[Key, Range]) -> list[Key]:
        """Name the rows that a rule with an amount makes: those that it names one by one and nobody knows."""
        suppliers: list[str | None] = [*sorted(self.companies)] or ([] if self._by_company else [None])
        if not (self._makes and self.programmes and self.products):
            return []
        return [
            (role, programme, product, supplier)
            for role in sorted(roles)
            for programme in sorted(self.programmes)
            for product in sorted(self.products)
            for supplier in suppliers
            if (role, programme, product, supplier) not in known
        ]


def _products(shares: Iterable[Key], changed: Collection[Key]) -> Iterable[list[Key]]:
    """Gather the shares of each product, programme and year in which any changed."""
    together: dict[Key, list[Key]] = defaultdict(list)
    for key in shares:
        if key[:3] in changed:
            together[key[:3]].append(key)
    return together.values()


def _range(row: Mapping[str, Any], name: str) -> Range:
    return Range(row[f"{name}_low"], row[name], row[f"{name}_high"])
