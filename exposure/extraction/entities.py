"""Find the companies and programmes that a text names, by the names, aliases, tickers and scopes of the seeds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from exposure.names import folding as naming
from exposure.seeds.models import Company, CompanyAlias, Exchange, Family, Origin, Programme, Scope
from exposure.seeds.reader import Seeds


@dataclass(frozen=True)
class Mention:
    """Where a text names a company or a programme."""

    start: int
    end: int
    identity: str


class Names:
    """Names to look for, each meaning one identity; where names overlap, the longest counts."""

    def __init__(self, named: Mapping[str, str], plural: str = "") -> None:
        meanings = {naming.simplified(name): identity for name, identity in named.items()}
        self._meanings = {_key(name): identity for name, identity in meanings.items()}
        loose = [name for name in meanings if not _needs_its_case(name)]
        exact = [name for name in meanings if _needs_its_case(name)]
        self._pattern = re.compile(f"(?i:{_any((n.casefold() for n in loose), plural)})|{_any(exact, plural)}")

    def found(self, text: str) -> list[Mention]:
        """Find the names in a folded text, in its order."""
        matches = [(m, self._meanings.get(_key(m[0]))) for m in self._pattern.finditer(naming.simplified(text))]
        return [Mention(match.start(), match.end(), identity) for match, identity in matches if identity]


def companies(seeds: Seeds) -> Names:
    """Give the names of all companies: id, name without its legal form, local name, aliases, tickers."""
    suffixes = {row.mic: (row.suffix, row.bloomberg) for row in seeds.tables["exchanges"] if isinstance(row, Exchange)}
    meanings: dict[str, str] = {}
    for row in seeds.tables["companies"]:
        if isinstance(row, Company):
            names = [row.name, _short(row.name), row.name_local, _short(row.name_local or "")]
            names += list(_tickers(row.ticker, *suffixes.get(row.mic or "", (None, None))))
            meanings |= {name: row.company_id for name in names if name and len(name) > 1}
    for row in seeds.tables["company_aliases"]:
        if isinstance(row, CompanyAlias) and not row.alias.isdigit():
            meanings[row.alias] = row.company_id
    return Names(meanings)


def programmes(seeds: Seeds) -> Names:
    """Give the names of all programmes, scopes and families; a name with a gap or a hyphen is found without, too."""
    meanings: dict[str, str] = {}
    for family in seeds.tables["families"]:
        if isinstance(family, Family):
            meanings |= dict.fromkeys(naming.of_family(family.family_id, family.name), family.family_id)
    for scope in seeds.tables["scopes"]:
        if isinstance(scope, Scope) and re.search("[0-9]", scope.scope_id):
            meanings |= dict.fromkeys(naming.spellings([scope.scope_id, scope.name]), scope.scope_id)
    for row in seeds.tables["programmes"]:
        if isinstance(row, Programme) and not row.unallocated:
            meanings |= dict.fromkeys(naming.of_programme(row.programme_id, row.name), row.programme_id)
    return Names({name: identity for name, identity in meanings.items() if len(name) > 2}, plural="s?")


def brokers(seeds: Seeds) -> Names:
    """Give the names of the brokers, who speak of others: BofA, Morgan Stanley."""
    named = [row for row in seeds.tables["origins"] if isinstance(row, Origin) and row.kind == "broker"]
    short = {_BROKERAGE.sub("", row.name): row.origin_id for row in named}
    return Names({name: identity for name, identity in short.items() if len(name.split()) <= _MOST_WORDS})


# --- companies ----------------------------------------------------------------------------

_LEGAL_FORM = re.compile(
    r"(?:[ ,]+(?:Inc|Corp|Corporation|Technology|Technologies|Group|Holdings?|Industries|Platforms|Electronics|Company|"
    r"Co|Ltd|Limited|PLC|Semiconductor|Precision|\(class [A-C]\)|Industrial|Computer|International)\.?)+$"
)
_BROKERAGE = re.compile(" (?:Securities|Research|Capital Markets)$")
#: an origin of more words is described rather than named
_MOST_WORDS = 2
_LOCAL_FORM = re.compile("(?:-KY|股份|科技|集团|集團|控股|电子|電子|工業|工业|精密|国际|國際)$")


def _short(name: str) -> str:
    """Take the legal form and what is like it from the end of a name, unless too little is left."""
    short = _LEGAL_FORM.sub("", name)
    local = _LOCAL_FORM.sub("", name)
    shortest = 2 if re.search("[\u2e80-\uffff]", name) else 4
    return next((s for s in (short, local) if s != name and len(s) >= shortest), name)


def _tickers(ticker: str | None, suffix: str | None, bloomberg: str | None) -> Iterator[str]:
    """Give the ticker with its markets; alone only when it is letters that are no word."""
    if not ticker:
        return
    if suffix:
        yield ticker + suffix
    if bloomberg:
        yield f"{ticker} {bloomberg}"
    if ticker.isascii() and ticker.isalpha():
        yield f"({ticker})"
        if len(ticker) >= 4:
            yield ticker


# --- programmes ---------------------------------------------------------------------------

# --- matching -----------------------------------------------------------------------------


def _key(name: str) -> str:
    return "".join(name.split()).casefold()


def _needs_its_case(name: str) -> bool:
    """Say whether a name is too like a word to be found in any case: CM, Meta, SAP, EMC."""
    return name.isascii() and len(name.strip("()")) <= 5 and not re.search("[0-9]", name)


def _any(names: Iterable[str], plural: str) -> str:
    """Match any of the names, the longest first; most places of a text are passed by their first character."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda n: (-len(n), n)):
        by_first.setdefault(name[0], []).append(name)
    groups = [
        f"(?={re.escape(first)})(?:{'|'.join(_bounded(n, plural) for n in named)})" for first, named in by_first.items()
    ]
    firsts = "".join(re.escape(first) for first in by_first)
    return f"(?=[{firsts}])(?:{'|'.join(groups)})" if groups else "(?!)"


def _bounded(name: str, plural: str) -> str:
    """Match a name that is no part of a longer one in Latin letters or digits, apart from the end of its plural."""
    text = re.sub(r"(?<=[A-Za-z])(?=[0-9])", " ?", re.escape(name)).replace(r"\ ", " ?")
    before = "(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", name) else ""
    after = f"(?={plural}(?![A-Za-z0-9]))" if re.search("[A-Za-z0-9]$", name) else ""
    if name[-1:].isdigit():
        after = r"(?![0-9]|\.[0-9])"
    return before + text + after
