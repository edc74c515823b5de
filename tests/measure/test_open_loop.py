"""Operations that arrive faster than a real server answers: the queue, and who does not see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.measure.cell_run import cell_run
from runner.worker.protocol import TurnOrder
from tests.builders import OPEN

if TYPE_CHECKING:
    from runner.measure.context import Context

MS = 1_000_000


@pytest.mark.parametrize("adapter", ["psycopg3", "asyncpg"])
def test_at_110_percent_of_capacity_only_the_time_from_the_arrival_tells(
    context: Context, adapter: str
) -> None:
    """Two connections that are busy for 10 ms serve 200 a second at most, and 220 arrive."""
    key = f"{adapter}-110"
    order = replace(
        OPEN, adapter=adapter, max_size=2, workload="hold", hold=0.01, clients=2, name=key
    )
    context.server.prepare([key])
    with cell_run(order, context) as run:
        assert run.open(context.server.dsn(key, key))
        record = run.turn(TurnOrder(1, 0.5, 1.0, rate=220.0))
        run.begin_close()
        run.close()
    context.server.discard([key])
    assert record
    done = sum(record.ok) + sum(record.failures.values()) + record.shed + record.unfinished
    assert record.arrivals == done
    from_arrival, from_pick_up = (
        record.histograms[part].percentile(0.5) or 0.0 for part in ("total", "picked")
    )
    shown = f"p50 {from_arrival / MS:.0f} ms, from the pick-up {from_pick_up / MS:.0f} ms"
    assert from_pick_up >= 10 * MS
    assert from_arrival > 2 * from_pick_up, shown
