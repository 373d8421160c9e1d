"""The process around one command: its streams, its exit code and its end."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from exposure.cli import interrupts
from exposure.errors import ExitCode


def run() -> NoReturn:
    """Run the command line and end the process.

    A command is short: garbage collection would cost more than it frees, and Python's own teardown takes time and makes
    DuckDB list on stderr what it has not released.
    """
    try:
        _fill_closed_streams()
        interrupt = interrupts.listen()
        gc.disable()
        # modules are imported while DuckDB works; Python's usual 5 ms for each turn add up
        sys.setswitchinterval(0.0002)
        code = _run_command(interrupt)
        os._exit(ExitCode.INTERRUPTED if interrupt.received else code)
    except KeyboardInterrupt:  # before the command, or after it
        os._exit(ExitCode.INTERRUPTED)


def _run_command(interrupt: interrupts.Interrupt) -> int:
    """Run the command, flush the streams and return the exit code."""
    try:
        from exposure.cli import app

        app.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else ExitCode.BUG
    except BrokenPipeError:  # the reader of a usage error has gone
        code = ExitCode.DONE
    except BaseException:  # noqa: BLE001  shown as Python would
        if not interrupt.received:
            sys.excepthook(*sys.exc_info())
        code = ExitCode.BUG
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # the reader has gone, or was told of a full disk
            stream.flush()
    return code


def _fill_closed_streams() -> None:
    """Open standard streams that the caller closed, so that no file takes their numbers.

    Such a stdout can only be read: an answer that gets nowhere is an error, as on a full disk.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # takes the lowest free number, which is this one
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115  lives as long as the process
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8")  # noqa: SIM115
