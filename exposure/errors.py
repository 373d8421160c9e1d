"""What can go wrong, in the few ways that a caller has to tell apart."""

from __future__ import annotations

from dataclasses import dataclass


class ExposureError(Exception):
    """A bad call or a missing thing, said in one clear sentence."""


class DatabaseError(ExposureError):
    """The database file is locked, damaged or not ours."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with one cell, row or file of the seeds."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place} {self.column}: {self.message}" if self.column else f"{place}: {self.message}"


class RejectedData(ExposureError):
    """Seeds that break their contracts; carries every fault, never only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))
