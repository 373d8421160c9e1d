"""One DuckDB file: open it without harm, and describe in one sentence what is wrong with it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from exposure.errors import DatabaseError, ExposureError

#: name and DuckDB type of each column of a table
Columns = Sequence[tuple[str, str]]
Config = dict[str, str | bool | int | float | list[str]]

#: a file of another format is rebuilt, never migrated
FORMAT_VERSION = 1
#: the storage that the published DuckDB shell can read
STORAGE = "v1.5.0"
#: no download of extensions, and no variable of the caller read as a table
QUIET: Config = {"autoinstall_known_extensions": "false", "python_enable_replacements": "false"}

#: from the bottom up; a file must not have such a name, since DuckDB calls an open file by its name
SCHEMAS = ("raw", "staging", "core", "mart", "research", "audit")
_RESERVED = ("system", "temp")

#: signs in a path under which DuckDB would look for another file
_UNKEPT = {"?": "a question mark"} | ({} if os.name == "nt" else {"\\": "a backslash"})
#: endings of DuckDB's logs; a new file beside an old log cannot be opened
_COMPANIONS = (".wal", ".wal.checkpoint", ".wal.recovery")
#: below this size, handing out work to threads takes longer than the work
_SMALL = 1 << 26
#: bytes before the first block of a file
_HEADERS = 3 * 4096
_LOCKED = ("Could not set lock", "being used by another process")
_HOLDER = re.compile(r"lock is held in (?:.*[/\\])?(?P<program>[^/\\]+) \(PID (?P<pid>\d+)\)")
_DAMAGE = ("IO Error", "Corrupt", "corrupt", "INTERNAL", "FATAL", "Serialization")


class Missing(ExposureError):
    """There is no database file."""


class Stale(ExposureError):
    """The database was built by another version or from other files."""


class Foreign(DatabaseError):
    """The file is not a database that exposure built."""


class Damaged(DatabaseError):
    """The file is a damaged database."""


class Locked(DatabaseError):
    """Another program, another connection of this process, or permissions keep the file from being opened."""


class Building(Locked):
    """Another process builds the file at this moment."""


@dataclass(frozen=True)
class Stamp:
    """The row of `raw.build`: which build made the file, from what."""

    format_version: int
    package_version: str
    seeds_digest: str
    seeds_fingerprint: str | None
    sql_digest: str
    latest_known_on: date | None
    default_horizon: int | None


#: the columns of `raw.build`, in order
STAMP_COLUMNS: Columns = (
    ("format_version", "INTEGER"),
    ("package_version", "VARCHAR"),
    ("seeds_digest", "VARCHAR"),
    ("seeds_fingerprint", "VARCHAR"),
    ("sql_digest", "VARCHAR"),
    ("latest_known_on", "DATE"),
    ("default_horizon", "INTEGER"),
)


@contextmanager
def opened(db: Path, settings: Config | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file read-only; raise Missing, Foreign, Damaged or Locked."""
    connection = connect(db, settings)
    try:
        yield connection
    finally:
        connection.close()


def connect(db: Path, settings: Config | None = None) -> duckdb.DuckDBPyConnection:
    """Open a file read-only; the caller closes the connection."""
    _refuse_what_is_not_duckdb(db)
    try:
        connection = silenced(_shared(db) if settings is None else _own(db, settings))
        used, size = connection.sql("select used_blocks, block_size from pragma_database_size()").fetchall()[0]
    except duckdb.Error as error:
        raise sentence(db, str(error)) from error
    if db.stat().st_size < _HEADERS + used * size:
        connection.close()
        raise sentence(db, "A part of the file is missing")
    return connection


def stamp(connection: duckdb.DuckDBPyConnection, db: Path) -> Stamp:
    """Return the stamp of a file; raise Foreign if there is none, Stale if it is of another format."""
    try:
        relation = connection.sql("select * from raw.build")
        cells = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise _not_ours(db) from error
    except duckdb.Error as error:
        raise sentence(db, str(error)) from error
    if len(cells) != 1 or not {"format_version", "package_version"} <= cells[0].keys():
        raise _not_ours(db)
    if cells[0]["format_version"] != FORMAT_VERSION:
        version = cells[0]["package_version"]
        raise Stale(f"{db} was built by exposure {version}, which wrote another format.")
    if any(column not in cells[0] for column, _ in STAMP_COLUMNS):
        raise _not_ours(db)
    return Stamp(**{column: cells[0][column] for column, _ in STAMP_COLUMNS})


def refuse_bad_name(db: Path) -> None:
    """Raise on a path that DuckDB does not take as it is, or that it would confuse with a schema."""
    try:
        path = str(db.absolute())
    except FileNotFoundError as error:
        raise ExposureError(
            f"This folder is not there any more: change to another, or name {db} from the root."
        ) from error
    for sign, name in _UNKEPT.items():
        if sign in path:
            raise ExposureError(f"DuckDB keeps no database under a path with {name}; name another file than {db}.")
    if not _is_utf8(path):
        raise ExposureError(f"DuckDB keeps no database under a path that is not UTF-8; name another file than {db}.")
    if db.name.lstrip(".").partition(".")[0].casefold() in {*SCHEMAS, *_RESERVED}:
        raise ExposureError(
            f"DuckDB takes the name of {db} for that of a schema or a catalogue of its own; name another file."
        )


def _is_utf8(path: str) -> bool:
    """Return whether a path is text; bytes of other encodings stand in it as lone surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def companions(db: Path) -> list[Path]:
    """Return the logs that DuckDB left beside a file."""
    return [path for ending in _COMPANIONS if (path := db.with_name(db.name + ending)).exists()]


def sentence(db: Path, words: str) -> DatabaseError:
    """Translate DuckDB's message about a file into one sentence."""
    if words.startswith("Connection Error"):
        return Locked(f"{db} is open in this process with other settings; close that connection first.")
    if any(word in words for word in _LOCKED):
        return Locked(f"{db} is open for writing in {_holder(words)}; close it there, or open it there read-only.")
    if "version number" in words or "Unsupported Storage Version" in words:
        return Foreign(
            f"{db} is a DuckDB database of a version that DuckDB {duckdb.__version__} cannot read; "
            "move it away and run `exposure build`, or name another file."
        )
    if "encrypt" in words.lower():
        return Foreign(f"{db} is a DuckDB database that exposure did not write: {_first_line(words)}")
    if "WAL" in words:
        logs = " and ".join(str(path) for path in companions(db)) or f"{db}.wal"
        return Damaged(f"{db} cannot be read because {logs} belongs to another database; move it away.")
    return Damaged(f"{db} is damaged; remove it and run `exposure build`. DuckDB says: {_first_line(words)}")


def silenced(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Turn off DuckDB's progress bar, which it draws on stdout, between the data."""
    return connection.execute("set enable_progress_bar = false")


def quoted(identifier: str) -> str:
    """Quote an identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def qualified(name: str) -> str:
    """Return `schema.relation` with both parts quoted."""
    return ".".join(quoted(part) for part in name.split("."))


def is_damage(words: str) -> bool:
    """Return whether a message of DuckDB is about the file rather than the query."""
    return words.startswith(_DAMAGE)


def is_held(db: Path) -> bool:
    """Return whether another connection has the file open for writing."""
    try:
        duckdb.connect(str(db.absolute()), read_only=True).close()
    except duckdb.ConnectionException:
        return True
    except duckdb.Error as error:
        return any(word in str(error) for word in _LOCKED)
    return False


def _own(db: Path, settings: Config) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(db.absolute()), read_only=True, config=settings)


def _shared(db: Path) -> duckdb.DuckDBPyConnection:
    """Open with quiet settings, or with those of a connection that this process already has."""
    small: Config = {"threads": 1} if db.stat().st_size < _SMALL else {}
    try:
        return _own(db, QUIET | small)
    except duckdb.ConnectionException:
        return duckdb.connect(str(db.absolute()), read_only=True)


def _refuse_what_is_not_duckdb(db: Path) -> None:
    """Check the header before DuckDB does, which would download an extension to open a SQLite file."""
    refuse_bad_name(db)
    try:
        mode = db.stat().st_mode
        if not stat.S_ISREG(mode):
            raise Foreign(f"{db} is not a file.")
        with db.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError as error:
        raise Missing(f"There is no database {db}; run `exposure build`.") from error
    except OSError as error:
        raise Locked(f"{db} cannot be read: {error.strerror}.") from error
    if not head:
        raise Foreign(f"{db} is empty, not a database that exposure built; remove it or name another file.")
    if head[8:] != b"DUCK":
        raise Foreign(f"{db} is not a DuckDB database; name another file.")


def _not_ours(db: Path) -> Foreign:
    return Foreign(f"{db} is a DuckDB database, but not one that exposure built; name another file.")


def _holder(words: str) -> str:
    holder = _HOLDER.search(words)
    return f"another program ({holder['program']}, process {holder['pid']})" if holder else "another program"


def _first_line(words: str) -> str:
    return words.strip().splitlines()[0].rstrip(".") + "."
