"""The open loop: operations arrive on a schedule of their own, whoever is free to do them."""

from __future__ import annotations

from array import array
from random import Random
from threading import Lock
from time import perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from runner.times import SECOND

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from runner.worker.client import Client
    from runner.worker.histogram import Integers
    from runner.worker.window import Window

    Until = Callable[[int], Awaitable[None]]
    """Wait until a moment of `perf_counter_ns`."""


UNTIL_BEGUN = 0.001
"""Seconds between two looks of a client at a schedule that has not begun."""

WAITING, SHED = -1, -2
"""What is noted of an arrival that no client has taken up, and of one that was dropped."""


class Accounts(NamedTuple):
    """What became of the arrivals of a window, beside the operations that ended."""

    arrivals: int
    shed: int
    unfinished: Integers
    """Nanoseconds for which those had waited that no client had taken up when the window closed."""
    late: Integers
    """Nanoseconds between the moment at which each of the others could have been taken up, because
    it had come and its client was free, and the moment at which it was."""


class Arrivals:
    """The seeded Poisson schedule of a turn, which all of its clients share; a `Between`.

    Whoever is free takes the next arrival, first come first served, and waits for it if need be.
    Where nobody is free it waits, and its time counts from the moment at which it came.
    """

    def __init__(self, rate: float, seconds: float, seed: str, window: Window, shed: float) -> None:
        """Draw the schedule: `rate` a second, for `seconds`; the same one for the same seed.

        An arrival that waited longer than `shed` seconds is dropped; 0 drops none.
        """
        self._offsets = _poisson(rate, seconds, seed)
        self._noted = array("q", [WAITING]) * len(self._offsets)
        """By arrival: the lateness of the client that took it up, or why none did."""
        self._next = iter(range(len(self._offsets)))
        self._taking = Lock()
        """Only one thread takes a step: without the interpreter's lock two could take the same."""
        self._window = window
        self._shed = int(shed * SECOND)
        self._begins = 0
        self._until: Until | None = None

    def begin(self, at: int, until: Until) -> None:
        """Let the schedule begin at a moment of `perf_counter_ns`."""
        self._begins = at
        self._until = until

    async def __call__(self, me: Client, ended: int) -> tuple[int, int] | None:
        """Take the next arrival, wait for it, and return its moment and that of the pick-up."""
        while self._until is None:
            await me.pool.sleep(UNTIL_BEGUN)
        while (number := self._take()) is not None:
            intended = self._begins + self._offsets[number]
            now = perf_counter_ns()
            if now < intended:
                await self._until(intended)
                now = perf_counter_ns()
            if now >= self._window.closes:
                break
            if self._shed and now - intended > self._shed:
                self._noted[number] = SHED
                continue
            self._noted[number] = now - max(intended, ended)
            return intended, now
        return None

    def _take(self) -> int | None:
        """Take the number of the next arrival; None when there is none left."""
        with self._taking:
            return next(self._next, None)

    def accounts(self) -> Accounts:
        """Say what became of the arrivals of the window."""
        moments = np.array(self._offsets, dtype=np.int64) + self._begins
        inside = self._window.has(moments)
        moments, noted = moments[inside], np.array(self._noted, dtype=np.int64)[inside]
        return Accounts(
            arrivals=len(moments),
            shed=int((noted == SHED).sum()),
            unfinished=self._window.closes - moments[noted == WAITING],
            late=noted[noted >= 0],
        )


def _poisson(rate: float, seconds: float, seed: str) -> array[int]:
    """Draw the moments of a Poisson process, in nanoseconds from its beginning."""
    gap = Random(seed).expovariate
    moments = array("q")
    moment = gap(rate)
    while moment < seconds:
        moments.append(int(moment * SECOND))
        moment += gap(rate)
    return moments
