"""The exported folder: one CSV a table, and a manifest that comes last."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from exposure.errors import ExposureError
from exposure.formats import exports

FOLDER = {"watchlist": pl.DataFrame({"rank": [1, 2], "name": ["中", "b"]}), "facts": pl.DataFrame({"fact_id": []})}


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_has_one_file_a_table_and_a_manifest_that_names_them(tmp_path: Path) -> None:
    written = exports.write_folder(tmp_path / "pm", FOLDER, {"as_of": date(2026, 1, 31)})
    assert [path.name for path in written] == ["watchlist.csv", "facts.csv", "manifest.json"]
    assert _names(tmp_path / "pm") == ["facts.csv", "manifest.json", "watchlist.csv"]
    assert (tmp_path / "pm" / "watchlist.csv").read_bytes() == "rank,name\n1,中\n2,b\n".encode()
    digests = [
        hashlib.sha256((tmp_path / "pm" / name).read_bytes()).hexdigest() for name in ("watchlist.csv", "facts.csv")
    ]
    assert (
        (tmp_path / "pm" / "manifest.json").read_text(encoding="utf-8")
        == f"""\
{{
  "as_of": "2026-01-31",
  "files": {{
    "watchlist.csv": {{
      "rows": 2,
      "sha256": "{digests[0]}"
    }},
    "facts.csv": {{
      "rows": 0,
      "sha256": "{digests[1]}"
    }}
  }}
}}
"""
    )


def test_a_folder_is_replaced_and_other_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "pm"
    exports.write_folder(folder, FOLDER, {})
    (folder / "my notes.txt").write_text("mine")
    exports.write_folder(folder, FOLDER | {"facts": pl.DataFrame({"fact_id": ["A1"]})}, {})
    assert (folder / "my notes.txt").read_text() == "mine"
    assert (folder / "facts.csv").read_bytes() == b"fact_id\nA1\n"
    assert _names(tmp_path) == ["pm"]


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_folder_whose_replacement_fails_has_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    folder = tmp_path / "pm"
    exports.write_folder(folder, FOLDER, {})
    replace = Path.replace
    remaining = [moved]

    def fail_after_moves(self: Path, target: Path) -> Path:
        if not remaining[0]:
            raise OSError(5, "Input/output error")
        remaining[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_after_moves)
    with pytest.raises(ExposureError, match="Input/output error"):
        exports.write_folder(folder, FOLDER, {})
    assert _names(folder) == ["facts.csv", "watchlist.csv"]
    assert _names(tmp_path) == ["pm"]


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "pm").write_text("")
    with pytest.raises(ExposureError, match="pm cannot be written: Not a directory"):
        exports.write_folder(tmp_path / "pm", FOLDER, {})
