"""Waits that end on time: an event loop and a thread both wake late, or early, by themselves."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from time import perf_counter_ns

from runner.times import SECOND

PR_SET_TIMERSLACK = 29
TIMERFD_CLOCK, TIMERFD_FLAGS, TIMERFD_ABSOLUTE = 1, os.O_NONBLOCK | os.O_CLOEXEC, 1
"""CLOCK_MONOTONIC, which `perf_counter_ns` reads; and TFD_TIMER_ABSTIME."""


def no_slack() -> None:
    """Let sleeps of this thread, and of those that it starts from now on, end when they should.

    Linux lets them end up to 50 us later, to wake several at once; other systems cannot be asked.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(1))


class Alarm:
    """Wakes tasks of an event loop at their moments, by a timer of the kernel's (Linux).

    A loop's own timers end up to a millisecond late, where epoll's time-out is rounded up, and
    those of uvloop early, where its clock was cut to milliseconds: a timer among its sockets does
    neither.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Make the timer. Called in the loop. Raises OSError where the system has none."""
        self._loop = loop
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._c = ctypes.CDLL(None, use_errno=True)
        self._fd = self._c.timerfd_create(TIMERFD_CLOCK, TIMERFD_FLAGS)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "no timer")
        self._time = (ctypes.c_long * 4)()
        loop.add_reader(self._fd, self._ring)

    async def until(self, moment: int) -> None:
        """Wait until a moment of `perf_counter_ns`."""
        future = self._loop.create_future()
        heappush(self._sleepers, (moment, next(self._numbers), future))
        if self._sleepers[0][2] is future:
            self._set(moment)
        await future

    def _set(self, moment: int) -> None:
        self._time[2], self._time[3] = divmod(moment, SECOND)
        self._c.timerfd_settime(self._fd, TIMERFD_ABSOLUTE, self._time, None)

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # it was set anew in the same step of the loop
            os.read(self._fd, 8)
        now = perf_counter_ns()
        while self._sleepers and self._sleepers[0][0] <= now:
            future = heappop(self._sleepers)[2]
            if not future.done():
                future.set_result(None)
        if self._sleepers:
            self._set(self._sleepers[0][0])


class LoopTimers:
    """The timers of an event loop itself, asked again until it is time: where there is no better.

    They end late, and their lateness is in the results.
    """

    async def until(self, moment: int) -> None:
        """Wait until a moment of `perf_counter_ns`."""
        while (left := moment - perf_counter_ns()) > 0:
            await asyncio.sleep(left / SECOND)


def timer_of(loop: asyncio.AbstractEventLoop) -> Alarm | LoopTimers:
    """Make the best timer that there is for the tasks of a loop. Called in the loop."""
    if sys.platform == "linux":
        with suppress(OSError):  # where processes are confined, there may be none
            return Alarm(loop)
    return LoopTimers()
