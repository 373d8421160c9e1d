"""Test the ledger: how all tables unite in it, and what it leaves alone."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exposure.db import build as warehouse
from exposure.seeds.models import TABLES, Fact
from exposure.seeds.models.ledger import FORMULAS, Claim, ClaimCheck, ClaimMetric, Contradiction
from exposure.seeds.models.method import SignalMetric
from exposure.seeds.reader import read_seeds
from tests.support.ledgers import SQL, asked, ledger
from tests.support.seed_folders import (
    FACTS,
    LEVELS,
    ORIGINS,
    SHIPPED,
    SOURCES,
    capex,
    check,
    chips,
    claim,
    content,
    contradiction,
    disclosed,
    forecast,
    owned,
    rate,
    revenue,
    share,
    signal,
    worded,
    world,
)

NOTES = [f"N{number:02d}" for number in range(1, 23)]
#: digests that carry no citation marks of their own
UNMARKED = {"N11", "N12", "N14", "N19", "N20"}


# --- the vocabulary ------------------------------------------------------------------------


def test_every_metric_of_the_shipped_vocabulary_is_used_and_every_claim_is_of_it(shipped: Path) -> None:
    read = read_seeds(SHIPPED).tables
    named = {row.metric for row in read["claim_metrics"] if isinstance(row, ClaimMetric)}
    signals = {row.metric for row in read["signal_metrics"] if isinstance(row, SignalMetric)}
    used = {row["metric"] for row in asked(shipped, "select distinct metric from mart.claim")}
    assert used - signals == named


def test_every_number_has_the_unit_of_its_metric(shipped: Path) -> None:
    query = """
        select k.fact_id, k.unit, coalesce(m.unit, s.unit) as metric_unit
        from mart.claim as k
        left join raw.claim_metrics as m on m.metric = k.metric
        left join raw.signal_metrics as s on s.metric = k.metric
        where coalesce(k.low, k.base, k.high) is not null
    """
    basis = "(chip|board|tray|server|rack|module|piece)"
    for row in asked(shipped, query):
        pattern = re.escape(row["metric_unit"]).replace("currency", "[A-Z]{3}").replace(r"counted\ unit", basis)
        assert re.fullmatch(pattern, row["unit"]), row


# --- checks and contradictions -------------------------------------------------------------


def test_every_formula_of_the_models_has_its_computation() -> None:
    text = (SQL / "research" / "check_result.sql").read_text(encoding="utf-8")
    assert set(FORMULAS) == set(re.findall(r"'([a-z_]+)'", "\n".join(re.findall(r"when c\.formula .+", text))))


# --- one ledger out of all tables ----------------------------------------------------------


def ask(folder: Path, rows: Path, query: str, **at: Any) -> list[dict[str, Any]]:
    return asked(ledger(folder, rows, "claim"), query, **at)


UNITED = [
    (forecast(base=5), ("fam-1", "units", None, "chip", 5)),
    (forecast(base=5, kind="cumulative"), ("fam-1", "units_installed", None, "chip", 5)),
    (forecast(base=5, kind="required"), ("fam-1", "units_required", None, "chip", 5)),
    (forecast(base=5, kind="lifetime"), ("fam-1", "units_lifetime", None, "chip", 5)),
    (forecast(base=5, kind="annualised"), ("fam-1", "units_annualised", None, "chip", 5)),
    (forecast(base=0.5, kind="growth", unit_basis="fraction"), ("fam-1", "units_growth_yoy", None, "fraction", 0.5)),
    (forecast(base=5, product_id="cable", supplier_id="beta"), ("cable", "units", None, "chip", 5)),
    (content(base=5), ("board", "content_value", None, "USD per chip", 5)),
    (content(base=5, measure="price", unit_basis="piece"), ("board", "piece_price", None, "USD", 5)),
    (content(base=5, measure="attach", currency=None), ("board", "pieces_per_unit", None, "piece per chip", 5)),
    (share(base=0.4), ("alpha", "supply_share", "board", "fraction", 0.4)),
    (
        share(base=0.4, denominator="open_units", open_part=0.5),
        ("alpha", "open_supply_share", "board", "fraction", 0.4),
    ),
    (share(base=0.4, scope_id="market", denominator="market"), ("alpha", "market_share", "board", "fraction", 0.4)),
    (share(base=0.4, joint_ids=("beta",)), ("alpha", "joint_supply_share", "board", "fraction", 0.4)),
    (share(sourcing_mode="main"), ("alpha", "supply_link", "board", None, None)),
    (revenue(base=5), ("alpha", "revenue", None, "USD million", 5)),
    (revenue(base=5, kind="forecast"), ("alpha", "revenue", None, "USD million", 5)),
    (revenue(base=0.5, kind="growth", currency=None), ("alpha", "revenue_growth_yoy", None, "fraction", 0.5)),
    (disclosed(base=0.5, customer_id="owner"), ("alpha", "revenue_part", "owner", "fraction", 0.5)),
    (
        disclosed(base=5, product_id="cable", measure="revenue", currency="USD"),
        ("alpha", "revenue", "cable", "USD million", 5),
    ),
    (signal(base=3), ("alpha", "barrier", None, "level 1 to 5", 3)),
    (signal(metric="visibility_until", until="2027-06-30"), ("alpha", "visibility_until", None, None, None)),
    (rate(base=30), ("twd", "exchange_rate", None, "TWD per USD", 30)),
    (chips(base=10), ("fam-1", "chips_per_unit", None, "chip per rack", 10)),
    (owned(base=0.4), ("beta", "stake", "alpha", "fraction", 0.4)),
]


def test_every_kind_of_formula_fact_has_its_metric_and_unit_in_the_ledger(tmp_path: Path) -> None:
    facts = []
    for place, (stated, _) in enumerate(UNITED, start=30):
        cells = stated.cells | {"fact_id": f"F{place}", "period": f"20{place}", "known_on": f"20{place}-12-31"}
        facts.append(replace(stated, cells={k: v for k, v in cells.items() if k in TABLES[stated.table].model_fields}))
    rows = world(tmp_path / "rows", *facts, rate("TWD", "2025", fact_id="FX"))
    ledger_rows = ask(tmp_path, rows, "select * from mart.claim where fact_id like 'F__'")
    by_fact = {row["fact_id"]: row for row in ledger_rows}
    for place, (_, expected) in enumerate(UNITED, start=30):
        row = by_fact[f"F{place}"]
        assert (row["subject"], row["metric"], row["object"], row["unit"], row["base"]) == expected


def test_every_table_is_staged_in_the_same_columns(shipped: Path) -> None:
    query = """
        select c.table_name, list(c.column_name order by c.column_index) as columns
        from duckdb_columns() as c
        where c.schema_name = 'staging' and c.table_name not in ('fiscal_year', 'joint_member')
        group by c.table_name
    """
    staged = {row["table_name"]: row["columns"] for row in asked(shipped, query)}
    assert len(staged) == 11
    assert [name for name, columns in staged.items() if columns != staged["claim"]] == []


def test_a_company_that_forecasts_its_own_sales_guides(tmp_path: Path) -> None:
    own = {"origin_id": "alpha", "kind": "forecast"}
    origin = [{"origin_id": "alpha", "name": "Alpha", "kind": "company"}]
    rows = world(tmp_path / "rows", revenue(base=5, period="2026", **own), origins=[*ORIGINS, *origin])
    query = "select metric from mart.claim where subject = 'alpha' and metric like 'revenue%'"
    assert ask(tmp_path, rows, query) == [{"metric": "revenue_guidance"}]


def test_a_statement_words_bounds_ranges_and_figures_of_any_size(tmp_path: Path) -> None:
    claims = [
        capex(None, "2021", low=5),
        capex(None, "2022", high=5),
        capex(None, "2023", low=5, high=7.5),
        capex(5, "2024", low=4, high=7),
        capex(5, "2025"),
        capex(0.000025, "2026"),
        capex(12_345_678.9, "2027"),
        capex(3e13, "2028"),
    ]
    rows = world(tmp_path / "rows", *claims, worded())
    query = "select statement, central from mart.claim where home = 'claims' order by period, subject desc"
    assert [(row["statement"], row["central"]) for row in ask(tmp_path, rows, query)] == [
        ("over 5 USD million", None),
        ("up to 5 USD million", None),
        ("5 to 7.5 USD million", 6.25),
        ("4 to 7 USD million", 5.0),
        ("5 USD million", 5.0),
        ("0.000025 USD million", 0.000025),
        ("12345678.9 USD million", 12_345_678.9),
        ("30000000000000 USD million", 3e13),
        ("fully booked", None),
    ]


# --- time ----------------------------------------------------------------------------------

CURRENT = "select fact_id from mart.claim where is_current and home = 'claims' order by fact_id"


def current(folder: Path, rows: Path, **at: Any) -> list[str]:
    return [row["fact_id"] for row in ask(folder, rows, CURRENT, **at)]


def test_the_latest_claim_of_each_origin_is_its_current_one(tmp_path: Path) -> None:
    claims = [
        capex(100, fact_id="OLD", known_on="2025-02-01"),
        capex(110, fact_id="NEW", known_on="2025-08-01"),
        capex(90, fact_id="OTHER", known_on="2025-01-01", origin_id="broker-b"),
    ]
    assert current(tmp_path, world(tmp_path / "rows", *claims)) == ["NEW", "OTHER"]


def test_the_ledger_shows_what_was_known_on_the_day(tmp_path: Path) -> None:
    claims = [capex(100, fact_id="OLD", known_on="2025-02-01"), capex(110, fact_id="NEW", known_on="2025-08-01")]
    db = ledger(tmp_path, world(tmp_path / "rows", *claims), "claim")
    known = "select fact_id, as_of from mart.claim where home = 'claims'"
    assert [row["fact_id"] for row in asked(db, known, as_of="2025-07-31")] == ["OLD"]
    assert [row["fact_id"] for row in asked(db, CURRENT, as_of="2025-07-31")] == ["OLD"]
    assert [row["fact_id"] for row in asked(db, CURRENT, as_of="2025-08-01")] == ["NEW"]


def test_a_corrected_claim_and_a_withdrawn_one_are_not_current(tmp_path: Path) -> None:
    claims = [
        capex(100, fact_id="WRONG"),
        capex(110, fact_id="RIGHT", supersedes="WRONG"),
        capex(5, "2026", fact_id="SAID", known_on="2025-02-01"),
        capex(None, "2026", fact_id="TAKEN", known_on="2025-08-01", withdrawn=True, unit=None, currency=None),
    ]
    assert current(tmp_path, world(tmp_path / "rows", *claims)) == ["RIGHT"]


def test_a_claim_is_set_aside_once_both_sides_are_known(tmp_path: Path) -> None:
    claims = [
        capex(100, fact_id="A", known_on="2025-02-01"),
        capex(300, fact_id="B", known_on="2025-08-01", origin_id="broker-b"),
    ]
    rows = world(tmp_path / "rows", *claims, contradictions=[contradiction(set_aside="A")])
    db = ledger(tmp_path, rows, "claim")
    stands = "select fact_id from mart.claim where stands and home = 'claims' order by fact_id"
    assert [row["fact_id"] for row in asked(db, stands, as_of="2025-07-31")] == ["A"]
    assert [row["fact_id"] for row in asked(db, stands)] == ["B"]
    assert [row["fact_id"] for row in asked(db, CURRENT)] == ["A", "B"]


def test_loading_the_rows_again_in_another_order_changes_nothing(tmp_path: Path) -> None:
    rows = world(tmp_path / "rows", *LEVELS, worded(), claim_checks=[check()], contradictions=[contradiction()])
    first = warehouse.content_digest(ledger(tmp_path / "first", rows, "claim", "claim_check", "contradiction"))
    for name in ("claims", "claim_metrics"):
        header, *lines = (rows / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(1).shuffle(lines)
        (rows / f"{name}.csv").write_text("".join([header, *lines]), encoding="utf-8")
    again = warehouse.content_digest(ledger(tmp_path / "again", rows, "claim", "claim_check", "contradiction"))
    assert again == first


# --- the shipped ledger --------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the ledger of the shipped seeds once."""
    return ledger(tmp_path_factory.mktemp("ledger"), SHIPPED, "claim", "evidence")


def test_the_22_notes_have_more_than_750_claims_with_a_citation(shipped: Path) -> None:
    noted = asked(shipped, "select source_id, citation from mart.claim where source_id like 'N__'")
    counted = Counter(row["source_id"] for row in noted)
    assert sorted(counted) == NOTES
    assert {row["source_id"] for row in noted if row["citation"] is None} == UNMARKED
    assert all(re.fullmatch(r"(\[\d+\])+", row["citation"]) for row in noted if row["citation"])
    assert sum(row["citation"] is not None for row in noted) >= 750
    assert len(noted) >= 950


def test_what_a_formula_table_holds_is_not_typed_a_second_time(shipped: Path) -> None:
    query = """
        select l.fact_id, f.fact_id
        from mart.claim as l
        inner join mart.claim as f
            on
                f.source_id = l.source_id and f.subject = l.subject and f.metric = l.metric
                and f.low is not distinct from l.low and f.base is not distinct from l.base
                and f.high is not distinct from l.high and f.period_end is not distinct from l.period_end
        where l.home = 'claims' and f.home <> 'claims' and coalesce(l.low, l.base, l.high) is not null
    """
    assert asked(shipped, query) == []


def test_the_claims_do_not_move_the_default_date() -> None:
    tables = read_seeds(SHIPPED).tables
    known = {
        name: max(row.known_on for row in rows if isinstance(row, Fact))
        for name, rows in tables.items()
        if issubclass(TABLES[name], Fact)
    }
    assert known.pop("claims") <= max(known.values())


def test_amazons_budget_of_2025_has_three_vintages_of_which_two_were_known_in_august(shipped: Path) -> None:
    query = """
        select fact_id, statement from mart.claim
        where subject = 'amazon' and metric = 'capex_guidance' and period = '2025' order by known_on
    """
    assert [row["statement"] for row in asked(shipped, query)] == [
        "100000 USD million",
        "110000 to 120000 USD million",
        "125000 USD million",
    ]
    assert len(asked(shipped, query, as_of="2025-08-10")) == 2


def test_the_seeds_repeat_no_sentence_of_their_sources() -> None:
    for name in ("claims", "contradictions", "claim_checks"):
        with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                words = " ".join(row.get(column) or "" for column in ("text", "note", "treatment", "not_comparable"))
                assert not re.search(r"[\u4e00-\u9fff]", words), row
                assert len(words.split()) < 45, row


def test_the_models_of_the_ledger_describe_their_tables() -> None:
    assert [TABLES[name] for name in ("claims", "claim_metrics", "claim_checks", "contradictions")] == [
        Claim,
        ClaimMetric,
        ClaimCheck,
        Contradiction,
    ]


def test_claims_change_no_factor_of_the_ranking(tmp_path: Path) -> None:
    query = "select * exclude (as_of) from mart.factors order by company_id"
    plain = asked(ledger(tmp_path / "plain", world(tmp_path / "a", *FACTS, sources=SOURCES), "factors"), query)
    claimed = world(
        tmp_path / "b", *FACTS, *LEVELS, worded(), claim("alpha", "gross_margin", 0.9, unit="fraction"), sources=SOURCES
    )
    assert plain
    assert asked(ledger(tmp_path / "claimed", claimed, "factors"), query) == plain
