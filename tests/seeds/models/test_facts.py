"""What a fact of each table may state, and what it may not state together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.seed_folders import (
    Claim,
    content,
    disclosed,
    fault,
    faults,
    forecast,
    rate,
    revenue,
    share,
    signal,
    world,
)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (forecast(base=-1), "base: -1 is below 0, which only growth can be"),
        (
            content(base=1e7, measure="attach", currency=None),
            "base: 1e+07 is above 1e+06, the largest number of pieces in a unit",
        ),
        (forecast(base=1, unit_basis="fraction"), "unit_basis: is 'fraction' for growth, and only for it"),
        (
            forecast("market", base=1),
            "product_id: is required in the scope 'market', whose units are units of a product",
        ),
        (content(base=1, currency=None), "currency: is stated for content and price, and only for them"),
        (content(base=1, measure="price"), "unit_basis: is 'piece' for a price, and only for it"),
        (
            content("board", "market", 1),
            "scope_id: the scope 'market' has no units to hold a product, only prices",
        ),
        (share(), "base: neither a share nor a sourcing_mode is stated"),
        (
            share(base=0.5, denominator="open_units"),
            "open_part: is stated for the denominator open_units, and only for it",
        ),
        (
            share(base=0.5, denominator="open_units", open_part=1.5),
            "open_part: 1.5 is not a fraction above 0 and at most 1",
        ),
        (share(base=0.5, denominator="market"), "denominator: scope 'market' and denominator 'market' go together"),
        (share(base=0.5, scope_id="market"), "denominator: scope 'market' and denominator 'market' go together"),
        (share(base=0.5, joint_ids="alpha; beta"), "joint_ids: names the company itself, 'alpha'; name the others"),
        (revenue(base=1, kind="growth"), "currency: is stated for sales, and only for them, not for growth"),
        (revenue(base=-0.5), "base: -0.5 is below 0, which only growth can be"),
        (revenue(base=0), "base: is zero, but other numbers are divided by it"),
        (revenue(low=0, high=5), "low: is zero, but other numbers are divided by it"),
        (revenue(base=0, kind="forecast"), "base: is zero, but other numbers are divided by it"),
        (revenue(high=0, kind="derived"), "high: is zero, but other numbers are divided by it"),
        (
            revenue(base=-1, kind="growth", currency=None),
            "base: is a fall to zero, but other numbers are divided by it",
        ),
        (disclosed(base=0.3), "scope_id: exactly one of scope_id, customer_id and product_id is stated"),
        (disclosed(base=30, customer_id="owner"), "base: 30 is above 1, the largest share"),
        (
            disclosed(base=0.3, customer_id="owner", currency="USD"),
            "currency: is stated for revenue, and only for it, not for a share",
        ),
        (signal(), "base: neither a number nor a day (until) is stated"),
        (rate(base=0), "base: is zero, but other numbers are divided by it"),
    ],
)
def test_cells_that_do_not_go_together_are_one_plain_sentence(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"{claim.table}.csv:2 {message}"


def test_growth_may_be_negative(tmp_path: Path) -> None:
    shrinking = forecast(base=-0.2, kind="growth", unit_basis="fraction")
    assert faults(world(tmp_path, shrinking, revenue(base=-0.1, kind="growth", currency=None))) == []


def test_sales_may_not_grow_at_all(tmp_path: Path) -> None:
    assert faults(world(tmp_path, revenue(low=0, kind="growth", currency=None))) == []
