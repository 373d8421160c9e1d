"""The rows of views that inputs are read from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exposure.db.session import Reader

VIEWS = (
    "mart.factors", "mart.forecast_revision", "core.disclosed", "core.content", "core.supply_share", "core.base_gap",
    "core.generation_mix", "core.programme_units", "core.family_units", "core.company_revenue", "core.run_rate",
    "core.pooled", "core.claim_fx",
)  # fmt: skip


class Tables:
    """Rows of the views at a date and a horizon, read once."""

    def __init__(self, reader: Reader) -> None:
        reader.compute(*VIEWS)
        self.parameters: dict[str, float] = dict(reader.rows("select parameter, value from raw.parameters"))
        self.family_of: dict[str, str] = dict(reader.rows("select programme_id, family_id from raw.programmes"))
        self.correlations: Mapping[frozenset[str], float] = {
            frozenset((one, other)): correlation
            for one, other, correlation in reader.rows("select left_id, right_id, correlation from raw.correlations")
        }
        #: kind, measure, period_role, scope_id, product_id, company_id -> low, base, high
        self.pooled: Mapping[tuple[Any, ...], tuple[float, float, float]] = {
            tuple(subject): (low, base, high)
            for low, base, high, *subject in reader.rows(
                "select low, base, high, kind, measure, period_role, scope_id, product_id, company_id "
                'from "core.pooled" where base is not null and counterpart_id is null'
            )
        }
        self.families = reader.records('select * from "core.family_units" order by period_role, family_id')
        self.mixes = reader.records('select * from "core.generation_mix" order by period_role, family_id, programme_id')
        self.programmes = reader.records('select * from "core.programme_units" order by period_role, programme_id')
        self.contents = reader.records('select * from "core.content"')
        self.shares = reader.records(
            """select * from "core.supply_share" where period_role <> 'prior' and supply_share is not null """
            "order by product_id, period_role, programme_id, company_id"
        )
        self.terms = reader.records(
            'select * from "core.programme_revenue" where chosen and programme_revenue_usd is not null '
            "order by period_role, company_id, family_id, programme_id, product_id, via_company_id"
        )
        self.disclosed = reader.records('select * from "core.disclosed"')
        self.revenues = reader.records('select * from "core.company_revenue" order by period_role, company_id')
        self.run_rates = reader.records('select * from "core.run_rate" order by company_id')
        self.gaps = set(reader.rows('select company_id, family_id from "core.base_gap"'))
        self.revisions: Mapping[str, float] = dict(
            reader.rows('select family_id, revision_decayed from "mart.forecast_revision"')
        )
        self.rates = {row["fact_id"]: row for row in reader.records('select * from "core.claim_fx"')}
