"""The ledger of claims: claims fit their metrics, checks and contradictions name facts that fit them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from exposure.errors import Fault
from exposure.names.folding import fold
from exposure.seeds.models import UnitBasis
from exposure.seeds.models.ledger import Claim, ClaimCheck, ClaimMetric, Contradiction
from exposure.seeds.models.method import SignalMetric
from exposure.seeds.rules.tables import FACT_TABLES, Tables, find_unknown

#: the last year that a date can have; views count years one by one
_LAST_YEAR = 9999


def check_claims(tables: Tables) -> Iterator[Fault]:
    """Refuse a claim whose unit or currency is not that of its metric."""
    units = {metric.metric: metric.unit for _, metric in tables.list_rows(ClaimMetric)}
    units |= {metric.metric: metric.unit for _, metric in tables.list_rows(SignalMetric)}
    for line, claim in tables.list_rows(Claim):
        unit = units.get(claim.metric)
        if unit is None or claim.unit is None:
            continue
        match = re.fullmatch(_unit_pattern(unit), claim.unit)
        if not match:
            yield line.fault("unit", f"{claim.unit!r} is not {unit!r}, the unit of {claim.metric!r}")
        elif unit == "year" and any(abs(value) > _LAST_YEAR for _, value in claim.list_stated()):
            yield line.fault("unit", f"{claim.metric!r} is a year or a number of years, at most {_LAST_YEAR}")
        elif claim.currency != match.groupdict().get("currency"):
            yield line.fault("currency", f"{claim.currency!r} is not the currency in the unit {claim.unit!r}")


def _unit_pattern(unit: str) -> str:
    """Return the pattern of a metric's unit, in which `currency` and `counted unit` stand for any of them."""
    counted = "|".join(get_args(UnitBasis))
    return re.escape(unit).replace("currency", "(?P<currency>[A-Z]{3})", 1).replace(r"counted\ unit", f"({counted})")


def check_metrics(tables: Tables) -> Iterator[Fault]:
    """Refuse a metric of both vocabularies, and two names of one meaning."""
    signals = tables.index_cells("signal_metrics", "metric")
    meanings: dict[str, str] = {}
    for line, metric in tables.list_rows(ClaimMetric):
        if metric.metric in signals:
            yield line.fault("metric", f"{metric.metric!r} is already a signal ({signals[metric.metric].place})")
        other = meanings.setdefault(fold(metric.definition), metric.metric)
        if other != metric.metric:
            yield line.fault("definition", f"{metric.metric!r} means the same as {other!r}; a metric has one name")


def check_judged_facts(tables: Tables) -> Iterator[Fault]:
    """Refuse checks and contradictions of unknown facts, and checks of facts without numbers."""
    known = {cell for name in FACT_TABLES for cell in tables.index_cells(name, "fact_id")}
    for name, columns in (("claim_checks", ("inputs", "stated")), ("contradictions", ("left_fact", "right_fact"))):
        for column in columns if tables.are_named(FACT_TABLES) else ():
            for line, cell in find_unknown(tables[name], column, known):
                yield line.fault(column, f"{cell!r} is not in any table of facts")
    facts = {row.fact_id: row for _, row in tables.list_facts()}
    for line, check in tables.list_rows(ClaimCheck):
        for column, fact_id in (*(("inputs", fact_id) for fact_id in check.inputs), ("stated", check.stated)):
            if fact_id in facts and not facts[fact_id].has_number:
                yield line.fault(column, f"{fact_id!r} states no number, so nothing can be computed with it")


def check_set_aside(tables: Tables) -> Iterator[Fault]:
    """Refuse to set aside facts that feed the formula, which are pooled, withdrawn or corrected."""
    if tables["claims"].named:
        known = set(tables.index_cells("claims", "fact_id"))
        for line, cell in find_unknown(tables["contradictions"], "set_aside", known):
            message = f"{cell!r} is not in claims.csv; correct or withdraw what feeds the formula"
            yield line.fault("set_aside", message)


def check_revisions(tables: Tables) -> Iterator[Fault]:
    """Refuse a revision that did not become known after what it revises."""
    known = {row.fact_id: row.known_on for _, row in tables.list_facts()}
    for line, pair in tables.list_rows(Contradiction):
        left, right = known.get(pair.left_fact), known.get(pair.right_fact)
        if pair.kind == "revision" and left and right and left >= right:
            message = f"{pair.right_fact!r} became known on {right}, not after {pair.left_fact!r} ({left})"
            yield line.fault("kind", message)


RULES = (check_claims, check_metrics, check_judged_facts, check_set_aside, check_revisions)
