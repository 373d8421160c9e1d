"""The pages quote the shipped data as the engine computes it: worked example, tables and figures in prose."""

from __future__ import annotations

import ast
import importlib.util
import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import exposure
from exposure.db import build as warehouse
from exposure.engine import Engine
from exposure.question import Question
from exposure.seeds import resources

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
COMPANY, DAY, HORIZON = "gold-circuit", date(2026, 3, 31), 2026
WORKED = "<!-- worked: gold-circuit as of 2026-03-31 for 2026 -->"

#: inputs of a worked line are rounded to four or more digits, so its arithmetic meets the printed result this closely
ROUNDING = 5e-4


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the shipped seeds once, to be read only."""
    path = tmp_path_factory.mktemp("docs") / "exposure.duckdb"
    exposure.build(db=path, seeds=resources.seeds_dir())
    return path


@pytest.fixture(scope="module")
def then(db: Path) -> Iterator[warehouse.Reader]:
    """Read the database at the worked example's date."""
    with warehouse.reading(db, as_of=DAY, horizon=HORIZON) as reader:
        yield reader


@pytest.fixture(scope="module")
def now(db: Path) -> Iterator[warehouse.Reader]:
    """Read the database at the default date."""
    with warehouse.reading(db) as reader:
        yield reader


def _rows(reader: warehouse.Reader, query: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = _refresh().ask(reader, query).rows
    return rows


def _one(reader: warehouse.Reader, query: str) -> float:
    ((value,),) = _rows(reader, query)
    assert value is not None, query
    return float(value)


# --- the worked example: the page ------------------------------------------------


@cache
def _example() -> str:
    page = (DOCS / "worked_example.md").read_text(encoding="utf-8")
    return page.split(WORKED)[1].split("<!-- end of worked -->")[0]


def _facts() -> dict[str, list[str]]:
    """Return the table of facts: fact_id -> statement, value, tier, known on, weight."""
    rows = [
        re.split(r" *\| *", line.strip("| ")) for line in _example().splitlines() if re.match(r"\| [A-Z]{2}-\d", line)
    ]
    return {row[0]: [*row[1:], *[""] * (6 - len(row))] for row in rows}


def _lines() -> dict[str, tuple[str, str]]:
    """Return the worked lines: what is computed -> its arithmetic and its result, as printed."""
    blocks = re.findall(r"```worked\n(.*?)```", _example(), re.DOTALL)
    lines = re.sub(r"\n +", " ", "".join(blocks)).splitlines()
    parts = [line.split(" = ") for line in lines]
    assert {len(part) for part in parts} == {3}
    assert len({what for what, *_ in parts}) == len(parts)
    return {what: (arithmetic, result) for what, arithmetic, result in parts}


def _printed(text: str) -> tuple[float, float]:
    """Return a printed number and half its last digit's worth; 4,018,000 is printed to the thousand."""
    number = re.match(r"-?[\d,]+(\.\d+)?", text)
    assert number, text
    digits = number[0].replace(",", "")
    if "." in digits:
        return float(digits), 0.5 * 10.0 ** -len(digits.split(".")[1])
    zeros = len(digits) - len(digits.rstrip("0"))
    return float(digits), 0.5 * 10.0**zeros


_OPERATIONS: dict[type, Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_FUNCTIONS = {"sqrt": math.sqrt, "ln": math.log, "exp": math.exp}


def _evaluated(arithmetic: str) -> float:
    """Evaluate a printed line of numbers, + - x / ^ ( ) and sqrt, ln, exp."""
    return _value(ast.parse(arithmetic.replace(" x ", " * ").replace("^", "**"), mode="eval").body)


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.BinOp(left=left, op=operation, right=right):
            return _OPERATIONS[type(operation)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _FUNCTIONS[name](_value(argument))
    raise ValueError(ast.unparse(node))


# --- the worked example: the engine -----------------------------------------------

_UNITS = "from core.programme_units where period_role = 'horizon' and programme_id = 'tpu-v7'"
_FAMILY = "select units from core.family_units where period_role = '{}' and family_id = '{}'"
_SHARE = (
    "from core.supply_share where period_role = 'horizon' and company_id = 'gold-circuit' and programme_id = 'tpu-v7'"
)
_BOARDS = (
    "from core.programme_revenue "
    "where company_id = 'gold-circuit' and period_role = 'horizon' and programme_id = 'tpu-v7'"
)
_TRAINIUM = "from core.programme_revenue where company_id = 'gold-circuit' and family_id = 'trainium'"
_TOTAL = "from core.family_revenue where selection = 'all' and company_id = 'gold-circuit' and family_id is null"
_WEIGHT = "select weight from core.yearly_claim where period_role = 'horizon' and fact_id = '{}'"
_FACTORS = "select {} from mart.factors where company_id = 'gold-circuit'"
_SALES = "select revenue_usd from core.company_revenue where company_id = 'gold-circuit' and period_role = '{}'"

ENGINE: dict[str, str] = {
    "weight of SF-0075": _WEIGHT.format("SF-0075"),
    "weight of SF-0116": _WEIGHT.format("SF-0116"),
    "TPU of 2026": _FAMILY.format("horizon", "tpu"),
    "part of TPU v7": f"select mix {_UNITS}",
    "TPU v7 of 2026": f"select units {_UNITS}",
    "content of the board": f"select content_value_usd {_BOARDS}",
    "left over by stated shares": f"select role_residual {_SHARE}",
    "weights of the roles": f"select role_weight_total {_SHARE}",
    "share of Gold Circuit": f"select supply_share {_SHARE}",
    "TPU v7 boards": f"select programme_revenue_usd {_BOARDS}",
    "low of TPU v7": f"select units_low {_UNITS}",
    "low of TPU v7 boards": f"select programme_revenue_usd_low {_BOARDS}",
    "high of TPU v7": f"select units_high {_UNITS}",
    "high of TPU v7 boards": f"select programme_revenue_usd_high {_BOARDS}",
    "Trainium bottom-up": (
        f"select sum(programme_revenue_usd) {_TRAINIUM} "
        "and period_role = 'horizon' and method = 'bottom_up' and not chosen"
    ),
    "sales of 2025": _SALES.format("base"),
    "Trainium sales of 2025": f"select programme_revenue_usd {_TRAINIUM} and period_role = 'base' and chosen",
    "Trainium of 2026": _FAMILY.format("horizon", "trainium"),
    "growth of Trainium": f"select max(unit_growth) {_TRAINIUM} and period_role = 'horizon' and chosen",
    "Trainium sales of 2026": f"select sum(programme_revenue_usd) {_TRAINIUM} and period_role = 'horizon' and chosen",
    "Trainium3 sales of 2026": (
        f"select programme_revenue_usd {_TRAINIUM} "
        "and period_role = 'horizon' and chosen and programme_id = 'trainium3'"
    ),
    "TPU v7 boards of 2025": f"select programme_revenue_usd {_BOARDS}".replace("'horizon'", "'base'"),
    "programme revenue of 2025": _FACTORS.format("programme_revenue_base_usd"),
    "growth": _FACTORS.format("growth"),
    "expectation gap": _FACTORS.format("expectation_gap"),
    "programme revenue": _FACTORS.format("programme_revenue_usd"),
    "sales of 2026": _SALES.format("horizon"),
    "exposure weight": _FACTORS.format("exposure_weight"),
    "low of the programmes": f"select programme_revenue_usd_low {_TOTAL}",
    "high of the programmes": f"select programme_revenue_usd_high {_TOTAL}",
    "low of the weight": _FACTORS.format("exposure_low"),
    "high of the weight": _FACTORS.format("exposure_high"),
    "revision of Trainium": "select revision_decayed from core.forecast_revision where family_id = 'trainium'",
    "revision": _FACTORS.format("revision"),
    "concentration": _FACTORS.format("concentration"),
}


@pytest.mark.parametrize("what", [*ENGINE, "scored exposure", "score"])
def test_a_worked_line_comes_to_what_it_prints(what: str) -> None:
    arithmetic, result = _lines()[what]
    printed, half = _printed(result)
    assert abs(_evaluated(arithmetic) - printed) <= half + ROUNDING * abs(printed)


@pytest.mark.parametrize("what", ENGINE)
def test_the_engine_prints_the_same_at_the_date_of_the_example(what: str, then: warehouse.Reader) -> None:
    printed, half = _printed(_lines()[what][1])
    assert _one(then, ENGINE[what]) == pytest.approx(printed, rel=1e-9, abs=half * (1 + 1e-6))


def test_every_worked_line_is_compared() -> None:
    assert set(_lines()) == {*ENGINE, "scored exposure", "score"}


def test_the_table_of_facts_quotes_the_facts(then: warehouse.Reader) -> None:
    rows = _rows(
        then,
        """
        select
            e.fact_id, list(distinct coalesce(e.base, (e.low + e.high) / 2, e.low, e.high)), any_value(e.tier),
            any_value(e.known_on),
            max(c.weight)
        from mart.evidence as e
        left join core.yearly_claim as c on c.fact_id = e.fact_id
        group by e.fact_id
    """,
    )
    known = {row[0]: row[1:] for row in rows}
    assert _facts()
    for fact_id, (_, value, tier, known_on, weight) in _facts().items():
        values, stated_tier, day, engine_weight = known[fact_id]
        assert (tier, known_on) == (stated_tier, day.isoformat()), fact_id
        assert any(stated == pytest.approx(_printed(value)[0], rel=1e-12) for stated in values), fact_id
        if weight:
            assert engine_weight == pytest.approx(float(weight), abs=5e-5), fact_id


def test_the_example_names_every_fact_that_the_number_rests_on(then: warehouse.Reader) -> None:
    rows = _rows(
        then,
        """
        select unnest(fact_ids) from mart.exposure_weight where company_id = 'gold-circuit'
        union
        select unnest(list_concat(fact_ids, base_fact_ids)) from core.denominator where company_id = 'gold-circuit'
    """,
    )
    assert {fact_id for (fact_id,) in rows} <= set(_facts())


def test_the_example_is_explained_to_the_same_weight(db: Path) -> None:
    question = Question.parse(as_of=DAY, horizon=HORIZON)
    tree = Engine.at(db, resources.seeds_dir()).explain(COMPANY, question=question).tree
    printed, half = _printed(_lines()["exposure weight"][1])
    assert tree.heading["exposure_weight"] == pytest.approx(printed, abs=half)
    assert tree.heading["grade"] == "C"
    assert tree.heading["confidence"] == 0
    assert tree.heading["assumed_part"] == 1
    scored = next(part for part in tree.trees[0].children if part.label == "exposure")
    assert scored.basis == f"raw {_lines()['scored exposure'][1]}, the 25% point of its range, against the universe"


# --- the filled tables and the shell's page --------------------------------------------------


@cache
def _refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_refresh", DOCS / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def wanted(db: Path) -> dict[str, str]:
    """Return the pages, filled from the built database."""
    pages: dict[str, str] = _refresh().pages(db)
    return pages


@pytest.mark.parametrize("page", ["worked_example.md", "evidence.md", "limits.md", "shell.md", "systems.md"])
def test_the_filled_tables_of_a_page_are_current(page: str, wanted: dict[str, str]) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == wanted[page], "run: python docs/refresh.py"


def test_every_table_that_can_be_filled_is_on_a_page(wanted: dict[str, str]) -> None:
    placed = {name for text in wanted.values() for name in re.findall(r"<!-- filled: ([a-z-]+) -->", text)}
    assert placed == {"score", "order", *(file.stem for file in (DOCS / "tables").glob("*.sql"))}


def test_a_page_that_differs_is_named(wanted: dict[str, str]) -> None:
    assert _refresh().outdated(wanted | {"limits.md": "something else"}) == ["limits.md"]


def test_the_shells_page_asks_and_shows(wanted: dict[str, str]) -> None:
    steps = re.findall(r"```sql\n.*?```\n\n```text\n(.*?)```", wanted["shell.md"], re.DOTALL)
    assert len(steps) >= 8
    assert all("│" in answer for answer in steps)


# --- figures in prose -------------------------------------------------------------------------


def _racks(reader: warehouse.Reader) -> str:
    ((base, low, high),) = _rows(
        reader,
        "select units, units_low, units_high from core.family_units where period_role = 'horizon' and family_id = 'gb'",
    )
    return (
        f"The pool of {base:,.0f} GB200 and GB300 racks in 2026 rests on these counts, from {low:,.0f} to {high:,.0f}"
    )


def _of_gb300(reader: warehouse.Reader) -> str:
    part = _one(
        reader, "select mix from core.generation_mix where period_role = 'horizon' and programme_id = 'gb300-nvl72'"
    )
    return f"its {100 * part:.1f}% of GB300 sets the split"


def _rubin(reader: warehouse.Reader) -> str:
    ((base, low, high),) = _rows(
        reader,
        "select base, bound_low, bound_high from core.pooled where period_role = 'horizon' "
        "and kind = 'units' and scope_id = 'vr' and company_id is null",
    )
    assert base is None
    return f"one origin counts at least {low:,.0f} and another at most {high:,.0f}"


def _undated(reader: warehouse.Reader) -> str:
    count = _one(
        reader,
        """
        with used as (
            select unnest(e.fact_ids) as fact_id from mart.exposure_weight as e
            union
            select unnest(d.fact_ids) from core.denominator as d
            where d.company_id in (select f.company_id from mart.factors as f)
        )
        select count(distinct c.fact_id)
        from mart.claim as c inner join used as u on u.fact_id = c.fact_id where c.known_on_basis = 'collected'
        """,
    )
    return f"{count:.0f} of the facts behind the default watchlist are undated"


def _consensus(reader: warehouse.Reader) -> str:
    ((some, companies),) = _rows(
        reader, "select count(*) filter (where denominator = 'consensus'), count(*) from mart.factors"
    )
    return f"Only {some} of {companies} companies have a consensus here"


def _run_rate(reader: warehouse.Reader) -> str:
    some = _one(reader, "select count(*) from mart.factors where denominator = 'run-rate'")
    return f"For {some:.0f} companies the run rate exceeds every forecast or flat rest"


def _implied(reader: warehouse.Reader) -> str:
    some = _one(reader, "select count(*) from mart.factors where denominator like 'implied%'")
    return f"For {some:.0f} companies, sales of 2026 are *implied*"


def _known(factor: str) -> Callable[[warehouse.Reader], int]:
    return lambda reader: int(_one(reader, f"select count({factor}) from mart.factors"))


def _tpu_mix(reader: warehouse.Reader) -> list[str]:
    rows = dict(
        _rows(
            reader,
            "select programme_id, mix from core.programme_units where period_role = 'horizon' and family_id = 'tpu'",
        )
    )
    v8 = rows.get("tpu-v8")
    return [f"{100 * rows['tpu-v7']:.1f}%", *([] if v8 is None else [f"v8 at {100 * v8:.1f}%"])]


def _trainium_of(company: str, via: str) -> str:
    return (
        "select sum(programme_revenue_usd) / 1e9 from mart.programme_revenue where chosen and period_role = 'horizon' "
        f"and family_id = 'trainium' and company_id = '{company}' and via_company_id is {via}"
    )


def _quotes(page: str, sentence: str) -> None:
    text = re.sub(r"\s+", " ", (DOCS / page).read_text(encoding="utf-8"))
    assert sentence in text, f"docs/{page} lacks: {sentence}"


@pytest.mark.parametrize("sentence", [_racks, _of_gb300, _rubin, _undated, _consensus, _run_rate, _implied])
def test_a_sentence_of_the_limits_quotes_the_data(
    sentence: Callable[[warehouse.Reader], str], now: warehouse.Reader
) -> None:
    _quotes("limits.md", sentence(now))


def test_the_limits_quote_the_generations_of_tpu(now: warehouse.Reader, then: warehouse.Reader) -> None:
    (before,), (after, v8) = _tpu_mix(then), _tpu_mix(now)
    _quotes("limits.md", f"the engine puts TPU v7 at {before}, and by default at {after}, with {v8}.")


def test_the_limits_quote_the_fall_of_gold_circuit(now: warehouse.Reader, then: warehouse.Reader) -> None:
    after, before = (100 * _one(reader, _FACTORS.format("exposure_weight")) for reader in (now, then))
    _quotes("limits.md", f"which explains most of its fall from {before:.1f}% to {after:.1f}% between these dates")


def test_the_limits_quote_broadcom_and_its_broker(now: warehouse.Reader) -> None:
    billions = {
        fact: float(base) / 1e9
        for fact, base in _rows(now, "select fact_id, base from mart.evidence where fact_id in ('DX-2016', 'DX-2017')")
    }
    ((base, horizon),) = _rows(
        now,
        "select programme_revenue_base_usd / 1e9, programme_revenue_usd / 1e9 "
        "from mart.factors where company_id = 'broadcom'",
    )
    _quotes(
        "limits.md",
        f"puts its AI sales of fiscal 2025 at {billions['DX-2017']:.2f}bn; our TPU figure is {base:.1f}bn of it.",
    )
    _quotes("limits.md", f"puts AI sales of all kinds, networks included, at {billions['DX-2016']:.1f}bn")
    _quotes("limits.md", f"our TPU alone comes to {horizon:.1f}bn")


def test_the_limits_quote_a_child_as_its_parent_holds_it(now: warehouse.Reader) -> None:
    child, inside = _one(now, _trainium_of("wiwynn", "null")), _one(now, _trainium_of("wistron", "not null"))
    _quotes(
        "limits.md",
        f"Wiwynn's Trainium is {child:.1f}bn, and inside Wistron the same {inside:.1f}bn",
    )


def test_the_racks_that_a_brokers_share_of_hon_hai_leaves_are_fewer_than_bernsteins(now: warehouse.Reader) -> None:
    ((programmes, sales),) = _rows(
        now, "select programme_revenue_usd, company_revenue_usd from mart.factors where company_id = 'hon-hai'"
    )
    on_racks = _one(
        now,
        "select sum(programme_revenue_usd) from mart.programme_revenue "
        "where chosen and period_role = 'horizon' and family_id = 'gb' and company_id = 'hon-hai'",
    )
    share = _one(now, "select base from mart.evidence where fact_id = 'DX-0006'")
    racks = _one(now, _FAMILY.format("horizon", "gb"))
    at_share = (sales - programmes) * share / (1 - share) - (programmes - on_racks)
    assert racks * at_share / on_racks < _one(now, "select base from mart.evidence where fact_id = 'SF-0144'")
    _quotes(
        "limits.md",
        f"At the broker's {100 * share:.0f}% for all AI servers the racks would be fewer than Bernstein's 56,000.",
    )


def test_the_limits_quote_for_how_many_a_factor_is_known(now: warehouse.Reader) -> None:
    _quotes("limits.md", f"**Visibility** is known for {_known('visibility')(now)} companies")
    _quotes("limits.md", f"**Concentration** is known for {_known('concentration')(now)} ")
    _quotes("limits.md", f"**Expectation gap** is known for {_known('expectation_gap')(now)} companies")
    _quotes("limits.md", f"A gross margin is known for {_known('gross_margin')(now)} companies, but for {_own(now)} of")


def _own(now: warehouse.Reader) -> int:
    return int(_one(now, "select count(*) from mart.factors where margin_basis in ('programme', 'mixed')"))


def test_no_back_cast_is_above_sales_and_few_know_the_year_before(now: warehouse.Reader) -> None:
    assert _one(now, "select count(*) from audit.backcast") == 0
    known = _one(now, "select count(programme_revenue_prior_usd) from research.backcast")
    _quotes(
        "limits.md", f"`research.backcast` has a prior year for {known:.0f} companies, and for one of them with sales"
    )
    both = "select count(*) from research.backcast where programme_growth is not null and revenue_growth is not null"
    assert _one(now, both) == 1


def test_the_expectation_gap_profile_orders_those_that_have_a_gap(db: Path) -> None:
    ranked = exposure.rank(profile="expectation-gap", db=db)
    _quotes("limits.md", f"The profile that requires it ranks those {ranked.height} and no others.")


def test_the_limits_quote_for_how_many_growth_is_unknown(now: warehouse.Reader) -> None:
    ((unknown, companies),) = _rows(now, "select count(*) filter (where growth is null), count(*) from mart.factors")
    _quotes("limits.md", f"Growth is unknown for {unknown} of {companies} companies")


def test_the_back_cast_compares_to_disclosures_as_the_limits_have_it(now: warehouse.Reader) -> None:
    back = {
        company: (part, of_rise)
        for company, part, of_rise in _rows(
            now,
            """
            select company_id, exposure_base, programme_revenue_base_usd / revenue_change_usd
            from research.backcast where revenue_change_usd > 0
            """,
        )
    }
    assert back["hon-hai"][1] > 1
    assert 0.9 < back["fii"][1] < 1
    assert back["quanta"][0] == pytest.approx(1 / 3, abs=0.03)
    assert 0.2 < back["avc"][1] < 0.25
    for company in ("emc", "tuc"):
        query = "select exposure_weight from mart.exposure_weight where programme_id = 'trainium3' and company_id = "
        assert 0.10 <= _one(now, f"{query}'{company}'") <= 0.15


def test_marvells_forecast_and_implied_sales_lie_a_third_apart(now: warehouse.Reader) -> None:
    gap = _one(now, "select value from audit.revenue_gap where company_id = 'marvell'")
    assert abs(gap) == pytest.approx(1 / 3, abs=0.03)


def test_every_finding_that_a_page_names_exists(now: warehouse.Reader) -> None:
    findings = {finding for (finding,) in _rows(now, "select distinct finding from audit.finding")}
    conflicts = (DOCS / "evidence.md").read_text(encoding="utf-8").split("Where they matter most:")[1].split("\n## ")[0]
    named = set(re.findall(r"`audit\.(\w+)`", conflicts))
    assert named
    assert named <= findings


def test_confidence_is_zero_for_two_thirds(now: warehouse.Reader) -> None:
    ((none, companies),) = _rows(now, "select count(*) filter (where confidence = 0), count(*) from mart.factors")
    assert none / companies == pytest.approx(2 / 3, abs=0.05)


def test_no_money_rests_on_filings(now: warehouse.Reader) -> None:
    assert _one(now, "select max(part_filing) from mart.factors") == 0


# --- audits of the sources ----------------------------------------------------------------------


def test_an_audit_of_claims_lists_every_check_and_pair_and_what_fails_first(now: warehouse.Reader) -> None:
    rows = _rows(now, "select audited, id, verdict, reading_order from research.claim_audit")
    checks = _rows(now, "select 'check', check_id, verdict from research.claim_check")
    pairs = _rows(now, "select 'pair', contradiction_id, kind from research.contradiction")
    assert sorted(row[:3] for row in rows) == sorted([*checks, *pairs])
    order = {verdict: order for *_, verdict, order in rows}
    assert order == {verdict: {"differs": 1, "contradiction": 1, "agrees": 3}.get(verdict, 2) for verdict in order}
    assert set(order.values()) == {1, 2, 3}


# --- the method --------------------------------------------------------------------------------


def test_every_factor_of_a_profile_is_explained(now: warehouse.Reader) -> None:
    from exposure.seeds import named_files
    from exposure.seeds.profiles import read_profile

    folder = resources.seeds_dir()
    used = {
        factor for name in named_files.list_names("profile", folder) for factor in read_profile(name, folder).weights
    }
    page = (DOCS / "methodology.md").read_text(encoding="utf-8")
    assert used == set(
        re.findall(r"^\| `([a-z_]+)` \|", page.split("## Factors")[1].split("## Score")[0], re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("section", "view", "column"),
    [
        ("## Content and shares", "core.supply_share", "share_basis"),
        ("## Three methods", "core.programme_revenue", "method"),
        ("## Denominators", "core.denominator", "denominator"),
    ],
)
def test_every_basis_that_occurs_is_explained(section: str, view: str, column: str, now: warehouse.Reader) -> None:
    page = (DOCS / "methodology.md").read_text(encoding="utf-8").split(section)[1].split("\n## ")[0]
    explained = set(re.findall(r"^\| `([a-z_-]+)` \|", page, re.MULTILINE))
    rows: list[tuple[Any, ...]] = _rows(now, f"select distinct {column} from {view} where {column} is not null")
    assert {value for (value,) in rows} <= explained | {column}


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ("carry_widening", "widens by {:.0%} of its value a year"),
        ("revision_window_days", "Within {:.0f} days before the date asked"),
        ("revision_half_life_days", "halved for every {:.0f} days since"),
        ("winsor_sd", "cut at three standard deviations"),
        ("neutral_score", "An unknown factor scores {:.0f}"),
    ],
)
def test_a_parameter_is_quoted_as_it_is(parameter: str, sentence: str, now: warehouse.Reader) -> None:
    value = _one(now, f"select value from raw.parameters where parameter = '{parameter}'")
    assert parameter != "winsor_sd" or value == 3
    _quotes("methodology.md", sentence.format(value))
