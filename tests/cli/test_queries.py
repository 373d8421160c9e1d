"""sql and shell."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from exposure.cli import shell
from tests.support.commands import COMMAND, read_csv, run


def test_sql_answers_read_only_at_the_date_asked_for(folder: Path) -> None:
    answered = run("sql", "select as_of, horizon from core.question", "--as-of", "2026-01-20", "--horizon", "2027")
    assert answered.stdout == "as_of,horizon\n2026-01-20,2027\n"
    refused = run("sql", "create table t (a int)")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_sql_and_rank_return_the_same_numbers(folder: Path) -> None:
    columns = ("company_id", "score", "grade", "exposure_weight")
    query = f"select {', '.join(columns)} from mart.watchlist order by score desc, exposure_weight desc, company_id"
    assert read_csv(run("sql", query)) == [{column: row[column] for column in columns} for row in read_csv(run("rank"))]


def test_the_shell_opens_read_only_at_the_date_asked_for(folder: Path) -> None:
    query = "select as_of, horizon from core.question; create table t (a int);"
    arguments = [*COMMAND, "shell", "--as-of", "2026-01-20", "--horizon", "2027"]
    session = subprocess.run(arguments, input=query, capture_output=True, text=True, check=False)
    assert "2026-01-20" in session.stdout
    assert "2027" in session.stdout
    assert "read-only mode" in session.stderr
    assert "SET VARIABLE as_of" in session.stderr


@pytest.mark.parametrize("options", [(), ("--as-of", "2026-01-10")])
def test_in_the_shell_the_year_follows_the_date_as_it_does_in_sql(folder: Path, options: tuple[str, ...]) -> None:
    query = "SET VARIABLE as_of = DATE '2025-09-01'; select as_of, horizon from core.question;"
    arguments = [*COMMAND, "shell", *options]
    session = subprocess.run(arguments, input=f".mode csv\n{query}", capture_output=True, text=True, check=False)
    assert session.stdout.splitlines()[-1] == "2025-09-01,2025"
    assert run("sql", "select as_of, horizon from core.question", "--as-of", "2025-09-01").stdout.endswith(
        "\n2025-09-01,2025\n"
    )


def test_sql_and_the_shell_warn_that_the_stored_list_has_one_profile(folder: Path) -> None:
    warning = "mart.watchlist holds the profile balanced only; for visibility: exposure rank --profile visibility"
    answered = run("sql", "select distinct profile from mart.watchlist", "--profile", "visibility")
    assert (answered.stdout, answered.stderr) == ("profile\nbalanced\n", f"{warning}\n")
    arguments = [*COMMAND, "shell", "--profile", "visibility"]
    session = subprocess.run(arguments, input="", capture_output=True, text=True, check=False)
    assert session.stderr.startswith(f"{warning}\n")
    assert run("sql", "select 1", "--profile", "balanced").stderr == ""


def test_without_the_shell_the_install_line_is_printed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(folder))
    ended = run("shell")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert shell.INSTALL_LINE in ended.stderr


def test_the_shell_gets_typed_values_never_the_text_of_an_option() -> None:
    command = shell.build_command(Path("/bin/duckdb"), Path("/a b/x.duckdb"), as_of=date(2026, 1, 2), horizon=2026)
    assert command == [
        "/bin/duckdb",
        "-readonly",
        *("-cmd", "SET VARIABLE as_of = DATE '2026-01-02';"),
        *("-cmd", "SET VARIABLE horizon = 2026;"),
        "/a b/x.duckdb",
    ]
