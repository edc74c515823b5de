"""The parts of an answer's sentences: where something holds, and an adapter over several groups.

An adapter stands for whatever is compared; then it is said with which adapters something holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.analysis.answer.scope import Standing
    from runner.analysis.report import Compared
    from runner.messages import Message

MOST_NUMBERS = 4
"""The most numbers of clients that a sentence lists."""


def clients_of(some: Iterable[int], every: Sequence[int]) -> Message:
    """Write `10 and 20 clients`; many of them as a range, or counted.

    `every` are those that could be meant.
    """
    numbers, known = sorted(set(some)), sorted(set(every))
    if len(numbers) == 1:
        return message("answer.clients", count=numbers[0], clients=numbers)
    if len(numbers) <= MOST_NUMBERS:
        return message("answer.clients", count=len(numbers), clients=numbers)
    first, last = known.index(numbers[0]), known.index(numbers[-1])
    if known[first : last + 1] == numbers:
        return message("answer.clients_range", least=numbers[0], most=numbers[-1])
    return message("answer.clients_some", count=len(numbers), of=len(known))


def places_of(some: Iterable[int | str], every: Sequence[int | str]) -> Message:
    """Write numbers of clients, or the adapters with which something holds."""
    values = list(some)
    if names := [value for value in values if isinstance(value, str)]:
        return message("answer.adapters", adapters=list(dict.fromkeys(names)))
    known = (value for value in every if isinstance(value, int))
    return clients_of((value for value in values if isinstance(value, int)), list(known))


def where(some: Iterable[Standing], home: Sequence[Standing]) -> Message:
    """Write the numbers of clients, or the adapters, of some groups of the home setting."""
    return places_of((it.along for it in some), [it.along for it in home])


def span(lines: Sequence[Compared]) -> Message:
    """Write the ratios of one adapter in several groups, and how far their intervals reach.

    All intervals hold together, so each of the true ratios lies within the farthest two ends.
    """
    it = ends(lines)
    return message("answer.span", ratios=it.ratios, low=it.low, high=it.high)


class Ends(NamedTuple):
    """The least and the greatest ratio, and how far their intervals reach."""

    ratios: tuple[float, float]
    low: float
    high: float


def ends(lines: Sequence[Compared]) -> Ends:
    """Return the ends of the ratios of one adapter in several groups."""
    reaches = [end for line in lines for end in (line.low, line.high) if end is not None]
    ratios = sorted(line.ratio for line in lines if line.ratio is not None)
    return Ends((ratios[0], ratios[-1]), min(reaches), max(reaches))


def entry(
    lines: Sequence[Compared],
    home: Sequence[Standing],
    figures: Message,
    *,
    alone: bool = False,
) -> Message:
    """Write an adapter with its figures, and the numbers of clients where they are not all.

    `alone`: it is so with each of them, and not with all together.
    """
    adapter, clients = lines[0].entrant, _where(lines, home)
    if alone:
        clients = clients or where(home, home)
        return message("answer.entry_alone", adapter=adapter, figures=figures, where=clients)
    if clients is None:
        return message("answer.entry", adapter=adapter, figures=figures)
    return message("answer.entry_where", adapter=adapter, figures=figures, where=clients)


def name(
    lines: Sequence[Compared], home: Sequence[Standing], *, alone: bool = False
) -> Message | str:
    """Write an adapter, and the numbers of clients where they are not all, or each is alone."""
    adapter, clients = lines[0].entrant, _where(lines, home)
    if alone:
        clients = clients or where(home, home)
        return message("answer.name_alone", adapter=adapter, where=clients)
    if clients is None:
        return adapter
    return message("answer.name_where", adapter=adapter, where=clients)


def _where(lines: Sequence[Compared], home: Sequence[Standing]) -> Message | None:
    conditions = {line.conditions for line in lines}
    there = [it for it in home if it.conditions in conditions]
    return None if len(there) == len(home) else where(there, home)


def by_adapter(lines: Iterable[Compared]) -> list[list[Compared]]:
    """Group lines by adapter, in their order."""
    adapters: dict[str, list[Compared]] = {}
    for line in lines:
        adapters.setdefault(line.entrant, []).append(line)
    return list(adapters.values())


def by_baseline(lines: Iterable[Compared]) -> dict[str, list[Compared]]:
    """Group lines by what they were compared with; a plan without one has one for each group."""
    baselines: dict[str, list[Compared]] = {}
    for line in lines:
        baselines.setdefault(line.baseline, []).append(line)
    return baselines
