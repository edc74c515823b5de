"""The files of a picture, PNG and SVG, as small as they look the same."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.text import Text
from PIL import Image

from runner.report.charts.grid import QUESTION, SMALL_PRINT
from runner.report.charts.style import style

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

KINDS = (".png", ".svg")
DPI = 150
COLOURS = 64
"""Of a PNG: charts have few, and a palette takes a quarter of the bytes. They are chosen to cover
the hues: by area, the edges of letters would take the place of adapters."""


def save(
    figure: Figure, folder: Path, name: str, dpi: int = DPI, colours: int = COLOURS
) -> list[Path]:
    """Write a picture as PNG and as SVG, the same bytes for the same picture. Raises OSError."""
    png, svg = (folder / f"{name}{kind}" for kind in KINDS)
    with style():
        _save_png(figure, png, dpi, colours)
        _save_svg(figure, svg)
    return [png, svg]


def _save_svg(figure: Figure, path: Path) -> None:
    for words in figure.findobj(Text):
        words.set_path_effects([])  # with a halo they would be outlines, ten times the bytes
    figure.savefig(path, metadata={"Date": None, **_words(figure)})


def _words(figure: Figure) -> dict[str, str]:
    """Return the question and the small print, a paragraph a line, for those who cannot see it."""
    words = {it.get_gid(): it for it in figure.findobj(Text)}
    title, description = words.get(QUESTION), words.get(SMALL_PRINT)
    if not isinstance(title, Text) or not isinstance(description, Text):
        return {}
    return {"Title": title.get_text(), "Description": str(description.get_label())}


def _save_png(figure: Figure, path: Path, dpi: int, colours: int) -> None:
    pixels = BytesIO()
    figure.savefig(pixels, format="png", dpi=dpi)
    with Image.open(pixels) as image:
        flat = image.convert("RGB").quantize(
            colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
    flat.save(path, optimize=True, dpi=(dpi, dpi))
