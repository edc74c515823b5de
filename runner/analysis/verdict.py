"""The metrics that are compared, and the verdicts that there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from runner.messages import message

if TYPE_CHECKING:
    from runner.messages import Message

MARGIN = 0.03
"""Differences below this are none in practice."""


class Verdict(StrEnum):
    """What may be said of an adapter against the baseline."""

    FASTER = "faster"
    SLOWER = "slower"
    SHORTER = "shorter"
    LONGER = "longer"
    CHEAPER = "cheaper"
    DEARER = "dearer"
    NO_DIFFERENCE = "no difference shown"
    BASELINE = "baseline"
    CONTROL = "control"
    NOT_COMPARED = "not compared"

    @property
    def better(self) -> bool:
        """Whether the adapter does better than the baseline."""
        return self in {Verdict.FASTER, Verdict.SHORTER, Verdict.CHEAPER}

    @property
    def worse(self) -> bool:
        """Whether the adapter does worse than the baseline."""
        return self in {Verdict.SLOWER, Verdict.LONGER, Verdict.DEARER}


@dataclass(frozen=True)
class Metric:
    """A column of `cells.csv` that is compared."""

    column: str
    more: Verdict
    """What a ratio above 1 is called."""
    less: Verdict
    empty: Message
    """What an empty field means."""
    queue: bool = False
    """Whether it means something only where clients have to wait for each other."""

    @property
    def better(self) -> str:
        """`higher` or `lower`."""
        return "higher" if self.more.better else "lower"


TOO_FEW = message("empty.percentile")
SPEED = Metric("ops_per_s", Verdict.FASTER, Verdict.SLOWER, message("empty.rate"))
METRICS = {
    metric.column: metric
    for metric in (
        SPEED,
        Metric("total_ms_mean", Verdict.LONGER, Verdict.SHORTER, message("empty.time")),
        Metric("total_ms_p99", Verdict.LONGER, Verdict.SHORTER, TOO_FEW),
        Metric("wait_ms_p99", Verdict.LONGER, Verdict.SHORTER, TOO_FEW, queue=True),
        Metric("client_cpu_us_per_op", Verdict.DEARER, Verdict.CHEAPER, message("empty.cpu")),
    )
}
"""What is compared, by its column."""
