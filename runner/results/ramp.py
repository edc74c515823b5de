"""The line of `ramps.csv`: the highest rate that an adapter was found to serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.axes import Conditions
from runner.messages import Message, columns, from_columns
from runner.plan.plan import Cell
from runner.results import csv_file

if TYPE_CHECKING:
    from collections.abc import Mapping

RAMPS = 3
"""The times that the highest rate of a cell is looked for."""


@dataclass(frozen=True)
class Ramp:
    """One search: a line of `ramps.csv`."""

    contender: str
    conditions: Conditions
    """Without a rate."""
    number: int
    """1 to RAMPS."""
    low_per_s: float | None = None
    """The highest rate that kept the times; None where there is none, and `reason` says why."""
    high_per_s: float | None = None
    """The lowest rate above it that did not."""
    windows: int = 0
    """The windows that were measured for it."""
    reason: Message | None = None
    """The reason why there is no rate; else None."""

    @property
    def cell(self) -> str:
        """The id of its cell: a time in a file is rounded."""
        return Cell(self.contender, self.conditions).id

    def columns(self) -> dict[str, object]:
        """Return the line by column; the reason as id and facts."""
        return {
            "adapter": self.contender,
            **self.conditions.columns(),
            "ramp": self.number,
            "low_per_s": self.low_per_s,
            "high_per_s": self.high_per_s,
            "windows": self.windows,
            **columns(self.reason),
        }


def ramp_of(line: Mapping[str, str]) -> Ramp:
    """Read a line. Raises KeyError, ValueError."""
    return Ramp(
        line["adapter"],
        Conditions.from_columns(line),
        csv_file.value(line, "ramp", int, 1),
        csv_file.value(line, "low_per_s", float | None, 0),
        csv_file.value(line, "high_per_s", float | None, 0),
        csv_file.value(line, "windows", int, 0),
        from_columns(line.get("reason") or "", line.get("reason_facts") or ""),
    )
