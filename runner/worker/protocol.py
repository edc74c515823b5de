"""The wall between the runner and a worker: its orders, and what the worker answers.

Lines of JSON: `{"open": ...}`, `{"turn": ...}`, `{"close": {}}`, each answered by one line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from operator import add
from typing import TYPE_CHECKING, Any

from runner.worker.histogram import Histogram, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARTS = ("wait", "use", "release", "total", "failed")
"""The timed parts of a successful operation, and the whole of a failed one."""

SLICES = 10
"""Equal parts of a window, to see a trend in it (METHOD 16)."""


@dataclass(frozen=True)
class OpenOrder:
    """Everything that a cell needs to open its pool and to know its clients. Times in seconds."""

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
    seed: str
    leak: float = 0.0
    keep_leaked: bool = False
    error_pause: float = 0.0
    think_time: float = 0.0
    hold: float = 0.0
    cpus: tuple[int, ...] = ()
    """The cores that the process keeps to; empty leaves it where it is."""


@dataclass(frozen=True)
class TurnOrder:
    """What the parent asks for. Times in seconds."""

    number: int
    lead_in: float
    length: float = 0.0
    """The counted window; 0 where every client attempts `operations` instead."""
    operations: int | None = None
    patience: float = 10.0
    """How long clients may take to come back once the window has closed."""


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
