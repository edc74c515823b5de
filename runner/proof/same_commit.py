"""Runs of one commit against each other: how often a verdict is given where nothing differs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

from runner.analysis.change import ANCHORED
from runner.analysis.run_comparison import compare_runs
from runner.analysis.verdict import MARGIN, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.change import RunComparison
    from runner.results.rows import Rows

T = TypeVar("T")

MOST_FALSE = 0.05
"""The share of comparisons of runs of one commit that may give a verdict, by metric."""


@dataclass(frozen=True)
class FalseWords:
    """The verdicts that comparisons of runs of one commit gave on a metric."""

    metric: str
    runs: int
    """Of each side."""
    comparisons: int
    """They share runs where there are more of them than a half of the runs allows."""
    judged: int
    """Those in which any cell could be judged."""
    words: int
    """Those in which any cell is called better or worse."""
    too_small: int
    """Those in which no cell is, but one differs beyond chance, within the margin."""

    @property
    def holds(self) -> bool:
        """No more than one comparison in twenty gives a verdict."""
        return self.words <= MOST_FALSE * self.judged


def false_words(
    runs: Sequence[Rows], of_a_side: int, *, margin: float = MARGIN
) -> list[FalseWords]:
    """Compare runs of one commit in every way that puts that many on each side; count by metric."""
    comparisons = [compare_runs(a, b, margin=margin) for a, b in sides(list(runs), of_a_side)]
    return [_counted(comparisons, metric.column, of_a_side) for metric in ANCHORED]


def sides(items: Sequence[T], size: int) -> Iterator[tuple[tuple[T, ...], tuple[T, ...]]]:
    """Yield every two sides of that size, each pair of them once."""
    for chosen in combinations(range(len(items)), 2 * size):
        for rest in combinations(chosen[1:], size - 1):  # the first is always on the same side
            a = (chosen[0], *rest)
            b = [index for index in chosen if index not in a]
            yield tuple(items[it] for it in a), tuple(items[it] for it in b)


def _counted(comparisons: Sequence[RunComparison], metric: str, of_a_side: int) -> FalseWords:
    verdicts = [_verdicts(comparison, metric) for comparison in comparisons]
    worded = [any(it.better or it.worse for it in of_one) for of_one in verdicts]
    small = [Verdict.TOO_SMALL in of_one for of_one in verdicts]
    return FalseWords(
        metric=metric,
        runs=of_a_side,
        comparisons=len(verdicts),
        judged=sum(map(bool, verdicts)),
        words=sum(worded),
        too_small=sum(it and not word for it, word in zip(small, worded, strict=True)),
    )


def _verdicts(comparison: RunComparison, metric: str) -> set[Verdict]:
    """Return what is concluded on the cells that could be judged."""
    of_metric = (change for change in comparison.changes if change.metric == metric)
    return {change.verdict for change in of_metric if change.judged and change.verdict}
