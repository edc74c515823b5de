"""Rule 9: how many connections are enough, where the sizes of a pool are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.comparison import Sureness
from runner.analysis.intervals import confidence
from runner.analysis.midmean import FEWEST_ROUNDS
from runner.analysis.sizes import MILLISECONDS, Enough, Size, Sizes
from runner.axes import title
from runner.messages import message
from runner.metrics import SPEED, TOTAL_P99

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.answer.scope import Scope, Standing
    from runner.analysis.report import Compared
    from runner.messages import Message

SIZE = "pool_size"
"""The axis of which this speaks."""


def enough(scope: Scope, longest_p99: float | None = None) -> Iterator[Message]:
    """Yield the sentences of each group, with at most so many seconds of p99."""
    if scope.rows.compared != SIZE:
        return
    for standing in (*scope.standings, *scope.paced):
        yield from _Group(standing, sizes(scope, standing, longest_p99)).sentences()


def sizes(scope: Scope, standing: Standing, longest_p99: float | None) -> Sizes:
    """Return the sizes of a group, the smallest first."""
    family = next(iter(standing.lines.values())).family
    looks = scope.report.looks
    level = confidence(looks, family + len(scope.rows.groups))
    every = [
        Size(next(iter(rows.values())).conditions.pool_size.most, rows, level)
        for name in standing.adapters
        if (rows := standing.group.entrants.get(name))
    ]
    metric = TOTAL_P99 if standing.conditions.paced else SPEED
    return Sizes(
        every=sorted(every, key=lambda size: size.number),
        whole=scope.rows,
        metric=None if standing.conditions.paced and longest_p99 is not None else metric,
        sureness=Sureness(family, looks),
        margin=scope.report.margin,
        longest_p99=longest_p99,
    )


class _Group:
    """The sentences on one group."""

    def __init__(self, standing: Standing, sizes: Sizes) -> None:
        self.title = title(standing.conditions)
        self.sizes = sizes
        self.every = sizes.every
        self.verdicts = {size.number: sizes.judge(size) for size in self.every}

    def sentences(self) -> Iterator[Message]:
        """Yield the answer, why it is not a smaller size, and what is around it."""
        fits, unclear = self._of(Enough.YES), self._of(Enough.OPEN)
        yield self._answer(fits, unclear)
        if smaller := [it.number for it in unclear if fits and it.number < fits[0].number]:
            yield message("size.smaller_open", sizes=smaller)
        if size := fits[0] if fits else self.sizes.best:
            yield from self._too_few(size)
            yield from self._too_many()
            yield from _busy(size)
            yield from self._tails(size)

    def _answer(self, fits: Sequence[Size], unclear: Sequence[Size]) -> Message:
        if fits and self._at_the_edge(fits[0]):
            return message("size.edge", setting=self.title, size=fits[0].number)
        if fits:
            return self._fits(fits[0])
        return self._undecided(unclear) if unclear else self._none()

    def _of(self, judgement: Enough) -> Sequence[Size]:
        return [size for size in self.every if self.verdicts[size.number] is judgement]

    def _at_the_edge(self, size: Size) -> bool:
        """Tell whether the largest size is the best, so that a larger one may do better yet."""
        is_best = size is self.sizes.best and self.sizes.metric is not None
        return is_best and size is self.every[-1]

    def _fits(self, size: Size) -> Message:
        return message(
            "size.enough",
            setting=self.title,
            count=size.number,
            least=self.every[0].number,
            most=self.every[-1].number,
            figures=list(self._figures(size)),
        )

    def _figures(self, size: Size) -> Iterator[Message]:
        """Yield a size against the best, and its p99 where there is a limit."""
        if self.sizes.metric:
            yield self._beside_the_best(size)
        longest = self.sizes.longest_p99
        if longest is not None and size.tail:
            yield message("size.limit", tail=_tail(size), longest=longest * MILLISECONDS)

    def _beside_the_best(self, size: Size) -> Message:
        best = self.sizes.best
        line = best and best is not size and self.sizes.against(size, best)
        if not best or not line:
            return message("size.best")
        return _held_against(line, best)

    def _undecided(self, unclear: Sequence[Size]) -> Message:
        rounds = max(len(size.rows) for size in unclear)
        numbers = [size.number for size in unclear]
        if rounds < FEWEST_ROUNDS:
            return message("size.few_rounds", setting=self.title, count=rounds, least=FEWEST_ROUNDS)
        if self.sizes.needs_tails and (few := [it.number for it in unclear if not it.tail]):
            return message("size.no_tail", setting=self.title, sizes=few)
        return message("size.undecided", setting=self.title, sizes=numbers)

    def _none(self) -> Message:
        """Say that no size is enough, with what the last one lacks."""
        last = self.every[-1]
        return message(
            "size.none",
            setting=self.title,
            least=self.every[0].number,
            most=last.number,
            reason=self._lack(last),
        )

    def _too_few(self, size: Size) -> Iterator[Message]:
        """Yield why fewer connections than `size` are not enough."""
        below = [it for it in self._of(Enough.NO) if it.number < size.number]
        if below and self.verdicts[size.number] is not Enough.NO:
            last = below[-1]
            yield message("size.too_few", count=last.number, reason=self._lack(last))

    def _lack(self, size: Size) -> Message:
        """Say what a size lacks that is not enough."""
        if size.flaw:
            return size.flaw
        longest = self.sizes.longest_p99
        if longest is not None and size.keeps(longest) is Enough.NO:
            return message("size.limit", tail=_tail(size), longest=longest * MILLISECONDS)
        return self._beside_the_best(size)

    def _too_many(self) -> Iterator[Message]:
        """Yield that more connections than the best make it worse, where they do."""
        best, lines = self.sizes.best, []
        for size in self.sizes.possible:
            line = best and size.number > best.number and self.sizes.against(size, best)
            if line and line.verdict.worse:
                lines.append((size, line))
        if best and lines:
            size, line = lines[-1]
            figures = _held_against(line, best)
            yield message("size.too_many", size=size.number, figures=figures)

    def _tails(self, size: Size) -> Iterator[Message]:
        """Yield the p99 of a size and of those beside it."""
        place = self.every.index(size)
        around = [it for it in self.every[max(0, place - 1) : place + 2] if it.tail]
        if around:
            tails = [message("size.tail", tail=_tail(it), size=it.number) for it in around]
            yield message("size.tails", tails=tails)


def _held_against(line: Compared, best: Size) -> Message:
    if line.metric == SPEED.column:
        return message("size.speed_of", span=line.span, best=best.number)
    return message("size.p99_of", span=line.span, best=best.number)


def _busy(size: Size) -> Iterator[Message]:
    if size.busy:
        yield message(
            "size.busy", rate=size.per_second, held=size.held_ms, busy=size.busy, size=size.number
        )


def _tail(size: Size) -> Message | None:
    it = size.tail
    return message("size.p99", mean=it.mean, low=it.low, high=it.high) if it else None
