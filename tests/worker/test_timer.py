"""Waits end at their moments: never before, and each by itself."""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec
from time import perf_counter_ns
from typing import TYPE_CHECKING

import pytest

from runner.worker.executor import Executor, Tasks, Threads
from runner.worker.timer import Alarm, LoopTimers, no_slack, timer_of

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1_000_000


def loops() -> list[Callable[[], asyncio.AbstractEventLoop]]:
    if find_spec("uvloop") is None:
        return [asyncio.new_event_loop]
    import uvloop

    return [asyncio.new_event_loop, uvloop.new_event_loop]


def executors() -> list[Executor]:
    return [Threads(), *(Tasks(loop()) for loop in loops())]


@pytest.mark.parametrize("executor", executors(), ids=lambda it: type(it).__name__)
def test_a_client_sleeps_until_its_moment_and_no_less(executor: Executor) -> None:
    """The timers of uvloop end early by themselves: operations would look too short."""
    ends: list[int] = []

    async def client() -> None:
        for _ in range(20):
            moment = perf_counter_ns() + MS // 3
            await executor.until(moment)
            ends.append(perf_counter_ns() - moment)

    executor.run(client)
    assert len(ends) == 20
    assert min(ends) >= 0


@pytest.mark.parametrize("loop", loops(), ids=["asyncio", "uvloop"][: len(loops())])
@pytest.mark.parametrize("kind", [Alarm, LoopTimers] if sys.platform == "linux" else [LoopTimers])
def test_those_that_sleep_at_once_wake_in_the_order_of_their_moments(
    loop: Callable[[], asyncio.AbstractEventLoop], kind: type[Alarm | LoopTimers]
) -> None:
    here = loop()
    woken: list[int] = []

    async def sleeper(timer: Alarm | LoopTimers, name: int, moment: int) -> None:
        await timer.until(moment)
        assert perf_counter_ns() >= moment
        woken.append(name)

    async def main() -> None:
        timer = kind(here) if kind is Alarm else LoopTimers()
        start = perf_counter_ns() + 2 * MS
        order = [(3, 30), (1, 10), (4, 40), (0, -10), (2, 20)]
        await asyncio.gather(*(sleeper(timer, name, start + after * MS) for name, after in order))

    here.run_until_complete(main())
    here.close()
    assert woken == [0, 1, 2, 3, 4]


def test_a_task_that_was_cancelled_in_its_sleep_keeps_no_other_from_waking() -> None:
    async def main() -> None:
        timer = timer_of(asyncio.get_running_loop())
        first = asyncio.ensure_future(timer.until(perf_counter_ns() + 5 * MS))
        await asyncio.sleep(0)
        first.cancel()
        await timer.until(perf_counter_ns() + 10 * MS)

    asyncio.run(asyncio.wait_for(main(), 10))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no slack to be set")
def test_a_thread_and_those_that_it_starts_have_no_slack() -> None:
    import ctypes
    import threading

    seen: list[int] = []

    def ask() -> None:
        seen.append(ctypes.CDLL(None).prctl(30))  # PR_GET_TIMERSLACK

    def start() -> None:
        ctypes.CDLL(None).prctl(29, 50_000)  # PR_SET_TIMERSLACK: other tests have set it too
        ask()
        no_slack()
        ask()
        inner = threading.Thread(target=ask)
        inner.start()
        inner.join()

    outer = threading.Thread(target=start)
    outer.start()
    outer.join()
    assert seen[0] > 1
    assert seen[1:] == [1, 1]
