"""Run the command line: `exposure` and `python -m exposure`."""

from __future__ import annotations

from typing import NoReturn


def main() -> NoReturn:
    """Run one command and end the process."""
    from exposure.cli import process

    process.run()


if __name__ == "__main__":
    main()
