"""Write numbers as people read them."""

from __future__ import annotations

_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


def human(value: float | None, unit: str) -> str:
    """Write a number at three or four digits: money and counts with a scale, fractions in percent."""
    if value is None:
        return "unknown"
    value += 0.0  # minus zero is zero
    if unit == "fraction":
        return f"{100 * value:.1f}%"
    if unit == "0 to 100":
        return f"{value:.1f}"
    text = _scaled(value)
    if len(unit) == 3 and unit.isupper():
        return f"{unit} {text}"
    return text if unit in ("", "ratio") else f"{text} {unit}"


def _scaled(value: float) -> str:
    for size, name in _SCALES:
        if abs(value) >= size:
            return f"{value / size:.4g}{name}"
    return f"{value:.4g}"
