"""How a run was measured, in a few sentences: the conditions that all its cells share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.messages import Message, message
from runner.metrics import MILLISECONDS
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.analysis.report import Report
    from runner.results.rows import Rows


def measured_how(rows: Rows, known: Mapping[str, Any], report: Report) -> list[Message]:
    """Return the sentences, from the rows and from `environment.json`."""
    return [*_rounds(rows, known), *_turns(rows), *_judged(report), *_placed(known)]


def _rounds(rows: Rows, known: Mapping[str, Any]) -> Iterator[Message]:
    rounds = len({row.round for row in rows.measured})
    if rounds:
        yield message("how.rounds", count=rounds, seed=str(known.get("seed", "")))


def _turns(rows: Rows) -> Iterator[Message]:
    """Say how long cells were measured where they took turns; the most frequent says it."""
    turns = [row.conditions for row in rows.adapters if row.conditions.takes_turns]
    if turns:
        first = turns[0]
        yield message(
            "how.turns",
            turn=first.turn * MILLISECONDS,
            counted=first.duration * MILLISECONDS,
            warmup=first.warmup * MILLISECONDS,
        )


def _judged(report: Report) -> Iterator[Message]:
    """Say what a verdict takes, where there is an interval."""
    if any(line.low is not None and line.role is Role.ADAPTER for line in report.lines):
        yield message("how.judged", margin=report.margin)


def _placed(known: Mapping[str, Any]) -> Iterator[Message]:
    """Say what `cpus: auto` became, as it was said when the run began."""
    said = (known.get("cpus_auto") or {}).get("said")
    if said:
        yield Message.from_json(said)
