"""Ctrl-C: end at once, exit with 130 and print nothing, whatever the libraries at work make of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType

from exposure.cli.exit_codes import ExitCode

#: time of an interrupted command for cleaning up
GRACE_SECONDS = 1.0
#: time between two looks whether an import has ended
_RETRY_SECONDS = 0.02


class Interrupt:
    """Signal handler that raises KeyboardInterrupt once, as soon as no import is running."""

    received = False
    _raised = False

    def __call__(self, _: int, frame: FrameType | None) -> None:
        """Silence stderr, then raise: DuckDB, an import or a destructor may each report an error of its own."""
        if not self.received:
            self.received = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        if self._raised:
            return  # a second one would disturb the cleaning up after the first
        if _is_importing(frame):  # a library in C++ may abort on an exception while it is imported
            signal.setitimer(signal.ITIMER_REAL, _RETRY_SECONDS)
            return
        self._raised = True
        raise KeyboardInterrupt


def listen() -> Interrupt:
    """Install the handler, unless the caller of the process has SIGINT ignored, and return it."""
    interrupt = Interrupt()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGALRM, interrupt)
        # Python writes a signal to this pipe at once, but calls its handler only between two bytecodes, which may be
        # long after, while DuckDB or polars is at work
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=_exit_after_grace, args=[reader], daemon=True).start()
    return interrupt


def _exit_after_grace(reader: int) -> None:
    """Wait for a signal, then end the process although its main thread may still be at work."""
    os.read(reader, 1)
    time.sleep(GRACE_SECONDS)
    os._exit(ExitCode.INTERRUPTED)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
