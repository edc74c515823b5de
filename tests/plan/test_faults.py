"""A fault makes a cell of its own: how long it lasts, how often, and what it cannot be beside."""

from __future__ import annotations

import pytest

from adapters.base import Traits, WhenExhausted
from runner.config.complaints import ConfigError
from runner.fault import Fault
from runner.plan.plan import with_control
from runner.plan.schedule import turn_orders
from runner.refusals import nothing_to_break
from runner.report.catalogue import text
from tests.builders import WAITS, Contender, plan_of

BASE = "matrix: {adapter: [psycopg3, asyncpg], fault: [none, {kind: down, at: 2s, lasts: 3s}]}\n"


def test_its_one_turn_is_as_long_as_the_fault_and_the_recovery_after_it() -> None:
    plan = plan_of(f"{BASE}duration: 700ms\nrecovery: 4s\nwarmup: 0")
    steady, disturbed = plan.cells[0], plan.cells[2]
    assert steady.conditions.duration == pytest.approx(0.7)
    assert steady.conditions.takes_turns
    assert not disturbed.conditions.takes_turns
    (order,) = turn_orders(disturbed, None)
    assert (order.length, order.timeline) == (9.0, True)


def test_it_is_measured_as_often_as_what_leaks_and_compared_with_nothing() -> None:
    plan = with_control(plan_of(f"{BASE}rounds: 5\nleak_rounds: 2"), None)
    rounds = {cell.id: plan.rounds_of(cell, 5) for cell in plan.cells}
    assert rounds == {
        "psycopg3-insert-c10-p5": 5,
        "asyncpg-insert-c10-p5": 5,
        "control-insert-c10-p5": 5,
        "psycopg3-insert-c10-p5-down_at2_lasts3": 2,
        "asyncpg-insert-c10-p5-down_at2_lasts3": 2,
    }


@pytest.mark.parametrize(
    ("fault", "beside", "sentence"),
    [
        ("{kind: restart}", "leak: 0.1", "a pool that leaks changes by itself"),
        ("{kind: restart}", "processes: 2", "what a fault does is measured of one process"),
        ("{kind: kill_idle}", "pooler: session", "kill_idle finds the sessions of a cell by"),
        ("{kind: restart}", "pooler: session", "restart stops the server, so that its sessions"),
        ("{kind: silent, lasts: 1s}", "transport: unix", "silent is a fault of the network"),
        ("{kind: restart}", "rate: 100", "what a fault costs is measured in a closed loop"),
    ],
)
def test_what_cannot_be_beside_a_fault_is_refused(fault: str, beside: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        plan_of(f"matrix: {{adapter: [psycopg3], fault: {fault}, {beside}}}")


def test_counted_operations_have_no_moment_for_a_fault() -> None:
    with pytest.raises(ConfigError, match="operations_per_client has none: leave out one"):
        plan_of("operations_per_client: 9\nmatrix: {adapter: [psycopg3], fault: {kind: restart}}")


def test_an_adapter_without_a_server_has_no_fault() -> None:
    without = Contender(Traits(WhenExhausted.NEVER, server=False))
    assert nothing_to_break("none", without) is None
    refused = nothing_to_break(Fault("restart", 1.0), without)
    assert text(refused) == ("has no server to which a fault could happen (fault restart at=1)")
    assert nothing_to_break(Fault("restart", 1.0), WAITS) is None
