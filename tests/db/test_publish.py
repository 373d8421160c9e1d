"""A build is seen whole or not at all, whoever holds the file and whenever it is killed."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

import exposure
from exposure.db import build as warehouse
from exposure.errors import DatabaseError, ExposureError
from tests.db.test_build import FOREIGN
from tests.support.databases import status
from tests.support.seed_folders import forecast, world
from tests.support.sql_folders import built

ROOT = Path(__file__).resolve().parents[2]


def _shell_program() -> str:
    """Find the DuckDB shell itself; what is on the path is a wrapper in Python, and killing that kills nothing."""
    package = find_spec("duckdb_cli")
    assert package is not None
    assert package.origin is not None
    return str(Path(package.origin).with_name("duckdb.exe" if sys.platform == "win32" else "duckdb"))


SHELL = _shell_program()


class Shell:
    """A DuckDB shell that keeps a file open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, query: str) -> str:
        """Give the first line of the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(query + ";\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")


@contextmanager
def _shell(db: Path, *options: str) -> Iterator[Shell]:
    command = [SHELL, "-init", "/dev/null", "-csv", "-noheader", *options, str(db)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        shell = Shell(process)
        assert shell.ask("select 'open'") == "open"
        yield shell
        if process.poll() is None:
            process.communicate("")


def _child(folder: Path, *lines: str) -> subprocess.Popen[str]:
    """Start a process that builds in `folder`, after doing what the lines say."""
    program = [
        "import os, signal, sys, time",
        "from pathlib import Path",
        "from exposure.db import publish as publishing, build as warehouse",
        "from tests.support.sql_folders import built, fill",
        "def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)",
        "after_views = fill",
        *lines,
        "built(Path(sys.argv[1]), after_views=after_views)",
    ]
    command = [sys.executable, "-c", "\n".join(program), str(folder)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Build a database, then change the seeds, so that the next build makes another one."""
    db = built(tmp_path)
    world(tmp_path / "seeds", forecast(base=77))
    return db


def _bases(db: Path) -> list[float]:
    with warehouse.reading(db) as reader:
        return [base for (base,) in reader.rows("select base from raw.shipment_forecasts")]


@pytest.mark.parametrize(("mode", "umask"), [(0o660, 0o022), (0o664, 0o077), (0o600, 0o002), (0o640, 0o022)])
def test_a_rebuilt_database_keeps_its_mode_and_a_new_one_follows_the_umask(
    tmp_path: Path, old: Path, mode: int, umask: int
) -> None:
    seen: list[int] = []
    old.chmod(mode)
    before = os.umask(umask)
    try:
        built(tmp_path, old, after_views=lambda _: seen.extend(map(_mode, tmp_path.glob(".*.building"))))
        new = built(tmp_path, tmp_path / "new.duckdb")
    finally:
        os.umask(before)
    assert (_bases(old)[0], _mode(old), seen) == (77, mode, [mode])
    assert _mode(new) == 0o666 & ~umask


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


# --- killed builds ---------------------------------------------------------------------------

BEFORE = {
    "when its file has just begun": "start = publishing._start\npublishing._start = lambda db: (start(db), die())",
    "before the first table": "warehouse._make_tables = die",
    "among the tables": "load = warehouse._load\n"
    "warehouse._load = lambda c, name, *rest: die() if name == 'raw.products' else load(c, name, *rest)",
    "before the views": "from exposure.db import views\nviews.create_views = die",
    "before the comments": "from exposure.db import views\nviews.add_comments = die",
    "while the watchlist is computed": "after_views = die",
    "after the watchlist is stored": "after_views = lambda writer: (fill(writer), die())",
    "before all is written down": "publishing._finish = die",
    "before it is published": "publishing._publish = die",
    "with the old file checked": "publishing._absorb_log = die",
    "at the last moment": "Path.replace = die",
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", BEFORE)
def test_a_build_killed_at_any_moment_leaves_the_old_file_whole(tmp_path: Path, old: Path, moment: str) -> None:
    before, content = old.read_bytes(), warehouse.content_digest(old)
    with _child(tmp_path, BEFORE[moment]) as child:
        child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert old.read_bytes() == before
    assert warehouse.content_digest(old) == content
    assert not [name for name in _files(tmp_path) if name.startswith("small.duckdb.")]
    built(tmp_path)
    assert _files(tmp_path) == ["small.duckdb"]
    assert _bases(old) == [77]


def test_a_build_killed_right_after_publishing_leaves_the_new_file_whole(tmp_path: Path, old: Path) -> None:
    with _child(tmp_path, "publishing._remove = die") as child:
        child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert _bases(old) == [77]
    assert status(old, tmp_path / "seeds", tmp_path / "sql").state == "current"
    assert _files(tmp_path) == ["small.duckdb"]


@pytest.mark.slow
def test_a_build_killed_by_the_clock_leaves_one_whole_file(tmp_path: Path, old: Path) -> None:
    started = time.monotonic()
    with _child(tmp_path) as child:
        _, words = child.communicate()
    assert (child.returncode, words) == (0, "")
    whole = time.monotonic() - started
    for step in range(1, 13):
        with _child(tmp_path) as child:
            time.sleep(whole * step / 12)
            child.kill()
        assert _bases(old) == [77]
    built(tmp_path)
    assert _files(tmp_path) == ["small.duckdb"]


def test_a_first_build_that_is_killed_leaves_no_database(tmp_path: Path) -> None:
    with _child(tmp_path, "Path.replace = die") as child:
        child.communicate()
    assert child.returncode == -signal.SIGKILL
    db = tmp_path / "small.duckdb"
    assert not db.exists()
    assert len(_files(tmp_path)) == 1
    built(tmp_path)
    assert _files(tmp_path) == ["small.duckdb"]


def test_a_build_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, old: Path) -> None:
    def fail(_writer: warehouse.Writer) -> None:
        raise ZeroDivisionError("a bug in the scorer")

    before = old.read_bytes()
    with pytest.raises(ZeroDivisionError, match="a bug in the scorer"):
        built(tmp_path, after_views=fail)
    assert old.read_bytes() == before
    assert _files(tmp_path) == ["small.duckdb"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, old: Path) -> None:
    program = ["import resource", "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"]
    ignore = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
    with _child(tmp_path, *program, ignore) as child:
        _, words = child.communicate()
    assert child.returncode == 1
    assert words.splitlines()[-1].startswith(f"exposure.errors.DatabaseError: {old} could not be written: ")
    assert _files(tmp_path) == ["small.duckdb"]


# --- whoever holds the old file -----------------------------------------------------------------


def test_a_shell_that_reads_the_old_file_goes_on_while_a_build_publishes(tmp_path: Path, old: Path) -> None:
    count = "select sum(base)::integer from raw.shipment_forecasts"
    with _shell(old, "-readonly") as reader:
        assert reader.ask(count) == "3000000"
        built(tmp_path)
        assert reader.ask(count) == "3000000"
        assert reader.ask("select count(*) from mart.watchlist") == "3"
        with _shell(old, "-readonly") as later:
            assert later.ask(count) == "77"
    assert _bases(old) == [77]


def test_a_shell_that_may_write_to_the_old_file_makes_the_build_refuse(tmp_path: Path, old: Path) -> None:
    before = old.read_bytes()
    with _shell(old) as writer:
        with pytest.raises(DatabaseError) as refused:
            built(tmp_path)
        assert re.search(
            rf"is open for writing in another program \(duckdb, process {writer.process.pid}\)", str(refused.value)
        )
        assert refused.value.exit_code == 3
        assert writer.ask("select count(*) from raw.companies") == "3"
    assert old.read_bytes() == before
    assert _files(tmp_path) == ["small.duckdb"]
    built(tmp_path)
    assert _bases(old) == [77]


def test_a_shell_that_comes_to_write_during_the_build_makes_it_refuse_at_the_end(tmp_path: Path, old: Path) -> None:
    with pytest.raises(DatabaseError, match="is open for writing"):  # noqa: SIM117 - the shell outlives the build
        with _shell_kept() as keep:
            built(tmp_path, after_views=lambda _writer: keep(old))
    assert _bases(old) != [77]
    assert _files(tmp_path) == ["small.duckdb"]


@contextmanager
def _shell_kept() -> Iterator[Callable[[Path], None]]:
    """Give a way to open a shell that is closed at the end of the block."""
    opened = []

    def keep(db: Path) -> None:
        shell = _shell(db)
        shell.__enter__()
        opened.append(shell)

    try:
        yield keep
    finally:
        for shell in opened:
            shell.__exit__(None, None, None)


def test_nobody_can_come_to_write_between_the_check_and_the_publication(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, tried = Path.replace, []

    def try_to_write_first(source: Path, target: Path) -> Path:
        writer = subprocess.run([SHELL, "-init", "/dev/null", str(old), "select 1"], capture_output=True, text=True)
        tried.append(writer.stderr)
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", try_to_write_first)
    built(tmp_path)
    assert len(tried) == 1
    assert "Conflicting lock" in tried[0]


def test_the_callers_own_reading_connection_does_not_stop_a_build(tmp_path: Path, old: Path) -> None:
    with duckdb.connect(str(old), read_only=True) as own:
        built(tmp_path)
        assert own.sql("select count(*) from raw.companies").fetchall() == [(3,)]
    assert _bases(old) == [77]


def test_the_callers_own_writing_connection_stops_it(tmp_path: Path, old: Path) -> None:
    with duckdb.connect(str(old)), pytest.raises(DatabaseError, match="is open in this process with other settings"):
        built(tmp_path)
    assert _bases(old) != [77]


# --- logs that were left ---------------------------------------------------------------------------


def _killed_while_writing(db: Path) -> Path:
    """Leave a log beside the file, as a shell does that is killed after it wrote."""
    with _shell(db) as writer:
        assert writer.ask("create table raw.mine as select 1 as x; select 'done'") == "done"
        writer.process.kill()
        writer.process.wait()
    log = db.with_name(db.name + ".wal")
    assert log.stat().st_size > 0
    return log


def test_a_stale_log_never_makes_the_new_file_unreadable(tmp_path: Path, old: Path) -> None:
    _killed_while_writing(old)
    built(tmp_path)
    assert _files(tmp_path) == ["small.duckdb"]
    assert _bases(old) == [77]
    with _shell(old, "-readonly") as reader:
        assert reader.ask("select count(*) from duckdb_tables() where table_name = 'mine'") == "0"


def test_a_stale_log_that_a_reader_keeps_from_being_taken_in_makes_the_build_refuse(tmp_path: Path, old: Path) -> None:
    log = _killed_while_writing(old)
    with _shell(old, "-readonly") as reader:
        with pytest.raises(DatabaseError, match=r"has a log, small\.duckdb\.wal, that cannot be folded in"):
            built(tmp_path)
        assert reader.ask("select count(*) from raw.mine") == "1"
    assert log.exists()
    assert _bases(old) != [77]
    built(tmp_path)
    assert _bases(old) == [77]


def test_a_log_of_another_database_is_named_and_left_alone(tmp_path: Path, old: Path) -> None:
    log = _killed_while_writing(old)
    kept = log.read_bytes()
    duckdb.connect(str(old)).close()  # takes the log in, so that it belongs to the file no more
    log.write_bytes(kept)
    sentence = f"{old} cannot be read because {log} belongs to another database; move it away."
    assert status(old, tmp_path / "seeds", tmp_path / "sql").sentence == sentence
    with pytest.raises(DatabaseError, match=re.escape(sentence)):
        built(tmp_path)
    assert log.read_bytes() == kept
    log.unlink()
    built(tmp_path)
    assert _bases(old) == [77]


@pytest.mark.parametrize("ending", [".wal", ".wal.checkpoint", ".wal.recovery"])
def test_a_log_without_its_database_is_named_and_left_alone(tmp_path: Path, ending: str) -> None:
    db = tmp_path / "small.duckdb"
    log = tmp_path / f"small.duckdb{ending}"
    log.write_bytes(b"something")
    with pytest.raises(DatabaseError, match=re.escape(f"{log} was left by a database that is gone; move it away.")):
        built(tmp_path)
    assert log.read_bytes() == b"something"
    assert not db.exists()


# --- two builds at once ------------------------------------------------------------------------------


def test_of_two_builds_one_wins_and_the_other_gets_the_sentence(tmp_path: Path, old: Path) -> None:
    wait = "after_views = lambda writer: (fill(writer), print('half', flush=True), sys.stdin.readline())"
    with _child(tmp_path, wait) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "half\n"
        with pytest.raises(DatabaseError, match=re.escape(f"Another build of {old} is running; wait for it to end.")):
            built(tmp_path)
        first.communicate("go on\n")
    assert first.returncode == 0
    assert _bases(old) == [77]
    assert _files(tmp_path) == ["small.duckdb"]


def test_builds_that_begin_at_the_same_moment_leave_one_whole_file(tmp_path: Path) -> None:
    built(tmp_path, tmp_path / "other.duckdb")  # writes the seeds and the views
    children = [_child(tmp_path, "print('ready', flush=True); sys.stdin.readline()") for _ in range(3)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    words = [child.communicate()[1] for child in children]
    codes = [child.returncode for child in children]
    assert 0 in codes
    db = tmp_path / "small.duckdb"
    for code, output in zip(codes, words, strict=True):
        assert (
            code == 0
            or output.splitlines()[-1]
            == f"exposure.db.connection.Building: Another build of {db} is running; wait for it to end."
        )
    assert status(db, tmp_path / "seeds", tmp_path / "sql").state == "current"
    assert _files(tmp_path) == ["other.duckdb", "small.duckdb"]


def test_a_build_within_a_build_gets_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="Another build of"):
        built(tmp_path, after_views=lambda _writer: built(tmp_path))
    assert _files(tmp_path) == []


def test_builds_of_two_databases_in_one_folder_do_not_know_each_other(tmp_path: Path) -> None:
    built(tmp_path, after_views=lambda _writer: built(tmp_path, tmp_path / "other.duckdb"))
    assert _files(tmp_path) == ["other.duckdb", "small.duckdb"]


# --- what a build may replace -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in FOREIGN if kind not in ("folder", "pipe")])
def test_a_build_replaces_nothing_that_is_not_ours(tmp_path: Path, kind: str) -> None:
    make, sentence = FOREIGN[kind]
    db = tmp_path / "small.duckdb"
    make(db)
    before = db.read_bytes()
    with pytest.raises(DatabaseError, match=re.escape(f"{db} {sentence}")):
        built(tmp_path)
    assert db.read_bytes() == before
    assert _files(tmp_path) == ["small.duckdb"]


def test_a_build_replaces_no_folder(tmp_path: Path) -> None:
    (tmp_path / "small.duckdb").mkdir()
    with pytest.raises(DatabaseError, match="is not a file"):
        built(tmp_path)


def test_a_build_replaces_no_damaged_file(tmp_path: Path, old: Path) -> None:
    old.write_bytes(old.read_bytes()[:-300_000])
    with pytest.raises(DatabaseError, match="is damaged; remove it and run"):
        built(tmp_path)


def test_a_build_replaces_ours_of_an_older_format(tmp_path: Path) -> None:
    db = tmp_path / "small.duckdb"
    with duckdb.connect(str(db)) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.build as select 0 as format_version, '0.0.1' as package_version")
    built(tmp_path)
    assert status(db, tmp_path / "seeds", tmp_path / "sql").state == "current"


def test_a_build_into_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="There is no folder") as refused:
        built(tmp_path, tmp_path / "nowhere" / "x.duckdb")
    assert refused.value.exit_code == 2


def test_a_link_goes_on_pointing_at_the_new_file(tmp_path: Path, old: Path) -> None:
    link = tmp_path / "elsewhere" / "link.duckdb"
    link.parent.mkdir()
    link.symlink_to(old)
    built(tmp_path, link)
    assert link.is_symlink()
    assert _bases(old) == [77]
    assert _files(link.parent) == ["link.duckdb"]


# --- the shell that people have -------------------------------------------------------------------------


@pytest.mark.slow
def test_every_view_of_the_built_file_answers_in_the_real_shell(tmp_path: Path) -> None:
    db = tmp_path / "exposure.duckdb"
    exposure.build(db=db)
    with warehouse.reading(db) as reader:
        names = reader.rows(
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
            " union all select schema_name || '.' || table_name from duckdb_tables() where not internal order by all"
        )
    assert len(names) > len(list(ROOT.glob("sql/*/*.sql")))
    questions = "".join(f"create temp table t{i} as from {name};\n" for i, (name,) in enumerate(names))
    command = [SHELL, "-init", "/dev/null", "-bail", "-readonly", str(db)]
    answer = subprocess.run(command, input=f"{questions}select 'all answered';\n", capture_output=True, text=True)
    assert answer.stderr == ""
    assert "all answered" in answer.stdout
