#!/usr/bin/env python3
"""Print pip constraints that pin each dependency of pyproject.toml to the oldest version that it admits."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

#: tools that check the text and never run with the product: CI takes them pinned or fresh
CHECKERS = {"mypy", "pre-commit", "ruff", "sqlfluff", "vulture"}

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
for requirement in (*project["dependencies"], *(line for extra in extras.values() for line in extra)):
    bound = re.match(r"(?P<name>[A-Za-z0-9-]+)>=(?P<version>[0-9.]+)", requirement)
    if bound and bound["name"] not in CHECKERS:
        print(f"{bound['name']}=={bound['version']}")  # noqa: T201  this is what the script is for
