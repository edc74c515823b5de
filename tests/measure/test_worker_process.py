"""A worker answers in lines of JSON, or it is said in words why it does not."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest

from runner.measure import worker_process
from runner.measure.worker_process import Crashed, Failed, Hung, WorkerProcess
from runner.supervision.interrupts import Interrupted
from runner.worker.protocol import OpenOrder, PlayOrder, TurnOrder
from tests.builders import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.measure.context import Context

TURN = TurnOrder(1, 0.0, operations=3, patience=5.0)


def order(adapter: str) -> OpenOrder:
    return replace(OPEN, adapter=adapter)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def worker(log: Path, context: Context) -> Iterator[WorkerProcess]:
    with WorkerProcess(log, context.watchdog, context.interrupts) as worker:
        yield worker
    assert not psutil.pid_exists(worker.pid)


def test_a_worker_opens_takes_turns_and_closes(worker: WorkerProcess) -> None:
    assert worker.open(order("noop"), 30.0).first_connection_ms > 0
    for _ in range(2):
        assert worker.turn(TURN, 30.0).ok == (3, 3)
    assert (worker.rss() or 0) > 1_000_000
    worker.begin_close()
    assert worker.end(20.0) is True
    assert worker.rss() is None


def test_an_order_that_cannot_be_carried_out_is_answered_with_its_reason(
    worker: WorkerProcess,
) -> None:
    with pytest.raises(Failed, match=r"^open: .*nobody listens there"):
        worker.open(order("tests.fakes.broken:Closed"), 30.0)


def test_what_an_adapter_prints_goes_to_the_log_and_is_no_answer(
    worker: WorkerProcess, log: Path
) -> None:
    worker.open(order("tests.fakes.broken:Chatty"), 30.0)
    assert worker.turn(TURN, 30.0).ok == (3, 3)
    assert "not an answer" in log.read_text("utf-8")


def test_a_frozen_worker_is_given_up_when_its_time_is_over(worker: WorkerProcess) -> None:
    worker.open(order("noop"), 30.0)
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(Hung, match=r"did not answer within 0\.2 s"):
        worker.turn(TURN, 0.2)


def test_a_long_order_to_a_frozen_worker_is_given_up(
    worker: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe takes 64 KiB of it, and the rest only once the worker reads."""
    long = replace(order("noop"), options={"long": "x" * 200_000})
    with pytest.raises(Failed, match="unknown option 'long'"):
        worker.open(long, 30.0)
    os.kill(worker.pid, signal.SIGSTOP)
    monkeypatch.setattr(worker_process, "SEND_SECONDS", 0.2)
    with pytest.raises(Hung, match=r"did not take an order within 0\.2 s"):
        worker.open(long, 30.0)


def test_the_server_is_looked_at_while_a_worker_is_waited_for(
    log: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(len(looks))
        if len(looks) == 3:
            raise Hung("the server is lost")

    monkeypatch.setattr(worker_process, "LOOK_SECONDS", 0.05)
    with WorkerProcess(log, context.watchdog, context.interrupts, look=look) as worker:
        os.kill(worker.pid, signal.SIGSTOP)
        with pytest.raises(Hung, match="the server is lost"):
            worker.open(order("noop"), 30.0)


def test_a_worker_that_crashed_is_explained_with_its_last_line(
    worker: WorkerProcess, log: Path
) -> None:
    worker.open(order("noop"), 30.0)
    log.write_text("first\nlast words\n", encoding="utf-8")
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(Crashed) as crashed:
        worker.turn(TURN, 30.0)
    assert str(crashed.value) == (
        "the process was ended by SIGKILL, as it happens when memory runs out; "
        "its last line: last words"
    )
    with pytest.raises(Crashed, match="SIGKILL"):
        worker.turn(TURN, 30.0)


def test_a_killed_worker_takes_no_order(worker: WorkerProcess) -> None:
    worker.kill()
    with pytest.raises(Crashed):
        worker.open(order("noop"), 30.0)


def test_a_pool_that_does_not_close_is_not_waited_for_any_longer(worker: WorkerProcess) -> None:
    worker.open(order("tests.fakes.broken:Lingering"), 30.0)
    worker.begin_close()
    assert worker.end(0.2) is False


def test_an_interrupt_ends_the_waiting_for_an_answer(worker: WorkerProcess) -> None:
    worker.open(order("noop"), 30.0)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(Interrupted):
        worker.turn(TurnOrder(1, 0.0, 60.0), 90.0)


@pytest.mark.parametrize("apart", [False, True])
def test_the_processes_that_a_worker_has_started_are_named(
    worker: WorkerProcess,
    apart: bool,  # noqa: FBT001
) -> None:
    worker.open(order("noop"), 30.0)
    assert worker.companions() == []
    worker.play(PlayOrder("tests.fakes.played:start_cat", {"apart": apart}), 30.0)
    assert worker.companions() == ["cat"]


def test_a_worker_that_is_gone_has_no_processes_that_can_be_seen(worker: WorkerProcess) -> None:
    worker.kill()
    assert worker.companions() is None


def test_a_parked_worker_tells_of_itself(worker: WorkerProcess) -> None:
    worker.open(replace(OPEN, workload="read", clients=1), 30.0)
    worker.turn(TurnOrder(1, 0.0, operations=640), 30.0)
    told = worker.inspect(30.0)
    assert {answer[1:] for answer in told.answers} == {("1", "noop", "noop")}
