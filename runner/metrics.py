"""The metrics: every figure of a cell that is compared or shown, each declared once.

Labels, headings of tables, axes of charts, verdicts and the reason for a missing value follow from
the declarations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.messages import Message

MILLISECONDS = 1000
"""In a second."""


class Better(StrEnum):
    """The direction in which a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"


class Sense(StrEnum):
    """The kind of a metric; it decides the words for a difference."""

    SPEED = "speed"
    TIME = "time"
    COST = "cost"
    COUNT = "count"


@dataclass(frozen=True)
class Metric:
    """A figure of a cell."""

    column: str
    """Of `cells.csv`, or the name of what is computed from its rows."""
    sense: Sense
    better: Better
    label: Message
    """In a sentence or a legend."""
    short: Message | None = None
    """Above a column, where the label is too long for it; few letters a line."""
    unit: str = ""
    """Its symbol, the same in every language; empty for counts and shares."""
    empty: Message | None = None
    """The meaning of an empty field, where a comparison may meet one."""
    queue: bool = False
    """It means something only where clients have to wait for each other."""
    paced: bool | None = None
    """It is compared only where operations arrive at a given rate, or, if False, only where they do
    not: where every adapter does as many, that is no speed. None for both."""

    @property
    def heading(self) -> Message:
        """Its words above a column."""
        return self.short or self.label


def _time(column: str, label: Message, short: Message | None = None) -> Metric:
    return Metric(column, Sense.TIME, Better.LOWER, label, short, "ms")


SPEED = Metric(
    "ops_per_s",
    Sense.SPEED,
    Better.HIGHER,
    message("metric.ops_per_s"),
    message("heading.ops_per_s"),
    "1/s",
    message("empty.rate"),
    paced=False,
)
SHARE_OF_LIMIT = Metric(
    "share_of_limit",
    Sense.SPEED,
    Better.HIGHER,
    message("metric.share_of_limit"),
    message("heading.share_of_limit"),
    empty=SPEED.empty,
    paced=False,
)
COST = Metric(
    "client_cpu_us_per_op",
    Sense.COST,
    Better.LOWER,
    message("metric.client_cpu_us_per_op"),
    message("heading.client_cpu_us_per_op"),
    "µs",
    message("empty.cpu"),
)
CPU_SPEED = Metric(
    "ops_per_cpu_s",
    Sense.COST,
    Better.HIGHER,
    message("metric.ops_per_cpu_s"),
    message("heading.ops_per_cpu_s"),
    "1/s",
    message("empty.cpu"),
)
POOLER_COST = Metric(
    "pooler_cpu_us_per_op",
    Sense.COST,
    Better.LOWER,
    message("metric.pooler_cpu_us_per_op"),
    unit="µs",
)
NETWORK_COST = Metric(
    "network_cpu_us_per_op",
    Sense.COST,
    Better.LOWER,
    message("metric.network_cpu_us_per_op"),
    unit="µs",
)
ROUND_TRIPS = Metric(
    "exchanges_per_op",
    Sense.COUNT,
    Better.LOWER,
    message("metric.exchanges_per_op"),
    message("heading.exchanges_per_op"),
)

TOO_FEW = message("empty.percentile")
TOTAL_MEAN = replace(
    _time("total_ms_mean", message("metric.total_ms_mean")), empty=message("empty.time")
)
WAIT_MEAN = _time("wait_ms_mean", message("metric.wait_ms_mean"))
USE_MEAN = _time("use_ms_mean", message("metric.use_ms_mean"))
RELEASE_MEAN = _time("release_ms_mean", message("metric.release_ms_mean"))
TOTAL_P50 = replace(
    _time("total_ms_p50", message("metric.total_ms_p50"), message("heading.total_ms_p50")),
    empty=TOO_FEW,
    paced=True,
)
TOTAL_P99 = replace(
    _time("total_ms_p99", message("metric.total_ms_p99"), message("heading.total_ms_p99")),
    empty=TOO_FEW,
)
TOTAL_P999 = _time("total_ms_p999", message("metric.total_ms_p999"))
TOTAL_MAX = _time("total_ms_max", message("metric.total_ms_max"))
WAIT_P50 = _time("wait_ms_p50", message("metric.wait_ms_p50"), message("heading.wait_ms_p50"))
WAIT_P99 = replace(_time("wait_ms_p99", message("metric.wait_ms_p99")), empty=TOO_FEW, queue=True)
POOLER_WAIT = _time("pooler_maxwait_ms", message("metric.pooler_maxwait_ms"))
WAIT_MAX = _time("wait_ms_max", message("metric.wait_ms_max"), message("heading.wait_ms_max"))
ROUND_TRIP_TIME = _time("round_trip_ms", message("metric.round_trip_ms"))
FAILED_P50 = _time(
    "failed_ms_p50", message("metric.failed_ms_p50"), message("heading.failed_ms_p50")
)
PICKED_P50 = _time("picked_ms_p50", message("metric.picked_ms_p50"))
PICKED_P99 = _time("picked_ms_p99", message("metric.picked_ms_p99"))
LATE_P99 = _time("late_ms_p99", message("metric.late_ms_p99"))
RESPONSE_P50 = _time("response_ms_p50", message("metric.response_ms_p50"))
RESPONSE_P99 = replace(_time("response_ms_p99", message("metric.response_ms_p99")), empty=TOO_FEW)
RESPONSE_MAX = _time(
    "response_ms_max", message("metric.response_ms_max"), message("heading.response_ms_max")
)
DRY_AFTER = Metric(
    "exhausted_ms",
    Sense.TIME,
    Better.HIGHER,
    message("metric.exhausted_ms"),
    message("heading.exhausted_ms"),
    "ms",
)

UNAVAILABLE = _time(
    "unavailable_ms", message("metric.unavailable_ms"), message("heading.unavailable_ms")
)
FIRST_SUCCESS = _time(
    "first_success_ms", message("metric.first_success_ms"), message("heading.first_success_ms")
)
RECOVERED = _time("recovered_ms", message("metric.recovered_ms"), message("heading.recovered_ms"))
FULL_CAPACITY = _time(
    "full_capacity_ms", message("metric.full_capacity_ms"), message("heading.full_capacity_ms")
)
FAILED_AFTER = Metric(
    "failed_after_fault",
    Sense.COUNT,
    Better.LOWER,
    message("metric.failed_after_fault"),
    message("heading.failed_after_fault"),
)
HANDED_OUT_BROKEN = Metric(
    "broken_handed_out",
    Sense.COUNT,
    Better.LOWER,
    message("metric.broken_handed_out"),
    message("heading.broken_handed_out"),
)
ACKNOWLEDGED_LOST = Metric(
    "acknowledged_lost", Sense.COUNT, Better.LOWER, message("metric.acknowledged_lost")
)

FAILED = Metric(
    "failed_of_attempts", Sense.COUNT, Better.LOWER, message("metric.failed_of_attempts")
)
"""What is shown wherever a share of failures is: `failed_share` of the CSV is that of the
operations that ended, which flatters a pool whose clients wait for ever."""
SUCCEEDED = Metric("ok", Sense.COUNT, Better.HIGHER, message("metric.ok"))
LEAKED = Metric("leaked", Sense.COUNT, Better.LOWER, message("metric.leaked"))
FAIRNESS = Metric("jain", Sense.COUNT, Better.HIGHER, message("metric.jain"))
PROCESS_FAIRNESS = Metric(
    "process_jain", Sense.COUNT, Better.HIGHER, message("metric.process_jain")
)
STARVED = Metric(
    "starved_clients",
    Sense.COUNT,
    Better.LOWER,
    message("metric.starved_clients"),
    message("heading.starved_clients"),
)

METRICS: Mapping[str, Metric] = {
    metric.column: metric
    for metric in (
        *(SPEED, SHARE_OF_LIMIT, COST, CPU_SPEED, POOLER_COST, NETWORK_COST, ROUND_TRIPS),
        *(TOTAL_MEAN, WAIT_MEAN, USE_MEAN, RELEASE_MEAN),
        *(TOTAL_P50, TOTAL_P99, TOTAL_P999, TOTAL_MAX),
        *(WAIT_P50, WAIT_P99, WAIT_MAX, POOLER_WAIT, ROUND_TRIP_TIME, FAILED_P50, DRY_AFTER),
        *(RESPONSE_P50, RESPONSE_P99, RESPONSE_MAX, PICKED_P50, PICKED_P99, LATE_P99),
        *(UNAVAILABLE, FIRST_SUCCESS, RECOVERED, FULL_CAPACITY),
        *(FAILED_AFTER, HANDED_OUT_BROKEN, ACKNOWLEDGED_LOST),
        *(FAILED, SUCCEEDED, LEAKED, FAIRNESS, PROCESS_FAIRNESS, STARVED),
    )
}
"""Column -> metric."""
