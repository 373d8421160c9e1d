"""What the judgements of the method may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from exposure.seeds.models.method import PARAMETERS
from tests.support.seed_folders import Cells, fault, faults, shipped, world

CLAIMED = {"claim": "no_later_document:alpha", "reason": "r"}


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        (
            "waivers",
            [
                {"finding": "backcast", "finding_key": "k", "waived_on": "9026-01-15", "expires_on": "2026-12-31"}
                | CLAIMED
            ],
            "waived_on: 9026-01-15 is after the year 2100",
        ),
        (
            "waivers",
            [{"finding": "f", "finding_key": "k", "expires_on": "2026-12-31"} | CLAIMED],
            "waived_on: the cell is empty",
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"half_life_days": 0}],
            "half_life_days: 0 is not from 1 to 36525 days",
        ),
        *(
            (
                "tiers",
                [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"weight": weight}],
                f"weight: {weight:g} is not a fraction above 0 and at most 1",
            )
            for weight in (0, 1.5, 1e300)
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"default_spread": 1}],
            "default_spread: 1 is not a fraction from 0 to below 1",
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"rank": 1e300}],
            "rank: 1e+300 is not from -1e+12 to 1e+12",
        ),
        (
            "tiers",
            [*shipped("tiers")[:-1], shipped("tiers")[-1] | {"default_spread": -1}],
            "default_spread: -1 is not a fraction from 0 to below 1",
        ),
        (
            "sourcing_modes",
            [*shipped("sourcing_modes")[:-1], shipped("sourcing_modes")[-1] | {"low": 0.9}],
            "low: low, base and high are fractions from 0 to 1 in ascending order",
        ),
    ],
)
def test_a_judgement_out_of_range_is_one_plain_sentence(
    tmp_path: Path, table: str, rows: list[Cells], message: str
) -> None:
    assert f"{table}.csv:{len(rows) + 1} {message}" in faults(world(tmp_path, **{table: rows}))


def test_every_shipped_parameter_is_one_that_the_method_needs() -> None:
    assert {row["parameter"] for row in shipped("parameters")} == set(PARAMETERS)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_within_what_it_can_be(tmp_path: Path, name: str) -> None:
    least, most = PARAMETERS[name]
    rows = shipped("parameters")
    line = next(number for number, row in enumerate(rows, start=2) if row["parameter"] == name)
    for value in (least, most):
        rows[line - 2] |= {"value": value}
        assert faults(world(tmp_path, parameters=rows)) == []
    for value in (least - 0.01, most + 1000, 1e300):
        rows[line - 2] |= {"value": value}
        message = f"{value:g} is not from {least:g} to {most:g}, the range of {name!r}"
        assert fault(world(tmp_path, parameters=rows)) == f"parameters.csv:{line} value: {message}"
