"""The errors that a caller has to distinguish, and the exit codes of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


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
        return f"{place} {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


class RejectedData(ExposureError):
    """Seeds that break their contracts; carries every fault, never only the first."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))
