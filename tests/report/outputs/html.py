"""A page of HTML as a test reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """An element with its attributes, and all text inside."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Parsed(HTMLParser):
    """All elements in their order, each with the text inside."""

    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        self._open.append(self.elements[-1])

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def of(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def texts(self, *tags: str) -> list[str]:
        return [" ".join(element.text.split()) for element in self.of(*tags)]

    def values(self, attribute: str) -> list[str]:
        return [it.attributes[attribute] for it in self.elements if attribute in it.attributes]


def parsed(page: str) -> Parsed:
    parser = Parsed()
    parser.feed(page)
    return parser
