"""What every fact must be: an ordered range within its table, and evidence that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from exposure.seeds.models import TABLES, Fact
from exposure.seeds.models.facts import CompanyRevenue
from tests.support.seed_folders import (
    Claim,
    assumed,
    chips,
    content,
    disclosed,
    fault,
    forecast,
    rate,
    revenue,
    share,
    world,
)
from tests.support.seed_folders import claim as ledger_claim


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (forecast(base=None), "base: none of low, base and high is stated"),
        (forecast(low=3, base=2), "low: low 3 is above base 2"),
        (forecast(low=3, high=2), "low: low 3 is above high 2"),
        (forecast(base=3, high=2), "base: base 3 is above high 2"),
        (forecast(base=1e30), "base: 1e+30 is above 1e+12, the maximum of this table"),
        (forecast(base=1e-30), "base: 1e-30 is closer to zero than 1e-09, but not zero"),
        (content(base=1e30), "base: 1e+30 is above 1e+12, the maximum of this table"),
        (chips(base=1e7), "base: 1e+07 is above 1e+06, the maximum of this table"),
        (rate(base=1e-10), "base: 1e-10 is closer to zero than 1e-09, but not zero"),
        (revenue(base=1e22), "base: 1e+22 is above 1e+12, the maximum of this table"),
        (
            disclosed(base=1e22, customer_id="owner", measure="revenue", currency="USD"),
            "base: 1e+22 is above 1e+12, the maximum of this table",
        ),
        (ledger_claim("x", "backlog", 1e19, unit="x"), "base: 1e+19 is above 1e+18, the maximum of this table"),
        (ledger_claim("x", "backlog", -1e19, unit="x"), "base: -1e+19 is below -1e+18, the minimum of this table"),
        (forecast(base=1, known_on="2101-01-01"), "known_on: 2101-01-01 is after the year 2100"),
        (
            forecast(base=1, known_on_basis="rests_on"),
            "known_on_basis: is 'rests_on' for assumptions, and only for them",
        ),
        (assumed(forecast(base=1)), "rests_on: an assumption lists the facts that it rests on"),
        (share(base=1.2), "base: 1.2 is above 1, the maximum of this table"),
        (share(high=-0.1), "high: -0.1 is below 0, the minimum of this table"),
    ],
)
def test_a_range_or_evidence_that_does_not_fit_is_one_sentence(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"{claim.table}.csv:2 {message}"


def test_the_columns_of_a_fact_end_with_its_range_and_evidence() -> None:
    assert CompanyRevenue.columns()[:5] == ["fact_id", "company_id", "period", "kind", "currency"]
    for model in TABLES.values():
        if issubclass(model, Fact):
            assert model.columns()[-len(Fact.model_fields) + 1 :] == list(Fact.model_fields)[1:]


def test_every_reference_of_a_model_names_a_column_that_exists() -> None:
    for model in TABLES.values():
        for column, targets in model.references().items():
            assert column in model.columns()
            for name, key in (target.split(".") for target in targets):
                assert key in TABLES[name].columns()


def test_every_rule_of_a_model_names_columns_that_exist() -> None:
    for model in TABLES.values():
        methods = [m for part in model.__mro__ for m in vars(part).values() if hasattr(m, "rule_columns")]
        for method in methods:
            assert set(method.rule_columns) <= set(model.columns()), (model, method)
