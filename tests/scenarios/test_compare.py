"""Base, scenario and change side by side, and the notes on what a scenario does not do."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import exposure
from exposure.cli import app as cli
from exposure.engine import Engine
from exposure.errors import ExposureError
from exposure.question import Question
from exposure.scenarios.compare import COMPARED
from tests.scenarios.test_scenario_files import PACKAGED
from tests.support.scenario_files import CUT, HEAD, write
from tests.support.seed_folders import FACTS, SHIPPED, content, disclosed, share, world

#: worlds of their own for nearly every test: run with `-m slow`
pytestmark = pytest.mark.slow

ONCE = "".join(f'[[rules]]\nwhat = "{what}"\nmultiply = 1\n' for what in ("units", "content", "share"))
NOTHING_MOVES = "No figure on the list moves: nothing that is known of a ranked company rests on what the rules change."


# --- the packaged scenarios ---------------------------------------------------------------


@pytest.mark.parametrize("name", PACKAGED)
def test_each_rule_of_a_packaged_scenario_matches_and_some_company_moves(name: str, shipped_db: Path) -> None:
    question = Question.parse(as_of="2026-03-31", horizon=2026)
    result = Engine.at(shipped_db, SHIPPED).scenario([name], question)
    assert [note for note in result.notes if "matches nothing:" in note or "stay as they are" in note] == []
    assert result.frame.select((pl.col("programme_revenue_usd_change") != 0).any()).item()


def test_a_cut_of_all_units_reaches_every_ranked_company(shipped_db: Path) -> None:
    result = Engine.at(shipped_db, SHIPPED).scenario(["capex-cut"]).frame
    assert result.filter(pl.col("programme_revenue_usd_change") >= 0).is_empty()
    assert result["unreached"].null_count() == result.height


def test_a_factor_of_one_changes_no_figure_of_the_shipped_watchlist(shipped_db: Path, tmp_path: Path) -> None:
    result = Engine.at(shipped_db, SHIPPED).scenario([write(tmp_path, HEAD + ONCE, "once")])
    assert NOTHING_MOVES in result.notes
    changes = result.frame.select(pl.col("^.*_change$").abs().max()).row(0)
    assert set(changes) == {0}


# --- side by side ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build a world: $40m of $300m for alpha, $30m of $115m for beta, which also has cable on the uncounted Fam 2."""
    folder = tmp_path_factory.mktemp("place")
    result = world(folder / "seeds", *FACTS, content("cable", "fam-2", 10))
    shutil.copytree(SHIPPED / "profiles", result / "profiles")
    exposure.build(db=folder / "world.duckdb", seeds=result)
    return {"seeds": result, "db": folder / "world.duckdb"}


def test_a_factor_of_one_changes_no_figure(place: dict[str, Path], tmp_path: Path) -> None:
    rules = ONCE + '[[rules]]\nwhat = "fx"\nmultiply = 1\n'
    rules += '[[rules]]\nwhat = "units"\nadd = 0\nunit = "chip"\nprogrammes = ["fam"]\n'
    result = Engine.at(**place).scenario([write(tmp_path, HEAD + rules, "once")])
    assert result.frame.height == 2
    assert NOTHING_MOVES in result.notes


def test_base_scenario_and_change_are_side_by_side(place: dict[str, Path], tmp_path: Path) -> None:
    result = exposure.scenario(write(tmp_path, CUT, "cut"), db=place["db"], seeds=place["seeds"])
    assert result.columns == list(COMPARED)
    alpha, beta = result.sort("company_id").to_dicts()
    assert (alpha["base_exposure"], alpha["scenario_exposure"]) == (pytest.approx(40 / 300), pytest.approx(32 / 300))
    assert alpha["exposure_change"] == pytest.approx(-8 / 300)
    assert alpha["programme_revenue_usd_change"] == pytest.approx(-8e6)
    assert (alpha["scenario_denominator"], alpha["company_revenue_usd_change"]) == ("consensus", 0)
    assert (beta["scenario_denominator"], beta["company_revenue_usd_change"]) == ("implied", pytest.approx(-6e6))
    assert beta["scenario_exposure"] == pytest.approx(24 / (100 - 15 + 24))
    assert (alpha["scenario"], alpha["horizon"], alpha["profile"]) == ("cut", 2026, "balanced")


def test_several_files_are_applied_together_in_their_order(place: dict[str, Path], tmp_path: Path) -> None:
    cut = write(tmp_path, CUT, "cut")
    more = write(tmp_path, CUT.replace("multiply = 0.8", 'add = 1000000\nunit = "chip"'), "more")
    place_of: dict[str, Any] = {"db": place["db"], "seeds": place["seeds"]}
    for files, units in (((cut, more), 2 * 0.8 + 1), ((more, cut), (2 + 1) * 0.8)):
        result = exposure.scenario(*files, **place_of)
        alpha = result.row(by_predicate=pl.col("company_id") == "alpha", named=True)
        assert alpha["scenario_programme_revenue_usd"] == pytest.approx(units * 50e6 * 0.4)
        assert alpha["scenario"] == "; ".join(Path(file).stem for file in files)


def test_what_matches_nothing_is_noted(place: dict[str, Path], tmp_path: Path) -> None:
    idle = CUT.replace("2026", "2031") + '[[rules]]\nwhat = "content"\nproducts = ["board", "rack"]\nmultiply = 1\n'
    result = Engine.at(**place).scenario([write(tmp_path, idle, "idle")])
    assert result.notes[:4] == [
        "T. R",
        "idle, rule 1 matches nothing: multiply units, programmes fam, periods 2031.",
        "idle, rule 2 matches nothing of rack.",
        NOTHING_MOVES,
    ]


def test_companies_that_enter_or_leave_the_ranking_are_noted(place: dict[str, Path], tmp_path: Path) -> None:
    without = CUT + '[[rules]]\nwhat = "share"\ncompanies = ["beta"]\nreplace = 0\n'
    result = Engine.at(**place).scenario([write(tmp_path, without, "without")])
    assert "Without any exposure in the scenario, and so without a rank: beta." in result.notes
    assert result.frame["company_id"].to_list() == ["alpha", "beta"]
    assert result.frame["scenario_rank"].to_list() == [1, None]


def test_an_unaffected_company_is_noted_and_has_the_reason_in_its_row(tmp_path: Path) -> None:
    folder = world(tmp_path / "seeds", *FACTS, disclosed("alpha", "2026", 0.25, scope_id="fam"))
    shutil.copytree(SHIPPED / "profiles", folder / "profiles")
    result = Engine.at(tmp_path / "world.duckdb", folder).scenario([write(tmp_path, HEAD + BOARDS, "boards")])
    alpha = result.frame.row(by_predicate=pl.col("company_id") == "alpha", named=True)
    assert (alpha["exposure_change"], alpha["unreached"]) == (0, "fam: stated as a whole")
    assert "Not reached, because stated as a whole: alpha (fam)." in result.notes


BOARDS = '[[rules]]\nwhat = "content"\nproducts = ["board"]\nperiods = ["2026"]\nmultiply = 2\n'
CABLES = BOARDS.replace('"board"', '"cable"')
MORE = '[[rules]]\nwhat = "share"\ncompanies = ["beta"]\nperiods = ["2026"]\nmultiply = 0.5\n'
NONE, WHOLE = None, "fam: stated as a whole"
ROLLED = "fam: rolled forward from stated sales with the units alone"


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Build a world in which alpha's part of Fam is stated, and beta's rolled forward though its cables are in it.

    Cables have no value, so what beta supplies is known and not computed.
    """
    folder = tmp_path_factory.mktemp("stated")
    claims = [claim for claim in FACTS if claim.table != "supply_shares"]
    claims += [
        content("cable", "fam-2", 10), share("owner", "board", base=0.2), share("beta", "cable", base=0.3),
        disclosed("alpha", "2026", 0.25, scope_id="fam"), disclosed("beta", "2025", 0.3, scope_id="fam-1"),
    ]  # fmt: skip
    result = world(folder / "seeds", *claims)
    shutil.copytree(SHIPPED / "profiles", result / "profiles")
    return {"seeds": result, "db": folder / "world.duckdb"}


@pytest.mark.parametrize(
    ("rules", "alpha", "beta"),
    [
        (CUT.removeprefix(HEAD), NONE, NONE),
        (BOARDS, WHOLE, NONE),
        (MORE, NONE, ROLLED),
        (CABLES.replace("multiply", 'unit = "chip"\nprogrammes = ["fam-1"]\nreplace'), WHOLE, ROLLED),
    ],
)
def test_stated_and_rolled_sales_are_unaffected_by_rules_of_contents_and_shares(
    rules: str, alpha: str | None, beta: str | None, stated: dict[str, Any], tmp_path: Path
) -> None:
    result = exposure.scenario(write(tmp_path, HEAD + rules, "asked"), **stated).sort("company_id")
    unreached = dict(result.select("company_id", "unreached").rows())
    assert (unreached["alpha"], unreached["beta"]) == (alpha, beta)


def test_a_scenario_before_any_fact_is_refused(place: dict[str, Path], tmp_path: Path) -> None:
    file = write(tmp_path, CUT.replace('assumption = "A"', 'sources = ["DOC"]'), "cut")
    engine = Engine.at(**place)
    assert engine.scenario([file]).notes == ["T. R"]
    with pytest.raises(ExposureError, match="Nobody can be ranked at this date and horizon"):
        engine.scenario([file], Question.parse(as_of="2026-01-14"))


def run(place: dict[str, Path], *arguments: str) -> Result:
    common = ["--db", str(place["db"]), "--seeds", str(place["seeds"])]
    return CliRunner().invoke(cli.app, ["scenario", *arguments, *common], prog_name="exposure")


def test_the_command_prints_both_sides(place: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    file = write(tmp_path, CUT, "cut")
    result = run(place, file, "--top", "1")
    assert (result.exit_code, result.stderr) == (0, "T. R\n")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert list(row) == list(COMPARED)
    assert row["scenario"] == "cut"
    table = run(place, file, "--format", "table").stdout.splitlines()
    assert table[0].split() == [
        "rank", "base", "ticker", "company", "exposure", "base", "points", "programme", "USD", "base", "change", "not",
        "reached",
    ]  # fmt: skip
    (beta,) = (line for line in table if "Beta Circuits" in line)
    assert beta.split()[-6:] == ["22%", "26%", "-4.1", "24m", "30m", "-20.0%"]


def test_the_command_exits_with_1_on_faults_and_2_on_unknown_names(place: dict[str, Path], tmp_path: Path) -> None:
    wrong = run(place, write(tmp_path, "", "wrong"))
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.splitlines()[0] == "wrong.toml:1: the file is empty"
    assert run(place, "nothing-like-it").exit_code == 2
