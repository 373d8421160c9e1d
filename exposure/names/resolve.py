"""Find the company or the programmes that somebody means by an id, a ticker, a name or an alias."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from exposure.errors import ExposureError
from exposure.names import folding as names
from exposure.names.folding import fold

if TYPE_CHECKING:
    from exposure.db.session import Reader

_COMPANY_NAMES = """
select n.company_id, n.name from (
    select c.company_id, unnest([
        c.company_id, c.name, c.name_local, c.ticker, c.ticker || coalesce(e.suffix, ''), c.ticker || ' ' || e.bloomberg
    ]) as name
    from raw.companies as c left join raw.exchanges as e on e.mic = c.mic
    union all
    select a.company_id, a.alias from raw.company_aliases as a
) as n
where n.name is not null
order by all
"""
_PROGRAMME_NAMES = """
select n.kind, n.id, n.programme_id, n.name from (
    select 'programme' as kind, p.programme_id as id, p.programme_id, p.name from raw.programmes as p
    union all
    select 'family', f.family_id, p.programme_id, f.name
    from raw.families as f inner join raw.programmes as p on p.family_id = f.family_id
    union all
    select 'scope', s.scope_id, m.programme_id, s.name
    from raw.scopes as s inner join core.scope_programme as m on m.scope_id = s.scope_id
    union all
    select 'scope', s.scope_id, p.programme_id, s.name
    from raw.scopes as s inner join raw.programmes as p on p.family_id = s.family_id
    where s.total
) as n
order by all
"""
#: where all are listed when nothing resembles what was written
_ALL = {
    True: " exposure sql 'from mart.company' lists all.",
    False: " exposure sql 'select family_id, programme_id, name from raw.programmes' lists all.",
}
_SPELLED = {"programme": names.of_programme, "family": names.of_family}


def company(reader: Reader, wanted: str) -> str:
    """Give the id of the one company that is meant; raise ExposureError with the candidates otherwise."""
    (found,) = _meant(reader.rows(_COMPANY_NAMES), [wanted], "company", single=True)
    return found


def programmes(reader: Reader, wanted: Sequence[str]) -> list[str]:
    """Give the ids of the programmes meant: one each for a programme, several for a family or a scope."""
    pairs = [
        (programme, spelled)
        for kind, identity, programme, name in reader.rows(_PROGRAMME_NAMES)
        for spelled in (identity, name, *_SPELLED.get(kind, _spelled_scope)(identity, name))
    ]
    known = {fold(name) for _, name in pairs}
    closed = [re.sub(r"[ -]", "", word) for word in wanted]
    words = [
        c if fold(word) not in known and fold(c) in known else word for word, c in zip(wanted, closed, strict=True)
    ]
    return _meant(pairs, words, "programme or family", single=False)


def _spelled_scope(scope_id: str, name: str) -> Iterable[str]:
    return names.spellings([scope_id, name])


def nearest(wanted: str, known: Iterable[str], most: int = 5) -> list[str]:
    """Give the names that resemble what was written, the nearest first."""
    by_fold = {fold(name): name for name in known}
    word = fold(wanted)
    containing = sorted((name for key, name in by_fold.items() if word and word in key), key=len)
    close = [by_fold[key] for key in get_close_matches(word, by_fold, n=most)]
    return list(dict.fromkeys([*containing, *close]))[:most]


def hint(wanted: str, known: Iterable[str]) -> str:
    """Write the end of a sentence that names what resembles the unknown, or nothing."""
    near = nearest(wanted, known)
    return f" Near to it: {', '.join(near)}." if near else ""


def _meant(pairs: Sequence[tuple[str, str]], wanted: Sequence[str], what: str, *, single: bool) -> list[str]:
    named: dict[str, list[str]] = {}
    for identity, name in pairs:
        named.setdefault(fold(name), []).append(identity)
    meant: set[str] = set()
    for word in wanted:
        found = sorted(set(named.get(fold(word), ())))
        if not found:
            near = hint(word, (name for _, name in pairs)) or _ALL[single]
            raise ExposureError(f"There is no {what} {word!r}.{near}")
        if single and len(found) > 1:
            raise ExposureError(f"{word!r} may mean {', '.join(found)}; name one of them by its id.")
        meant.update(found)
    return sorted(meant)
