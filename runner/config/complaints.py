"""Complaints about a configuration: sentences that name the place where a value was written."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

Key = tuple[str | int, ...]
"""The way to a value: `("matrix", "clients", 1)` is `matrix.clients[1]`."""
Complaint = tuple[Key, str]
"""A key, and a sentence about its value."""

MOST_KNOWN, LONGEST_WORD = 1000, 200
"""Beyond these the search for the nearest word takes long, and helps nobody."""


class ConfigError(Exception):
    """A configuration cannot be used; one sentence for each reason, with its place."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = list(complaints)
        super().__init__("\n".join(self.complaints))


@dataclass(frozen=True, order=True)
class SourceLine:
    """A line of a file, or an override (line 0)."""

    line: int
    source: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True)
class Places:
    """The place of each key and list item. Configs differ by values, never by places."""

    known: Mapping[Key, SourceLine] = field(default_factory=dict, compare=False)

    def at(self, key: Key) -> SourceLine:
        """Return the place of a key, or of the nearest key around it that was written."""
        return self.known.get(self._written(key), SourceLine(0, "configuration"))

    def complaint(self, key: Key, sentence: str) -> str:
        """Put the place and the key before a sentence."""
        steps = self._written(key) if self.known else key
        spelled = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        where = f"{redacted(spelled.removeprefix('.'))}: " if steps else ""
        return f"{self.at(key)}: {where}{sentence}"

    def _written(self, key: Key) -> Key:
        while key and key not in self.known:
            key = key[:-1]
        return key


def nearest(word: str, known: Collection[str]) -> str:
    """Return ` (did you mean ...?)` where a `known` word is close to `word`, else no text."""
    if len(known) > MOST_KNOWN or len(word) > LONGEST_WORD:
        return ""
    close = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
