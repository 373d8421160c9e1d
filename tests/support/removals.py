"""Take facts away, one at a time, and see what becomes of each company's figure and range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support import memory
from tests.support.seed_folders import shipped

#: tables whose facts are inputs of terms
TABLES = ("content_values", "supply_shares", "shipment_forecasts", "disclosed_exposures")
ROUNDING = 1e-9


@dataclass(frozen=True)
class Removal:
    """What a company was with a fact and is without it; None where it is not quantified any more."""

    fact_id: str
    company_id: str
    before: dict[str, Any]
    after: dict[str, Any] | None
    #: what `mart.unquantified` says is missing of a company that vanished
    missing: str | None

    @property
    def opened(self) -> bool:
        """Return whether a term became unknown."""
        return self.after is not None and self.after["known_part"] < self.before["known_part"] - ROUNDING

    @property
    def soft_held(self) -> bool:
        """Return whether the new range contains the old figure."""
        assert self.after is not None
        low, high = (self.after[f"exposure_{end}"] for end in ("low", "high"))
        return bool(low - ROUNDING <= self.before["exposure_weight"] <= high + ROUNDING)

    @property
    def hard_held(self) -> bool:
        """Return whether the sales, which bound all terms together, contain the old programme revenue."""
        assert self.after is not None
        sales = max(self.after["company_revenue_usd"], self.before["company_revenue_usd"])
        return bool(self.before["programme_revenue_usd"] <= max(sales, self.after["programme_revenue_usd"]) + 1)

    @property
    def intersects(self) -> bool:
        """Return whether the old and the new range have a point in common."""
        assert self.after is not None
        lows, highs = ([row[f"exposure_{end}"] for row in (self.before, self.after)] for end in ("low", "high"))
        return bool(max(lows) <= min(highs) + ROUNDING)


def list_facts() -> list[str]:
    """Return the shipped facts that are inputs of terms."""
    return sorted(str(row["fact_id"]) for table in TABLES for row in shipped(table))


def remove(opened: memory.World, fact_id: str, before: dict[str, dict[str, Any]]) -> Iterator[Removal]:
    """Yield the companies whose figure or range moves without a fact."""
    with opened.asked(without=[fact_id]) as reader:
        reader.compute("mart.factors", "mart.unquantified")
        after = {row["company_id"]: row for row in reader.records('select * from "mart.factors"')}
        lines = {row["company_id"]: row for row in reader.records('select * from "mart.unquantified"')}
    for company, row in before.items():
        now = after.get(company)
        if now is None:
            line = lines.get(company, {})
            yield Removal(fact_id, company, row, None, line.get("missing") or line.get("reason"))
        elif now["exposure_weight"] != row["exposure_weight"] or now["known_part"] != row["known_part"]:
            yield Removal(fact_id, company, row, now, None)


def read_factors(opened: memory.World) -> dict[str, dict[str, Any]]:
    """Return `mart.factors` with all facts, by company."""
    with opened.asked() as reader:
        reader.compute("mart.factors")
        return {row["company_id"]: row for row in reader.records('select * from "mart.factors"')}
