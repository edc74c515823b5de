"""The pictures of a run for a page of HTML: SVG without anything that could act or collide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from runner.language import ENGLISH
from runner.report.charts.forest_pages import NAME as RATIOS
from runner.report.charts.grid import (
    BELOW_SENTENCE,
    LEGEND,
    LINE,
    MARGIN,
    QUESTION,
    SENTENCE,
    SHOWN,
    SMALL_PRINT,
)
from runner.report.charts.questions import CHARTS
from runner.report.charts.size_pages import NAME as SIZES
from runner.results.run_folder_error import cannot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ORDER = (RATIOS, SIZES, *CHARTS)
SHAPES = {
    *("svg", "g", "defs", "path", "use", "rect", "circle", "ellipse", "line", "polyline"),
    *("polygon", "text", "tspan", "clipPath", "pattern"),
}
"""The elements that a picture may have: none acts, none is a document of its own."""
WORDS = {"text", "tspan"}
"""Those that have text."""
INSIDE = re.compile(r"url\(#([^)]*)\)")
OUTSIDE = re.compile(r"url\((?!#)", re.IGNORECASE)
WORDED = (QUESTION, SHOWN, SMALL_PRINT)
"""The ids of what the page says in its own letters."""
POINTS = 72
"""In an inch."""
ABOVE_LEGEND = 0.04
"""Inches that are left there."""


@dataclass(frozen=True)
class Picture:
    """A picture, and its words."""

    name: str
    """Of its files."""
    question: str
    """Empty in the picture of an older version."""
    remarks: Sequence[str]
    svg: str
    """Markup; empty where the file is no picture."""
    language: str = ENGLISH
    """English where it does not say so, as earlier versions did not."""


def pictures(folder: Path) -> list[Picture]:
    """Read the pictures of a run in the order of their questions. Raises RunFolderError."""
    with cannot("read", folder):
        names = sorted(folder.glob("*.svg"), key=_place)
        return [_picture(path) for path in names]


def _place(path: Path) -> tuple[int, str]:
    kind = path.stem.partition("-")[0]
    return ORDER.index(kind) if kind in ORDER else len(ORDER), path.stem


def _picture(path: Path) -> Picture:
    try:
        root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - expat refuses bombs
        if _tag(root) != "svg" or "viewBox" not in root.attrib:
            raise ValueError("no picture")  # noqa: TRY301 - it ends like what cannot be read
        question, remarks = _said(root, "title"), _said(root, "description").splitlines()
        language = _said(root, "language") or ENGLISH
        return Picture(path.stem, question, remarks, _markup(root, path.stem), language)
    except (ET.ParseError, RecursionError, UnicodeDecodeError, ValueError):
        return Picture(path.stem, "", (), "")


def _said(root: ET.Element, name: str) -> str:
    """Return what the metadata say of the picture."""
    work = next(root.iter("{http://creativecommons.org/ns#}Work"), None)
    found = None if work is None else work.find(f"{{http://purl.org/dc/elements/1.1/}}{name}")
    return "" if found is None else found.text or ""


def _markup(root: ET.Element, name: str) -> str:
    """Write the picture without its words, which the page says, as wide as it was drawn."""
    _crop(root)
    _clean(root, f"{name}-")
    root.attrib.pop("height", None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title", "id": f"{name}-picture"}
    return ET.tostring(root, encoding="unicode")


def _crop(root: ET.Element) -> None:
    """Take the words that the page says away, and the room that they had."""
    parents = {child: parent for parent in root.iter() for child in parent}
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for group in [it for it in parents if it.get("id") in WORDED]:
        parents[group].remove(group)
        lines = sum(_tag(it) == "text" for it in group.iter())
        room = {
            QUESTION: LEGEND - ABOVE_LEGEND,
            SHOWN: lines * SENTENCE + BELOW_SENTENCE,
            SMALL_PRINT: lines * LINE + MARGIN / 2,
        }[group.attrib["id"]] * POINTS
        top += 0 if group.get("id") == SMALL_PRINT else room
        height -= room
    root.set("viewBox", f"{left:g} {top:g} {width:g} {height:g}")


def _clean(element: ET.Element, prefix: str) -> None:
    """Keep shapes and their looks; every id gets a prefix, so that pictures share none."""
    element.tag, element.tail = _tag(element), None
    if element.tag not in WORDS:
        element.text = None  # nothing but the indentation
    element.attrib = dict(filter(None, (_attribute(*it, prefix) for it in element.attrib.items())))
    for child in list(element):
        if _tag(child) not in SHAPES:
            element.remove(child)
        else:
            _clean(child, prefix)


def _attribute(name: str, value: str, prefix: str) -> tuple[str, str] | None:
    name = name.rpartition("}")[2]
    if name.lower().startswith("on") or OUTSIDE.search(value):
        return None
    if name == "href":
        return (name, f"#{prefix}{value[1:]}") if value.startswith("#") else None
    if name == "id":
        return name, prefix + value
    return name, INSIDE.sub(lambda found: f"url(#{prefix}{found[1]})", value)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
