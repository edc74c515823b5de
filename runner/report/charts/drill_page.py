"""The lines of the picture of drills: headings and cases, one under the other. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.lettering import BOLD, LABEL, width
from runner.report.drill_names import case_name, drill_name
from runner.report.drill_tables import brief_cell, by_drill, numbers, rule, versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.messages import Message
    from runner.results.observation import Observation

CELL = 6.8
"""The size of the letters in a cell. Points."""
HEADING, LINE, SPACE = 0.24, 0.185, 0.1
"""Height of the line of names, of the line of a case, and after a drill. Inches."""
ASIDE = 0.16
"""Left and right of what is written, together. Inches."""


@dataclass(frozen=True)
class DrillBlock:
    """A drill: its cases, and what was seen of each adapter."""

    drill: str
    cases: tuple[str, ...]
    seen: Mapping[tuple[str, str], Observation]
    """By case and adapter."""

    @property
    def height(self) -> float:
        """Inches."""
        return HEADING + LINE * len(self.cases) + SPACE


@dataclass(frozen=True)
class DrillPage:
    """All that was seen, or that of some drills."""

    title: str
    """The name of the folder."""
    observations: Sequence[Observation]

    @property
    def question(self) -> Message:
        """The heading."""
        return message("drills.question")

    def shown(self) -> Sequence[Message]:
        """Return how many entries there are, and how many of them are dangerous."""
        return [numbers(self.observations)]

    def small_print(self) -> Sequence[Message]:
        """Return the paragraphs at the bottom: the rule, and the versions of each adapter."""
        of = versions(self.observations)
        return [rule(), message("drills.none"), *of, message("drills.source", title=self.title)]

    @cached_property
    def adapters(self) -> list[str]:
        """The columns."""
        return list(dict.fromkeys(it.adapter for it in self.observations))

    @cached_property
    def blocks(self) -> list[DrillBlock]:
        """The drills, from the top."""
        return [_block(*it) for it in by_drill(self.observations).items()]

    @property
    def height(self) -> float:
        """Of all lines. Inches."""
        return sum(block.height for block in self.blocks)

    @cached_property
    def label_width(self) -> float:
        """Of the names of drills and cases. Inches."""
        names = [BOLD * width(text(drill_name(it.drill)), LABEL) for it in self.blocks]
        cases = [case for block in self.blocks for case in block.cases]
        return max([*names, *(width(text(case_name(it)), LABEL) for it in cases)]) + ASIDE

    @cached_property
    def column_widths(self) -> list[float]:
        """Of the columns: as wide as what is written in them. Inches."""
        return [max(self._widths(adapter)) + ASIDE for adapter in self.adapters]

    def _widths(self, adapter: str) -> Iterator[float]:
        yield BOLD * width(adapter, LABEL)
        for it in self.observations:
            if it.adapter == adapter:
                yield BOLD * width(text(brief_cell(it)), CELL)


def _block(drill: str, own: Sequence[Observation]) -> DrillBlock:
    cases = tuple(dict.fromkeys(it.case for it in own))
    return DrillBlock(drill, cases, {(it.case, it.adapter): it for it in own})
