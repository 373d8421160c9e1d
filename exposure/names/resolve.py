"""Resolving: which company or programmes a word means, by id, ticker, name or alias."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Protocol

from exposure.errors import ExposureError
from exposure.names.folding import fold
from exposure.names.spelling import spell_all, spell_family, spell_programme

_SPELLINGS = {"programme": spell_programme, "family": spell_family, "scope": lambda *names: spell_all(names)}
#: where all names are, when none resembles a word
_ALL = " exposure sql 'from mart.name' lists all."


class Reader(Protocol):
    """An open database."""

    def compute(self, *views: str) -> None:
        """Compute views into temporary tables of their names."""

    def rows(self, query: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""


class NameIndex:
    """The names of one kind of things, folded, with the ids that each means."""

    def __init__(self, noun: str, names: Iterable[tuple[str, str]]) -> None:
        self._noun = noun
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, str] = {}
        for identity, name in names:
            self._ids[fold(name)].add(identity)
            self._written.setdefault(fold(name), name)

    def find_ids(self, word: str) -> list[str]:
        """Return the ids that a word means."""
        return sorted(self._ids.get(fold(word), ()))

    def find_fault(self, word: str) -> str | None:
        """Return a sentence on why a word does not mean exactly one thing, or None when it does."""
        ids = self.find_ids(word)
        if len(ids) > 1:
            return f"{word!r} may mean {', '.join(ids)}; name one of them by its id."
        return None if ids else f"there is no {self._noun} {word!r}.{hint(word, self._written.values()) or _ALL}"


def resolve_company(reader: Reader, word: str) -> str:
    """Return the id of the one company that a word means; raise ExposureError with candidates otherwise."""
    index = NameIndex("company", read_names(reader, "company"))
    if fault := index.find_fault(word):
        raise ExposureError(fault[0].upper() + fault[1:])
    return index.find_ids(word)[0]


def resolve_programmes(reader: Reader, words: Sequence[str]) -> list[str]:
    """Return the ids of the programmes that words mean: one for a programme, several for a family or a scope."""
    names = [(kind, identity, name) for kind in _SPELLINGS for identity, name in read_names(reader, kind)]
    spelled = [(i, other) for kind, i, name in names for other in (name, *_SPELLINGS[kind](i, name))]
    index = NameIndex("programme or family", spelled)
    totals = dict(reader.rows("select scope_id, family_id from raw.scopes where total"))
    scopes: set[str] = set()
    for word in words:
        ids = index.find_ids(word) or index.find_ids(re.sub(r"[ -]", "", word))
        if not ids and (fault := index.find_fault(word)):
            raise ExposureError(fault[0].upper() + fault[1:])
        scopes |= {totals.get(identity, identity) for identity in ids}
    members = reader.rows("select scope_id, programme_id from core.scope_programme")
    return sorted({programme for scope, programme in members if scope in scopes})


def read_names(reader: Reader, kind: str) -> list[tuple[str, str]]:
    """Return the ids of a kind with each of their names."""
    reader.compute("mart.name")
    return reader.rows('select id, name from "mart.name" where kind = ? order by id, name', [kind])


def find_similar(word: str, known: Iterable[str], limit: int = 5) -> list[str]:
    """Return the names that resemble a word: those that contain it, the shortest first, then similar ones."""
    by_fold = {fold(name): name for name in known}
    key = fold(word)
    containing = sorted((name for folded, name in by_fold.items() if key and key in folded), key=len)
    similar = [by_fold[folded] for folded in get_close_matches(key, by_fold, n=limit)]
    return list(dict.fromkeys([*containing, *similar]))[:limit]


def hint(word: str, known: Iterable[str]) -> str:
    """Return a sentence with the names that resemble a word, or nothing."""
    similar = find_similar(word, known)
    return f" Similar names: {', '.join(similar)}." if similar else ""
