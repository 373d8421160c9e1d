"""The engine as a library: what it builds by itself, what its options do, and that all its answers are one answer."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import exposure
from exposure.db import build as warehouse
from exposure.engine import Engine
from exposure.errors import DatabaseError, ExposureError, RejectedData
from exposure.formats.csv import encode_csv
from exposure.lineage import evidence, explanation, portfolio_folder
from exposure.lineage.explanation import Explanation
from exposure.question import Question, Result
from exposure.scoring import ranking as scoring
from exposure.scoring import watchlist
from exposure.scoring.ranking import Ranking
from exposure.seeds import resources
from tests.support import memory
from tests.support import seed_folders as worlds
from tests.support.databases import status
from tests.support.seed_folders import DAY, Claim, content, forecast, rate, revenue, share, signal
from tests.support.view_cases import SQL, crowd

#: enough for a ranking, and few enough that a build takes little
VIEWS = (
    "mart.factors", "mart.unquantified", "mart.watchlist", "mart.company", "mart.document", "mart.fact_use",
    "mart.uncounted_family", "mart.stale_revenue", "mart.name", *evidence._VIEWS, "core.edge",
    "core.variate_correlation",
)  # fmt: skip
FINDING = """-- is: Findings of the tests: companies with more than half of their sales at stake.
-- grain: finding, finding_key
select
    'half' as finding, 'finding' as severity, f.company_id as finding_key, f.company_id,
    cast(null as varchar) as scope_id, cast(null as varchar) as product_id, f.horizon as year,
    f.exposure_weight as value, 0.5 as limit_value, 'More than half' as message, cast([] as varchar[]) as fact_ids,
    'open' as state, cast(null as varchar) as reason, cast(null as date) as waived_on, f.as_of
from mart.factors as f
where f.exposure_weight > 0.5
"""


def supplier(name: str, share_of: float, **sales: Any) -> list[Claim]:
    """Let a company supply a part of 2m boards of $50 in 2026, after 1m in 2025."""
    return [
        share(name, "board", "fam-1", "2025..2026", share_of),
        revenue(name, "2025", 300, **sales),
        signal(name, "barrier", 1 + round(share_of * 10)),
    ]


CLAIMS = [
    forecast("fam-1", "2025", 1e6, known_on="2025-03-01"),
    forecast("fam-1", "2026", 1.5e6, known_on="2025-06-01"),
    forecast("fam-1", "2026", 2e6),
    forecast("other-1", "2026", 1e6),
    content("board", "fam-1", 50, known_on="2025-03-01"),
    content("cable", "other-1", 5),
    *supplier("anna", 0.3),
    *supplier("bert", 0.2),
    *supplier("carl", 0.1),
    *supplier("dora", 0.05),
    *supplier("emil", 0.15, known_on="2025-03-01", kind="forecast"),
    share("emil", "board", "fam-1", "2025", 0.12, known_on="2025-03-01", origin_id="broker-b"),
    share("anna", "cable", "other-1", "2026", 0.5),
    share("fritz", "cable", "other-1", "2026", 0.1),
    share("guest", "rack", "fam-1", "2026", 0.1),
    rate("TWD", "2025"),
]


class Small(NamedTuple):
    """A folder with `seeds` and an `exposure.duckdb` of few views, and what the engine ranks there."""

    folder: Path
    ranking: Ranking


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    folder = tmp_path_factory.mktemp("engine")
    crowd(folder / "seeds", CLAIMS)
    shutil.copytree(worlds.SHIPPED / "profiles", folder / "seeds" / "profiles")
    _few_views(folder / "sql")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "sql_dir", lambda: folder / "sql")
        engine = Engine.at(folder / "exposure.duckdb", folder / "seeds")
        engine.build()
        return Small(folder, engine.rank())


def _few_views(folder: Path) -> None:
    by_name = {step.view.full_name: step.view for step in memory.steps()}
    waiting = list(VIEWS)
    while waiting:
        view = by_name.get(waiting.pop())
        if view and not (folder / view.file).exists():
            (folder / view.file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SQL / view.file, folder / view.file)
            waiting += view.reads
    (folder / "audit").mkdir()
    (folder / "audit" / "finding.sql").write_text(FINDING, encoding="utf-8")
    shutil.copy(SQL / "columns.csv", folder / "columns.csv")


@pytest.fixture
def place(small: Small, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Stand in an empty folder, with the environment and the engine pointing at the small one; give the small one."""
    monkeypatch.setenv("EXPOSURE_DB", str(small.folder / "exposure.duckdb"))
    monkeypatch.setenv("EXPOSURE_SEEDS", str(small.folder / "seeds"))
    monkeypatch.setattr(resources, "sql_dir", lambda: small.folder / "sql")
    monkeypatch.chdir(tmp_path)
    return small.folder


@pytest.fixture
def ranking(place: Path, small: Small) -> Ranking:
    """Give the ranking that the engine makes by default."""
    return small.ranking


@pytest.fixture
def ranked(ranking: Ranking) -> pl.DataFrame:
    """Give the watchlist that the engine makes by default."""
    return ranking.frame


def rank(programmes: list[str] | None = None, *, top: int | None = None, **options: Any) -> Ranking:
    """Rank with the options of a question."""
    return Engine.at().rank(Question.parse(programmes, **options), top=top)


def explain(company: str, db: Path | None = None) -> Explanation:
    """Return the tree of a company."""
    return Engine.at(db).explain(company).tree


def stored_watchlist(db: Path) -> Result:
    """Return the default watchlist as the build stored it."""
    return Engine.at(db).read_stored_watchlist()


def shell_question(seeds: Path | None = None, **options: Any) -> Question:
    """Return what a shell answers for."""
    return Engine.at(seeds=seeds).prepare_shell(Question.parse(**options))


def csv_of(frame: pl.DataFrame | Result) -> bytes:
    frame = frame.frame if isinstance(frame, Result) else frame
    return encode_csv(frame.columns, frame.rows())


# --- one answer ---------------------------------------------------------------------------


def test_the_stored_watchlist_is_the_computed_one_byte_for_byte(ranking: Ranking) -> None:
    stored, computed = Engine.at().read_stored_watchlist(), ranking
    assert encode_csv(stored.columns, stored.rows) == csv_of(computed)
    assert stored.notes == computed.notes
    assert len(stored.rows) == 5


def test_the_shipped_watchlist_is_the_computed_one_byte_for_byte(shipped_db: Path) -> None:
    engine = Engine.at(shipped_db, resources.seeds_dir())
    stored, computed = engine.read_stored_watchlist(), engine.rank()
    assert encode_csv(stored.columns, stored.rows) == csv_of(computed)
    assert stored.notes == computed.notes
    in_sql = engine.sql("select * from mart.watchlist order by rank, exposure_weight desc, company_id")
    company = computed.columns.index("company_id")
    assert sorted(in_sql.rows, key=lambda row: row[company]) == sorted(computed.rows, key=lambda row: row[company])
    assert in_sql.columns == computed.columns


def test_sql_and_ranking_give_the_same_numbers(ranked: pl.DataFrame) -> None:
    ranked = ranked.sort("company_id")
    assert_frame_equal(exposure.sql("from mart.watchlist order by company_id"), ranked, check_exact=True)
    factors = exposure.sql("select company_id, exposure_weight, growth, grade from mart.factors order by company_id")
    placed = ranked.filter(pl.col("rank").is_not_null())
    factors = factors.join(placed, on="company_id", how="semi")
    assert_frame_equal(factors, placed.select(factors.columns), rel_tol=1e-11)


@pytest.mark.parametrize("question", [{"as_of": "2025-12-31"}, {"horizon": 2025}, {"as_of": "2026-01-16"}])
def test_the_watchlist_in_sql_is_empty_where_it_does_not_hold(place: Path, question: dict[str, Any]) -> None:
    assert exposure.sql("from mart.watchlist", **question).is_empty()


def test_the_watchlist_in_sql_is_empty_for_a_choice_of_programmes(place: Path) -> None:
    with warehouse.reading(place / "exposure.duckdb", programmes=["fam-1"]) as reader:
        assert reader.rows("from mart.watchlist") == []


def test_the_numbers_are_those_worked_by_hand(ranked: pl.DataFrame) -> None:
    # anna: 2m x $50 x 0.3 = 30 and 1m x $5 x 0.5 = 2.5; of the base year 15, and half of 2.5, which is below a tenth
    anna = ranked.row(by_predicate=pl.col("company_id") == "anna", named=True)
    assert anna["programme_revenue_usd"] == pytest.approx(32.5e6)
    assert anna["company_revenue_usd"] == pytest.approx((300 + 32.5 - 16.25) * 1e6)
    assert (anna["denominator"], anna["method"], anna["programmes"]) == ("implied", "bottom_up", 2)


# --- options ------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [DAY, date.fromisoformat(DAY)])
def test_a_date_is_a_text_or_a_day(ranking: Ranking, day: str | date) -> None:
    """And a ranking computed again is the same bytes."""
    again = rank(as_of=day)
    assert csv_of(again.frame) == csv_of(ranking.frame)
    assert csv_of(again.unranked) == csv_of(ranking.unranked)


def test_an_earlier_date_knows_less(place: Path) -> None:
    # 1.5m x $50 x 0.12: the newer forecast and the other broker came later
    (emil,) = exposure.rank(as_of="2025-12-31", horizon=2026).rows(named=True)
    assert (emil["company_id"], emil["as_of"], emil["horizon"]) == ("emil", date(2025, 12, 31), 2026)
    assert emil["programme_revenue_usd"] == pytest.approx(9e6)


@pytest.mark.parametrize("day", ["yesterday", "2025-13-01", "31.12.2025", "", "2025-W01-1", "20251231"])
def test_what_is_no_date_is_one_sentence(place: Path, day: str) -> None:
    for ask in (exposure.rank, exposure.audit, exposure.sources, lambda as_of: exposure.sql("select 1", as_of=as_of)):
        with pytest.raises(ExposureError, match=rf"^'{day}' is not a date written YYYY-MM-DD\.$"):
            ask(as_of=day)


def test_a_number_is_no_date_and_a_moment_is_its_day(place: Path) -> None:
    with pytest.raises(ExposureError, match=r"^20251231 is not a date written YYYY-MM-DD\.$"):
        exposure.rank(as_of=20251231)  # type: ignore[arg-type]
    moment = exposure.rank(as_of=datetime(2025, 12, 31, 18, 30, tzinfo=UTC))
    assert_frame_equal(moment, exposure.rank(as_of="2025-12-31"))


def test_a_profile_is_named_by_a_text_or_by_a_path(place: Path, tmp_path: Path) -> None:
    own = shutil.copy(place / "seeds" / "profiles" / "visibility.toml", tmp_path / "visibility.toml")
    assert_frame_equal(exposure.rank(profile=Path(own)), exposure.rank(profile="visibility"))
    assert_frame_equal(exposure.rank(profile=Path("visibility")), exposure.rank(profile="visibility"))
    with pytest.raises(ExposureError, match=r"^There is no profile 'visible'; there are visibility, or"):
        exposure.rank(profile=Path("visible"))


@pytest.mark.parametrize("top", [-1, 0, 1.5, "3", 2**64])
def test_the_first_rows_are_a_whole_number_from_one_on(place: Path, top: Any) -> None:
    with pytest.raises(ExposureError, match=rf"^The first {top!r} rows cannot be shown: name a whole number from 1"):
        exposure.rank(top=top)
    with pytest.raises(ExposureError, match=rf"^The first {top!r} rows"):
        exposure.scenario("any", top=top)


def test_a_bare_text_is_one_programme(place: Path) -> None:
    assert_frame_equal(exposure.rank("other"), exposure.rank(["other"]))
    with pytest.raises(ExposureError, match="There is no programme or family ''"):
        exposure.rank("")


def test_an_export_takes_its_folder_as_a_text(place: Path, tmp_path: Path) -> None:
    files = exposure.export(str(tmp_path / "pm"), draws=0)["path"]
    assert [Path(file).parent for file in files] == [tmp_path / "pm"] * 6
    with pytest.raises(ExposureError, match=r"^The folder name is empty"):
        exposure.export("")


def test_the_horizon_is_the_calendar_year_of_the_date(place: Path) -> None:
    assert shell_question().horizon == 2026
    assert shell_question(as_of="2025-12-31").horizon == 2025
    assert shell_question(as_of="2025-12-31", horizon=2026) == Question(date(2025, 12, 31), 2026)


def test_a_choice_of_programmes_ranks_those_who_supply_them(place: Path) -> None:
    ranked = rank(["other"])
    assert ranked.frame["company_id"].to_list() == ["anna"]
    assert ranked.frame["programme_revenue_usd"].to_list() == pytest.approx([2.5e6])
    reasons = dict(ranked.unranked.select("company_id", "reason").rows())
    assert reasons["fritz"] == "no company revenue known"
    assert reasons["bert"] == "no supply link known"


def test_a_family_counted_in_other_years_only_is_named_if_it_is_asked_for(place: Path) -> None:
    note = (
        "No units of other are known for 2025: "
        "what companies sell into it is in no figure, unless they state it themselves."
    )
    assert note in rank(horizon=2025).notes
    assert note not in rank(["fam"], horizon=2025).notes
    assert not any(note.startswith("No units of") for note in rank().notes)


def test_companies_that_reported_nothing_for_long_are_counted_and_named(place: Path, ranked: pl.DataFrame) -> None:
    late = rank(as_of="2026-11-30", horizon=2026)
    count, tickers = ranked.height, [ticker for ticker in late.frame["ticker"] if ticker != "EMIL"]  # has a forecast
    note = f"{len(tickers)} of {count} companies last reported sales of a period that ended more than 274 days before"
    assert f"{note} 2026-11-30: {', '.join(tickers)}." in late.notes
    assert not any("last reported" in note for note in rank().notes)


def test_a_choice_is_scored_against_all(ranked: pl.DataFrame) -> None:
    alone, among = exposure.rank(["fam"]), ranked
    assert alone["company_id"].to_list() == among["company_id"].to_list()
    without = pl.col("company_id") != "anna"
    assert alone.filter(without)["score"].to_list() == among.filter(without)["score"].to_list()


def test_the_first_rows_are_the_first_rows(ranking: Ranking) -> None:
    first = rank(top=2)
    assert csv_of(first.frame) == csv_of(ranking.frame.head(2))
    assert first.unranked.height == ranking.unranked.height


def test_a_profile_is_a_name_or_a_file(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "size.toml"
    file.write_text('description = "x"\nnormalisation = "percentile"\n[weights]\nexposure = 1\n', encoding="utf-8")
    by_file = exposure.rank(profile=str(file))
    assert by_file["score"].to_list() == [90, 70, 50, 30, 10]
    assert set(by_file["profile"]) == {"size"}


def test_a_profile_may_require_what_some_lack(place: Path) -> None:
    ranked = rank(profile="expectation-gap")
    assert ranked.frame.is_empty()
    lacking = ranked.unranked.filter(pl.col("reason") == "the profile expectation-gap requires what is not known")
    assert set(lacking["missing"]) == {"expectation_gap"}
    assert ranked.notes[0].startswith("Nobody can be ranked at this date and horizon. Missing: ")
    assert "expectation_gap" in ranked.notes[0]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: exposure.rank(["nonsense"]), "There is no programme or family 'nonsense'"),
        (lambda: exposure.explain("annna"), "There is no company 'annna'. Similar names: "),
        (lambda: exposure.explain("anna", "fan"), "There is no programme or family 'fan'. Similar names: fam"),
        (lambda: exposure.rank(profile="nope"), "There is no profile 'nope'"),
        (lambda: exposure.sources("DOK"), "There is no document, fact or company 'DOK'. Similar names: DOC."),
        (lambda: exposure.check("nowhere"), "There is no seeds folder nowhere."),
    ],
)
def test_a_wrong_call_is_one_sentence(place: Path, call: Any, sentence: str) -> None:
    with pytest.raises(ExposureError) as caught:
        call()
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


# --- explaining, sources, findings --------------------------------------------------------


def test_an_explanation_is_of_the_ranked_row(ranked: pl.DataFrame) -> None:
    tree = explain("Anna")
    row = ranked.row(by_predicate=pl.col("company_id") == "anna", named=True)
    assert {name: tree.heading[name] for name in ("rank", "score", "exposure_weight")} == {
        name: row[name] for name in ("rank", "score", "exposure_weight")
    }
    assert tree.heading["as_of"] == DAY


def test_an_explanation_of_a_part_is_a_frame_too(place: Path) -> None:
    part = exposure.explain("anna", "other-1", as_of=DAY)
    (revenue,) = part.filter(pl.col("label") == "programme revenue 2026").head(1)["value"]
    assert revenue == pytest.approx(2.5e6)


def test_documents_say_how_much_rests_on_them(place: Path) -> None:
    (doc, *_) = exposure.sources().rows(named=True)
    assert (doc["source_id"], doc["facts_known"]) == ("DOC", len(CLAIMS))
    assert 0 < doc["facts_used"] < doc["facts_known"]
    assert exposure.sources("doc").height == len(CLAIMS)
    assert exposure.sources(as_of="2025-03-01").row(0, named=True)["facts_known"] == 4


def test_findings_come_with_their_state(place: Path) -> None:
    assert exposure.audit().is_empty()


# --- SQL ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "drop table raw.build",
        "insert into raw.build select * from raw.build",
        "create table x as select 1",
        "copy raw.build to 'out.csv'",
        "attach 'other.duckdb'",
        "select * from read_csv('/etc/hosts')",
        "set variable as_of = date '2020-01-01'",
        "select 1; select 2",
        "select * from nowhere",
        "selec 1",
        "",
    ],
)
def test_sql_only_asks(place: Path, tmp_path: Path, query: str) -> None:
    before = (place / "exposure.duckdb").read_bytes()
    with pytest.raises(ExposureError) as caught:
        exposure.sql(query)
    assert caught.value.exit_code == 2
    assert (place / "exposure.duckdb").read_bytes() == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("date 'infinity'", "a date outside the years 1 to 9999"),
        ("date '-infinity'", "a date outside the years 1 to 9999"),
        ("date '0044-03-15 (BC)'", "a date outside the years 1 to 9999"),
        ("timestamp '12000-01-01'", "a time outside the years 1 to 9999"),
        ("timestamp_ms '290000-01-01'", "a time outside the years 1 to 9999"),
        ("timestamp_s 'infinity'", "a time outside the years 1 to 9999"),
        ("timestamptz '-infinity'", "a time outside the years 1 to 9999"),
        ("timestamp_ns 'infinity'", "a time that is not finite"),
        ("[date '2026-01-01', date 'infinity']", "a date outside the years 1 to 9999"),
        ("{'a b''c': [{'x': timestamp 'infinity'}]}", "a time outside the years 1 to 9999"),
        ("row(1, date 'infinity')", "a date outside the years 1 to 9999"),
        ("map {date 'infinity': 1}", "a date outside the years 1 to 9999"),
        ("time '24:00:00'", "the time 24:00:00"),
        ("170141183460469231731687303715884105727::hugeint", "a number of more than 38 digits"),
        ("340282366920938463463374607431768211455::uhugeint", "a number of more than 38 digits"),
    ],
)
def test_a_value_that_no_table_can_hold_is_one_plain_sentence(place: Path, value: str, wrong: str) -> None:
    with pytest.raises(ExposureError) as caught:
        exposure.sql(f'select * from (values (null), ({value})) as t("it\'s")')
    assert str(caught.value) == f'Column "it\'s" holds {wrong}; cast it to varchar.'
    assert caught.value.exit_code == 2
    text = exposure.sql(f"select cast({value} as varchar) as text")["text"].to_list()
    assert text != [None]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("interval 1 day", "INTERVAL"),
        ("'101'::bit", "BIT"),
        ("12345678901234567890123456789012345678901::bignum", "BIGNUM"),
        ("timetz '12:00:00+02'", "TIME WITH TIME ZONE"),
        ("['101'::bit]", r"BIT\[\]"),
    ],
)
def test_a_column_of_a_type_that_no_table_has_is_refused_by_name(place: Path, value: str, kind: str) -> None:
    with pytest.raises(ExposureError, match=f"^Column 'x' is of type {kind}; cast it to varchar.$"):
        exposure.sql(f"select {value} as x")


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("date '0001-01-01'", date(1, 1, 1)),
        ("date '9999-12-31'", date(9999, 12, 31)),
        ("[date '2026-01-01', null]", [date(2026, 1, 1), None]),
        ("{'a': date '2026-01-01', 'BIT': 1}", {"a": date(2026, 1, 1), "BIT": 1}),
        ("map {'a': date '2026-01-01'}", {"a": date(2026, 1, 1)}),
        ("time '23:59:59'", time(23, 59, 59)),
        ("1234567890123456789::hugeint + 1", Decimal(1234567890123456790)),
        ("null::date[]", None),
        ("{'a': null::date}", {"a": None}),
    ],
)
def test_other_values_are_answered_as_they_are(place: Path, value: str, held: object) -> None:
    assert exposure.sql(f"select {value} as x").rows() == [(held,)]


@pytest.mark.parametrize(
    "query",
    [
        "select 1 as x; -- the end",
        "select 1 as x; /* select 2 */",
        "-- the start\nselect 1 as x -- the middle\n;\n-- the end\n",
        "select 1 as x;; -- 終; select 2",
        "; select 1 as x",
    ],
)
def test_a_comment_is_no_second_statement(place: Path, query: str) -> None:
    assert exposure.sql(query).rows() == [(1,)]
    assert exposure.sql("select '終; -- no comment' as x; -- 終").rows() == [("終; -- no comment",)]


def test_sql_is_asked_at_a_date_and_a_horizon(place: Path) -> None:
    question = exposure.sql("select as_of, horizon from core.question", as_of="2025-12-31", horizon=2027)
    assert question.rows() == [(date(2025, 12, 31), 2027)]
    assert exposure.sql("select max(known_on) as d from mart.evidence", as_of="2025-12-31")["d"].to_list() == [
        date(2025, 6, 1)
    ]


# --- the folder ---------------------------------------------------------------------------


def test_the_exported_files_hold_the_frames(place: Path, ranking: Ranking, tmp_path: Path) -> None:
    files = {Path(path).name: Path(path) for path in exposure.export(tmp_path / "pm", as_of=DAY)["path"]}
    assert files["watchlist.csv"].read_bytes() == csv_of(ranking.frame)
    assert files["unranked.csv"].read_bytes() == csv_of(ranking.unranked)
    with warehouse.reading(place / "exposure.duckdb") as reader:
        ranked = memory.ranking(reader)
        trees = explanation.explain_all(reader, ranked.listed["company_id"], None, ranked)
        exposures = reader.frame("select * from mart.exposure_weight order by company_id, programme_id")
        findings = reader.frame("select * from audit.finding order by finding_key")
    assert files["exposures.csv"].read_bytes() == csv_of(exposures.select(portfolio_folder.COLUMNS["exposures"]))
    assert files["findings.csv"].read_bytes() == csv_of(findings.select(portfolio_folder.COLUMNS["findings"]))
    facts = pl.read_csv(files["facts.csv"])
    assert tuple(facts.columns) == portfolio_folder.COLUMNS["facts"]
    assert {fact for tree in trees.values() for fact in tree.fact_ids} <= set(facts["fact_id"])
    manifest = json.loads(files["manifest.json"].read_bytes())
    assert (manifest["as_of"], manifest["horizon"], manifest["grades"]) == (DAY, 2026, "ABC")
    assert manifest["by_grade"] is False
    assert manifest["profile"]["name"] == "balanced"
    assert manifest["files"]["watchlist.csv"]["rows"] == 5
    assert manifest["notes"] == ranking.notes


def test_a_folder_of_another_date_is_of_that_date(place: Path, tmp_path: Path) -> None:
    exposure.export(tmp_path / "then", as_of="2025-12-31", horizon=2026, encoding="utf-8-sig")
    assert (tmp_path / "then" / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbffact_id,")
    assert pl.read_csv(tmp_path / "then" / "facts.csv")["known_on"].max() == "2025-06-01"
    assert json.loads((tmp_path / "then" / "manifest.json").read_bytes())["as_of"] == "2025-12-31"


# --- what it builds by itself -------------------------------------------------------------


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING, "exposure")
    return caplog


def test_the_first_default_watchlist_is_the_one_that_the_build_worked_out(
    place: Path, tmp_path: Path, warnings: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "build", lambda engine: shutil.copy(place / "exposure.duckdb", engine.workspace.db))
    monkeypatch.delattr(scoring, "rank_companies")
    assert Engine.at(tmp_path / "new.duckdb").read_stored_watchlist() == Engine.at().read_stored_watchlist()
    assert warnings.messages == [f"Building {tmp_path / 'new.duckdb'}."]


def test_the_factors_of_a_score_name_the_facts_that_they_rest_on(shipped_db: Path) -> None:
    tree = explain("gold-circuit", db=shipped_db)
    facts = {part.label: part.fact_ids for part in tree.trees[0].children}
    assert {fact[:3] for fact in facts["revision"]} == {"SF-"}
    assert all(tree.facts[fact]["source_id"] for fact in facts["revision"])
    # these are worked out of the exposure, whose tree names its own
    assert facts["exposure"] == facts["growth"] == ()


def test_a_missing_or_stale_database_is_built_with_a_word(
    place: Path, tmp_path: Path, warnings: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXPOSURE_DB")
    monkeypatch.setattr(Engine, "build", lambda engine: shutil.copy(place / "exposure.duckdb", engine.workspace.db))
    assert shell_question().horizon == 2026
    assert warnings.messages == ["Building exposure.duckdb."]
    seeds = tmp_path / "seeds"
    shutil.copytree(place / "seeds", seeds)
    (seeds / "waivers.csv").write_text(
        "finding,finding_key,waived_on,expires_on,claim,reason\n"
        "revenue_gap,anna,2026-01-15,2026-12-31,no_later_document:anna,Why\n",
        encoding="utf-8",
    )
    warnings.clear()
    assert shell_question(seeds=seeds).horizon == 2026
    assert warnings.messages == [
        f"exposure.duckdb was built from other seeds than those in {seeds}. Building it again."
    ]


def test_a_stale_database_is_rebuilt_whatever_the_order_of_rows_to_the_same_bytes(
    place: Path,
    ranking: Ranking,
    shipped_db: Path,
    tmp_path: Path,
    warnings: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turned = tmp_path / "turned"
    shutil.copytree(place / "seeds", turned)
    for file in turned.glob("*.csv"):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    results: list[Result] = []
    build = Engine.build
    monkeypatch.setattr(Engine, "build", lambda engine: results.append(build(engine)))
    db = tmp_path / "old.duckdb"
    shutil.copy(shipped_db, db)
    assert csv_of(exposure.rank(db=db, seeds=turned)) == csv_of(ranking.frame)
    assert warnings.messages == [f"{db} was built with other SQL views than this exposure has. Building it again."]
    assert warehouse.content_digest(db) == warehouse.content_digest(place / "exposure.duckdb")
    (result,) = results
    companies = [("company", "ranked", ranking.frame.height), ("company", "unranked", ranking.unranked.height)]
    assert result.rows == [*(("table", *row) for row in exposure.check(place / "seeds").rows()), *companies]
    assert result.notes == [f"Built {db}: known as of {DAY}, for 2026."]


def test_a_database_of_other_views_is_stale(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "sql_dir", lambda: SQL)
    assert status(place / "exposure.duckdb", place / "seeds").sentence.endswith(
        "was built with other SQL views than this exposure has."
    )


@pytest.mark.parametrize("content_of", [b"hello, this is a text", b"SQLite format 3\0" + b"\0" * 4096, b""])
def test_a_file_that_is_not_ours_is_refused_and_left_alone(place: Path, tmp_path: Path, content_of: bytes) -> None:
    file = tmp_path / "foreign.duckdb"
    file.write_bytes(content_of)
    for ask in (exposure.rank, stored_watchlist, lambda db: exposure.sql("select 1", db=db)):
        with pytest.raises(DatabaseError) as caught:
            ask(db=file)
        assert caught.value.exit_code == 3
    assert file.read_bytes() == content_of


@pytest.mark.parametrize("name", ["core.duckdb", "MART.v2.duckdb", ".raw", "temp.duckdb", "a?b.duckdb"])
def test_a_name_under_which_duckdb_could_not_be_asked_is_refused(place: Path, tmp_path: Path, name: str) -> None:
    for ask in (exposure.rank, stored_watchlist, lambda db: exposure.build(db=db)):
        with pytest.raises(ExposureError, match=r"name another file"):
            ask(db=tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_refused_in_a_sentence(place: Path, tmp_path: Path) -> None:
    whole = (place / "exposure.duckdb").read_bytes()
    (tmp_path / "cut.duckdb").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatabaseError, match=r"cut\.duckdb is damaged; remove it and run `exposure build`\."):
        exposure.rank(db=tmp_path / "cut.duckdb")


def test_a_build_from_rejected_seeds_tells_all_and_leaves_the_old_file(place: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(place / "seeds", broken)
    (broken / "profiles" / "balanced.toml").write_text("x = 1", encoding="utf-8")
    (broken / "waivers.csv").write_text("", encoding="utf-8")
    db = tmp_path / "old.duckdb"
    shutil.copy(place / "exposure.duckdb", db)
    engine = Engine.at(db, broken)
    for refused in (engine.build, engine.check):
        with pytest.raises(RejectedData) as caught:
            refused()
        assert {fault.file for fault in caught.value.faults} == {"balanced.toml", "waivers.csv"}
    assert db.read_bytes() == (place / "exposure.duckdb").read_bytes()


# --- reproducible -------------------------------------------------------------------------


def test_the_number_of_threads_changes_no_byte_of_the_shipped_ranking(shipped_db: Path) -> None:
    outputs = []
    for threads in (1, 4):
        with warehouse.reading(shipped_db, as_of=date(2025, 12, 31), horizon=2026) as reader:
            reader._connection.execute(f"set threads = {threads}")
            ranked = memory.ranking(reader)
            outputs.append((csv_of(ranked.ranked), csv_of(ranked.unranked), ranked.notes))
    assert outputs[0] == outputs[1]


# --- what it imports ----------------------------------------------------------------------


def test_the_stored_watchlist_is_read_without_polars_or_pydantic(shipped_db: Path) -> None:
    program = """
import sys
from exposure.engine import Engine
stored = Engine.at(sys.argv[1]).read_stored_watchlist()
print(len(stored.rows), stored.columns[0], *(name for name in ("polars", "pydantic", "typer") if name in sys.modules))
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXPOSURE_")}
    run = subprocess.run(
        [sys.executable, "-c", program, str(shipped_db)], env=environment, capture_output=True, text=True, check=True,
        cwd=Path(exposure.__file__).parents[1],
    )  # fmt: skip
    assert run.stdout.split()[1:] == ["rank"]
    assert int(run.stdout.split()[0]) >= 20


def test_the_watchlist_columns_are_the_contract() -> None:
    assert ",".join(watchlist.COLUMNS) == (
        "rank,company_id,ticker,mic,name,name_local,score,grade,exposure_weight,exposure_low,exposure_high,"
        "exposure_base,programme_revenue_usd,company_revenue_usd,denominator,method,growth,revision,elasticity,"
        "expectation_gap,visibility,barrier,concentration,confidence,assumed_part,coverage,programmes,facts,as_of,"
        "horizon,profile,rank_low,rank_high,rank_tier,p_top5,p_top10,p_top20,score_median,score_p05,score_p95,"
        "exposure_median,exposure_p05,exposure_p95,expectation_gap_p05,expectation_gap_p95,p_beats_consensus,draws,seed,"
        "known_part,open_usd_high,part_filing,part_research,part_rumour,part_assumption,newest_known_on,oldest_known_on,exposure_limit,"
        "gross_profit_exposure,gross_profit_low,gross_profit_high,gross_margin,margin_basis,booking,consolidated_in"
    )
