"""Run the command line: `exposure` and `python -m exposure`."""

from __future__ import annotations

from exposure.cli import main

if __name__ == "__main__":
    main()
