"""Rule 9: how many connections are enough, where the sizes of a pool are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.connections import opened
from runner.analysis.answer.size_words import (
    beyond_the_best,
    busy,
    demand,
    figures,
    lack,
    tail,
)
from runner.analysis.answer.sized import sized
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.analysis.sizes import Enough
from runner.axes import title
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.connections import Slots
    from runner.analysis.answer.scope import Scope
    from runner.analysis.sizes import Size, Sizes
    from runner.messages import Message


def enough(
    scope: Scope, longest_p99: float | None = None, slots: Slots | None = None
) -> Iterator[Message]:
    """Yield the sentences of each group, with at most so many seconds of p99."""
    for standing, sizes in sized(scope, longest_p99):
        yield from of_sizes(title(standing.conditions), sizes, slots)


def of_sizes(
    setting: Message | None, sizes: Sizes, slots: Slots | None = None
) -> Iterator[Message]:
    """Yield the answer, why it is not a smaller size, and what is around it."""
    fits, unclear = sizes.smallest, sizes.judged(Enough.OPEN)
    yield _answer(setting, sizes)
    if smaller := [it.number for it in unclear if fits and it.number < fits.number]:
        yield message("size.smaller_open", sizes=smaller)
    if size := fits or sizes.best:
        yield from _too_few(sizes, size)
        yield from _too_many(sizes)
        yield from busy(size)
        if size.processes > 1:
            yield from opened([(size.processes, size.number)], slots)
        yield from _tails(sizes, size)
    else:
        yield from demand(sizes.every[-1])


def _answer(setting: Message | None, sizes: Sizes) -> Message:
    size = sizes.smallest
    if size and sizes.need_more:
        return message("size.edge", setting=setting, size=size.number)
    if size:
        return message(
            "size.enough",
            setting=setting,
            count=size.number,
            least=sizes.every[0].number,
            most=sizes.every[-1].number,
            figures=list(figures(sizes, size)),
        )
    unclear = sizes.judged(Enough.OPEN)
    return _undecided(setting, sizes, unclear) if unclear else _none(setting, sizes)


def _undecided(setting: Message | None, sizes: Sizes, unclear: Sequence[Size]) -> Message:
    rounds = max(len(size.rows) for size in unclear)
    numbers = [size.number for size in unclear]
    if rounds < FEWEST_ROUNDS:
        return message("size.few_rounds", setting=setting, count=rounds, least=FEWEST_ROUNDS)
    if sizes.needs_tails and (few := [it.number for it in unclear if not it.tail]):
        return message("size.no_tail", setting=setting, sizes=few)
    return message("size.undecided", setting=setting, sizes=numbers)


def _none(setting: Message | None, sizes: Sizes) -> Message:
    """Say that no size is enough, with what the last one lacks."""
    first, last = sizes.every[0], sizes.every[-1]
    return message(
        "size.none",
        setting=setting,
        least=first.number,
        most=last.number,
        reason=lack(sizes, last),
    )


def _too_few(sizes: Sizes, size: Size) -> Iterator[Message]:
    """Yield why fewer connections than `size` are not enough."""
    below = [it for it in sizes.judged(Enough.NO) if it.number < size.number]
    if below and sizes.verdicts[size.number] is not Enough.NO:
        last = below[-1]
        yield message("size.too_few", count=last.number, reason=lack(sizes, last))


def _too_many(sizes: Sizes) -> Iterator[Message]:
    """Yield that more connections than the best make it worse, where they do."""
    if worse := beyond_the_best(sizes):
        size, ratio = worse
        yield message("size.too_many", size=size.number, figures=ratio)


def _tails(sizes: Sizes, size: Size) -> Iterator[Message]:
    """Yield the p99 of a size and of those beside it."""
    place = sizes.every.index(size)
    around = [it for it in sizes.every[max(0, place - 1) : place + 2] if it.tail]
    if around:
        tails = [message("size.tail", tail=tail(it), size=it.number) for it in around]
        yield message("size.tails", tails=tails)
