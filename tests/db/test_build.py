"""What a built database holds and answers."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from exposure.db import build as warehouse
from exposure.db import connection as database
from exposure.db.counterfactual import Side, mixing
from exposure.errors import DatabaseError, ExposureError, RejectedData
from exposure.seeds import resources
from exposure.seeds.models import TABLES
from exposure.seeds.reader import read_seeds
from tests.support.databases import status
from tests.support.seed_folders import COMPANIES, FACTS, content, forecast, share, world
from tests.support.sql_folders import COMPANY, DESCRIBED, QUESTION, SMALL, STORED, built, fill, sql_folder, view

ROOT = Path(__file__).resolve().parents[2]
NASTY = "Robert'); drop table raw.companies; --\" ; $$"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the small views once, to be read only."""
    return built(tmp_path_factory.mktemp("small"))


def _faults(folder: Path, files: dict[str, str], *, described: tuple[str, ...] = DESCRIBED) -> list[str]:
    sql = sql_folder(folder / "sql", SMALL | files, described=described)
    with pytest.raises(RejectedData) as rejected:
        built(folder, sql=sql)
    assert not (folder / "small.duckdb").exists()
    return [str(fault) for fault in rejected.value.faults]


# --- raw tables ----------------------------------------------------------------------------


def test_every_seed_table_is_a_raw_table_with_the_same_columns(small: Path) -> None:
    with warehouse.reading(small) as reader:
        for name, model in TABLES.items():
            columns = [c for c in reader.table(f"from raw.{name}").columns if c not in ("period_start", "period_end")]
            assert columns == model.columns()


def test_cells_have_the_type_of_their_model(small: Path) -> None:
    wanted = {
        ("companies", "ticker"): "VARCHAR",
        ("supply_shares", "joint_ids"): "VARCHAR[]",
        ("supply_shares", "base"): "DOUBLE",
        ("supply_shares", "known_on"): "DATE",
        ("supply_shares", "withdrawn"): "BOOLEAN",
        ("supply_shares", "sourcing_mode"): "VARCHAR",
        ("supply_shares", "period"): "VARCHAR",
        ("supply_shares", "period_end"): "DATE",
    }
    with warehouse.reading(small) as reader:
        rows = reader.rows("select table_name, column_name, data_type from duckdb_columns() where schema_name = 'raw'")
    kinds = {(table, column): kind for table, column, kind in rows}
    assert {place: kinds[place] for place in wanted} == wanted


def test_raw_rows_are_the_checked_rows_in_key_order(tmp_path: Path) -> None:
    folder = world(tmp_path / "seeds", *FACTS, share("beta", fact_id="SS-0900", base=0.1, joint_ids=("alpha", "owner")))
    checked = read_seeds(folder).tables["supply_shares"]
    with warehouse.reading(built(tmp_path)) as reader:
        stored = reader.rows("select fact_id, base, known_on, withdrawn, joint_ids, note from raw.supply_shares")
    wanted = [
        [getattr(r, c) for c in ("fact_id", "base", "known_on", "withdrawn", "joint_ids", "note")] for r in checked
    ]
    assert [list(row) for row in stored] == [[list(c) if isinstance(c, tuple) else c for c in row] for row in wanted]


def test_a_period_has_its_first_and_last_day_and_none_has_none(tmp_path: Path) -> None:
    claims = (forecast(period="2025Q3", base=1), content(base=1, period="FY2025-11"), content("cable", base=2))
    world(tmp_path / "seeds", *claims)
    with warehouse.reading(built(tmp_path)) as reader:
        forecasts = reader.rows("select period, period_start, period_end from raw.shipment_forecasts")
        contents = reader.rows("select period, period_start, period_end from raw.content_values order by fact_id")
    assert forecasts == [("2025Q3", date(2025, 7, 1), date(2025, 9, 30))]
    assert contents == [("FY2025-11", date(2024, 12, 1), date(2025, 11, 30)), (None, None, None)]


def test_the_build_row_says_what_was_built_from_what(tmp_path: Path) -> None:
    db = built(tmp_path)
    with warehouse.reading(db) as reader:
        stamp = reader.stamp()
    assert stamp.seeds_digest == read_seeds(tmp_path / "seeds").digest
    assert stamp.seeds_fingerprint == resources.fingerprint(tmp_path / "seeds")
    assert stamp.sql_digest == resources.fingerprint(tmp_path / "sql")
    assert (stamp.latest_known_on, stamp.default_horizon) == (date(2026, 1, 15), 2026)


def test_the_report_counts_rows_and_names_views(tmp_path: Path) -> None:
    folder = world(tmp_path / "seeds")
    sql = sql_folder(tmp_path / "sql")
    report = warehouse.build(read_seeds(folder), tmp_path / "x.duckdb", sql=sql, tables=STORED)
    assert report.rows["companies"] == 3
    assert report.rows["waivers"] == 0
    assert report.views == ["core.company", "core.question", "mart.watchlist"]
    assert (report.latest_known_on, report.default_horizon) == (date(2026, 1, 15), 2026)


def test_no_name_of_a_company_or_file_becomes_sql(tmp_path: Path) -> None:
    odd = tmp_path / 'it\'s "odd"; drop 100% $x * 阿爾法'
    odd.mkdir()
    companies = [COMPANIES[0] | {"name": NASTY, "note": "'; select 1; --"}, *COMPANIES[1:]]
    world(odd / "seeds", companies=companies)
    db = built(odd, odd / "we're; here.duckdb")
    with warehouse.reading(db, programmes=[NASTY, "fam-1"]) as reader:
        assert reader.rows("select name from raw.companies where company_id = 'alpha'") == [(NASTY,)]
        assert reader.rows("select name from core.company where name = ?", [NASTY]) == [(NASTY,)]
        assert reader.rows("select programmes from core.question") == [([NASTY, "fam-1"],)]
    assert status(db, odd / "seeds", odd / "sql").state == "current"
    assert warehouse.ask(db, "select count(*) as n from core.company")["n"].to_list() == [3]


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("what?.duckdb", "with a question mark"),
        (r"c\d.duckdb", "with a backslash"),
        (r"C:\data\x.duckdb", "with a backslash"),
        ("l\udce9latin/x.duckdb", "that is not UTF-8"),
        ("\udcff.duckdb", "that is not UTF-8"),
    ],
)
def test_a_path_that_duckdb_would_read_as_another_is_refused(tmp_path: Path, name: str, sign: str) -> None:
    intact = built(tmp_path)
    copy = tmp_path / name
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(intact.read_bytes())
    for ask in (lambda db: built(tmp_path, db), lambda db: status(db, tmp_path, tmp_path)):
        with pytest.raises(
            ExposureError, match=f"^DuckDB keeps no database under a path {sign}; name another"
        ) as caught:
            ask(copy)
        assert caught.value.exit_code == 2
    assert copy.read_bytes() == intact.read_bytes()


# --- views ---------------------------------------------------------------------------------


def test_views_are_made_in_the_order_in_which_they_read_each_other(tmp_path: Path) -> None:
    chain = {f"core/{a}.sql": view(f"select b.company_id from core.{b} as b") for a, b in ("ab", "bc", "cd")}
    sql_folder(tmp_path / "sql", SMALL | chain | {"core/d.sql": view("select company_id from raw.companies")})
    with warehouse.reading(built(tmp_path)) as reader:
        assert len(reader.rows("from core.a")) == 3


def test_diamonds_of_views_are_planned_once(tmp_path: Path) -> None:
    floors = {
        f"core/d{i}.sql": view(
            f"select l.company_id from core.d{i - 1} as l join core.d{i - 1} as r using (company_id)"
        )
        for i in range(1, 25)
    }
    bottom = {"core/d0.sql": view("select companies.company_id from raw.companies")}
    sql_folder(tmp_path / "sql", SMALL | floors | bottom)
    with warehouse.reading(built(tmp_path)) as reader:
        assert len(reader.rows("from core.d24")) == 3
        plan = reader.rows("explain (format json) from core.d24")[0][1]
    assert plan.count('"name": "SEQ_SCAN"') == 1


def test_a_view_may_name_another_without_an_alias_and_in_text_that_is_not_sql(tmp_path: Path) -> None:
    body = "-- 阿爾法 reads core.company\nselect company.company_id, 'core.company' as name from core.company"
    sql_folder(tmp_path / "sql", SMALL | {"mart/plain.sql": view(body)})
    with warehouse.reading(built(tmp_path)) as reader:
        assert ("alpha", "core.company") in reader.rows("from mart.plain")


def test_a_step_of_a_view_is_no_relation(tmp_path: Path) -> None:
    body = "with company as (select company_id from raw.companies), b as (from Company) select company_id from b"
    sql_folder(tmp_path / "sql", SMALL | {"mart/steps.sql": view(body)})
    with warehouse.reading(built(tmp_path)) as reader:
        assert len(reader.rows("from mart.steps")) == 3


def test_a_kept_view_is_a_table_in_the_order_of_its_grain(tmp_path: Path) -> None:
    kept = view("-- kept: no date changes it\nselect company_id, name from raw.companies order by company_id desc")
    above = view("select kept.company_id from core.kept as kept")
    sql_folder(tmp_path / "sql", SMALL | {"core/kept.sql": kept, "mart/above.sql": above})
    with warehouse.reading(built(tmp_path)) as reader:
        assert [row[0] for row in reader.rows("from core.kept")] == ["alpha", "beta", "owner"]
        assert reader.rows("select comment from duckdb_tables() where table_name = 'kept'") == [
            ("A view of the tests. One row per company_id.",)
        ]
        assert len(reader.rows("from mart.above")) == 3


def test_a_kept_view_may_rest_on_views_that_rest_on_views(tmp_path: Path) -> None:
    files = {
        "core/low.sql": view("select low.company_id from raw.companies as low"),
        "core/high.sql": view("select low.company_id from core.low as low where low.company_id <> 'owner'"),
        "core/kept.sql": view(
            "-- kept: no date changes it\n"
            "select high.company_id from core.high as high semi join core.low using (company_id)"
        ),
    }
    sql_folder(tmp_path / "sql", SMALL | files)
    with warehouse.reading(built(tmp_path)) as reader:
        assert reader.rows("from core.kept") == [("alpha",), ("beta",)]


def test_views_answer_at_the_date_of_the_session_that_attaches_their_file(small: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{small}' as other (read_only); create schema core; set variable as_of = '2024-02-03'"
        )
        assert connection.sql("select as_of from other.core.question").fetchall() == [(date(2024, 2, 3),)]
        assert connection.sql("select * from other.mart.watchlist").fetchall() == []
        connection.execute("reset variable as_of")
        assert len(connection.sql("select * from other.mart.watchlist").fetchall()) == 3


def test_a_kept_view_that_the_session_changes_is_refused(tmp_path: Path) -> None:
    kept = "-- is: Now.\n-- grain: as_of\n-- kept: wrongly\nselect question.as_of from core.question as question\n"
    faults = _faults(tmp_path, {"mart/kept.sql": kept})
    assert faults == ["mart/kept.sql:3: is kept as a table, but rests on a session variable"]


@pytest.mark.parametrize(
    ("place", "text", "fault"),
    [
        ("core/x.sql", view("select company_id from core.nowhere as n"), "core/x.sql:1: reads core.nowhere, which is"),
        ("core/x.sql", view("select company_id from nowhere"), "core/x.sql:1: reads nowhere, which is neither a CTE"),
        ("core/x.sql", view("from 'file.csv'"), "core/x.sql:1: writes file.csv with quotes"),
        ("core/x.sql", view("select company_id from mart.watchlist"), "core/x.sql:1: reads mart.watchlist on a higher"),
        (
            "core/x.sql",
            view('select company_id from "core"."company"'),
            "core/x.sql:1: writes core.company with quotes",
        ),
        ("core/x.sql", "select 1 as company_id", "core/x.sql:1: the first line is not `-- is: ...`"),
        ("core/x.sql", "-- is: X.\nselect 1 as company_id", "core/x.sql:2: the second line is not `-- grain: ...`"),
        ("core/x.sql", view("select company_id\nfrom from"), "core/x.sql:4: syntax error"),
        ("core/x.sql", view("select 1; select 2"), "core/x.sql:1: holds 2 statements"),
        ("core/x.sql", view("create table raw.x (a int)"), "core/x.sql:1: Only SELECT"),
        ("core/x.sql", view("select nothing from raw.companies"), "core/x.sql:1: Binder Error: Referenced column"),
        ("mart/x.sql", view("select w.nothing from mart.watchlist as w"), 'mart/x.sql:1: Binder Error: Table "w" does'),
        ("core/x.sql", view("select 1 as name"), "core/x.sql:2: the grain names company_id, which"),
        (
            "core/question.sql",
            view("select company_id from core.question as r"),
            "core/question.sql:1: views read each other in a cycle",
        ),
        ("raw/x.sql", view("select 1 as company_id"), "raw/x.sql:1: lies in none of the folders"),
        ("core/deep/x.sql", view("select 1 as company_id"), "core/deep/x.sql:1: lies in none of the folders"),
        ("x.sql", view("select 1 as company_id"), "x.sql:1: lies in none of the folders"),
        ("core/X y.sql", view("select 1 as company_id"), "core/X y.sql:1: 'X y' is not a name"),
        ("mart/stored_watchlist.sql", view("select 1 as company_id"), "mart/stored_watchlist.sql:1: mart.stored_watc"),
    ],
)
def test_a_view_that_breaks_the_rules_is_refused_by_its_file(tmp_path: Path, place: str, text: str, fault: str) -> None:
    (message,) = _faults(tmp_path, {place: text})
    assert message.startswith(fault)


def test_a_circle_of_views_names_its_files(tmp_path: Path) -> None:
    files = {f"core/{a}.sql": view(f"select x.company_id from core.{b} as x") for a, b in ("pq", "qr", "rp")}
    (fault,) = _faults(tmp_path, files)
    assert all(f"core/{name}.sql" in fault for name in "pqr")


def test_all_faults_of_all_views_are_told_at_once(tmp_path: Path) -> None:
    files = {"core/x.sql": "select 1", "core/y.sql": view("from core.z"), "mart/z.sql": view("selec")}
    assert len(_faults(tmp_path, files)) == 3


def test_columns_for_readers_without_a_description_are_told_at_once(tmp_path: Path) -> None:
    files = {
        "staging/s.sql": view("select company_id, 1 as staged from raw.companies"),
        "core/x.sql": view("select company_id, 1 as first from raw.companies"),
        "audit/y.sql": view("select company_id, 1 as first, 2 as second from raw.companies"),
    }
    assert _faults(tmp_path, files) == [
        "columns.csv:1: column first has no description (audit.y, core.x)",
        "columns.csv:1: column second has no description (audit.y)",
    ]


def test_a_dictionary_with_a_name_twice_is_refused(tmp_path: Path) -> None:
    assert _faults(tmp_path, {}, described=(*DESCRIBED, "name"))[0].startswith("columns.csv:8:")


def test_comments_come_from_headers_models_and_the_dictionary(small: Path) -> None:
    with warehouse.reading(small) as reader:
        views = dict(reader.rows("select view_name, comment from duckdb_views() where not internal"))
        tables = dict(reader.rows("select table_name, comment from duckdb_tables() where schema_name = 'raw'"))
        columns = reader.rows("select comment from duckdb_columns() where column_name = 'company_id' and not internal")
    assert views["company"] == "Companies, whoever knew of them; that's all. One row per company_id."
    assert tables["scope_members"] == "A programme that a scope contains. One row per scope_id, programme_id."
    assert {comment for (comment,) in columns} == {"What is called company_id: it's text"}


# --- the same inputs, the same content -------------------------------------------------------


def test_two_builds_have_the_same_content_whatever_the_row_order_of_the_seeds(tmp_path: Path) -> None:
    first = built(tmp_path)
    shuffled = tmp_path / "again"
    world(shuffled / "seeds")
    for file in (shuffled / "seeds").glob("*.csv"):
        header, *rows = file.read_text(encoding="utf-8").splitlines()
        random.Random(7).shuffle(rows)
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    second = built(shuffled)
    assert warehouse.content_digest(first) == warehouse.content_digest(second)
    assert status(first, shuffled / "seeds", shuffled / "sql").state == "current"


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: world(folder / "seeds", forecast(base=3)),
        lambda folder: sql_folder(
            folder / "sql", SMALL | {"core/company.sql": COMPANY.replace("c.name", "'x' as name")}
        ),
        lambda folder: sql_folder(folder / "sql", SMALL | {"core/company.sql": COMPANY.replace("whoever", "whatever")}),
    ],
    ids=["seeds", "sql", "comment"],
)
def test_other_inputs_have_other_content(tmp_path: Path, small: Path, change: Callable[[Path], Path]) -> None:
    change(tmp_path)
    assert warehouse.content_digest(built(tmp_path)) != warehouse.content_digest(small)


# --- the hook that stores what the engine computes -------------------------------------------


def test_a_stored_table_is_filled_from_the_views_before_anybody_sees_the_file(tmp_path: Path) -> None:
    seen: list[bool] = []
    db = tmp_path / "small.duckdb"

    def store(writer: warehouse.Writer) -> None:
        seen.append(db.exists())
        assert writer.frame("from mart.watchlist").is_empty()
        fill(writer)

    built(tmp_path, db, after_views=store)
    assert seen == [False]
    with warehouse.reading(db) as reader:
        assert [row[1] for row in reader.rows("from mart.watchlist")] == ["alpha", "beta", "owner"]
    with warehouse.reading(db, as_of=date(2025, 1, 1)) as reader:
        assert reader.rows("from mart.watchlist") == []


def test_rows_of_the_wrong_width_are_not_stored(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has 3 columns, and the rows have 2"):
        built(tmp_path, after_views=lambda writer: writer.store("mart.stored_watchlist", [(1, "alpha")]))


# --- reading ---------------------------------------------------------------------------------


def test_what_is_asked_reaches_the_views(small: Path) -> None:
    with warehouse.reading(small, as_of=date(2025, 9, 1), horizon=2027, programmes=["fam-1"]) as reader:
        assert reader.rows("from core.question") == [(date(2025, 9, 1), 2027, ["fam-1"])]
    with warehouse.reading(small, programmes=[]) as reader:
        assert reader.rows("from core.question") == [(date(2026, 1, 15), 2026, [])]
    with warehouse.reading(small) as reader:
        assert reader.rows("from core.question") == [(date(2026, 1, 15), 2026, None)]


def test_a_frame_is_what_the_rows_are(small: Path) -> None:
    query = """
        select v.company_id, v.designers, v.day
        from (values ('a', ['x', 'y'], date '2025-01-02'), ('b', [], null)) as v (company_id, designers, day)
        where v.company_id = ?
    """
    with warehouse.reading(small) as reader:
        frame = reader.frame(query, ["a"])
        assert frame.rows() == reader.rows(query, ["a"])
        assert frame.schema == {"company_id": pl.String, "designers": pl.List(pl.String), "day": pl.Date}
        assert reader.table(query, ["a"]).columns == frame.columns


def test_views_worked_out_step_by_step_say_what_the_views_say(tmp_path: Path) -> None:
    upper = {
        "staging/kept.sql": view("-- kept: no date changes it\nselect company_id, name from raw.companies"),
        "mart/left.sql": view("select k.company_id, question.as_of from staging.kept as k cross join core.question"),
        "mart/right.sql": view(
            "select l.company_id, l.as_of, c.name from mart.left as l join core.company as c using (company_id)"
        ),
    }
    sql_folder(tmp_path / "sql", SMALL | upper)
    db = built(tmp_path)
    with warehouse.reading(db, as_of=date(2025, 9, 1)) as reader:
        reader.compute("mart.left")
        reader.compute("mart.right", "mart.watchlist")
        steps = reader.rows('select company_id, as_of, name from "mart.right" order by company_id')
        assert steps == reader.rows("select company_id, as_of, name from mart.right order by company_id")
        assert [row[1] for row in steps] == [date(2025, 9, 1)] * 3
        assert reader.rows('from "mart.watchlist"') == []
        rows = reader.rows("select table_name from duckdb_tables() where temporary order by all")
    assert [name for (name,) in rows] == [
        "core.company",
        "core.question",
        "mart.left",
        "mart.right",
        "mart.watchlist",
    ]


def test_views_can_be_worked_out_while_the_database_is_built(tmp_path: Path) -> None:
    def store(writer: warehouse.Writer) -> None:
        writer.compute("mart.watchlist")
        assert writer.rows('from "mart.watchlist"') == []
        fill(writer)

    db = built(tmp_path, after_views=store)
    with warehouse.reading(db) as reader:
        assert len(reader.rows("from mart.watchlist")) == 3
        assert reader.rows("from duckdb_tables() where temporary") == []


def test_a_variable_of_the_caller_is_never_taken_for_a_table(small: Path) -> None:
    companies = pl.DataFrame({"company_id": ["x"]})
    with warehouse.reading(small) as reader, pytest.raises(duckdb.CatalogException):
        reader.rows("from companies")
    assert companies.height == 1


def test_reading_changes_nothing(small: Path) -> None:
    before = small.read_bytes()
    with warehouse.reading(small) as reader, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        reader.rows("insert into raw.waivers select * from raw.waivers")
    assert small.read_bytes() == before


def test_reading_goes_on_beside_a_connection_of_the_callers_own(small: Path) -> None:
    with duckdb.connect(str(small), read_only=True) as own:
        with warehouse.reading(small) as reader:
            assert len(reader.rows("from core.company")) == 3
        with pytest.raises(DatabaseError, match="is open in this process with other settings"):
            warehouse.ask(small, "select 1 as x")
        assert own.sql("select count(*) from core.company").fetchall() == [(3,)]


def test_a_stored_answer_is_read_without_polars_pydantic_or_the_seeds(small: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from exposure.db import build\n"
        "folder = Path(sys.argv[1])\n"
        "with build.reading(folder / 'small.duckdb', seeds=folder / 'seeds', sql=folder / 'sql') as reader:\n"
        "    print(len(reader.rows('from mart.watchlist')))\n"
        "slow = ('polars', 'pydantic', 'exposure.seeds.models', 'exposure.seeds.reader')\n"
        "print([m for m in slow if m in sys.modules])\n"
    )
    command = [sys.executable, "-c", program, str(small.parent)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout == "3\n[]\n"


# --- what users ask ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "select 1 as x",
        "select 1 as x;",
        "-- a remark\nwith a as (select 1 as x) select * from a",
        "from core.company",
        "values (1)",
        "describe core.company",
        "show all tables",
        "summarize core.company",
        "explain select 1",
        "explain analyze select 1",
    ],
)
def test_a_question_of_any_form_is_answered(small: Path, query: str) -> None:
    assert warehouse.ask(small, query).height > 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Ask one statement at a time; this is 0."),
        ("-- nothing", "Ask one statement at a time; this is 0."),
        ("select 1; select 2", "Ask one statement at a time; this is 2."),
        ("selec 1", "Parser Error: syntax error"),
        ("select * from nowhere", "Catalog Error: Table with name nowhere does not exist"),
        ("select cast('x' as integer) as n", "Conversion Error"),
        ("select cast(name as integer) as n from core.company", "Conversion Error"),
        ("insert into raw.waivers from raw.waivers", "The database is only read here; INSERT is not"),
        ("create temp table t (a integer)", "The database is only read here; CREATE is not"),
        ("set memory_limit = '9GB'", "The database is only read here; SET is not"),
        ("attach 'x.duckdb'", "The database is only read here; ATTACH is not"),
        ("copy core.company to 'x.csv'", "The database is only read here; COPY is not"),
        ("install httpfs", "The database is only read here; LOAD is not"),
        ("pragma database_list", "The database is only read here; PRAGMA is not"),
        ("explain analyze create table x (a integer)", "Invalid Input Error: Cannot execute statement of type"),
        ("select * from read_text('/etc/hostname')", "Permission Error: Cannot access file"),
        ("select * from '/etc/hostname'", "Catalog Error: Table with name /etc/hostname"),
        ("select * from glob('/*')", "Permission Error: Cannot access file"),
        ("select * from sqlite_scan('a', 'b')", 'Catalog Error: Table Function with name "sqlite_scan"'),
        ("select interval 1 day as i", "Column 'i' is of type INTERVAL; cast it to varchar."),
        ("select [interval 1 day] as i", "Column 'i' is of type INTERVAL[]; cast it to varchar."),
        ("select 1 as a, 2 as a", "Two columns are called 'a'; give each a name of its own."),
        ("select i from range(2000000) as t (i)", "The answer has more than 1,000,000 rows"),
    ],
)
def test_what_is_no_single_answerable_question_is_refused_in_a_sentence(
    small: Path, query: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExposureError) as refused:
        warehouse.ask(small, query)
    assert str(refused.value).startswith(sentence)
    assert type(refused.value) is ExposureError
    assert list(tmp_path.iterdir()) == []


def test_a_question_is_asked_at_a_date_with_parameters(small: Path) -> None:
    query = "select as_of, horizon, programmes, ? as given from core.question"
    answer = warehouse.ask(small, query, ["it's"], as_of=date(2025, 9, 1), horizon=2030, programmes=["fam-1"])
    assert answer.rows() == [(date(2025, 9, 1), 2030, ["fam-1"], "it's")]


def test_a_question_without_end_is_stopped(small: Path) -> None:
    endless = "select count(*) as n from range(1000000000000) as a (i) where hash(i) = 42"
    with pytest.raises(ExposureError, match=r"^The query was stopped after 0\.3 seconds\.$"):
        warehouse.ask(small, endless, seconds=0.3)


def test_a_question_too_big_for_memory_is_refused(small: Path) -> None:
    with pytest.raises(ExposureError, match=r"^Out of Memory Error"):
        warehouse.ask(small, "select i from range(100000000) as t (i) order by hash(i)", memory="64MB")


# --- what a file is good for -------------------------------------------------------------------


def _state(db: Path, folder: Path) -> tuple[str, str]:
    seen = status(db, folder / "seeds", folder / "sql")
    return seen.state, seen.sentence


def _text(db: Path) -> None:
    db.write_text("company,weight\nalpha,1\n" * 500)


def _sqlite(db: Path) -> None:
    with sqlite3.connect(db) as connection:
        connection.execute("create table companies (a)")
    connection.close()


def _duckdb(*statements: str) -> Callable[[Path], None]:
    def make(db: Path) -> None:
        with duckdb.connect(str(db)) as connection:
            for statement in statements:
                connection.execute(statement)

    return make


def _newer(db: Path) -> None:
    with duckdb.connect(str(db), config={"storage_compatibility_version": "latest"}) as connection:
        connection.execute("create table a (b integer)")
    data = bytearray(db.read_bytes())
    data[12:20] = (9999).to_bytes(8, "little")
    db.write_bytes(data)


FOREIGN: dict[str, tuple[Callable[[Path], Any], str]] = {
    "empty": (Path.touch, "is empty, not a database that exposure built; remove it or name another file."),
    "short": (lambda db: db.write_bytes(b"DUCK"), "is not a DuckDB database; name another file."),
    "text": (_text, "is not a DuckDB database; name another file."),
    "sqlite": (_sqlite, "is not a DuckDB database; name another file."),
    "folder": (Path.mkdir, "is not a file."),
    "pipe": (os.mkfifo, "is not a file."),
    "duckdb": (_duckdb("create table a (b integer)"), "is a DuckDB database, but not one that exposure built"),
    "another build": (
        _duckdb("create schema raw", "create table raw.build (format_version integer, author varchar)"),
        "is a DuckDB database, but not one that exposure built",
    ),
    "same format": (
        _duckdb("create schema raw", "create table raw.build as select 1 as format_version, 'x' as package_version"),
        "is a DuckDB database, but not one that exposure built",
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_that_is_not_ours_is_recognised(small: Path, tmp_path: Path, kind: str) -> None:
    make, sentence = FOREIGN[kind]
    db = tmp_path / "x.duckdb"
    make(db)
    state, message = _state(db, small.parent)
    assert state == "foreign"
    assert message.startswith(f"{db} {sentence}")
    with pytest.raises(DatabaseError, match=re.escape(message)), warehouse.reading(db):
        pass


def test_a_file_that_is_not_there_is_missing(small: Path, tmp_path: Path) -> None:
    db = tmp_path / "x.duckdb"
    assert _state(db, small.parent) == ("missing", f"There is no database {db}; run `exposure build`.")
    with pytest.raises(ExposureError) as missing, warehouse.reading(db):
        pass
    assert missing.value.exit_code == 2
    assert not db.exists()


@pytest.mark.parametrize("part", [0.0003, 0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_damaged(small: Path, tmp_path: Path, part: float) -> None:
    db = tmp_path / "x.duckdb"
    data = small.read_bytes()
    db.write_bytes(data[: int(len(data) * part)])
    state, sentence = _state(db, small.parent)
    assert state == "damaged"
    assert sentence.startswith(f"{db} is damaged; remove it and run `exposure build`. DuckDB says: ")
    with pytest.raises(DatabaseError) as damaged, warehouse.reading(db):
        pass
    assert damaged.value.exit_code == 3


def test_a_block_gone_bad_is_told_when_it_is_read(tmp_path: Path) -> None:
    def store(writer: warehouse.Writer) -> None:
        rows = [(i, f"{i:x}-{i * 7919 % 1009:x}", date(2026, 1, 15)) for i in range(200_000)]
        writer.store("mart.stored_watchlist", rows)

    db = built(tmp_path, after_views=store)
    data = bytearray(db.read_bytes())
    for place in range(12288 + 4096, len(data) // 2, 4096):
        data[place] ^= 0xFF
    db.write_bytes(data)
    query = "select sum(position), max(company_id), max(as_of) from mart.stored_watchlist"
    with pytest.raises(DatabaseError, match="is damaged"), warehouse.reading(db) as reader:
        reader.rows(query)
    with pytest.raises(DatabaseError, match="is damaged"), warehouse.reading(db) as reader:
        reader.frame(query)
    with pytest.raises(DatabaseError, match="is damaged"):
        warehouse.ask(db, query)


def test_a_file_of_a_duckdb_to_come_is_not_ours(small: Path, tmp_path: Path) -> None:
    db = tmp_path / "x.duckdb"
    _newer(db)
    assert _state(db, small.parent)[0] in ("foreign", "damaged")


def test_a_database_of_these_files_is_current(small: Path) -> None:
    assert _state(small, small.parent)[0] == "current"


def test_a_database_of_another_version_is_stale(tmp_path: Path) -> None:
    db = built(tmp_path)
    with duckdb.connect(str(db)) as connection:
        connection.execute("update raw.build set package_version = '0.0.9'")
    state, sentence = _state(db, tmp_path)
    assert state == "stale"
    assert sentence.startswith(f"{db} was built by exposure 0.0.9, and this is exposure ")
    with pytest.raises(warehouse.Stale), warehouse.reading(db):
        pass
    with pytest.raises(warehouse.Stale):
        warehouse.ask(db, "select 1 as x")


def test_a_database_of_another_format_is_stale_whatever_else_it_holds(tmp_path: Path) -> None:
    db = tmp_path / "x.duckdb"
    _duckdb("create schema raw", "create table raw.build as select 0 as format_version, '0.0.1' as package_version")(db)
    assert _state(db, tmp_path) == ("stale", f"{db} was built by exposure 0.0.1, which wrote another format.")


def test_a_database_of_other_seeds_is_stale(tmp_path: Path) -> None:
    db = built(tmp_path)
    world(tmp_path / "seeds", forecast(base=3))
    assert _state(db, tmp_path) == ("stale", f"{db} was built from other seeds than those in {tmp_path / 'seeds'}.")


def test_a_profile_is_part_of_the_seeds_and_a_note_is_not(tmp_path: Path) -> None:
    db = built(tmp_path)
    (tmp_path / "seeds" / "README.md").write_text("How to add a row")
    assert _state(db, tmp_path)[0] == "current"
    (tmp_path / "seeds" / "profiles").mkdir()
    (tmp_path / "seeds" / "profiles" / "mine.toml").write_text("x = 1")
    assert _state(db, tmp_path)[0] == "stale"


def test_a_database_of_other_views_is_stale(tmp_path: Path) -> None:
    db = built(tmp_path)
    sql_folder(tmp_path / "sql", SMALL | {"core/question.sql": QUESTION.replace("asked", "wanted")})
    assert _state(db, tmp_path) == ("stale", f"{db} was built with other SQL views than this exposure has.")


def test_a_database_built_from_rows_of_no_known_folder_is_never_current(tmp_path: Path) -> None:
    assert _state(built(tmp_path, seeds_fingerprint=None), tmp_path)[0] == "stale"


def test_no_connection_draws_a_progress_bar_into_the_data(tmp_path: Path) -> None:
    query = "select current_setting('enable_progress_bar') as drawn"
    drawn: list[bool] = []

    def while_building(writer: warehouse.Writer) -> None:
        fill(writer)
        drawn.extend(is_drawn for (is_drawn,) in writer.rows(query))

    db = built(tmp_path, after_views=while_building)
    drawn.extend(warehouse.ask(db, query)["drawn"])
    with warehouse.reading(db) as reader:
        drawn.extend(is_drawn for (is_drawn,) in reader.rows(query))
    with mixing(*(Side(db, date(2026, 1, 1), 2026),) * 2) as mixer:
        drawn.extend(is_drawn for (is_drawn,) in mixer.rows(query))
    assert drawn == [False] * 4


def test_a_file_that_somebody_writes_to_is_locked(small: Path) -> None:
    program = f"import duckdb, sys; c = duckdb.connect({str(small)!r}); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        state, sentence = _state(small, small.parent)
        holder.communicate("")
    assert state == "locked"
    assert re.fullmatch(
        rf"{re.escape(str(small))} is open for writing in another program \(python\S*, process {holder.pid}\); "
        r"close it there, or open it there read-only\.",
        sentence,
    )


# --- where the shipped files are ----------------------------------------------------------------


def test_the_wheels_own_files_come_before_the_checkouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "exposure"
    package.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    with pytest.raises(ExposureError, match="sql folder is missing"):
        resources.sql_dir()
    (tmp_path / "sql").mkdir()
    with pytest.raises(ExposureError, match="sql folder is missing"):
        resources.sql_dir()
    (tmp_path / "pyproject.toml").touch()
    assert resources.sql_dir() == tmp_path / "sql"
    (package / "_data" / "sql").mkdir(parents=True)
    assert resources.sql_dir() == package / "_data" / "sql"


def test_a_fingerprint_of_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match="There is no folder"):
        resources.fingerprint(tmp_path / "nowhere")


def test_the_stamp_has_the_columns_of_the_build_row() -> None:
    assert [name for name, _ in database.STAMP_COLUMNS] == list(database.Stamp.__dataclass_fields__)
