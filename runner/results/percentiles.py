"""The samples that a percentile of a row needs, and those that it was taken from."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from runner.worker.histogram import BEYOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row, TurnRow

PERCENTILE = re.compile(r"(\w+)_ms_p(\d+)")


def samples_needed(column: str) -> int | None:
    """Return the samples from which on a percentile is given; None for any other column."""
    match = PERCENTILE.fullmatch(column)
    if not match:
        return None
    beyond = 1 - float(f"0.{match[2]}")
    return math.ceil(BEYOND / beyond - 1e-6)


def samples(column: str, row: Row, turns: Sequence[TurnRow]) -> int:
    """Count the samples of a percentile: those of the uncut turns, or of the row without any.

    `turns` are those of the row. Failures have times of their own, responses are both.
    """
    uncut = [turn for turn in turns if turn.uncut and not turn.replaced]
    ok = sum(turn.ok for turn in uncut) if uncut else row.ok or 0
    every = sum(turn.operations for turn in uncut) if uncut else row.operations or 0
    return {"failed": every - ok, "response": every}.get(column.partition("_")[0], ok)
