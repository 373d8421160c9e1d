"""What a source, a company, a programme and a product must be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.seed_folders import (
    ALIASES,
    COMPANIES,
    PRODUCTS,
    SCOPES,
    SOURCES,
    Cells,
    Claim,
    chips,
    fault,
    faults,
    owned,
    world,
)

TOO_LATE = "9026-01-15 is after the year 2100"


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        (
            "companies",
            [*COMPANIES, COMPANIES[2] | {"company_id": "X"}],
            "company_id: 'X' is not an id (lower-case letters, digits, '-' and '.')",
        ),
        (
            "companies",
            [*COMPANIES, {"company_id": "x", "name": "X", "country": "US", "ticker": "X"}],
            "ticker: ticker, mic and currency are stated together or not at all",
        ),
        (
            "companies",
            [*COMPANIES, {"company_id": "x", "name": "X", "country": "US", "fiscal_year_end": "13-01"}],
            "fiscal_year_end: '13-01' is not a day of the year written MM-DD",
        ),
        (
            "company_aliases",
            [*ALIASES, {"alias": "x", "company_id": "alpha", "kind": "nick"}],
            (
                "kind: 'nick' is not one of 'name', 'short', 'former', 'misspelling', 'traditional', "
                "'simplified' or 'ticker'"
            ),
        ),
        (
            "sources",
            [*SOURCES, SOURCES[0] | {"source_id": "X", "published_on": None}],
            "published_precision: is 'none' without a published_on, and only then",
        ),
        *(
            ("sources", [*SOURCES, SOURCES[0] | {"source_id": "X", day: "9026-01-15"}], f"{day}: {TOO_LATE}")
            for day in ("published_on", "collected_on")
        ),
        (
            "scopes",
            [*SCOPES, {"scope_id": "x", "name": "X", "total": True, "note": "x"}],
            "total: a scope that is counted as its whole family names the family",
        ),
        (
            "products",
            [*PRODUCTS, {"product_id": "x", "name": "X", "stage": 1e300}],
            "stage: 1e+300 is not an assembly level from 0 to 99",
        ),
    ],
)
def test_a_wrong_row_is_one_plain_sentence(tmp_path: Path, table: str, rows: list[Cells], message: str) -> None:
    assert f"{table}.csv:{len(rows) + 1} {message}" in faults(world(tmp_path, **{table: rows}))


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (owned("alpha", "alpha"), "child_id: 'alpha' cannot be its own parent"),
        (
            owned(valid_from="2026-02-01", valid_to="2026-01-01"),
            "valid_to: 2026-01-01 is before valid_from 2026-02-01",
        ),
        (chips(base=0), "base: is zero, but other numbers are divided by it"),
    ],
)
def test_an_impossible_parent_or_count_is_one_plain_sentence(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"{claim.table}.csv:2 {message}"
