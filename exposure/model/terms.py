"""Terms of programme revenue, and the accounts that each is added to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from exposure.model.accounts import Incidence
from exposure.model.inputs import Key, Row, index
from exposure.model.tables import Tables

#: what has accounts: a company, or (True) only its revenue from some programmes
Entry = tuple[str, bool]


@dataclass(frozen=True)
class Choice:
    """Programmes that are ranked by themselves, and the factors of the companies over them."""

    programmes: frozenset[str]
    factors: Mapping[str, Row]


class Terms:
    """The terms that entries count, and the accounts of these entries."""

    def __init__(
        self, tables: Tables, places: Mapping[Entry, int], choice: Choice | None, unit_rows: Mapping[Key, int]
    ) -> None:
        self._places, self._parameters, self._revisions = places, tables.parameters, tables.revisions
        self.rows = list(_count_by_entry(tables.terms, places, choice))
        self._at_horizon = {_family(term) for term in self.rows if term["period_role"] == "horizon"}
        base = [term for term in self.rows if term["period_role"] == "base"]
        stated = {_family(term) for term in base if term["method"] == "disclosed"}
        companies = {_family(term): (term["company_id"], term["family_id"]) for term in base}
        #: entries and families whose base year is known
        self._base_known = {key for key, company in companies.items() if company not in tables.gaps or key in stated}
        summed: dict[tuple[Entry, str], float] = {}
        for term in base:
            summed[_family(term)] = summed.get(_family(term), 0.0) + term["programme_revenue_usd"]
        otherwise = {_family(term) for term in self.rows if term["method"] != "bottom_up"}
        comparable = [
            key
            for key, usd in sorted(summed.items())
            if usd > 0 and key in self._base_known and key in self._at_horizon and key not in otherwise
            and ("base", key[1]) in unit_rows
        ]  # fmt: skip
        #: entry and family -> number, where content and share are comparable over both years
        self.uplifts = {key: number for number, key in enumerate(comparable)}

    def accounts(self, term: Row) -> list[tuple[int, float]]:
        """Return the accounts that a term is added to, each with its weight."""
        key, place, count = _family(term), self._places[term["entry"]], len(self._places)
        known, uplift = key in self._base_known, self.uplifts.get(key)
        if term["period_role"] == "base":
            accounts = [(count + place, 1.0)] if known and key in self._at_horizon else []
            return accounts if uplift is None else [*accounts, (3 * count + len(self.uplifts) + uplift, 1.0)]
        accounts = [(place, 1.0)] if known else [(place, 1.0), (count + place, self._parameters["unknown_base_part"])]
        if term["family_id"] in self._revisions:
            accounts.append((2 * count + place, self._revisions[term["family_id"]]))
        return accounts if uplift is None else [*accounts, (3 * count + uplift, 1.0)]


def _family(term: Row) -> tuple[Entry, str]:
    return term["entry"], term["family_id"]


def _count_by_entry(
    terms: list[dict[str, Any]], places: Mapping[Entry, int], choice: Choice | None
) -> Iterator[dict[str, Any]]:
    """Yield each term once for each entry that counts it."""
    for row in terms:
        company = row["company_id"]
        if (company, False) in places:
            yield {**row, "entry": (company, False)}
        if choice is not None and row["programme_id"] in choice.programmes and (company, True) in places:
            yield {**row, "entry": (company, True)}


def incidence_of(terms: int, entries: list[tuple[int, int, float]]) -> Incidence:
    """Return entries of term, account and weight as arrays."""
    term, account = index(entry[0] for entry in entries), index(entry[1] for entry in entries)
    return Incidence(terms, term, account, np.array([entry[2] for entry in entries], float))
