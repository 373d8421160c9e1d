"""Every view's text runs on other engines: the rules of portable SQL, held by the parsed text and without Java."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import ErrorLevel

from tests.support.portability import RULES, broken_rules, parse

SQL = Path(__file__).resolve().parents[2] / "sql"
VIEWS = {f"{file.parent.name}.{file.stem}": file.read_text(encoding="utf-8") for file in sorted(SQL.rglob("*.sql"))}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_breaks_no_rule(view: str) -> None:
    assert broken_rules(VIEWS[view], view) == {}


@pytest.mark.parametrize("view", VIEWS)
def test_sqlglot_writes_a_view_for_spark(view: str) -> None:
    assert parse(VIEWS[view]).sql("spark", unsupported_level=ErrorLevel.RAISE)


BREAKING = [
    ("divides decimals", "select sum(cast(t.a as decimal(38, 9))) / 2 as x from core.t as t"),
    ("divides decimals", "select sum(cast(t.a as decimal(38, 9))) as x from core.t as t"),
    ("divides decimals", "with c as (select cast(t.a as decimal) as a from core.t as t) select 1 / c.a as x from c"),
    ("divides decimals", "with c as (select t.a::decimal as a from a.t as t), d as (from c) select d.a / 2 from d"),
    ("divides decimals", "select t.days / 91.3 as quarters from core.t as t"),
    ("key is no struct", "select arg_max(t.a, row(t.fact_id, t.tier)) as x from core.t as t"),
    ("key is no struct", "select arg_min(t.a, (t.fact_id, t.tier)) as x from core.t as t"),
    ("key is no struct", "select arg_min(t.a, struct_pack(a := t.units, b := t.tier)) as x from core.t as t"),
    ("list place is computed", "select t.a[t.i] as x from core.t as t"),
    ("list place is computed", "select t.a[2:] as x from core.t as t"),
    ("list place is computed", "select len(t.a) as x from core.t as t"),
    ("list may be NULL", "select list(t.a) filter (where t.b) as x from core.t as t group by t.c"),
    ("list may be NULL", "select list(t.a) as x from core.t as t"),
    ("list may be NULL", "select array_to_string(list(t.a) filter (where t.b), '') as x from core.t as t group by t.c"),
    ("list may be NULL", "select list_concat([t.a], t.fact_ids) as x from core.t as t"),
    ("list may be NULL", "select coalesce(list(t.a), t.other) as x from core.t as t"),
    ("message format", "select format('{} units', t.a) as x from core.t as t"),
    ("message format", "select printf('%.6g', t.a) as x from core.t as t"),
    ("message format", "select printf(t.pattern, t.a) as x from core.t as t"),
    ("join without equality", "select t.a from core.t as t cross join core.u as u"),
    ("join without equality", "select t.a from core.t as t inner join core.u as u on u.a > t.a"),
    ("join without equality", "select t.a from core.t as t left join core.u as u on u.a = 'x' and u.b > t.b"),
    ("join without equality", "select t.a from core.t as t inner join core.u as u on u.a = t.a and (u.b = t.b or u.c)"),
    ("join without equality", "select t.a from core.t as t inner join core.u as u on list_contains(u.ids, t.a)"),
    ("join without equality", "with c as (select u.a from core.u as u) select t.a from core.t as t cross join c"),
    ("construct", "select t.* from core.t as t qualify row_number() over (order by t.a) = 1"),
    ("construct", "select percentile_cont(0.5) within group (order by t.a) as x from core.t as t"),
    ("construct", "select t.known_on - t.period_start as days from core.t as t"),
    ("construct", "select date_diff('month', t.a, t.b) as months from core.t as t"),
    ("construct", "select t.a from core.t as t asof join core.u as u on u.a = t.a and u.b >= t.b"),
    ("construct", "select t.a from core.t as t union by name select u.a from core.u as u"),
    ("construct", "select columns('a') from core.t as t"),
    ("construct", "select t.a + 1 as b from core.t as t where b > 2"),
    ("construct", "with c as materialized (select t.a from core.t as t) select c.a from c"),
    ("construct", "from core.t pivot (sum(a) for b in (1, 2))"),
    ("function", "select getvariable('as_of') as x"),
    ("function", "select d.view_name from duckdb_views() as d"),
    ("function", "select list_sum(t.a) as x from core.t as t"),
    ("function", "select quantile(t.a, 0.5) as x from core.t as t"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), BREAKING)
def test_what_another_engine_would_not_answer_alike_is_noticed(rule: str, text: str) -> None:
    assert rule in broken_rules(text, "core.any")


def test_every_rule_is_tried() -> None:
    assert {rule for rule, _ in BREAKING} == RULES.keys()


@pytest.mark.parametrize(
    "text",
    [
        "select cast(sum(cast(t.a as decimal(38, 9))) as double) / 2 as x from core.t as t",
        "with c as (select cast(t.a as decimal) as a from core.t as t) select cast(c.a as double) / 2 as x from c",
        "select arg_max(t.a, struct_pack(a := coalesce(t.b, 1), b := t.c is null, c := t.tier)) as x from core.t as t",
        "select t.a[1] as x, t.b['low'] as low from core.t as t",
        "select array_length(t.a) as x from core.t as t",
        "select coalesce(list_sort(list(t.a) filter (where t.b)), []) as x, list(t.a) as y from a.t group by t.c",
        "select list_concat([t.a], coalesce(t.b, [])) as x from core.t as t",
        "select printf('%s has %d of %.2f%%', t.a, t.b, t.c) as x from core.t as t",
        "select t.a from core.t as t inner join core.u as u on u.a is not distinct from t.a and u.b > t.b",
        "select t.a from core.t as t cross join core.question as q inner join core.year as y on y.year >= t.year",
        "with c as (select max(u.a) as a from core.u as u) select t.a from core.t as t cross join c",
        "with p as (select p.value from raw.parameters as p where p.parameter = 'x') select t.a from core.t as t, p",
        "select t.a from core.t as t inner join raw.parameters as p on p.parameter = 'x'",
        "select t.a from core.t as t cross join lateral (select unnest(t.ids) as id) as i",
        "select date_diff('day', t.known_on, t.as_of) as days, t.known_on - 1 as before from core.t as t",
        "select t.a, t.b from core.t as t qualify row_number() over (order by t.a) = 1",
        "select t.a from core.t as t where exists (select 1 from core.u as u where list_contains(u.ids, t.a))",
    ],
)  # fmt: skip
def test_what_engines_answer_alike_is_left_alone(text: str) -> None:
    assert broken_rules(text, "core.any") == {}


def test_one_view_may_read_the_session_and_one_the_catalogue() -> None:
    assert broken_rules("select getvariable('as_of') as x", "core.question") == {}
    assert broken_rules("select d.view_name from duckdb_views() as d", "mart.data_dictionary") == {}
