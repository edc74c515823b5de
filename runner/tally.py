"""What the clients of a turn noted, counted by the rules of METHOD 4; and the answer it makes."""

from __future__ import annotations

import threading
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.base import Failure
from runner.histogram import Histogram

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.histogram import Integers

KINDS = tuple(Failure)
PARTS = ("wait", "use", "release", "total", "failed")
"""The timed parts of a successful operation, and the whole of a failed one."""

FOLD_AT = 3 * 4096
"""Entries of the failures' array at which they are folded."""

NEVER = 2**62


@dataclass(frozen=True)
class Measured:
    """What one turn of one cell gave: the line that a cell answers. Times in nanoseconds.

    Operations and failures are those that ended in the window; `weight` counts the successful
    ones with the fraction of their time that lay in it. Rows and leaks are of the whole turn.
    """

    seconds: float
    ok: tuple[int, ...]
    """Successful operations, by client."""
    weight: float
    failures: Mapping[str, int]
    """By kind; the kinds that did not occur are there with 0."""
    histograms: Mapping[str, Histogram]
    """By part, see PARTS."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """One message of each kind of failure, and of `release_failed`."""
    release_failed: int = 0
    leaked: int = 0
    waiting: int = 0
    """Clients that were waiting for a connection when the window closed."""
    longest_wait: int = 0
    """How long the most patient of those had waited until then."""
    stuck: int = 0
    """Clients that never came back."""
    first_failure: int | None = None
    """From the start of the window to the first failure."""
    exhausted: int | None = None
    """From the start of the window until nobody could get a connection any more."""
    inserted: int = 0
    deleted: int = 0
    uncertain: int = 0
    bug: str = ""
    """The traceback of an error that no driver raises; empty where there was none."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, for the wall between two processes."""
        histograms = {part: found.to_json() for part, found in self.histograms.items()}
        plain = {name: value for name, value in vars(self).items() if name != "histograms"}
        return {**plain, "histograms": histograms}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Measured:
        """Make it of what `to_json` returned."""
        found = {part: Histogram.from_json(one) for part, one in data["histograms"].items()}
        return cls(**{**data, "ok": tuple(data["ok"]), "histograms": found})


class Tally:
    """Counts operations as they come, from all clients of a turn, in bounded memory."""

    opens = 0
    closes = 0

    def __init__(self, clients: int) -> None:
        self.ok = [0] * clients
        self.weight = 0.0
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
            self.weight += float(self._shares(asked, released).sum())
            self._note_waiting(asked, got)
            self.last_end = max(self.last_end, int(released.max()))
            inside = (released >= self.opens) & (released < self.closes)
            self.ok[number] += int(inside.sum())
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
        self.last_end = max(self.last_end, int(ended.max()))
        inside = (ended >= self.opens) & (ended < self.closes)
        if inside.any():
            self.first_failure = min(self.first_failure, int(ended[inside].min()))
            self.histograms["failed"].add((ended - asked)[inside])
            for kind, count in enumerate(np.bincount(kinds[inside]).tolist()):
                self.counts[KINDS[kind]] += count

    def _shares(self, asked: Integers, released: Integers) -> Any:
        """Return the fraction of each operation's time that lies in the window."""
        within = np.minimum(released, self.closes) - np.maximum(asked, self.opens)
        return np.maximum(within, 0) / np.maximum(released - asked, 1)

    def _note_waiting(self, asked: Integers, got: Integers) -> None:
        """Count who was waiting when the window closed, with the time until then."""
        across = (asked < self.closes) & (got >= self.closes)
        if across.any():
            self.waiting += int(across.sum())
            self.longest_wait = max(self.longest_wait, self.closes - int(asked[across].min()))
