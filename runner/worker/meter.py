"""The cost of a turn for the process that takes it: its CPU, and the lag of its event loop."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter_ns, process_time_ns
from typing import TYPE_CHECKING

import numpy as np

from runner.times import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from runner.worker.executor import Executor
    from runner.worker.window import Window

PROBE_SECONDS = 0.05
"""The pause between two probes of the event loop: twenty a second cost it nothing."""


@dataclass(frozen=True)
class Cost:
    """CPU and delays of one window, in nanoseconds."""

    cpu: int
    """CPU of the process in the window."""
    lags: tuple[int, ...] = ()
    """The time from each question, asked outside of the loop, to its answer; a block is seen."""

    @property
    def lag(self) -> int | None:
        """The longest delay, None without an event loop."""
        return max(self.lags, default=None)


def _reading() -> tuple[int, int]:
    """Read the clock, and the CPU of this process."""
    return perf_counter_ns(), process_time_ns()


def spent_between(readings: Sequence[tuple[int, int]], since: int, until: int) -> int:
    """Return the CPU between two moments, by straight lines between the readings around them.

    Where the cores are full a thread wakes late, and a process has had less before than after:
    what it used later does not say what it used then.
    """
    moments, cpu = zip(*readings, strict=True)
    first, last = np.interp([since, until], moments, cpu)
    return round(float(last - first))


class Meter:
    """Watches one window from a thread that has nothing else to do."""

    def __init__(
        self,
        executor: Executor,
        window: Window,
        all_left: Event,
        look: Callable[[int], object] = lambda _now: None,
    ) -> None:
        """Take what is watched; `look` is called with each moment at which it probes."""
        self._look = look
        self._executor = executor
        self._window = window
        self._all_left = all_left

    def watch(self, until: int) -> Cost:
        """Wait until then, or until every client has left, and return the cost of the window.

        `until` is a moment of `perf_counter_ns`.
        """
        readings = [_reading()]
        self._all_left.wait(max(0.0, (self._window.opens - perf_counter_ns()) / SECOND))
        answers: list[int] = []
        asked: list[int] = []
        while not self._all_left.is_set():
            readings.append(_reading())
            left = (until - perf_counter_ns()) / SECOND
            if left <= 0:
                break
            asked.append(perf_counter_ns())
            self._executor.call_soon(lambda: answers.append(perf_counter_ns()))
            self._look(asked[-1])
            self._all_left.wait(min(left, PROBE_SECONDS))
        readings.append(_reading())
        lags = self._lags(asked, answers[:], perf_counter_ns())
        return Cost(spent_between(readings, self._window.opens, until), lags)

    def _lags(self, asked: list[int], answers: list[int], now: int) -> tuple[int, ...]:
        """Measure the delay of each answer; of one that is still out, the delay until now."""
        if not self._executor.has_loop:
            return ()
        missing = [now] * (len(asked) - len(answers))
        return tuple(
            answer - question for question, answer in zip(asked, [*answers, *missing], strict=True)
        )
