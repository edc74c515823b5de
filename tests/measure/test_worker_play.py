"""A worker plays a coroutine: what it tells meanwhile, and why it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.measure.worker_process import Crashed, Failed, Hung, WorkerProcess
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog
from runner.worker.protocol import OpenOrder, PlayOrder, TurnOrder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.worker.protocol import Event

TAKE_ALL = PlayOrder("tests.fakes.played:take_all", {"size": 2})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def worker(log: Path) -> Iterator[WorkerProcess]:
    with Watchdog() as watchdog, Interrupts() as interrupts:
        process = WorkerProcess(log, watchdog, interrupts)
        yield process
        process.kill()


def order(adapter: str, dsn: str = "") -> OpenOrder:
    return OpenOrder(adapter, dsn, 2, 2, 5.0, "equal", {}, "checkout", 1, "played", "seed")


def others(dsn: str) -> int:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("adapter", ["psycopg2", "psycopg3", "asyncpg"])
def test_a_coroutine_takes_all_connections_and_the_runner_says_when_to_go_on(
    worker: WorkerProcess, dsn: str, adapter: str
) -> None:
    events: list[Event] = []

    def go_on(event: Event) -> None:
        events.append(event)
        assert others(dsn) == 2, "it holds them while the runner looks"
        worker.tell("not this one", because="another name")
        worker.tell("go on", because="the test has looked")

    worker.open(order(adapter, dsn), 30.0)
    value = worker.play(TAKE_ALL, 30.0, go_on)
    assert value == {"released": 2, "because": "the test has looked"}
    assert [(event.name, event.facts) for event in events] == [("all out", {"connections": 2})]
    assert worker.turn(TurnOrder(1, 0.0, 0.05), 30.0).weight > 0, "the pool serves as before"


def test_an_event_that_came_too_late_is_not_one_of_the_next_order(worker: WorkerProcess) -> None:
    worker.open(order("noop"), 30.0)
    worker.tell("go on", because="of the last order")
    with pytest.raises(Hung):
        worker.play(TAKE_ALL, 0.5)


def test_a_coroutine_that_hangs_leaves_its_history(worker: WorkerProcess) -> None:
    worker.open(order("noop"), 30.0)
    with pytest.raises(Hung) as hung:
        worker.play(TAKE_ALL, 1.0, lambda _event: worker.tell("never mind"))
    reason = str(hung.value)
    assert reason.startswith(
        "the process did not answer within 1.0 s; events until then: 'all out'"
    )
    assert reason.endswith("'never mind' sent")


def test_a_coroutine_that_fails_is_told_with_its_history_and_the_worker_goes_on(
    worker: WorkerProcess, log: Path
) -> None:
    worker.open(order("noop"), 30.0)
    with pytest.raises(
        Failed, match=r"play: ZeroDivisionError: a bug in a coroutine; .*fail' came"
    ):
        worker.play(PlayOrder("tests.fakes.played:fail"), 30.0)
    assert 'raise ZeroDivisionError("a bug in a coroutine")' in log.read_text("utf-8")
    assert worker.turn(TurnOrder(1, 0.0, 0.05), 30.0).weight > 0


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("tests.fakes.played:nothing", "names nothing that can be imported"),
        ("tests.fakes.played", "is not a function's `module:function`"),
        ("tests.fakes.played:answer_an_object", "not JSON serializable"),
    ],
)
def test_what_cannot_be_played_is_refused_in_a_sentence(
    worker: WorkerProcess, function: str, sentence: str
) -> None:
    worker.open(order("noop"), 30.0)
    with pytest.raises(Failed, match=sentence):
        worker.play(PlayOrder(function), 30.0)


def test_the_log_of_an_adapter_that_does_not_open_holds_the_traceback(
    worker: WorkerProcess, log: Path
) -> None:
    with pytest.raises(Failed, match=r"^open: ConnectionRefusedError: nobody listens there$"):
        worker.open(order("tests.fakes.broken:Closed"), 30.0)
    text = log.read_text("utf-8")
    assert text.startswith("Traceback")
    assert "in open\n" in text


def test_a_process_that_is_gone_cannot_be_told_anything(worker: WorkerProcess) -> None:
    worker.kill()
    with pytest.raises(Crashed):
        worker.tell("go on")
