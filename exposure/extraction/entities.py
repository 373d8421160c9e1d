"""Entities: the companies and programmes that a text names, by the names, aliases and tickers of the seeds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exposure.names.folding import simplify
from exposure.names.spelling import spell_all, spell_family, spell_programme, spell_tickers

#: table -> its rows
Tables = Mapping[str, Iterable[Any]]


@dataclass(frozen=True)
class Mention:
    """A place where a text names a company or a programme."""

    start: int
    end: int
    identity: str


class NameMatcher:
    """Names to look for, each meaning one identity; where names overlap, the longest counts."""

    def __init__(self, named: Mapping[str, str], plural: str = "") -> None:
        meanings = {simplify(name): identity for name, identity in named.items()}
        self._meanings = {_key_of(name): identity for name, identity in meanings.items()}
        loose = [name for name in meanings if not _needs_its_case(name)]
        exact = [name for name in meanings if _needs_its_case(name)]
        self._pattern = re.compile(
            f"(?i:{_match_any((n.casefold() for n in loose), plural)})|{_match_any(exact, plural)}"
        )

    def find_mentions(self, text: str) -> list[Mention]:
        """Return the mentions in a folded text, in its order."""
        matches = [(m, self._meanings.get(_key_of(m[0]))) for m in self._pattern.finditer(simplify(text))]
        return [Mention(match.start(), match.end(), identity) for match, identity in matches if identity]


def match_companies(tables: Tables) -> NameMatcher:
    """Return the names of all companies: with and without their legal form, local names, aliases, tickers."""
    exchanges = {row.mic: (row.suffix, row.bloomberg) for row in tables["exchanges"]}
    meanings: dict[str, str] = {}
    for row in tables["companies"]:
        names = [row.name, _shorten(row.name), row.name_local, _shorten(row.name_local or "")]
        names += _list_tickers(row.ticker, *exchanges.get(row.mic, (None, None)))
        meanings |= {name: row.company_id for name in names if name and len(name) > 1}
    meanings |= {row.alias: row.company_id for row in tables["company_aliases"] if not row.alias.isdigit()}
    return NameMatcher(meanings)


def match_programmes(tables: Tables) -> NameMatcher:
    """Return the names of all programmes, families and numbered scopes, in each of their spellings."""
    meanings: dict[str, str] = {}
    for row in tables["families"]:
        meanings |= dict.fromkeys(spell_family(row.family_id, row.name), row.family_id)
    for row in tables["scopes"]:
        if re.search("[0-9]", row.scope_id):
            meanings |= dict.fromkeys(spell_all([row.scope_id, row.name]), row.scope_id)
    for row in tables["programmes"]:
        if not row.unallocated:
            meanings |= dict.fromkeys(spell_programme(row.programme_id, row.name), row.programme_id)
    return NameMatcher({name: identity for name, identity in meanings.items() if len(name) > 2}, plural="s?")


def match_brokers(tables: Tables) -> NameMatcher:
    """Return the names of the brokers, whose notes are about others: BofA, Morgan Stanley."""
    named = {_BROKERAGE.sub("", row.name): row.origin_id for row in tables["origins"] if row.kind == "broker"}
    return NameMatcher({name: identity for name, identity in named.items() if len(name.split()) <= _MOST_WORDS})


_LEGAL_FORM = re.compile(
    r"(?:[ ,]+(?:Inc|Corp|Corporation|Technology|Technologies|Group|Holdings?|Industries|Platforms|Electronics|Company|"
    r"Co|Ltd|Limited|PLC|Semiconductor|Precision|\(class [A-C]\)|Industrial|Computer|International)\.?)+$"
)
_LOCAL_FORM = re.compile("(?:-KY|股份|科技|集团|集團|控股|电子|電子|工業|工业|精密|国际|國際)$")
_BROKERAGE = re.compile(" (?:Securities|Research|Capital Markets)$")
#: an origin of more words is described rather than named
_MOST_WORDS = 2


def _shorten(name: str) -> str:
    """Strip the legal form, or an ending like it, unless too little is left."""
    shortest = 2 if re.search("[\u2e80-\uffff]", name) else 4
    short = (_LEGAL_FORM.sub("", name), _LOCAL_FORM.sub("", name))
    return next((s for s in short if s != name and len(s) >= shortest), name)


def _list_tickers(ticker: str | None, suffix: str | None, bloomberg: str | None) -> Iterator[str]:
    """Yield the ticker with its markets; alone only when its letters are not a word."""
    yield from spell_tickers(ticker, suffix, bloomberg)[1:]
    if ticker and ticker.isascii() and ticker.isalpha():
        yield f"({ticker})"
        if len(ticker) >= 4:
            yield ticker


def _key_of(name: str) -> str:
    return "".join(name.split()).casefold()


def _needs_its_case(name: str) -> bool:
    """Return whether a name is too like a word to match in any case: CM, Meta, SAP, EMC."""
    return name.isascii() and len(name.strip("()")) <= 5 and not re.search("[0-9]", name)


def _match_any(names: Iterable[str], plural: str) -> str:
    """Return a pattern of the names, longest first, that leaves most places of a text at their first character."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        by_first.setdefault(name[0], []).append(name)
    groups = [
        f"(?={re.escape(first)})(?:{'|'.join(_match_whole(n, plural) for n in named)})"
        for first, named in by_first.items()
    ]
    firsts = "".join(re.escape(first) for first in by_first)
    return f"(?=[{firsts}])(?:{'|'.join(groups)})" if groups else "(?!)"


def _match_whole(name: str, plural: str) -> str:
    """Return a pattern of a name that is not part of a longer one in Latin letters or digits, except its plural."""
    text = re.sub(r"(?<=[A-Za-z])(?=[0-9])", " ?", re.escape(name)).replace(r"\ ", " ?")
    before = "(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", name) else ""
    after = f"(?={plural}(?![A-Za-z0-9]))" if re.search("[A-Za-z0-9]$", name) else ""
    if name[-1:].isdigit():
        after = r"(?![0-9]|\.[0-9])"
    return before + text + after
