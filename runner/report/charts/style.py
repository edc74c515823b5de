"""Colours, letters and strokes of every picture, whatever the user's settings are."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.patheffects import withStroke

from runner.report.charts.palette import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.report.charts.palette import Fill, Shape

INK, GREY, PALE, BAND = "#222222", "#707070", "#F5F5F5", "#D8E4EE"
FONTS = ["DejaVu Sans", "Verdana", "Bitstream Vera Sans", "Geneva"]
"""The first comes with matplotlib, which measures with it; the others are about as wide."""
STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": FONTS,
    "font.size": 8,
    "text.parse_math": False,  # a name is a name, even with a $ in it
    "svg.fonttype": "none",  # letters as text: a tenth of their outlines, and they can be searched
    "svg.hashsalt": "poolbench",
    "hatch.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.edgecolor": "#999999",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.borderaxespad": 0,
    "legend.borderpad": 0,
}
LIMIT_LINE: dict[str, Any] = {"color": INK, "linestyle": (0, (6, 3)), "linewidth": 1}
NOISE_LINE: dict[str, Any] = {"color": "#B5B5B5", "linewidth": 4}
HALO = (withStroke(linewidth=2, foreground="white"),)
"""Around words that a line may cross."""
ANY_ADAPTER = Look("#555555", "o")
"""In a legend that is about no adapter."""


@contextmanager
def style() -> Iterator[None]:
    """Draw in this style, and leave the user's settings as they were."""
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # it shows as a box
        yield


def filled(fill: Fill, look: Look) -> dict[str, Any]:
    """Return matplotlib's settings of the bar of an adapter."""
    colour, edge = fill.colour or look.colour, fill.edge or look.colour
    return {"facecolor": colour, "hatch": fill.hatch, "edgecolor": edge, "linewidth": 0.5}


def shaped(shape: Shape, look: Look) -> dict[str, Any]:
    """Return matplotlib's settings of the dot of an adapter."""
    return {
        "color": look.colour,
        "linestyle": "none",
        "marker": shape.marker or look.marker,
        "markersize": shape.size,
        "markeredgewidth": 1.6 if shape.marker else 1,
        "markerfacecolor": "white" if shape.hollow else look.colour,
    }
