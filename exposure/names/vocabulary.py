"""Vocabulary: what the words of rules mean, by the names of checked seeds or of a built database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exposure.names.resolve import NameIndex, Reader
from exposure.names.spelling import spell_tickers

if TYPE_CHECKING:
    from exposure.seeds.reader import Seeds

#: sort of words -> what one of them is called, and the kinds of names that it may be
_SORTS = {
    "programmes": ("programme or family", ("programme", "family", "scope")),
    "products": ("product", ("product",)),
    "companies": ("company", ("company",)),
    "currencies": ("currency with a rate", ("currency",)),
    "sources": ("source", ("source",)),
}
#: kind of name, table, and the columns of the id and of the other names
_NAMED = (
    ("company", "companies", "company_id", ("name", "name_local")),
    ("company", "company_aliases", "company_id", ("alias",)),
    ("programme", "programmes", "programme_id", ("name",)),
    ("family", "families", "family_id", ("name",)),
    ("scope", "scopes", "scope_id", ("name",)),
    ("product", "products", "product_id", ("name", "name_local")),
    ("currency", "fx_rates", "currency", ()),
    ("source", "sources", "source_id", ()),
)


@dataclass(frozen=True, order=True)
class Scope:
    """What a name of programmes means: its id in the seeds, and the programmes in it."""

    scope_id: str
    programmes: tuple[str, ...]


class Vocabulary:
    """Words and what they mean, of one set of seeds."""

    def __init__(
        self,
        names: Iterable[tuple[str, str, str]],
        programmes: Iterable[tuple[str, str, bool]],
        families: Iterable[tuple[str, str]],
        members: Iterable[tuple[str, str]],
    ) -> None:
        named = sorted(names)
        self._indexes = {
            sort: NameIndex(noun, [(identity, name) for kind, identity, name in named if kind in kinds])
            for sort, (noun, kinds) in _SORTS.items()
        }
        #: family -> the unit that it is counted in
        self.unit_basis: dict[str, str] = dict(families)
        self.family_of: dict[str, str] = {}
        #: family -> its programme for units of no named generation
        self.unallocated: dict[str, str] = {}
        inside: dict[str, set[str]] = defaultdict(set)
        for programme, family, unallocated in programmes:
            self.family_of[programme] = family
            if unallocated:
                self.unallocated[family] = programme
            inside[programme].add(programme)
            inside[family].add(programme)
        for scope, programme in members:
            inside[scope].add(programme)
        self._scopes = {scope: tuple(sorted(programmes)) for scope, programmes in inside.items()}

    @classmethod
    def from_seeds(cls, seeds: Seeds) -> Vocabulary:
        """Take the words from checked seed files."""
        tables: dict[str, list[Any]] = dict(seeds.tables)
        return cls(
            _list_names(tables),
            [(row.programme_id, row.family_id, row.unallocated) for row in tables["programmes"]],
            [(row.family_id, row.unit_basis) for row in tables["families"]],
            [(row.scope_id, row.programme_id) for row in tables["scope_members"]],
        )

    @classmethod
    def from_database(cls, reader: Reader) -> Vocabulary:
        """Take the words from a built database."""
        reader.compute("mart.name")
        return cls(
            reader.rows('select kind, id, name from "mart.name"'),
            reader.rows("select programme_id, family_id, unallocated from raw.programmes"),
            reader.rows("select family_id, unit_basis from raw.families"),
            reader.rows("select scope_id, programme_id from raw.scope_members"),
        )

    def find_fault(self, sort: str, word: str) -> str | None:
        """Return a sentence on why a word does not mean exactly one thing, or None when it does."""
        return self._indexes[sort].find_fault(word)

    def resolve_id(self, sort: str, word: str) -> str:
        """Return the id of the one thing that a word means."""
        (identity,) = self._indexes[sort].find_ids(word)
        return identity

    def resolve_scope(self, word: str) -> Scope:
        """Return the programmes that a word means."""
        scope_id = self.resolve_id("programmes", word)
        return Scope(scope_id, self._scopes[scope_id])

    def covers(self, sort: str, word: str, ids: Collection[str]) -> bool:
        """Return whether a word means, or contains, any of the ids."""
        meant = self.resolve_scope(word).programmes if sort == "programmes" else (self.resolve_id(sort, word),)
        return not set(meant).isdisjoint(ids)


def _list_names(tables: dict[str, list[Any]]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, id and name of everything in checked seeds, as the view `mart.name` does in a database."""
    filled = {row.scope_id for row in tables["scope_members"]}
    for kind, table, key, columns in _NAMED:
        for row in tables[table]:
            identity = getattr(row, key)
            if kind != "scope" or identity in filled:
                names = (identity, *(getattr(row, column) for column in columns))
                yield from ((kind, identity, name) for name in names if name)
    exchanges = {row.mic: (row.suffix, row.bloomberg) for row in tables["exchanges"]}
    for row in tables["companies"]:
        tickers = spell_tickers(row.ticker, *exchanges.get(row.mic, (None, None)))
        yield from (("company", row.company_id, ticker) for ticker in tickers)
