"""Rule 6: whether the order holds elsewhere in the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.answer.words import by_adapter, by_baseline, ends, entry, span, where
from runner.analysis.intervals import confidence, difference, ratio_of
from runner.analysis.settings import along_of
from runner.analysis.verdict import Verdict
from runner.axes import MATRIX
from runner.messages import message
from runner.metrics import SPEED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.analysis.intervals import Interval
    from runner.analysis.report import Compared
    from runner.messages import Message

MOST_PLACES = 2
"""The settings with another order that have a sentence of their own; further ones are named."""


class Holding(Enum):
    """How the verdicts of another setting relate to those at home."""

    OTHER = "other"
    """At least one differs, and its ratio differs from that at home by more than chance."""
    SAME = "same"
    """Every verdict at home comes out again."""
    OPEN = "open"
    """None is contradicted, and not every one comes out again."""
    UNKNOWN = "unknown"
    """There is no interval."""


@dataclass(frozen=True)
class Pair:
    """One adapter with the same number of clients at home and elsewhere, against one baseline."""

    here: Compared
    there: Compared
    confidence: float
    """Of the interval of their difference: that of which all such intervals hold together."""

    @property
    def contradicts(self) -> bool:
        """The verdicts differ, and the ratios by more than chance."""
        here, there = self.here.verdict, self.there.verdict
        if here is there or Verdict.UNDECIDED in {here, there}:
            return False
        return not self.change.low <= 0 <= self.change.high

    @cached_property
    def change(self) -> Interval:
        """The logarithm of the ratio elsewhere against that at home."""
        return difference(self.here.estimated, self.there.estimated, self.confidence)


@dataclass(frozen=True)
class Place:
    """Another setting, as far as it has the numbers of clients of the home setting."""

    name: Message
    pairs: Sequence[Pair]
    standings: Sequence[Standing]
    """Its groups that the home setting has too."""

    @cached_property
    def holding(self) -> Holding:
        """How its verdicts relate to those at home."""
        if not self.pairs:
            return Holding.UNKNOWN
        if any(pair.contradicts for pair in self.pairs):
            return Holding.OTHER
        shown = [pair for pair in self.pairs if pair.here.differs]
        if shown and all(pair.here.verdict is pair.there.verdict for pair in shown):
            return Holding.SAME
        return Holding.OPEN


def elsewhere(scope: Scope) -> Iterator[Message]:
    """Yield what turns over with the number of clients, then how the other settings agree."""
    yield from _over_clients(scope)
    places = _places(scope)
    if not any(line.differs for line in _lines(scope.home)):
        yield from _only_there(places)
        return
    others = [place for place in places if place.holding is Holding.OTHER]
    for place in others[:MOST_PLACES]:
        yield from _other(place)
    left = [place.name for place in others[MOST_PLACES:]]
    if left:
        yield message("answer.elsewhere_too", places=left)
    named = {kind: [it.name for it in places if it.holding is kind] for kind in Holding}
    if named[Holding.SAME]:
        yield message("answer.elsewhere_same", places=named[Holding.SAME])
    if named[Holding.OPEN]:
        yield message("answer.elsewhere_open", places=named[Holding.OPEN])
    if named[Holding.UNKNOWN]:
        yield message("answer.elsewhere_unknown", places=named[Holding.UNKNOWN])


def _lines(standings: Sequence[Standing]) -> Iterator[Compared]:
    """Yield the conclusions on speed that have an interval."""
    for it in standings:
        for adapter in it.adapters:
            line = it.lines[SPEED.column, adapter]
            if line.low is not None:
                yield line


def _places(scope: Scope) -> list[Place]:
    """Return the other settings; what is said of all their pairs holds together (Bonferroni)."""
    here = {_key(line): line for line in _lines(scope.home)}
    there = {
        _name(scope, standings): [line for line in _lines(standings) if _key(line) in here]
        for standings in scope.elsewhere.values()
    }
    level = confidence(looks=1, family=max(1, sum(map(len, there.values()))))
    return [
        Place(
            name,
            [Pair(here[_key(line)], line, level) for line in lines],
            [it for it in standings if any(it.conditions == line.conditions for line in lines)],
        )
        for (name, lines), standings in zip(there.items(), scope.elsewhere.values(), strict=True)
    ]


def _key(line: Compared) -> tuple[int | str, str, str]:
    along: int | str = getattr(line.conditions, along_of(line.conditions))
    return along, line.entrant, line.baseline


def _name(scope: Scope, standings: Sequence[Standing]) -> Message:
    """Write the values of the axes that are not those at home, and the numbers of clients."""
    here, there = scope.home[0].conditions, standings[0].conditions
    along = along_of(there)
    words = [
        MATRIX[axis].phrase(getattr(there, axis))
        for axis in MATRIX
        if axis != along and getattr(there, axis) != getattr(here, axis)
    ]
    values = {it.along for it in standings}
    both = [it for it in scope.home if it.along in values]
    if both and len(both) < len(scope.home):
        words.append(where(both, scope.home))
    return message("answer.place", words=words)


def _only_there(places: Sequence[Place]) -> Iterator[Message]:
    """Yield what is shown in other settings, where nothing is at home."""
    showing = [place for place in places if any(pair.there.differs for pair in place.pairs)]
    for place in showing[:MOST_PLACES]:
        lines = [pair.there for pair in place.pairs if pair.there.differs]
        for baseline, those in by_baseline(lines).items():
            parts = [
                message("answer.cost_part", verdict=verdict.value, adapters=entries)
                for verdict in (Verdict.FASTER, Verdict.SLOWER)
                if (entries := _spans(those, verdict, place))
            ]
            yield message(
                "answer.elsewhere_shown", place=place.name, baseline=baseline, parts=parts
            )
    if left := [place.name for place in showing[MOST_PLACES:]]:
        yield message("answer.elsewhere_shown_too", places=left)


def _spans(lines: Sequence[Compared], verdict: Verdict, place: Place) -> list[Message]:
    """Write the ratios of each adapter with a verdict, and the numbers of clients."""
    return [
        entry(told, place.standings, span(told))
        for told in by_adapter(line for line in lines if line.verdict is verdict)
    ]


def _other(place: Place) -> Iterator[Message]:
    """Yield what is another order there, adapter by adapter."""
    pairs = {id(pair.there): pair for pair in place.pairs if pair.contradicts}
    for baseline, lines in by_baseline(pair.there for pair in pairs.values()).items():
        entries = [_entry([pairs[id(line)] for line in those]) for those in by_adapter(lines)]
        yield message(
            "answer.elsewhere_other", place=place.name, baseline=baseline, adapters=entries
        )


def _entry(pairs: Sequence[Pair]) -> Message:
    """Write the ratios of an adapter in both settings, and what lies between them."""
    changes = [pair.change for pair in pairs]
    factors = sorted(ratio_of(change.mean) for change in changes)
    return message(
        "answer.elsewhere_entry",
        adapter=pairs[0].there.entrant,
        there=ends([pair.there for pair in pairs]).ratios,
        here=ends([pair.here for pair in pairs]).ratios,
        factors=(factors[0], factors[-1]),
        low=ratio_of(min(change.low for change in changes)),
        high=ratio_of(max(change.high for change in changes)),
    )


def _over_clients(scope: Scope) -> Iterator[Message]:
    """Yield the adapters that are faster in some groups at home and slower in others."""
    places = {it.conditions: it for it in scope.home}
    for lines in by_baseline(_lines(scope.home)).values():
        for those in by_adapter(lines):
            faster, slower = (
                [places[line.conditions] for line in those if line.verdict is verdict]
                for verdict in (Verdict.FASTER, Verdict.SLOWER)
            )
            if faster and slower:
                yield message(
                    "answer.turns_over",
                    adapter=those[0].entrant,
                    baseline=those[0].baseline,
                    faster=where(faster, scope.home),
                    slower=where(slower, scope.home),
                )
