"""What a run found beside its figures, in sentences: its noise, and the order over the cores."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from runner.analysis.comparison import ONE_ROUND, beyond
from runner.analysis.intervals import rounds_needed
from runner.analysis.verdict import SPEED, Verdict, number, percent, span
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.verdict import Compared, Report

NAMED_GROUPS = 3
"""How many groups a sentence names before it counts them."""


def sentences(report: Report) -> list[str]:
    """Return what is to be read before the figures: the noise, then the order over the cpus."""
    return [*_about_noise(report), *_about_cpus(report.lines)]


def _about_noise(report: Report) -> Iterator[str]:
    """Yield what the control says, and what the run can support for it (METHOD 8)."""
    if not report.speeds and any(line.reason == ONE_ROUND for line in report.lines):
        yield "One round only: there are no intervals, and nobody is called faster or slower."
        return
    if report.noise_floor is None:
        yield _no_floor(report)
        return
    yield _floor(report.controls)
    margin = percent(report.margin)
    if report.noise_floor <= report.margin:
        yield f"The noise floor lies within the margin of {margin}."
    else:
        yield (
            f"The noise floor is wider than the margin of {margin}: differences under "
            f"{_under(report.controls)}.{_more_rounds(report)}"
        )
    yield from _doubts(report)


def _under(controls: Sequence[Compared]) -> str:
    """Say what cannot be told from noise: in the noisiest group, and in the quietest."""
    noisy, quiet = (way(controls, key=lambda line: line.reach) for way in (max, min))
    floor = percent(math.expm1(noisy.reach))
    if noisy.group == quiet.group:
        return f"{floor} cannot be told from noise here"
    least = percent(math.expm1(quiet.reach))
    return f"{floor} cannot be told from noise there, under {least} in the quietest ({quiet.group})"


def _no_floor(report: Report) -> str:
    reasons = [line.reason for line in report.lines if line.role is Role.CONTROL]
    why = f"the control could not be compared ({reasons[0]})" if reasons else "there is no control"
    return f"The noise floor of this run is not known: {why}."


def _floor(controls: Sequence[Compared]) -> str:
    widest = max(controls, key=lambda line: line.reach)
    if len(controls) == 1:
        return f"Noise floor: {widest.baseline} against itself came out at {span(widest)}."
    ratios = [line.ratio or 0.0 for line in controls]
    return (
        f"Noise floor: over {len(controls)} groups the baseline against itself came out between "
        f"{number(min(ratios))}x and {number(max(ratios))}x; the interval that reaches farthest "
        f"is {span(widest)} ({widest.group})."
    )


def _more_rounds(report: Report) -> str:
    """Say how many rounds would do, where it is rounds that are missing."""
    widest = max(report.controls, key=lambda line: line.half_width or 0.0)
    goal = math.log1p(report.margin)
    width, level = widest.half_width or 0.0, widest.confidence or 0.0
    if not 0 < goal < width:
        return ""
    needed = rounds_needed(width, widest.rounds, level, goal)
    return f" To tell {percent(report.margin)} would take about {needed} rounds of such noise."


def _doubts(report: Report) -> Iterator[str]:
    """Yield the groups whose noise is no chance, and the verdicts that are smaller than it."""
    for line in report.controls:
        if beyond(line, report.margin):
            yield (
                f"The baseline {line.baseline} differs from itself by more than chance in "
                f"{line.group}: {span(line)}. Do not trust the verdicts of that group."
            )
    noise = {line.group: line.reach for line in report.controls}
    within = [
        f"{line.contender} in {line.group}"
        for line in report.speeds
        if (line.verdict.better or line.verdict.worse)
        and abs(math.log(line.ratio or 1.0)) < noise.get(line.group, 0.0)
    ]
    if within:
        yield f"Called faster or slower by less than the noise of the same group: {_some(within)}."


def _about_cpus(lines: Sequence[Compared]) -> Iterator[str]:
    """Yield whether the order of speeds is the same on all cores and on one (METHOD 12)."""
    pairs: dict[tuple[object, ...], dict[str, Compared]] = defaultdict(dict)
    for line in lines:
        if line.metric == SPEED.column and _says_something(line):
            rest = line.conditions.without("cpus", "turn")  # which may follow from it
            pairs[rest, line.contender, line.baseline][line.conditions.cpus] = line
    groups: dict[str, list[str]] = defaultdict(list)
    for pair in pairs.values():
        if {"all", "one"} <= pair.keys():
            groups[_over_cpus(pair["all"], pair["one"])].append(pair["all"].group)
    for sentence, where in groups.items():
        yield f"{sentence} ({_some(where)})."


def _says_something(line: Compared) -> bool:
    return line.verdict.better or line.verdict.worse or line.verdict is Verdict.NO_DIFFERENCE


def _over_cpus(every: Compared, one: Compared) -> str:
    """Say no more than the two verdicts support: `no difference shown` is not `equal`."""
    adapter, baseline = every.contender, every.baseline
    shown = [line.verdict for line in (every, one) if line.verdict is not Verdict.NO_DIFFERENCE]
    if not shown:
        return f"Between {adapter} and {baseline} no difference is shown, on all cores or on one"
    if len(shown) == 1:
        here, there = ("all cores", "one") if every.verdict is shown[0] else ("one core", "all")
        return (
            f"{adapter} is {shown[0]} than {baseline} on {here}; on {there} no difference is shown"
        )
    if shown[0] is shown[1]:
        return f"{adapter} is {shown[0]} than {baseline} on all cores and on one"
    return (
        f"{adapter} is {shown[0]} than {baseline} on all cores and {shown[1]} on one: "
        "the order turns over"
    )


def _some(names: Sequence[str]) -> str:
    """Name the first few, count the others."""
    more = len(names) - NAMED_GROUPS
    return ", ".join(names[:NAMED_GROUPS]) + (f" and {more} more" if more > 0 else "")
