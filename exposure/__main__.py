"""Run the command line: `exposure` and `python -m exposure`.

Nothing is imported before Ctrl-C is heard: an interrupted import would end in a traceback.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` imports other modules
import os

TYPE_CHECKING = False  # `typing` imports other modules
if TYPE_CHECKING:
    from typing import NoReturn


def _exit(*_: object) -> NoReturn:
    """End at once, as `cli.interrupts` does later."""
    os._exit(130)


if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _exit)


def main() -> NoReturn:
    """Run one command and end the process."""
    from exposure.cli import process

    process.run()


if __name__ == "__main__":
    main()
