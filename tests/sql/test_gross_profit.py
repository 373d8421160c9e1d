"""Gross profit that programmes bring, at whose margin, and how makers book sales. Amounts are millions of dollars."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import exposure
from exposure.engine import Engine
from tests.support.seed_folders import (
    DAY,
    FACTS,
    SHIPPED,
    Claim,
    assumed,
    claim,
    content,
    forecast,
    revenue,
    share,
    signal,
    world,
)  # fmt: skip
from tests.support.view_cases import Answer, Asked, Cases, built

case = Cases("mart.factors")
asked = case.fixture()

LATER = "2026-01-31"


def maker(company: str, family: str = "", *, millions: float, **content_cells: Any) -> tuple[Claim, ...]:
    """Return claims for half of a cable of $20 in each chip, which bring the company so many million dollars."""
    of = f"{family or company}-1"
    return (
        forecast(of, "2026", millions / 10 * 1e6),
        content("cable", of, 20, **content_cells),
        share(company, "cable", of, "2025..2026", 0.5),
    )


def sales(company: str, base: float) -> Claim:
    return revenue(company, "2026", base, kind="forecast", tier="estimate", origin_id="broker-a")


def margin(company: str, base: float | None = None, period: str = "2025Q4", **cells: Any) -> Claim:
    return signal(company, cells.pop("metric", "gross_margin"), base, period=period, **cells)


def own_margin(company: str, scope_id: str | None, base: float | None = None, **cells: Any) -> Claim:
    return margin(company, base, metric="programme_gross_margin", scope_id=scope_id, **cells)


def booked(company: str, text: str | None, **cells: Any) -> Claim:
    return claim(company, "booking", text=text, company_id=company, **cells)


def factors(asked: Asked, company: str, as_of: str = DAY) -> Answer:
    return asked.row("mart.factors", company_id=company, as_of=as_of, horizon=2026)


def profit(asked: Asked, company: str, as_of: str = DAY) -> tuple[Any, ...]:
    """Return the gross profit as a part of the sales, the margin, and whose it is."""
    row = factors(asked, company, as_of)
    return tuple(row[name] for name in ("gross_profit_exposure", "gross_margin", "margin_basis"))


# --- margins --------------------------------------------------------------------------------


@case(*maker("wiwynn", millions=28), sales("wiwynn", 50), own_margin("wiwynn", "wiwynn-1", 0.09))
@case(
    *maker("gold", millions=17),
    sales("gold", 50),
    own_margin("gold", "gold-1", low=0.4, high=0.5),
    margin("gold", 0.3466),
)
def test_56_percent_of_sales_at_9_percent_is_less_than_34_percent_at_45_percent(asked: Asked) -> None:
    # Wiwynn: $28m of $50m at 9% is $2.52m; Gold Circuit: $17m of $50m at the middle of 40% and 50% is $7.65m
    assert factors(asked, "wiwynn")["exposure_weight"] == pytest.approx(0.56)
    assert profit(asked, "wiwynn") == (pytest.approx(0.0504), pytest.approx(0.09), "programme")
    assert factors(asked, "wiwynn")["programme_gross_profit_usd"] == pytest.approx(2.52e6)
    assert factors(asked, "gold")["exposure_weight"] == pytest.approx(0.34)
    assert profit(asked, "gold") == (pytest.approx(0.153), pytest.approx(0.45), "programme")
    ends = [factors(asked, "gold")[f"gross_margin_{end}"] for end in ("low", "high")]
    assert ends == [pytest.approx(0.4), pytest.approx(0.5)]


@case(*maker("house", millions=30), sales("house", 100), margin("house", 0.2, "2025Q3"), margin("house", 0.3))
def test_the_last_reported_margin_of_the_company_stands_in_and_is_marked(asked: Asked) -> None:
    assert profit(asked, "house") == (pytest.approx(0.3 * 0.3), pytest.approx(0.3), "company")


@case(
    *maker("blend", millions=30),
    *maker("blend", "blendb", millions=10),
    sales("blend", 100),
    own_margin("blend", "blend-2", 0.1),
    margin("blend", 0.3),
)
def test_a_margin_on_a_generation_stands_for_its_family_and_the_companys_for_the_others(asked: Asked) -> None:
    # $30m at 10% and $10m at 30% are $6m of $40m
    assert profit(asked, "blend") == (pytest.approx(0.06), pytest.approx(0.15), "mixed")


@case(*maker("bare", millions=30), sales("bare", 100))
@case(
    *maker("half", millions=30),
    *maker("half", "halfb", millions=10),
    sales("half", 100),
    own_margin("half", "half-1", 0.1),
)
def test_without_a_margin_of_all_its_sales_the_gross_profit_is_unknown(asked: Asked) -> None:
    assert profit(asked, "bare") == (None, None, None)
    assert profit(asked, "half") == (None, None, None)


@case(*maker("wide", millions=30), sales("wide", 100), own_margin("wide", None, 0.2), margin("wide", 0.4))
def test_a_programme_margin_without_a_scope_is_that_of_all_programmes(asked: Asked) -> None:
    assert profit(asked, "wide") == (pytest.approx(0.06), pytest.approx(0.2), "programme")


@case(*maker("loss", millions=30), sales("loss", 100), margin("loss", -0.1))
def test_a_negative_margin_makes_a_gross_loss(asked: Asked) -> None:
    assert profit(asked, "loss") == (pytest.approx(-0.03), pytest.approx(-0.1), "company")


@case(
    *maker("ahead", millions=30),
    sales("ahead", 100),
    margin("ahead", 0.1),
    margin("ahead", 0.2, "2026Q1", known_on=LATER),
    own_margin("ahead", "ahead-1", 0.5, known_on=LATER),
)
@case(*maker("blind", millions=30), sales("blind", 100), margin("blind", 0.2, known_on=LATER))
def test_a_margin_known_later_does_not_show(asked: Asked) -> None:
    assert profit(asked, "ahead") == (pytest.approx(0.03), pytest.approx(0.1), "company")
    assert profit(asked, "ahead", LATER) == (pytest.approx(0.15), pytest.approx(0.5), "programme")
    assert profit(asked, "blind") == (None, None, None)
    assert profit(asked, "blind", LATER) == (pytest.approx(0.06), pytest.approx(0.2), "company")


def test_a_company_of_open_terms_only_has_its_margin_and_no_gross_profit_yet(tmp_path: Path) -> None:
    claims = [claim for claim in FACTS if (claim.table, claim.cells.get("company_id")) != ("supply_shares", "alpha")]
    guessed = (
        forecast("fam-2", "2026", 0, fact_id="CHIPS"),
        assumed(content("cable", base=10, low=8, high=12), "CHIPS"),
        assumed(share("alpha", "cable", period="2026", base=0.1, low=0, high=0.2), "CHIPS"),
    )
    answers = built(world(tmp_path / "seeds", *claims, *guessed, margin("alpha", 0.25)), tmp_path, "mart.factors")
    assert factors(answers, "alpha")["exposure_high"] > 0
    assert profit(answers, "alpha") == (0, pytest.approx(0.25), "company")


# --- booking --------------------------------------------------------------------------------


@case(*maker("through", millions=30), sales("through", 100))
@case(*maker("lent", millions=30, booking="consigned"), sales("lent", 100))
@case(*maker("silent", millions=30, booking="unknown"), sales("silent", 100))
@case(*maker("both", millions=30), *maker("both", "bothb", millions=10, booking="net"), sales("both", 100))
@case(*maker("most", millions=30), *maker("most", "mostb", millions=0, booking="net"), sales("most", 100))
def test_a_company_books_as_the_contents_of_its_terms_do(asked: Asked) -> None:
    names = ("through", "lent", "silent", "both", "most")
    assert [factors(asked, name)["booking"] for name in names] == ["gross", "consigned", "unknown", "mixed", "gross"]


@case(*maker("told", millions=30), sales("told", 100), booked("told", "consigned", scope_id="told-2"))
@case(
    *maker("nearer", millions=30),
    sales("nearer", 100),
    booked("nearer", "mixed"),
    booked("nearer", "net", scope_id="nearer", known_on="2025-06-30"),
)
@case(*maker("aside", millions=30), sales("aside", 100), booked("aside", "net", object="general-servers"))
def test_what_is_said_of_the_company_comes_before_its_contents_and_the_family_before_the_company(asked: Asked) -> None:
    assert [factors(asked, name)["booking"] for name in ("told", "nearer", "aside")] == ["consigned", "net", "gross"]


@case(
    *maker("turned", millions=30),
    sales("turned", 100),
    booked("turned", "net", known_on="2025-06-30"),
    booked("turned", "consigned", known_on=LATER),
)
@case(
    *maker("unsaid", millions=30),
    sales("unsaid", 100),
    booked("unsaid", "net", known_on="2025-06-30"),
    booked("unsaid", None, known_on="2025-12-31", withdrawn=True),
)
def test_the_last_word_known_counts(asked: Asked) -> None:
    assert factors(asked, "turned")["booking"] == "net"
    assert factors(asked, "turned", LATER)["booking"] == "consigned"
    assert factors(asked, "unsaid")["booking"] == "gross"


# --- where it shows -------------------------------------------------------------------------


def rankable(folder: Path, *claims: Claim) -> Path:
    seeds = world(folder / "seeds", *FACTS, *claims)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    return seeds


def test_the_watchlist_has_the_gross_profit_at_both_ends_of_the_exposure(tmp_path: Path) -> None:
    seeds = rankable(tmp_path, margin("alpha", 0.3), booked("alpha", "mixed"))
    for draws in (0, 200):
        alpha = exposure.rank(seeds=seeds, db=tmp_path / "db", draws=draws).rows(named=True)
        (row,) = (row for row in alpha if row["company_id"] == "alpha")
        assert (row["gross_margin"], row["margin_basis"], row["booking"]) == (0.3, "company", "mixed")
        for profit, of in (("exposure", "weight"), ("low", "low"), ("high", "high")):
            assert row[f"gross_profit_{profit}"] == pytest.approx(0.3 * row[f"exposure_{of}"])


def test_an_explanation_says_the_gross_profit_its_margin_and_the_booking(tmp_path: Path) -> None:
    stated = (margin("alpha", 0.3, fact_id="MARGIN"), booked("alpha", "consigned", fact_id="BOOKED"))
    seeds = rankable(tmp_path, *stated)
    engine = Engine.at(tmp_path / "db", seeds)
    text = engine.explain("alpha").tree.text()
    # $40m of $300m at 30%
    assert "gross profit 4.0% of sales at a margin of 30.0%, the company's reported one" in text
    assert "; booked consigned (BOOKED, MARGIN)" in text
    assert "gross profit unknown, since no margin is; booked gross" in engine.explain("beta").tree.text()
