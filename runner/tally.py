"""What the clients of a turn noted, counted by the rules of METHOD 4; and the answer it makes."""

from __future__ import annotations

import threading
from array import array
from dataclasses import dataclass, field, replace
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

from adapters.base import Failure
from runner.histogram import Histogram, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.histogram import Integers

KINDS = tuple(Failure)
PARTS = ("wait", "use", "release", "total", "failed")
"""The timed parts of a successful operation, and the whole of a failed one."""

FOLD_AT = 3 * 4096
"""Entries of the failures' array at which they are folded."""

NEVER = 2**62
SLICES = 10
"""Equal parts of a window, to see a trend in it (METHOD 16)."""


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
    ids: int = 0
    """The sum of the ids that the database is said to have given, less those that were deleted."""
    finished: int = 0
    """All operations of the turn, those of the lead-in and those that ended late included."""
    succeeded: int = 0
    """Those of them that succeeded."""
    busy: int = 0
    """The time of all operations and pauses, clipped to the window, of all clients together."""
    slices: tuple[int, ...] = (0,) * SLICES
    """Successful operations that ended in each tenth of the window."""
    held: int = 0
    """The most operations that were seen to hold a connection at once."""
    cpu: int = 0
    """CPU of the process in the window."""
    loop_lag: int | None = None
    """How late the event loop was at the most; None for threads."""
    loop_lag_mean: float | None = None
    parked: int = 0
    """How long the process had been parked before this turn."""
    parked_cpu: int = 0
    """CPU of the process in that time."""
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
        per = {name: tuple(data[name]) for name in ("ok", "slices")}
        return cls(**{**data, **per, "histograms": found})


def together(turns: Sequence[Measured]) -> Measured:
    """Return the turns of a cell as one: times and counts added up, the worst of the worst."""
    first, *others = turns
    whole = first
    for turn in others:
        whole = _joined(whole, turn)
    return whole


ADDED = (
    "seconds", "weight", "release_failed", "leaked", "waiting", "stuck", "inserted", "deleted",
    "uncertain", "ids", "finished", "succeeded", "busy", "cpu", "parked", "parked_cpu",
)  # fmt: skip
WORST = ("longest_wait", "held", "loop_lag", "loop_lag_mean")
FIRST = ("first_failure", "exhausted", "bug")


def _joined(one: Measured, other: Measured) -> Measured:
    changes: dict[str, Any] = {name: getattr(one, name) + getattr(other, name) for name in ADDED}
    for name in WORST:
        known = [value for value in (getattr(one, name), getattr(other, name)) if value is not None]
        changes[name] = max(known, default=None)
    for name in FIRST:
        changes[name] = getattr(one, name) or getattr(other, name)
    return replace(
        one,
        ok=tuple(map(add, one.ok, other.ok)),
        slices=tuple(map(add, one.slices, other.slices)),
        failures={kind: count + other.failures[kind] for kind, count in one.failures.items()},
        histograms={
            part: merged([found, other.histograms[part]]) for part, found in one.histograms.items()
        },
        examples={**other.examples, **one.examples},
        **changes,
    )


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
