"""The process around a command: closed streams, bugs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import COMMAND


@pytest.mark.parametrize(
    ("closed", "code", "error"),
    [
        (">&-", 2, b"The output cannot be written: Bad file descriptor.\n"),
        (">/dev/null 2>&-", 0, b""),
        ("<&- >&- 2>&-", 2, b""),
    ],
)
def test_closed_streams_are_no_bug_and_no_file_takes_their_place(
    folder: Path, built: tuple[Path, Path], closed: str, code: int, error: bytes
) -> None:
    before = built[0].read_bytes()
    arguments = ["sh", "-c", f'"$@" {closed}', "sh", *COMMAND, "rank", "--top", "1"]
    ended = subprocess.run(arguments, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, b"", error)
    assert built[0].read_bytes() == before


def test_a_bug_exits_with_70_and_a_traceback() -> None:
    program = "from exposure import __main__\nfrom exposure.cli import app\napp.main = lambda: 1 / 0\n__main__.main()"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (70, b"")
    assert b"ZeroDivisionError" in ended.stderr
