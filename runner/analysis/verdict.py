"""What may be said of one adapter against the baseline: a ratio, how sure it is, and a word."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from runner.roles import Role

if TYPE_CHECKING:
    from runner.axes import Conditions

MARGIN = 0.03
"""Differences below this are none in practice."""
LEAST_LEGIBLE, MOST_LEGIBLE = 0.1, 100.0
"""Between these a ratio has two decimals."""
FEW_PERCENT = 9.95
"""Below this a share has two digits, above it no decimal: 3.4 %, 12 %, 100 %."""


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
    label: str
    more: Verdict
    """What a ratio above 1 is called."""
    less: Verdict
    empty: str
    """What an empty field means, in words."""
    queue: bool = False
    """Whether it means something only where clients have to wait for each other."""

    @property
    def better(self) -> str:
        """`higher` or `lower`."""
        return "higher" if self.more.better else "lower"


TOO_FEW = "too few samples for a p99"
SPEED = Metric(
    "ops_per_s", "operations per second", Verdict.FASTER, Verdict.SLOWER, "no rate was measured"
)
METRICS = {
    metric.column: metric
    for metric in (
        SPEED,
        Metric(
            "total_ms_mean", "mean time", Verdict.LONGER, Verdict.SHORTER, "no time was measured"
        ),
        Metric("total_ms_p99", "p99 of the time", Verdict.LONGER, Verdict.SHORTER, TOO_FEW),
        Metric(
            "wait_ms_p99", "p99 of the wait", Verdict.LONGER, Verdict.SHORTER, TOO_FEW, queue=True
        ),
        Metric(
            "client_cpu_us_per_op",
            "client CPU per operation",
            Verdict.DEARER,
            Verdict.CHEAPER,
            "no CPU time was measured",
        ),
    )
}
"""What is compared, by its column."""


@dataclass(frozen=True)
class Compared:
    """One adapter, one metric, one group: a line of `comparison.csv`. None is an empty field."""

    conditions: Conditions
    metric: str
    """The column of `cells.csv`."""
    contender: str
    role: Role
    pooled: bool
    """The contender has a pool, whose size means something."""
    baseline: str
    """Empty where no adapter of the group can be one."""
    rounds: int
    """Pairs of rows; of the baseline and of what is not compared: rows."""
    ratio: float | None = None
    """The adapter's value against the baseline's: the geometric mean over the rounds."""
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    """Of the interval from `low` to `high`, and of that of the share: 0.95 is 95 %."""
    p: float | None = None
    p_adjusted: float | None = None
    """After Holm over all groups of the metric, and times the looks."""
    verdict: Verdict = Verdict.NO_DIFFERENCE
    reason: str = ""
    """Why it is not compared, in words."""
    share_of_limit: float | None = None
    """Operations per second against those of `pgbench` in the same round; 1 is all of them."""
    share_low: float | None = None
    share_high: float | None = None
    words: str = ""
    """The whole line in words."""

    @property
    def group(self) -> str:
        """The name of the group."""
        return self.conditions.name()

    def columns(self) -> dict[str, object]:
        """Return the line of `comparison.csv`, by column."""
        kept = ("conditions", "metric", "contender", "role")
        rest = {it.name: getattr(self, it.name) for it in fields(self) if it.name not in kept}
        return {
            "group": self.group,
            **self.conditions.columns(),
            "metric": self.metric,
            "adapter": self.contender,
            "role": self.role.value,
            **rest,
        }

    @property
    def half_width(self) -> float | None:
        """Half of the interval, on the logarithm of the ratio."""
        return math.log(self.high / self.low) / 2 if self.low and self.high else None

    @property
    def reach(self) -> float:
        """How far from equal the interval reaches, on the logarithm of the ratio."""
        return max(abs(math.log(end)) for end in (self.low, self.high, 1.0) if end)


@dataclass(frozen=True)
class Report:
    """What a run supports: a line for each adapter, metric and group, and sentences about them."""

    lines: tuple[Compared, ...]
    margin: float
    """As a share: 0.03 is 3 %."""
    looks: int

    @cached_property
    def speeds(self) -> tuple[Compared, ...]:
        """The lines of operations per second of the adapters that have an interval."""
        return tuple(line for line in self._with_interval if line.role is Role.ADAPTER)

    @cached_property
    def controls(self) -> tuple[Compared, ...]:
        """The same of the control: the noise of each group."""
        return tuple(line for line in self._with_interval if line.role is Role.CONTROL)

    @property
    def noise_floor(self) -> float | None:
        """The widest end of the control's intervals as a share, 0.08 for 0.93x or 1.08x.

        None where no control has an interval.
        """
        widest = max((line.reach for line in self.controls), default=None)
        return None if widest is None else math.expm1(widest)

    @cached_property
    def _with_interval(self) -> tuple[Compared, ...]:
        return tuple(
            line for line in self.lines if line.metric == SPEED.column and line.low is not None
        )


def words(line: Compared) -> str:
    """Write a whole line: `1.23x [1.18, 1.29] faster`."""
    if line.verdict is Verdict.BASELINE:
        return "baseline"
    if line.verdict is Verdict.NOT_COMPARED:
        ratio = "" if line.ratio is None else f"{number(line.ratio)}x, "
        return f"{ratio}not compared: {line.reason}"
    return f"{span(line)} {line.verdict}"


def span(line: Compared) -> str:
    """Write a ratio with its interval: `1.23x [1.18, 1.29]`."""
    ratio, low, high = (number(value or 0.0) for value in (line.ratio, line.low, line.high))
    return f"{ratio}x [{low}, {high}]"


def number(ratio: float) -> str:
    """Write a ratio to two decimals, or to three digits where those say nothing."""
    return f"{ratio:.2f}" if LEAST_LEGIBLE <= ratio < MOST_LEGIBLE else f"{ratio:.3g}"


def percent(share: float) -> str:
    """Write a share: `3.4 %`, `12 %`."""
    percent = 100 * share
    return f"{percent:.2g} %" if percent < FEW_PERCENT else f"{percent:.0f} %"
