"""A percentile that rows had too few samples for, and how long to run for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runner.messages import message
from runner.results.percentiles import samples, samples_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.messages import Message
    from runner.results.row import Row
    from runner.results.rows import Rows


def too_few(column: str, rows: Sequence[Row], whole: Rows) -> Message | None:
    """Say how many samples a percentile had and needs; None where that is not what it lacks.

    `rows` are those of a cell, `whole` knows their turns. The round with the fewest samples counts.
    """
    needs = samples_needed(column)
    if needs is None:
        return None
    has, row = min(
        ((samples(column, row, whole.turns(row)), row) for row in rows), key=lambda pair: pair[0]
    )
    if not has:
        return message("few.none")
    if has >= needs:
        return None
    key, now = _length(row, whole)
    more = math.ceil(now * needs / has)
    value = f"{more}" if key == "operations_per_client" else f"{more}s"
    return message("few.samples", has=has, needs=needs, key=key, value=value)


def _length(row: Row, whole: Rows) -> tuple[str, float]:
    """Return what decides the number of samples of a row, by its key in the YAML, and its value."""
    uncut = [turn.seconds for turn in whole.turns(row) if turn.uncut]
    if uncut:
        return "uncut", max(uncut)
    if row.conditions.operations_per_client is not None:
        return "operations_per_client", row.conditions.operations_per_client
    return "duration", row.conditions.duration
