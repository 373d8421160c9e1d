"""Claims fit their metrics; checks and contradictions name facts that fit them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.seed_folders import (
    LEVELS,
    Cells,
    Claim,
    capex,
    check,
    claim,
    contradiction,
    fault,
    faults,
    revenue,
    worded,
    world,
)


def test_a_claim_is_a_number_with_a_unit_or_a_text(tmp_path: Path) -> None:
    assert faults(world(tmp_path, capex(), worded())) == []


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        (
            capex(text="much"),
            "claims.csv:2 text: a claim states a number or a text; the note explains the number",
        ),
        (capex(None, unit=None, currency=None), "claims.csv:2 base: neither a number nor a text is stated"),
        (capex(None, text="much"), "claims.csv:2 unit: is stated for numbers, and only for them"),
        (capex(unit=None, currency=None), "claims.csv:2 unit: is stated for numbers, and only for them"),
        (capex(unit="USD"), "claims.csv:2 unit: 'USD' is not 'currency million', the unit of 'capex'"),
        (capex(unit="TWD million"), "claims.csv:2 currency: 'USD' is not the currency in the unit 'TWD million'"),
        (
            capex().but(metric="capex_growth"),
            "claims.csv:2 metric: 'capex_growth' is not in claim_metrics.csv or signal_metrics.csv",
        ),
        (capex().but(subject="The Owner"), "claims.csv:2 subject: 'The Owner' is not an id"),
        (
            capex(scope_id="fam-9"),
            "claims.csv:2 scope_id: 'fam-9' is not in families.csv or scopes.csv or programmes.csv",
        ),
        (capex().but(company_id="nobody"), "claims.csv:2 company_id: 'nobody' is not in companies.csv"),
        (capex(low=200), "claims.csv:2 low: low 200 is above base 100"),
    ],
)
def test_a_claim_that_states_nothing_clear_is_refused(tmp_path: Path, stated: Claim, message: str) -> None:
    assert fault(world(tmp_path, stated)).startswith(message)


@pytest.mark.parametrize("unit", ["chip", "board", "tray", "server", "rack", "module", "piece"])
def test_a_counted_unit_is_any_that_is_counted(tmp_path: Path, unit: str) -> None:
    counted = claim("fam-1", "units_installed", 5, unit=unit)
    pieces = claim("board", "pieces_per_unit", 5, unit=f"piece per {unit}")
    assert faults(world(tmp_path, counted, pieces)) == []


def test_an_unknown_counted_unit_is_refused(tmp_path: Path) -> None:
    assert fault(world(tmp_path, claim("fam-1", "units_installed", 5, unit="lorry"))).startswith("claims.csv:2 unit: ")


def test_a_life_of_more_years_than_a_date_can_have_is_refused(tmp_path: Path) -> None:
    message = "'useful_life' is a year or a number of years, at most 9999"
    life = claim("fam-1", "useful_life", 9999, unit="year")
    assert faults(world(tmp_path, life)) == []
    assert fault(world(tmp_path, life.but(base=10_000))) == f"claims.csv:2 unit: {message}"


def test_the_same_statement_twice_is_refused_unless_one_corrects_the_other(tmp_path: Path) -> None:
    twice = fault(world(tmp_path / "a", capex(100), capex(110)))
    assert "same subject, metric, object, scope_id, period, origin_id and known_on" in twice
    assert faults(world(tmp_path / "b", capex(100, fact_id="A"), capex(110, supersedes="A"))) == []


def test_objects_and_scopes_distinguish_statements(tmp_path: Path) -> None:
    assert faults(world(tmp_path, capex(), capex(object="ai"), capex(scope_id="fam-1"))) == []


def metric(name: str, definition: str) -> Cells:
    return {"metric": name, "unit": "fraction", "definition": definition, "system": "general"}


def test_a_metric_has_one_name(tmp_path: Path) -> None:
    vocabulary = [metric("growth", "Change on a year before"), metric("rise", "Change on a  year BEFORE")]
    message = fault(world(tmp_path, claim_metrics=vocabulary))
    assert message == "claim_metrics.csv:3 definition: 'rise' means the same as 'growth'; a metric has one name"


def test_a_signal_is_not_a_metric_as_well(tmp_path: Path) -> None:
    message = fault(world(tmp_path, claim_metrics=[metric("gross_margin", "Margin")]))
    assert message.startswith("claim_metrics.csv:2 metric: 'gross_margin' is already a signal (signal_metrics.csv:")


def test_checks_and_contradictions_of_known_facts_are_accepted(tmp_path: Path) -> None:
    assert faults(world(tmp_path, *LEVELS, claim_checks=[check()], contradictions=[contradiction()])) == []


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"inputs": ("A", "Z")}, "claim_checks.csv:2 inputs: 'Z' is not in any table of facts"),
        ({"stated": "Z"}, "claim_checks.csv:2 stated: 'Z' is not in any table of facts"),
        ({"stated": "A"}, "claim_checks.csv:2 stated: 'A' is one of the inputs"),
        ({"formula": "guess"}, "claim_checks.csv:2 formula: 'guess' is not one of "),
        (
            {"formula": "cagr", "inputs": ("A",), "input_rounding": "1"},
            "claim_checks.csv:2 inputs: 'cagr' takes 2 inputs, not 1",
        ),
        ({"input_rounding": "1"}, "claim_checks.csv:2 input_rounding: there are 2 inputs and 1 roundings"),
        ({"input_rounding": "1; 0"}, "claim_checks.csv:2 input_rounding: '1; 0' is not a list of numbers above 0"),
        ({"input_rounding": "1, 1"}, "claim_checks.csv:2 input_rounding: '1, 1' is not a list of numbers above 0"),
        ({"input_rounding": "1; 1e999"}, "claim_checks.csv:2 input_rounding: '1; 1e999' is not a list of numbers"),
        ({"stated_rounding": 1e300}, "claim_checks.csv:2 stated_rounding: 1e+300 is not above 0 and at most 1e+18"),
        ({"stated_rounding": 0}, "claim_checks.csv:2 stated_rounding: 0 is not above 0 and at most 1e+18"),
    ],
)
def test_a_check_that_cannot_be_computed_is_refused(tmp_path: Path, cells: Cells, wrong: str) -> None:
    assert fault(world(tmp_path, *LEVELS, claim_checks=[check(**cells)])).startswith(wrong)


def test_a_check_does_not_compute_with_words(tmp_path: Path) -> None:
    message = fault(world(tmp_path, *LEVELS, worded(fact_id="D"), claim_checks=[check(stated="D")]))
    assert message == "claim_checks.csv:2 stated: 'D' states no number, so nothing can be computed with it"


def test_checks_take_facts_of_any_table(tmp_path: Path) -> None:
    sold = [revenue("beta", "2024", 5, fact_id="A"), revenue("beta", "2025", 6, fact_id="B")]
    assert faults(world(tmp_path, *sold, capex(11, fact_id="C"), claim_checks=[check()])) == []


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"right_fact": "Z"}, "contradictions.csv:2 right_fact: 'Z' is not in any table of facts"),
        ({"right_fact": "A"}, "contradictions.csv:2 right_fact: 'A' is the left fact as well"),
        ({"set_aside": "C"}, "contradictions.csv:2 set_aside: 'C' is neither of the two facts"),
        ({"kind": "revision"}, "contradictions.csv:2 kind: 'B' became known on 2026-01-15, not after 'A' (2026-01-15)"),
    ],
)
def test_facts_that_do_not_contradict_are_refused(tmp_path: Path, cells: Cells, wrong: str) -> None:
    assert fault(world(tmp_path, *LEVELS, contradictions=[contradiction(**cells)])) == wrong


def test_what_feeds_the_formula_is_not_set_aside(tmp_path: Path) -> None:
    sold = [revenue("beta", "2024", 5, fact_id="A"), capex(fact_id="B")]
    message = fault(world(tmp_path, *sold, contradictions=[contradiction(set_aside="A")]))
    assert message.startswith("contradictions.csv:2 set_aside: 'A' is not in claims.csv")
