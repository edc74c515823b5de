"""Cycles of turns that others disturbed are measured again, a few of them, and none is lost."""

from __future__ import annotations

import itertools
import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.measure import cycles, observation
from runner.measure.shared_cores import Reading
from runner.plan import schedule
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted
from tests.builders import cell
from tests.measure.groups import TURNS, UNCUT, group

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from runner.measure.context import Context

    OthersUse: TypeAlias = Callable[[Iterable[float | None]], None]


@pytest.fixture
def others_use(monkeypatch: pytest.MonkeyPatch) -> OthersUse:
    """Let others use so many cores in the first, second, ... cycle, and leave time to repeat."""
    monkeypatch.setattr(cycles, "REPEATED", 1000.0)

    def use(cores: Iterable[float | None]) -> None:
        loads = iter(cores)
        monkeypatch.setattr(Reading, "foreign_cores", lambda _now, _before: next(loads))
        monkeypatch.setattr(Reading, "steal_share", lambda _now, _before: 0.0)

    return use


def measured(context: Context, adapters: list[str], **settings: Any) -> None:
    list(group(context, adapters, **settings).measure())


def replaced(context: Context) -> list[int]:
    """List the cycles that others replace, as both files have it."""
    of_cycles = [line.cycle for line in context.run_folder.cycles() if line.replaced]
    of_turns = {line.turn for line in context.run_folder.turns() if line.replaced}
    assert of_turns == set(of_cycles)
    return of_cycles


def test_a_disturbed_cycle_is_measured_again_after_all_others(
    context: Context, others_use: OthersUse
) -> None:
    others_use([0.1, 0.9, 0.1, 0.1, 0.1, 0.0])
    measured(context, ["psycopg3", "noop"], **TURNS)
    assert replaced(context) == [2]
    lines = context.run_folder.cycles()
    assert [(line.cycle, line.foreign_cores) for line in lines] == [
        *((1, 0.1), (2, 0.9), (3, 0.1), (4, 0.1), (5, 0.1), (6, 0.0))
    ]
    for row in context.run_folder.results():
        assert (row.turns, row.status) == (5, "ok")
        assert "cut_short" not in row.flags
        own = [line for line in context.run_folder.turns() if line.cell == row.cell.id]
        assert len(own) == 7, "the warm-up, and six cycles"
        assert row.ok == sum(line.ok for line in own if line.turn not in (0, 2))
    pool = next(row for row in context.run_folder.results() if row.contender == "psycopg3")
    assert pool.rows_found == pool.rows_inserted, "the table has the rows of the replaced turn"


def test_an_uncut_turn_is_replaced_by_an_uncut_one(context: Context, others_use: OthersUse) -> None:
    seed = "1/1/insert-c3-p2"
    planned = schedule.cycles(cell(duration=0.2, turn=0.05, lead_in=0.01, uncut=0.15), seed)
    (place,) = (cycle.number for cycle in planned if cycle.uncut)
    others_use([0.9 if number == place else 0.0 for number in range(1, 8)])
    measured(context, ["noop"], **UNCUT)
    assert replaced(context) == [place]
    lines = context.run_folder.turns()
    assert [line.turn for line in lines if line.uncut] == [place, 7]
    (row,) = context.run_folder.results()
    assert row.turns == 6
    assert row.operations == sum(line.operations for line in lines if line.turn not in (0, place))


def test_no_more_than_a_tenth_of_the_cycles_or_one_is_measured_again(
    context: Context, others_use: OthersUse
) -> None:
    others_use(itertools.repeat(1.5))
    measured(context, ["noop"], **TURNS)
    assert replaced(context) == [1]
    assert len(context.run_folder.cycles()) == 6


@pytest.mark.parametrize("cores", [None, 0.1])
def test_a_cycle_that_nobody_is_known_to_have_disturbed_is_not_measured_again(
    context: Context,
    others_use: OthersUse,
    cores: float | None,
) -> None:
    others_use(itertools.repeat(cores))
    measured(context, ["noop"], **TURNS)
    assert replaced(context) == []
    assert [line.foreign_cores for line in context.run_folder.cycles()] == [cores] * 5


def test_no_cycle_is_measured_again_beyond_the_time_that_was_planned(
    context: Context,
    others_use: OthersUse,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others_use(itertools.repeat(1.5))
    monkeypatch.setattr(cycles, "REPEATED", -1.0)
    measured(context, ["noop"], **TURNS)
    assert replaced(context) == []
    assert len(context.run_folder.cycles()) == 5


def test_an_interrupt_within_a_cycle_keeps_its_turns(
    context: Context, others_use: OthersUse
) -> None:
    others_use(itertools.repeat(0.0))
    announced = itertools.count(1)

    def interrupt_the_second_of_a_cycle(*_: object) -> None:
        if next(announced) == 6:
            os.kill(os.getpid(), signal.SIGINT)

    told = replace(context, announce=interrupt_the_second_of_a_cycle)
    with pytest.raises(Interrupted):
        measured(told, ["psycopg3", "noop"], **TURNS)
    assert [line.turn for line in context.run_folder.turns()] == [0, 0, 1, 1, 2]
    assert [line.cycle for line in context.run_folder.cycles()] == [1]
    rows = context.run_folder.results()
    assert sorted(row.turns or 0 for row in rows) == [1, 2]
    assert all("cut_short" in row.flags for row in rows)


class Gone:
    """A server that is gone once a cell has taken three turns."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        asked = name in ("connections", "disconnected", "activity", "table_rows", "cpu")
        if not asked or len(self._context.run_folder.turns()) < 3:
            return getattr(self._context.server, name)
        return self._nothing if name == "cpu" else self._lost

    def _nothing(self) -> None:
        """Return None, as processes that are gone do."""

    def _lost(self, *_: object) -> None:
        raise ServerError("the server is lost")


def test_a_server_that_is_lost_between_cycles_costs_nothing_that_was_measured(
    context: Context,
) -> None:
    gone: Any = Gone(context)
    measured(replace(context, server=gone), ["psycopg3"], **TURNS)
    (row,) = context.run_folder.results()
    assert (row.turns, row.rows_found, row.server_cpu_us_per_op) == (5, None, None)
    assert row.flags.split().count("server_lost") == 1
    known = [line.foreign_cores is not None for line in context.run_folder.cycles()]
    assert known == [True, True, False, False, False]


def test_what_is_parked_is_looked_at_before_the_cycles_halfway_and_at_the_end(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    look = observation.observe_parked

    def noting(member: object, server: object) -> None:
        looked.append(len(context.run_folder.turns()))
        look(member, server)  # type: ignore[arg-type]

    monkeypatch.setattr(Reading, "foreign_cores", lambda _now, _before: 0.0)
    monkeypatch.setattr(cycles, "observe_parked", noting)
    measured(context, ["psycopg3"], **TURNS)
    assert looked == [1, 3, 6]


def test_a_cell_that_breaks_in_its_turn_is_looked_at_before_its_worker_ends(
    context: Context,
) -> None:
    measured(context, ["tests.fakes.broken:Buggy"], **TURNS)
    (row,) = context.run_folder.results()
    assert (row.status, row.turns) == ("failed", None)
    assert row.client_rss_mb


def test_the_cpu_of_others_on_the_cores_of_a_run_is_read_for_every_cycle(context: Context) -> None:
    measured(context, ["psycopg3", "noop"], **TURNS)
    for line in context.run_folder.cycles():
        assert line.foreign_cores is not None
        assert 0 <= line.foreign_cores <= len(context.cores)
        assert line.steal_share is not None
        assert line.seconds > 2 * 0.05
