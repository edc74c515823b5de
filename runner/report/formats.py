"""Numbers as a person reads them: one way for a share, a ratio, a time, a count."""

from __future__ import annotations

import math

NOTHING = "–"  # noqa: RUF001 - a dash for a value that there is not
LEAST_LEGIBLE, MOST_LEGIBLE = 0.1, 100.0
"""Between these a ratio has two decimals."""
EQUAL = "1.00"
LEAST_SPREAD = 0.0005
LONGEST_NOTE = 120
"""Letters of a text that is not ours, beside figures."""


def share(value: float | None) -> str:
    """Write a share so that nearly all is not all, and nearly nothing not nothing: `99.5 %`."""
    if value is None:
        return NOTHING
    hundredths = value * 10_000
    if 0 < hundredths < 1:
        return "<0.01 %"
    if 9900 < hundredths < 10_000:  # noqa: PLR2004 - 99 to 100 %
        return f"{math.floor(hundredths) / 100:g} %"
    return f"{hundredths / 100:.2g} %" if hundredths < 995 else f"{hundredths / 100:.0f} %"  # noqa: PLR2004


def exact(value: float) -> str:
    """Write a share that was chosen, not measured, with all its digits: `98.75 %`."""
    return f"{100 * value:.10g} %"


def spread(value: float) -> str:
    """Write how far values lie from their middle: `±24 %`; under 0.05 % that is nothing."""
    return f"±{share(value if value >= LEAST_SPREAD else 0.0)}"


def change(ratio: float) -> str:
    """Write a ratio as what has changed: `-12.3 %`."""
    return f"{100 * (ratio - 1):+.1f} %"


def ratio(value: float | None) -> str:
    """Write a ratio to two decimals, or to three digits where those say nothing."""
    if value is None:
        return NOTHING
    return f"{value:.2f}" if LEAST_LEGIBLE <= value < MOST_LEGIBLE else f"{value:.3g}"


def bound(value: float | None) -> str:
    """Write an end of the interval of a ratio, with the digits that tell it from 1."""
    text = ratio(value)
    if value is None or text != EQUAL:
        return text
    return next((close for close in (f"{value:.3f}", f"{value:.4f}") if float(close) != 1), EQUAL)


def number(value: float | None) -> str:
    """Write three significant digits, or three decimals: as much as a person reads."""
    if value is None:
        return NOTHING
    if abs(value) >= 100:  # noqa: PLR2004 - from here on three digits precede the point
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:.3g}"
    return "<0.001" if 0 < value < 0.001 else f"{value:.3f}".rstrip("0").rstrip(".")  # noqa: PLR2004


def tick(value: float) -> str:
    """Write a value of a scale, which is a round one."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"  # noqa: PLR2004


def short(value: float) -> str:
    """Write a count in about four letters: `980`, `1.2k`, `31k`."""
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:.{int(value < unit * 10)}f}{letter}"
    return f"{value:.0f}"


def milliseconds(value: float) -> str:
    """Write a time in milliseconds: `5,010 ms`."""
    return f"{number(value)} ms"


def duration(seconds: float) -> str:
    """Write seconds as a person says them: `7 s`, `3 min 20 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"  # noqa: PLR2004


def note(text: str) -> str:
    """Write a text that is not ours in a line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NOTE else f"{line[: LONGEST_NOTE - 1]}…"
