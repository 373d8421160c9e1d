"""Keys, references and names: each id is defined once, each reference is defined, each name means one company."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from exposure.errors import Fault
from exposure.names.folding import fold
from exposure.names.spelling import spell_tickers
from exposure.seeds.models import Fact
from exposure.seeds.models.identity import Company, CompanyAlias, Exchange
from exposure.seeds.rules.tables import FACT_TABLES, Line, Tables, find_unknown, suggest

_PROGRAMME_IDS = (("families", "family_id"), ("scopes", "scope_id"), ("programmes", "programme_id"))


def check_keys(tables: Tables) -> Iterator[Fault]:
    """Refuse two rows of one key, two facts of one id, and two companies of one listing."""
    for table in tables.values():
        if not issubclass(table.model, Fact):
            yield from _find_repeated(table.model.key, table.lines)
    yield from _find_repeated(Fact.key, [line for name in FACT_TABLES for line in tables[name].lines])
    yield from _find_repeated(("ticker", "mic"), tables["companies"].lines)


def _find_repeated(key: tuple[str, ...], lines: Iterable[Line]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], Line] = {}
    for line in lines:
        cells = tuple(line.cells.get(column, "") for column in key)
        if all(cells) and first.setdefault(cells, line) is not line:
            yield line.fault(key[0], f"{' with '.join(map(repr, cells))} is already in {first[cells].place}")


def check_programme_ids(tables: Tables) -> Iterator[Fault]:
    """Refuse an id that two of a family, a scope and a programme share."""
    first: dict[str, Line] = {}
    for name, column in _PROGRAMME_IDS:
        for cell, line in tables.index_cells(name, column).items():
            if first.setdefault(cell, line) is not line:
                message = f"{cell!r} is already in {first[cell].place}"
                yield line.fault(column, f"{message}; families, scopes and programmes share no id")


def check_references(tables: Tables) -> Iterator[Fault]:
    """Refuse references to ids that no row has."""
    for table in tables.values():
        for column, targets in table.model.references().items():
            places = [target.split(".") for target in targets]
            if tables.are_named((name for name, _ in places)):
                known = {cell for name, key in places for cell in tables.index_cells(name, key)}
                files = " or ".join(f"{name}.csv" for name, _ in places)
                for line, cell in find_unknown(table, column, known):
                    yield line.fault(column, f"{cell!r} is not in {files}{suggest(cell, known)}")


def check_fact_references(tables: Tables) -> Iterator[Fault]:
    """Refuse references to unknown facts; ids that differ by a digit suggest nothing."""
    ids = {name: set(tables.index_cells(name, "fact_id")) for name in FACT_TABLES}
    for name in FACT_TABLES:
        if tables.are_named(FACT_TABLES):
            for line, cell in find_unknown(tables[name], "rests_on", set().union(*ids.values())):
                yield line.fault("rests_on", f"{cell!r} is not in any table of facts")
        if tables[name].named:
            for line, cell in find_unknown(tables[name], "supersedes", ids[name]):
                yield line.fault("supersedes", f"{cell!r} is not in {name}.csv")


def check_company_names(tables: Tables) -> Iterator[Fault]:
    """Refuse an alias, a name or an id that reads like one of another company."""
    owners: dict[str, tuple[str, str, Line]] = {}
    for line, column, name, company in _list_company_names(tables):
        known_name, owner, other = owners.setdefault(fold(name), (name, company, line))
        if owner != company:
            message = f"{name!r} reads like {known_name!r} of {owner!r} ({other.place})"
            yield line.fault(column, f"{message}; a name means one company only")


def _list_company_names(tables: Tables) -> Iterator[tuple[Line, str, str, str]]:
    for line, company in tables.list_rows(Company):
        for column in ("company_id", "name", "name_local"):
            if name := getattr(company, column):
                yield line, column, name, company.company_id
    for line, alias in tables.list_rows(CompanyAlias):
        yield line, "alias", alias.alias, alias.company_id


def check_aliases(tables: Tables) -> Iterator[Fault]:
    """Refuse an alias that reads like another alias of its company, or is the ticker of another company."""
    holders = _index_tickers(tables)
    first: dict[tuple[str, str], tuple[Line, str]] = {}
    for line, alias in tables.list_rows(CompanyAlias):
        other, name = first.setdefault((fold(alias.alias), alias.company_id), (line, alias.alias))
        if name != alias.alias:
            yield line.fault("alias", f"{alias.alias!r} reads the same as {name!r} in {other.place}")
        listed = holders[fold(alias.alias)]
        if listed and alias.company_id not in [company_id for _, company_id in listed]:
            other, company_id = listed[0]
            yield line.fault("alias", f"{alias.alias!r} is the ticker of {company_id!r} ({other.place})")


def _index_tickers(tables: Tables) -> dict[str, list[tuple[Line, str]]]:
    exchanges = {exchange.mic: exchange for _, exchange in tables.list_rows(Exchange)}
    holders = defaultdict(list)
    for line, company in tables.list_rows(Company):
        exchange = exchanges.get(company.mic or "")
        suffix, bloomberg = (exchange.suffix, exchange.bloomberg) if exchange else (None, None)
        for ticker in spell_tickers(company.ticker, suffix, bloomberg):
            holders[fold(ticker)].append((line, company.company_id))
    return holders


def check_ticker_forms(tables: Tables) -> Iterator[Fault]:
    """Refuse a ticker that its exchange cannot have given."""
    exchanges = {exchange.mic: exchange for _, exchange in tables.list_rows(Exchange)}
    for line, company in tables.list_rows(Company):
        exchange = exchanges.get(company.mic or "")
        form = exchange.ticker_form if exchange else None
        if exchange and form and company.ticker and not re.fullmatch(form, company.ticker):
            yield line.fault("ticker", f"{company.ticker!r} is no ticker of {exchange.name}: they have the form {form}")


RULES = (
    check_keys,
    check_programme_ids,
    check_references,
    check_fact_references,
    check_company_names,
    check_aliases,
    check_ticker_forms,
)
