"""Run the command line as a process of its own: `exposure` and `python -m exposure`."""

from __future__ import annotations

import _thread
import gc
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

#: a bug of ours, unlike anything that a command's own exit code says
BUG = 70
INTERRUPTED = 130
#: what an interrupted command has for cleaning up
GRACE_SECONDS = 1.0
_REMINDERS = 40


class Interrupt:
    """Remember that Ctrl-C was pressed, whatever becomes of the KeyboardInterrupt that it raises."""

    came = False
    _raised = False

    def __call__(self, _: int, at: FrameType | None) -> None:
        """Raise KeyboardInterrupt, once: a second one would fall into the cleaning up after the first.

        From here on nothing is said: DuckDB, an import or a destructor may each make an error of its own of it.
        """
        if not self.came:
            self.came = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        # a library in C++ that meets an exception while it is being imported may abort the process
        if not self._raised and not _importing(at):
            self._raised = True
            raise KeyboardInterrupt


def _importing(at: FrameType | None) -> bool:
    while at is not None:
        if at.f_code.co_filename.startswith("<frozen importlib"):
            return True
        at = at.f_back
    return False


def main() -> NoReturn:
    """Run one command and end the process.

    A command lives for a second or two: looking for garbage costs it more time than the garbage takes room. And Python
    is not left to take itself apart at the end, which takes time and makes DuckDB's bindings list on stderr, in fifty
    lines, what they have not let go. By then every file is closed and nothing is waiting but what is flushed here.
    """
    try:
        _stand_in_for_closed_streams()
        interrupt = Interrupt()
        _listen(interrupt)
        gc.disable()
        # modules are imported while DuckDB works: Python's usual 5 ms, each time that it wants its turn, add up
        sys.setswitchinterval(0.0002)
        code = _run(interrupt)
        os._exit(INTERRUPTED if interrupt.came else code)
    except KeyboardInterrupt:  # before there was anything to interrupt, or after all of it
        os._exit(INTERRUPTED)


def _run(interrupt: Interrupt) -> int:
    """Run the command and give its exit code."""
    try:
        from exposure.cli import app

        app.main()
    except SystemExit as end:
        code = _code(end.code)
    except BrokenPipeError:  # nobody is left to be told what is wrong with the command
        code = 0
    except BaseException:  # noqa: BLE001  whatever it is, it is shown
        if not interrupt.came:
            sys.excepthook(*sys.exc_info())
        code = BUG
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # the reader has gone, or what could not be written was told of
            stream.flush()
    return code


def _listen(interrupt: Interrupt) -> None:
    """Take Ctrl-C, and end soon after it although DuckDB or polars may be at work, which do not look up until done.

    Python tells of the signal through a pipe at once, and calls its handler only when it is its turn again.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return  # whoever started this in the background wants it to go on
    signal.signal(signal.SIGINT, interrupt)
    import threading  # until the line above, an interrupt ends in Python's own traceback

    told, teller = os.pipe()
    os.set_blocking(teller, False)
    signal.set_wakeup_fd(teller, warn_on_full_buffer=False)

    def wait() -> None:
        while os.read(told, 1) != bytes([signal.SIGINT]):
            pass
        for _ in range(_REMINDERS):
            threading.Event().wait(GRACE_SECONDS / _REMINDERS)
            _thread.interrupt_main()  # it may have been importing the last time
        os._exit(INTERRUPTED)

    threading.Thread(target=wait, daemon=True).start()


def _stand_in_for_closed_streams() -> None:
    """Keep the numbers of stdin, stdout and stderr from a file that is opened later, when the caller closed them.

    What stands in for stdout can only be read: an answer that gets nowhere is an error, as on a full disk.
    """
    while (handle := os.open(os.devnull, os.O_RDONLY)) <= 2:
        if handle == 1:
            sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115  it has no path, and lives as long as we
        if handle == 2:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            sys.stderr = open(2, "w", encoding="utf-8")  # noqa: SIM115
    os.close(handle)


def _code(said: object) -> int:
    """Take the code of an exit as Python does: a message is shown and counts as a failure."""
    if said is None or isinstance(said, int):
        return said or 0
    sys.stderr.write(f"{said}\n")
    return 1


if __name__ == "__main__":
    main()
