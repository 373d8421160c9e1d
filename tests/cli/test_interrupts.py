"""Ctrl-C: exit code 130, nothing printed, nothing left behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import COMMAND, run

#: runs `command` as the command line
PROGRAM = """
import os, signal, sys, time
from exposure import __main__
from exposure.cli import app

def command():
    {command}

app.main = command
__main__.main()
"""


def run_program(command: str) -> subprocess.CompletedProcess[bytes]:
    """Run lines of Python as the command line of a process."""
    program = PROGRAM.format(command=command.strip("\n").replace("\n", "\n    "))
    return subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)


def test_an_interrupted_query_exits_with_130(folder: Path) -> None:
    query = "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = 1"
    with subprocess.Popen([*COMMAND, "-v", "sql", query], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert b"exposure -v sql" in process.stderr.readline()
        time.sleep(1)  # DuckDB is at work by then
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in error


@pytest.mark.parametrize(
    "reaction",
    [
        "raise",
        "raise RuntimeError('Query interrupted')",
        "sys.exit('stopped')",
        "print('stopped after 60 seconds', file=sys.stderr)",
        "time.sleep(30)",
    ],
)
def test_an_interrupt_exits_with_130_and_prints_nothing_whatever_the_command_does(reaction: str) -> None:
    ended = run_program(f"""
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(30)
except KeyboardInterrupt:
    {reaction}
sys.exit(0)
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_an_interrupt_waits_for_the_end_of_an_import(tmp_path: Path) -> None:
    """DuckDB aborts the process when it meets an exception while it is being imported."""
    (tmp_path / "slow.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('imported')\n")
    ended = run_program(f"""
sys.path.append({str(tmp_path)!r})
try:
    import slow
    time.sleep(30)
finally:
    print('cleaned up')
""")
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"imported\ncleaned up\n", b"")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9])
def test_an_interrupted_build_leaves_the_old_database_whole(
    folder: Path, built: tuple[Path, Path], seconds: float
) -> None:
    shutil.copy(built[0], folder / "old.duckdb")
    arguments = [*COMMAND, "--db", "old.duckdb", "build"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert (process.returncode, error[:5]) in [(130, b""), (0, b"Built")]  # a fast machine is done by then
    assert run("--db", "old.duckdb", "rank").stdout == run("rank").stdout
    assert run("--db", "old.duckdb", "build").exit_code == 0
    assert [path.name for path in folder.iterdir()] == ["old.duckdb"]


def test_a_command_started_to_ignore_interrupts_goes_on() -> None:
    ignoring = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    program = ignoring + PROGRAM.format(command="sys.exit(os.kill(os.getpid(), signal.SIGINT) or 7)")
    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 7


EARLY = """
import os, runpy, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.argv = ["exposure", "rank"]
sys.meta_path.insert(0, Interrupting())
runpy.run_module("exposure", run_name="__main__")
"""


@pytest.mark.parametrize(
    "name", ["exposure.cli", "exposure.cli.process", "exposure.errors", "exposure.cli.app", "typer", "duckdb"]
)
def test_an_interrupt_during_the_first_imports_exits_with_130(folder: Path, name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", EARLY.format(name=name)], capture_output=True, timeout=20, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_nothing_is_imported_before_interrupts_are_heard() -> None:
    program = "import os, sys; before = set(sys.modules); import exposure.__main__; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"exposure", "exposure.__main__", "__future__"}
