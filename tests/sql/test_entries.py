"""Slips in what was entered: each kind is found once, in a small world and in the shipped seeds."""

from __future__ import annotations

import csv
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from exposure.engine import Engine
from exposure.seeds.models.method import CLAIMS
from tests.sql.test_audit import QUIET, Ask
from tests.support.seed_folders import SHIPPED, Cells, Claim, disclosed, fault, forecast, owned, rate, revenue, world

# --- every kind of contradiction ----------------------------------------------------------


class Planted(NamedTuple):
    """What is planted in a world without findings, and the one finding that follows."""

    claims: tuple[Claim, ...]
    finding: str
    key: str
    waivers: tuple[Cells, ...] = ()


def past(*amounts: float, **cells: Any) -> tuple[Claim, ...]:
    """Return beta's sales of the years before 2025, in which it sold 100."""
    return tuple(revenue("beta", str(2025 - n), amount, **cells) for n, amount in enumerate(amounts, start=1))


def waived(claim: str, **cells: Any) -> Cells:
    """Return a waiver of alpha's gap between model and forecast."""
    usual = {"finding": "revenue_gap", "finding_key": "alpha|2026", "waived_on": "2026-01-01"}
    return usual | {"expires_on": "2026-12-31", "claim": claim, "reason": "Seen"} | cells


#: alpha is expected to sell USD 320m in 2026, the mean of two, and its programmes imply 220m
GAP = (revenue("alpha", "2026", 12000, currency="TWD", kind="forecast", origin_id="broker-b", tier="estimate"),)
QUARTERS = tuple(revenue("beta", f"2025Q{n}", 25) for n in (1, 2))
CASES = {
    "floor above base": Planted(
        (forecast("fam-1", "2026", low=3e6, origin_id="broker-b"),), "base_outside_bound", "units|units|fam-1|2026"
    ),
    "thousandfold sales": Planted(past(98_000, 95), "out_of_line", "RV-0004"),
    "tenfold sales": Planted(past(980, 95), "out_of_line", "RV-0004"),
    "a tenth of the sales": Planted(past(9.8, 95), "out_of_line", "RV-0004"),
    "dollars that are Taiwan dollars": Planted(
        (revenue("alpha", "2024", 5900), revenue("alpha", "2023", 5800, currency="TWD")), "out_of_line", "RV-0004"
    ),
    "a currency that is not the company's": Planted(
        (*past(99), revenue("beta", "2023", 3100, currency="TWD")), "unlike_currency", "RV-0005"
    ),
    "nine months as a quarter": Planted(
        (*QUARTERS, revenue("beta", "9M2025", 74), revenue("beta", "2025Q3", 74)), "cumulative_as_quarter", "RV-0007"
    ),
    "nine months as a quarter, and nothing else of them": Planted(
        (*QUARTERS, revenue("beta", "2025Q4", 26), revenue("beta", "2025Q3", 74)), "cumulative_as_quarter", "RV-0007"
    ),
    "tenfold units": Planted((forecast("fam-1", "2026", 2.1e7, origin_id="broker-b"),), "out_of_line", "SF-0003"),
    "tenfold rate": Planted((rate("TWD", "2024", 310), rate("TWD", "2023", 30)), "out_of_line", "FX-0002"),
    "a supplier's units above all": Planted(
        (forecast("fam-1", "2026", 2.5e6, supplier_id="beta", product_id="board", origin_id="broker-b"),),
        "part_above_whole",
        "SF-0003",
    ),
    "sales of one programme above all sales": Planted(
        (disclosed("beta", "2025", 120, scope_id="fam-2", measure="revenue", currency="USD"),),
        "part_above_whole",
        "DX-0001",
    ),
    "quarters above their year": Planted(
        (*QUARTERS, revenue("beta", "2025Q3", 30), revenue("beta", "2025Q4", 40)),
        "whole_below_parts",
        "Parts of the year of sales of beta|2025",
    ),
    "a generation above its family": Planted(
        (forecast("fam", "2026", 1.5e6, origin_id="broker-b"),), "whole_below_parts", "fam-1 beside its family fam|2026"
    ),
    "two methods for one product": Planted(
        (disclosed("beta", "2026", 50, scope_id="fam-1", measure="revenue", currency="USD"),),
        "method_mix",
        "beta|board|fam|2026",
    ),
    "a child above its parent": Planted(
        (
            owned("alpha", "owner"),
            revenue("owner", "2025", 1000),
            disclosed("owner", "2026", 90, scope_id="fam", measure="revenue", currency="USD"),
        ),
        "child_unlike_parent",
        "alpha|owner|fam|2026",
    ),
    "expired waiver": Planted(
        GAP, "revenue_gap", "alpha|2026", (waived("states:RV-0002=7200", expires_on="2026-01-14"),)
    ),
    "false waiver": Planted(GAP, "false_waiver", "revenue_gap:alpha|2026", (waived("states:RV-0002=7100"),)),
    "false waiver, no later document": Planted(
        (*GAP, revenue("alpha", "2026-01", 500, currency="TWD")),
        "false_waiver",
        "revenue_gap:alpha|2026",
        (waived("no_later_document:alpha"),),
    ),
    "false waiver, no price stated": Planted(
        GAP, "false_waiver", "revenue_gap:alpha|2026", (waived("no_price_stated:board|fam"),)
    ),
    "false waiver, no share": Planted(GAP, "false_waiver", "revenue_gap:alpha|2026", (waived("no_share:board|fam-1"),)),
    "false waiver, overtaken": Planted(
        GAP, "false_waiver", "revenue_gap:alpha|2026", (waived("overtaken_by_run_rate:alpha"),)
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_planted_is_found_once(case: str, ask: Ask) -> None:
    planted = CASES[case]
    rows = ask("finding", *QUIET, *planted.claims, waivers=planted.waivers)
    found = [(row["finding"], row["finding_key"]) for row in rows if row["state"] in ("open", "expired")]
    assert found == [(planted.finding, planted.key)]


def test_a_waiver_stands_to_its_last_day_and_while_its_claim_is_true(ask: Ask) -> None:
    for claim in ("states:RV-0002=7200 RV-0004=12000", "no_later_document:alpha", "no_price_stated:cable|fam",
                  "no_share:cable|fam-2"):  # fmt: skip
        (row,) = ask("finding", *QUIET, *GAP, waivers=[waived(claim, expires_on="2026-01-15")])
        assert (row["state"], row["expires_on"]) == ("waived", date(2026, 1, 15))


def test_growth_is_no_slip(ask: Ask) -> None:
    assert ask("finding", *QUIET, *past(40, 12)) == []


def test_what_a_claim_of_a_waiver_is_about_is_known(tmp_path: Path) -> None:
    pairs = "facts and their numbers, as 'SF-0019=1700000 SF-0020=30000'"
    kinds = f"one of {', '.join(CLAIMS)}, each with ':' and what it is about"
    wrong = {
        "no_later_document:alhpa": "'alhpa' is not a company, of this folder",
        "no_price_stated:board": "'board' is not a product and a scope, as 'pcb|trainium', of this folder",
        "states:RV-9999=1": f"'RV-9999=1' is not {pairs}, of this folder",
        "no_later_paper:alpha": f"'no_later_paper:alpha' is not {kinds}",
        "no_share:": "'no_share' is of a product and a scope, as 'optics-1.6t|tpu'",
    }
    for number, (claim, sentence) in enumerate(wrong.items()):
        folder = world(tmp_path / str(number), waivers=[waived(claim)])
        assert fault(folder) == f"waivers.csv:2 claim: {sentence}"
    late = waived("no_later_document:alpha", expires_on="2026-01-01")
    assert fault(world(tmp_path / "late", waivers=[late])) == (
        "waivers.csv:2 expires_on: 2026-01-01 is not after 2026-01-01, when it was waived"
    )


# --- a factor of ten in the shipped seeds -------------------------------------------------

#: a table -> how many of its rows, by chance but always the same ones, are made tenfold
TENFOLD = {
    "company_revenues": 3, "shipment_forecasts": 2, "content_values": 2, "disclosed_exposures": 1, "fx_rates": 1,
    "unit_conversions": 1,
}  # fmt: skip
#: numbers that agree with all that they are held against, so that ten times them agrees with none
AGREEING = """
select n.fact_id from audit.neighbour as n where n.home = '{}'
group by n.fact_id having max(n.ratio) < 2.5 and min(n.ratio) > 0.4 and count(*) > 1 order by n.fact_id
"""


def _open_findings(engine: Engine) -> set[tuple[str, str]]:
    rows = engine.audit().frame.select("finding", "finding_key", "state").rows()
    return {(finding, key) for finding, key, state in rows if state in ("open", "expired")}


@pytest.mark.slow
@pytest.mark.parametrize(("table", "number"), [(table, n) for table, count in TENFOLD.items() for n in range(count)])
def test_a_factor_of_ten_is_one_finding(table: str, number: int, shipped_db: Path, tmp_path: Path) -> None:
    shipped = Engine.at(shipped_db, SHIPPED)
    agreeing = [fact_id for (fact_id,) in shipped.sql(AGREEING.format(table)).frame.rows()]
    seeds = shutil.copytree(SHIPPED, tmp_path / "seeds")
    with (seeds / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # ten times a share is above one, which the table refuses
    possible = [row for row in rows if row["fact_id"] in agreeing and row.get("measure") != "share"]
    chosen = random.Random(20261122).sample(possible, TENFOLD[table])[number]
    for column in ("low", "base", "high"):
        if chosen[column]:
            chosen[column] = repr(10 * float(chosen[column]))
    with (seeds / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    new = _open_findings(Engine.at(tmp_path / "x.duckdb", seeds)) - _open_findings(shipped)
    assert new == {("out_of_line", chosen["fact_id"])}
