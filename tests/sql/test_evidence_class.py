"""Classes of evidence, the parts of the money that rest on them, grades and confidence. Families are worth $100m."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.seed_folders import (
    DAY,
    SOURCES,
    Cells,
    Claim,
    assumed,
    content,
    disclosed,
    forecast,
    revenue,
    share,
    write,
)
from tests.support.view_cases import Answer, Asked, built, crowd

UNDATED: Cells = SOURCES[0] | {"source_id": "UNDATED", "published_on": None, "published_precision": "none"}
FILED: Cells = {"tier": "disclosed", "origin_id": "company"}
HEARD: Cells = {"tier": "rumour", "origin_id": "market"}
CONSENSUS: Cells = {"kind": "forecast", "tier": "estimate", "origin_id": "broker-a"}
BROKER: Cells = {"tier": "estimate", "origin_id": "broker-a"}
#: name -> tier and document of a fact, and its class
CLASSES: dict[str, tuple[Cells, str]] = {
    "filed": ({"tier": "disclosed"}, "filing"),
    "reported": ({"tier": "reported"}, "research"),
    "estimated": ({"tier": "estimate"}, "research"),
    "heard": ({"tier": "rumour"}, "rumour"),
    "reported-undated": ({"tier": "reported", "source_id": "UNDATED"}, "rumour"),
    "estimated-undated": ({"tier": "estimate", "source_id": "UNDATED"}, "rumour"),
    "heard-undated": ({"tier": "rumour", "source_id": "UNDATED"}, "rumour"),
}
PARTS = ("part_filing", "part_research", "part_rumour", "part_assumption")


def family(name: str, shares: dict[str, float], *, by: Cells | None = None, **of_share: Any) -> list[Claim]:
    """Return claims for 1m chips with $100 of cable each, and who supplies which part of it."""
    stated: Cells = by or {}
    return [
        forecast(f"{name}-1", "2026", 1e6, **stated),
        content("cable", f"{name}-1", 100, period="2026", **stated),
        *(share(who, "cable", f"{name}-1", "2026", part, **stated | of_share) for who, part in shares.items()),
    ]


def own(name: str, shares: dict[str, float]) -> list[Claim]:
    """Return the same claims with a content of our own."""
    units, worth, *supplied = family(name, shares)
    return [units.but(fact_id="OWN"), assumed(worth, "OWN"), *supplied]


def said(fact_id: str, **cells: Any) -> Claim:
    """Return a claim that no figure needs."""
    return revenue(f"x{fact_id.lower()}", "2025", 1, fact_id=fact_id, **cells)


def sales(company: str) -> list[Claim]:
    return [revenue(company, "2025", 500), revenue(company, "2026", 1000, **CONSENSUS)]


def build(folder: Path, claims: Iterable[Claim]) -> Asked:
    """Build a world that also has a document without a date."""
    seeds = crowd(folder / "seeds", claims)
    write(seeds, "sources", [*SOURCES, UNDATED])
    views = ("mart.factors", "core.fact_class", "core.input_class", "core.term_class")
    return built(seeds, folder, *views, as_of=DAY)


def _weak_terms() -> list[Claim]:
    """Return claims for companies with one weak input each beside filings."""
    units, worth, supplied = family("role", {"role": 0.5}, by=FILED)
    role = [units, worth, supplied.but(base=None, sourcing_mode="main")]
    units, worth, supplied = family("wide", {"wide": 0.5}, by=FILED)
    of_market = supplied.but(scope_id="market", denominator="market")
    wide = [units, worth, supplied.but(base=None, sourcing_mode="participant"), of_market]
    units, worth, supplied = family("ring", {"ring": 0.5}, by=FILED)
    ring = [units, worth.but(circular=True), supplied]
    units, worth, supplied = family("bits", {"bits": 0.5}, by=FILED)
    pieces = worth.but(measure="attach", base=2, currency=None)
    bits = [units, pieces, worth.but(measure="price", base=50, unit_basis="piece", **HEARD), supplied]
    said = disclosed("part", "2026", 200, measure="revenue", currency="USD", scope_id="part-all", **BROKER)
    part = [*family("part", {"part": 0.5}, **HEARD), said]
    return [*role, *wide, *ring, *bits, *part]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    claims = [
        *family("filed", {"ace": 0.5, "cee": 0.4}, by=FILED),
        *family("told", {"ace": 0.35, "bee": 0.5, "cee": 0.1}),
        *family("heard", {"ace": 0.05}, **HEARD | {"known_on": "2025-06-30"}),
        *family("undated", {"bee": 0.2}, source_id="UNDATED"),
        *own("own", {"ace": 0.1, "bee": 0.3, "cee": 0.5}),
        *_weak_terms(),
        *(
            claim
            for company in ("ace", "bee", "cee", "role", "wide", "ring", "bits", "part")
            for claim in sales(company)
        ),
        *(said(f"SAID-{name}", **cells) for name, (cells, _) in CLASSES.items()),
    ]
    return build(tmp_path_factory.mktemp("classes"), claims)


def factors(asked: Asked, company: str) -> Answer:
    return asked.row("mart.factors", company_id=company)


def parts(asked: Asked, company: str) -> Any:
    row = factors(asked, company)
    return pytest.approx([row[part] for part in PARTS])


# --- parts and grades -----------------------------------------------------------------------


def test_the_money_of_a_term_belongs_to_the_class_of_its_weakest_input(asked: Asked) -> None:
    # of $100m each: half of a family counted, priced and shared out by filings, and so on down
    assert parts(asked, "ace") == [0.5, 0.35, 0.05, 0.1]
    # an estimate of a share in a document without a date is hearsay
    assert parts(asked, "bee") == [0, 0.5, 0.2, 0.3]
    # our own content makes our own term, though its units and its share are a broker's
    assert parts(asked, "cee") == [0.4, 0.1, 0, 0.5]


def test_the_grade_follows_from_the_parts_alone(asked: Asked) -> None:
    # filings and research 85%, assumptions no more than a tenth
    assert factors(asked, "ace")["grade"] == "A"
    # half on research, and less than 35% assumed
    assert factors(asked, "bee")["grade"] == "B"
    # half as well, but as much is assumed
    assert factors(asked, "cee")["grade"] == "C"


def test_a_part_on_a_threshold_passes_it_and_one_beyond_does_not(tmp_path: Path) -> None:
    shares = {
        "a": (0.7, 0.1, 0.1, 0.1),
        "b": (0.69, 0.1, 0.11, 0.1),
        "c": (0.3, 0.2, 0.15, 0.35),
        "d": (0, 0.5, 0.14, 0.36),
    }
    claims: list[Claim] = []
    for who, (filing, research, rumour, assumption) in shares.items():
        claims += [
            *family(f"{who}filed", {who: filing}, by=FILED), *family(f"{who}told", {who: research}),
            *family(f"{who}heard", {who: rumour}, **HEARD), *sales(who),
        ]  # fmt: skip
        units, worth, *supplied = family(f"{who}own", {who: assumption})
        claims += [units.but(fact_id=f"OWN-{who}"), assumed(worth, f"OWN-{who}"), *supplied]
    asked = build(tmp_path, claims)
    # 80% and 10%; 79%; 50% and 35%; 50% and 36%
    assert [factors(asked, who)["grade"] for who in shares] == ["A", "B", "B", "C"]


def test_confidence_is_what_is_founded_by_the_root_of_origins(asked: Asked) -> None:
    # the company, a broker, the market and ourselves are more than the three origins that are enough
    assert factors(asked, "ace")["confidence"] == pytest.approx(0.85)
    # the broker and ourselves
    assert factors(asked, "bee")["confidence"] == pytest.approx(0.5 * math.sqrt(2 / 3))


def test_the_newest_and_the_oldest_fact_below_the_exposure_are_dated(asked: Asked) -> None:
    row = factors(asked, "ace")
    assert (row["newest_known_on"], row["oldest_known_on"]) == (date.fromisoformat(DAY), date(2025, 6, 30))
    assert factors(asked, "bee")["oldest_known_on"] == date.fromisoformat(DAY)


# --- classes of facts and of inputs -----------------------------------------------------------


@pytest.mark.parametrize("name", CLASSES)
def test_another_name_for_a_figure_raises_no_class_without_a_document(name: str, asked: Asked) -> None:
    assert asked.row("core.fact_class", fact_id=f"SAID-{name}")["evidence_class"] == CLASSES[name][1]


def test_our_own_figures_are_assumptions(asked: Asked) -> None:
    classes = {row["fact_id"]: row["evidence_class"] for row in asked.rows("core.fact_class")}
    ours = asked.rows("core.fact", tier="assumption")
    assert {classes[row["fact_id"]] for row in ours} == {"assumption"}


@pytest.mark.parametrize(
    ("of_two", "evidence_class"), [(({}, HEARD), "research"), (({}, FILED), "filing"), ((HEARD, HEARD), "rumour")]
)
def test_an_input_is_as_good_as_the_best_of_the_facts_that_it_is_pooled_from(
    of_two: tuple[Cells, Cells], evidence_class: str, tmp_path: Path
) -> None:
    units, worth, supplied = family("fam", {"ace": 0.5}, by=FILED)
    origins = zip(("broker-a", "broker-b"), of_two, strict=True)
    counts = [units.but(**BROKER | stated | {"origin_id": origin}) for origin, stated in origins]
    asked = build(tmp_path, [*counts, worth, supplied, *sales("ace")])
    assert asked.row("core.input_class", input="units")["evidence_class"] == evidence_class
    (term,) = asked.rows("core.term_class")
    assert term["evidence_class"] == evidence_class


def test_pieces_and_their_price_are_two_inputs(asked: Asked) -> None:
    rows = asked.rows("core.input_class", node_id="term/bits/cable/bits-1/2026")
    classes = {row["input"]: row["evidence_class"] for row in rows}
    assert classes == {"units": "filing", "attach": "filing", "price": "rumour", "share": "filing"}
    assert parts(asked, "bits") == [0, 0, 1, 0]


@pytest.mark.parametrize("company", ["role", "wide", "ring"])
def test_a_role_a_market_share_and_a_circular_content_are_our_own(company: str, asked: Asked) -> None:
    assert parts(asked, company) == [0, 0, 0, 1]
    assert factors(asked, company)["grade"] == "C"


def test_a_stated_part_is_an_input_of_its_own(asked: Asked) -> None:
    # the family is rumour, and a broker says what it brings the company
    assert factors(asked, "part")["method"] == "disclosed"
    assert parts(asked, "part") == [0, 1, 0, 0]
