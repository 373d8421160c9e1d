"""Which company or programmes a word means, and which words are refused with candidates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exposure.db.session import Reader
from exposure.errors import ExposureError
from exposure.names.resolve import find_similar, hint, resolve_company, resolve_programmes
from tests.support import memory
from tests.support.seed_folders import ALIASES, COMPANIES, SCOPE_MEMBERS, SCOPES, world

MORE = [
    {"company_id": "gamma", "name": "Gamma", "name_local": "伽瑪", "ticker": "1001", "mic": "XHKG"}
    | {"country": "CN", "currency": "CNY", "fiscal_year_end": "12-31"},
    {"company_id": "alpha-optics", "name": "Alpha Optics", "ticker": "ALO", "mic": "XNAS"}
    | {"country": "US", "currency": "USD", "fiscal_year_end": "12-31"},
]
NAMES = [
    *ALIASES,
    {"alias": "Straße AG", "company_id": "alpha-optics", "kind": "former"},
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = world(
        tmp_path_factory.mktemp("names"),
        companies=[*COMPANIES, *MORE],
        company_aliases=NAMES,
        scopes=[*SCOPES, {"scope_id": "fam-all", "name": "All of Fam", "family_id": "fam", "total": True}],
        scope_members=[*SCOPE_MEMBERS, {"scope_id": "fam-all", "programme_id": "fam-1"}],
    )
    with memory.opened(folder) as names, names.asked() as asked:
        yield asked


# --- companies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "company_id"),
    [
        ("alpha", "alpha"),
        ("ALPHA", "alpha"),
        ("Alpha Boards", "alpha"),
        ("  alpha   boards ", "alpha"),
        ("ａｌｐｈａ", "alpha"),  # full width
        ("1001.TW", "alpha"),
        ("１００１．ＴＷ", "alpha"),
        ("1001 TT", "alpha"),
        ("1001 tt", "alpha"),
        ("1001.HK", "gamma"),
        ("1001 HK", "gamma"),
        ("BETA", "beta"),
        ("beta us", "beta"),
        ("阿爾法", "alpha"),
        ("阿尔法", "alpha"),
        ("Alfa", "alpha"),
        ("伽瑪", "gamma"),
        ("伽玛", "gamma"),
        ("alo", "alpha-optics"),
        ("STRASSE AG", "alpha-optics"),
        ("owner", "owner"),
    ],
)
def test_a_company_is_found_by_any_of_its_names(reader: Reader, word: str, company_id: str) -> None:
    assert resolve_company(reader, word) == company_id


def test_a_ticker_of_two_exchanges_is_ambiguous(reader: Reader) -> None:
    with pytest.raises(ExposureError, match=r"^'1001' may mean alpha, gamma; name one of them by its id\.$"):
        resolve_company(reader, "1001")


@pytest.mark.parametrize(
    ("word", "candidates"),
    [
        ("Alpha Optic", "Alpha Optics"),
        ("alpah boards", "Alpha Boards"),
        ("1001.TWO", r"1001\.TW"),
        ("阿爾", "阿爾法"),
        ("optics", "Alpha Optics, alpha-optics"),
    ],
)
def test_an_unknown_company_is_refused_with_similar_names(reader: Reader, word: str, candidates: str) -> None:
    with pytest.raises(ExposureError, match=rf"^There is no company '{word}'\. Similar names: {candidates}"):
        resolve_company(reader, word)


@pytest.mark.parametrize("word", ["zzzz", "%", "' or 1=1 --", "", "  "])
def test_a_word_like_no_name_is_refused_with_the_list_of_all(reader: Reader, word: str) -> None:
    with pytest.raises(ExposureError, match=r"^There is no company .* exposure sql 'from mart\.name' lists all\.$"):
        resolve_company(reader, word)


# --- programmes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["fam-1"], ["fam-1"]),
        (["Fam 1"], ["fam-1"]),
        (["FAM  1"], ["fam-1"]),
        (["fam"], ["fam-1", "fam-2", "fam-unallocated"]),
        (["Fam"], ["fam-1", "fam-2", "fam-unallocated"]),
        (["fam-1-2"], ["fam-1", "fam-2"]),
        (["Fam 1 and 2"], ["fam-1", "fam-2"]),
        (["fam-2", "fam-1", "Fam 2"], ["fam-1", "fam-2"]),
        (["fam1"], ["fam-1"]),
        (["f-am"], ["fam-1", "fam-2", "fam-unallocated"]),
        (["all of fam"], ["fam-1", "fam-2", "fam-unallocated"]),
    ],
)
def test_a_programme_a_scope_and_a_family_mean_their_programmes(
    reader: Reader, words: list[str], meant: list[str]
) -> None:
    assert resolve_programmes(reader, words) == meant


def test_an_unknown_programme_is_refused_with_similar_names(reader: Reader) -> None:
    with pytest.raises(ExposureError, match=r"^There is no programme or family 'fam-3'\. Similar names: fam-"):
        resolve_programmes(reader, ["fam-1", "fam-3"])


def test_the_whole_market_is_not_a_programme(reader: Reader) -> None:
    with pytest.raises(ExposureError, match="There is no programme or family 'market'"):
        resolve_programmes(reader, ["market"])


# --- candidates ---------------------------------------------------------------------------


def test_names_that_contain_the_word_come_first_and_the_shortest_of_them() -> None:
    assert find_similar("boards", ["Alpha Boards", "Boards Inc.", "bards"]) == [
        "Boards Inc.",
        "Alpha Boards",
        "bards",
    ]


def test_candidates_are_few() -> None:
    assert len(find_similar("a", [f"a{number}" for number in range(20)])) == 5


def test_a_hint_of_nothing_is_nothing() -> None:
    assert hint("zzz", ["alpha"]) == ""
    assert hint("alp", ["alpha"]) == " Similar names: alpha."
