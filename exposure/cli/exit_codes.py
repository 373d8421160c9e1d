"""The exit codes of the command line."""

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
