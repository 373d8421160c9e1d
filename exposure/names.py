"""Fold the names that people write, so that two spellings of one name meet."""

from __future__ import annotations

import unicodedata


def fold(name: str) -> str:
    """Fold width, compatibility forms, case and runs of spaces; traditional and simplified stay apart (see aliases)."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", text).split())
