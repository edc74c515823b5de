"""The observations of drills: a word of a closed list, a figure, and how bad that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.messages import Message

SOON = 1.0
"""Seconds within which something may recover without cost: a client hardly notices."""


class Word(StrEnum):
    """An outcome, in one word of a closed list."""

    CLEAN = "clean"
    """Nothing of what came before is left."""
    RAISES = "raises"
    """A client that cannot be served is told so at once."""
    WAITS = "waits"
    """A client that cannot be served is told so after the acquire time-out."""
    RECOVERS = "recovers"
    """It serves again, after the figure's seconds."""
    SERVED = "served"
    """Everybody was served."""
    UNBOUNDED = "unbounded"
    """More connections were opened than the pool's size."""
    ENDS = "ends"
    """It comes to its end, after the figure's seconds."""
    LOSES = "loses"
    """It serves, with fewer connections than before: the figure's number."""
    FAILS = "fails"
    """It serves again after the figure's number of failures."""
    GOES_ON = "goes_on"
    """The server still works on queries that no client waits for: the figure's number."""
    LEAKS = "leaks"
    """Something that came before is still there for the next client."""
    STARVES = "starves"
    """Some were not served at all: the figure's number."""
    TAKES = "takes"
    """It takes the figure: round trips, seconds, connections."""
    KEEPS = "keeps"
    """The figure's number of connections is open."""
    OPENS = "opens"
    """The pool opens all the same."""
    WARNS = "warns"
    """Somebody is told: by a warning, or in the log."""
    SAYS_NOTHING = "says_nothing"
    """Nobody is told."""
    BREAKS = "breaks"
    """Clients get answers of others, errors, or none, as chance has it."""
    STANDS_STILL = "stands_still"
    """It serves nobody any more, after the figure's number of operations."""
    FOR_EVER = "for_ever"
    """A client that cannot be served is let wait without limit."""
    STILL_WAITING = "still_waiting"
    """It had not come back when the drill gave it up."""
    NEVER = "never"
    """It does not serve again."""
    CRASHES = "crashes"
    """The process ended."""
    UNDECIDED = "undecided"
    """It served to the end of a load of too few operations, the figure's number, to tell."""
    NOT_APPLICABLE = "not_applicable"
    """The adapter has nothing that the drill is about."""


class Danger(StrEnum):
    """The harm that it does to a service."""

    HARMLESS = "harmless"
    COSTS = "costs"
    DANGEROUS = "dangerous"
    NONE = ""
    """There is nothing to judge."""


DANGERS = {
    Word.CLEAN: Danger.HARMLESS,
    Word.RAISES: Danger.HARMLESS,
    Word.WAITS: Danger.HARMLESS,
    Word.SERVED: Danger.HARMLESS,
    Word.RECOVERS: Danger.COSTS,
    Word.ENDS: Danger.HARMLESS,
    Word.UNBOUNDED: Danger.COSTS,
    Word.STARVES: Danger.COSTS,
    Word.FAILS: Danger.COSTS,
    Word.GOES_ON: Danger.COSTS,
    Word.TAKES: Danger.NONE,
    Word.KEEPS: Danger.NONE,
    Word.OPENS: Danger.HARMLESS,
    Word.WARNS: Danger.HARMLESS,
    Word.SAYS_NOTHING: Danger.COSTS,
    Word.BREAKS: Danger.DANGEROUS,
    Word.STANDS_STILL: Danger.DANGEROUS,
    Word.FOR_EVER: Danger.DANGEROUS,
    Word.LOSES: Danger.DANGEROUS,
    Word.LEAKS: Danger.DANGEROUS,
    Word.STILL_WAITING: Danger.DANGEROUS,
    Word.NEVER: Danger.DANGEROUS,
    Word.CRASHES: Danger.DANGEROUS,
    Word.UNDECIDED: Danger.NONE,
    Word.NOT_APPLICABLE: Danger.NONE,
}
"""The rule of the colours: of each word alone, whatever the adapter. What recovers within `SOON`
is harmless."""


UNITS: Mapping[str, Callable[[int], Message]] = {
    "clients": lambda count: message("unit.clients", count=count),
    "connections": lambda count: message("unit.connections", count=count),
    "failures": lambda count: message("unit.failures", count=count),
    "of 1": lambda _: message("unit.of_one"),
    "operations": lambda count: message("unit.operations", count=count),
    "queries": lambda count: message("unit.queries", count=count),
    "round trips": lambda count: message("unit.round_trips", count=count),
    "sessions": lambda count: message("unit.sessions", count=count),
    "wrong answers": lambda count: message("unit.wrong_answers", count=count),
}
"""Unit, as the file has it -> the word for it. Others are the same in all languages."""


@dataclass(frozen=True)
class Observation:
    """A case of a drill, as one adapter behaved in it: a line of `drills.csv`."""

    adapter: str
    drill: str
    case: str
    word: Word
    figure: float | None = None
    unit: str = ""
    exception: str = ""
    """The type of the error that a client got, and what it says; empty for none."""
    versions: str = ""
    expected: float | None = None
    """The figure that chance alone makes likely, where one is."""

    @property
    def danger(self) -> Danger:
        """Judge it, by the rule for all."""
        if self.word is Word.RECOVERS and self.figure is not None and self.figure <= SOON:
            return Danger.HARMLESS
        return DANGERS[self.word]

    @property
    def key(self) -> tuple[str, str, str]:
        """The names of what was observed, of which a file has a line once."""
        return self.adapter, self.drill, self.case

    @property
    def said(self) -> Message:
        """What was seen: the word, its figure where it has one, and what chance makes likely."""
        if self.figure is None or self.expected is None:
            return self.briefly
        return message("drill.expected", seen=self.briefly, expected=self.expected)

    @property
    def briefly(self) -> Message:
        """The word and its figure."""
        if self.figure is None:
            return message("drill.said", word=self.word)
        unit = self._counted(self.figure)
        return message("drill.figure", word=self.word, figure=self.figure, unit=unit)

    def _counted(self, figure: float) -> Message | str:
        """Write the unit, of one or of several."""
        units = UNITS.get(self.unit)
        return units(ceil(figure)) if units else self.unit

    def columns(self) -> dict[str, object]:
        """Return the line of `drills.csv`, in which the message is an id for every language."""
        of = asdict(self)
        first = {name: of.pop(name) for name in ("adapter", "drill", "case")}
        return {**first, "message": self.said.id, **of}
