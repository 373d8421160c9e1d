"""Rules made in Python."""

from __future__ import annotations

import pytest

from exposure.scenarios.rules import Rule, years_of


def test_a_rule_has_one_operation() -> None:
    with pytest.raises(ValueError, match="delay: a rule does one thing, and this one has multiply already"):
        Rule(what="units", multiply=2, delay=1)


def test_a_rule_is_described_by_its_operation_and_filters() -> None:
    rule = Rule(what="units", programmes=("fam", "tpu"), periods=("horizon",), add=3, unit="chip")
    assert (rule.operation, rule.amount) == ("add", 3)
    assert rule.words == "add units, programmes fam, tpu, periods horizon"


def test_a_period_of_a_rule_is_made_of_whole_years() -> None:
    assert list(years_of("2026..2027")) == [2026, 2027]
    with pytest.raises(ValueError, match="'2026Q3' is not made of whole calendar years"):
        years_of("2026Q3")
