"""The verdicts: neither chance, over all that is compared at once, nor too small to matter."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.analysis.intervals import ALPHA, holm
from runner.analysis.verdict import COMPARED, Verdict, difference
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.analysis.report import Compared


def judged(lines: Sequence[Compared], margin: float, looks: int) -> Iterator[Compared]:
    """Yield the lines with their verdicts. The control is a family of its own."""
    families: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.p is not None:
            families[line.metric, line.role is Role.CONTROL].append(index)
    adjusted: dict[int, float] = {}
    for members in families.values():
        ps = holm([lines[index].p or 0.0 for index in members])
        adjusted |= zip(members, (min(1.0, looks * p) for p in ps), strict=True)
    for index, compared in enumerate(lines):
        line = replace(compared, p_adjusted=adjusted.get(index))
        if line.verdict is Verdict.NO_DIFFERENCE and beyond(line, margin):
            line = replace(line, verdict=difference(COMPARED[line.metric], line.ratio or 1.0))
        yield line


def beyond(line: Compared, margin: float) -> bool:
    """Tell a difference that is neither chance nor too small to matter (METHOD 6)."""
    if line.p_adjusted is None or not line.ratio:
        return False
    return line.p_adjusted < ALPHA and abs(math.log(line.ratio)) > math.log1p(margin)
