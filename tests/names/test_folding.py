"""Two ways of writing one name become equal when they are folded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exposure.names import folding
from exposure.names.folding import fold, simplify


@given(st.text())
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_traditional_and_simplified_are_one_character_for_character() -> None:
    assert fold("緯穎") == fold("纬颖")
    assert len(simplify("臺灣積體電路")) == 6


def test_no_character_of_the_table_is_in_it_twice_or_in_both_scripts() -> None:
    assert len(set(folding._TRADITIONAL)) == len(folding._TRADITIONAL) == len(folding._SIMPLIFIED)
    assert not set(folding._TRADITIONAL) & set(folding._SIMPLIFIED)
