"""Run the command line as a process of its own: `exposure` and `python -m exposure`."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

#: a bug of ours, unlike anything that a command's own exit code says
BUG = 70


def main() -> NoReturn:
    """Run one command and end the process.

    A command lives for a second or two: looking for garbage costs it more time than the garbage takes room. And Python
    is not left to take itself apart at the end, which takes time and makes DuckDB's bindings list on stderr, in fifty
    lines, what they have not let go. By then every file is closed and nothing is waiting but what is flushed here.
    """
    gc.disable()
    # modules are imported while DuckDB works: Python's usual 5 ms, each time that it wants its turn, add up
    sys.setswitchinterval(0.0002)
    from exposure import cli

    try:
        cli.main()
    except SystemExit as end:
        code = _code(end.code)
    except BaseException:  # noqa: BLE001  whatever it is, it is shown
        sys.excepthook(*sys.exc_info())
        code = BUG
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):  # the reader has gone, there is nobody to tell
            stream.flush()
    os._exit(code)


def _code(said: object) -> int:
    """Take the code of an exit as Python does: a message is shown and counts as a failure."""
    if said is None or isinstance(said, int):
        return said or 0
    sys.stderr.write(f"{said}\n")
    return 1


if __name__ == "__main__":
    main()
