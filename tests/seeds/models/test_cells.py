"""What a cell may hold: plain numbers, days, flags, codes and texts, each refused in one sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exposure.seeds.models.facts import ShipmentForecast
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import Claim, content, fault, forecast, share, world


def test_cells_become_numbers_days_flags_and_lists(tmp_path: Path) -> None:
    claim = forecast("fam", "2026", 1500, low=1.5e3, note="Über 中文", withdrawn=False)
    row = read_seeds(world(tmp_path, claim)).tables["shipment_forecasts"][0]
    assert isinstance(row, ShipmentForecast)
    assert (row.low, row.base, row.high) == (1500.0, 1500.0, None)
    assert (row.known_on, row.withdrawn, row.rests_on, row.note) == (date(2026, 1, 15), False, (), "Über 中文")


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (forecast(base="1,000"), "base: '1,000' is not a plain decimal number"),
        (forecast(base="1_000"), "base: '1_000' is not a plain decimal number"),
        (forecast(base="5%"), "base: '5%' is not a plain decimal number"),
        (forecast(base="nan"), "base: 'nan' is not a plain decimal number"),
        (forecast(base="inf"), "base: 'inf' is not a plain decimal number"),
        (forecast(base="1e999"), "base: '1e999' is not a plain decimal number"),
        (forecast(base="٣"), "base: '٣' is not a plain decimal number"),
        (forecast(base=" 3"), "base: ' 3' is not a plain decimal number"),
        (forecast(base="0x10"), "base: '0x10' is not a plain decimal number"),
        (forecast(base=1, period=""), "period: the cell is empty"),
        (forecast(base=1, known_on="2026-02-30"), "known_on: '2026-02-30' is not a day of the calendar"),
        (forecast(base=1, known_on="15/01/2026"), "known_on: '15/01/2026' is not a date written YYYY-MM-DD"),
        (forecast(base=1, known_on="20260115"), "known_on: '20260115' is not a date written YYYY-MM-DD"),
        (forecast(base=1, known_on="2026-01-15 "), "known_on: '2026-01-15 ' is not a date written YYYY-MM-DD"),
        (forecast(base=1, withdrawn="no"), "withdrawn: 'no' is neither true nor false"),
        (forecast(base=1, withdrawn="TRUE"), "withdrawn: 'TRUE' is neither true nor false"),
        (forecast(base=1, note="twice "), "note: has spaces at its ends"),
        (forecast(base=1, note="\u200btwice"), "note: contains the invisible character U+200B"),
        (forecast(base=1, note="a\tb"), "note: contains the invisible character U+0009"),
        (forecast(base=1, fact_id="a b"), "fact_id: 'a b' is not a code (letters, digits, '-', '_' and '.')"),
        (share(base=0.1, joint_ids="beta;;owner"), "joint_ids: 'beta;;owner' has an empty part; write 'a; b'"),
        (share(base=0.1, joint_ids="beta; beta"), "joint_ids: 'beta; beta' names something twice"),
        (content(base=1, currency="usd"), "currency: 'usd' is not a three-letter currency code"),
    ],
)
def test_a_wrong_cell_is_one_plain_sentence(tmp_path: Path, claim: Claim, message: str) -> None:
    assert fault(world(tmp_path, claim)) == f"{claim.table}.csv:2 {message}"
