"""Messages in words: a language is a gettext file beside this module, `languages/en.po`.

The text of a message has placeholders, which name a fact and how it is written:
`{adapter} is {ratio:ratio}x`. A message that has a plural is chosen by its fact `count`.
"""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Any

from runner.analysis.verdict import WORDS, Verdict
from runner.language import CATALOGUES, ENGLISH, KIND, spoken
from runner.messages import Message
from runner.metrics import METRICS
from runner.report import formats
from runner.results.observation import Word
from runner.results.row import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

NAMED = 3
"""The number of facts that the format `some` names before it counts them."""

FORMATS: Mapping[str, Callable[[Any], str]] = {
    "share": formats.share,
    "exact": formats.exact,
    "change": formats.change,
    "ratio": formats.ratio,
    "bound": formats.bound,
    "number": formats.number,
    "count": formats.short,
    "ms": formats.milliseconds,
    "duration": formats.duration,
    "minutes": formats.minutes,
    "note": formats.note,
    "quote": formats.quote,
}
"""The formats of placeholders, by name."""
TO = "-to"
"""After the name of a format: of several facts the first and the last, `5 to 45`."""
JOINTS = {"": ", ", "clauses": "; ", "dots": " · ", "sentences": " ", "words": " "}
"""The text between several facts, by the name of the format."""
SOME = {"some": "", "some-clauses": "clauses"}
"""The formats that name a few facts and count the others, and how those are joined."""
TERMS: Mapping[str, Iterable[str]] = {
    "status": Status,
    "verdict": Verdict,
    "metric": METRICS,
    "sense": WORDS,
    "drill": Word,
}
"""Facts that are a word of a fixed list: the format names the list, the message is `list.word`."""
NAMES = ("drill_name", "drill_case")
"""The formats of ids that have a name in a language: the message is `format.id`. An id without one,
such as that of another version, is its own name."""


class Catalogue(Formatter):
    """The words of a language."""

    def __init__(self, language: str = ENGLISH) -> None:
        """Read the file of a language. Raises FileNotFoundError."""
        self._words = translations(language)

    def text(self, message: Message) -> str:
        """Write a message; one that this version does not know is written as it is."""
        count = message.facts.get("count")
        if isinstance(count, int):
            pattern = self._words.ngettext(message.id, "", count)
        else:
            pattern = self._words.gettext(message.id)
        if not message.id or pattern in (message.id, ""):  # gettext keeps its header under ""
            return str(message)
        try:
            return self.vformat(pattern, (), message.facts)
        except (LookupError, TypeError, ValueError, ArithmeticError):
            return str(message)  # of another version, or a damaged report: with other facts

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a fact as its placeholder asks for it."""
        if value is None:
            return formats.NOTHING
        if isinstance(value, Message):
            return self.text(value)
        if isinstance(value, tuple):
            return self._several(value, format_spec)
        if format_spec in TERMS:
            return self.text(Message(f"{format_spec}.{value}"))
        if format_spec in NAMES:
            return self._name(f"{format_spec}.{value}", value)
        return FORMATS[format_spec](value) if format_spec else str(value)

    def _name(self, id_: str, value: str) -> str:
        name = self._words.gettext(id_)
        return value if name == id_ else name

    def _several(self, values: Sequence[Any], format_spec: str) -> str:
        if format_spec in SOME:
            return self._some(values, SOME[format_spec])
        if format_spec == "and":
            return self._and(values)
        if format_spec.endswith(TO):
            return self._to(values, format_spec.removesuffix(TO))
        return JOINTS[format_spec].join(self.format_field(value, "") for value in values)

    def _and(self, values: Sequence[Any]) -> str:
        """Write `a`, `a and b`, `a, b and c`."""
        last = self.format_field(values[-1], "")
        if len(values) == 1:
            return last
        before = self.format_field(values[:-1], "")
        return self.text(Message("some.and", {"before": before, "last": last}))

    def _to(self, values: Sequence[Any], format_spec: str) -> str:
        """Write the first and the last value, or once what is written alike."""
        least, most = (self.format_field(value, format_spec) for value in (values[0], values[-1]))
        return (
            least
            if least == most
            else self.text(Message("some.to", {"least": least, "most": most}))
        )

    def _some(self, values: Sequence[Any], joint: str) -> str:
        """Name the first few, count the others."""
        names, more = self.format_field(tuple(values[:NAMED]), joint), len(values) - NAMED
        if more <= 0:
            return names
        return self.text(Message("some.more", {"names": names, "count": more}))


def translations(language: str) -> gettext.GNUTranslations:
    """Read a language's file as gettext keeps it in memory."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with CATALOGUES.joinpath(language + KIND).open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache
def catalogue(language: str) -> Catalogue:
    """Return the words of a language, read once, when they are first asked for."""
    return Catalogue(language)


def text(message: Message | str | None, language: str | None = None) -> str:
    """Write a message, in the language that is spoken unless one is named; nothing for none.

    A name or a number, which is the same in every language, stays as it is.
    """
    if not isinstance(message, Message):
        return message or ""
    return catalogue(language or spoken()).text(message)
