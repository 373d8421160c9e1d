"""Explanations of small worlds: every way to a number, worked out again from its leaves, and without them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from exposure.errors import ExposureError
from exposure.lineage import tree as nodes
from exposure.lineage.explanation import Explanation
from exposure.lineage.tree import Node
from tests.support import memory, trees
from tests.support.seed_folders import Claim, chips, content, disclosed, forecast, owned, rate, revenue, share, signal
from tests.support.view_cases import crowd

B = {"origin_id": "broker-b"}
PRESS = {"origin_id": "press", "tier": "reported"}
#: a forecast of sales
STREET = {"kind": "forecast", "tier": "estimate", "origin_id": "broker-a"}
PIECES = {"measure": "attach", "currency": None}
PRICE = {"measure": "price", "unit_basis": "piece"}
MONEY = {"measure": "revenue", "currency": "TWD"}


def units(family: str, before: float | None = 1e6, after: float = 2e6) -> list[Claim]:
    """Count a family's first generation in both years."""
    years = [("2025", before), ("2026", after)]
    return [forecast(f"{family}-1", year, count) for year, count in years if count is not None]


def supplier(family: str, scope: str = "", *, sales: bool = True, **units_of: Any) -> list[Claim]:
    """Let a company of the family's name supply 0.4 of a board of $50, with sales of $300m in 2025."""
    claims = [
        *units(family, **units_of),
        content("board", f"{family}-1", 50),
        share(family, "board", scope or f"{family}-1", "2025..2026", 0.4),
    ]
    return [*claims, revenue(family, "2025", 300)] if sales else claims


#: company and family of one name -> what is said of them
WORLD: dict[str, list[Claim]] = {
    # shares
    "programme": supplier("programme"),
    "scope": supplier("scope", "scope-12"),
    "family": supplier("family", "family"),
    "total": supplier("total", "total-all"),
    "vectors": [
        *supplier("vectors"),
        share("vectors", "board", "vectors-1", "2026", 0.3, **PRESS),
        share("rival-v", "board", "vectors-1", "2026", 0.8, **B),
    ],
    "carried": [
        *supplier("carried")[:-2],
        revenue("carried", "2025", 300),
        share("carried", "board", "carried-1", "2024", 0.4),
    ],
    "counted": [
        *supplier("counted"),
        forecast("counted-1", "2025", 2e5, supplier_id="counted", product_id="board"),
        forecast("counted-1", "2026", 5e5, supplier_id="counted", product_id="board"),
    ],
    "countall": [
        *supplier("countall"),
        forecast("countall", "2026", 4e6),
        forecast("countall", "2026", 1e6, supplier_id="countall", product_id="board"),
    ],
    "market": [
        *supplier("market1")[:-2],
        revenue("market", "2025", 300),
        share("market", "board", "market1-1", "2026", sourcing_mode="participant"),
        share("market", "board", "market", "2026", 0.15, denominator="market"),
    ],
    "role": [
        *supplier("role")[:-2],
        revenue("role", "2025", 300),
        share("role", "board", "role-1", "2026", sourcing_mode="main"),
        share("role-b", "board", "role-1", "2026", sourcing_mode="main"),
        share("rival-r", "board", "role-1", "2026", 0.3),
    ],
    "lone": [
        *supplier("lone")[:-2],
        revenue("lone", "2025", 300),
        share("lone", "board", "lone-1", "2026", sourcing_mode="participant"),
    ],
    "nothing-left": [
        *supplier("left"),
        revenue("nothing-left", "2025", 300),
        share("rival-l", "board", "left-1", "2026", 0.8),
        share("nothing-left", "board", "left-1", "2026", sourcing_mode="second"),
        share("nothing-left", "cable", "left-1", "2026", 0.5),
        content("cable", "left-1", 3),
    ],
    "joint": [
        *supplier("joint"),
        share("joint", "board", "joint-1", "2025..2026", 0.8, joint_ids=["joint-b"], **B),
    ],
    "open": [
        *supplier("open")[:-2],
        revenue("open", "2025", 300),
        share("open", "board", "open-1", "2025..2026", 0.5, denominator="open_units", open_part=0.6),
    ],
    # units
    "rest": [*supplier("rest", "rest"), forecast("rest", "2026", 3e6), content("board", "rest", 40)],
    "sum": [*supplier("sum", "sum"), forecast("sum-2", "2026", 1e6, **B), content("board", "sum", 40)],
    "across": [*supplier("across"), forecast("across", "2026", 3e6, **B)],
    "whole": [*supplier("whole"), forecast("whole", "2026", 1.9e6, **PRESS)],
    "pace": [*supplier("pace"), revenue("pace", "2026Q1", 900)],
    "pacetwd": [*supplier("pacetwd"), revenue("pacetwd", "2026H1", 90000, currency="TWD")],
    "ways": [*supplier("ways"), forecast("ways", "2026", 4e6), forecast("ways-1", "2026", 1e6, **B)],
    "beyond": [*supplier("beyond"), forecast("beyond", "2026", 4e6), forecast("beyond-1", "2026", 5e6, **B)],
    "fitted": [
        *supplier("fitted", "fitted"),
        content("board", "fitted", 40),
        forecast("fitted", "2026", 2.5e6),
        forecast("fitted", "2026", 2e6, **B),
        forecast("fitted-2", "2026", 1.5e6, **B),
    ],
    "several": [
        *supplier("several"),
        forecast("several-1", "2026", 3e6, **B),
        forecast("several-1", "2026", None, low=1e6, high=2e6, **PRESS),
    ],
    "rackline": [*supplier("rackline"), chips("rackline-1", "rack", 8), chips("rackline-1", "tray", 2)],
    "nowhere": [
        *supplier("nowhere"),
        forecast("nowhere-2", "2026", 0),
        content("board", "nowhere-2", 50),
        share("nowhere", "board", "nowhere-2", "2026", 0.2),
    ],
    # content
    "trays": [
        *supplier("trays")[:-3],
        chips("trays-1", "tray", 4),
        *supplier("trays")[-2:],
        content("board", "trays-1", 200, unit_basis="tray"),
    ],
    "own": [
        *supplier("own"),
        content("board", "own-1", 70, supplier_id="own"),
        content("board", "own-1", 60, supplier_id="rival-o", **B),
    ],
    "yuan": [*supplier("yuan")[:-3], *supplier("yuan")[-2:], content("board", "yuan-1", 350, currency="CNY")],
    "back": [*supplier("back")[:-3], *supplier("back")[-2:], content("board", "back-1", 50, period="2027")],
    "parts": [
        *supplier("parts")[:-3],
        *supplier("parts")[-2:],
        content("board", "parts-1", 4, **PIECES),
        content("board", "market", 10, **PRICE),
        content("board", "parts-1", 12, supplier_id="parts", **PRICE, **B),
    ],
    "stage": [
        *units("stage"),
        revenue("stage", "2025", 900),
        content("rack", "stage-1", 400),
        content("server", "stage-1", 300),
        share("stage", "rack", "stage-1", "2026", 0.1),
        share("stage", "server", "stage-1", "2025..2026", 0.3),
    ],
    # methods
    "told": [*supplier("told"), disclosed("told", "2026", 900, scope_id="told", **MONEY)],
    "part": [
        *supplier("part"),
        revenue("part", "2026", 400, **STREET),
        disclosed("part", "2026", 0.2, scope_id="part"),
    ],
    "roll": [*units("roll"), revenue("roll", "2025", 300), disclosed("roll", "2025", 0.2, scope_id="roll")],
    "rollone": [
        *units("rollone"),
        forecast("rollone", "2026", 4e6),
        forecast("rollone", "2025", 2e6),
        revenue("rollone", "2025", 300),
        disclosed("rollone", "2025", 30, scope_id="rollone-1", **MONEY),
    ],
    # denominators
    "street": [
        *supplier("street"),
        revenue("street", "2026", 9000, currency="TWD", **STREET),
        revenue("street", "2026", 320, **STREET | B),
    ],
    "grown": [*supplier("grown"), revenue("grown", "2026", 0.5, **STREET | {"kind": "growth", "currency": None})],
    "dark": supplier("dark", before=None),
    "stale": [*supplier("stale", sales=False), revenue("stale", "2023", 9000, currency="TWD")],
    "dollars": [*supplier("dollars", sales=False), revenue("dollars", "2023", 300)],
    "fiscal": [*supplier("fiscal", sales=False), revenue("fiscal", "FY2025-03", 300)],
    "trailing": [*supplier("trailing", sales=False), revenue("trailing", "TTM2025-09", 300)],
    # groups of companies and of families
    "child": supplier("child"),
    "parent": [owned("parent", "child"), revenue("parent", "2025", 900), *supplier("parent")[:-1]],
    "grand": [owned("grand", "parent"), revenue("grand", "2025", 2000)],
    "both": [
        *supplier("both"),
        *units("bothb"),
        content("cable", "bothb-1", 9, fact_id="BOTHB"),
        share("both", "cable", "bothb-1", "2026", 0.5),
    ],
}
#: company -> words of the basis that its exposure must show somewhere
BASES = {
    "programme": "programme of programme-1", "scope": "scope of scope-12", "family": "family of family",
    "total": "family of total", "vectors": "does not name the company: the others' mean, shrunk to fit",
    "carried": "programme carried of carried-1", "counted": "counted_units of counted-1",
    "countall": "counted_units of countall", "market": "market share, with a link", "role": "role", "lone": "role",
    "nothing-left": "they take all of it", "joint": "programme of joint-1", "open": "programme of open-1",
    "rest": "family_rest", "across": "across_origins", "whole": "across_origins", "fitted": "within_origin",
    "ways": "both_ways", "pace": "run-rate", "pacetwd": "run-rate", "beyond": "both_ways",
    "several": "2026, midpoint", "nowhere": "no units, so no revenue", "own": "stated for own-1",
    "back": "stated carried_back for back-1", "parts": "attach_x_price", "told": "disclosed", "part": "disclosed",
    "roll": "roll_forward", "rollone": "roll_forward", "yuan": "carried", "street": "forecast", "grown": "growth",
    "dark": "unknown: between nothing and the horizon's", "stale": "stale", "fiscal": "fiscal_year",
    "trailing": "trailing",
}  # fmt: skip
RATES = [rate("TWD", "2025", 30), rate("CNY", "2025", 7)]
#: few companies, so that scores mean something
SIGNALS = [
    signal(company, "barrier", grade) for grade, company in enumerate(["role", "own", "roll", "child", "lone"], 1)
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[memory.World]:
    claims = [claim for said in WORLD.values() for claim in said]
    folder = crowd(tmp_path_factory.mktemp("explained"), [*claims, *RATES, *SIGNALS])
    with memory.opened(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(world: memory.World) -> dict[str, Explanation]:
    return world.explanations()


def terms(told: Explanation) -> dict[str, float]:
    """Give the terms of the programme revenue that are more than nothing."""
    return {term.label: term.value for term in told.trees[1].children[0].children if term.value}


def bases(told: Explanation) -> set[str]:
    return {node["basis"] for node in trees.nodes(trees.from_json(told)[1]) if "basis" in node}


# --- the tree gives its number back -------------------------------------------------------


def test_every_company_of_the_world_is_explained(told: dict[str, Explanation]) -> None:
    assert set(told) >= set(WORLD)


@pytest.mark.parametrize("company", WORLD)
def test_the_printed_tree_evaluates_to_the_printed_numbers(told: dict[str, Explanation], company: str) -> None:
    assert trees.breaches(told[company]) == []


@pytest.mark.parametrize(("company", "basis"), BASES.items())
def test_the_way_taken_is_named(told: dict[str, Explanation], company: str, basis: str) -> None:
    assert basis in bases(told[company])


def test_no_company_shows_an_exposure_by_accident(told: dict[str, Explanation]) -> None:
    # 2m x $50 x 0.4 = $40m, of 300 + 40 - 20
    plain = {"programme", "scope", "family", "total", "rackline", "trays", "yuan", "back", "child"}
    shown = {company: told[company].heading["exposure_weight"] for company in plain}
    assert shown == pytest.approx(dict.fromkeys(plain, 40 / 320) | {"back": 40 / 320})


def test_a_fact_in_the_tree_says_what_the_ledger_says(world: memory.World, told: dict[str, Explanation]) -> None:
    with world.asked() as reader:
        query = "select fact_id, coalesce(base, (low + high) / 2) from core.fact"
        stated: dict[str, set[float]] = {}
        for fact_id, value in reader.rows(query):
            stated.setdefault(fact_id, set()).add(value)
    leaves = [leaf for one in told.values() for leaf in trees.leaves(trees.from_json(one)[1]) if leaf["op"] == "fact"]
    assert len(leaves) > 200
    assert [leaf for leaf in leaves if leaf["value"] not in stated[leaf["facts"][0]["fact_id"]]] == []


def test_a_fact_names_its_document(told: dict[str, Explanation]) -> None:
    (fact,) = next(trees.leaves(trees.from_json(told["programme"])[1]))["facts"]
    assert fact == {
        "fact_id": "SF-0002", "source_id": "DOC", "title": "A note", "publisher": "Publisher", "url": None,
        "known_on": "2026-01-15", "origin_id": "broker-a", "tier": "estimate", "rests_on": [],
    }  # fmt: skip


def test_a_conversion_and_a_rate_name_their_facts(told: dict[str, Explanation]) -> None:
    def given(company: str) -> dict[str, set[str]]:
        leaves = trees.leaves(trees.from_json(told[company])[1])
        return {leaf["label"]: {fact["fact_id"][:2] for fact in leaf.get("facts", ())} for leaf in leaves}

    assert given("rackline")["racks per chip"] == given("rackline")["chips per rack"] == {"UC"}
    assert given("yuan")["USD per CNY"] == given("street")["USD per TWD"] == {"FX"}


def test_a_role_names_the_facts_of_its_rivals(told: dict[str, Explanation]) -> None:
    leaves = {leaf["label"]: leaf for leaf in trees.leaves(trees.from_json(told["role"])[1])}
    assert leaves["less rival-r"]["value"] == -0.3
    assert leaves["role"]["facts"] != leaves["role-b"]["facts"]
    # 0.56 of 0.56 + 0.56, of the 0.7 that is left over
    (share,) = [node for node in trees.nodes(trees.from_json(told["role"])[1]) if node["label"] == "share of board"]
    assert trees.evaluated(share) == pytest.approx(0.35)


def test_a_consolidated_child_is_named_on_the_way(told: dict[str, Explanation]) -> None:
    assert terms(told["child"]).keys() == {"board on child-1"}
    assert terms(told["parent"]).keys() == {"board on child-1 through child", "board on parent-1"}
    assert terms(told["grand"]).keys() == {"board on child-1 through child", "board on parent-1 through parent"}


def test_stages_that_contain_each_other_count_once(told: dict[str, Explanation]) -> None:
    assert terms(told["stage"]).keys() == {"rack on stage-1"}


# --- one programme ------------------------------------------------------------------------


@pytest.mark.parametrize("programme", ["both", "bothb-1"])
def test_a_part_is_set_against_the_whole_company(world: memory.World, programme: str) -> None:
    told = world.explain("both", programme)
    assert trees.breaches(told) == []
    # 40 and 2m x $9 x 0.5 = 9, of 300 + 49 - 24.5
    part = 40 if programme == "both" else 9
    assert told.heading["exposure_weight"] == pytest.approx(part / 324.5)
    assert f" on {programme}: rank " in told.text().splitlines()[0]


def test_a_programme_that_is_not_supplied_leaves_a_company_unranked(world: memory.World) -> None:
    told = world.explain("both", "child")
    assert told.trees == ()
    assert told.text() == "both (BOTH) is not ranked on child: no supply link known. Missing: supply link."
    assert told.nested()["trees"] == []


# --- without a fact -----------------------------------------------------------------------

#: company -> the claims that its number falls back on, one after the other, each with the basis that names it
LADDERS: dict[str, list[tuple[str, Claim]]] = {
    "share": [
        ("counted_units of share-1", forecast("share-1", "2026", 5e5, supplier_id="share", product_id="board")),
        ("programme of share-1", share("share", "board", "share-1", "2026", 0.24)),
        ("programme carried of share-1", share("share", "board", "share-1", "2025", 0.23)),
        ("scope of share-12", share("share", "board", "share-12", "2026", 0.22)),
        ("family of share", share("share", "board", "share", "2026", 0.21)),
        ("market share, with a link", share("share", "board", "market", "2026", 0.19, denominator="market")),
        ("role", share("share", "board", "share-1", "2026", sourcing_mode="second", **B)),
    ],
    "content": [
        ("stated for content-1", content("board", "content-1", 50, supplier_id="content")),
        ("stated for content-1", content("board", "content-1", 45)),
        ("stated carried for content-1", content("board", "content-1", 44, period="2024", **B)),
        ("stated for content-12", content("board", "content-12", 42)),
        ("attach_x_price", content("board", "content-1", 4, **PIECES)),
    ],
    "units": [
        ("family_within_origin", forecast("units", "2026", 3e6)),
        ("family_across_origins", forecast("units", "2026", 3.1e6, **B)),
        ("generation", forecast("units-1", "2026", 2e6)),
    ],
    "sales": [
        ("forecast", revenue("sales", "2026", 400, **STREET)),
        ("growth", revenue("sales", "2026", 0.4, **STREET | {"kind": "growth", "currency": None})),
        ("reported", revenue("sales", "2025", 300)),
        ("trailing", revenue("sales", "TTM2025-09", 280)),
        ("stale", revenue("sales", "2023", 250)),
    ],
}
#: company -> why it is not ranked when all of its ladder is gone, and the leaf that is missing then
GROUND = {
    "share": ("supplies, but not quantified", "share of board on share-1"),
    "content": ("supplies, but not quantified", "content of board on content-1"),
    "units": ("supplies, but not quantified", "units of units"),
    "sales": ("no company revenue known", "company revenue"),
}


def rungs(company: str, below: int) -> list[str]:
    """Name the facts of the first rungs of a ladder."""
    return [f"{company.upper()}-{rung}" for rung in range(below)]


@pytest.fixture(scope="module")
def ladders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[memory.World]:
    """Make a world of the ladders, with all else that their companies need."""
    steps = [
        claim.but(fact_id=f"{company.upper()}-{rung}")
        for company, ladder in LADDERS.items()
        for rung, (_, claim) in enumerate(ladder)
    ]
    rest = [
        *units("share"), content("board", "share-1", 50), revenue("share", "2026", 300, **STREET),
        share("share", "board", "share-1", "2026", 0.8, joint_ids=["share-b"], **PRESS),
        *units("content"), share("content", "board", "content-1", "2026", 0.4), content("board", "market", 10, **PRICE),
        revenue("content", "2026", 300, **STREET),
        content("board", "units-1", 50), share("units", "board", "units-1", "2026", 0.4),
        revenue("units", "2026", 300, **STREET),
        *supplier("sales", sales=False),
    ]  # fmt: skip
    with memory.opened(crowd(tmp_path_factory.mktemp("ladders"), [*steps, *rest])) as opened:
        yield opened


@pytest.mark.parametrize("gone", range(max(map(len, LADDERS.values()))))
def test_without_its_last_fact_a_leaf_falls_back_on_the_next_and_says_so(ladders: memory.World, gone: int) -> None:
    high = [company for company, ladder in LADDERS.items() if gone < len(ladder)]
    without = [fact for company in high for fact in rungs(company, gone)]
    for company, told in ladders.explanations(*high, without=without).items():
        assert trees.breaches(told) == []
        assert LADDERS[company][gone][0] in bases(told)
        used = trees.facts(trees.from_json(told)[1])
        assert f"{company.upper()}-{gone}" in used
        assert not used & set(without)


def test_without_any_fact_left_for_a_leaf_a_company_is_unranked_and_the_leaf_is_missing(ladders: memory.World) -> None:
    without = [fact for company in LADDERS for fact in rungs(company, len(LADDERS[company]))]
    found = ladders.explanations(*LADDERS, without=without)
    assert {company: (told.heading["reason"], told.heading["missing"]) for company, told in found.items()} == GROUND
    assert {(told.trees, told.heading["rank"]) for told in found.values()} == {((), None)}


def test_no_fact_can_be_taken_away_and_leave_a_zero(world: memory.World, told: dict[str, Explanation]) -> None:
    """Take the first fact of every tree away, then the second of every tree, and so on."""
    lasting = {company: sorted(trees.facts(trees.from_json(one)[1])) for company, one in told.items()}
    for gone in zip_longest(*lasting.values()):
        without = {fact for fact in gone if fact}
        for company, now in world.explanations(*told, without=without).items():
            lost = without & set(lasting[company])
            # who is not said to supply any more lacks nothing
            unsaid = any(fact.startswith("SS-") for fact in lost)
            if not now.trees:
                assert now.missing or unsaid, company
            elif lost:
                _, exposure = trees.from_json(now)
                assert trees.breaches(now) == []
                assert not trees.facts(exposure) & without
                given = [leaf for leaf in trees.leaves(exposure) if leaf["op"] == "given"]
                assert {leaf["label"] for leaf in given if leaf["value"] == 0} <= {"left over by stated shares"}
                # a term gives way to another one, or is named as missing
                before, after = (terms(told[company]), terms(now))
                instead = any(value > before.get(term, 0) for term, value in after.items())
                assert before.keys() <= after.keys() or instead or now.missing or unsaid, company


def test_what_is_in_no_sum_is_named_beside_what_is(world: memory.World, told: dict[str, Explanation]) -> None:
    assert told["both"].missing == []
    now = world.explain("both", without=["BOTHB"])
    assert terms(now).keys() == {"board on both-1"}
    assert now.missing == ["content of cable on bothb-1"]
    assert now.text().endswith("\n\nunknown, so in no sum\n    content of cable on bothb-1")
    assert now.nested()["missing"] == "content of cable on bothb-1"
    last = now.frame().rows(named=True)[-1]
    assert {key: value for key, value in last.items() if value is not None} == {
        "company_id": "both", "depth": 0, "label": "content of cable on bothb-1", "op": "unknown",
    }  # fmt: skip


def test_units_that_nobody_counts_are_named_where_nothing_else_stands_for_them(tmp_path: Path) -> None:
    # fam-2 is supplied and has units among the 1m that are of no named generation, which is not supplied
    claims = [
        *supplier("apart"), forecast("apart", "2026", 3e6), content("board", "apart-2", 50),
        share("apart", "board", "apart-2", "2026", 0.2), *supplier("near", "near"), forecast("near", "2026", 3e6),
        content("board", "near", 50),
    ]  # fmt: skip
    with memory.opened(crowd(tmp_path, claims)) as opened:
        told = opened.explanations("apart", "near")
    assert told["apart"].missing == ["units of apart-2"]
    assert told["near"].missing == []


# --- the words ----------------------------------------------------------------------------


def tree(*children: Node, label: str = "all", **of: Any) -> Node:
    return Node(label, "sum", sum(child.value for child in children), "USD", children, **of)


def lines(*trees_of: Node) -> list[str]:
    heading: dict[str, Any] = dict.fromkeys(["name", "ticker", "programme", "rank", "reason", "missing"])
    return Explanation(heading, trees_of).text().splitlines()[2:]


def test_a_summary_of_at_most_six_lines_says_the_terms_by_size_the_weak_inputs_and_the_denominator(
    told: dict[str, Explanation],
) -> None:
    assert max(len(one.summary) for one in told.values()) <= 6
    for one in told.values():
        assert one.text().splitlines()[1 : len(one.summary) + 2] == [*(f"  {line}" for line in one.summary), ""]
        terms_of = [child.value for child in one.trees[1].children[0].children]
        assert terms_of == sorted(terms_of, reverse=True)
    assert told["both"].summary == (
        "board on both-1  USD 40m, 81.6% of programme revenue",
        "cable on bothb-1  USD 9m, 18.4% of programme revenue",
        "grade A rests on no weak input",
        told["both"].summary[-1],
    )
    against = "set against USD 324.5m of company revenue, the base year and what the programmes add to it"
    assert told["both"].summary[-1] == f"{against}, though their part of the base year is unknown"
    assert any("share taken from the role" in line for line in told["role"].summary)


def test_a_document_without_a_date_is_known_since_it_was_read() -> None:
    fact = {"fact_id": "X1", "tier": "rumour", "origin_id": "press", "known_on": "2026-01-31", "rests_on": []}
    fact |= {"source_title": "A page", "publisher": "Web"}
    leaf = Node("leaf", "fact", 1.0, fact_ids=("X1",))
    dated, undated = (
        [*nodes.lines(leaf, {"X1": fact | {"is_undated": is_undated}}, set())] for is_undated in (False, True)
    )
    assert dated[1].strip() == "X1 rumour, press, known 2026-01-31: A page (Web)"
    assert undated[1].strip() == "X1 rumour, press, date unknown, read 2026-01-31: A page (Web)"


LEAF = Node("leaf", "given", 2.0, "USD")


def test_a_part_that_was_told_is_told_once() -> None:
    part = tree(LEAF, LEAF, label="part")
    assert lines(tree(part, part.but(weight=0.5, basis="carried"))) == [
        "all  USD 8  = sum of",
        "├─ part  USD 4  = sum of",
        "│  ├─ leaf  USD 2",
        "│  └─ leaf  USD 2",
        "└─ part  USD 4  weight 0.5  carried  as above",
    ]


def test_parts_of_one_name_that_come_about_differently_are_both_told() -> None:
    parts = tree(LEAF, LEAF, label="part"), tree(LEAF.but(value=4.0), label="part")
    assert [line for line in lines(tree(*parts)) if "as above" in line] == []


def test_a_part_of_another_tree_counts_as_told() -> None:
    part = tree(LEAF, LEAF, label="part")
    assert lines(part, tree(part))[-1] == "└─ part  USD 4  as above"


def test_no_part_of_a_printed_tree_is_told_twice(told: dict[str, Explanation]) -> None:
    for one in told.values():
        heads = [line.strip("│├└─ ") for line in one.text().splitlines() if " = " in line]
        bare = [head.split("  = ")[0] for head in heads]
        shown = {(node.label, node.children) for root in one.trees for node in _inner(root)}
        assert len(bare) == len(shown)


def _inner(node: Node) -> Iterator[Node]:
    if node.children:
        yield node
    for child in node.children:
        yield from _inner(child)


def test_the_printed_tree_names_the_documents(told: dict[str, Explanation]) -> None:
    text = told["street"].text()
    assert text.splitlines()[0].startswith("street (STREET): rank ")
    assert "as of 2026-01-15 for 2026, profile balanced" in text.splitlines()[0]
    for fact_id in trees.facts(trees.from_json(told["street"])[1]):
        assert f" {fact_id} " in text
    assert "disclosed, fed, known 2026-01-15: A note (Publisher)" in text


def test_a_row_a_node_has_its_facts_and_sources(told: dict[str, Explanation]) -> None:
    frame = told["rackline"].frame()
    assert frame["company_id"].unique().to_list() == ["rackline"]
    facts = frame.filter(frame["op"] == "fact")
    assert facts["source_ids"].unique().to_list() == ["DOC"]
    assert "" not in facts["fact_ids"]


def test_an_unlisted_company_is_never_ranked(world: memory.World) -> None:
    with pytest.raises(ExposureError, match="owner is not listed, so it is never ranked"):
        world.explain("owner")


def test_where_no_factor_tells_companies_apart_the_score_says_so(tmp_path: Path) -> None:
    with memory.opened(crowd(tmp_path, supplier("lonely"))) as opened:
        told = opened.explain("lonely")
    assert trees.breaches(told) == []
    assert "score  50.0  no factor tells the companies apart" in told.text()
