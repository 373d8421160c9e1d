"""Fit the shares of one product on one programme into the whole after some of them were changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from exposure.model.distributions import Floats

_NOTHING = 1e-30


def rebalance_shares(shares: Floats, kept: Any, is_role: Any, role_parts: Floats, limit: float) -> Floats:
    """Return shares, (suppliers, columns), within a limit: those that are kept stay, and the others shrink.

    Shares that sources state shrink as far as necessary; roles take their part of what is then left over. The limit
    is the whole, or what the shares added up to before, where that is more.
    """
    shares = np.asarray(shares, float).copy()
    stated, weighed = ~kept & ~is_role, ~kept & is_role
    shares[kept] = _fit(shares[kept], np.full(shares.shape[1], limit))
    room = limit - shares[kept].sum(axis=0)
    shares[stated] = _fit(shares[stated], room)
    left = np.maximum(1 - shares[~is_role].sum(axis=0), 0)
    shares[weighed] = np.minimum(role_parts[weighed, None] * left, 1)
    shares[weighed] = _fit(shares[weighed], room - shares[stated].sum(axis=0))
    return shares


def _fit(shares: Floats, room: Floats) -> Floats:
    """Return shares scaled down so that they add up to no more than the room of each column."""
    total, room = shares.sum(axis=0), np.maximum(room, 0)
    return np.asarray(shares * np.where(total > room, room / np.maximum(total, _NOTHING), 1))
