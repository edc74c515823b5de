"""The ratios over all numbers of clients of a setting together.

Two adapters may be as far apart with each number of clients, and told apart with some of them only,
by chance. The mean of their log ratios has less noise than each.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING

from runner.analysis.comparison import Sureness
from runner.analysis.intervals import jackknife, ratio_of
from runner.analysis.judgement import judged
from runner.analysis.report import Compared
from runner.analysis.settings import along_of, setting
from runner.analysis.verdict import Verdict
from runner.axes import ADAPTER
from runner.metrics import SPEED
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.analysis.intervals import Interval
    from runner.analysis.report import Report
    from runner.axes import Conditions


def together(report: Report) -> list[Compared]:
    """Return the ratios of operations per second over all groups of each setting.

    The geometric mean over the groups, whose interval is that of the delete-one-round jackknife
    (METHOD 5): a round is left out of all groups at once, so they need not be independent of each
    other. A family of its own: in each setting with several groups, every entrant but the baseline.
    The baseline has a line, and what has an interval that is believed in every group.
    """
    settings = [it for it in _settings(report) if len(it.groups) > 1]
    family = sum(len(it.entrants) - 1 for it in settings)
    sure = Sureness(max(1, family), report.looks)
    return [
        _line(lines, sure, report.margin)
        for it in settings
        for entrant in it.entrants
        if (lines := it.comparable(entrant))
    ]


@dataclass(frozen=True)
class _Setting:
    """Groups that differ in their number of clients only, each with its line of every entrant."""

    groups: Sequence[Mapping[str, Compared]]

    @cached_property
    def entrants(self) -> Sequence[str]:
        """The entrants of all groups in the order of the plan."""
        return list(dict.fromkeys(name for lines in self.groups for name in lines))

    def comparable(self, entrant: str) -> Sequence[Compared]:
        """Return the lines of an entrant; none unless all groups have it against one baseline."""
        lines = [it[entrant] for it in self.groups if entrant in it and it[entrant].decided]
        against = {(it.baseline, it.estimator, it.verdict is Verdict.BASELINE) for it in lines}
        return lines if len(lines) == len(self.groups) and len(against) == 1 else ()


def _settings(report: Report) -> Sequence[_Setting]:
    settings: dict[Conditions, dict[Conditions, dict[str, Compared]]] = defaultdict(dict)
    for line in report.lines:
        if line.metric == SPEED.column and line.role is Role.ADAPTER and _meant(line.conditions):
            groups = settings[setting(line.conditions)]
            groups.setdefault(line.conditions, {})[line.entrant] = line
    return [_Setting(list(groups.values())) for groups in settings.values()]


def _meant(conditions: Conditions) -> bool:
    """Tell whether groups with such conditions have speeds, and lie along the clients."""
    return conditions.steady and not conditions.paced and along_of(conditions) != ADAPTER


def _line(lines: Sequence[Compared], sure: Sureness, margin: float) -> Compared:
    first, rounds = lines[0], min(it.rounds for it in lines)
    line = Compared(
        conditions=setting(first.conditions),
        metric=first.metric,
        entrant=first.entrant,
        role=first.role,
        pooled=first.pooled,
        baseline=first.baseline,
        rounds=rounds,
        family=sure.family,
        estimator=first.estimator,
    )
    if first.verdict is Verdict.BASELINE:
        return replace(line, verdict=Verdict.BASELINE, ratio=1.0)
    logs = [math.log(it.ratio) for it in lines if it.ratio]
    ratio = mean_of_groups(logs, [it.without for it in lines], sure.level)
    line = replace(
        line,
        ratio=ratio_of(ratio.mean),
        low=ratio_of(ratio.low),
        high=ratio_of(ratio.high),
        confidence=sure.level,
        p=ratio.p,
        p_adjusted=sure.adjusted(ratio.p),
    )
    return judged(line, margin)


def mean_of_groups(
    logs: Sequence[float], without: Sequence[Mapping[int, float]], confidence: float
) -> Interval:
    """Return the mean of the log ratios of some groups, with its interval.

    `without` is each with a round left out, by the number of the round: it is left out of all
    groups at once. A group that lacks it stays as it is. The noise may be all of the group with the
    fewest rounds: the interval is no surer than these make it.
    """
    numbers = dict.fromkeys(number for by_round in without for number in by_round)
    pairs = list(zip(without, logs, strict=True))
    others = [fmean(it.get(number, log) for it, log in pairs) for number in numbers]
    fewest = min(map(len, without))
    return jackknife(fmean(logs), others, confidence, freedom=fewest - 1)
