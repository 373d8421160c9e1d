"""Explanations of small worlds: every way to a number, evaluated from its leaves, and with leaves taken away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from exposure.errors import ExposureError
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
    """Return the units of a family's first generation in both years."""
    years = [("2025", before), ("2026", after)]
    return [forecast(f"{family}-1", year, count) for year, count in years if count is not None]


def supplier(family: str, scope: str = "", *, sales: bool = True, **units_of: Any) -> list[Claim]:
    """Return claims on a company of the family's name: 0.4 of a board of $50, sales of $300m in 2025."""
    claims = [
        *units(family, **units_of),
        content("board", f"{family}-1", 50),
        share(family, "board", scope or f"{family}-1", "2025..2026", 0.4),
    ]
    return [*claims, revenue(family, "2025", 300)] if sales else claims


#: company and family of one name -> the claims on them
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
    "stated": [*supplier("stated"), disclosed("stated", "2026", 900, scope_id="stated", **MONEY)],
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
#: company -> a basis that its exposure must show
BASES = {
    "programme": "programme of programme-1", "scope": "scope of scope-12", "family": "family of family",
    "total": "family of total", "vectors": "does not name the company: the others' mean, shrunk to fit",
    "carried": "programme carried of carried-1", "counted": "counted_units of counted-1",
    "countall": "counted_units of countall", "market": "market share, with a link", "role": "role", "lone": "role",
    "nothing-left": "they take all of it", "joint": "programme of joint-1", "open": "programme of open-1",
    "rest": "family_rest", "across": "across_origins", "whole": "across_origins", "fitted": "within_origin",
    "ways": "both_ways", "pace": "run-rate", "pacetwd": "run-rate", "beyond": "both_ways",
    "several": "2026, midpoint", "nowhere": "no units, so no revenue", "own": "stated for own-1",
    "back": "stated carried_back for back-1", "parts": "attach_x_price", "stated": "as stated", "part": "as stated",
    "roll": "stated, rolled forward with the units",
    "rollone": "stated, rolled forward with the units",
    "yuan": "carried", "street": "forecast", "grown": "growth",
    "dark": "unknown: between nothing and this", "stale": "stale", "fiscal": "fiscal_year",
    "trailing": "trailing",
}  # fmt: skip
RATES = [rate("TWD", "2025", 30), rate("CNY", "2025", 7)]
#: signals of a few companies, so that their scores differ
SIGNALS = [
    signal(company, "barrier", grade) for grade, company in enumerate(["role", "own", "roll", "child", "lone"], 1)
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[memory.World]:
    claims = [claim for family in WORLD.values() for claim in family]
    folder = crowd(tmp_path_factory.mktemp("explained"), [*claims, *RATES, *SIGNALS])
    with memory.opened(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def explained(world: memory.World) -> dict[str, Explanation]:
    return world.explanations()


def terms(explanation: Explanation) -> dict[str, float]:
    """Return the terms of the programme revenue above zero."""
    return {term.label: term.value for term in explanation.trees[-1].children[0].children if term.value}


def bases(explanation: Explanation) -> set[str]:
    return {node["basis"] for node in trees.nodes(trees.from_json(explanation)[1]) if "basis" in node}


# --- the tree gives its number back -------------------------------------------------------


def test_every_company_of_the_world_is_explained(explained: dict[str, Explanation]) -> None:
    assert set(explained) >= set(WORLD)


@pytest.mark.parametrize("company", WORLD)
def test_the_printed_tree_evaluates_to_the_printed_numbers(explained: dict[str, Explanation], company: str) -> None:
    assert trees.breaches(explained[company]) == []


@pytest.mark.parametrize(("company", "basis"), BASES.items())
def test_the_basis_of_an_exposure_is_shown(explained: dict[str, Explanation], company: str, basis: str) -> None:
    assert basis in bases(explained[company])


def test_plain_suppliers_have_the_exposure_worked_by_hand(explained: dict[str, Explanation]) -> None:
    # 2m x $50 x 0.4 = $40m, of 300 + 40 - 20
    plain = {"programme", "scope", "family", "total", "rackline", "trays", "yuan", "back", "child"}
    shown = {company: explained[company].heading["exposure_weight"] for company in plain}
    assert shown == pytest.approx(dict.fromkeys(plain, 40 / 320) | {"back": 40 / 320})


def test_a_fact_in_the_tree_has_the_value_of_the_ledger(world: memory.World, explained: dict[str, Explanation]) -> None:
    with world.asked() as reader:
        query = "select fact_id, coalesce(base, (low + high) / 2) from core.fact"
        stated: dict[str, set[float]] = {}
        for fact_id, value in reader.rows(query):
            stated.setdefault(fact_id, set()).add(value)
    leaves = [
        leaf for one in explained.values() for leaf in trees.leaves(trees.from_json(one)[1]) if leaf["op"] == "fact"
    ]
    assert len(leaves) > 200
    assert [leaf for leaf in leaves if leaf["value"] not in stated[leaf["facts"][0]["fact_id"]]] == []


def test_a_fact_names_its_document(explained: dict[str, Explanation]) -> None:
    (fact,) = next(trees.leaves(trees.from_json(explained["programme"])[1]))["facts"]
    assert fact == {
        "fact_id": "SF-0002", "source_id": "DOC", "title": "A note", "publisher": "Publisher", "url": None,
        "known_on": "2026-01-15", "origin_id": "broker-a", "tier": "estimate", "rests_on": [],
    }  # fmt: skip


def test_a_conversion_and_a_rate_name_their_facts(explained: dict[str, Explanation]) -> None:
    def given(company: str) -> dict[str, set[str]]:
        leaves = trees.leaves(trees.from_json(explained[company])[1])
        return {leaf["label"]: {fact["fact_id"][:2] for fact in leaf.get("facts", ())} for leaf in leaves}

    assert given("rackline")["racks per chip"] == given("rackline")["chips per rack"] == {"UC"}
    assert given("yuan")["USD per CNY"] == given("street")["USD per TWD"] == {"FX"}


def test_a_role_names_the_facts_of_its_rivals(explained: dict[str, Explanation]) -> None:
    values = {node["label"]: node["value"] for node in trees.nodes(trees.from_json(explained["role"])[1])}
    assert values["less rival-r's share of board"] == -0.3
    assert values["role's role of board"] == values["role-b's role of board"] == 0.56
    # 0.56 of 0.56 + 0.56, of the 0.7 that is left over
    share, *_ = [
        node for node in trees.nodes(trees.from_json(explained["role"])[1]) if node["label"] == "share of board"
    ]
    assert trees.evaluate(share) == pytest.approx(0.35)


def test_a_consolidated_child_is_named_in_its_parents_terms(explained: dict[str, Explanation]) -> None:
    assert terms(explained["child"]).keys() == {"board on child-1"}
    assert terms(explained["parent"]).keys() == {"board on child-1 through child", "board on parent-1"}
    assert terms(explained["grand"]).keys() == {"board on child-1 through child", "board on parent-1 through parent"}


def test_assembly_stages_that_contain_each_other_count_once(explained: dict[str, Explanation]) -> None:
    assert terms(explained["stage"]).keys() == {"rack on stage-1"}


# --- one programme ------------------------------------------------------------------------


@pytest.mark.parametrize("programme", ["both", "bothb-1"])
def test_one_programme_is_compared_with_the_whole_company(world: memory.World, programme: str) -> None:
    explanation = world.explain("both", programme)
    assert trees.breaches(explanation) == []
    # 40 and 2m x $9 x 0.5 = 9, of 300 + 49 - 24.5
    part = 40 if programme == "both" else 9
    assert explanation.heading["exposure_weight"] == pytest.approx(part / 324.5)
    assert f" on {programme}: rank " in explanation.text().splitlines()[0]


def test_a_programme_that_is_not_supplied_leaves_a_company_unranked(world: memory.World) -> None:
    explanation = world.explain("both", "child")
    assert explanation.trees == ()
    assert explanation.text() == "both (BOTH) is not ranked on child: no supply link known. Missing: supply link."
    assert explanation.nested()["trees"] == []


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
    # what they can bring at most is less than the sales of 300m: a range
    "share": ("bounded", "share of board on share-1"),
    "content": ("bounded", "content of board on content-1"),
    "units": ("bounded", "units of units"),
    "sales": ("no company revenue known", "company revenue"),
}


def rungs(company: str, below: int) -> list[str]:
    """Return the facts of the first rungs of a ladder."""
    return [f"{company.upper()}-{rung}" for rung in range(below)]


@pytest.fixture(scope="module")
def ladders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[memory.World]:
    """Open a world of the ladders, with all else that their companies need."""
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
def test_a_leaf_without_its_fact_falls_back_on_the_next_and_shows_it(ladders: memory.World, gone: int) -> None:
    high = [company for company, ladder in LADDERS.items() if gone < len(ladder)]
    without = [fact for company in high for fact in rungs(company, gone)]
    for company, explanation in ladders.explanations(*high, without=without).items():
        assert trees.breaches(explanation) == []
        assert LADDERS[company][gone][0] in bases(explanation)
        used = trees.facts(trees.from_json(explanation)[1])
        assert f"{company.upper()}-{gone}" in used
        assert not used & set(without)


def test_a_company_with_no_fact_left_for_a_leaf_has_no_rank_and_the_leaf_is_missing(ladders: memory.World) -> None:
    without = [fact for company in LADDERS for fact in rungs(company, len(LADDERS[company]))]
    explanations = ladders.explanations(*LADDERS, without=without)
    headings = {company: one.heading for company, one in explanations.items()}
    found = {name: (heading.get("reason", "bounded"), heading["missing"]) for name, heading in headings.items()}
    assert found == GROUND
    assert {one.heading["rank"] for one in explanations.values()} == {None}
    assert {one.trees for one in explanations.values() if "reason" in one.heading} == {()}


def test_taking_a_fact_away_never_leaves_a_zero(world: memory.World, explained: dict[str, Explanation]) -> None:
    """Take the first fact of every tree away, then the second of every tree, and so on."""
    lasting = {company: sorted(trees.facts(trees.from_json(one)[1])) for company, one in explained.items()}
    for gone in zip_longest(*lasting.values()):
        without = {fact for fact in gone if fact}
        for company, now in world.explanations(*explained, without=without).items():
            lost = without & set(lasting[company])
            # a company without a supply claim lacks nothing
            unsupplied = any(fact.startswith("SS-") for fact in lost)
            if not now.trees:
                assert now.missing or unsupplied, company
            elif lost:
                _, exposure = trees.from_json(now)
                assert trees.breaches(now) == []
                assert not trees.facts(exposure) & without
                given = [leaf for leaf in trees.leaves(exposure) if leaf["op"] == "given"]
                assert {leaf["label"] for leaf in given if leaf["value"] == 0} <= {"left over by stated shares"}
                # a term gives way to another one, or is named as missing
                before, after = (terms(explained[company]), terms(now))
                instead = any(value > before.get(term, 0) for term, value in after.items())
                assert before.keys() <= after.keys() or instead or now.missing or unsupplied, company


def test_missing_inputs_are_listed_beside_the_terms(world: memory.World, explained: dict[str, Explanation]) -> None:
    assert explained["both"].missing == []
    now = world.explain("both", without=["BOTHB"])
    assert terms(now).keys() == {"board on both-1"}
    assert now.missing == ["content of cable on bothb-1"]
    assert now.text().endswith("\n\nunknown, so in no sum\n    content of cable on bothb-1")
    assert now.nested()["missing"] == "content of cable on bothb-1"
    last = now.frame().rows(named=True)[-1]
    assert {key: value for key, value in last.items() if value is not None} == {
        "company_id": "both", "depth": 0, "label": "content of cable on bothb-1", "op": "unknown",
    }  # fmt: skip


def test_uncounted_units_are_missing_unless_the_familys_rest_includes_them(tmp_path: Path) -> None:
    # fam-2 is supplied and has units among the 1m that are of no named generation, which is not supplied
    claims = [
        *supplier("apart"), forecast("apart", "2026", 3e6), content("board", "apart-2", 50),
        share("apart", "board", "apart-2", "2026", 0.2), *supplier("near", "near"), forecast("near", "2026", 3e6),
        content("board", "near", 50),
    ]  # fmt: skip
    with memory.opened(crowd(tmp_path, claims)) as opened:
        explanations = opened.explanations("apart", "near")
    assert explanations["apart"].missing == ["units of apart-2"]
    assert explanations["near"].missing == []


# --- text ---------------------------------------------------------------------------------


def test_a_summary_has_the_terms_by_size_the_weak_inputs_the_denominator_and_the_profit_in_seven_lines(
    explained: dict[str, Explanation],
) -> None:
    assert max(len(one.summary) for one in explained.values()) <= 7
    for one in explained.values():
        assert one.text().splitlines()[1 : len(one.summary) + 2] == [*(f"  {line}" for line in one.summary), ""]
        terms_of = [child.value for child in one.trees[-1].children[0].children]
        assert terms_of == sorted(terms_of, reverse=True)
    assert explained["both"].summary == (
        "board on both-1  USD 40m, 81.6% of programme revenue",
        "cable on bothb-1  USD 9m, 18.4% of programme revenue",
        "grade A: money rests 100% on research; no weak input",
        *explained["both"].summary[-2:],
    )
    against = "set against USD 324.5m of company revenue, the base year and what the programmes add to it"
    assert explained["both"].summary[-2] == f"{against}, though their part of the base year is unknown"
    assert any("share taken from the role" in line for line in explained["role"].summary)


def test_no_part_of_a_printed_tree_is_repeated(explained: dict[str, Explanation]) -> None:
    for one in explained.values():
        heads = [line.strip("│├└─ ") for line in one.text().splitlines() if " = " in line]
        bare = [head.split("  = ")[0] for head in heads]
        shown = {(node.label, node.children) for root in one.trees for node in _inner(root)}
        assert len(bare) == len(shown)


def _inner(node: Node) -> Iterator[Node]:
    if node.children:
        yield node
    for child in node.children:
        yield from _inner(child)


def test_the_printed_tree_names_the_documents(explained: dict[str, Explanation]) -> None:
    text = explained["street"].text()
    assert text.splitlines()[0].startswith("street (STREET): rank ")
    assert "as of 2026-06-30 for 2026, profile balanced" in text.splitlines()[0]
    for fact_id in trees.facts(trees.from_json(explained["street"])[1]):
        assert f" {fact_id} " in text
    assert "disclosed, fed, known 2026-01-15: A note (Publisher)" in text


def test_the_rows_of_nodes_have_their_facts_and_sources(explained: dict[str, Explanation]) -> None:
    frame = explained["rackline"].frame()
    assert frame["company_id"].unique().to_list() == ["rackline"]
    facts = frame.filter(frame["op"] == "fact")
    assert facts["source_ids"].unique().to_list() == ["DOC"]
    assert "" not in facts["fact_ids"]


def test_an_unlisted_company_is_never_ranked(world: memory.World) -> None:
    with pytest.raises(ExposureError, match="owner is never ranked: it is not listed, or has no part in a programme"):
        world.explain("owner")


def test_a_score_without_a_distinguishing_factor_shows_it(tmp_path: Path) -> None:
    with memory.opened(crowd(tmp_path, supplier("lonely"))) as opened:
        explanation = opened.explain("lonely")
    assert trees.breaches(explanation) == []
    assert "score  25.0  no factor tells the companies apart" in explanation.text()
