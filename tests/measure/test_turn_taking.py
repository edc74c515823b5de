"""A taken turn knows what the server used meanwhile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from runner.measure import turn_taking
from runner.plan.tasks import Place
from runner.worker.protocol import TurnOrder
from tests.builders import CELL, turn_record


@pytest.mark.parametrize(
    ("clock", "used"),
    [((1.0, 1.5), 0.5), ((1.0, 0.99), 0.0), ((None, 1.0), None), ((1.0, None), None)],
)
def test_a_clock_that_goes_back_tells_of_no_use(
    monkeypatch: pytest.MonkeyPatch, clock: tuple[float | None, ...], used: float | None
) -> None:
    """Of processes that have ended a server's CPU is known in ticks only."""
    readings = iter(clock)
    server: Any = SimpleNamespace(lost=None, cpu=lambda: next(readings))
    run = SimpleNamespace(ahead=0.0, turn=lambda *_: turn_record(), judge=lambda: None)
    subject = SimpleNamespace(on_server=True, cell=CELL, place=Place(1, 1, 1), rate=None)
    member: Any = SimpleNamespace(subject=subject, run=run, pooler=None, through=None)
    context: Any = SimpleNamespace(server=server)
    monkeypatch.setattr(turn_taking, "watch", lambda *_, **__: None)
    taken = turn_taking.take(member, TurnOrder(1, 0.0, 0.1), context)
    assert taken is not None
    assert taken.server_cpu == (None if used is None else pytest.approx(used))
