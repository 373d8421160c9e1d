"""The command line as a person meets it: what it prints where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import exposure
from exposure.cli import app as cli
from exposure.cli import shell
from exposure.cli import terminal as tables
from exposure.cli.exit_codes import ExitCode
from exposure.engine import Engine
from exposure.formats import exports
from exposure.scoring import watchlist
from tests.support import seed_folders as worlds

WATCHLIST = (
    "rank,company_id,ticker,mic,name,name_local,score,grade,exposure_weight,exposure_low,exposure_high,exposure_base,"
    "programme_revenue_usd,company_revenue_usd,denominator,method,growth,revision,elasticity,expectation_gap,visibility,"
    "barrier,concentration,confidence,assumed_part,coverage,programmes,facts,as_of,horizon,profile,"
    "rank_low,rank_high,rank_tier,p_top5,p_top10,p_top20,score_median,score_p05,score_p95,exposure_median,exposure_p05,"
    "exposure_p95,expectation_gap_p05,expectation_gap_p95,p_beats_consensus,draws,seed"
)
COMMAND = [sys.executable, "-m", "exposure"]


def world(folder: Path, *claims: worlds.Claim, **tables: list[worlds.Cells]) -> Path:
    """Write a small world with the shipped profiles."""
    shutil.copytree(worlds.SHIPPED / "profiles", folder / "profiles")
    return worlds.world(folder, *claims, **tables)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the small world once; give its database and its seeds."""
    folder = tmp_path_factory.mktemp("cli")
    seeds = world(folder / "seeds")
    exposure.build(db=folder / "exposure.duckdb", seeds=seeds)
    return folder / "exposure.duckdb", seeds


@pytest.fixture
def place(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand in an empty folder with the environment pointing at the small world; give that folder."""
    db, seeds = built
    monkeypatch.setenv("EXPOSURE_DB", str(db))
    monkeypatch.setenv("EXPOSURE_SEEDS", str(seeds))
    monkeypatch.setenv("PYTHONPATH", str(Path(exposure.__file__).parents[1]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli.app, list(arguments), prog_name="exposure")


def read(result: Result) -> list[dict[str, str]]:
    """Read a command's CSV."""
    return list(csv.DictReader(io.StringIO(result.stdout)))


def in_terminal(*arguments: str, **environment: str) -> str:
    """Run a command whose stdout is a terminal of 120 columns; give what it shows."""
    ours, theirs = pty.openpty()
    # A terminal's own variables are what the test says, not what the tests run in.
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=inherited | {"COLUMNS": "120", "TERM": "xterm"} | environment,
    )
    os.close(theirs)
    shown = b""
    while part := _read_terminal(ours):
        shown += part
    os.close(ours)
    process.communicate(timeout=30)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


def _read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side has closed
        return b""


# --- rank ---------------------------------------------------------------------------------


def test_rank_off_a_terminal_prints_csv_with_the_columns_of_the_interface(place: Path) -> None:
    ranked = run("rank")
    assert (ranked.exit_code, ranked.stdout.splitlines()[0]) == (0, WATCHLIST)
    assert [row["company_id"] for row in read(ranked)] == ["beta", "alpha"]


def test_the_stored_answer_is_the_computed_answer(place: Path) -> None:
    computed = exposure.rank()
    assert run("rank").stdout.encode() == exports.csv_bytes(computed.columns, computed.rows())


def test_rank_builds_the_database_that_is_not_there_and_says_so_on_stderr(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPOSURE_DB", str(place / "new.duckdb"))
    first, second = run("rank"), run("rank")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert "new.duckdb" in first.stderr
    assert "new.duckdb" not in second.stderr


def test_a_stale_database_is_rebuilt_with_a_word_on_stderr(
    place: Path, built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(built[0], place / "old.duckdb")
    monkeypatch.setenv("EXPOSURE_DB", str(place / "old.duckdb"))
    monkeypatch.setenv("EXPOSURE_SEEDS", str(world(place / "seeds", worlds.share("beta", base=0.3))))
    ranked = run("rank")
    assert [row["company_id"] for row in read(ranked)] == ["beta"]
    assert "other seeds" in ranked.stderr


@pytest.mark.parametrize("words", ["--db {} --seeds {} rank", "rank --db {} --seeds {}", "--db={} rank --seeds={} -v"])
def test_database_and_seeds_are_named_before_or_after_the_command(
    place: Path, built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.delenv("EXPOSURE_DB")
    monkeypatch.delenv("EXPOSURE_SEEDS")
    assert run(*words.format(*built).split()).stdout.startswith(WATCHLIST)
    assert list(place.iterdir()) == []


def test_words_after_two_dashes_are_no_options(place: Path) -> None:
    assert run("sql", "--", "--db").exit_code == 2
    assert not (place / "rank").exists()


def test_top_keeps_the_first_rows(place: Path) -> None:
    assert [row["rank"] for row in read(run("rank", "--top", "1"))] == ["1"]
    assert [row["rank"] for row in read(run("rank", "fam", "--top", "1"))] == ["1"]


def test_rank_of_a_family_a_date_and_a_year_is_computed(place: Path) -> None:
    ranked = read(run("rank", "fam", "--as-of", "2026-02-01", "--horizon", "2026"))
    assert {(row["as_of"], row["horizon"]) for row in ranked} == {("2026-02-01", "2026")}


def test_json_has_the_same_names_and_null_for_unknown(place: Path) -> None:
    rows = json.loads(run("rank", "--format", "json").stdout)
    assert ",".join(rows[0]) == WATCHLIST
    assert rows[0]["name_local"] is None


def test_an_output_file_takes_its_format_from_its_ending(place: Path) -> None:
    for name in ("w.csv", "w.json", "w.parquet", "w.txt"):
        assert run("rank", "--output", name).stdout == ""
    assert (place / "w.csv").read_text("utf-8") == (place / "w.txt").read_text("utf-8") == run("rank").stdout
    assert (place / "w.json").read_text("utf-8") == run("rank", "--format", "json").stdout
    assert ",".join(pl.read_parquet(place / "w.parquet").columns) == WATCHLIST


def test_csv_is_utf8_whatever_the_locale(place: Path) -> None:
    environment = os.environ | {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
    }
    ranked = subprocess.run([*COMMAND, "rank"], capture_output=True, env=environment, check=True)
    assert "阿爾法".encode() in ranked.stdout


def test_a_terminal_shows_a_table_with_bold_headers_and_no_colour_means_none(place: Path) -> None:
    shown = in_terminal("rank")
    assert shown.startswith("\x1b[1mrank  rank range  ticker")
    assert "1001.TW  Alpha Boards 阿爾法" in shown
    assert "\x1b" not in in_terminal("rank", NO_COLOR="1")
    assert in_terminal("rank", "--format", "csv").startswith(WATCHLIST)


TABLES = [
    ("rank",), ("simulate", "--draws", "100"), ("sensitivity", "--top", "1"),
    ("sensitivity", "alpha", "--draws", "64"), ("scenario", "half.toml"),
    ("solve", "alpha", "--reach", "exposure 0.2", "--by", "share"), ("audit",), ("audit", "--claims"), ("sources",),
    ("sources", "DOC"), ("revisions",), ("diff", "--from", "2026-01-01"), ("diff", "--from", "2026-01-01", "--parts"),
    ("ingest", "digest.txt"), ("sql", "from mart.evidence"),
]  # fmt: skip

HALF = """
title = "Half of it"
reasoning = "A test."
sources = ["DOC"]
assumption = "All of it."
[[rules]]
what = "units"
programmes = ["fam"]
multiply = 0.5
"""


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("arguments", TABLES, ids=" ".join)
def test_no_table_is_wider_than_the_terminal_and_what_is_left_out_is_said_once(
    place: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    (place / "half.toml").write_text(HALF)
    (place / "digest.txt").write_text("Broker: Fam 1 shipments 2.5 million units in 2027, up from 1.8 million in 2026.")
    shown = run(*arguments, "--format", "table")
    assert shown.exit_code in (ExitCode.DONE, ExitCode.FINDINGS), shown.stderr
    assert max(map(tables.width, shown.stdout.splitlines())) <= int(columns)
    assert shown.stderr.count("columns are left out here: --format csv has all") == 1


def test_a_table_of_all_columns_says_nothing_of_columns(place: Path) -> None:
    assert "left out" not in run("check", "--format", "table").stderr


# --- the other commands -------------------------------------------------------------------


def test_build_prints_the_rows_of_every_table_and_the_findings(place: Path) -> None:
    built = run("--db", "b.duckdb", "build")
    assert built.exit_code == 0
    counts = {(row["kind"], row["name"]): row["rows"] for row in read(built)}
    assert counts["table", "companies"] == "3"
    assert counts["company", "ranked"] == "2"
    assert any(kind == "finding" for kind, _ in counts)
    assert "Built b.duckdb" in built.stderr


def test_explain_prints_a_tree_json_or_csv(place: Path) -> None:
    tree = run("explain", "1001 TT", "--format", "tree")
    assert tree.exit_code == 0
    assert tree.stdout.endswith("\n")
    assert not tree.stdout.endswith("\n\n")
    assert "SF-0002" in tree.stdout
    assert isinstance(json.loads(run("explain", "alpha", "fam", "--format", "json").stdout), dict)
    assert len(read(run("explain", "阿爾法"))) > 3


def test_export_writes_the_folder_and_prints_its_files(place: Path) -> None:
    exported = run("export", "pm", "--encoding", "utf-8-sig")
    names = ["watchlist.csv", "unranked.csv", "exposures.csv", "facts.csv", "findings.csv", "manifest.json"]
    assert exported.stdout.splitlines() == [str(Path("pm") / name) for name in names]
    assert [line.split(":")[0] for line in exported.stderr.splitlines()] == names
    assert sorted(path.name for path in (place / "pm").iterdir()) == sorted(names)
    assert (place / "pm" / "watchlist.csv").read_bytes() == b"\xef\xbb\xbf" + run("rank").stdout.encode()


GAMMA = {"company_id": "gamma", "name": "Gamma, Cables", "name_local": "伽馬", "ticker": "002001", "mic": "XSHE"}
GAMMA |= {"country": "CN", "currency": "CNY", "fiscal_year_end": "12-31"}


def test_the_exported_files_have_these_bytes(place: Path) -> None:
    """Alpha sells 2m x $50 x 0.4 = $40m of $300m; beta $30m of 100m + 15m; gamma's cables nobody has priced.

    Without draws: NumPy promises their bytes from one version to the next no more than anybody does.
    """
    companies = [*worlds.COMPANIES, GAMMA]
    world(place / "seeds", *worlds.FACTS, worlds.share("gamma", "cable", base=0.5), companies=companies)
    assert run("--db", "g.duckdb", "--seeds", "seeds", "export", "pm", "--draws", "0").exit_code == 0
    golden = sorted((Path(__file__).parents[1] / "golden").glob("*.csv"))
    assert len(golden) == 5
    for file in golden:
        assert (place / "pm" / file.name).read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_rank_and_export_carry_the_intervals_that_simulate_gives(place: Path) -> None:
    drawn = read(run("simulate"))
    run("export", "pm")
    exported = list(csv.DictReader(io.StringIO((place / "pm" / "watchlist.csv").read_text("utf-8"))))
    for rows in (read(run("rank")), read(run("rank", "--horizon", "2026")), exported):
        assert [{name: row[name] for name in drawn[0]} for row in rows] == drawn
        assert [row["draws"] for row in rows] == ["10000"] * len(rows)
        assert all(int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"]) for row in rows)


def test_an_ending_that_no_format_has_is_refused_and_nothing_written(place: Path) -> None:
    refused = run("rank", "--output", "w.xlsx")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "No format ends in .xlsx: write .csv, .json or .parquet, or name one with --format.\n"
    assert not (place / "w.xlsx").exists()
    assert run("rank", "--format", "csv", "--output", "w.dat").exit_code == 0


def test_explain_writes_what_the_ending_of_the_file_says(place: Path) -> None:
    for ending in ("txt", "csv", "json", "parquet"):
        assert run("explain", "alpha", "--output", f"t.{ending}").exit_code == 0
    assert (place / "t.txt").read_text("utf-8") == run("explain", "alpha", "--format", "tree").stdout
    assert (place / "t.csv").read_text("utf-8") == run("explain", "alpha").stdout
    assert json.loads((place / "t.json").read_text("utf-8")) == json.loads(
        run("explain", "alpha", "--format", "json").stdout
    )
    assert pl.read_parquet(place / "t.parquet").height == len(read(run("explain", "alpha")))


def test_a_day_after_the_latest_fact_is_answered_with_a_word_on_stderr(place: Path) -> None:
    late = run("rank", "--as-of", "2026-03-01")
    assert late.exit_code == 0
    assert "2026-03-01 lies after the latest fact, of 2026-01-15: nothing newer is known." in late.stderr


def test_without_draws_the_intervals_are_empty(place: Path) -> None:
    ranked = read(run("rank", "--draws", "0"))
    assert {row[name] for row in ranked for name in watchlist.INTERVALS} == {""}


def test_a_choice_of_programmes_has_intervals_too(place: Path) -> None:
    for row in read(run("rank", "fam-1")):
        assert int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"])
        assert float(row["exposure_p05"]) <= float(row["exposure_weight"]) <= float(row["exposure_p95"])


def test_check_counts_the_rows_of_sound_seeds(place: Path) -> None:
    checked = run("check")
    assert checked.exit_code == 0
    assert {"table": "companies", "rows": "3"} in read(checked)


def test_check_names_every_fault_and_exits_with_one(place: Path) -> None:
    world(place / "bad", worlds.share("nobody", base=0.3), worlds.share("alpha", base=1.4, fact_id="X1"))
    checked = run("check", "bad")
    assert checked.exit_code == 1
    told = checked.stderr + checked.stdout
    assert "supply_shares.csv:2 company_id:" in told
    assert "supply_shares.csv:3 base:" in told


def test_rejected_seeds_leave_the_database_as_it_was(place: Path, built: tuple[Path, Path]) -> None:
    before = built[0].read_bytes()
    world(place / "bad", worlds.share("nobody", base=0.3))
    assert run("--seeds", "bad", "build").exit_code == 1
    assert built[0].read_bytes() == before


def test_audit_exits_with_one_while_a_finding_is_open(place: Path) -> None:
    share_sum = [worlds.share("alpha", base=0.8), worlds.share("beta", base=0.8)]
    seeds = world(place / "seeds", *share_sum)
    audited = run("--db", "a.duckdb", "--seeds", str(seeds), "audit")
    assert audited.exit_code == 1
    assert "open" in {row["state"] for row in read(audited)}


def test_sources_lists_documents_and_one_document_lists_its_facts(place: Path) -> None:
    assert "DOC" in run("sources").stdout
    assert "SF-0001" in run("sources", "DOC").stdout
    assert read(run("sources", "sf-0001")) == [
        row for row in read(run("sources", "DOC")) if row["fact_id"] == "SF-0001"
    ]
    unknown = run("sources", "NOWHERE")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "NOWHERE" in unknown.stderr


def test_sources_of_a_company_by_any_name_are_the_facts_of_its_tree(place: Path) -> None:
    facts = {row["fact_id"] for row in read(run("sources", "阿爾法"))}
    named = {fact_id for row in read(run("explain", "alpha")) for fact_id in row["fact_ids"].split("; ") if fact_id}
    assert facts == named != set()
    table = run("sources", "1001 TT", "--format", "table").stdout.splitlines()
    assert table[1].startswith("DOC: ")


def test_a_company_without_a_figure_has_no_sources(place: Path) -> None:
    (missing,) = run("sources", "gamma").stderr.splitlines()
    assert "gamma" in missing


def test_sql_answers_read_only_at_the_date_asked_for(place: Path) -> None:
    asked = run("sql", "select as_of, horizon from core.question", "--as-of", "2026-01-20", "--horizon", "2027")
    assert asked.stdout == "as_of,horizon\n2026-01-20,2027\n"
    refused = run("sql", "create table t (a int)")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_sql_and_rank_give_the_same_numbers(place: Path) -> None:
    columns = ("company_id", "score", "grade", "exposure_weight")
    query = f"select {', '.join(columns)} from mart.watchlist order by score desc, exposure_weight desc, company_id"
    assert read(run("sql", query)) == [{column: row[column] for column in columns} for row in read(run("rank"))]


# --- how it ends --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("rank", "--nonsense"),
        ("rank", "--as-of", "2026-13-01"),
        ("rank", "--as-of", "2026-W01-1"),
        ("diff", "--from", "20260101"),
        ("rank", "--horizon", "soon"),
        ("rank", "no-such-programme"),
        ("rank", "--profile", "no-such-profile"),
        ("rank", "--grades", "XYZ"),
        ("explain", "no-such-company"),
        ("check", "no-such-folder"),
        ("--seeds", "no-such-folder", "rank"),
        ("sql", "select"),
        ("rank", "--output", "no/such/folder/w.csv"),
    ],
)
def test_wrong_usage_and_missing_things_exit_with_two_and_a_sentence(place: Path, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_ambiguous_or_misspelt_company_is_answered_with_candidates(place: Path) -> None:
    assert "alpha" in run("explain", "alpa").stderr


def test_a_database_that_somebody_writes_exits_with_three(place: Path, built: tuple[Path, Path]) -> None:
    shutil.copy(built[0], place / "held.duckdb")
    hold = "import duckdb, sys; c = duckdb.connect('held.duckdb'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        ended = run("--db", "held.duckdb", "rank")
        holder.communicate()
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"hello, world, this is text", b"SQLite format 3\x00" + bytes(100)])
def test_a_file_that_is_no_database_of_ours_exits_with_three_and_stays(place: Path, content: bytes) -> None:
    (place / "other.duckdb").write_bytes(content)
    ended = run("--db", "other.duckdb", "rank")
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert len(ended.stderr.splitlines()) == 1
    assert (place / "other.duckdb").read_bytes() == content


def test_a_bug_is_not_taken_for_an_error_of_the_user(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> pl.DataFrame:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Engine, "sources", broken)
    assert isinstance(run("sources").exception, ZeroDivisionError)


def test_a_broken_pipe_ends_quietly(place: Path) -> None:
    query = "select range as n, repeat('x', 100) as text from range(100000)"
    with subprocess.Popen([*COMMAND, "sql", query], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize("words", ["--help", "rank --help", "--version", "rank --nonsense"])
def test_a_page_of_help_that_nobody_reads_ends_quietly(place: Path, words: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    ended = subprocess.run([*COMMAND, *words.split()], stdout=theirs, stderr=theirs, check=False)
    os.close(theirs)
    assert ended.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", ["rank", "rank --top 1", "export pm --draws 0", "--help", "rank --help", "--version"])
def test_a_full_disk_under_stdout_is_one_sentence(place: Path, words: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([*COMMAND, *words.split()], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (2, b"The answer cannot be written: No space left on device.\n")


@pytest.mark.parametrize(
    ("closed", "code", "told"),
    [
        (">&-", 2, b"The answer cannot be written: Bad file descriptor.\n"),
        (">/dev/null 2>&-", 0, b""),
        ("<&- >&- 2>&-", 2, b""),
    ],
)
def test_closed_streams_are_no_bug_and_nothing_else_takes_their_place(
    place: Path, built: tuple[Path, Path], closed: str, code: int, told: bytes
) -> None:
    before = built[0].read_bytes()
    words = ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "rank", "--top", "1"]
    ended = subprocess.run(words, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, b"", told)
    assert built[0].read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--db loop.duckdb build", 3),
        ("--db loop.duckdb rank", 3),
        ("rank --output loop.duckdb --format csv", 2),
        ("export loop.duckdb --draws 0", 2),
    ],
)
def test_a_link_to_itself_is_one_sentence_and_stays(place: Path, words: str, code: int) -> None:
    (place / "loop.duckdb").symlink_to("loop.duckdb")
    ended = run(*words.split())
    assert (ended.exit_code, ended.stdout, len(ended.stderr.splitlines())) == (code, "", 1)
    assert "Too many levels of symbolic links" in ended.stderr
    assert [path.is_symlink() for path in place.iterdir()] == [True]


def test_an_export_to_no_folder_writes_nothing(place: Path) -> None:
    (place / "file").touch()
    for name in ("", "file"):
        ended = run("export", name)
        assert (ended.exit_code, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert [path.name for path in place.iterdir()] == ["file"]


def test_an_interrupt_exits_with_130(place: Path) -> None:
    query = "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = 1"
    with subprocess.Popen([*COMMAND, "-v", "sql", query], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in told


@pytest.mark.parametrize(
    "becomes",
    [
        "raise",
        "raise RuntimeError('Query interrupted')",
        "sys.exit('stopped')",
        "print('stopped after 60 seconds', file=sys.stderr)",
        "time.sleep(30)",
    ],
)
def test_an_interrupt_exits_with_130_without_a_word_whatever_becomes_of_it(tmp_path: Path, becomes: str) -> None:
    program = f"""
import os, signal, sys, time
from exposure import __main__
from exposure.cli import app as cli

def main():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(30)
    except KeyboardInterrupt:
        {becomes}
    sys.exit(0)

cli.main = main
__main__.main()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_an_interrupt_waits_for_the_end_of_an_import(tmp_path: Path) -> None:
    """DuckDB aborts the process when it meets an exception while it is being imported."""
    (tmp_path / "slow.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('imported')\n")
    program = f"""
import sys, time
from exposure import __main__
from exposure.cli import app as cli

def main():
    sys.path.append({str(tmp_path)!r})
    import slow
    time.sleep(30)

cli.main = main
__main__.main()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"imported\n", b"")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9])
def test_an_interrupted_build_leaves_the_old_database_whole(
    place: Path, built: tuple[Path, Path], seconds: float
) -> None:
    shutil.copy(built[0], place / "old.duckdb")
    words = [*COMMAND, "--db", "old.duckdb", "build"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert (process.returncode, told[:5]) in [(130, b""), (0, b"Built")]  # a fast machine is done by then
    assert run("--db", "old.duckdb", "rank").stdout == run("rank").stdout
    assert run("--db", "old.duckdb", "build").exit_code == 0
    assert [path.name for path in place.iterdir()] == ["old.duckdb"]


def test_a_command_that_was_started_to_ignore_interrupts_goes_on(place: Path) -> None:
    program = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
from exposure import __main__
from exposure.cli import app as cli
cli.main = lambda: sys.exit(os.kill(os.getpid(), signal.SIGINT))
__main__.main()
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 0


def test_verbose_talks_on_stderr_and_changes_no_answer(place: Path) -> None:
    quiet = subprocess.run([*COMMAND, "rank", "--horizon", "2026"], capture_output=True, text=True, check=True)
    verbose = subprocess.run([*COMMAND, "-v", "rank", "--horizon", "2026"], capture_output=True, text=True, check=True)
    assert verbose.stdout == quiet.stdout
    assert " ms exposure" not in quiet.stderr
    assert re.search(r"^\d+ ms exposure: exposure -v rank", verbose.stderr)


def test_version_and_help_need_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("--version").stdout == f"exposure {exposure.__version__}\n"
    assert run("rank", "--version").stdout == f"exposure {exposure.__version__}\n"
    assert run("--help").exit_code == 0
    assert list(tmp_path.iterdir()) == []


# --- shell --------------------------------------------------------------------------------


def test_the_shell_opens_read_only_at_the_date_asked_for(place: Path) -> None:
    asked = "select as_of, horizon from core.question; create table t (a int);"
    words = [*COMMAND, "shell", "--as-of", "2026-01-20", "--horizon", "2027"]
    session = subprocess.run(words, input=asked, capture_output=True, text=True, check=False)
    assert "2026-01-20" in session.stdout
    assert "2027" in session.stdout
    assert "read-only mode" in session.stderr
    assert "SET VARIABLE as_of" in session.stderr


@pytest.mark.parametrize("options", [(), ("--as-of", "2026-01-10")])
def test_in_the_shell_the_year_follows_the_date_as_it_does_in_sql(place: Path, options: tuple[str, ...]) -> None:
    asked = "SET VARIABLE as_of = DATE '2025-09-01'; select as_of, horizon from core.question;"
    words = [*COMMAND, "shell", *options]
    session = subprocess.run(words, input=f".mode csv\n{asked}", capture_output=True, text=True, check=False)
    assert session.stdout.splitlines()[-1] == "2025-09-01,2025"
    assert run("sql", "select as_of, horizon from core.question", "--as-of", "2025-09-01").stdout.endswith(
        "\n2025-09-01,2025\n"
    )


def test_sql_and_the_shell_say_that_the_stored_list_is_of_one_profile(place: Path) -> None:
    told = "mart.watchlist holds the profile balanced only; for visibility: exposure rank --profile visibility"
    asked = run("sql", "select distinct profile from mart.watchlist", "--profile", "visibility")
    assert (asked.stdout, asked.stderr) == ("profile\nbalanced\n", f"{told}\n")
    words = [*COMMAND, "shell", "--profile", "visibility"]
    session = subprocess.run(words, input="", capture_output=True, text=True, check=False)
    assert session.stderr.startswith(f"{told}\n")
    assert run("sql", "select 1", "--profile", "balanced").stderr == ""


def test_without_the_shell_the_install_line_is_printed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(place))
    ended = run("shell")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert shell.INSTALL_LINE in ended.stderr


def test_the_shell_gets_values_and_never_text_of_the_user() -> None:
    words = shell.command(Path("/bin/duckdb"), Path("/a b/x.duckdb"), as_of=date(2026, 1, 2), horizon=2026)
    assert words == [
        "/bin/duckdb",
        "-readonly",
        *("-cmd", "SET VARIABLE as_of = DATE '2026-01-02';"),
        *("-cmd", "SET VARIABLE horizon = 2026;"),
        "/a b/x.duckdb",
    ]
