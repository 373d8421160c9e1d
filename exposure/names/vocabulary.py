"""What the seeds have names for: programmes, products, companies, currencies and documents, to hold rules against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exposure.names.folding import fold
from exposure.names.resolve import hint

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.seeds.reader import Seeds

#: table and columns -> its rows
Rows = Callable[[str, Sequence[str]], Iterable[tuple[Any, ...]]]
_ONE = {
    "programmes": "programme or family",
    "products": "product",
    "companies": "company",
    "currencies": "currency with a rate",
    "sources": "source",
}


@dataclass(frozen=True, order=True)
class Scope:
    """What a name of programmes stands for: the id that it has in the seeds, and the programmes in it."""

    scope_id: str
    programmes: tuple[str, ...]


class Vocabulary:
    """Words and what they mean, of one set of seeds."""

    def __init__(self, rows: Rows) -> None:
        programmes = list(rows("programmes", ("programme_id", "name", "family_id", "unallocated")))
        self.family_of: dict[str, str] = {programme: family for programme, _, family, _ in programmes}
        #: family -> its programme for units of no named generation
        self.unallocated: dict[str, str] = {family: programme for programme, _, family, rest in programmes if rest}
        families = list(rows("families", ("family_id", "name", "unit_basis")))
        self.unit_basis: dict[str, str] = {family: unit for family, _, unit in families}
        self._scopes = {programme: (programme,) for programme in self.family_of} | self._groups(rows)
        named = [*((p, n) for p, n, *_ in programmes), *((f, n) for f, n, _ in families)]
        named += [(scope, name) for scope, name in rows("scopes", ("scope_id", "name")) if scope in self._scopes]
        self._meanings = {
            "programmes": _meanings([*named, *((scope, scope) for scope in self._scopes)]),
            "products": _meanings(_names(rows("products", ("product_id", "name", "name_local")))),
            "companies": _meanings(_company_names(rows)),
            "currencies": _meanings((code, code) for (code,) in rows("fx_rates", ("currency",))),
            "sources": _meanings((source, source) for (source,) in rows("sources", ("source_id",))),
        }
        self._written = {kind: sorted({name for name, _ in meant.values()}) for kind, meant in self._meanings.items()}

    def trouble(self, kind: str, word: str) -> str | None:
        """Say what is wrong with a word that means nothing here, or several things."""
        ids = self._ids(kind, word)
        if len(ids) == 1:
            return None
        if ids:
            return f"{word!r} may mean {', '.join(ids)}; name one of them by its id"
        return f"there is no {_ONE[kind]} {word!r}.{hint(word, self._written[kind])}"

    def meant(self, kind: str, word: str) -> str:
        """Give the id of what a word means, which must be one thing."""
        (found,) = self._ids(kind, word)
        return found

    def scope(self, word: str) -> Scope:
        """Give the programmes that a word means."""
        scope_id = self.meant("programmes", word)
        return Scope(scope_id, self._scopes[scope_id])

    def covers(self, kind: str, word: str, ids: Collection[str]) -> bool:
        """Say whether any of the ids is of what a word means."""
        meant = self._scopes[self.meant(kind, word)] if kind == "programmes" else (self.meant(kind, word),)
        return not set(meant).isdisjoint(ids)

    def _ids(self, kind: str, word: str) -> list[str]:
        return sorted(self._meanings[kind].get(fold(word), ("", frozenset[str]()))[1])

    def _groups(self, rows: Rows) -> dict[str, tuple[str, ...]]:
        members = defaultdict(list)
        for programme, family in self.family_of.items():
            members[family].append(programme)
        for scope, programme in rows("scope_members", ("scope_id", "programme_id")):
            members[scope].append(programme)
        return {scope: tuple(sorted(set(inside))) for scope, inside in members.items()}


def of_seeds(seeds: Seeds) -> Vocabulary:
    """Take the words from checked seed files."""
    return Vocabulary(
        lambda table, columns: [tuple(getattr(row, column) for column in columns) for row in seeds.tables[table]]
    )


def of_database(reader: Reader) -> Vocabulary:
    """Take the words from a built database."""
    return Vocabulary(lambda table, columns: reader.rows(f"select {', '.join(columns)} from raw.{table} order by all"))  # noqa: S608


def _company_names(rows: Rows) -> Iterable[tuple[str, str]]:
    suffixes = {mic: (suffix, code) for mic, suffix, code in rows("exchanges", ("mic", "suffix", "bloomberg"))}
    for company, name, local, ticker, mic in rows("companies", ("company_id", "name", "name_local", "ticker", "mic")):
        suffix, code = suffixes.get(mic, (None, None))
        tickers = [ticker, ticker + (suffix or ""), f"{ticker} {code}"] if ticker else []
        yield from ((company, each) for each in (company, name, local, *tickers) if each)
    yield from ((company, alias) for alias, company in rows("company_aliases", ("alias", "company_id")))


def _names(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, str]]:
    for identity, *names in rows:
        yield from ((identity, name) for name in (identity, *names) if name)


def _meanings(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, frozenset[str]]]:
    """Fold names, each with one way of writing it and all that it means."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for identity, name in pairs:
        written, ids = found.get(fold(name), (name, frozenset[str]()))
        found[fold(name)] = (written, ids | {identity})
    return found
