"""The wall between the runner and a worker: the orders and the answers.

Lines of JSON: `{"open": ...}`, `{"turn": ...}`, `{"inspect": {}}`, `{"play": ...}`,
`{"close": {}}`, each answered by one line, `{"error": ...}` where it failed; and `{"event": ...}`
both ways while one is under way.
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import add
from typing import Any, NamedTuple

from adapters.base import Failure
from runner.worker.histogram import Histogram, PlainHistogram
from runner.worker.merges import (
    added_by_key,
    combined,
    counts_by_key,
    each_added,
    earliest,
    first_known,
    first_text,
    histograms_by_key,
    latest_of_both,
    merge,
    mergeable,
    worst,
)
from runner.worker.shape import MalformedLineError, checked

PARTS = ("wait", "use", "release", "total", "failed", "waiting", "picked", "late")
"""The timed parts of a successful operation and the whole of it; the whole of a failed one; and
the time until then of one that was still waiting for a connection when the window closed. In an
open loop also the whole of a successful one from the moment at which a client picked it up, and how
late that was although the client was free."""

SLICES = 10
"""Equal parts of a window, to see a trend in it (METHOD 16)."""


def parse_line(line: bytes) -> tuple[str, Any]:
    """Read a line: its word and its data. Raises MalformedLineError."""
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedLineError(f"a line that is not JSON: {line[:80]!r}: {error}") from error
    if not isinstance(content, dict) or len(content) != 1:
        raise MalformedLineError(f'a line must be {{"word": data}}, not {line[:80]!r}')
    ((word, data),) = content.items()
    return word, data


@dataclass(frozen=True)
class Event:
    """Something that happened while an order was under way."""

    name: str
    at: int
    """Nanoseconds of the clock that all processes of a machine share, see `TurnOrder.opens_at`."""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Any) -> Event:
        """Make an event of its plain values. Raises MalformedLineError."""
        return cls(**checked(cls, data))


@dataclass(frozen=True)
class Refusal:
    """The answer to an order that was not carried out."""

    reason: str

    @classmethod
    def from_json(cls, data: Any) -> Refusal:
        """Make a refusal of its plain values. Raises MalformedLineError."""
        return cls(**checked(cls, data))


@dataclass(frozen=True)
class PlayOrder:
    """A coroutine that a worker runs over its open pool."""

    function: str
    """`module:function`; it is called with the pool, an `Events` handle and the arguments."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """Plain values of JSON, as the coroutine's own value must be."""


@dataclass(frozen=True)
class OpenOrder:
    """The facts that a cell needs to open its pool and to know its clients. Times in seconds."""

    adapter: str
    dsn: str
    min_size: int
    max_size: int
    timeout: float
    profile: str
    options: dict[str, Any]
    workload: str
    clients: int
    name: str
    """The beginning of each row's `cliente`."""
    seed: str
    """The seed of the keys: the same for every adapter of a group, so that all read the same rows;
    another one for each worker of a cell that has several, or two of them read the same."""
    leak: float = 0.0
    keep_leaked: bool = False
    error_pause: float = 0.0
    think_time: float = 0.0
    hold: float = 0.0
    cpus: tuple[int, ...] = ()
    """The cores that the process keeps to; empty leaves it where it is."""
    statement: Mapping[str, Any] | None = None
    """The statement of a workload of the user's own, see `Statement.plain`; None of the others."""
    fill: bool = True
    """Have all connections out at once when it has opened; else it is left as it opens."""


@dataclass(frozen=True)
class Opening:
    """The answer of a pool that has opened. Times in milliseconds, as in a row."""

    first_connection_ms: float
    pool_full_ms: float | None
    """None where the pool never had all its connections out at once."""

    @classmethod
    def from_json(cls, data: Any) -> Opening:
        """Make an opening of its plain values. Raises MalformedLineError."""
        return cls(**checked(cls, data))


@dataclass(frozen=True)
class Inspection:
    """What a parked worker tells of itself."""

    settings: Mapping[str, str] | None
    """The settings of a session of its pool that are not the server's own; None where it gave no
    session."""
    transport: str | None
    """What is between that session and the server, as the server sees it; None likewise."""
    answers: tuple[tuple[int, str, str, str], ...]
    """Sampled answers of all turns: the id asked for, and `id`, `cliente`, `descripcion`."""

    @classmethod
    def from_json(cls, data: Any) -> Inspection:
        """Make an inspection of its plain values. Raises MalformedLineError."""
        plain = checked(cls, data)
        answers = tuple(tuple(answer) for answer in plain["answers"])
        return cls(plain["settings"], plain["transport"], answers)


@dataclass(frozen=True)
class TurnOrder:
    """A turn to be taken. Times in seconds. Raises ValueError for what excludes each other."""

    number: int
    lead_in: float
    length: float = 0.0
    """The counted window; 0 where every client attempts `operations` instead."""
    operations: int | None = None
    patience: float = 10.0
    """The time that clients may take to come back once the window has closed."""
    timeline: bool = False
    """Record a time line: of cells that change as they run."""
    opens_at: int | None = None
    """The opening of the window, where several workers share it: nanoseconds of the clock that all
    processes of a machine share, CLOCK_MONOTONIC on Linux, which `perf_counter_ns` reads. Clients
    begin as they come, before the lead-in; a client that comes after its beginning is `late`."""
    rate: float | None = None
    """Operations that arrive in a second, from the beginning of the lead-in on: an open loop. None
    where clients begin one when they have ended the one before."""
    shed: float = 0.0
    """The longest time that an arrival may wait for a client; it is dropped then. 0 drops none."""

    def __post_init__(self) -> None:
        if self.rate is not None and self.operations is not None:
            raise ValueError("arrivals come in seconds, of which counted operations have none")
        if self.opens_at is not None and self.operations is not None:
            raise ValueError("a window that opens at a moment counts seconds, not operations")


class Slot(NamedTuple):
    """A tenth of a second of a turn."""

    operations: int
    """Successful operations that ended in it."""
    failures: int
    waiting: float
    """Clients that waited for a connection, the mean over the slot."""
    holding: float = 0.0
    """Connections that successful operations held, likewise."""
    pool_size: int | None = None
    """The gauges of the pool in the slot, see `PoolStats`; None for one that it does not have."""
    pool_idle: int | None = None
    pool_waiting: int | None = None

    def beside(self, other: Slot) -> Slot:
        """Add the same slot of another worker; a gauge that one has not is not known."""
        operations, failures, *means = map(add, self[:4], other[:4])
        gauges = (
            None if mine is None or its is None else mine + its
            for mine, its in zip(self[4:], other[4:], strict=True)
        )
        return Slot(int(operations), int(failures), *means, *gauges)


def slots_beside(first: tuple[Slot, ...], second: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Add two time lines of one window, slot by slot; the shorter one ends in slots of nothing."""
    pairs = zip_longest(first, second, fillvalue=Slot(0, 0, 0.0))
    return tuple(slot.beside(another) for slot, another in pairs)


@mergeable
@dataclass(frozen=True)
class TurnRecord:
    """The result of one turn of one worker, or of several merged. Times in nanoseconds.

    Operations and failures are those that ended in the window, in an open loop those that were
    intended for it; `weight` counts the successful ones with the fraction of their time that lay in
    it. Rows and leaks are of the whole turn.
    """

    seconds: float = field(metadata=merge(add, beside=max))
    ok: tuple[int, ...] = field(metadata=merge(each_added, beside=add))
    """Successful operations, by client."""
    weight: float = field(metadata=merge(add))
    failures: Mapping[str, int] = field(metadata=merge(added_by_key))
    """The failures by kind; a kind that did not occur has 0."""
    histograms: Mapping[str, Histogram] = field(metadata=merge(histograms_by_key))
    """The histograms by part, see PARTS."""
    messages: Mapping[str, Mapping[str, int]] = field(
        default_factory=dict, metadata=merge(counts_by_key)
    )
    """The messages of each kind of failure, and of `release_failed`, counted."""
    release_failed: int = field(default=0, metadata=merge(add))
    leaked: int = field(default=0, metadata=merge(add))
    waiting: int = field(default=0, metadata=merge(worst, beside=add))
    """Clients that were waiting for a connection when the window closed; of several turns the
    most."""
    longest_wait: int = field(default=0, metadata=merge(worst))
    """The longest time that one of those had waited until then."""
    late: int = field(default=0, metadata=merge(worst, beside=add))
    """Clients that were not there when the lead-in of a shared window began: such a turn does not
    count."""
    stuck: int = field(default=0, metadata=merge(worst, beside=add))
    """Clients that never came back."""
    first_failure: int | None = field(default=None, metadata=merge(first_known, beside=earliest))
    """The time from the opening of the window, in the first turn with a failure, to the failure."""
    exhausted: int | None = field(default=None, metadata=merge(first_known, beside=latest_of_both))
    """The time from the opening of the window, in the first turn in which it happened, to the
    moment from which no client could get a connection any more."""
    arrivals: int = field(default=0, metadata=merge(add))
    """Operations that the schedule of an open loop intended for the window."""
    shed: int = field(default=0, metadata=merge(add))
    """Those of them that were dropped, because they had waited too long for a client."""
    unfinished: int = field(default=0, metadata=merge(add))
    """Those that no client had taken up when the window closed, or that never ended."""
    inserted: int = field(default=0, metadata=merge(add))
    deleted: int = field(default=0, metadata=merge(add))
    uncertain: int = field(default=0, metadata=merge(add))
    ids: int = field(default=0, metadata=merge(add))
    """The sum of the ids that the database gave, less those that were deleted."""
    begun: int = field(default=0, metadata=merge(add))
    """Inserts and deletes that were sent, whatever came of them."""
    updates: int = field(default=0, metadata=merge(add))
    """Updates that were sent, whatever came of them."""
    finished: int = field(default=0, metadata=merge(add))
    """All operations of the turn, those of the lead-in and those that ended late included."""
    succeeded: int = field(default=0, metadata=merge(add))
    """The successful operations of the turn, those of the lead-in and late ones included."""
    busy: int = field(default=0, metadata=merge(add))
    """The time of all operations and pauses, clipped to the window, of all clients together."""
    slices: tuple[int, ...] = field(default=(0,) * SLICES, metadata=merge(each_added))
    """Successful operations that ended in each tenth of the window."""
    timeline: tuple[Slot, ...] = field(default=(), metadata=merge(add, beside=slots_beside))
    """Slots of SLOT_MS from the opening of the window, empty unless they were ordered; the slots of
    a later turn follow those of the first."""
    broken: tuple[int, ...] = field(default=(), metadata=merge(add))
    """The moments, from the opening of the window, at which connections were handed out that were
    lost in the operation that got them; the first ones, and none unless a time line was ordered."""
    held: int = field(default=0, metadata=merge(worst, beside=add))
    """The most operations that were seen to hold a connection at once; of workers side by side
    the sum, which their peaks together cannot exceed."""
    cpu: int = field(default=0, metadata=merge(add))
    """CPU of the process in the window."""
    loop_lag: int | None = field(default=None, metadata=merge(worst))
    """The longest delay of an answer of the event loop; None for threads."""
    loop_lag_sum: int = field(default=0, metadata=merge(add))
    """The delays of all its answers together."""
    loop_probes: int = field(default=0, metadata=merge(add))
    """The number of those answers."""
    parked: int = field(default=0, metadata=merge(add))
    """The time for which the process had been parked before this turn."""
    parked_cpu: int = field(default=0, metadata=merge(add))
    """CPU of the process in that time."""
    bug: str = field(default="", metadata=merge(first_text))
    """The traceback of an error that no driver raises; empty where there was none."""

    @property
    def loop_lag_mean(self) -> float | None:
        """The mean delay of the event loop's answers; None for threads."""
        return self.loop_lag_sum / self.loop_probes if self.loop_probes else None

    @property
    def examples(self) -> dict[str, str]:
        """The most frequent message of each kind."""
        return {kind: max(counts, key=counts.__getitem__) for kind, counts in self.messages.items()}

    def then(self, other: TurnRecord) -> TurnRecord:
        """Merge with a later turn of the same clients."""
        return combined(self, other, "then")

    def beside(self, other: TurnRecord) -> TurnRecord:
        """Merge with the turn that another worker took in the same window."""
        return combined(self, other, "beside")

    def to_json(self) -> dict[str, Any]:
        """Convert to plain values, for the wall between two processes."""
        histograms = {part: times.to_json() for part, times in self.histograms.items()}
        return {**vars(self), "histograms": histograms}

    @classmethod
    def from_json(cls, data: Any) -> TurnRecord:
        """Make a record of the plain values of `to_json`. Raises MalformedLineError."""
        plain = checked(cls, data, histograms=Mapping[str, PlainHistogram])
        _check_names(plain)
        try:
            histograms = {
                part: Histogram.from_json(times) for part, times in plain["histograms"].items()
            }
        except (ArithmeticError, LookupError, ValueError) as error:
            raise MalformedLineError(f"a histogram that cannot be read: {error}") from error
        tuples = {name: tuple(plain[name]) for name in ("ok", "slices", "broken")}
        timeline = tuple(Slot(*slot) for slot in plain["timeline"])
        return cls(**{**plain, **tuples, "histograms": histograms, "timeline": timeline})


def _check_names(plain: Mapping[str, Any]) -> None:
    """Raise MalformedLineError for plain values of a record that lack what every record has."""
    expected = {"histograms": PARTS, "failures": tuple(kind.value for kind in Failure)}
    for name, keys in expected.items():
        if plain[name].keys() != set(keys):
            raise MalformedLineError(f"{name} of {reprlib.repr(list(plain[name]))}")
    if len(plain["slices"]) != SLICES:
        raise MalformedLineError(f"{len(plain['slices'])} slices instead of {SLICES}")
