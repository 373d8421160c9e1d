"""The contracts of the seed tables: one model per CSV file, columns in file order.

A model checks each row by itself. `exposure.seeds.rules` checks rows against each other.
"""

from exposure.seeds.models import facts, identity, ledger, method
from exposure.seeds.models.cells import UnitBasis
from exposure.seeds.models.rows import Fact, Row

__all__ = ["TABLES", "Fact", "Row", "UnitBasis"]

#: file stem -> model, in the order in which the tables are described and loaded
TABLES: dict[str, type[Row]] = {
    "origins": identity.Origin, "sources": identity.Source, "exchanges": identity.Exchange,
    "companies": identity.Company, "company_aliases": identity.CompanyAlias, "families": identity.Family,
    "programmes": identity.Programme, "scopes": identity.Scope, "scope_members": identity.ScopeMember,
    "products": identity.Product, "ownership": identity.Ownership, "unit_conversions": identity.UnitConversion,
    "shipment_forecasts": facts.ShipmentForecast, "content_values": facts.ContentValue,
    "supply_shares": facts.SupplyShare, "company_revenues": facts.CompanyRevenue,
    "disclosed_exposures": facts.DisclosedExposure, "company_signals": facts.CompanySignal,
    "fx_rates": facts.FxRate, "claims": ledger.Claim, "tiers": method.TierParameter,
    "sourcing_modes": method.SourcingModeWeight, "signal_metrics": method.SignalMetric,
    "claim_metrics": ledger.ClaimMetric, "claim_checks": ledger.ClaimCheck, "contradictions": ledger.Contradiction,
    "parameters": method.Parameter, "correlations": method.Correlation, "waivers": method.Waiver,
}  # fmt: skip
