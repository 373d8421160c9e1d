"""The method: complete, without anything else, and with correlations that are possible together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import get_args

from exposure.errors import Fault
from exposure.seeds.models.cells import NUMBER, SourcingMode, Tier
from exposure.seeds.models.method import CLAIMS, FINDINGS, PARAMETERS, Correlation, TierParameter, Waiver
from exposure.seeds.rules.tables import FACT_TABLES, Line, Tables, find_unknown, suggest

#: what rounding leaves of a variance
_ROUNDING = 1e-9


def check_completeness(tables: Tables) -> Iterator[Fault]:
    """Refuse a method without one of its tiers, sourcing modes or parameters."""
    needed: list[tuple[str, str, Iterable[str]]] = [
        ("tiers", "tier", get_args(Tier)),
        ("sourcing_modes", "sourcing_mode", get_args(SourcingMode)),
        ("parameters", "parameter", PARAMETERS),
    ]
    for name, column, values in needed:
        written = tables.index_cells(name, column)
        for value in values:
            if tables[name].named and value not in written:
                message = f"there is no row for {value!r}, which the method needs"
                yield Fault(tables[name].file, 1, column, message)


def check_tier_ranks(tables: Tables) -> Iterator[Fault]:
    """Refuse two tiers of one rank, neither of which would be the better one."""
    first: dict[float, TierParameter] = {}
    for line, row in tables.list_rows(TierParameter):
        if first.setdefault(row.rank, row).tier != row.tier:
            yield line.fault("rank", f"{row.rank:g} is already the rank of {first[row.rank].tier!r}")


def check_parameters(tables: Tables) -> Iterator[Fault]:
    """Refuse parameters that the method does not have."""
    for line, name in find_unknown(tables["parameters"], "parameter", set(PARAMETERS)):
        yield line.fault("parameter", f"{name!r} is not a parameter of the method{suggest(name, PARAMETERS)}")


def check_waivers(tables: Tables) -> Iterator[Fault]:
    """Refuse waivers of a kind of finding that no view of the audit produces."""
    for line, kind in find_unknown(tables["waivers"], "finding", set(FINDINGS)):
        yield line.fault("finding", f"{kind!r} is not a kind of finding{suggest(kind, FINDINGS)}")


def check_waiver_claims(tables: Tables) -> Iterator[Fault]:
    """Refuse claims of waivers on what no table has: nothing could contradict them."""
    products = set(tables.index_cells("products", "product_id"))
    companies = set(tables.index_cells("companies", "company_id"))
    facts = {fact_id for name in FACT_TABLES for fact_id in tables.index_cells(name, "fact_id")}
    scopes = {
        scope_id
        for name, column in (("families", "family_id"), ("scopes", "scope_id"), ("programmes", "programme_id"))
        for scope_id in tables.index_cells(name, column)
    }
    if not tables.are_whole((*FACT_TABLES, "products", "companies", "families", "scopes", "programmes")):
        return
    for line, waiver in tables.list_rows(Waiver):
        kind, _, about = waiver.claim.partition(":")
        if kind == "states":
            pairs = [pair.partition("=") for pair in about.split(" ")]
            is_known = all(fact_id in facts and NUMBER.fullmatch(number) for fact_id, _, number in pairs)
        elif kind.startswith("no_") and kind != "no_later_document":
            product, _, scope = about.partition("|")
            is_known = product in products and scope in scopes
        else:
            is_known = about in companies
        if not is_known:
            yield line.fault("claim", f"{about!r} is not {CLAIMS[kind]}, of this folder")


def check_pairs(tables: Tables) -> Iterator[Fault]:
    """Refuse a pair that is correlated twice, in either order."""
    first: dict[frozenset[str], Line] = {}
    for line, row in tables.list_rows(Correlation):
        other = first.setdefault(frozenset((row.left_id, row.right_id)), line)
        if other.cells["left_id"] != row.left_id:
            yield line.fault("left_id", f"the pair is already in {other.place}")


def check_correlations(tables: Tables) -> Iterator[Fault]:
    """Refuse correlations whose matrix is not positive semidefinite, by its Cholesky factor."""
    rows = [row for _, row in tables.list_rows(Correlation) if row.left_id != row.right_id]
    known = {frozenset((row.left_id, row.right_id)): row.correlation for row in rows}
    ids = sorted({name for row in rows for name in (row.left_id, row.right_id)})
    factor: list[list[float]] = []
    for name in ids:
        row_of_factor: list[float] = []
        for other, earlier in zip(ids, factor, strict=False):
            rest = known.get(frozenset((name, other)), 0.0) - _multiply(row_of_factor, earlier)
            row_of_factor.append(rest / earlier[-1] if earlier[-1] > _ROUNDING else 0.0)
            if earlier[-1] <= _ROUNDING < abs(rest):
                yield _contradiction(tables, name)
                return
        variance = 1 - _multiply(row_of_factor, row_of_factor)
        if variance < -_ROUNDING:
            yield _contradiction(tables, name)
            return
        factor.append([*row_of_factor, math.sqrt(max(variance, 0.0))])


def _multiply(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=False))


def _contradiction(tables: Tables, name: str) -> Fault:
    message = f"the correlations contradict each other: nothing can move like {name!r} with those before it"
    return Fault(tables["correlations"].file, 1, "correlation", message)


RULES = (
    check_completeness, check_tier_ranks, check_parameters, check_waivers, check_waiver_claims, check_pairs,
    check_correlations,
)  # fmt: skip
