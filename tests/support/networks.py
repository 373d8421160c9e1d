"""Small networks for tests of draws: a few companies, one product, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from exposure.model.accounts import Incidence, sum_matrix
from exposure.model.distributions import Ranges, correlation_root
from exposure.model.network import VARIED, Block, Companies, Conversion, Network, Stated, Units, Uplifts
from exposure.uncertainty.scorer import Scorer

EMPTY = np.zeros(0, np.intp)
NO_CONVERSION = Conversion(EMPTY, EMPTY, np.zeros(0))


def network(
    shares: Ranges,
    *,
    units: Ranges | None = None,
    content: Ranges | None = None,
    sales: Ranges | None = None,
    roles: Sequence[int] = (),
    room: float = 1.0,
    rivals: bool = False,
) -> Network:
    """Return a network in which each company has one share of one product.

    Each company's product is on a programme of its own, or, as `rivals`, all are on one. Sales default to 1e6.
    """
    count = len(shares)
    groups = 1 if rivals else count
    units = units or exactly(np.full(groups, 1000.0))
    content = content or exactly(np.full(groups, 100.0))
    sales = sales or exactly(np.full(count, 1e6))
    common = joined(units, sales)
    programmes = np.arange(groups)
    group = np.zeros(count, np.intp) if rivals else np.arange(count)
    block = Block(
        ranges=joined(shares, content),
        variate=None,
        variates=count + groups,
        conversion=NO_CONVERSION,
        group=group,
        room=np.full(groups, room),
        is_role=np.array(roles, np.intp),
        counted=EMPTY,
        counted_units=EMPTY,
        content=count + programmes,
        content_units=1 + programmes,
        link=None,
        value=group,
        incidence=Incidence(count, np.arange(count), np.arange(count), np.ones(count)),
    )
    return Network(
        common=common,
        common_variate=None,
        common_variates=len(common),
        dependence=np.eye(groups),
        conversion=NO_CONVERSION,
        units=Units(
            programmes, np.zeros(groups, np.intp), EMPTY, EMPTY, np.zeros(0), sum_matrix(EMPTY, len(common)).T, EMPTY,
            EMPTY,
        ),
        blocks=[block],
        stated=Stated(EMPTY, EMPTY, EMPTY, Incidence(0, EMPTY, EMPTY, np.zeros(0))),
        uplifts=Uplifts(EMPTY, EMPTY, EMPTY),
        companies=companies(count, groups),
    )  # fmt: skip


def one_supplier(shares: Ranges, units: Ranges | None = None, correlation: float = 0.0) -> Network:
    """Return a network in which the first company has the shares of all programmes: its exposure is their sum.

    Inputs: units of each programme, sales of each company, share of each programme, content of each programme.
    """
    net = network(shares, units=units)
    count = len(shares)
    (block,) = net.blocks
    incidence = Incidence(count, np.arange(count), np.zeros(count, np.intp), np.ones(count))
    root = correlation_root(np.full((count, count), correlation) + (1 - correlation) * np.eye(count))
    return replace(net, blocks=[replace(block, incidence=incidence)], dependence=root)


def companies(count: int, first_sales: int) -> Companies:
    """Return companies whose sales are stated for the horizon, and whose base year is unknown."""
    return Companies(
        consensus=first_sales + np.arange(count),
        base_revenue=np.full(count, -1),
        run_rate=np.full(count, -1),
        base_part=np.ones(count),
        known={factor: np.full(count, factor == "exposure") for factor in VARIED},
        most_exposure=np.ones(count),
    )


def by_exposure(count: int, block: Sequence[int] | None = None, normalisation: str = "zscore") -> Scorer:
    """Return a profile that scores exposure alone."""
    blocks = np.zeros(count, np.intp) if block is None else np.array(block, np.intp)
    return Scorer({"exposure": 1.0}, {}, {"exposure": np.ones(count, bool)}, normalisation, 50, 3, blocks)


def exactly(values: Any) -> Ranges:
    """Return quantities that are known exactly."""
    return Ranges.of(values, values, values)


def around(values: Any, factor: Any) -> Ranges:
    """Return quantities that may be a factor lower or higher."""
    values = np.asarray(values, float)
    return Ranges.of(values / factor, values, values * factor)


def joined(*ranges: Ranges) -> Ranges:
    """Return ranges one after another."""
    sides = ("low", "base", "high", "ceiling")
    return Ranges.of(*(np.concatenate([getattr(one, side) for one in ranges]) for side in sides))
