"""What the clients of a turn noted, counted by the rules of METHOD 4; and the answer it makes."""

from __future__ import annotations

import threading
from array import array
from typing import TYPE_CHECKING

import numpy as np

from adapters.base import Failure
from runner.worker.histogram import Histogram
from runner.worker.protocol import PARTS, SLICES

if TYPE_CHECKING:
    from runner.worker.histogram import Integers

KINDS = tuple(Failure)
FOLD_AT = 3 * 4096
"""Entries of the failures' array at which they are folded."""

NEVER = 2**62


class Tally:
    """Counts operations as they come, from all clients of a turn, in bounded memory."""

    opens = closes = NEVER

    def __init__(self, clients: int) -> None:
        self.ok = [0] * clients
        self.slices = np.zeros(SLICES, dtype=np.int64)
        self.weight = 0.0
        self.busy = 0
        self.finished = 0
        self.succeeded = 0
        self.counts = dict.fromkeys(KINDS, 0)
        self.histograms = {part: Histogram() for part in PARTS}
        self.examples: dict[str, str] = {}
        self.releases_failed = 0
        self.waiting = 0
        self.longest_wait = 0
        self.last_end = 0
        self.first_failure = NEVER
        self.closed = False
        self._failures = array("q")
        self._lock = threading.Lock()

    def set_clock(self, opens: int, closes: int) -> None:
        """Count from `opens` to `closes`, moments of `perf_counter_ns`."""
        self.opens = self.last_end = opens
        self.closes = closes

    def fold(self, number: int, stamps: array[int]) -> None:
        """Count operations of one client: asked, got, used, released, over and over."""
        times = np.array(stamps[: len(stamps) // 4 * 4], dtype=np.int64).reshape(-1, 4)
        asked, got, used, released = times.T
        with self._lock:
            if self.closed:
                return
            within = self._within(asked, released)
            self.busy += int(within.sum())
            self.finished += len(times)
            self.succeeded += len(times)
            self.weight += float((within / np.maximum(released - asked, 1)).sum())
            self._note_waiting(asked, got)
            self.last_end = max(self.last_end, int(released.max()))
            inside = (released >= self.opens) & (released < self.closes)
            self.ok[number] += int(inside.sum())
            tenths = (released[inside] - self.opens) * SLICES // (self.closes - self.opens)
            self.slices += np.bincount(tenths, minlength=SLICES)
            for part, spent in zip(
                PARTS, (got - asked, used - got, released - used, released - asked), strict=False
            ):
                self.histograms[part].add(spent[inside])

    def failed(self, kind: Failure, message: str, asked: int, got: int, ended: int) -> None:
        """Count one operation that failed; `got` is 0 where it never had a connection."""
        with self._lock:
            self.examples.setdefault(kind, message)
            self._failures.extend((KINDS.index(kind), asked, got or ended, ended))
            if len(self._failures) >= FOLD_AT:
                self._fold_failures()

    def release_failed(self, message: str, ended: int) -> None:
        """Count an error of `release`, whatever became of the operation."""
        with self._lock:
            self.examples.setdefault("release_failed", message)
            self.releases_failed += self.opens <= ended < self.closes

    def paused(self, moments: array[int]) -> None:
        """Count time between operations in which a client had nothing to do: from, to, ..."""
        if moments:
            began, ended = np.array(moments, dtype=np.int64).reshape(-1, 2).T
            with self._lock:
                if not self.closed:
                    self.busy += int(self._within(began, ended).sum())

    def still_waiting(self, asked: int) -> None:
        """Count a client that never came back and that had asked at that moment."""
        with self._lock:
            self._note_waiting(np.array([asked]), np.array([NEVER]))

    def close(self) -> None:
        """Fold what is left; nothing is counted after it."""
        with self._lock:
            self._fold_failures()
            self.closed = True

    def _fold_failures(self) -> None:
        if not self._failures:
            return
        kinds, asked, got, ended = np.array(self._failures, dtype=np.int64).reshape(-1, 4).T
        del self._failures[:]
        self._note_waiting(asked, got)
        self.busy += int(self._within(asked, ended).sum())
        self.finished += len(ended)
        self.last_end = max(self.last_end, int(ended.max()))
        inside = (ended >= self.opens) & (ended < self.closes)
        if inside.any():
            self.first_failure = min(self.first_failure, int(ended[inside].min()))
            self.histograms["failed"].add((ended - asked)[inside])
            for kind, count in enumerate(np.bincount(kinds[inside]).tolist()):
                self.counts[KINDS[kind]] += count

    def _within(self, began: Integers, ended: Integers) -> Integers:
        """Return how much of each stretch lies in the window."""
        within: Integers = np.minimum(ended, self.closes) - np.maximum(began, self.opens)
        return np.maximum(within, 0)

    def _note_waiting(self, asked: Integers, got: Integers) -> None:
        """Count who was waiting when the window closed, with the time until then."""
        across = (asked < self.closes) & (got >= self.closes)
        if across.any():
            self.waiting += int(across.sum())
            self.longest_wait = max(self.longest_wait, self.closes - int(asked[across].min()))
