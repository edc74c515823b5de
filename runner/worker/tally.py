"""The tally of a turn: its operations, counted by the rules of METHOD 4 in bounded memory."""

from __future__ import annotations

import threading
from array import array
from typing import TYPE_CHECKING

import numpy as np

from runner.worker.long_text import cut
from runner.worker.observer import KINDS, NO_FAILURES, NO_TIMES
from runner.worker.protocol import SLICES
from runner.worker.window import FOREVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import Failure
    from runner.worker.histogram import Integers
    from runner.worker.observer import Observer
    from runner.worker.window import Window

MOST_MESSAGES = 100
"""Different messages of a kind of failure that are counted: some hold a number of their own."""

MOST_LETTERS = 1 << 19
"""Letters of all messages of a turn, beyond which only the first of another kind is counted: in
JSON a letter takes up to twelve bytes."""

FOLD_AT = 5 * 4096
"""Entries of the failures' array at which they are folded."""


class Tally:
    """Counts the operations of all clients of a turn, and shows them to observers."""

    def __init__(self, window: Window, clients: int, observers: Sequence[Observer] = ()) -> None:
        self.ok = [0] * clients
        self.slices = np.zeros(SLICES, dtype=np.int64)
        self.weight = 0.0
        self.busy = 0
        self.finished = 0
        self.succeeded = 0
        self.counts = dict.fromkeys(KINDS, 0)
        self.messages: dict[str, dict[str, int]] = {}
        self.releases_failed = 0
        self.waiting = 0
        self.longest_wait = 0
        self.last_end = 0
        self.first_failure = FOREVER
        self._window = window
        self._observers = observers
        self._closed = False
        self._failures = array("q")
        self._letters = 0
        self._lock = threading.Lock()

    def fold(self, numbers: Sequence[int], operations: Sequence[Integers]) -> None:
        """Count successful operations of some clients, a row each, see MOMENTS.

        Those of many clients together take little longer than those of one.
        """
        clients = np.repeat(numbers, [len(times) for times in operations])
        times = np.asfortranarray(np.concatenate(operations))  # columns are what is added up
        with self._lock:
            if not self._closed and len(times):
                self._count(clients, times)
                self._show(times, NO_FAILURES)

    def failed(self, kind: Failure, message: str, moments: tuple[int, int, int, int]) -> None:
        """Count a failure: intended, picked up, got, ended; `got` is the end without one."""
        with self._lock:
            if self._closed:
                return
            self._hear(kind, message)
            self._failures.extend((*moments, KINDS.index(kind)))
            if len(self._failures) >= FOLD_AT:
                self._fold_failures()

    def release_failed(self, message: str, ended: int) -> None:
        """Count an error of `release`, whatever became of the operation."""
        with self._lock:
            if self._closed:
                return
            self._hear("release_failed", message)
            self.releases_failed += self._window.opens <= ended < self._window.closes

    def _hear(self, kind: str, message: str) -> None:
        """Count a message of an error; of many different ones, or of long ones, the first."""
        counts, message = self.messages.setdefault(kind, {}), cut(message)
        if message not in counts:
            if counts and (len(counts) >= MOST_MESSAGES or self._letters > MOST_LETTERS):
                return
            self._letters += len(message)
        counts[message] = counts.get(message, 0) + 1

    def paused(self, moments: array[int]) -> None:
        """Count pauses between operations; `moments` are beginning and end of each."""
        if moments:
            began, ended = np.array(moments, dtype=np.int64).reshape(-1, 2).T
            with self._lock:
                if not self._closed:
                    self.busy += int(self._window.part(began, ended).sum())

    def still_waiting(self, intended: int) -> None:
        """Count a client that never came back from an operation intended for that moment."""
        with self._lock:
            endless = np.array([[intended, intended, FOREVER, FOREVER, 0]], dtype=np.int64)
            self._note_waiting(endless[:, 0], endless[:, 2])
            self._show(NO_TIMES, endless)

    def close(self) -> None:
        """Fold the rest; nothing is counted after it."""
        with self._lock:
            self._fold_failures()
            self._closed = True

    def _show(self, times: Integers, failures: Integers) -> None:
        for observer in self._observers:
            observer.fold(times, failures)

    def _count(self, clients: Integers, times: Integers) -> None:
        window = self._window
        intended, picked, got, _, released = times.T
        within = window.part(picked, released)
        self.busy += int(within.sum())
        self.finished += len(times)
        self.succeeded += len(times)
        self.weight += float((within / np.maximum(released - picked, 1)).sum())
        self._note_waiting(intended, got)
        self.last_end = max(self.last_end, int(released.max()))
        counted = window.counts(intended, released)
        succeeded = np.bincount(clients[counted])
        for number in np.flatnonzero(succeeded).tolist():
            self.ok[number] += int(succeeded[number])
        inside = released[counted if not window.by_arrival else window.has(released)]
        tenths = (inside - window.opens) * SLICES // (window.closes - window.opens)
        self.slices += np.bincount(tenths, minlength=SLICES)

    def _fold_failures(self) -> None:
        if not self._failures:
            return
        failures = np.array(self._failures, dtype=np.int64).reshape(-1, 5)
        del self._failures[:]
        intended, picked, got, ended, kinds = failures.T
        self._note_waiting(intended, got)
        self.busy += int(self._window.part(picked, ended).sum())
        self.finished += len(ended)
        self.last_end = max(self.last_end, int(ended.max()))
        counted = self._window.counts(intended, ended)
        if counted.any():
            self.first_failure = min(self.first_failure, int(ended[counted].min()))
            waited = got[counted] - intended[counted]  # in vain, most of them: a wait all the same
            self.longest_wait = max(self.longest_wait, int(waited.max()))
            for kind, count in enumerate(np.bincount(kinds[counted]).tolist()):
                self.counts[KINDS[kind]] += count
        self._show(NO_TIMES, failures)

    def _note_waiting(self, intended: Integers, got: Integers) -> None:
        """Count the waits that the closing of the window cut, and note the longest until then."""
        closes = self._window.closes
        if closes == FOREVER:
            return
        across = (intended < closes) & (got >= closes)
        if across.any():
            self.waiting += int(across.sum())
            self.longest_wait = max(self.longest_wait, closes - int(intended[across].min()))
