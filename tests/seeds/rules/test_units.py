"""Scopes have programmes, units convert, money has a rate, and signals fit their metric."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.seed_folders import (
    FAMILIES,
    PROGRAMMES,
    SCOPE_MEMBERS,
    SCOPES,
    Claim,
    chips,
    content,
    fault,
    faults,
    forecast,
    signal,
    world,
)

#: cells of an unallocated programme
SECOND = {"unallocated": True, "succession": None}


def test_a_family_has_exactly_one_unallocated_programme(tmp_path: Path) -> None:
    none = world(tmp_path / "none", programmes=PROGRAMMES[:2])
    assert fault(none) == "families.csv:2 family_id: 'fam' needs one programme marked unallocated and has none"
    two = world(tmp_path / "two", programmes=[PROGRAMMES[0], PROGRAMMES[1] | SECOND, PROGRAMMES[2]])
    assert fault(two) == (
        "families.csv:2 family_id: 'fam' needs one programme marked unallocated and has 2 (fam-2, fam-unallocated)"
    )


def test_a_generation_has_a_place_in_the_succession_and_the_unallocated_one_has_none(tmp_path: Path) -> None:
    without = [PROGRAMMES[0] | {"succession": None}, PROGRAMMES[1], PROGRAMMES[2] | {"succession": 3}]
    message = "succession: a generation has a place in the succession, and the unallocated one has none"
    assert faults(world(tmp_path, programmes=without)) == [f"programmes.csv:2 {message}", f"programmes.csv:4 {message}"]


def test_a_scope_without_programmes_has_a_note(tmp_path: Path) -> None:
    scope = {"scope_id": "site", "name": "One site", "family_id": "fam", "total": False}
    assert fault(world(tmp_path, scopes=[*SCOPES, scope])) == (
        "scopes.csv:4 scope_id: 'site' has no programme in scope_members.csv; "
        "a scope without any has a note that says why, and is not total"
    )
    assert faults(world(tmp_path, scopes=[*SCOPES, scope | {"note": "One site's chips"}])) == []
    assert "is not total" in fault(world(tmp_path, scopes=[*SCOPES, scope | {"note": "All", "total": True}]))


def test_the_scope_market_has_no_members(tmp_path: Path) -> None:
    members = [*SCOPE_MEMBERS, {"scope_id": "market", "programme_id": "fam-1"}]
    message = "the scope 'market' covers all programmes and has no members of its own"
    assert fault(world(tmp_path, scope_members=members)) == f"scopes.csv:2 scope_id: {message}"


def test_the_members_of_a_familys_scope_are_of_the_family(tmp_path: Path) -> None:
    folder = world(
        tmp_path,
        families=[*FAMILIES, FAMILIES[0] | {"family_id": "kin", "name": "Kin"}],
        programmes=[
            *PROGRAMMES,
            PROGRAMMES[2] | {"programme_id": "kin-unallocated", "family_id": "kin", "name": "Kin"},
        ],
        scope_members=[*SCOPE_MEMBERS, {"scope_id": "fam-1-2", "programme_id": "kin-unallocated"}],
    )
    message = "'kin-unallocated' is of the family 'kin', its scope of 'fam'"
    assert fault(folder) == f"scope_members.csv:4 programme_id: {message}"


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (
            forecast("fam-1", base=1, unit_basis="tray"),
            "'fam-1' is counted in chip, this row in tray; unit_conversions.csv has no way from tray to chip for fam-1",
        ),
        (
            forecast("fam-1-2", base=1, unit_basis="tray"),
            (
                "'fam-1-2' is counted in chip, this row in tray; "
                "unit_conversions.csv has no way from tray to chip for fam-1 or fam-2"
            ),
        ),
        (
            content(base=1, unit_basis="server"),
            (
                "'fam-1' is counted in chip, this row in server; "
                "unit_conversions.csv has no way from server to chip for fam-1"
            ),
        ),
    ],
)
def test_mixed_units_are_a_fault_that_names_both(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"{claim.table}.csv:2 unit_basis: {message}"


def test_units_convert_where_the_programme_has_a_conversion(tmp_path: Path) -> None:
    assert faults(world(tmp_path, forecast("fam", base=1, unit_basis="rack"), content(base=1, unit_basis="rack"))) == []
    assert faults(world(tmp_path, forecast(base=1, unit_basis="tray"), chips(unit_basis="tray"))) == []
    racks = [FAMILIES[0] | {"unit_basis": "rack"}]
    assert faults(world(tmp_path / "racks", families=racks)) == []
    assert "counted in rack, this row in chip" in faults(world(tmp_path, families=racks, unit_conversions=[]))[0]


def test_modules_and_pieces_of_a_product_are_the_products_own(tmp_path: Path) -> None:
    pieces = forecast("fam", base=1, product_id="cable", unit_basis="piece")
    assert faults(world(tmp_path, pieces)) == []
    assert "this row in tray" in fault(world(tmp_path, pieces.but(unit_basis="tray")))


def test_a_currency_without_any_rate_is_a_fault_once_a_file(tmp_path: Path) -> None:
    folder = world(tmp_path, fx_rates=[])
    message = "there is money in 'TWD' but no rate for it in fx_rates.csv"
    assert fault(folder) == f"company_revenues.csv:2 currency: {message}"
    assert faults(world(tmp_path, content(base=1, currency="KRW"))) == [
        "content_values.csv:2 currency: there is money in 'KRW' but no rate for it in fx_rates.csv"
    ]


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (
            signal(metric="visibility_until", base=4),
            "metric: 'visibility_until' is a day, so the row states a day in until and no number",
        ),
        (
            signal(base=4, until="2026-12-31"),
            "metric: 'barrier' is a level 1 to 5, so the row states a number and no day",
        ),
        (signal(base=7), "base: 7 is outside 1 to 5: 'barrier' is a level 1 to 5"),
        (signal(metric="gross_margin", base=21.5), "base: 21.5 is outside -1 to 1: 'gross_margin' is a fraction"),
    ],
)
def test_a_signal_fits_its_metric(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"company_signals.csv:2 {message}"
