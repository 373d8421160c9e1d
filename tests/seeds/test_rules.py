from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure.names.folding import fold
from exposure.seeds.models import FINDINGS, PARAMETERS, TABLES
from tests.support.seed_folders import (
    ALIASES,
    COMPANIES,
    DAY,
    FAMILIES,
    PRODUCTS,
    PROGRAMMES,
    SCOPE_MEMBERS,
    SCOPES,
    SOURCES,
    Cells,
    Claim,
    assumed,
    chips,
    content,
    disclosed,
    fault,
    faults,
    forecast,
    revenue,
    share,
    shipped,
    signal,
    world,
)

# --- keys and references -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("companies", [*COMPANIES, COMPANIES[2]], "company_id: 'owner' stands already in companies.csv:4"),
        (
            "products",
            [*PRODUCTS, {"product_id": "cable", "name": "Other"}],
            "product_id: 'cable' stands already in products.csv:7",
        ),
        (
            "scope_members",
            [*SCOPE_MEMBERS, SCOPE_MEMBERS[0]],
            "scope_id: 'fam-1-2' with 'fam-1' stands already in scope_members.csv:2",
        ),
        ("tiers", [*shipped("tiers"), shipped("tiers")[0]], "tier: 'disclosed' stands already in tiers.csv:2"),
    ],
)
def test_no_two_rows_share_a_key(tmp_path: Path, table: str, rows: list[Cells], message: str) -> None:
    assert fault(world(tmp_path, **{table: rows})) == f"{table}.csv:{len(rows) + 1} {message}"


def test_a_fact_id_is_never_used_again_in_any_table(tmp_path: Path) -> None:
    folder = world(tmp_path, forecast(base=1, fact_id="A"), share(base=0.1, fact_id="A"))
    assert fault(folder) == "supply_shares.csv:2 fact_id: 'A' stands already in shipment_forecasts.csv:2"


def test_families_scopes_and_programmes_share_no_id(tmp_path: Path) -> None:
    folder = world(tmp_path, scopes=[*SCOPES, {"scope_id": "fam", "name": "Fam", "total": False, "note": "x"}])
    message = "'fam' stands already in families.csv:2; one id never means two of them"
    assert fault(folder) == f"scopes.csv:4 scope_id: {message}"


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (share("alpa", base=0.1), "company_id: 'alpa' is not in companies.csv; did you mean 'alpha'?"),
        (share(base=0.1, joint_ids="beta; gamma"), "joint_ids: 'gamma' is not in companies.csv"),
        (share(base=0.1, product_id="bord"), "product_id: 'bord' is not in products.csv; did you mean 'board'?"),
        (share(base=0.1, source_id="DOK"), "source_id: 'DOK' is not in sources.csv; did you mean 'DOC'?"),
        (share(base=0.1, origin_id="nobody"), "origin_id: 'nobody' is not in origins.csv"),
        (
            share(base=0.1, rests_on="SF-0009"),
            "rests_on: 'SF-0009' is not in any table of facts",
        ),
        (
            share(base=0.1, supersedes="SF-0001"),
            "supersedes: 'SF-0001' is not in supply_shares.csv",
        ),
        (
            forecast("fam1", base=1),
            (
                "scope_id: 'fam1' is not in families.csv or scopes.csv or programmes.csv; "
                "did you mean 'fam-1' or 'fam' or 'fam-1-2'?"
            ),
        ),
        (forecast(base=1, supplier_id="delta"), "supplier_id: 'delta' is not in companies.csv; did you mean 'beta'?"),
        (
            disclosed(base=0.1, customer_id="onwer"),
            "customer_id: 'onwer' is not in companies.csv; did you mean 'owner'?",
        ),
        (signal(metric="barier", base=1), "metric: 'barier' is not in signal_metrics.csv; did you mean 'barrier'?"),
    ],
)
def test_an_unknown_reference_is_a_fault_with_the_nearest_ids(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"{claim.table}.csv:2 {message}"


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        (
            "families",
            [FAMILIES[0] | {"owner_id": "nobody"}],
            "families.csv:2 owner_id: 'nobody' is not in companies.csv",
        ),
        (
            "programmes",
            [PROGRAMMES[0] | {"family_id": "farm"}, *PROGRAMMES[1:]],
            "programmes.csv:2 family_id: 'farm' is not in families.csv; did you mean 'fam'?",
        ),
        (
            "programmes",
            [PROGRAMMES[0] | {"designer_ids": ["beta", "bta"]}, *PROGRAMMES[1:]],
            "programmes.csv:2 designer_ids: 'bta' is not in companies.csv; did you mean 'beta'?",
        ),
        (
            "products",
            [*PRODUCTS, {"product_id": "x", "name": "X", "parent_id": "y"}],
            "products.csv:8 parent_id: 'y' is not in products.csv",
        ),
        (
            "scope_members",
            [*SCOPE_MEMBERS, {"scope_id": "fam-1-2", "programme_id": "fam-3"}],
            "scope_members.csv:4 programme_id: 'fam-3' is not in programmes.csv; did you mean 'fam-2' or 'fam-1'?",
        ),
        (
            "companies",
            [*COMPANIES[:1], COMPANIES[1] | {"mic": "XNAZ"}, COMPANIES[2]],
            "companies.csv:3 mic: 'XNAZ' is not in exchanges.csv; did you mean 'XNAS'?",
        ),
        (
            "company_aliases",
            [ALIASES[0] | {"company_id": "x"}],
            "company_aliases.csv:2 company_id: 'x' is not in companies.csv",
        ),
        (
            "sources",
            [*SOURCES[:1], SOURCES[1] | {"origin_id": "x"}],
            "sources.csv:3 origin_id: 'x' is not in origins.csv",
        ),
    ],
)
def test_identity_tables_refer_to_known_rows_too(tmp_path: Path, table: str, rows: list[Cells], message: str) -> None:
    assert fault(world(tmp_path, **{table: rows})) == message


def test_every_reference_of_a_model_names_a_column_that_exists() -> None:
    for model in TABLES.values():
        for column, targets in model.references.items():
            assert column in model.columns()
            for name, key in (target.split(".") for target in targets):
                assert key in TABLES[name].columns()


def test_every_rule_of_a_model_names_columns_that_exist() -> None:
    for model in TABLES.values():
        methods = [m for part in model.__mro__ for m in vars(part).values() if hasattr(m, "rule_columns")]
        for method in methods:
            assert set(method.rule_columns) <= set(model.columns()), (model, method)


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        (
            "Ｂeta  circuits",
            (
                "'Ｂeta  circuits' reads like 'Beta Circuits' of 'beta' (companies.csv:3); "
                "a name never means two companies"
            ),
        ),
        ("OWNER", "'OWNER' reads like 'owner' of 'owner' (companies.csv:4); a name never means two companies"),
        ("BETA US", "'BETA US' is the ticker of 'beta' (companies.csv:3)"),
    ],
)
def test_an_alias_never_reads_like_another_company(tmp_path: Path, alias: str, message: str) -> None:
    folder = world(tmp_path, company_aliases=[{"alias": alias, "company_id": "alpha", "kind": "short"}])
    assert fault(folder) == f"company_aliases.csv:2 alias: {message}"


def test_two_aliases_never_read_the_same(tmp_path: Path) -> None:
    other = {"alias": "ＡＬＦＡ", "kind": "short"}
    folder = world(tmp_path, company_aliases=[*ALIASES, other | {"company_id": "alpha"}])
    assert fault(folder) == "company_aliases.csv:3 alias: 'ＡＬＦＡ' reads the same as 'Alfa' in company_aliases.csv:2"
    folder = world(tmp_path, company_aliases=[*ALIASES, other | {"company_id": "beta"}])
    assert "'ＡＬＦＡ' reads like 'Alfa' of 'alpha' (company_aliases.csv:2)" in fault(folder)


def test_no_two_companies_have_one_name_or_one_listing(tmp_path: Path) -> None:
    twin = COMPANIES[1] | {"company_id": "twin", "name": "阿爾法"}
    assert faults(world(tmp_path, companies=[*COMPANIES, twin])) == [
        (
            "companies.csv:5 name: '阿爾法' reads like '阿爾法' of 'alpha' (companies.csv:2); "
            "a name never means two companies"
        ),
        "companies.csv:5 ticker: 'BETA' with 'XNAS' stands already in companies.csv:3",
    ]


def test_one_ticker_may_stand_on_two_exchanges(tmp_path: Path) -> None:
    other = COMPANIES[1] | {"company_id": "other", "name": "Other", "mic": "XNYS"}
    assert faults(world(tmp_path, companies=[*COMPANIES, other])) == []


def test_an_alias_may_be_the_companys_own_ticker(tmp_path: Path) -> None:
    own = {"alias": "1001.TW", "company_id": "alpha", "kind": "ticker"}
    assert faults(world(tmp_path, company_aliases=[own])) == []


@given(st.text())
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


# --- chains of claims ----------------------------------------------------------------------

TWICE = (
    "'B' repeats 'A' (shipment_forecasts.csv:2): same scope_id, supplier_id, product_id, period, kind, unit_basis, "
    "origin_id and known_on; correct one by naming it in supersedes, or tell them apart"
)


def test_one_origin_says_one_thing_once_a_day(tmp_path: Path) -> None:
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
        "shipment_forecasts.csv:3 supersedes: 'A' (shipment_forecasts.csv:2) is another claim: "
        f"its {names} is not that of this row; a row corrects its own origin on the same subject"
    )


def test_a_correction_may_name_joint_partners_in_another_order(tmp_path: Path) -> None:
    one = share(base=0.5, joint_ids="beta; owner", fact_id="A")
    two = one.but(base=0.6, joint_ids="owner; beta", fact_id="B", supersedes="A")
    assert faults(world(tmp_path, one, two)) == []


def test_a_withdrawal_withdraws_something(tmp_path: Path) -> None:
    said = forecast(base=1, known_on="2025-12-01")
    assert faults(world(tmp_path, said, forecast(withdrawn=True))) == []
    assert fault(world(tmp_path, said, forecast(withdrawn=True, origin_id="broker-b"))) == (
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


def test_an_assumption_is_not_put_in_anybodys_mouth(tmp_path: Path) -> None:
    claim = assumed(share(base=0.1), "SF-0001").but(origin_id="broker-a")
    message = "an assumption is our own, it is not said by 'broker-a'"
    assert fault(world(tmp_path, claim)) == f"supply_shares.csv:2 origin_id: {message}"


def test_reasons_and_corrections_do_not_go_round_in_circles(tmp_path: Path) -> None:
    one, two = forecast(base=1, fact_id="A"), forecast(base=1, fact_id="B", period="2027")
    assert fault(world(tmp_path, one.but(rests_on="B"), two.but(rests_on="A"))) == (
        "shipment_forecasts.csv:2 rests_on: goes round in a circle: A -> B -> A"
    )
    again = one.but(fact_id="B")
    assert fault(world(tmp_path, one.but(supersedes="B"), again.but(supersedes="A"))) == (
        "shipment_forecasts.csv:2 supersedes: goes round in a circle: A -> B -> A"
    )
    assert fault(world(tmp_path, one.but(rests_on="A"))) == (
        "shipment_forecasts.csv:2 rests_on: goes round in a circle: A -> A"
    )


def test_products_do_not_contain_themselves(tmp_path: Path) -> None:
    rings = {"x": "y", "y": "z", "z": "x", "u": "v", "v": "u"}
    rows = [{"product_id": product, "name": product, "parent_id": parent} for product, parent in rings.items()]
    assert faults(world(tmp_path, products=[*PRODUCTS, *rows])) == [
        "products.csv:8 parent_id: goes round in a circle: x -> y -> z -> x",
        "products.csv:11 parent_id: goes round in a circle: u -> v -> u",
    ]


# --- programmes, scopes, units, money ------------------------------------------------------


def test_a_family_has_exactly_one_unallocated_programme(tmp_path: Path) -> None:
    none = world(tmp_path / "none", programmes=PROGRAMMES[:2])
    assert fault(none) == "families.csv:2 family_id: 'fam' needs one programme marked unallocated and has none"
    two = world(tmp_path / "two", programmes=[PROGRAMMES[0], PROGRAMMES[1] | {"unallocated": True}, PROGRAMMES[2]])
    assert fault(two) == (
        "families.csv:2 family_id: 'fam' needs one programme marked unallocated and has 2 (fam-2, fam-unallocated)"
    )


def test_a_scope_without_programmes_says_why(tmp_path: Path) -> None:
    scope = {"scope_id": "site", "name": "One site", "family_id": "fam", "total": False}
    assert fault(world(tmp_path, scopes=[*SCOPES, scope])) == (
        "scopes.csv:4 scope_id: 'site' has no programme in scope_members.csv; "
        "a scope without any says in its note why, and is no total"
    )
    assert faults(world(tmp_path, scopes=[*SCOPES, scope | {"note": "One site's chips"}])) == []
    assert "is no total" in fault(world(tmp_path, scopes=[*SCOPES, scope | {"note": "All", "total": True}]))


def test_the_scope_market_has_no_members(tmp_path: Path) -> None:
    members = [*SCOPE_MEMBERS, {"scope_id": "market", "programme_id": "fam-1"}]
    message = "the scope 'market' holds all programmes and has no members of its own"
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


def test_units_convert_where_the_programme_says_how(tmp_path: Path) -> None:
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


# --- method --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [
        ("tiers", "tier", "rumour"),
        ("sourcing_modes", "sourcing_mode", "participant"),
        *(("parameters", "parameter", name) for name in sorted(PARAMETERS)),
    ],
)
def test_the_method_is_complete(tmp_path: Path, table: str, column: str, name: str) -> None:
    folder = world(tmp_path, **{table: [row for row in shipped(table) if row[column] != name]})
    assert fault(folder) == f"{table}.csv:1 {column}: there is no row for {name!r}, which the method needs"


def test_two_tiers_of_one_rank_are_a_fault(tmp_path: Path) -> None:
    rows = shipped("tiers")
    rows[2] = {**rows[2], "rank": rows[1]["rank"]}
    assert fault(world(tmp_path, tiers=rows)) == (
        f"tiers.csv:4 rank: {rows[1]['rank']} is the rank of {rows[1]['tier']!r} already"
    )


def test_a_parameter_that_the_method_does_not_have_is_a_fault(tmp_path: Path) -> None:
    stray = {"parameter": "winsor_sdd", "value": 1, "reasoning": "x"}
    rows = [*shipped("parameters"), stray]
    assert fault(world(tmp_path, parameters=rows)) == (
        f"parameters.csv:{len(rows) + 1} parameter: 'winsor_sdd' is no parameter of the method; "
        "did you mean 'winsor_sd'?"
    )


def test_a_waiver_of_an_unknown_kind_of_finding_is_a_fault(tmp_path: Path) -> None:
    waivers = [
        {"finding": finding, "finding_key": "k", "waived_on": DAY, "reason": "r"}
        for finding in (*FINDINGS, "revenue_gaps")
    ]
    assert fault(world(tmp_path, waivers=waivers)) == (
        f"waivers.csv:{len(waivers) + 1} finding: 'revenue_gaps' is no kind of finding; did you mean 'revenue_gap'?"
    )


# --- correlations --------------------------------------------------------------------------


def _correlated(*pairs: tuple[str, str, float]) -> list[Cells]:
    names = ("left_id", "right_id", "correlation")
    return [dict(zip(names, pair, strict=True)) | {"reasoning": "One buyer"} for pair in pairs]


@pytest.mark.parametrize(
    ("again", "message"),
    [
        (("fam-1", "fam-2", 0.5), "the pair stands already in correlations.csv:2"),
        (("fam-2", "fam-1", 0.3), "'fam-2' with 'fam-1' stands already in correlations.csv:2"),
        (("fam", "fam", 0.3), "'fam' with 'fam' stands already in correlations.csv:3"),
    ],
)
def test_a_pair_is_correlated_once_whichever_stands_left(
    tmp_path: Path, again: tuple[str, str, float], message: str
) -> None:
    rows = _correlated(("fam-2", "fam-1", 0.3), ("fam", "fam", 0.2), again)
    assert fault(world(tmp_path, correlations=rows)) == f"correlations.csv:4 left_id: {message}"


@pytest.mark.parametrize(
    ("pairs", "culprit"),
    [
        # two that follow a third at 0.9 follow each other at 0.62 at least
        ([("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9), ("fam-1", "fam-2", 0.6)], "fam-2"),
        ([("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9)], "fam-2"),
        ([("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9), ("fam-1", "fam-2", -0.9)], "fam-2"),
        # what is the same as another has the same correlations
        ([("fam", "fam-1", 1.0), ("fam", "fam-2", 0.5)], "fam-2"),
        ([("fam", "fam-1", 1.0), ("fam", "fam-2", 0.5), ("fam-1", "fam-2", 0.4)], "fam-2"),
    ],
)
def test_correlations_that_no_quantities_can_have_are_refused(
    tmp_path: Path, pairs: list[tuple[str, str, float]], culprit: str
) -> None:
    assert fault(world(tmp_path, correlations=_correlated(*pairs))) == (
        "correlations.csv:1 correlation: the correlations contradict each other: "
        f"{culprit!r} cannot move like that with those that stand before it"
    )


@pytest.mark.parametrize(
    "pairs",
    [
        [("fam", "fam-1", 0.9), ("fam", "fam-2", 0.9), ("fam-1", "fam-2", 0.63)],
        [("fam", "fam-1", 1.0), ("fam", "fam-2", 1.0), ("fam-1", "fam-2", 1.0)],
        [("fam", "fam-1", 1.0), ("fam", "fam-2", -0.5), ("fam-1", "fam-2", -0.5)],
        [("fam", "fam", 0.5), ("fam-1", "fam-2", -1.0)],
    ],
)
def test_correlations_that_quantities_can_have_are_taken(tmp_path: Path, pairs: list[tuple[str, str, float]]) -> None:
    assert faults(world(tmp_path, correlations=_correlated(*pairs))) == []


def test_a_correlation_beyond_one_is_refused(tmp_path: Path) -> None:
    (found, *_) = faults(world(tmp_path, correlations=_correlated(("fam-1", "fam-2", 1.5))))
    assert found == "correlations.csv:2 correlation: 1.5 is not from -1 to 1"
