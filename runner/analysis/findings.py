"""The noise of a run: the baseline against itself, and what it puts in doubt."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runner.analysis.comparison import few_rounds
from runner.analysis.judgement import verdict_of
from runner.messages import message
from runner.metrics import SPEED
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.report import Compared, Report
    from runner.messages import Message


def findings(report: Report) -> list[Message]:
    """Return what the control says, and what the run can support for it (METHOD 8).

    Nothing where there are too few rounds for an interval: the answer says so.
    """
    return list(_noise(report))


def _noise(report: Report) -> Iterator[Message]:
    if not any(line.metric == SPEED.column for line in report.lines):
        return  # at a given rate there is no speed, and its table shows the control beside the rest
    few = any(line.reason and line.reason == few_rounds(line) for line in report.lines)
    if few and not report.speeds and not report.controls:
        return
    if report.noise_floor is None:
        yield _no_floor(report)
        return
    yield _floor(report.controls)
    if report.noise_floor <= report.margin:
        yield message("noise.within_margin", margin=report.margin)
    else:
        yield _under(report)
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
        message("doubt.verdict", adapter=line.entrant, group=line.group)
        for line in report.speeds
        if _differs(line) and abs(math.log(line.ratio or 1.0)) < noise.get(line.group, 0.0)
    ]
    if within:
        yield message("doubt.verdicts", verdicts=within)


def _differs(line: Compared) -> bool:
    return line.verdict.better or line.verdict.worse
