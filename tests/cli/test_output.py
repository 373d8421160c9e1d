"""Output: formats, tables, files, and a stdout that takes nothing."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import polars as pl
import pytest

from exposure.cli.terminal import display_width
from exposure.errors import ExitCode
from tests.support.commands import COMMAND, WATCHLIST, run, run_in_terminal


def test_json_has_the_same_names_and_null_for_unknown(folder: Path) -> None:
    rows = json.loads(run("rank", "--format", "json").stdout)
    assert ",".join(rows[0]) == WATCHLIST
    assert rows[0]["name_local"] is None


def test_an_output_file_takes_its_format_from_its_ending(folder: Path) -> None:
    for name in ("w.csv", "w.json", "w.parquet", "w.txt"):
        assert run("rank", "--output", name).stdout == ""
    assert (folder / "w.csv").read_text("utf-8") == (folder / "w.txt").read_text("utf-8") == run("rank").stdout
    assert (folder / "w.json").read_text("utf-8") == run("rank", "--format", "json").stdout
    assert ",".join(pl.read_parquet(folder / "w.parquet").columns) == WATCHLIST


def test_csv_is_utf8_whatever_the_locale(folder: Path) -> None:
    environment = os.environ | {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
    }
    ranked = subprocess.run([*COMMAND, "rank"], capture_output=True, env=environment, check=True)
    assert "阿爾法".encode() in ranked.stdout


def test_a_terminal_shows_a_table_with_bold_headers_unless_no_color_is_set(folder: Path) -> None:
    shown = run_in_terminal("rank")
    assert shown.startswith("\x1b[1mrank  rank range  ticker")
    assert "1001.TW  Alpha Boards 阿爾法" in shown
    assert "\x1b" not in run_in_terminal("rank", NO_COLOR="1")
    assert run_in_terminal("rank", "--format", "csv").startswith(WATCHLIST)


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
def test_no_table_is_wider_than_the_terminal_and_dropped_columns_are_noted_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    (folder / "half.toml").write_text(HALF)
    (folder / "digest.txt").write_text(
        "Broker: Fam 1 shipments 2.5 million units in 2027, up from 1.8 million in 2026."
    )
    shown = run(*arguments, "--format", "table")
    assert shown.exit_code in (ExitCode.DONE, ExitCode.FINDINGS), shown.stderr
    assert max(map(display_width, shown.stdout.splitlines())) <= int(columns)
    assert shown.stderr.count("columns are left out: --format csv has all") == 1


def test_a_table_of_all_columns_has_no_note_on_columns(folder: Path) -> None:
    assert "left out" not in run("check", "--format", "table").stderr


def test_an_unknown_ending_is_refused_and_nothing_written(folder: Path) -> None:
    refused = run("rank", "--output", "w.xlsx")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("No format has the ending .xlsx: use .csv, .json or .parquet")
    assert not (folder / "w.xlsx").exists()
    assert run("rank", "--format", "csv", "--output", "w.dat").exit_code == 0


def test_a_broken_pipe_ends_quietly(folder: Path) -> None:
    query = "select range as n, repeat('x', 100) as text from range(100000)"
    with subprocess.Popen([*COMMAND, "sql", query], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize("words", ["--help", "rank --help", "--version", "rank --nonsense"])
def test_help_into_a_closed_pipe_ends_quietly(folder: Path, words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([*COMMAND, *words.split()], stdout=writer, stderr=writer, check=False)
    os.close(writer)
    assert ended.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", ["rank", "rank --top 1", "export pm --draws 0", "--help", "rank --help", "--version"])
def test_a_full_disk_under_stdout_ends_in_one_sentence(folder: Path, words: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([*COMMAND, *words.split()], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (2, b"The output cannot be written: No space left on device.\n")


def test_an_export_to_no_folder_writes_nothing(folder: Path) -> None:
    (folder / "file").touch()
    for name in ("", "file"):
        ended = run("export", name)
        assert (ended.exit_code, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_a_dash_is_stdout(folder: Path) -> None:
    for words in (["rank", "--draws", "0"], ["explain", "alpha"], ["check", "-f", "json"], ["sql", "select 1 as x"]):
        assert run(*words, "-o", "-").stdout == run(*words).stdout != ""
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["x/", "x.csv/", "./", "there", "there/"])
def test_a_folder_is_not_written_as_a_file(folder: Path, name: str) -> None:
    (folder / "there").mkdir()
    refused = run("rank", "--draws", "0", "-o", name)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"{name!r} is a folder; name a file." in refused.stderr
    assert [path.name for path in folder.iterdir()] == ["there"]
    assert list((folder / "there").iterdir()) == []


@pytest.mark.parametrize("words", ["rank --draws 0", "rank", "simulate", "scenario any", "sensitivity"])
@pytest.mark.parametrize("top", [2**63, 2**64])
def test_more_rows_than_a_table_can_count_are_refused(folder: Path, words: str, top: int) -> None:
    refused = run(*words.split(), "--top", str(top))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"The first {top} rows cannot be shown: name a whole number from 1 to 9,223,372,036,854,775,807.\n"
    )


def test_an_export_names_its_files_also_in_a_folder_that_is_not_utf8(folder: Path) -> None:
    name = b"l\xe9latin"
    done = subprocess.run([*COMMAND, "export", name, "--draws", "0"], capture_output=True, check=True)
    assert [line.split(b"/")[0] for line in done.stdout.splitlines()] == [name] * 6
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["rank", "--draws", "0"], ["build"], ["--db", "x.duckdb", "audit"]])
def test_a_folder_that_is_gone_is_one_plain_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.delenv("EXPOSURE_DB")
    gone.rmdir()
    refused = run(*words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("This folder is not there any more: change to another, or name ")
    monkeypatch.chdir(folder)
