"""build, rank, explain and export."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import exposure
from exposure.formats.csv import encode_csv
from exposure.scoring import watchlist
from tests.support import seed_folders as worlds
from tests.support.commands import WATCHLIST, read_csv, run, write_world

if TYPE_CHECKING:
    from typer.testing import Result


def test_rank_off_a_terminal_prints_csv_with_the_columns_of_the_interface(folder: Path) -> None:
    ranked = run("rank")
    assert (ranked.exit_code, ranked.stdout.splitlines()[0]) == (0, WATCHLIST)
    assert [row["company_id"] for row in read_csv(ranked)] == ["beta", "alpha"]


def test_the_stored_answer_is_the_computed_answer(folder: Path) -> None:
    computed = exposure.rank()
    assert run("rank").stdout.encode() == encode_csv(computed.columns, computed.rows())


def test_rank_builds_a_missing_database_and_reports_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPOSURE_DB", str(folder / "new.duckdb"))
    first, second = run("rank"), run("rank")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert "new.duckdb" in first.stderr
    assert "new.duckdb" not in second.stderr


def test_rank_rebuilds_a_stale_database_and_reports_it(
    folder: Path, built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(built[0], folder / "old.duckdb")
    monkeypatch.setenv("EXPOSURE_DB", str(folder / "old.duckdb"))
    monkeypatch.setenv("EXPOSURE_SEEDS", str(write_world(folder / "seeds", worlds.share("beta", base=0.3))))
    ranked = run("rank")
    assert [row["company_id"] for row in read_csv(ranked)] == ["beta"]
    assert "other seeds" in ranked.stderr


def test_top_keeps_the_first_rows(folder: Path) -> None:
    assert [row["rank"] for row in read_csv(run("rank", "--top", "1"))] == ["1"]
    assert [row["rank"] for row in read_csv(run("rank", "fam", "--top", "1"))] == ["1"]


def test_rank_of_a_family_a_date_and_a_year_is_computed(folder: Path) -> None:
    ranked = read_csv(run("rank", "fam", "--as-of", "2026-02-01", "--horizon", "2026"))
    assert {(row["as_of"], row["horizon"]) for row in ranked} == {("2026-02-01", "2026")}


def test_grades_leave_rows_out_and_by_grade_puts_c_last(shipped_db: Path) -> None:
    def rank(*options: str) -> Result:
        return run("--db", str(shipped_db), "rank", "--draws", "0", *options)

    whole, kept, blocks = read_csv(rank()), rank("--grades", "ba", "--notes"), read_csv(rank("--by-grade"))
    ranked = [row for row in whole if row["rank"]]
    bounded = whole[len(ranked) :]
    assert [row["rank"] for row in ranked] == [str(place) for place in range(1, len(ranked) + 1)]
    assert [row["rank"] for row in bounded] == [""] * len(bounded)
    assert read_csv(kept) == [row for row in whole if row["grade"] in "AB"]
    left = len(whole) - len(read_csv(kept))
    assert f"{left} of {len(whole)} companies, of other grades than AB, are not shown." in kept.stderr
    ordered = sorted(ranked, key=lambda row: (row["grade"] == "C", int(row["rank"]))) + bounded
    assert [row["company_id"] for row in blocks] == [row["company_id"] for row in ordered]
    assert ordered != whole
    assert [row["rank"] for row in blocks] == [row["rank"] for row in whole]
    shown = run("--db", str(shipped_db), "rank", "--by-grade", "--format", "table").stdout.splitlines()
    assert shown[len(whole) - left + 1].startswith("grade C: ")


PAST = ("2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30", "2020-01-01")


@pytest.mark.parametrize(
    "programmes", [(), pytest.param(("trainium",), marks=pytest.mark.slow)], ids=["all", "trainium"]
)
@pytest.mark.parametrize("day", [None, "2027-03-01", *(pytest.param(day, marks=pytest.mark.slow) for day in PAST)])
def test_rank_prints_at_most_two_lines_of_notes_and_all_of_them_when_asked(
    shipped_db: Path, day: str | None, programmes: tuple[str, ...]
) -> None:
    asked = ["--db", str(shipped_db), "rank", *programmes, "--draws", "0", *(["--as-of", day] if day else [])]
    every = run(*asked, "--notes").stderr.splitlines()
    for form in ("table", "csv"):
        few = run(*asked, "--format", form).stderr.splitlines()
        assert 1 <= len(few) <= 2
        hidden = len(every) - sum(any(note in line for line in few) for note in every)
        assert hidden == 0 or f"More notes with --notes: {hidden}." in "\n".join(few)


def test_a_day_of_a_later_year_says_that_it_moves_the_horizon(shipped_db: Path) -> None:
    late = ["--db", str(shipped_db), "rank", "--draws", "0", "--as-of", "2027-03-01"]
    for form in ("table", "csv"):
        first = run(*late, "--format", form).stderr.splitlines()[0]
        assert first.endswith(": nothing newer is known, and the horizon is 2027.")
    assert run(*late, "--horizon", "2026").stderr.splitlines()[0].endswith(": nothing newer is known.")


def test_programmes_above_all_sales_are_the_first_note(folder: Path) -> None:
    # beta's boards bring $30m, and it is said to sell $1m
    wrong = worlds.revenue("beta", "2026", 1, kind="forecast", origin_id="broker-a", tier="estimate")
    write_world(folder / "wrong", *worlds.FACTS, wrong)
    notes = run("--db", "w.duckdb", "--seeds", "wrong", "rank", "--draws", "0").stderr.splitlines()
    assert "The programmes bring BETA more than all sales: a fact is wrong; see exposure audit." in notes[-1]


def test_every_command_answers_for_the_grades_that_are_asked_for(shipped_db: Path, tmp_path: Path) -> None:
    whole = exposure.rank(draws=0, db=shipped_db)
    grade = dict(whole.select("company_id", "grade").rows())
    ours, other = ({name for name, letter in grade.items() if (letter in "AB") is one} for one in (True, False))
    ranked = other.intersection(whole.drop_nulls("rank")["company_id"])
    scenario = exposure.scenario("capex-cut", grades="AB", db=shipped_db)
    assert {name for name in scenario["company_id"] if grade[name] == "C"} == set(
        scenario.filter(~pl.col("base_grade").is_in(["A", "B"]))["company_id"]
    )
    changes = exposure.diff(to_profile="visibility", grades="AB", db=shipped_db)
    assert set(changes["company_id"]) == ours
    assert set(exposure.diff(to_profile="visibility", grades="AB", parts=True, db=shipped_db)["company_id"]) <= ours
    exposure.export(tmp_path / "pm", draws=0, grades="AB", db=shipped_db)
    assert {row["company_id"] for row in read_csv(tmp_path / "pm" / "watchlist.csv")} == ours
    manifest = json.loads((tmp_path / "pm" / "manifest.json").read_text("utf-8"))
    assert (manifest["grades"], manifest["by_grade"]) == ("AB", False)
    assert manifest["notes"][-1] == f"{len(other)} of {len(grade)} companies, of other grades than AB, are not shown."
    for verb in (["explain"], ["sensitivity"], ["solve", "--reach", "rank 1", "--by", "units"]):
        refused = run("--db", str(shipped_db), *verb, min(ranked), "--grades", "AB")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "has grade C, and only A and B are asked for." in refused.stderr


def test_explain_tells_the_rank_of_the_list_that_is_asked_for(shipped_db: Path) -> None:
    blocks = read_csv(run("--db", str(shipped_db), "rank", "--draws", "0", "--by-grade"))
    last = [row for row in blocks if row["rank"]][-1]
    told = run("--db", str(shipped_db), "explain", last["company_id"], "--by-grade", "--format", "tree").stdout
    assert f": rank {last['rank']}, " in told.splitlines()[0]


def test_explain_says_at_which_point_of_its_range_the_exposure_is_scored(shipped_db: Path) -> None:
    """Alchip's 60% (39% to 71%) is scored at 0.6 x (0.39 / 0.6)^0.41, about 50%; its growth is unknown."""
    balanced = run("--db", str(shipped_db), "explain", "alchip", "--format", "tree").stdout
    (row,) = (row for row in exposure.rank(db=shipped_db, draws=0).to_dicts() if row["company_id"] == "alchip")
    point = row["exposure_weight"] * (row["exposure_low"] / row["exposure_weight"]) ** 0.410062
    assert f"raw {point:.4g}, the 25% point of its range, against the universe" in balanced
    assert "growth  25.0  weight 0.2  unknown, so scored low" in balanced
    central = run("--db", str(shipped_db), "explain", "alchip", "--profile", "visibility", "--format", "tree").stdout
    assert f"raw {row['exposure_weight']:.4g}, against the universe" in central


def test_build_prints_the_rows_of_every_table_and_the_findings(folder: Path) -> None:
    built = run("--db", "b.duckdb", "build")
    assert built.exit_code == 0
    counts = {(row["kind"], row["name"]): row["rows"] for row in read_csv(built)}
    assert counts["table", "companies"] == "3"
    assert counts["company", "ranked"] == "2"
    assert any(kind == "finding" for kind, _ in counts)
    assert "Built b.duckdb" in built.stderr


def test_explain_prints_a_tree_json_or_csv(folder: Path) -> None:
    tree = run("explain", "1001 TT", "--format", "tree")
    assert tree.exit_code == 0
    assert tree.stdout.endswith("\n")
    assert not tree.stdout.endswith("\n\n")
    assert "SF-0002" in tree.stdout
    assert isinstance(json.loads(run("explain", "alpha", "fam", "--format", "json").stdout), dict)
    assert len(read_csv(run("explain", "阿爾法"))) > 3


def test_export_writes_the_folder_and_prints_its_files(folder: Path) -> None:
    exported = run("export", "pm", "--encoding", "utf-8-sig")
    names = ["watchlist.csv", "unranked.csv", "exposures.csv", "facts.csv", "findings.csv", "manifest.json"]
    assert exported.stdout.splitlines() == [str(Path("pm") / name) for name in names]
    assert [line.split(":")[0] for line in exported.stderr.splitlines()] == names
    assert sorted(path.name for path in (folder / "pm").iterdir()) == sorted(names)
    assert (folder / "pm" / "watchlist.csv").read_bytes() == b"\xef\xbb\xbf" + run("rank").stdout.encode()


GAMMA = {"company_id": "gamma", "name": "Gamma, Cables", "name_local": "伽馬", "ticker": "002001", "mic": "XSHE"}
GAMMA |= {"country": "CN", "currency": "CNY", "fiscal_year_end": "12-31"}


def test_the_exported_files_have_these_bytes(folder: Path) -> None:
    """Alpha sells 2m x $50 x 0.4 = $40m of $300m; beta $30m of 100m + 15m; gamma's cables have no price.

    Without draws: NumPy does not promise the same bytes in the next version.
    """
    companies = [*worlds.COMPANIES, GAMMA]
    write_world(folder / "seeds", *worlds.FACTS, worlds.share("gamma", "cable", base=0.5), companies=companies)
    assert run("--db", "g.duckdb", "--seeds", "seeds", "export", "pm", "--draws", "0").exit_code == 0
    golden = sorted((Path(__file__).parents[1] / "golden").glob("*.csv"))
    assert len(golden) == 5
    for file in golden:
        assert (folder / "pm" / file.name).read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_rank_and_export_carry_the_intervals_of_simulate(folder: Path) -> None:
    drawn = read_csv(run("simulate"))
    run("export", "pm")
    exported = read_csv(folder / "pm" / "watchlist.csv")
    for rows in (read_csv(run("rank")), read_csv(run("rank", "--horizon", "2026")), exported):
        assert [{name: row[name] for name in drawn[0]} for row in rows] == drawn
        assert [row["draws"] for row in rows] == ["10000"] * len(rows)
        assert all(int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"]) for row in rows)


def test_explain_takes_its_format_from_the_ending_of_the_file(folder: Path) -> None:
    for ending in ("txt", "csv", "json", "parquet"):
        assert run("explain", "alpha", "--output", f"t.{ending}").exit_code == 0
    assert (folder / "t.txt").read_text("utf-8") == run("explain", "alpha", "--format", "tree").stdout
    assert (folder / "t.csv").read_text("utf-8") == run("explain", "alpha").stdout
    assert json.loads((folder / "t.json").read_text("utf-8")) == json.loads(
        run("explain", "alpha", "--format", "json").stdout
    )
    assert pl.read_parquet(folder / "t.parquet").height == len(read_csv(run("explain", "alpha")))


def test_a_day_after_the_latest_fact_is_noted(folder: Path) -> None:
    ranked = run("rank", "--as-of", "2026-03-01")
    assert ranked.exit_code == 0
    assert "2026-03-01 lies after the latest fact, of 2026-01-15: nothing newer is known." in ranked.stderr


def test_without_draws_the_intervals_are_empty(folder: Path) -> None:
    ranked = read_csv(run("rank", "--draws", "0"))
    assert {row[name] for row in ranked for name in watchlist.INTERVALS} == {""}


def test_a_choice_of_programmes_has_intervals_too(folder: Path) -> None:
    for row in read_csv(run("rank", "fam-1")):
        assert int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"])
        assert float(row["exposure_p05"]) <= float(row["exposure_weight"]) <= float(row["exposure_p95"])


def test_rejected_seeds_leave_the_database_as_it_was(folder: Path, built: tuple[Path, Path]) -> None:
    before = built[0].read_bytes()
    write_world(folder / "bad", worlds.share("nobody", base=0.3))
    assert run("--seeds", "bad", "build").exit_code == 1
    assert built[0].read_bytes() == before
