"""The exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum
from typing import Self

from exposure.errors import DatabaseError, ExposureError, RejectedData


class ExitCode(IntEnum):
    """What the exit code of a process means."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    DATABASE = 3
    #: a bug of ours, unlike anything that a command returns
    BUG = 70
    INTERRUPTED = 130

    @classmethod
    def for_error(cls, error: ExposureError) -> Self:
        """Return the exit code of an error meant for the user."""
        if isinstance(error, RejectedData):
            return cls.FINDINGS
        return cls.DATABASE if isinstance(error, DatabaseError) else cls.USAGE
