"""Supply shares: levels and fallbacks, vectors of origins, joint shares, roles, carrying. Families have 100 chips."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.seed_folders import Claim, assumed, forecast, share
from tests.support.view_cases import Answer, Asked, Cases

case = Cases("core.supply_share")
asked = case.fixture()

B = {"origin_id": "broker-b"}
PRESS = {"origin_id": "press", "tier": "reported"}
RUMOUR = {"origin_id": "market", "tier": "rumour"}
NOW = "2026"


def chips_of(family: str) -> tuple[Claim, ...]:
    """State 100 chips, 60 of them of the first generation and 40 of the second."""
    return forecast(family, base=100), forecast(f"{family}-1", base=60), forecast(f"{family}-2", base=40)


def supply(asked: Asked, company_id: str, programme_id: str, **where: Any) -> Answer:
    """Return a company's share in 2026."""
    return asked.row(
        "core.supply_share",
        **{"period_role": "horizon", "company_id": company_id, "programme_id": programme_id} | where,
    )


def basis_and_share(asked: Asked, company_id: str, programme_id: str) -> tuple[str, Any]:
    """Return the basis and the share, but for rounding."""
    row = supply(asked, company_id, programme_id)
    return row["share_basis"], pytest.approx(row["supply_share"], rel=1e-9)


# --- the level first, the tier second -------------------------------------------------------


@case(
    *chips_of("level"),
    share("own", "cable", "level-1", NOW, 0.5),
    share("own", "cable", "level-12", NOW, 0.4),
    share("own", "cable", "level", NOW, 0.3),
    share("own", "cable", "market", NOW, 0.2, denominator="market"),
)
def test_the_programme_comes_before_its_scope_and_the_scope_before_the_family(asked: Asked) -> None:
    assert basis_and_share(asked, "own", "level-1") == ("programme", 0.5)
    assert basis_and_share(asked, "own", "level-2") == ("scope", 0.4)
    assert basis_and_share(asked, "own", "level-3") == ("family", 0.3)


@case(
    *chips_of("grade"), share("sure", "cable", "grade-1", NOW, 0.5, **RUMOUR), share("sure", "cable", "grade", NOW, 0.3)
)
def test_a_rumour_of_the_programme_comes_before_an_estimate_of_the_family(asked: Asked) -> None:
    assert basis_and_share(asked, "sure", "grade-1") == ("programme", 0.5)
    assert supply(asked, "sure", "grade-1")["tier"] == "rumour"


@case(
    *chips_of("units"),
    share("maker", "cable", "units-1", NOW, 0.9),
    forecast("units-1", base=15, supplier_id="maker", product_id="cable"),
    forecast("units", base=30, supplier_id="other", product_id="cable"),
)
def test_units_counted_for_a_supplier_beat_a_share_of_the_pool(asked: Asked) -> None:
    assert basis_and_share(asked, "maker", "units-1") == ("counted_units", 15 / 60)
    # counted over the whole family, they are the same part of each generation
    assert basis_and_share(asked, "other", "units-1") == ("counted_units", 0.3)
    assert basis_and_share(asked, "other", "units-2") == ("counted_units", 0.3)


@case(
    *chips_of("parts"),
    share("maker", "cable", "parts", NOW, 0.6, **B),
    forecast("parts", base=15_000, supplier_id="maker", product_id="cable", unit_basis="piece"),
)
def test_pieces_of_a_product_are_no_units_of_a_programme(asked: Asked) -> None:
    assert basis_and_share(asked, "maker", "parts-1") == ("family", 0.6)


@case(
    *chips_of("guess"),
    share("half", "cable", "guess-1", NOW, 0.5, fact_id="GUESS-1"),
    assumed(share("half", "cable", "guess-1", NOW, 0.9), "GUESS-1"),
    assumed(share("rest", "cable", "guess-1", NOW, 0.3), "GUESS-1"),
)
def test_an_assumed_share_counts_only_where_there_is_no_evidence(asked: Asked) -> None:
    assert supply(asked, "half", "guess-1")["fact_ids"] == ["GUESS-1"]
    assert supply(asked, "rest", "guess-1")["tier"] == "assumption"


@case(*chips_of("open"), share("outside", "cable", "open-1", NOW, 0.5, denominator="open_units", open_part=0.4))
def test_a_share_of_the_open_units_is_scaled_by_the_open_part(asked: Asked) -> None:
    row = supply(asked, "outside", "open-1")
    assert (row["supply_share_low"], row["supply_share"], row["supply_share_high"]) == pytest.approx((0.17, 0.2, 0.23))


@case(*chips_of("zero"), share("out", "cable", "zero-1", NOW, 0))
def test_a_share_of_zero_is_zero(asked: Asked) -> None:
    assert basis_and_share(asked, "out", "zero-1") == ("programme", 0)


# --- vectors --------------------------------------------------------------------------------


@case(
    *chips_of("vector"),
    share("big", "cable", "vector-1", NOW, 0.6),
    share("small", "cable", "vector-1", NOW, 0.4),
    share("big", "cable", "vector-1", NOW, 0.9, **B),
)
def test_a_company_that_one_origin_does_not_name_shrinks_into_what_that_origin_leaves_over(asked: Asked) -> None:
    # the second origin leaves 0.1 for the other's 0.4: big (0.6 + 0.9) / 2, small (0.4 + 0.1) / 2
    assert basis_and_share(asked, "big", "vector-1") == ("programme", 0.75)
    assert basis_and_share(asked, "small", "vector-1") == ("programme", 0.25)


@case(
    *chips_of("odds"),
    share("one", "cable", "odds-1", NOW, 0.8),
    share("two", "cable", "odds-1", NOW, 0.2),
    share("two", "cable", "odds-1", NOW, 0.8, **B),
    share("three", "cable", "odds-1", NOW, 0.2, **B),
)
def test_incompatible_vectors_never_sum_above_one(asked: Asked) -> None:
    # added up they would make 1.6 for the pair of the second; mixed: 0.4, 0.5 and 0.1
    shares = [basis_and_share(asked, company, "odds-1")[1] for company in ("one", "two", "three")]
    assert shares == [0.4, 0.5, 0.1]


@case(*chips_of("room"), share("left", "cable", "room-1", NOW, 0.5), share("right", "cable", "room-1", NOW, 0.3, **B))
def test_vectors_that_leave_room_for_each_other_keep_what_they_state(asked: Asked) -> None:
    assert basis_and_share(asked, "left", "room-1") == ("programme", 0.5)
    assert basis_and_share(asked, "right", "room-1") == ("programme", 0.3)


@case(
    *chips_of("twice"),
    share("twice", "cable", "twice-1", NOW, 0.2, known_on="2025-06-01"),
    share("twice", "cable", "twice-1", NOW, 0.6),
    share("twice", "cable", "twice-1", NOW, 0.3, **PRESS),
)
def test_shares_of_several_origins_weigh_like_all_claims(asked: Asked) -> None:
    # an estimate weighs 0.5 and the press 0.7: (0.6 x 0.5 + 0.3 x 0.7) / 1.2; the earlier 0.2 is superseded
    row = supply(asked, "twice", "twice-1")
    assert row["supply_share"] == pytest.approx(0.425)
    # 0.3 less 10 % to 0.6 and 15 %
    assert (row["supply_share_low"], row["supply_share_high"]) == pytest.approx((0.27, 0.69))


# --- joint shares and bounds ----------------------------------------------------------------


@case(
    *chips_of("joint"),
    share("first", "cable", "joint-1", NOW, low=0.8, base=0.8, high=0.8, joint_ids=("second",)),
    share("first", "cable", "joint-1", NOW, low=0.4, base=0.6, high=0.9, **B),
    share("second", "cable", "joint-1", NOW, low=0.1, base=0.2, high=0.3, **B),
)
def test_a_joint_share_binds_the_pair(asked: Asked) -> None:
    # each lies between the joint share less the other's high and the joint share: 0.5 to 0.8, and -0.1 to 0.8
    first, second = supply(asked, "first", "joint-1"), supply(asked, "second", "joint-1")
    assert (first["supply_share_low"], first["supply_share_high"]) == pytest.approx((0.5, 0.8))
    assert (second["supply_share_low"], second["supply_share_high"]) == pytest.approx((0.1, 0.3))


@case(
    *chips_of("least"),
    share("first", "cable", "least-1", NOW, low=0.9, joint_ids=("second",)),
    share("first", "cable", "least-1", NOW, low=0.4, base=0.6, high=0.8, **B),
    share("second", "cable", "least-1", NOW, low=0.1, base=0.2, high=0.3, **B),
)
def test_a_joint_floor_binds_from_below(asked: Asked) -> None:
    # 0.9 less the other's 0.3 is 0.6
    assert supply(asked, "first", "least-1")["supply_share_low"] == pytest.approx(0.6)


@case(
    *chips_of("torn"),
    share("first", "cable", "torn-1", NOW, low=0.5, base=0.5, high=0.5, joint_ids=("second",)),
    share("first", "cable", "torn-1", NOW, low=0.6, base=0.6, high=0.6, **B),
)
def test_a_share_above_the_joint_one_is_a_contradiction_and_widens_the_range(asked: Asked) -> None:
    vector = asked.row("core.share_vector", period_role="horizon", scope_id="torn-1", company_id="first")
    assert vector["outside_bound"] is True
    assert (vector["share_low"], vector["share"], vector["share_high"]) == (0.5, 0.6, 0.6)


@case(*chips_of("pair"), share("first", "cable", "pair-1", NOW, 0.8, joint_ids=("second",)))
def test_a_joint_share_splits_nothing_by_itself(asked: Asked) -> None:
    assert asked.rows("core.supply_share", programme_id="pair-1") == []
    linked = asked.rows("core.supply_link", programme_id="pair-1")
    assert [row["company_id"] for row in linked] == ["first", "second"]


@case(
    *chips_of("bound"),
    share("some", "cable", "bound-1", NOW, 0.5),
    share("some", "cable", "bound-1", NOW, low=0.7, **B),
)
def test_a_floor_under_a_share_moves_its_upper_end_alone(asked: Asked) -> None:
    row = supply(asked, "some", "bound-1")
    assert (row["supply_share"], row["supply_share_high"]) == (0.5, pytest.approx(0.7))


@case(*chips_of("bare"), share("some", "cable", "bare-1", NOW, low=0.7))
def test_a_floor_alone_is_no_share(asked: Asked) -> None:
    assert asked.rows("core.supply_share", programme_id="bare-1") == []


# --- carrying -------------------------------------------------------------------------------


@case(*chips_of("carry"), share("past", "cable", "carry-1", "2024", 0.5))
def test_a_share_of_an_earlier_year_is_carried_forward_and_widened_with_every_year(asked: Asked) -> None:
    # 0.425 to 0.575, two years at 15 %: x 0.7 and x 1.3
    row = supply(asked, "past", "carry-1")
    assert row["period_basis"] == "carried"
    assert (row["supply_share_low"], row["supply_share"], row["supply_share_high"]) == pytest.approx(
        (0.2975, 0.5, 0.7475)
    )


@case(*chips_of("back"), share("next", "cable", "back-1", "2027", 0.5))
def test_a_share_is_never_carried_backward(asked: Asked) -> None:
    assert asked.rows("core.supply_share", programme_id="back-1") == []


@case(
    *chips_of("fresh"),
    share("many", "cable", "fresh-1", "2024", 0.9, known_on="2026-01-10"),
    share("many", "cable", "fresh-1", "2025Q1", 0.8, known_on="2025-12-01"),
    share("many", "cable", "fresh-1", "2025Q4", 0.4, known_on="2025-11-01"),
)
def test_the_freshest_period_comes_before_the_latest_publication(asked: Asked) -> None:
    assert basis_and_share(asked, "many", "fresh-1") == ("programme", 0.4)


@case(
    *chips_of("whole"),
    share("year", "cable", "whole-1", "2026", 0.4),
    share("year", "cable", "whole-1", "2026H2", 0.9, **B),
)
def test_a_share_of_the_whole_year_comes_before_one_of_a_part_of_it(asked: Asked) -> None:
    assert basis_and_share(asked, "year", "whole-1") == ("programme", 0.4)


@case(*chips_of("piece"), share("year", "cable", "piece-1", "2026H2", 0.9))
def test_a_share_of_part_of_the_year_counts_for_the_year_and_is_marked(asked: Asked) -> None:
    assert basis_and_share(asked, "year", "piece-1") == ("programme", 0.9)
    assert supply(asked, "year", "piece-1")["period_basis"] == "part_year"


# --- market shares and roles ----------------------------------------------------------------


@case(
    *chips_of("shop"),
    share("known", "server", "market", NOW, 0.3, denominator="market"),
    share("known", "server", "shop-1", NOW, sourcing_mode="main"),
    share("unknown", "server", "market", NOW, 0.2, denominator="market"),
)
def test_a_market_share_counts_only_where_a_claim_links_the_company(asked: Asked) -> None:
    assert basis_and_share(asked, "known", "shop-1") == ("market", 0.3)
    assert asked.rows("core.supply_share", company_id="unknown") == []


@case(
    *chips_of("role"),
    share("stated", "cable", "role-1", NOW, 0.6),
    share("second", "cable", "role-1", NOW, sourcing_mode="second"),
)
def test_a_role_weighs_on_what_the_stated_shares_leave_over(asked: Asked) -> None:
    # second: 0.10, 0.21 and 0.30 of the 0.4 that are left
    row = supply(asked, "second", "role-1")
    assert (row["share_basis"], row["tier"]) == ("role", "assumption")
    assert (row["supply_share_low"], row["supply_share"], row["supply_share_high"]) == pytest.approx(
        (0.04, 0.084, 0.12)
    )


@case(*chips_of("mains"), *(share(f"main-{n}", "cable", "mains-1", NOW, sourcing_mode="main") for n in (1, 2, 3)))
def test_roles_that_ask_for_more_than_all_are_shrunk_to_fit(asked: Asked) -> None:
    # three times 0.56 are 1.68
    assert [basis_and_share(asked, f"main-{n}", "mains-1")[1] for n in (1, 2, 3)] == pytest.approx([1 / 3] * 3)


@case(
    *chips_of("full"),
    share("all", "cable", "full-1", NOW, 1),
    share("late", "cable", "full-1", NOW, sourcing_mode="second"),
)
def test_a_role_is_zero_where_stated_shares_leave_nothing(asked: Asked) -> None:
    assert basis_and_share(asked, "late", "full-1") == ("role", 0)


@case(*chips_of("word"), share("both", "cable", "word-1", NOW, 0.3, sourcing_mode="main"))
def test_a_stated_share_comes_before_the_role_in_the_same_row(asked: Asked) -> None:
    assert basis_and_share(asked, "both", "word-1") == ("programme", 0.3)


@case(
    *chips_of("turn"),
    share("once", "cable", "turn-1", NOW, 0.6, known_on="2025-03-01"),
    share("once", "cable", "turn-1", NOW, sourcing_mode="second", known_on="2025-09-01"),
)
def test_a_later_role_by_the_same_origin_replaces_its_share(asked: Asked) -> None:
    assert basis_and_share(asked, "once", "turn-1") == ("role", 0.21)


@case(
    *chips_of("leave"),
    share("gone", "cable", "leave-1", NOW, sourcing_mode="main", known_on="2025-03-01"),
    share("gone", "cable", "leave-1", NOW, withdrawn=True, known_on="2025-09-01"),
)
def test_a_withdrawn_role_is_no_link(asked: Asked) -> None:
    assert asked.rows("core.supply_link", company_id="gone") == []


@case(
    *chips_of("near"),
    share("many", "cable", "near-1", NOW, sourcing_mode="minor"),
    share("many", "cable", "near", NOW, sourcing_mode="main"),
)
def test_a_role_on_the_programme_comes_before_one_on_its_family(asked: Asked) -> None:
    # minor 0.05, main 0.56
    assert basis_and_share(asked, "many", "near-1") == ("role", 0.05)
    assert basis_and_share(asked, "many", "near-2") == ("role", 0.56)
