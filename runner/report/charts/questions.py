"""What each chart asks, and what it shows of a cell: bars, dots, whiskers and words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from runner.report.charts import palette
from runner.report.formats import number, share, short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.report.charts.palette import Fill, Shape
    from runner.report.charts.selection import Rounds, Sheet, Spread
    from runner.results.row import Row

FAILING = 0.01
"""Share of failed operations from which on a cell is not compared (METHOD 7)."""


@dataclass(frozen=True)
class Mark:
    """What stands in the row of a cell."""

    words: str
    whiskers: tuple[Spread, ...]
    bars: tuple[tuple[float, Fill], ...] = ()
    """Lengths; one after the other from 0."""
    dots: tuple[tuple[float, Shape], ...] = ()

    @property
    def low(self) -> float:
        """Where it begins."""
        return min(spread.low for spread in self.whiskers)

    @property
    def high(self) -> float:
        """Where it ends, the words not included."""
        return max(sum(length for length, _ in self.bars), *(s.high for s in self.whiskers), 0.0)


@dataclass(frozen=True)
class Measure:
    """One thing to know of every cell."""

    axis: str
    """With its unit."""
    mark: Callable[[Rounds], Mark | None]
    """None where there is nothing to show."""
    scale: Literal["linear", "log", "percent"] = "linear"
    shared: bool = True
    """Whether the panels of a page have the same scale."""


@dataclass(frozen=True)
class Chart:
    """A question, and how it is answered."""

    question: str
    measures: tuple[Measure, ...]
    keys: Mapping[str, Fill | Shape] = field(default_factory=dict)
    """The legend; of it only what occurs is shown."""
    remark: str = ""
    """What a reader must know, as sentences."""
    answers: Callable[[Sheet], bool] = lambda _: True
    """Whether the rows of a sheet have anything to say."""
    every_leak: bool = False
    """Whether cells that leak are shown beside those that do not."""
    over_clients: str = ""
    """The question where clients are an axis, and adapters lines along it; empty: never."""
    apart: tuple[str, ...] = ("profile", "workload", "pool_size", "cpus")
    """The axes whose values have a picture each."""
    most_clients: int = 12
    """How many numbers of clients share a picture."""
    shows_limit: bool = False
    """Whether what the server could have done stands beside it; in the unit of the measure."""


def _warning(cell: Rounds) -> str:
    """Return who starved, or how much failed, where the successes are not the whole story."""
    starved = cell.spread("starved_clients")
    if starved and starved.high and not cell.leaks:
        return f"starves {starved.high:.0f}"
    failed = cell.median("failed_share")
    return f"{share(failed)} failed" if failed > FAILING else ""


# --- how many operations ----------------------------------------------------------------------


def _rate(cell: Rounds) -> Mark | None:
    rate = cell.spread("ops_per_s")
    if not rate:
        return None
    warning = _warning(cell)
    words = f"{number(rate.median)}  {warning}".strip()
    shape = palette.MIDDLE._replace(hollow=bool(warning))
    return Mark(words, (rate,), dots=((rate.median, shape),))


THROUGHPUT = Chart(
    "How many operations a second?",
    (Measure("successful operations per second", _rate),),
    remark="Hollow: more than 1 % of the operations failed, or clients starved.",
    over_clients="How many operations a second, as clients are added?",
    apart=("profile", "workload"),
    shows_limit=True,
)

# --- where the time goes ----------------------------------------------------------------------

PARTS = {"wait": palette.WAIT, "use": palette.USE, "release": palette.RELEASE}


def _parts(cell: Rounds) -> Mark | None:
    whole = cell.spread("total_ms_mean")
    if not whole:
        return None
    words = f"{number(whole.median)}  {_warning(cell)}".strip()
    bars = tuple((cell.median(f"{part}_ms_mean"), fill) for part, fill in PARTS.items())
    return Mark(words, (whole,), bars)


TIME = Chart(
    "Where does the time of an operation go?",
    (Measure("ms per operation, mean", _parts, shared=False),),
    PARTS,
    "Successful operations: wait for a connection, use it, release it; the figure is the whole. "
    "Each panel has a scale of its own.",
)

# --- how long ---------------------------------------------------------------------------------

PERCENTILES = {
    "total_ms_p50": palette.MIDDLE,
    "total_ms_p99": palette.MOST,
    "total_ms_p999": palette.NEARLY_ALL,
    "total_ms_max": palette.LONGEST,
}


def _times(cell: Rounds, columns: Mapping[str, Shape], words: str = "") -> Mark | None:
    found = [(spread, shape) for name, shape in columns.items() if (spread := cell.spread(name))]
    if not found:
        return None
    dots = tuple((spread.median, shape) for spread, shape in found)
    return Mark(words, tuple(spread for spread, _ in found), dots=dots)


LATENCY = Chart(
    "How long does an operation take, and how long the unlucky ones?",
    (Measure("ms, logarithmic", lambda cell: _times(cell, PERCENTILES, _warning(cell)), "log"),),
    dict(zip(("median", "99 %", "99.9 %", "longest"), PERCENTILES.values(), strict=True)),
    "Successful operations, from asking for a connection to having released it. A percentile "
    "needs ten operations beyond it.",
)

# --- with and without release -----------------------------------------------------------------

RESPONSES = {
    "total_ms_p50": palette.MIDDLE,
    "failed_ms_p50": palette.FAILURE,
    "wait_ms_max": palette.LONGEST,
}


def attempts(row: Row) -> int:
    """Return how many operations ended, and those that never would, as the pool had run dry."""
    return (row.operations or 0) + forsaken(row)


def forsaken(row: Row) -> int:
    """Return how many clients were waiting at the end for a pool that had run dry."""
    return 0 if row.exhausted_ms is None else row.waiting_clients or 0


def _percent_of(count: Callable[[Row], int | None]) -> Callable[[Row], float | None]:
    return lambda row: 100 * (count(row) or 0) / attempts(row) if attempts(row) else None


def _success(cell: Rounds) -> Mark | None:
    succeeded = cell.spread(_percent_of(lambda row: row.ok))
    if not succeeded:
        return None
    ok, of, waiting = cell.median("ok"), cell.median(attempts), cell.median(forsaken)
    some = short(ok) if short(ok) != short(of) else share(ok / of)
    words = f"all {short(ok)}" if ok == of else f"{some} of {short(of)}"
    words += f", {short(waiting)} wait" if waiting else ""
    fill = palette.LEAKED if cell.leaks else palette.RELEASED
    return Mark(words, (succeeded,), ((succeeded.median, fill),))


LEAK = Chart(
    "What happens when clients forget to release?",
    (
        Measure("succeeded, % of attempts", _success, "percent"),
        Measure("response time, ms, logarithmic", lambda cell: _times(cell, RESPONSES), "log"),
    ),
    dict(
        zip(("median success", "median failure", "longest wait"), RESPONSES.values(), strict=True)
    ),
    "Leak: the probability that a client forgets to release. Attempts: the operations that ended "
    "and, where the pool had run dry, the clients still waiting at the end; the longest wait is "
    "theirs too. A median needs twenty operations.",
    answers=lambda sheet: sheet.leaks[0] == 0 and len(sheet.leaks) > 1,
    every_leak=True,
    most_clients=4,
)

# --- what fails -------------------------------------------------------------------------------

KINDS: dict[str, tuple[Callable[[Row], int | None], Fill]] = {
    "pool exhausted": (lambda row: row.pool_exhausted, palette.EXHAUSTED),
    "pool timeout": (lambda row: row.pool_timeout, palette.TIMEOUT),
    "connection lost": (lambda row: row.connection_lost, palette.LOST),
    "connection refused": (lambda row: row.connection_refused, palette.REFUSED),
    "query failed": (lambda row: row.query_failed, palette.QUERY),
    "still waiting for a dry pool": (forsaken, palette.WAITING),
}


def _failures(cell: Rounds) -> Mark | None:
    whole = cell.spread(_percent_of(_failed))
    if not whole:
        return None
    bars = [(cell.median(_percent_of(count)), fill) for count, fill in KINDS.values()]
    words = share(whole.median / 100) if whole.high else "none"
    return Mark(words, (whole,), tuple(bar for bar in bars if bar[0]))


def _failed(row: Row) -> int:
    return attempts(row) - (row.ok or 0)


FAILURES = Chart(
    "What fails, and how?",
    (Measure("failed, % of attempts", _failures, "percent"),),
    {kind: fill for kind, (_, fill) in KINDS.items()},
    "Attempts: the operations that ended and, where the pool had run dry, the clients still "
    "waiting at the end.",
    answers=lambda sheet: any(_failed(row) for row in sheet.rows if not row.bad),
    every_leak=True,
)

CHARTS = {
    "throughput": THROUGHPUT,
    "time": TIME,
    "latency": LATENCY,
    "leak": LEAK,
    "failures": FAILURES,
}
"""Name of the file -> chart."""
