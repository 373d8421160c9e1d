"""What companies state of themselves follows the units of its scope, at the base by a factor of exactly one."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from exposure.db import session
from exposure.engine import Engine
from exposure.model.evaluate import Evaluator
from exposure.model.graph import Graph, read_graph
from exposure.names.vocabulary import Vocabulary
from exposure.question import DEFAULT_QUESTION
from exposure.scenarios.apply import apply_rules
from exposure.scenarios.rules import Rule
from exposure.scoring.ranking import rank_companies
from tests.support.seed_folders import FACTS, SHIPPED, disclosed, forecast, world
from tests.support.view_cases import Asked, built

#: alpha states $75m of all chips, beta $24m of the first two generations; 250,000 of 2m chips are counted for owner
STATED = (
    *FACTS, disclosed("alpha", "2026", 75, scope_id="fam", measure="revenue", currency="USD"),
    disclosed("beta", "2026", 24, scope_id="fam-1-2", measure="revenue", currency="USD"),
    forecast("fam-1", "2026", 250_000, supplier_id="owner", product_id="board"),
)  # fmt: skip
VIEWS = ("core.node", "core.edge", "mart.factors", "mart.name")
REVENUE = """
select company_id, programme_revenue_usd from "core.programme_revenue"
where period_role = 'horizon' and method = ? and programme_id <> 'fam-2' order by company_id
"""


@pytest.fixture(scope="module", params=[1.0, 0.6])
def passed(request: pytest.FixtureRequest) -> float:
    """Return the part of a change that reaches stated figures."""
    return float(request.param)


@pytest.fixture(scope="module")
def asked(passed: float, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("passed")
    with (SHIPPED / "parameters.csv").open(encoding="utf-8", newline="") as file:
        parameters = [
            row | {"value": passed} if row["parameter"] == "pass_through" else row for row in csv.DictReader(file)
        ]
    return built(world(folder / "seeds", *STATED, parameters=parameters), folder, *VIEWS)


def revenues(asked: Asked, method: str, *rules: Rule) -> dict[str, float]:
    """Return each company's revenue by a method at the horizon, under rules."""
    with session.reading(asked.db, horizon=2026) as reader:
        apply_rules(reader, rules, Vocabulary.from_database(reader))
        reader.compute("core.programme_revenue")
        return dict(reader.rows(REVENUE, [method]))


HALF = Rule(what="units", programmes=("fam-1",), periods=("horizon",), multiply=0.5)


def test_at_the_base_a_statement_is_what_it_says(asked: Asked) -> None:
    assert revenues(asked, "disclosed") == {"alpha": 75e6, "beta": 24e6}
    assert revenues(asked, "bottom_up")["owner"] == 250_000 * 50


def test_stated_sales_and_counts_follow_half_the_units(asked: Asked, passed: float) -> None:
    """1 + p x (1m / 2m - 1), whether the family, a group of its generations or one of them is stated."""
    factor = 1 - passed / 2
    assert revenues(asked, "disclosed", HALF) == pytest.approx({"alpha": 75e6 * factor, "beta": 24e6 * factor})
    assert revenues(asked, "bottom_up", HALF)["owner"] == pytest.approx(250_000 * 50 * factor)


def test_the_graph_says_what_a_scenario_says(asked: Asked, passed: float) -> None:
    with session.reading(asked.db, horizon=2026) as reader:
        graph = read_graph(reader)
    roots = graph.numbers(
        ["stated/alpha/fam/disclosed/2026", "stated/beta/fam/disclosed/2026", "term/owner/board/fam-1/2026"]
    )
    units = graph.numbers(["units/fam/2026", "units/fam-1/2026"])
    halved = Evaluator(graph, roots, fixed=units)(1, fixed=graph.value[units][:, None] / 2)[:, 0]
    factor = 1 - passed / 2
    assert halved == pytest.approx([75e6 * factor, 24e6 * factor, 12.5e6 * factor])


# --- the shipped evidence -----------------------------------------------------------------


def shift_units(graph: Graph, company: str, family: str, programmes: list[str], passed: float) -> float | None:
    """Return d ln(revenue of a family) / d ln(its units); None where the company has none of it."""
    root = graph.numbers([f"programme_revenue/{company}/{family}/2026"])
    units = graph.numbers(f"units/{scope}/2026" for scope in (family, *programmes))
    units = units[units >= 0]
    if root[0] < 0 or not graph.value[root[0]]:
        return None
    part = graph.numbers(["parameter/pass_through"])
    evaluate = Evaluator(graph, root, fixed=np.concatenate([units, part]))
    steps = graph.value[units][:, None] * np.array([1, 1.01])
    before, after = evaluate(2, fixed=np.vstack([steps, [[passed, passed]]]))[0]
    return float(np.log(after / before) / np.log(1.01))


@pytest.mark.slow
@pytest.mark.parametrize("passed", [1.0, 0.5])
def test_every_forecast_moves_every_ranked_company(passed: float, shipped_db: Path) -> None:
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        ranked = rank_companies(reader, DEFAULT_QUESTION, profile).ranked["company_id"].to_list()
        graph = read_graph(reader)
        families = reader.rows(
            "select family_id, list(programme_id order by programme_id) from raw.programmes group by 1"
        )
    moved = {
        (company, family): slope
        for company in ranked
        for family, programmes in sorted(families)
        if (slope := shift_units(graph, company, family, programmes, passed)) is not None
    }
    assert {company for company, _ in moved} == set(ranked)
    assert {key: slope for key, slope in moved.items() if not 0.5 <= slope <= 1 + 1e-9} == {}
