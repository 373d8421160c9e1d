"""Claims are made once, corrected and withdrawn by their origin, and follow their grounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.seed_folders import DAY, PRODUCTS, assumed, fault, faults, forecast, revenue, share, world

TWICE = (
    "'B' repeats 'A' (shipment_forecasts.csv:2): same scope_id, supplier_id, product_id, period, kind, unit_basis, "
    "origin_id and known_on; to correct one, name it in supersedes"
)


def test_one_origin_makes_one_claim_a_day(tmp_path: Path) -> None:
    folder = world(tmp_path, forecast(base=1, fact_id="A"), forecast(base=2, fact_id="B"))
    assert fault(folder) == f"shipment_forecasts.csv:3 fact_id: {TWICE}"


def test_a_correction_names_the_row_that_it_supersedes(tmp_path: Path) -> None:
    first, second = forecast(base=1, fact_id="A"), forecast(base=2, fact_id="B", supersedes="A")
    assert faults(world(tmp_path, first, second)) == []
    third = forecast(base=3, fact_id="C", supersedes="B")
    assert faults(world(tmp_path, third, first, second)) == []
    fork = forecast(base=3, fact_id="C", supersedes="A")
    assert "'C' repeats 'B'" in fault(world(tmp_path, first, second, fork))


@pytest.mark.parametrize(
    "other", [{"origin_id": "broker-b"}, {"known_on": "2026-01-16"}, {"period": "2027"}, {"supplier_id": "beta"}]
)
def test_another_origin_day_or_subject_is_another_claim(tmp_path: Path, other: dict[str, Any]) -> None:
    assert faults(world(tmp_path, forecast(base=1), forecast(base=2).but(**other))) == []


def test_joint_partners_are_the_same_in_any_order(tmp_path: Path) -> None:
    one = share(base=0.5, joint_ids="beta; owner", fact_id="A")
    assert "'B' repeats 'A'" in fault(world(tmp_path, one, one.but(joint_ids="owner; beta", fact_id="B")))


def test_nothing_supersedes_what_became_known_later(tmp_path: Path) -> None:
    later = forecast(base=1, fact_id="A", known_on="2026-02-01")
    message = "'A' became known on 2026-02-01, after this row (2026-01-15)"
    folder = world(tmp_path, later, forecast(base=2, fact_id="B", supersedes="A"))
    assert fault(folder) == f"shipment_forecasts.csv:3 supersedes: {message}"


@pytest.mark.parametrize(
    ("other", "names"),
    [
        ({"origin_id": "broker-b"}, "origin_id"),
        ({"scope_id": "fam-2"}, "scope_id"),
        ({"period": "2027"}, "period"),
        ({"origin_id": "broker-b", "scope_id": "fam-2", "period": "2027"}, "origin_id, scope_id, period"),
    ],
)
def test_a_correction_is_of_the_same_origin_and_subject(tmp_path: Path, other: dict[str, Any], names: str) -> None:
    folder = world(tmp_path, forecast(base=1, fact_id="A"), forecast(base=2, supersedes="A").but(**other))
    assert fault(folder) == (
        "shipment_forecasts.csv:3 supersedes: 'A' (shipment_forecasts.csv:2) is another claim, "
        f"with another {names}; a row corrects its own origin on the same subject"
    )


def test_a_correction_may_name_joint_partners_in_another_order(tmp_path: Path) -> None:
    one = share(base=0.5, joint_ids="beta; owner", fact_id="A")
    two = one.but(base=0.6, joint_ids="owner; beta", fact_id="B", supersedes="A")
    assert faults(world(tmp_path, one, two)) == []


def test_a_withdrawal_withdraws_something(tmp_path: Path) -> None:
    earlier = forecast(base=1, known_on="2025-12-01")
    assert faults(world(tmp_path, earlier, forecast(withdrawn=True))) == []
    assert fault(world(tmp_path, earlier, forecast(withdrawn=True, origin_id="broker-b"))) == (
        "shipment_forecasts.csv:3 withdrawn: no earlier row has the same scope_id, supplier_id, product_id, "
        "period, kind, "
        "unit_basis and origin_id, so nothing is withdrawn"
    )


@pytest.mark.parametrize("day", ["2025-12-31", "2026-01-16"])
def test_an_assumption_is_known_with_the_latest_fact_it_rests_on(tmp_path: Path, day: str) -> None:
    grounds = [forecast(base=1, fact_id="A", known_on="2025-06-01"), forecast(base=1, fact_id="B")]
    claim = assumed(share(base=0.1, known_on=day), "A", "B")
    since = "the latest fact it rests on, 'B', became known on 2026-01-15"
    assert fault(world(tmp_path, *grounds, claim)) == (
        f"supply_shares.csv:2 known_on: {day} is not the day of its grounds: {since}"
    )
    assert faults(world(tmp_path, *grounds, claim.but(known_on=DAY))) == []


def test_nothing_is_known_before_what_it_rests_on(tmp_path: Path) -> None:
    derived = revenue(base=1, period="2025Q4", kind="derived", rests_on="RV-0001", known_on="2026-01-14")
    assert fault(world(tmp_path, revenue(base=1), derived)) == (
        "company_revenues.csv:3 known_on: 2026-01-14 is too early: "
        "the latest fact it rests on, 'RV-0001', became known on 2026-01-15"
    )
    assert faults(world(tmp_path, revenue(base=1), derived.but(known_on="2026-03-31"))) == []


def test_an_assumption_is_the_projects_own(tmp_path: Path) -> None:
    claim = assumed(share(base=0.1), "SF-0001").but(origin_id="broker-a")
    message = "an assumption is the project's own, not one of 'broker-a'"
    assert fault(world(tmp_path, claim)) == f"supply_shares.csv:2 origin_id: {message}"


def test_grounds_and_corrections_form_no_cycle(tmp_path: Path) -> None:
    one, two = forecast(base=1, fact_id="A"), forecast(base=1, fact_id="B", period="2027")
    assert fault(world(tmp_path, one.but(rests_on="B"), two.but(rests_on="A"))) == (
        "shipment_forecasts.csv:2 rests_on: forms a cycle: A -> B -> A"
    )
    again = one.but(fact_id="B")
    assert fault(world(tmp_path, one.but(supersedes="B"), again.but(supersedes="A"))) == (
        "shipment_forecasts.csv:2 supersedes: forms a cycle: A -> B -> A"
    )
    assert fault(world(tmp_path, one.but(rests_on="A"))) == ("shipment_forecasts.csv:2 rests_on: forms a cycle: A -> A")


def test_products_do_not_contain_themselves(tmp_path: Path) -> None:
    rings = {"x": "y", "y": "z", "z": "x", "u": "v", "v": "u"}
    rows = [{"product_id": product, "name": product, "parent_id": parent} for product, parent in rings.items()]
    assert faults(world(tmp_path, products=[*PRODUCTS, *rows])) == [
        "products.csv:8 parent_id: forms a cycle: x -> y -> z -> x",
        "products.csv:11 parent_id: forms a cycle: u -> v -> u",
    ]
