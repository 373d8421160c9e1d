"""No fact is known before its document said so, or after somebody had read it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.seed_folders import (
    SOURCES,
    Cells,
    Claim,
    assumed,
    capex,
    content,
    fault,
    faults,
    forecast,
    revenue,
    share,
    world,
)

#: a page of 10 March 2026, collected on 5 April
PAGE: Cells = SOURCES[0] | {
    "source_id": "PAGE", "published_on": "2026-03-10", "published_precision": "day", "collected_on": "2026-04-05"
}  # fmt: skip


def read(tmp_path: Path, claim: Claim, **document: str) -> Path:
    sources = [*SOURCES, PAGE | document]
    return world(tmp_path, claim.but(source_id="PAGE"), sources=sources)


@pytest.mark.parametrize(
    "claim",
    [
        forecast(base=1, known_on="2026-04-06"),
        share(base=0.1, known_on="2062-01-15"),
        capex(1, known_on="2026-12-31", known_on_basis="month_end"),
        content(base=1, known_on="2026-04-30", known_on_basis="year_end"),
    ],
)
def test_nothing_is_known_after_its_document_was_collected(tmp_path: Path, claim: Claim) -> None:
    day = claim.cells["known_on"]
    message = f"{claim.table}.csv:2 known_on: {day} is after 2026-04-05, when 'PAGE' was collected"
    assert fault(read(tmp_path, claim)) == message
    assert faults(read(tmp_path, claim.but(known_on="2026-04-05"))) == []


@pytest.mark.parametrize(
    ("precision", "published_on", "first"),
    [("day", "2026-03-10", "2026-03-10"), ("month", "2026-03-31", "2026-03-01"), ("year", "2025-12-31", "2025-01-01")],
)
def test_nothing_is_published_before_its_document_can_have_appeared(
    tmp_path: Path, precision: str, published_on: str, first: str
) -> None:
    document = {"published_precision": precision, "published_on": published_on}
    early = forecast(base=1, known_on="2024-12-31")
    assert fault(read(tmp_path, early, **document)) == (
        f"shipment_forecasts.csv:2 known_on: 2024-12-31 is before {first}, the first day on which 'PAGE' can have "
        "appeared; if its origin had published the figure, write 'origin_published'"
    )
    assert faults(read(tmp_path, early.but(known_on=first), **document)) == []


@pytest.mark.parametrize("basis", ["before", "month_end", "filing_deadline", "origin_published"])
def test_what_its_origin_had_said_before_is_known_before_the_document(tmp_path: Path, basis: str) -> None:
    assert faults(read(tmp_path, forecast(base=1, known_on="2024-12-31", known_on_basis=basis, note="Call"))) == []


def test_a_document_of_unknown_day_rules_out_no_earlier_day(tmp_path: Path) -> None:
    early = forecast(base=1, known_on="2024-12-31")
    assert faults(read(tmp_path, early, published_precision="before")) == []
    assert faults(read(tmp_path, early, published_precision="none", published_on="")) == []


def test_the_day_of_an_origin_has_a_note_on_how_it_is_known(tmp_path: Path) -> None:
    early = forecast(base=1, known_on="2025-12-31", known_on_basis="origin_published")
    assert fault(read(tmp_path, early)).startswith("shipment_forecasts.csv:2 known_on_basis: 'origin_published' needs")
    assert faults(read(tmp_path, early.but(note="Of the call"))) == []
    assert faults(read(tmp_path, early, note="Repeats a call of December")) == []


def test_our_reasoning_is_no_document_that_was_collected(tmp_path: Path) -> None:
    later = forecast(base=1, fact_id="A", known_on="2026-06-01")
    claim = assumed(share(base=0.1, known_on="2026-06-01"), "A")
    assert faults(world(tmp_path, later, claim)) == []


@pytest.mark.parametrize("day", ["1989-12-31", "1969-12-31", "0001-01-01"])
def test_no_day_is_before_the_first_period(tmp_path: Path, day: str) -> None:
    assert fault(world(tmp_path, forecast(base=1, known_on=day))) == (
        f"shipment_forecasts.csv:2 known_on: {day} is before the year 1990"
    )


def test_a_document_is_not_published_after_it_was_collected(tmp_path: Path) -> None:
    claim = forecast(base=1, known_on="2026-04-05")
    assert fault(read(tmp_path, claim, published_on="2026-04-30", published_precision="month")) == (
        "sources.csv:4 published_on: 2026-04-30 is after collected_on 2026-04-05"
    )


ENDS = {
    "2025": "2025-12-31", "2026Q1": "2026-03-31", "2025H2": "2025-12-31", "2026-02": "2026-02-28",
    "9M2025": "2025-09-30", "FY2026-01": "2026-01-31", "FQ2025-08": "2025-08-31", "TTM2026-03": "2026-03-31",
    "2024..2025Q2": "2025-06-30",
}  # fmt: skip


@pytest.mark.parametrize(("period", "last"), ENDS.items())
@pytest.mark.parametrize("kind", ["reported", "derived"])
def test_sales_are_reported_once_their_period_is_over(tmp_path: Path, period: str, last: str, kind: str) -> None:
    sold = revenue("beta", period, 100, kind=kind)
    year, rest = last.split("-", 1)
    early = f"{int(year) - 1}-{rest}"
    assert fault(world(tmp_path, sold.but(known_on=early))) == (
        f"company_revenues.csv:2 known_on: {early} is before {last}, the last day of {period!r}: "
        f"a figure of kind {kind!r} is known after its period"
    )
    assert faults(world(tmp_path, sold.but(known_on=last))) == []
    assert faults(world(tmp_path, sold.but(known_on=early, kind="forecast"))) == []


def test_units_are_counted_once_their_period_is_over(tmp_path: Path) -> None:
    counted = forecast("fam-1", "2026", 5e6, kind="actual", known_on="2025-01-31")
    assert fault(world(tmp_path, counted)) == (
        "shipment_forecasts.csv:2 known_on: 2025-01-31 is before 2026-12-31, the last day of '2026': "
        "a figure of kind 'actual' is known after its period"
    )
    assert faults(world(tmp_path, counted.but(known_on="2026-12-31"))) == []
    assert faults(world(tmp_path, counted.but(kind="estimate"))) == []
