"""The warning beside a figure of a cell whose successes are not the whole story. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.refusals import MOST_FAILED
from runner.messages import message
from runner.metrics import FAILED, STARVED

if TYPE_CHECKING:
    from runner.messages import Message
    from runner.report.charts.rounds import Rounds


def warning(cell: Rounds) -> Message | None:
    """Say who starved, or how much failed; None where everybody was served."""
    starved = cell.spread(STARVED)
    if starved and starved.high and not cell.leaks:
        return message("mark.starves", clients=starved.high)
    failed = cell.median(FAILED)
    return message("mark.failed", share=failed) if failed > MOST_FAILED else None
