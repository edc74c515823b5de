"""Several runs as their reader sees them, in one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.report.history import HistoryTable
    from runner.report.model import Section, Table


@dataclass(frozen=True)
class SeveralRuns:
    """The runs in the order in which they began, and each cell over them."""

    runs: Table
    comparison: Section | None
    """Of two runs: what `compare` says of them."""
    history: Sequence[HistoryTable]
