"""The findings of a run beside its figures: its noise, and the order over the cores."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from runner.analysis.comparison import few_rounds
from runner.analysis.intervals import rounds_needed
from runner.analysis.judgement import verdict_of
from runner.analysis.quiet_pace import FEWEST_ROUNDS
from runner.analysis.verdict import Verdict
from runner.axes import AXES, MATRIX
from runner.messages import message
from runner.metrics import SPEED
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message


def findings(report: Report) -> list[Message]:
    """Return the findings that precede the figures: the noise, then the order over the cpus."""
    return [*_about_noise(report), *_about_cpus(report.lines)]


def _about_noise(report: Report) -> Iterator[Message]:
    """Yield what the control says, and what the run can support for it (METHOD 8)."""
    few = [line.rounds for line in report.lines if line.reason and line.reason == few_rounds(line)]
    if few and not report.speeds:
        yield message("noise.few_rounds", count=max(few), least=FEWEST_ROUNDS)
        return
    if report.noise_floor is None:
        yield _no_floor(report)
        return
    yield _floor(report.controls)
    if report.noise_floor <= report.margin:
        yield message("noise.within_margin", margin=report.margin)
    else:
        yield _under(report)
        yield from _more_rounds(report)
    yield from _doubts(report)


def _under(report: Report) -> Message:
    """Say what cannot be told from noise: in the noisiest group, and in the quietest."""
    noisy, quiet = (way(report.controls, key=lambda line: line.reach) for way in (max, min))
    floor = math.expm1(noisy.reach)
    if noisy.group == quiet.group:
        return message("noise.beyond_margin", margin=report.margin, floor=floor)
    return message(
        "noise.beyond_margin_of_groups",
        margin=report.margin,
        floor=floor,
        quietest=quiet.group,
        least=math.expm1(quiet.reach),
    )


def _no_floor(report: Report) -> Message:
    reasons = [line.reason for line in report.lines if line.role is Role.CONTROL]
    if reasons:
        return message("noise.control_refused", reason=reasons[0])
    return message("noise.no_control")


def _floor(controls: Sequence[Compared]) -> Message:
    widest = max(controls, key=lambda line: line.reach)
    if len(controls) == 1:
        return message("noise.floor", baseline=widest.baseline, span=widest.span)
    ratios = [line.ratio or 0.0 for line in controls]
    return message(
        "noise.floor_of_groups",
        groups=len(controls),
        least=min(ratios),
        most=max(ratios),
        span=widest.span,
        group=widest.group,
    )


def _more_rounds(report: Report) -> Iterator[Message]:
    """Say how many rounds would do, where it is rounds that are missing."""
    open_ones = [line for line in report.speeds if line.verdict is Verdict.NO_DIFFERENCE]
    lines = open_ones or report.controls
    needed = max((rounds_to_tell(line, report.margin) or 0 for line in lines), default=0)
    if needed > max(line.rounds for line in lines):
        yield message("noise.more_rounds", margin=report.margin, rounds=needed)


def rounds_to_tell(line: Compared, share: float) -> int | None:
    """Return about how many rounds narrow the interval of a line to +-`share`, as sure as it is.

    None where there is no interval to go by, or nothing to aim at.
    """
    if not line.half_width or not line.confidence or share <= 0:
        return None
    return rounds_needed(line.half_width, line.rounds, line.confidence, math.log1p(share))


def _doubts(report: Report) -> Iterator[Message]:
    """Yield the groups whose noise is no chance, and the verdicts that are smaller than it."""
    for line in report.controls:
        word = verdict_of(line, report.margin)
        if word and (word.better or word.worse):
            yield message(
                "doubt.baseline", baseline=line.baseline, group=line.group, span=line.span
            )
    noise = {line.group: line.reach for line in report.controls}
    within = [
        message("doubt.verdict", adapter=line.contender, group=line.group)
        for line in report.speeds
        if _differs(line) and abs(math.log(line.ratio or 1.0)) < noise.get(line.group, 0.0)
    ]
    if within:
        yield message("doubt.verdicts", verdicts=within)


def _about_cpus(lines: Sequence[Compared]) -> Iterator[Message]:
    """Yield whether the order of speeds is the same on all cores and on one (METHOD 12)."""
    pairs: dict[tuple[object, ...], dict[str, Compared]] = defaultdict(dict)
    for line in lines:
        if line.metric == SPEED.column and _says_something(line):
            rest = line.conditions.without(*AXES.keys() - MATRIX.keys(), "cpus")  # turns follow it
            pairs[rest, line.contender, line.baseline][line.conditions.cpus] = line
    groups: dict[Message, list[str]] = defaultdict(list)
    for pair in pairs.values():
        if {"all", "one"} <= pair.keys():
            groups[_over_cpus(pair["all"], pair["one"])].append(pair["all"].group)
    for order, names in groups.items():
        yield message("cpus.order", order=order, groups=names)


def _says_something(line: Compared) -> bool:
    """Tell a line with a verdict from one that is not compared, or undecided."""
    return _differs(line) or line.verdict in {Verdict.NO_DIFFERENCE, Verdict.TOO_SMALL}


def _differs(line: Compared) -> bool:
    return line.verdict.better or line.verdict.worse


def _over_cpus(every: Compared, one: Compared) -> Message:
    """Say no more than the two verdicts support: `no difference shown` is not `equal`."""
    adapter, baseline = every.contender, every.baseline
    of_all, of_one = every.verdict.value, one.verdict.value
    differ = [_differs(line) for line in (every, one)]
    if differ == [False, False]:
        return message("cpus.none", adapter=adapter, baseline=baseline)
    if differ == [True, False]:
        return message("cpus.all_only", adapter=adapter, verdict=of_all, baseline=baseline)
    if differ == [False, True]:
        return message("cpus.one_only", adapter=adapter, verdict=of_one, baseline=baseline)
    if of_all == of_one:
        return message("cpus.same", adapter=adapter, verdict=of_all, baseline=baseline)
    return message(
        "cpus.turns_over", adapter=adapter, on_all=of_all, on_one=of_one, baseline=baseline
    )
