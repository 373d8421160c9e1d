"""Build small valid seed folders; a test overrides only what it is about.

`world(tmp_path)` writes a folder that passes every check: the companies `alpha` (Taiwan, TWD), `beta` (Nasdaq, USD)
and the unlisted `owner`; the family `fam` (counted in chips) with `fam-1`, `fam-2` and `fam-unallocated`; a few
products; the shipped method; and `FACTS`, enough to quantify `alpha` and `beta` for 2025 and 2026.

Claims come from the builders below. They replace the default claims of *their own* tables and leave the others:
`world(tmp_path, forecast(base=5), forecast(base=7, origin_id="broker-b"))` has exactly two forecasts and all the
default contents, shares and revenues. To add to the defaults: `world(tmp_path, *FACTS, share("beta", base=0.2))`.
The document of all of them, `DOC`, is of unknown age and was collected late, so that a claim may be of any day.
Keywords replace whole tables by rows or by claims: `world(tmp_path, company_revenues=[], products=[*PRODUCTS, {...}])`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from exposure.errors import RejectedData
from exposure.seeds.models import TABLES, Fact
from exposure.seeds.periods import parse_period
from exposure.seeds.reader import read_seeds

#: the day on which every default claim became known
DAY = "2026-01-15"
SHIPPED = Path(__file__).resolve().parents[2] / "seeds"
METHOD = ("exchanges", "tiers", "sourcing_modes", "signal_metrics", "claim_metrics", "parameters")

Cells = dict[str, Any]
#: as a number, or as the text that a test wants to see refused
Number = float | str | None


@dataclass(frozen=True)
class Claim:
    """A row of a fact table, before it is written."""

    table: str
    cells: Cells

    def but(self, **cells: Any) -> Claim:
        """Return the same claim with some cells changed."""
        return replace(self, cells=self.cells | cells)


def fact(table: str, **cells: Any) -> Claim:
    """Return a claim of any fact table, by default a plain broker estimate."""
    evidence: Cells = {
        "known_on": DAY,
        "known_on_basis": "published",
        "source_id": "DOC",
        "origin_id": "broker-a",
        "tier": "estimate",
        "withdrawn": False,
    }
    return Claim(table, evidence | cells)


def assumed(claim: Claim, *rests_on: str, **cells: Any) -> Claim:
    """Return a claim as the project's own assumption that rests on the facts with these ids."""
    ours = {"tier": "assumption", "known_on_basis": "rests_on", "source_id": "EXPOSURE", "origin_id": "exposure"}
    return claim.but(**ours, rests_on=rests_on, **cells)


def forecast(scope_id: str = "fam-1", period: str = "2026", base: Number = None, **cells: Any) -> Claim:
    """Claim units of a scope; `kind` is forecast and `unit_basis` chip unless named."""
    own = {"scope_id": scope_id, "period": period, "base": base, "kind": "forecast", "unit_basis": "chip"}
    return fact("shipment_forecasts", **own | cells)


def content(product_id: str = "board", scope_id: str = "fam-1", base: Number = None, **cells: Any) -> Claim:
    """Claim the US dollars of a product in one chip."""
    own = {"product_id": product_id, "scope_id": scope_id, "base": base, "measure": "content", "unit_basis": "chip"}
    rest = {"currency": "USD", "booking": "gross", "circular": False}
    return fact("content_values", **own | rest | cells)


def share(
    company_id: str = "alpha",
    product_id: str = "board",
    scope_id: str = "fam-1",
    period: str = "2025",
    base: Number = None,
    **cells: Any,
) -> Claim:
    """Claim a supply share of all units, or only a `sourcing_mode`."""
    own = {"company_id": company_id, "product_id": product_id, "scope_id": scope_id, "period": period, "base": base}
    return fact("supply_shares", **own | {"denominator": "all_units"} | cells)


def revenue(company_id: str = "alpha", period: str = "2025", base: Number = None, **cells: Any) -> Claim:
    """Claim a company's sales, reported in millions of US dollars by the company itself once the period is over."""
    own = {"company_id": company_id, "period": period, "base": base, "kind": "reported", "currency": "USD"}
    stated = own | {"origin_id": "company", "tier": "disclosed"} | cells
    if stated["kind"] in ("reported", "derived"):
        with suppress(ValueError):  # a test of periods that are none
            stated = {"known_on": max(DAY, parse_period(period)[1].isoformat())} | stated
    return fact("company_revenues", **stated)


def disclosed(company_id: str = "alpha", period: str = "2025", base: Number = None, **cells: Any) -> Claim:
    """Claim the part of a company's sales; name one of `scope_id`, `customer_id` and `product_id`."""
    own = {"company_id": company_id, "period": period, "base": base, "measure": "share"}
    return fact("disclosed_exposures", **own | {"origin_id": "company", "tier": "disclosed"} | cells)


def signal(company_id: str = "alpha", metric: str = "barrier", base: Number = None, **cells: Any) -> Claim:
    """Claim a signal on a company."""
    return fact("company_signals", **{"company_id": company_id, "metric": metric, "base": base} | cells)


def owned(parent_id: str = "beta", child_id: str = "alpha", base: Number = 0.4, **cells: Any) -> Claim:
    """Claim that a parent holds and consolidates a child."""
    return fact(
        "ownership", **{"parent_id": parent_id, "child_id": child_id, "base": base, "consolidated": True} | cells
    )


def chips(programme_id: str = "fam-1", unit_basis: str = "rack", base: Number = 10, **cells: Any) -> Claim:
    """Claim how many chips one unit of another basis holds."""
    return fact("unit_conversions", **{"programme_id": programme_id, "unit_basis": unit_basis, "base": base} | cells)


def rate(currency: str = "TWD", period: str = "2025", base: Number = 30, **cells: Any) -> Claim:
    """Claim units of a currency for one US dollar."""
    own = {"currency": currency, "period": period, "base": base, "origin_id": "fed", "tier": "disclosed"}
    return fact("fx_rates", **own | cells)


def claim(subject: str, metric: str, base: Number = None, **cells: Any) -> Claim:
    """Claim something of the ledger, with the `unit` of the metric, or with `text` in place of numbers."""
    return fact("claims", **{"subject": subject, "metric": metric, "base": base} | cells)


def capex(base: Number = 100, period: str = "2025", **cells: Any) -> Claim:
    """Claim capital expenditure of the company `owner`."""
    unit: Cells = {"unit": "USD million", "currency": "USD"}
    return claim("owner", "capex", base, period=period, company_id="owner", **unit | cells)


def worded(text: str = "fully booked", **cells: Any) -> Claim:
    """Claim the order visibility of `fam-1` in words."""
    return claim("fam-1", "order_visibility", text=text, scope_id="fam-1", **cells)


def check(**cells: Any) -> Cells:
    """Return a row of claim_checks: A and B make C, by default of `LEVELS` 100 and 50 make 150."""
    usual: Cells = {"check_id": "K1", "formula": "sum_of_parts", "inputs": ("A", "B"), "input_rounding": "1; 1"}
    return usual | {"stated": "C", "stated_rounding": 1} | cells


def contradiction(**cells: Any) -> Cells:
    """Return a row of contradictions, of the facts A and B."""
    usual: Cells = {"contradiction_id": "X1", "left_fact": "A", "right_fact": "B", "kind": "contradiction"}
    return usual | {"treatment": "Both kept", "note": "A is not B"} | cells


LEVELS = (capex(100, "2024", fact_id="A"), capex(50, "2025", fact_id="B"), capex(150, "2026", fact_id="C"))

ORIGINS: list[Cells] = [
    {"origin_id": "broker-a", "name": "Broker A", "kind": "broker"},
    {"origin_id": "broker-b", "name": "Broker B", "kind": "broker"},
    {"origin_id": "press", "name": "The Press", "kind": "press"},
    {"origin_id": "market", "name": "Market talk", "kind": "market"},
    {"origin_id": "company", "name": "The company itself", "kind": "company"},
    {"origin_id": "fed", "name": "A central bank", "kind": "official"},
    {"origin_id": "exposure", "name": "exposure", "kind": "own"},
]
_DOCUMENT: Cells = {"publisher": "Publisher", "language": "en", "collected_on": "2026-01-31"}
SOURCES: list[Cells] = [
    _DOCUMENT
    | {"source_id": "DOC", "title": "A note", "published_on": DAY, "published_precision": "before"}
    | {"channel": "broker", "tier": "estimate", "origin_id": "broker-a", "collected_on": "2100-12-31"},
    _DOCUMENT
    | {"source_id": "EXPOSURE", "title": "Own reasoning", "published_precision": "none"}
    | {"channel": "own_reasoning", "tier": "assumption", "origin_id": "exposure"},
]
COMPANIES: list[Cells] = [
    {"company_id": "alpha", "name": "Alpha Boards", "name_local": "阿爾法", "ticker": "1001", "mic": "XTAI"}
    | {"country": "TW", "currency": "TWD", "fiscal_year_end": "12-31"},
    {"company_id": "beta", "name": "Beta Circuits", "ticker": "BETA", "mic": "XNAS"}
    | {"country": "US", "currency": "USD", "fiscal_year_end": "12-31"},
    {"company_id": "owner", "name": "Owner Cloud", "country": "US"},
]
FAMILIES: list[Cells] = [{"family_id": "fam", "name": "Fam", "owner_id": "owner", "unit_basis": "chip"}]
PROGRAMMES: list[Cells] = [
    {"programme_id": "fam-1", "name": "Fam 1", "family_id": "fam", "succession": 1, "unallocated": False},
    {"programme_id": "fam-2", "name": "Fam 2", "family_id": "fam", "succession": 2, "unallocated": False},
    {"programme_id": "fam-unallocated", "name": "Fam, not named", "family_id": "fam", "unallocated": True},
]
SCOPES: list[Cells] = [
    {"scope_id": "market", "name": "The whole market", "total": False, "note": "All customers"},
    {"scope_id": "fam-1-2", "name": "Fam 1 and 2", "family_id": "fam", "total": False},
]
SCOPE_MEMBERS: list[Cells] = [
    {"scope_id": "fam-1-2", "programme_id": "fam-1"},
    {"scope_id": "fam-1-2", "programme_id": "fam-2"},
]
PRODUCTS: list[Cells] = [
    {"product_id": "rack", "name": "Rack", "stage": 11},
    {"product_id": "server", "name": "Server", "parent_id": "rack", "stage": 10},
    {"product_id": "board", "name": "Boards (all)"},
    {"product_id": "board-main", "name": "Main board", "parent_id": "board"},
    {"product_id": "board-side", "name": "Side board", "parent_id": "board"},
    {"product_id": "cable", "name": "Cable"},
]
ALIASES: list[Cells] = [{"alias": "Alfa", "company_id": "alpha", "kind": "misspelling"}]
TABLES_BY_DEFAULT: dict[str, list[Cells]] = {
    "origins": ORIGINS,
    "sources": SOURCES,
    "companies": COMPANIES,
    "company_aliases": ALIASES,
    "families": FAMILIES,
    "programmes": PROGRAMMES,
    "scopes": SCOPES,
    "scope_members": SCOPE_MEMBERS,
    "products": PRODUCTS,
}

#: 2026: 2m chips x $50 x 0.4 = $40m for alpha of $300m expected, x 0.3 = $30m for beta of $100m a year earlier
FACTS: tuple[Claim, ...] = (
    chips("fam-1"),
    chips("fam-2"),
    forecast("fam-1", "2025", 1_000_000),
    forecast("fam-1", "2026", 2_000_000),
    content("board", "fam-1", 50),
    share("alpha", base=0.4),
    share("beta", base=0.3),
    revenue("alpha", "2025", 6000, currency="TWD"),
    revenue("alpha", "2026", 9000, currency="TWD", kind="forecast", origin_id="broker-a", tier="estimate"),
    revenue("beta", "2025", 100),
    rate("TWD", "2025"),
)

#: the first letters of the ids that `world` gives to claims that name none
PREFIX = {
    "ownership": "OW", "unit_conversions": "UC", "shipment_forecasts": "SF", "content_values": "CV",
    "supply_shares": "SS", "company_revenues": "RV", "disclosed_exposures": "DX", "company_signals": "SG",
    "fx_rates": "FX", "claims": "CL",
}  # fmt: skip


def world(folder: Path, *claims: Claim, **tables: Iterable[Claim | Cells]) -> Path:
    """Write a seed folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[Cells]] = dict(TABLES_BY_DEFAULT) | _by_table(FACTS) | _by_table(claims)
    for table, given in tables.items():
        rows[table] = [row.cells if isinstance(row, Claim) else row for row in given]
    for table in TABLES:
        if table in METHOD and table not in rows:
            (folder / f"{table}.csv").write_bytes((SHIPPED / f"{table}.csv").read_bytes())
        else:
            write(folder, table, rows.get(table, []))
    return folder


def write(folder: Path, table: str, rows: Sequence[Cells]) -> None:
    """Write one table, with ids for the facts that have none."""
    columns = TABLES[table].columns()
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        out.writeheader()
        for number, row in enumerate(rows, start=1):
            named = {"fact_id": f"{PREFIX[table]}-{number:04d}"} | row if issubclass(TABLES[table], Fact) else row
            out.writerow({column: _cell(value) for column, value in named.items()})


def faults(folder: Path) -> list[str]:
    """Return the faults of a seed folder, none when it is accepted."""
    try:
        read_seeds(folder)
    except RejectedData as rejected:
        return [str(fault) for fault in rejected.faults]
    return []


def fault(folder: Path) -> str:
    """Return the only fault of a seed folder."""
    (only,) = faults(folder)
    return only


def shipped(table: str) -> list[Cells]:
    """Return the shipped rows of a method table, to be changed and passed to `world`."""
    with (SHIPPED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def edit(path: Path, old: str, new: str) -> Path:
    """Replace one piece of a file and return its folder."""
    text = path.read_bytes()
    assert text.count(old.encode()) == 1
    path.write_bytes(text.replace(old.encode(), new.encode()))
    return path.parent


def _by_table(claims: Iterable[Claim]) -> dict[str, list[Cells]]:
    rows = defaultdict(list)
    for claim in claims:
        rows[claim.table].append(claim.cells)
    return dict(rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "; ".join(value) if isinstance(value, tuple | list) else str(value)
