"""Publish a new database in the place of the old one in a single step.

The new file is written beside the old one under a name of its own. Readers of the old file keep it open; a writer makes
the publication refuse. A killed build leaves only its unfinished file, which the next build removes.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from exposure.db import connection as database
from exposure.errors import DatabaseError, ExposureError
from exposure.formats.files import resolve_links

#: DuckDB's errors on a failed write
_WRITING = (duckdb.IOException, duckdb.FatalException, duckdb.TransactionException)
_ENDING = ".building"
#: how long to wait for a build that starts in the same folder at the same moment
_PATIENCE_SECONDS = 5.0
#: time between two looks whether a build has ended
_LOOK_SECONDS = 0.1


@contextmanager
def publication(place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to a new database, which replaces the old one if the block ends without an error."""
    database.refuse_bad_name(place)
    with _translated_failures(place, OSError, *_WRITING):
        db = resolve_links(place)
        _check_replaceable(db)
        unfinished, connection = _start(db)
    try:
        with _translated_failures(place, *_WRITING):
            yield connection
        # under the lock, nobody takes the finished file for one that a killed build left
        with _translated_failures(place, OSError, *_WRITING), _folder_lock(db.parent):
            _finish(connection)
            _publish(unfinished, db)
    finally:
        connection.close()
        _remove(unfinished)


@contextmanager
def _translated_failures(place: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Raise DatabaseError with one sentence when the disk or its permissions do not allow the write."""
    try:
        yield
    except kinds as error:
        words = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise DatabaseError(f"{place} could not be written: {words}") from error


def _check_replaceable(db: Path) -> None:
    database.refuse_bad_name(db)
    if not db.parent.is_dir():
        raise ExposureError(f"There is no folder {db.parent}.")
    if db.exists():
        _probe(db).close()
    elif logs := database.companions(db):
        raise DatabaseError(f"{logs[0]} was left by a database that is gone; move it away.")


def _probe(db: Path) -> duckdb.DuckDBPyConnection:
    """Open the file to be replaced; while the connection is open, no one can write to the file."""
    connection = database.connect(db)
    try:
        database.stamp(connection, db)
    except database.Stale:
        return connection
    except ExposureError:
        connection.close()
        raise
    return connection


def _start(db: Path) -> tuple[Path, duckdb.DuckDBPyConnection]:
    """Start a new file: refuse beside a running build, and remove what killed builds left."""
    with _folder_lock(db.parent):
        for other in _unfinished(db):
            if database.is_held(other):
                raise database.Building(f"Another build of {db} is running; wait for it to end.")
            with suppress(PermissionError):  # another user's, in a shared folder
                _remove(other)
        mine = db.with_name(f".{db.name}.{secrets.token_hex(4)}{_ENDING}")
        settings: database.Config = {
            **database.QUIET,
            "storage_compatibility_version": database.STORAGE,
            "auto_checkpoint_skip_wal_threshold": "0",  # an unpublished file needs no log
        }
        connection = database.silenced(duckdb.connect(str(mine), config=settings))
        if db.exists():
            mine.chmod(stat.S_IMODE(db.stat().st_mode))  # before anything is in it
        return mine, connection


def wait_for_build(place: Path) -> None:
    """Wait until no other process builds the file."""
    db = resolve_links(place)
    while any(database.is_held(other) for other in _unfinished(db)):
        time.sleep(_LOOK_SECONDS)


def _unfinished(db: Path) -> list[Path]:
    return [
        path
        for path in db.parent.iterdir()
        if path.name.startswith(f".{db.name}.") and path.name.endswith(_ENDING) and path.is_file()
    ]


def _finish(connection: duckdb.DuckDBPyConnection) -> None:
    """Write everything while an error can still be reported: closing swallows it."""
    connection.execute("checkpoint")
    connection.close()


def _publish(unfinished: Path, db: Path) -> None:
    if not db.exists():
        _check_replaceable(db)
        unfinished.replace(db)
        return
    probe = _absorb_log(db, _probe(db))
    try:
        if os.name == "nt":
            probe.close()  # an open file cannot be replaced there
        unfinished.replace(db)
    finally:
        probe.close()


def _absorb_log(db: Path, probe: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Fold a leftover log into the old file; beside the new one it would make that unreadable."""
    if not database.companions(db):
        return probe
    probe.close()
    try:
        duckdb.connect(str(db)).close()
    except duckdb.Error as error:
        raise database.Locked(
            f"{db} has a log, {database.companions(db)[0].name}, that cannot be folded in while the file is open;"
            " close it where it is open, and build again."
        ) from error
    if logs := database.companions(db):
        raise DatabaseError(f"{logs[0]} would make a new {db.name} unreadable; move it away.")
    return _probe(db)


def _remove(unfinished: Path) -> None:
    for path in [*database.companions(unfinished), unfinished]:
        path.unlink(missing_ok=True)


if sys.platform == "win32":

    @contextmanager
    def _folder_lock(_folder: Path) -> Iterator[None]:
        """Do not lock: of two builds that start at the same moment, the last one stays."""
        yield

else:
    import fcntl

    @contextmanager
    def _folder_lock(folder: Path) -> Iterator[None]:
        """Keep other builds in the folder from starting at the same moment; a killed process frees the lock."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            _lock(handle, folder)
            yield
        finally:
            os.close(handle)

    def _lock(handle: int, folder: Path) -> None:
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() > give_up:
                    raise database.Locked(f"Another program keeps the folder {folder} locked.") from error
                time.sleep(0.02)
            except OSError as error:
                if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL):
                    raise
                return  # a file system without such locks
            else:
                return
