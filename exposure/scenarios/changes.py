"""The inputs of a question while rules change them, and what each rule did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, NoReturn

from exposure.errors import ExposureError
from exposure.scenarios.ranges import Key, Range, apply_operation, delay
from exposure.scenarios.rules import NAMES, ROLES, Rule, years_of

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.names.vocabulary import Vocabulary

Row = dict[str, Any]

_YEAR_BEFORE = {"horizon": "base", "base": "prior"}
_UNKNOWN_YEAR_BEFORE = "units of the year before are unknown and count as none"
_NO_YEAR_BEFORE = "no figure of the year before is known, so these stay as they are"
_MORE_THAN_ALL = "these would exceed the whole and are cut there"
_NO_UNIT = "no source converts one {} into their own units, so these stay as they are"
#: largest changed value, so that products of several are numbers that DuckDB can hold
_MOST = 1e13


@dataclass
class Effect:
    """What one rule did: the rows that it matched, and remarks for the reader."""

    rule: Rule
    matched: int = 0
    #: ids of the rows that it matched
    ids: set[str] = field(default_factory=set)
    #: remark -> its subjects
    remarks: dict[str, list[str]] = field(default_factory=dict)

    def match(self, *ids: str | None) -> None:
        """Count a row with these ids."""
        self.matched += 1
        self.ids |= {each for each in ids if each is not None}

    def remark(self, sentence: str, subject: str) -> None:
        """Keep a remark on a subject, once."""
        subjects = self.remarks.setdefault(sentence, [])
        if subject not in subjects:
            subjects.append(subject)

    def idle(self, vocabulary: Vocabulary) -> list[str]:
        """Return the names in the rule that matched nothing."""
        return [
            word for kind in NAMES for word in getattr(self.rule, kind) if not vocabulary.covers(kind, word, self.ids)
        ]


@dataclass(frozen=True, order=True)
class AffectedInput:
    """An input of the horizon that some rule matched; an id that it does not have is None."""

    programme_id: str
    product_id: str | None
    company_id: str | None


@dataclass
class Figures:
    """A column of a view with its range, before and after rules, by the keys of its rows."""

    view: str
    keys: tuple[str, ...]
    column: str
    rows: dict[Key, Row]
    old: dict[Key, Range]
    new: dict[Key, Range]

    def changed(self) -> dict[Key, Range]:
        """Return the values that are not as before."""
        return {key: value for key, value in self.new.items() if value != self.old.get(key)}


def range_of(row: Mapping[str, Any], column: str) -> Range:
    """Return a value of a view with its range."""
    return Range(row[f"{column}_low"], row[column], row[f"{column}_high"])


def cells_of(column: str, value: Range) -> Row:
    """Return a value with its range as columns of a view."""
    return {column: value.base, f"{column}_low": value.low, f"{column}_high": value.high}


class Changes:
    """The inputs of one question while rules change them."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, rules: Sequence[Rule]) -> None:
        self.reader = reader
        self.vocabulary = vocabulary
        self.effects = [Effect(rule) for rule in rules]
        self.affected: set[AffectedInput] = set()
        ((self.spread, rank),) = reader.rows("select default_spread, rank from raw.tiers where tier = 'assumption'")
        #: the evidence of a value that only a rule states
        self.assumed: Row = {"tier": "assumption", "tier_rank": rank, "fact_ids": []}
        self.years: dict[str, int] = dict(reader.rows("select period_role, year from core.year"))

    # --- rows ------------------------------------------------------------------------------

    def rows(self, view: str, keys: Sequence[str]) -> dict[Key, Row]:
        """Return the rows of a view by some columns."""
        rows = self.reader.records(f'select * from temp."{view}" order by all')  # noqa: S608
        return {tuple(row[key] for key in keys): row for row in rows}

    def read(self, view: str, keys: tuple[str, ...], column: str) -> Figures:
        """Return the known values of a column."""
        rows = self.rows(view, keys)
        old = {key: range_of(row, column) for key, row in rows.items() if row[column] is not None}
        return Figures(view, keys, column, rows, old, dict(old))

    def write(self, figures: Figures, new_row: Callable[..., Row]) -> dict[Key, Range]:
        """Put the changed values into their view and return them; `new_row` completes the row of a new key."""
        changed, keys = figures.changed(), figures.keys
        rows = []
        for key, value in changed.items():
            known = figures.rows.get(key)
            row = self.assumed | dict(zip(keys, key, strict=True)) | new_row(*key) if known is None else known
            rows.append(row | cells_of(figures.column, value))
        self.reader.amend(figures.view, keys, rows)
        return changed

    # --- rules -----------------------------------------------------------------------------

    def effects_of(self, what: str) -> Iterator[Effect]:
        """Yield the effects of the rules of a kind of input, in order."""
        return (effect for effect in self.effects if effect.rule.what == what)

    def years_of(self, rule: Rule) -> set[int] | None:
        """Return the years of a rule, None for all; without a period, a delay is of the horizon."""
        if not rule.periods:
            return {self.years["horizon"]} if rule.operation == "delay" else None
        named = [[self.years[period]] if period in ROLES else years_of(period) for period in rule.periods]
        return {year for years in named for year in years}

    def roles_of(self, rule: Rule) -> set[str]:
        """Return the years of the question that a rule applies to."""
        years, roles = self.years_of(rule), _YEAR_BEFORE if rule.operation == "delay" else self.years
        return {role for role in roles if years is None or self.years[role] in years}

    def own_units(self, effect: Effect, scope_id: str) -> float | None:
        """Return how many of its family's own units one unit of the rule is; remark where no source converts it."""
        if effect.rule.unit is None:
            return 1.0
        query = 'select own_units_per_unit from "core.unit_ratio" where scope_id = ? and unit = ?'
        ratios = self.reader.rows(query, [scope_id, effect.rule.unit])
        if len(ratios) != 1:
            effect.remark(_NO_UNIT.format(effect.rule.unit), scope_id)
            return None
        return float(ratios[0][0])

    def match(
        self, effect: Effect, role: str, programme: str, product_id: str | None = None, company: str | None = None
    ) -> None:
        """Count a row that a rule matches."""
        effect.match(programme, product_id, company)
        if role == "horizon":
            self.affected.add(AffectedInput(programme, product_id, company))

    def change(
        self,
        effect: Effect,
        new: dict[Key, Range],
        before: Mapping[Key, Range],
        key: Key,
        subject: str,
        *,
        year_before: Key | None = None,
        amount: float | None = None,
    ) -> None:
        """Apply a rule to one value; `before` are the values before the rule."""
        rule, now = effect.rule, before.get(key)
        if rule.operation == "delay":
            then = before.get(year_before or (_YEAR_BEFORE.get(key[0]), *key[1:]))
            if now is not None and then is None and now.base > 0:
                effect.remark(_UNKNOWN_YEAR_BEFORE if rule.what == "units" else _NO_YEAR_BEFORE, subject)
            value = delay(now, then, int(rule.amount), unknown_is_none=rule.what == "units")
        else:
            value = apply_operation(rule.operation, rule.amount if amount is None else amount, now, self.spread)
        if value is None:
            return
        if rule.what == "share" and value.base > 1:
            effect.remark(_MORE_THAN_ALL, subject)
        self.check_size(effect, value, subject)
        new[key] = value.capped() if rule.what == "share" and value != now else value

    def check_size(self, effect: Effect, value: Range | None, subject: str) -> None:
        """Raise ExposureError where a value is too large to calculate with."""
        if value is not None and value.high > _MOST:
            self.reject(effect, f"makes more of {subject} than can be calculated with")

    def reject(self, effect: Effect, fault: str) -> NoReturn:
        """Raise ExposureError with the number and the words of a rule."""
        number = next(n for n, one in enumerate(self.effects, start=1) if one is effect)  # two rules may be equal
        raise ExposureError(f"Rule {number} of the scenario ({effect.rule.words}) {fault}.")


class RowFilter:
    """The rows that a rule of contents or shares names."""

    def __init__(self, rule: Rule, vocabulary: Vocabulary) -> None:
        scopes = [vocabulary.resolve_scope(word) for word in rule.programmes]
        self.programmes = {programme for scope in scopes for programme in scope.programmes}
        self.products = {vocabulary.resolve_id("products", word) for word in rule.products}
        self.companies = {vocabulary.resolve_id("companies", word) for word in rule.companies}
        self._by_company = rule.what == "share"
        self._creates = rule.operation in ("add", "replace") and (rule.add is None or rule.add > 0)

    def includes(self, programme: str, product_id: str, company: str | None) -> bool:
        """Return whether the rule names a row."""
        filters = (self.programmes, programme), (self.products, product_id), (self.companies, company)
        return all(not names or identity in names for names, identity in filters)

    def keys(self, roles: Collection[str], known: Mapping[Key, Range]) -> list[Key]:
        """Return the keys of the known rows that the rule names, then of those that it creates."""
        return [*(key for key in known if key[0] in roles and self.includes(*key[1:])), *self._created(roles, known)]

    def _created(self, roles: Collection[str], known: Mapping[Key, Range]) -> list[Key]:
        """Return the unknown rows that a rule with an amount names one by one."""
        suppliers: list[str | None] = [*sorted(self.companies)] or ([] if self._by_company else [None])
        if not (self._creates and self.programmes and self.products):
            return []
        keys = product(sorted(roles), sorted(self.programmes), sorted(self.products), suppliers)
        return [key for key in keys if key not in known]
