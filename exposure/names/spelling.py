"""Spelling: the ways in which sources write the names of companies and programmes of the seeds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

#: Chinese names of families, which the seeds do not carry
_CHINESE: Mapping[str, tuple[str, ...]] = {"ascend": ("昇腾", "升腾", "昇騰")}
#: words of a family's name that are not its own
_GENERAL = frozenset(
    {"aws", "google", "nvidia", "meta", "microsoft", "huawei", "amd", "racks", "for", "china", "export"}
)


def spell_tickers(ticker: str | None, suffix: str | None, bloomberg: str | None) -> list[str]:
    """Return a ticker alone, with the suffix of data vendors, and with the terminal's exchange code.

    The view `mart.name` spells them in the same way.
    """
    if not ticker:
        return []
    return [ticker, *([ticker + suffix] if suffix else []), *([f"{ticker} {bloomberg}"] if bloomberg else [])]


def spell_family(family_id: str, name: str) -> Iterator[str]:
    """Yield the names of a family: `Google TPU`, TPU."""
    own = [word for word in name.split() if word.casefold() not in _GENERAL and word[:1].isupper()]
    yield from spell_all([family_id, *([" ".join(own)] if own else [])])


def spell_programme(programme_id: str, name: str) -> Iterator[str]:
    """Yield the names of a programme: `TPU v7 (Ironwood)`, TPU v7, TPUv7, Ironwood."""
    outside = re.sub(r" *\(.*?\)", "", name).removesuffix(" series").strip()
    inside = re.findall(r"\(([A-Z][A-Za-z]+)\)", name)
    stem = re.match("[A-Za-z]*", outside)
    inside += [f"{stem[0]}{other}" for other in re.findall(r"\(also written ([^)]+)\)", name) if stem]
    yield from spell_all([programme_id, outside, *inside])


def spell_all(names: Iterable[str]) -> Iterator[str]:
    """Yield each name as it is, without its gaps, without its `NVL72`, and in Chinese."""
    for name in names:
        plain = re.sub(r" NVL[0-9]+$", "", name, flags=re.IGNORECASE)
        for each in (name, plain, re.sub(r"[ -]", "", name), name.replace("-", " ")):
            yield each
            for word, chinese in _CHINESE.items():
                if each.casefold().startswith(word):
                    yield from (prefix + each[len(word) :] for prefix in chinese)
