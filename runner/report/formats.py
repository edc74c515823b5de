"""Numbers and times as a person reads them."""

from __future__ import annotations

NOTHING = "–"  # noqa: RUF001 - a dash for a value that there is not


def duration(seconds: float) -> str:
    """Return seconds as a person says them: `7 s`, `3 min 20 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"  # noqa: PLR2004


def number(value: float | None) -> str:
    """Return three significant digits, or three decimals: as much as a person reads."""
    if value is None:
        return NOTHING
    if abs(value) >= 100:  # noqa: PLR2004 - from here on three digits stand before the point
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:.3g}"
    return "<0.001" if 0 < value < 0.001 else f"{value:.3f}".rstrip("0").rstrip(".")  # noqa: PLR2004
