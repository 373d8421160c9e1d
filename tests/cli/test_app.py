"""Global options, and how errors end."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import exposure
from exposure.cli.app import COMMANDS
from exposure.engine import Engine
from tests.support.commands import COMMAND, WATCHLIST, run


@pytest.mark.parametrize("words", ["--db {} --seeds {} rank", "rank --db {} --seeds {}", "--db={} rank --seeds={} -v"])
def test_database_and_seeds_are_named_before_or_after_the_command(
    folder: Path, built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.delenv("EXPOSURE_DB")
    monkeypatch.delenv("EXPOSURE_SEEDS")
    assert run(*words.format(*built).split()).stdout.startswith(WATCHLIST)
    assert list(folder.iterdir()) == []


def test_arguments_after_two_dashes_are_no_options(folder: Path) -> None:
    assert run("sql", "--", "--db").exit_code == 2
    assert not (folder / "rank").exists()


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
def test_wrong_usage_and_missing_things_exit_with_two(folder: Path, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_misspelt_company_is_answered_with_candidates(folder: Path) -> None:
    assert "alpha" in run("explain", "alpa").stderr


def test_a_database_open_for_writing_exits_with_three(folder: Path, built: tuple[Path, Path]) -> None:
    shutil.copy(built[0], folder / "held.duckdb")
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
def test_a_foreign_file_as_database_exits_with_three_and_stays(folder: Path, content: bytes) -> None:
    (folder / "other.duckdb").write_bytes(content)
    ended = run("--db", "other.duckdb", "rank")
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert len(ended.stderr.splitlines()) == 1
    assert (folder / "other.duckdb").read_bytes() == content


def test_a_bug_is_not_taken_for_an_error_of_the_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> NoReturn:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Engine, "sources", broken)
    assert isinstance(run("sources").exception, ZeroDivisionError)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--db loop.duckdb build", 3),
        ("--db loop.duckdb rank", 3),
        ("rank --output loop.duckdb --format csv", 2),
        ("export loop.duckdb --draws 0", 2),
    ],
)
def test_a_link_to_itself_ends_in_one_sentence_and_stays(folder: Path, words: str, code: int) -> None:
    (folder / "loop.duckdb").symlink_to("loop.duckdb")
    ended = run(*words.split())
    assert (ended.exit_code, ended.stdout, len(ended.stderr.splitlines())) == (code, "", 1)
    assert "Too many levels of symbolic links" in ended.stderr
    assert [path.is_symlink() for path in folder.iterdir()] == [True]


def test_verbose_logs_to_stderr_and_changes_no_answer(folder: Path) -> None:
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


@pytest.mark.parametrize("name", ["", *(command.__name__ for command in COMMANDS)])
def test_help_is_the_same_without_docstrings(tmp_path: Path, name: str) -> None:
    shown = [
        subprocess.run(
            [sys.executable, *flags, "-m", "exposure", *name.split(), "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for flags in ([], ["-OO"])
    ]
    assert shown[0] == shown[1]
    command = next((command for command in COMMANDS if command.__name__ == name), None)
    assert command is None or str(command.__doc__) in " ".join(shown[0].split())


def test_a_difference_goes_from_the_earlier_to_the_later_day(folder: Path) -> None:
    refused = run("diff", "--from", "2026-03-01", "--to", "2026-02-01")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "--from 2026-03-01 is after --to 2026-02-01; change them round.\n"
    refused = run("diff", "--from", "2026-01-15", "--as-of", "2025-01-15")
    assert (refused.exit_code, refused.stderr[:6]) == (2, "--from")


def test_first_runs_at_the_same_moment_wait_for_one_build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXPOSURE_DB")
    runs = [subprocess.Popen([*COMMAND, "rank"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in runs]
    assert [process.returncode for process in runs] == [0] * 4
    assert len({out for out, _ in answers}) == 1
    assert answers[0][0].decode().startswith(WATCHLIST)
    assert [path.name for path in folder.iterdir()] == ["exposure.duckdb"]


@pytest.mark.parametrize("version", [39, 63, 70, 999])
def test_a_database_of_another_version_of_duckdb_is_one_plain_sentence(
    folder: Path, built: tuple[Path, Path], version: int
) -> None:
    content = bytearray(built[0].read_bytes())
    content[12:20] = version.to_bytes(8, "little")
    content[:8] = _checksum(bytes(content[8:4096])).to_bytes(8, "little")
    (folder / "old.duckdb").write_bytes(content)
    for words in (["rank"], ["build"], ["sql", "select 1"]):
        refused = run("--db", "old.duckdb", *words)
        assert (refused.exit_code, refused.stdout) == (3, "")
        assert "old.duckdb is a DuckDB database of a version that DuckDB " in refused.stderr
        assert refused.stderr.endswith("move it away and run `exposure build`, or name another file.\n")
        assert refused.stderr.count("\n") == 1
    assert (folder / "old.duckdb").read_bytes() == content


def _checksum(block: bytes) -> int:
    """Return what DuckDB writes before a header."""
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", block[: len(block) // 8 * 8]):
        checksum ^= word * 0xBF58476D1CE4E5B9 % 2**64
    return checksum
