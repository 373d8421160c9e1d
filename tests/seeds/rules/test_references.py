"""Ids are defined once, references are defined, and a name means one company."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.seed_folders import (
    ALIASES,
    COMPANIES,
    FAMILIES,
    PRODUCTS,
    PROGRAMMES,
    SCOPE_MEMBERS,
    SCOPES,
    SOURCES,
    Cells,
    Claim,
    disclosed,
    fault,
    faults,
    forecast,
    share,
    shipped,
    signal,
    world,
)


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("companies", [*COMPANIES, COMPANIES[2]], "company_id: 'owner' is already in companies.csv:4"),
        (
            "products",
            [*PRODUCTS, {"product_id": "cable", "name": "Other"}],
            "product_id: 'cable' is already in products.csv:7",
        ),
        (
            "scope_members",
            [*SCOPE_MEMBERS, SCOPE_MEMBERS[0]],
            "scope_id: 'fam-1-2' with 'fam-1' is already in scope_members.csv:2",
        ),
        ("tiers", [*shipped("tiers"), shipped("tiers")[0]], "tier: 'disclosed' is already in tiers.csv:2"),
    ],
)
def test_no_two_rows_share_a_key(tmp_path: Path, table: str, rows: list[Cells], message: str) -> None:
    assert fault(world(tmp_path, **{table: rows})) == f"{table}.csv:{len(rows) + 1} {message}"


def test_a_fact_id_is_never_used_again_in_any_table(tmp_path: Path) -> None:
    folder = world(tmp_path, forecast(base=1, fact_id="A"), share(base=0.1, fact_id="A"))
    assert fault(folder) == "supply_shares.csv:2 fact_id: 'A' is already in shipment_forecasts.csv:2"


def test_families_scopes_and_programmes_share_no_id(tmp_path: Path) -> None:
    folder = world(tmp_path, scopes=[*SCOPES, {"scope_id": "fam", "name": "Fam", "total": False, "note": "x"}])
    message = "'fam' is already in families.csv:2; families, scopes and programmes share no id"
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


# --- names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        (
            "Ｂeta  circuits",
            ("'Ｂeta  circuits' reads like 'Beta Circuits' of 'beta' (companies.csv:3); a name means one company only"),
        ),
        ("OWNER", "'OWNER' reads like 'owner' of 'owner' (companies.csv:4); a name means one company only"),
        ("BETA US", "'BETA US' is the ticker of 'beta' (companies.csv:3)"),
    ],
)
def test_an_alias_may_not_read_like_another_company(tmp_path: Path, alias: str, message: str) -> None:
    folder = world(tmp_path, company_aliases=[{"alias": alias, "company_id": "alpha", "kind": "short"}])
    assert fault(folder) == f"company_aliases.csv:2 alias: {message}"


def test_two_aliases_may_not_read_the_same(tmp_path: Path) -> None:
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
            "a name means one company only"
        ),
        "companies.csv:5 ticker: 'BETA' with 'XNAS' is already in companies.csv:3",
    ]


def test_one_ticker_may_be_listed_on_two_exchanges(tmp_path: Path) -> None:
    other = COMPANIES[1] | {"company_id": "other", "name": "Other", "mic": "XNYS"}
    assert faults(world(tmp_path, companies=[*COMPANIES, other])) == []


def test_an_alias_may_be_the_companys_own_ticker(tmp_path: Path) -> None:
    own = {"alias": "1001.TW", "company_id": "alpha", "kind": "ticker"}
    assert faults(world(tmp_path, company_aliases=[own])) == []


LISTED = {
    "XSHG": (["600183", "601138", "688041", "689009", "900901"], ["000001", "60018", "6001833", "300308"]),
    "XSHE": (["000001", "002463", "300308", "301269", "200011"], ["688041", "2463", "600183", "30030A"]),
    "BJSE": (["430047", "830799", "871981", "920808"], ["600183", "92080", "910808"]),
    "XTAI": (["2330", "00878", "911608"], ["233", "2330A", "1234567"]),
    "ROCO": (["6274"], ["627", "TUC"]),
    "XHKG": (["0700", "700", "09988", "5"], ["123456", "0700A"]),
    "XTKS": (["6752", "285A", "130A"], ["67520", "675", "A285"]),
    "XKRX": (["000150", "0009K0", "00088K"], ["150", "0001500", "K00150"]),
    "XNAS": (["GAMA", "BRK.B"], []),
}


@pytest.mark.parametrize(
    ("mic", "ticker", "fits"),
    [(mic, ticker, fits) for mic, both in LISTED.items() for fits in (True, False) for ticker in both[not fits]],
)
def test_a_ticker_has_the_form_of_its_exchange(tmp_path: Path, mic: str, ticker: str, fits: bool) -> None:
    alpha = COMPANIES[0] | {"ticker": ticker, "mic": mic}
    found = faults(world(tmp_path, companies=[alpha, *COMPANIES[1:]]))
    assert (
        found == []
        if fits
        else [line.split(" is no ticker")[0] for line in found] == [f"companies.csv:2 ticker: {ticker!r}"]
    )


def test_the_form_of_tickers_is_a_regular_expression(tmp_path: Path) -> None:
    exchanges = [row | {"ticker_form": "[0-9"} if row["mic"] == "XTAI" else row for row in shipped("exchanges")]
    (message, *_) = faults(world(tmp_path, exchanges=exchanges))
    assert message.startswith("exchanges.csv:2 ticker_form: '[0-9' is not a regular expression: ")
