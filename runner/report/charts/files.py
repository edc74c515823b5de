"""The files of a picture, PNG and SVG, as small as they look the same."""

from __future__ import annotations

import re
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from matplotlib.text import Text
from PIL import Image

from runner.language import spoken
from runner.report.charts.grid import QUESTION, SMALL_PRINT
from runner.report.charts.style import style

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

KINDS = (".png", ".svg")
TAG = re.compile(r"<[^>]+>")
PLACES = re.compile(r' (?:d|x|y|x1|x2|y1|y2|width|height|points|transform)="[^"]*"')
NUMBER = re.compile(r"-?\d+\.\d+")
FAMILY = re.compile(r"font-family: [^;\"]*;? ?")
UPRIGHT = re.compile(r' transform="rotate\(-0 [^"]*\)"')
EMPTY = re.compile(r'<g id="line2d_\d+"/>')
INDENTED = re.compile(r">\s*\n\s*<")
DPI = 150
COLOURS = 64
"""Of a PNG: charts have few, and a palette takes a quarter of the bytes. They are chosen to cover
the hues: by area, the edges of letters would take the place of adapters. A step of k-means then
moves them to what is there, or pale grey would be pale pink."""


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
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, **_words(figure)})
    path.write_text(smaller(drawn.getvalue()), encoding="utf-8")


def smaller(svg: str) -> str:
    """Say in a picture what is said again and again once, and places to a hundredth of a point."""
    family = FAMILY.search(svg)
    svg = TAG.sub(_smaller, svg)
    if family:
        svg = svg.replace("<svg ", f'<svg style="{family[0]}" ', 1)
    return INDENTED.sub(">\n<", EMPTY.sub("", svg))


def _smaller(tag: re.Match[str]) -> str:
    """Shorten a tag; what is between tags is words, and stays as it is."""
    short = FAMILY.sub("", UPRIGHT.sub("", tag[0]).replace(" \n", " "))
    return PLACES.sub(lambda places: NUMBER.sub(_rounded, places[0]), short)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _words(figure: Figure) -> dict[str, str]:
    """Return the language, and for those who cannot see it question and small print.

    The small print has a line for each paragraph.
    """
    language = {"Language": spoken()}
    words = {it.get_gid(): it for it in figure.findobj(Text)}
    title, description = words.get(QUESTION), words.get(SMALL_PRINT)
    if not isinstance(title, Text) or not isinstance(description, Text):
        return language
    return {"Title": title.get_text(), "Description": str(description.get_label()), **language}


def _save_png(figure: Figure, path: Path, dpi: int, colours: int) -> None:
    pixels = BytesIO()
    figure.savefig(pixels, format="png", dpi=dpi)
    with Image.open(pixels) as image:
        flat = image.convert("RGB").quantize(
            colours, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
        )
    flat.save(path, optimize=True, dpi=(dpi, dpi))
