"""The errors that a caller has to distinguish, and the exit codes of the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

#: signs of a cell that a message repeats
LONGEST_ECHO = 200
#: a quoted cell that is longer
_LONG = re.compile(rf"""'(?:[^'\\]|\\.){{{LONGEST_ECHO + 1},}}'|"(?:[^"\\]|\\.){{{LONGEST_ECHO + 1},}}\"""")


class ExitCode(IntEnum):
    """What the exit code of a process means."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    DATABASE = 3
    #: a bug of ours, unlike anything that a command returns
    BUG = 70
    INTERRUPTED = 130


class ExposureError(Exception):
    """A bad call or a missing thing, described in one sentence."""

    exit_code = ExitCode.USAGE


class DatabaseError(ExposureError):
    """The database file is locked, damaged or not ours."""

    exit_code = ExitCode.DATABASE


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of one cell, row or file of the seeds."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        message = _LONG.sub(lambda found: f"{found[0][: LONGEST_ECHO + 1]}…{found[0][0]}", self.message)
        return f"{place} {_shorten(self.column)}: {message}" if self.column else f"{place}: {message}"


def _shorten(text: str) -> str:
    return f"{text[:LONGEST_ECHO]}…" if len(text) > LONGEST_ECHO else text


class RejectedData(ExposureError):
    """Seeds that break their contracts; carries every fault, never only the first."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))
