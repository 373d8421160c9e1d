"""Numbers as text: twelve significant digits for programs, a few for people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


# --- for programs -------------------------------------------------------------------------


def format_exact(value: float) -> str:
    """Return a number at 12 significant digits without an exponent, or the name of one that is not finite."""
    if not math.isfinite(value):
        return str(value)
    text = format(Decimal(f"{value:.12g}"), "f")
    return "0" if text == "-0" else text


def format_decimal(value: Decimal) -> str:
    """Return all digits of a decimal without trailing zeros."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


# --- for people ---------------------------------------------------------------------------


def format_quantity(value: float | None, unit: str) -> str:
    """Return a number at three or four digits with its unit: money and counts with a scale, fractions in percent."""
    if value is None:
        return "unknown"
    value += 0.0  # minus zero is zero
    if unit == "fraction":
        return f"{100 * value:.1f}%"
    if unit == "0 to 100":
        return f"{value:.1f}"
    text = _scale(value)
    if len(unit) == 3 and unit.isupper():
        return f"{unit} {text}"
    return text if unit in ("", "ratio") else f"{text} {unit}"


def _scale(value: float) -> str:
    for size, name in _SCALES:
        if abs(value) >= size:
            return f"{value / size:.4g}{name}"
    return f"{value:.4g}"


def format_money(value: object) -> str:
    """Return dollars in millions or billions; empty where unknown."""
    if not isinstance(value, int | float | Decimal):
        return ""
    amount = float(value)
    return f"{amount / 1e9:,.1f}bn" if abs(amount) >= 999.5e6 else f"{amount / 1e6:,.0f}m"


def format_percent(value: object) -> str:
    """Return a fraction in percent; empty where unknown."""
    if not isinstance(value, int | float | Decimal):
        return ""
    percent = round(float(value) * 100, 1)
    if not percent:
        return "0%"
    return f"{percent:.1f}%" if abs(percent) < 10 else f"{float(value) * 100:.0f}%"


def format_parts(parts: Iterable[float | None]) -> str:
    """Return parts of a whole in percent, as "0/62/0/38"; empty where unknown."""
    known = [part for part in parts if part is not None]
    return "/".join(f"{100 * part:.0f}" for part in known)


def format_month(day: date | None) -> str:
    """Return the month of a day as 2026-01; empty where unknown."""
    return "" if day is None else day.isoformat()[:7]


def format_rounded(value: object, spec: str = ".1f") -> str:
    """Return a number by a format specification; empty where unknown."""
    return format(float(value), spec) if isinstance(value, int | float | Decimal) else ""


def format_change(value: float | None, spec: str = "+.1f") -> str:
    """Return a signed change; empty where unknown or rounded to zero."""
    text = "" if value is None else format(value, spec)
    return text if any(digit in text for digit in "123456789") else ""


def format_span(low: str, high: str) -> str:
    """Return two formatted ends as "low to high"; one where they are equal."""
    return low if low == high else f"{low} to {high}".strip()
