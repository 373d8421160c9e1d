"""Worlds of random claims: what four origins might say of forty families."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.support.seed_folders import Claim, content, disclosed, forecast, revenue, share

ORIGINS = (("broker-a", "estimate"), ("broker-b", "rumour"), ("press", "reported"), ("company", "disclosed"))


def _ranged(draw: random.Random, least: float, most: float) -> dict[str, float]:
    """Draw some of low, base and high, in order."""
    low, base, high = sorted(draw.uniform(least, most) for _ in range(3))
    stated = {"low": low, "base": base, "high": high}
    wanted = draw.choice(("low base high", "base", "low high", "low", "high", "low base")).split()
    return {name: round(stated[name], 3) for name in wanted}


def _random_claims(seed: int) -> Iterator[Claim]:
    """State what four origins might say of a family: of its units, its generations, and who supplies them."""
    draw = random.Random(seed)
    family = f"r{seed}"
    for origin, tier in ORIGINS:
        for claim in (*_random_units(draw, family), *_random_shares(draw, family), *_random_money(draw, family)):
            yield claim.but(origin_id=origin, tier=tier)


def _random_units(draw: random.Random, family: str) -> Iterator[Claim]:
    for scope in (family, f"{family}-1", f"{family}-2", f"{family}-3"):
        for year in ("2025", "2026"):
            if draw.random() < 0.5:
                yield forecast(scope, year).but(**_ranged(draw, 0, 1000 if scope == family else 500))


def _random_shares(draw: random.Random, family: str) -> Iterator[Claim]:
    for company in ("one", "two", "three"):
        period = draw.choice(("2024", "2025", "2026", "2025..2026", "2026H1"))
        if draw.random() < 0.6:
            yield share(company, "cable", family, period).but(**_ranged(draw, 0, 0.9))
        elif draw.random() < 0.3:
            yield share(company, "cable", f"{family}-1", "2026", sourcing_mode=draw.choice(("main", "second")))


def _random_money(draw: random.Random, family: str) -> Iterator[Claim]:
    if draw.random() < 0.7:
        period = draw.choice(("2024", "2025", "2026", "2027"))
        yield content("cable", family, period=period).but(**_ranged(draw, 10, 90))
    if draw.random() < 0.2:
        yield disclosed("one", "2025", scope_id=f"{family}-1").but(**_ranged(draw, 0, 0.3))


def random_claims(families: int = 40) -> Iterator[Claim]:
    """Yield the claims on some families and the sales of their three suppliers."""
    for seed in range(families):
        yield from _random_claims(seed)
    for company in ("one", "two", "three"):
        yield revenue(company, "2025", 100)
