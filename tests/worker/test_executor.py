"""Clients run in threads of their own, or as tasks of one loop in a thread."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from adapters import PoolOptions
from adapters.blocking import SuspendedError
from adapters.noop import Noop
from runner.worker.executor import Executor, Tasks, Threads, executor_for
from tests.fakes.slow import SlowTasks

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator


def executors() -> list[Executor]:
    return [Threads(), Tasks(asyncio.new_event_loop())]


@pytest.mark.parametrize("executor", executors())
def test_a_coroutine_gives_its_value_or_its_error(executor: Executor) -> None:
    async def seven() -> int:
        return 7

    async def wrong() -> None:
        raise ZeroDivisionError

    assert executor.run(seven) == 7
    with pytest.raises(ZeroDivisionError):
        executor.run(wrong)


@pytest.mark.parametrize("executor", executors())
def test_clients_run_at_once_and_are_not_waited_for(executor: Executor) -> None:
    release, ended = threading.Event(), threading.Semaphore(0)

    async def client() -> None:
        await executor.wait(release.wait)
        ended.release()

    executor.start([client] * 3)
    assert not ended.acquire(blocking=False)
    release.set()
    assert all(ended.acquire(timeout=10) for _ in range(3))


@pytest.mark.parametrize("executor", executors())
def test_no_client_begins_before_all_have_been_started(executor: Executor) -> None:
    started, seen = [0], list[int]()
    all_began = threading.Semaphore(0)

    async def client() -> None:
        seen.append(started[0])
        all_began.release()

    def one_after_the_other() -> Iterator[Callable[[], Coroutine[Any, Any, None]]]:
        for _ in range(4):
            time.sleep(0.02)  # long enough to begin in
            started[0] += 1
            yield client

    executor.start(one_after_the_other())
    assert all(all_began.acquire(timeout=10) for _ in range(4))
    assert seen == [4] * 4


def test_each_client_of_a_blocking_pool_has_a_thread_and_tasks_share_one() -> None:
    def threads(executor: Executor) -> set[int]:
        seen: list[int] = []
        gate = threading.Event()

        async def client() -> None:
            seen.append(threading.get_ident())
            await executor.wait(gate.wait)

        executor.start([client] * 3)
        until = time.monotonic() + 10
        while len(seen) < 3 and time.monotonic() < until:
            time.sleep(0.001)
        gate.set()
        return set(seen)

    many, one = (len(threads(executor)) for executor in executors())
    assert (many, one) == (3, 1)


def test_a_coroutine_that_suspends_in_a_plain_thread_is_refused() -> None:
    with pytest.raises(SuspendedError):
        Threads().run(lambda: asyncio.sleep(0))


def test_only_a_loop_can_be_called() -> None:
    called = threading.Event()
    threads, tasks = executors()
    threads.call_soon(called.set)
    assert not called.is_set()
    assert (threads.has_loop, tasks.has_loop) == (False, True)
    tasks.call_soon(called.set)
    assert called.wait(10)


def test_the_adapter_decides_about_its_clients() -> None:
    assert isinstance(executor_for(Noop("", PoolOptions())), Threads)
    assert isinstance(executor_for(SlowTasks("", PoolOptions())), Tasks)
