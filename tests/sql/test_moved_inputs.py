"""What follows in the graph when an input moves: every rule of the method holds for any value, not only the stated."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exposure.db import session
from exposure.model.evaluate import Evaluator, evaluate_centre
from exposure.model.graph import Graph, read_graph
from tests.support.seed_folders import PREFIX, Claim, assumed, content, disclosed, forecast, rate, revenue, share
from tests.support.view_cases import Asked, Cases, built, crowd

VIEWS = ("core.edge", "mart.factors")
case = Cases(*VIEWS)
asked = case.fixture()

NOW = "2026"
#: the day on which the first quarter is reported
REPORTED = date(2026, 3, 31)
B = {"origin_id": "broker-b"}
PRESS = {"origin_id": "press", "tier": "estimate"}
CONSENSUS = {"kind": "forecast", "tier": "estimate", "origin_id": "broker-a"}


def read(db: Path) -> Graph:
    with session.reading(db, as_of=REPORTED) as reader:
        return read_graph(reader)


@pytest.fixture(scope="module")
def graph(asked: Asked) -> Graph:
    return read(asked.db)


def move(graph: Graph, moved: dict[str, list[float]], *roots: str) -> Any:
    """Return roots as nodes, or facts by their ids, are multiplied."""
    nodes = [graph.number.get(name, fact_node(graph, name)) for name in moved]
    evaluator = Evaluator(graph, graph.numbers(roots), np.array(nodes))
    scale = np.array([*moved.values()])
    return pytest.approx(evaluator(scale.shape[1], scale), rel=1e-12, abs=1e-12)


def fact_node(graph: Graph, fact_id: str) -> int:
    """Return the node of a claim, -1 for one of which there is none."""
    return next((node for name, node in graph.number.items() if name.startswith(f"fact/{fact_id}/")), -1)


def worth(family: str) -> Claim:
    return content("cable", f"{family}-1", 10)


def supplier(
    family: str, *, before: float | None = 1e6, after: float = 3e6, value: Claim | None = None
) -> tuple[Claim, ...]:
    """Return claims for half of a product: units of two years, content of $20; by default $10m, then $30m."""
    units = [("2025", before), ("2026", after)]
    return (
        *(forecast(f"{family}-1", year, count, fact_id=f"{family}-{year}") for year, count in units if count),
        value or content("cable", f"{family}-1", 20, fact_id=f"{family}-value"),
        share(family, "cable", f"{family}-1", "2025..2026", 0.5),
    )


# --- shares -------------------------------------------------------------------------------


@case(
    forecast("fit-1", base=100), worth("fit"),
    share("big", "cable", "fit-1", NOW, 0.6, fact_id="BIG"), share("small", "cable", "fit-1", NOW, 0.3),
)  # fmt: skip
def test_stated_shares_are_shrunk_to_the_whole_where_they_exceed_it(graph: Graph) -> None:
    shares = [f"share/{company}/cable/fit-1/2026" for company in ("big", "small")]
    # 0.7 + 0.3 are the whole, and 1.2 + 0.3 are 1.5 of it
    assert move(graph, {"BIG": [1, 7 / 6, 2]}, *shares) == [[0.6, 0.7, 0.8], [0.3, 0.3, 0.2]]


@case(
    forecast("over-1", base=100), worth("over"),
    share("first", "cable", "over-1", NOW, 0.8, fact_id="FIRST"),
    share("other", "cable", "over-1", NOW, 0.4, **B),
    share("other", "cable", "over-1", NOW, 0.4),
    share("first", "cable", "over-1", NOW, 0.8, **B),
)  # fmt: skip
def test_shares_that_sources_together_state_above_the_whole_have_that_room(graph: Graph) -> None:
    """Draws take the room away: the sampler puts it at its range, which is the whole."""
    shares = [f"share/{company}/cable/over-1/2026" for company in ("first", "other")]
    assert move(graph, {"share_room/cable/over-1/2026": [1, 1 / 1.2]}, *shares) == [[0.8, 2 / 3], [0.4, 1 / 3]]
    room = graph.number["share_room/cable/over-1/2026"]
    assert (graph.value[room], graph.low[room], graph.high[room]) == (pytest.approx(1.2), 1, 1)


@case(
    forecast("role-1", base=100), worth("role"),
    share("stated", "cable", "role-1", NOW, 0.6, fact_id="STATED"),
    share("second", "cable", "role-1", NOW, sourcing_mode="second"),
)  # fmt: skip
def test_a_role_has_its_weight_of_what_stated_shares_leave_over(graph: Graph) -> None:
    # 0.21 of 0.4, of 0.1 and of nothing
    assert move(graph, {"STATED": [1, 1.5, 2]}, "share/second/cable/role-1/2026") == [[0.084, 0.021, 0]]


@case(
    forecast("mains-1", base=100), worth("mains"),
    *(share(f"main-{n}", "cable", "mains-1", NOW, sourcing_mode="main") for n in (1, 2, 3)),
)  # fmt: skip
def test_roles_that_ask_for_more_than_is_left_share_it_by_their_weights(graph: Graph) -> None:
    shares = [f"share/main-{n}/cable/mains-1/2026" for n in (1, 2, 3)]
    weights = [f"said/share/role/mains-1/cable/main-{n}/-/2026" for n in (1, 2, 3)]
    # one weight of 1.5 beside two of 1, and weights of 0.28 that leave the rest to nobody
    moved = dict(zip(weights, ([1.5, 0.5], [1, 0.5], [1, 0.5]), strict=True))
    assert move(graph, moved, *shares) == [[3 / 7, 0.28], [2 / 7, 0.28], [2 / 7, 0.28]]


@case(
    forecast("count-1", base=60, fact_id="UNITS"), worth("count"),
    forecast("count-1", base=15, supplier_id="maker", product_id="cable", fact_id="COUNTED"),
)  # fmt: skip
def test_a_supplier_that_is_counted_in_units_never_has_more_than_all(graph: Graph) -> None:
    roots = ["share/maker/cable/count-1/2026", "term/maker/cable/count-1/2026"]
    # 15 of 60 units of $10; the count follows the units, so that they leave the share alone
    assert move(graph, {"COUNTED": [1, 2, 8]}, *roots) == [[0.25, 0.5, 1], [150, 300, 600]]
    assert move(graph, {"UNITS": [2, 0.1]}, *roots) == [[0.25, 0.25], [300, 15]]


@case(
    forecast("vector-1", base=100), worth("vector"),
    share("named", "cable", "vector-1", NOW, 0.6), share("left", "cable", "vector-1", NOW, 0.4, fact_id="LEFT"),
    share("named", "cable", "vector-1", NOW, 0.9, fact_id="ALONE", **B),
)  # fmt: skip
def test_an_origin_that_does_not_name_a_company_leaves_it_the_others_mean_as_far_as_it_fits(graph: Graph) -> None:
    shares = [f"share/{company}/cable/vector-1/2026" for company in ("named", "left")]
    # 0.4 is shrunk to the 0.1, the 0.2 or the 0.4 that 0.9, 0.8 or 0.6 leave over
    assert move(graph, {"ALONE": [1, 8 / 9, 2 / 3]}, *shares) == [[0.75, 0.7, 0.6], [0.25, 0.3, 0.4]]
    assert move(graph, {"LEFT": [0.1]}, "share/left/cable/vector-1/2026") == [[0.04]]


# --- units --------------------------------------------------------------------------------


@case(forecast("blend", base=100), forecast("blend-1", base=50), forecast("blend-2", base=30))
def test_generations_and_their_rest_are_the_family_whatever_the_mix(graph: Graph) -> None:
    units = [f"units/blend-{generation}/2026" for generation in ("1", "2", "rest")]
    # 50, 70 and 100 beside 30; what is beyond the whole is shrunk
    expected = [[50, 70, 100 / 1.3], [30, 30, 30 / 1.3], [20, 0, 0]]
    assert move(graph, {"mix/blend-1/2026": [1, 1.4, 2]}, *units) == expected
    assert move(graph, {"units/blend/2026": [2]}, *units) == [[100], [60], [40]]


@case(forecast("whole", base=100), forecast("whole-1", base=60), forecast("whole-2", base=40))
def test_generations_without_a_rest_fill_the_family(graph: Graph) -> None:
    # 30 and 40 of 70
    units = ["units/whole-1/2026", "units/whole-2/2026"]
    assert move(graph, {"mix/whole-1/2026": [0.5]}, *units) == [[300 / 7], [400 / 7]]
    assert "units/whole-rest/2026" not in graph.number


@case(forecast("bare-1", base=60, fact_id="BARE"), forecast("bare-2", base=40))
def test_a_family_without_a_total_is_the_sum_of_its_generations_each_an_unknown_of_its_own(graph: Graph) -> None:
    units = ["units/bare-1/2026", "units/bare-2/2026", "units/bare/2026"]
    assert move(graph, {"BARE": [2]}, *units) == [[120], [40], [160]]
    assert [graph.variate[node] for node in graph.numbers(units)] == [*units[:2], None]


@case(
    forecast("roll-1", "2025", 1e6, fact_id="ROLL-2025"), forecast("roll-1", "2026", 3e6, fact_id="ROLL-2026"),
    assumed(content("cable", "roll-1", 20), "ROLL-2025"),
    share("roll", "cable", "roll-1", "2025..2026", sourcing_mode="main"),
    revenue("roll", "2025", 100, fact_id="ROLL"), disclosed("roll", "2025", 0.2, scope_id="roll-1", fact_id="PART"),
)  # fmt: skip
def test_a_stated_part_of_sales_is_rolled_forward_with_units(graph: Graph) -> None:
    def after(moved: str) -> Any:
        return move(graph, {moved: [2]}, "programme_revenue/roll/2026", "company_revenue/roll/2026")

    # 100 x 0.2 x 3 / 1, in sales of 100 + 60 - 20
    assert move(graph, {"ROLL": [1]}, "programme_revenue/roll/2026", "company_revenue/roll/2026") == [[60e6], [140e6]]
    assert after("ROLL") == [[120e6], [280e6]]
    assert after("PART") == [[120e6], [180e6]]
    assert after("ROLL-2026") == [[120e6], [200e6]]
    assert after("ROLL-2025") == [[30e6], [110e6]]


# --- money --------------------------------------------------------------------------------


@case(
    *supplier("coin", value=content("cable", "coin-1", 50)),
    content("cable", "coin-1", 1500, currency="TWD", **B), content("cable", "coin-1", 65_000, currency="KRW", **PRESS),
    rate("TWD", NOW, 30, fact_id="TWD"), rate("KRW", NOW, 1300, fact_id="KRW"),
)  # fmt: skip
def test_a_content_in_several_currencies_moves_with_each_as_far_as_it_is_stated_in_it(graph: Graph) -> None:
    """Three claims of $50 weigh alike."""
    values = ["content/cable/coin-1/-/2026"]
    assert move(graph, {"fx/TWD/TWD/0": [1, 1.3]}, *values) == [[50, 55]]
    assert move(graph, {"fx/TWD/TWD/0": [1.3], "fx/KRW/KRW/0": [0.4]}, *values) == [[45]]


@case(
    forecast("piece-1", base=10), content("cable", "piece-1", 4, measure="attach", currency=None),
    content("cable", "piece-1", 25, measure="price", unit_basis="piece", fact_id="PRICE"),
    share("seller", "cable", "piece-1", NOW, 0.5),
)  # fmt: skip
def test_pieces_times_price_follow_the_price(graph: Graph) -> None:
    assert move(graph, {"PRICE": [1, 1.5]}, "content/cable/piece-1/-/2026") == [[100, 150]]


# --- sales --------------------------------------------------------------------------------


@case(*supplier("flat"), revenue("flat", "2025", 100, fact_id="FLAT"))
def test_implied_sales_are_the_base_year_and_what_the_programmes_add_and_no_less_than_they_bring(graph: Graph) -> None:
    roots = ["company_revenue/flat/2026", "exposure/flat"]
    # 100 + 30 - 10, 100 + 60 - 20, and 5 + 30 - 10, which is less than the 30
    assert move(graph, {"flat-value": [1, 2]}, *roots) == [[120e6, 140e6], [30 / 120, 60 / 140]]
    assert move(graph, {"FLAT": [0.05, 0]}, *roots) == [[30e6, 30e6], [1, 1]]


@case(*supplier("burst", before=15e6, after=30e6), revenue("burst", "2025", 100))
def test_a_weight_above_one_stays_where_it_is_at_most(graph: Graph) -> None:
    # 300 of 100 + 300 - 150; 600 of 100 + 600 - 300 would be 1.5
    assert move(graph, {"burst-value": [1, 2, 0.5]}, "exposure/burst") == [[1.2, 1.2, 150 / 175]]


@case(*supplier("dark", before=None), revenue("dark", "2025", 100))
def test_an_unknown_base_year_stays_half_of_the_horizons_figure(graph: Graph) -> None:
    # 100 + 30 - 30 / 2, and 100 + 60 - 60 / 2
    assert move(graph, {"dark-value": [1, 2]}, "company_revenue/dark/2026") == [[115e6, 130e6]]
    assert "growth/dark" not in graph.number


@case(*supplier("stale"), revenue("stale", "2023", 100))
def test_sales_of_an_older_year_hold_half_of_the_base_years_programmes(graph: Graph) -> None:
    # 100 + 30 - 10 / 2, and 100 + 60 - 20 / 2
    assert move(graph, {"stale-value": [1, 2]}, "company_revenue/stale/2026") == [[125e6, 150e6]]


@case(*supplier("paced"), revenue("paced", "2025", 100), revenue("paced", "2026Q1", 40, fact_id="QUARTER"))
def test_a_run_rate_overtakes_implied_sales_where_it_is_higher(graph: Graph) -> None:
    # 40 in 90 of 365 days are 162; a half of it is less than 100 + 30 - 10
    pace = 40e6 * 365 / 90
    assert move(graph, {"QUARTER": [1, 2, 0.5]}, "company_revenue/paced/2026") == [[pace, 2 * pace, 120e6]]
    assert move(graph, {"paced-value": [10]}, "company_revenue/paced/2026") == [[300e6]]


@case(
    *supplier("street"), revenue("street", "2025", 100, fact_id="BASE"),
    revenue("street", NOW, 150, fact_id="CONSENSUS", **CONSENSUS), revenue("street", "2026Q1", 30, fact_id="PART-YEAR"),
)  # fmt: skip
def test_a_run_rate_overtakes_a_forecast_but_not_as_what_is_expected(graph: Graph) -> None:
    roots = ["company_revenue/street/2026", "expectation_gap/street"]
    pace = 30e6 * 365 / 90
    # growth of 20 on 100, and 50 expected
    assert move(graph, {"PART-YEAR": [1, 2]}, *roots) == [[150e6, 2 * pace], [-0.3, -0.3]]
    # the rest of the year reaches twice the pace of the first quarter
    reach = 30e6 * (1 + 2 * 275 / 90)
    assert move(graph, {"CONSENSUS": [0.8, 2]}, *roots) == [[pace, reach], [0, -1.8]]
    assert move(graph, {"BASE": [2]}, *roots) == [[150e6], [0.1 + 0.25]]


@case(
    *supplier("grow"), revenue("grow", "2025", 100, fact_id="GROWN"),
    revenue("grow", NOW, 0.2, fact_id="GROWTH", **CONSENSUS | {"kind": "growth", "currency": None}),
)  # fmt: skip
def test_sales_by_a_rate_of_growth_follow_the_rate_and_the_base_year(graph: Graph) -> None:
    assert move(graph, {"GROWN": [1, 2]}, "company_revenue/grow/2026") == [[120e6, 240e6]]
    assert move(graph, {"GROWTH": [2]}, "company_revenue/grow/2026") == [[140e6]]


@case(
    *supplier("rich", value=content("cable", "rich-1", 20, period="2025")),
    content("cable", "rich-1", 24, period=NOW, fact_id="RICHER"), revenue("rich", "2025", 100),
)  # fmt: skip
def test_elasticity_is_the_uplift_of_content_and_not_of_units(graph: Graph) -> None:
    # 24 or 30 over 20, times 36 of 100 + 36 - 10 or 45 of 100 + 45 - 10; twice the units make 72 of 162
    assert move(graph, {"RICHER": [1, 1.25]}, "elasticity/rich") == [[0.2 * 36 / 126, 0.5 * 45 / 135]]
    assert move(graph, {"rich-2026": [2]}, "elasticity/rich") == [[0.2 * 72 / 162]]


# --- all facts at once --------------------------------------------------------------------


#: nodes that say something of the world, and not how it is computed
OUTCOMES = {
    "units", "content", "worth", "share", "term", "sales", "programme_revenue", "company_revenue", "exposure", "growth",
    "elasticity", "expectation_gap",
}  # fmt: skip


def test_moved_facts_make_of_the_graph_what_the_views_make_of_moved_claims(graph: Graph, tmp_path: Path) -> None:
    drawn = random.Random(1)
    # what sources state above the whole is room that no fact moves
    factors = [1.0 if claim.cells.get("scope_id") == "over-1" else drawn.uniform(0.95, 1) for claim in case.claims]
    claims = [_times(claim, factor) for claim, factor in zip(case.claims, factors, strict=True)]
    moved = read(built(crowd(tmp_path / "seeds", claims), tmp_path, *VIEWS).db)
    scale = {}
    for fact_id, claim, factor in zip(_ids(case.claims), case.claims, factors, strict=True):
        node = graph.number.get(f"fx/{claim.cells.get('currency')}/{fact_id}/0", fact_node(graph, fact_id))
        if node >= 0 and claim.cells["base"] is not None:
            scale[node] = 1 / factor if claim.table == "fx_rates" else factor
    assert len(scale) > 80
    # a statement is about the units as claimed: with other claims it is about others; so is the end of two guesses
    given = [number for name, number in graph.number.items() if name.startswith(("units_behind/", "guess/"))]
    scale |= {node: moved.value[moved.number[graph.ids[node]]] / graph.value[node] for node in given}
    outcomes = np.array([node for name, node in graph.number.items() if name.split("/")[0] in OUTCOMES])
    values = Evaluator(graph, outcomes, np.array([*scale]))(1, np.array([*scale.values()])[:, None])[:, 0]
    names = [graph.ids[node] for node in outcomes]
    assert moved.ids == graph.ids
    assert values == pytest.approx(evaluate_centre(moved)[moved.numbers(names)], rel=1e-9, abs=1e-12)
    assert (values != graph.value[outcomes]).mean() > 0.9


def _times(claim: Claim, factor: float) -> Claim:
    return claim if claim.cells["base"] is None else claim.but(base=claim.cells["base"] * factor)


def _ids(claims: list[Claim]) -> list[str]:
    """Return the id of each claim, that of its place in its table where it names none."""
    places: dict[str, int] = {}
    ids = []
    for claim in claims:
        place = places[claim.table] = places.get(claim.table, 0) + 1
        ids.append(claim.cells.get("fact_id", f"{PREFIX[claim.table]}-{place:04d}"))
    return ids
