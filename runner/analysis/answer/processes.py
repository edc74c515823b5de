"""Rule 13: how many processes are enough, where numbers of them are compared."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from runner.analysis.answer.size_words import beyond_the_best, figures, lack
from runner.analysis.answer.sized import numbered
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.analysis.sizes import Enough
from runner.axes import title
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope
    from runner.analysis.sizes import Size, Sizes
    from runner.messages import Message


def processes(scope: Scope) -> Iterator[Message]:
    """Yield of each group the answer, why fewer do not do, and how full the cores were."""
    for standing, numbers in numbered(scope):
        yield _answer(title(standing.conditions), numbers)
        if number := numbers.smallest or numbers.best:
            yield from _too_few(numbers, number)
            yield from _too_many(numbers)
            yield from _ceiling(number)


def _answer(setting: Message | None, numbers: Sizes) -> Message:
    number = numbers.smallest
    if number and numbers.need_more:
        return message("processes.edge", setting=setting, number=number.number)
    if number:
        return message(
            "processes.enough",
            setting=setting,
            count=number.number,
            least=numbers.every[0].number,
            most=numbers.every[-1].number,
            figures=list(figures(numbers, number)),
        )
    unclear = numbers.judged(Enough.OPEN)
    return _undecided(setting, unclear) if unclear else _none(setting, numbers)


def _undecided(setting: Message | None, unclear: Sequence[Size]) -> Message:
    rounds = max(len(number.rows) for number in unclear)
    if rounds < FEWEST_ROUNDS:
        return message("processes.few_rounds", setting=setting, count=rounds, least=FEWEST_ROUNDS)
    names = [number.number for number in unclear]
    return message("processes.undecided", setting=setting, numbers=names)


def _none(setting: Message | None, numbers: Sizes) -> Message:
    last = numbers.every[-1]
    return message("processes.none", setting=setting, count=last.number, reason=lack(numbers, last))


def _too_few(numbers: Sizes, number: Size) -> Iterator[Message]:
    below = [it for it in numbers.judged(Enough.NO) if it.number < number.number]
    if below:
        last = below[-1]
        yield message("processes.too_few", count=last.number, reason=lack(numbers, last))


def _too_many(numbers: Sizes) -> Iterator[Message]:
    if worse := beyond_the_best(numbers):
        size, ratio = worse
        yield message("processes.too_many", number=size.number, figures=ratio)


def _ceiling(number: Size) -> Iterator[Message]:
    """Yield the rate at which the cores would be full, and how much of it is reached."""
    full = [
        (row.ceiling_ops_per_s, row.ops_per_s / row.ceiling_ops_per_s)
        for row in number.rows.values()
        if row.ceiling_ops_per_s and row.ops_per_s is not None
    ]
    if full:
        ceilings, reached = zip(*full, strict=True)
        yield message(
            "processes.ceiling",
            number=number.number,
            ceiling=median(ceilings),
            reached=median(reached),
        )
