"""Ctrl-C: end at once, exit with 130 and print nothing, whatever the libraries at work make of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType

from exposure.errors import ExitCode

#: time of an interrupted command for cleaning up
GRACE_SECONDS = 1.0
#: time between two looks whether an import has ended
_RETRY_SECONDS = 0.02


class Interrupt:
    """Signal handler that raises KeyboardInterrupt once, as soon as no import is running."""

    received = False

    def __call__(self, _: int, frame: FrameType | None) -> None:
        """Silence stderr, then raise: DuckDB, an import or a destructor may each report an error of its own."""
        if not self.received:
            self.received = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        if _is_importing(frame):  # a library in C++ may abort on an exception while it is imported
            signal.setitimer(signal.ITIMER_REAL, _RETRY_SECONDS)
            return
        for number in (signal.SIGINT, signal.SIGALRM):  # a second one would disturb the cleaning up
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt


def listen() -> Interrupt:
    """Install the handler, unless the process was started to ignore SIGINT, and return it."""
    interrupt = Interrupt()
    if signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None):
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGALRM, interrupt)
        # Python writes to this pipe at once, but calls the handler only when DuckDB or polars returns to it
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=_exit_after_grace, args=[reader], daemon=True).start()
    return interrupt


def _exit_after_grace(reader: int) -> None:
    os.read(reader, 1)
    time.sleep(GRACE_SECONDS)
    os._exit(ExitCode.INTERRUPTED)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame is not None
