"""Cells with a PgBouncer are measured beside those without, and judged as far as they can be."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.config.model import Config
from runner.experiment import contenders
from runner.measure import cell_run, shared_cores
from runner.measure.group import Group
from runner.measure.round_trips import count
from runner.measure.shared_cores import Reading
from runner.plan import schedule
from runner.plan.matrix import expand
from runner.plan.tasks import tasks
from runner.report.catalogue import text
from runner.server import pgbouncer
from runner.server.pgbouncer_program import Program
from tests.measure.groups import TURNS, UNCUT
from tests.processes import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.context import Context
    from runner.plan.plan import Cell, Plan
    from runner.results.row import Row

ADAPTERS = ["psycopg3", "psycopg2-queued", "asyncpg", "sqlalchemy", "psycopg3-direct"]


def planned(context: Context, program: Program, **settings: Any) -> tuple[Plan, Context]:
    """Plan a configuration, with contenders that know the pooler."""
    config = Config.model_validate(settings)
    known = contenders.resolve(config, contenders.classes(config), program)
    plan = expand(config, known, affinity=False)
    return plan, replace(context, contenders=known, pooler=program)


def group(context: Context, program: Program, **settings: Any) -> Group:
    plan, context = planned(context, program, **settings)
    [task] = tasks(plan, 1, seed=1, session=1)
    return Group(context, task)


@pytest.fixture(autouse=True)
def _nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Reading, "foreign_cores", lambda _now, _before: None)
    yield
    assert "pgbouncer" not in names()


def test_every_adapter_works_in_transaction_mode_and_what_cannot_be_judged_is_not(
    context: Context, pgbouncer_program: Program
) -> None:
    matrix = {"adapter": ADAPTERS, "clients": 4, "pooler": "transaction", "workload": "mixed"}
    list(group(context, pgbouncer_program, **{**UNCUT, "matrix": matrix}).measure())
    rows = {row.contender: row for row in context.run_folder.results()}
    assert {name: (str(row.status), text(row.reason)) for name, row in rows.items()} == (
        dict.fromkeys(ADAPTERS, ("ok", ""))
    )
    for row in rows.values():
        assert row.failed_share == 0
        assert (row.ok or 0) > 0
        assert (row.commits or 0) >= (row.operations_finished or 0), "counted on the server"
        assert row.sessions_opened is None, "those of the server are the pooler's"
        assert 1 <= (row.pooler_sessions or 0) <= 2
        assert row.transport_seen == ""
        assert row.pooler_maxwait_ms is not None
        assert "settings_not_judged" in row.flags
        assert "connections_left" not in row.flags, "it ended before they were counted"
    assert rows["psycopg3"].connections_max == 2, "of the pool, as the pooler saw it"


def test_modes_are_compared_side_by_side_with_no_pooler(
    context: Context, pgbouncer_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.results.row_builder.LEAST_SERVER_CPU", 0.0)
    ours: set[int] = set()
    monkeypatch.setattr(shared_cores, "own_cpu", lambda runs, _server: ours.add(len(runs)))
    modes = ["none", "session", "transaction"]
    matrix = {"adapter": "psycopg3", "clients": 3, "pooler": modes}
    settings = {**TURNS, "compare": "pooler", "matrix": matrix}
    list(group(context, pgbouncer_program, **settings).measure())
    rows = {row.conditions.pooler: row for row in context.run_folder.results()}
    assert ours == {3 + 2}, "the CPU of poolers is no foreign load"
    assert [str(row.status) for row in rows.values()] == ["ok"] * 3
    assert rows["none"].pooler_cpu_us_per_op is rows["none"].pooler_maxwait_ms is None
    assert rows["none"].sessions_opened == 2
    for mode in modes[1:]:
        assert (rows[mode].pooler_cpu_us_per_op or 0) > 0
        assert rows[mode].connections_max == 2
    assert "settings_not_judged" not in rows["session"].flags


class Breaking:
    """Sends a signal to the pooler of a cell before its third turn."""

    def __init__(self, number: signal.Signals) -> None:
        self.group: Group
        self._signal = number
        self._turns = 0

    def __call__(self, cell: Cell, _round: int) -> None:
        if not cell.conditions.pooled:
            return
        self._turns += 1
        if self._turns == 3:
            (process,) = (it.pooler._process for it in self.group._members if it.pooler)
            assert process is not None
            os.kill(process.pid, self._signal)


@pytest.mark.parametrize(
    ("number", "reason"),
    [(signal.SIGKILL, "PgBouncer was ended by SIGKILL"), (signal.SIGSTOP, "PgBouncer does not")],
)
def test_a_pooler_that_is_killed_or_frozen_is_the_reason_of_its_row_and_of_no_other(
    number: signal.Signals,
    reason: str,
    context: Context,
    pgbouncer_program: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "GRACE_SECONDS", 2.0)
    monkeypatch.setattr(cell_run, "ANSWER_SECONDS", 3.0)
    monkeypatch.setattr(pgbouncer, "ANSWER_SECONDS", 0.3)
    breaking = Breaking(number)
    matrix = {"adapter": "asyncpg", "clients": 3, "pooler": ["none", "transaction"]}
    settings = {**TURNS, "compare": "pooler", "matrix": matrix}
    announced = replace(context, announce=breaking)
    breaking.group = group(announced, pgbouncer_program, **settings)
    list(breaking.group.measure())
    rows: dict[str, Row] = {row.conditions.pooler: row for row in context.run_folder.results()}
    assert str(rows["none"].status) == "ok"
    assert rows["none"].turns == 5
    assert str(rows["transaction"].status) == "failed"
    assert rows["transaction"].turns == 2, "it is measured no further"
    said = text(rows["transaction"].reason)
    assert said.startswith(f"the pooler between client and server failed: {reason}")


def test_a_pooler_that_does_not_start_fails_its_cell_alone(context: Context) -> None:
    nothing = Program("/nowhere/pgbouncer", "1.18.0")
    matrix = {"adapter": "psycopg3", "clients": 3, "pooler": ["none", "session"]}
    list(group(context, nothing, **{**TURNS, "compare": "pooler", "matrix": matrix}).measure())
    rows = {row.conditions.pooler: row for row in context.run_folder.results()}
    assert str(rows["none"].status) == "ok"
    assert "PgBouncer cannot be run" in text(rows["session"].reason)


def test_several_processes_have_one_pooler_of_all_their_sessions(
    context: Context, pgbouncer_program: Program
) -> None:
    matrix = {"adapter": "psycopg3", "clients": 3, "processes": 2, "pooler": "session"}
    list(group(context, pgbouncer_program, **{**TURNS, "matrix": matrix}).measure())
    [row] = context.run_folder.results()
    assert (str(row.status), text(row.reason)) == ("ok", "")
    assert (row.connections_max, row.pooler_sessions) == (4, 4)


def test_round_trips_are_not_counted_through_a_pooler(context: Context) -> None:
    program = Program("/nowhere/pgbouncer", "1.18.0")
    matrix = {"adapter": "psycopg3", "pooler": "session"}
    plan, context = planned(context, program, matrix=matrix)
    assert count(plan.cells, context) == []
