"""The method can be looked up: every number by which the code cites it has its section."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
SECTIONS = [int(number) for number in re.findall(r"^## (\d+)\. \S", PAGE, re.MULTILINE)]
CITATION = re.compile(r"METHOD((?:[\s,]+(?:and |to )?\d+)+)")


def cited(text: str) -> list[int]:
    """Return the numbers of `METHOD 4`, `METHOD 5 and 9`, `METHOD 5 to 9`, `METHOD 3, 5`."""
    numbers: list[int] = []
    for citation in CITATION.findall(" ".join(text.split())):
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", citation):
            numbers += range(int(first), int(last or first) + 1)
    return numbers


def test_the_sections_are_numbered_one_by_one() -> None:
    assert list(range(1, 24)) == SECTIONS


def test_every_citation_has_its_section() -> None:
    places = {
        f"{path.relative_to(ROOT)}: METHOD {number}": number
        for folder in ("adapters", "runner", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__).resolve()
        for number in cited(path.read_text(encoding="utf-8"))
    }
    assert len(places) > 20, "the code does cite it"
    assert not [place for place, number in places.items() if number not in SECTIONS]


def test_citations_are_read_in_every_form() -> None:
    assert cited("(METHOD 4).") == [4]
    assert cited("METHOD 5 and\n9 promise") == [5, 9]
    assert cited("METHOD 5 to 7; METHOD 3, 24") == [5, 6, 7, 3, 24]
    assert cited("that METHOD promises; 7 of") == []


def test_the_readme_leads_to_it() -> None:
    assert "(docs/method.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
