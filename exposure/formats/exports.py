"""The portfolio manager's folder: one CSV a table, and a manifest that names their rows and hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from exposure.errors import ExposureError
from exposure.formats import Encoding, files
from exposure.formats.csv import encode_csv
from exposure.formats.json import encode_document

if TYPE_CHECKING:
    import polars as pl


def parse_folder(name: Path | str) -> Path:
    """Return a folder to write; raise ExposureError when its name is empty, which Path takes for ".", or a file's."""
    if not str(name):
        raise ExposureError("The folder name is empty; use . for this folder.")
    folder = Path(name)
    if folder.is_file():
        raise ExposureError(f"{folder} is a file, not a folder.")
    return folder


def write_folder(
    folder: Path, tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, object], *, encoding: Encoding = "utf-8"
) -> list[Path]:
    """Write one CSV a table, then the manifest with each file's rows and hash; return the files' paths."""
    contents: dict[str, bytes] = {}
    listed: dict[str, object] = {}
    for name, table in tables.items():
        content = encode_csv(table.columns, table.rows(), encoding=encoding)
        contents[f"{name}.csv"] = content
        listed[f"{name}.csv"] = {"rows": table.height, "sha256": hashlib.sha256(content).hexdigest()}
    contents["manifest.json"] = encode_document({**manifest, "files": listed})
    return files.write_folder(folder, contents)
