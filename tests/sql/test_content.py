"""Content of a unit and the terms that count for a company: own prices, carrying, stages, product trees, children."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.support.seed_folders import Claim, assumed, content, forecast, owned, rate, share
from tests.support.view_cases import Answer, Asked, Cases

case = Cases("core.bottom_up")
asked = case.fixture()

B = {"origin_id": "broker-b"}


def terms(family: str, *makers: str, product_id: str = "cable") -> tuple[Claim, ...]:
    """State 100 chips of the first generation, in 2025 and 2026, and half of a product for each maker."""
    units = [forecast(f"{family}-1", year, 100, low=100, high=100) for year in ("2025", "2026")]
    return *units, *(share(maker, product_id, f"{family}-1", "2025..2026", 0.5) for maker in makers)


def term(asked: Asked, company_id: str, **where: Any) -> Answer:
    return asked.row("core.bottom_up", **{"period_role": "horizon", "company_id": company_id} | where)


def worth(asked: Asked, company_id: str, **where: Any) -> float:
    """Return the dollars of the product in a unit that the company's term uses."""
    value: float = term(asked, company_id, **where)["content_value_usd"]
    return value


# --- the formula ----------------------------------------------------------------------------


@case(
    forecast("plain-1", low=80, base=100, high=125),
    content("cable", "plain-1", low=40, base=50, high=60),
    share("plain", "cable", "plain-1", "2026", low=0.3, base=0.4, high=0.6),
)
def test_programme_revenue_is_units_times_content_times_share_with_ranges_as_root_sum_square_of_logs(
    asked: Asked,
) -> None:
    row = term(asked, "plain")
    down = math.sqrt(math.log(100 / 80) ** 2 + math.log(50 / 40) ** 2 + math.log(0.4 / 0.3) ** 2)
    up = math.sqrt(math.log(125 / 100) ** 2 + math.log(60 / 50) ** 2 + math.log(0.6 / 0.4) ** 2)
    assert row["revenue_usd"] == pytest.approx(100 * 50 * 0.4)
    assert row["revenue_usd_low"] == pytest.approx(2000 * math.exp(-down))
    assert row["revenue_usd_high"] == pytest.approx(2000 * math.exp(up))


@case(*terms("bare", "bare"), share("bare", "server", "bare-1", "2027", 0.5))
def test_what_is_missing_is_named_and_never_zero(asked: Asked) -> None:
    row = term(asked, "bare", product_id="cable")
    assert (row["revenue_usd"], row["missing"]) == (None, ["content of cable on bare-1"])
    assert term(asked, "bare", product_id="server")["missing"] == [
        "content of server on bare-1",
        "share of server on bare-1",
    ]


@case(share("idle", "cable", "idle-1", "2026", 0.5), content("cable", "idle-1", 50))
def test_uncounted_units_are_missing(asked: Asked) -> None:
    row = term(asked, "idle")
    assert (row["revenue_usd"], row["missing"]) == (None, ["units of idle"])


@case(forecast("none-1", base=0), share("none", "cable", "none-1", "2026", 0.5))
def test_zero_units_are_zero_revenue_whatever_else_is_unknown(asked: Asked) -> None:
    assert term(asked, "none")["revenue_usd"] == 0


@case(*terms("weak", "weak"), content("cable", "weak-1", 50, tier="rumour", origin_id="market", circular=True))
def test_a_term_is_as_weak_as_its_weakest_input_and_marked_when_circular(asked: Asked) -> None:
    row = term(asked, "weak")
    assert (row["tier_rank"], row["rumoured_inputs"], row["circular"]) == (4, 1, True)


# --- whose content --------------------------------------------------------------------------


@case(
    *terms("own", "own-a", "own-b"), content("cable", "own-1", 50), content("cable", "own-1", 80, supplier_id="own-a")
)
def test_a_suppliers_own_content_comes_before_the_general_one(asked: Asked) -> None:
    assert worth(asked, "own-a") == 80
    assert worth(asked, "own-b") == 50


@case(*terms("else", "else-b"), content("cable", "else-1", 80, supplier_id="else-a"))
def test_a_suppliers_own_content_holds_for_no_other(asked: Asked) -> None:
    assert term(asked, "else-b")["missing"] == ["content of cable on else-1"]


@case(
    forecast("near", base=300),
    *(forecast(f"near-{n}", base=100) for n in (1, 2, 3)),
    share("near", "cable", "near", "2026", 0.5),
    content("cable", "near-1", 30),
    content("cable", "near-12", 20),
    content("cable", "near", 10),
)
def test_the_nearest_scope_of_content_comes_first(asked: Asked) -> None:
    assert [worth(asked, "near", programme_id=f"near-{n}") for n in (1, 2, 3)] == [30, 20, 10]


@case(
    *terms("firm", "firm"),
    content("cable", "firm", 10, fact_id="FIRM-1"),
    assumed(content("cable", "firm-1", 99), "FIRM-1"),
)
def test_evidence_on_the_family_comes_before_an_assumption_on_the_programme(asked: Asked) -> None:
    assert worth(asked, "firm") == 10


@case(rate("TWD", "2026", 40), *terms("coin", "coin"), content("cable", "coin-1", 2000, currency="TWD", period="2026"))
def test_content_in_another_currency_becomes_dollars(asked: Asked) -> None:
    assert worth(asked, "coin") == pytest.approx(50)


# --- pieces times price ---------------------------------------------------------------------


@case(
    *terms("piece", "piece"),
    content("cable", "piece-1", low=3, base=4, high=5, measure="attach", currency=None),
    content("cable", "piece-1", low=20, base=25, high=30, measure="price", unit_basis="piece"),
)
def test_pieces_times_price_are_content(asked: Asked) -> None:
    row = term(asked, "piece")
    assert (row["content_basis"], row["content_value_usd"]) == ("attach_x_price", 100)
    up = math.hypot(math.log(5 / 4), math.log(30 / 25))
    assert row["content_value_usd_high"] == pytest.approx(100 * math.exp(up))


@case(
    *terms("shelf", "shelf"),
    content("board", "shelf-1", 3, measure="attach", currency=None),
    share("shelf", "board", "shelf-1", "2026", 0.5),
    content("board", "market", 7, measure="price", unit_basis="piece"),
)
def test_a_price_of_the_market_holds_for_every_programme(asked: Asked) -> None:
    assert worth(asked, "shelf", product_id="board") == 21


@case(
    *terms("both", "both"),
    content("cable", "both-1", 90),
    content("cable", "both-1", 4, measure="attach", currency=None),
    content("cable", "both-1", 25, measure="price", unit_basis="piece"),
)
def test_stated_content_comes_before_pieces_times_price(asked: Asked) -> None:
    assert worth(asked, "both") == 90


@case(
    *terms("mend", "mend"),
    assumed(content("cable", "mend-1", 90), "MEND-1"),
    content("cable", "mend-1", 4, measure="attach", currency=None, fact_id="MEND-1"),
    content("cable", "mend-1", 25, measure="price", unit_basis="piece"),
)
def test_pieces_times_price_by_evidence_come_before_assumed_content(asked: Asked) -> None:
    assert worth(asked, "mend") == 100


@case(
    *terms("deal", "deal-a", "deal-b"),
    content("cable", "deal-1", 4, measure="attach", currency=None),
    content("cable", "deal-1", 5, measure="attach", currency=None, supplier_id="deal-a"),
    content("cable", "deal-1", 10, measure="price", unit_basis="piece"),
    content("cable", "deal-1", 20, measure="price", unit_basis="piece", supplier_id="deal-a"),
)
def test_a_suppliers_own_pieces_and_price_come_before_the_general_ones(asked: Asked) -> None:
    assert worth(asked, "deal-a") == 100
    assert worth(asked, "deal-b") == 40


@case(
    *terms("cross", "cross-a", "cross-b"),
    content("cable", "cross-1", 4, measure="attach", currency=None, supplier_id="cross-a"),
    content("cable", "cross-1", 25, measure="price", unit_basis="piece", supplier_id="cross-b"),
)
def test_one_suppliers_pieces_are_never_multiplied_with_anothers_price(asked: Asked) -> None:
    assert asked.rows("core.content", programme_id="cross-1") == []


@case(
    *terms("half", "half"),
    content("cable", "half-1", 4, measure="attach", currency=None),
    content("cable", "half-1", 25, measure="price", unit_basis="piece", supplier_id="half"),
)
def test_a_suppliers_own_price_takes_the_general_number_of_pieces(asked: Asked) -> None:
    assert worth(asked, "half") == 100
    assert [row["supplier_id"] for row in asked.rows("core.content", programme_id="half-1")] == ["half"] * 3


# --- carrying -------------------------------------------------------------------------------


@case(*terms("back", "back"), content("cable", "back-1", low=50, base=50, high=50, period="2027"))
def test_content_of_a_later_year_is_carried_back_widened_and_marked(asked: Asked) -> None:
    row = term(asked, "back")
    assert row["content_period_basis"] == "carried_back"
    # one year at 15 %
    assert (row["content_value_usd_low"], row["content_value_usd_high"]) == pytest.approx((42.5, 57.5))


@case(
    *terms("past", "past"),
    content("cable", "past-1", 30, period="2024"),
    content("cable", "past-1", 40, period="2025", known_on="2025-06-01"),
    content("cable", "past-1", 90, period="2027"),
)
def test_the_latest_earlier_content_comes_before_a_later_one(asked: Asked) -> None:
    assert worth(asked, "past") == 40
    assert term(asked, "past")["content_period_basis"] == "carried"


@case(*terms("ever", "ever"), content("cable", "ever-1", 70), content("cable", "ever-1", 10, period="2024", **B))
def test_content_without_a_period_holds_for_every_year(asked: Asked) -> None:
    assert worth(asked, "ever") == 70


# --- stages and the tree of products --------------------------------------------------------


def counted(asked: Asked, company_id: str, **where: Any) -> dict[str, str | None]:
    """Return product -> the product that counts instead, None where it counts itself, for a company in 2026."""
    rows = asked.rows("core.bottom_up", **{"period_role": "horizon", "company_id": company_id} | where)
    assert all(row["counted"] == (row["revenue_usd"] is not None and row["counted_within"] is None) for row in rows)
    return {row["product_id"]: row["counted_within"] for row in rows}


@case(
    *terms("stage", "stage", product_id="server"),
    share("stage", "rack", "stage-1", "2026", sourcing_mode="minor"),
    content("server", "stage-1", 100),
    content("rack", "stage-1", 150),
)
def test_of_assembly_stages_only_the_highest_counts_however_it_is_known(asked: Asked) -> None:
    assert counted(asked, "stage") == {"rack": None, "server": "rack"}


@case(
    *terms("tree", "tree", product_id="board"),
    share("tree", "board-main", "tree-1", "2026", 0.5),
    content("board", "tree-1", 100),
    content("board-main", "tree-1", 60),
)
def test_a_product_and_its_part_known_alike_count_once_as_the_product(asked: Asked) -> None:
    assert counted(asked, "tree") == {"board": None, "board-main": "board"}


@case(
    *terms("leaf", "leaf", product_id="board-main"),
    share("leaf", "board", "leaf", "2026", 0.5),
    content("board", "leaf-1", 100),
    content("board-main", "leaf-1", 60),
)
def test_the_level_at_which_the_share_is_better_founded_counts(asked: Asked) -> None:
    assert counted(asked, "leaf", programme_id="leaf-1") == {"board": "board-main", "board-main": None}


@case(
    *terms("twig", "twig", product_id="board-main"),
    share("twig", "board", "twig", "2026", 0.5),
    share("twig", "board-side", "twig-1", "2026", sourcing_mode="second"),
    content("board", "twig-1", 100),
    content("board-main", "twig-1", 60),
    content("board-side", "twig-1", 40),
)
def test_a_level_that_is_beaten_beats_nothing(asked: Asked) -> None:
    # the main board beats all boards, which therefore do not replace the side board
    assert counted(asked, "twig", programme_id="twig-1") == {
        "board": "board-main",
        "board-main": None,
        "board-side": None,
    }


@case(
    *terms("lack", "lack", product_id="board-main"),
    share("lack", "board", "lack-1", "2026", 0.5),
    content("board-main", "lack-1", 60),
)
def test_a_product_without_a_value_replaces_nothing(asked: Asked) -> None:
    assert counted(asked, "lack") == {"board": None, "board-main": None}
    assert term(asked, "lack", product_id="board")["revenue_usd"] is None


# --- children inside their parents ----------------------------------------------------------


@case(
    *terms("kin", "kin-child"),
    content("cable", "kin-1", 50),
    owned("kin-parent", "kin-child", 0.4),
    owned("kin-top", "kin-parent", 0.6),
    owned("kin-fund", "kin-child", 0.2, consolidated=False),
)
def test_a_consolidated_childs_terms_are_inside_its_parents_whole_and_so_on_up(asked: Asked) -> None:
    # 100 x 50 x 0.5, whatever part is owned
    for company, via in (("kin-child", None), ("kin-parent", "kin-child"), ("kin-top", "kin-child")):
        row = term(asked, company)
        assert (row["via_company_id"], row["revenue_usd"], row["counted"]) == (via, 2500, True)
    assert asked.rows("core.bottom_up", company_id="kin-fund") == []


@case(
    *terms("nest", "nest-child", product_id="server"),
    share("nest-parent", "rack", "nest-1", "2026", 0.5),
    content("server", "nest-1", 100),
    content("rack", "nest-1", 150),
    owned("nest-parent", "nest-child"),
)
def test_a_childs_servers_are_inside_its_parents_racks(asked: Asked) -> None:
    assert counted(asked, "nest-parent") == {"rack": None, "server": "rack"}
    assert counted(asked, "nest-child") == {"server": None}


@case(
    *terms("joined", "joined-child"),
    content("cable", "joined-1", 50),
    owned("joined-new", "joined-child", valid_from="2026-03-01"),
    owned("joined-old", "joined-child", valid_to="2025-06-30"),
)
def test_a_child_is_inside_its_parent_in_the_years_in_which_it_belongs_to_it(asked: Asked) -> None:
    def years(company_id: str) -> list[int]:
        return sorted(row["year"] for row in asked.rows("core.bottom_up", company_id=company_id))

    # shares of 2025 and 2026, and none in 2024
    assert years("joined-new") == [2026]
    assert years("joined-old") == [2024, 2025]


@case(
    *terms("sold", "sold-child"),
    content("cable", "sold-1", 50),
    owned("sold-parent", "sold-child", known_on="2025-03-01"),
    owned("sold-parent", "sold-child", known_on="2025-09-01", consolidated=False),
)
def test_a_child_that_is_no_longer_consolidated_leaves_its_parent(asked: Asked) -> None:
    assert asked.rows("core.bottom_up", company_id="sold-parent") == []
    before = asked.rows("core.pooled", company_id="sold-parent", as_of="2025-08-31", horizon=2026)
    assert {row["measure"] for row in before} == {"consolidated"}
