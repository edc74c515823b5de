"""The conclusions of a comparison: a line for each adapter, metric and group."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

from runner.analysis.estimate import Estimator
from runner.analysis.intervals import Estimated, quantile
from runner.analysis.verdict import Verdict
from runner.messages import columns, message
from runner.metrics import SPEED
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.axes import Conditions
    from runner.messages import Message


@dataclass(frozen=True)
class Compared:
    """One adapter, one metric, one group: a line of `comparison.csv`. None is an empty field."""

    conditions: Conditions
    metric: str
    """The column of `cells.csv`."""
    entrant: str
    """The name of what is compared: of an adapter, unless the group compares another axis."""
    role: Role
    pooled: bool
    """The contender has a pool, whose size means something."""
    baseline: str
    """Empty where no adapter of the group can be one."""
    rounds: int
    """Pairs of rows; of the baseline and of what is not compared: rows."""
    ratio: float | None = None
    """The adapter's value against the baseline's, by `estimator`."""
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    """Of each interval of the line: that of which all of a family hold with 95 % together."""
    p: float | None = None
    p_adjusted: float | None = None
    """Times the family and the looks (Bonferroni)."""
    verdict: Verdict = Verdict.NO_DIFFERENCE
    reason: Message | None = None
    """The reason why it is not compared, or undecided."""
    share_of_limit: float | None = None
    """Operations per second against those of `pgbench` in the same round; 1 is all of them."""
    share_low: float | None = None
    share_high: float | None = None
    family: int = 1
    """The number of comparisons that the plan fixes; of a control, the number of controls."""
    estimator: Estimator = Estimator.MEAN
    mean_ratio: float | None = None
    """Beside a midmean: the geometric mean over the rounds."""
    mean_low: float | None = None
    mean_high: float | None = None
    disturbed: float | None = None
    """The ratio by the mean against that by the midmean: below 1 where the adapter loses more
    than the baseline when it is disturbed."""
    disturbed_low: float | None = None
    disturbed_high: float | None = None
    without: Mapping[int, float] = field(default_factory=dict, compare=False, repr=False)
    """The logarithm of the ratio with a round left out, by its number; empty without interval."""

    @property
    def group(self) -> str:
        """The name of the group."""
        return self.conditions.name()

    def columns(self) -> dict[str, object]:
        """Return the line of `comparison.csv`, by column."""
        kept = ("conditions", "metric", "entrant", "role", "reason", "without")
        rest = {it.name: getattr(self, it.name) for it in fields(self) if it.name not in kept}
        return {
            "group": self.group,
            **self.conditions.columns(),
            "metric": self.metric,
            "adapter": self.conditions.adapter or self.entrant,
            "entrant": self.entrant,
            "role": self.role.value,
            **rest,
            **columns(self.reason),
        }

    @property
    def span(self) -> Message:
        """The ratio with its interval: `1.23x [1.18, 1.29]`."""
        return message("line.span", ratio=self.ratio, low=self.low, high=self.high)

    @property
    def words(self) -> Message:
        """The whole line: `1.23x [1.18, 1.29] faster`."""
        if self.verdict is Verdict.BASELINE:
            return message("line.baseline")
        if self.verdict is Verdict.UNDECIDED:
            return message("line.undecided", span=self.span, reason=self.reason)
        if self.verdict is not Verdict.NOT_COMPARED:
            return message("line.judged", span=self.span, verdict=self.verdict.value)
        if self.ratio is None:
            return message("line.refused", reason=self.reason)
        return message("line.refused_ratio", ratio=self.ratio, reason=self.reason)

    @property
    def disturbance(self) -> Message | None:
        """Say that the adapter suffers more, or less, when it is disturbed, where that is sure."""
        if not self.disturbed_low or not self.disturbed_high:
            return None
        if self.disturbed_high < 1:
            return message("disturbed.more", adapter=self.entrant, baseline=self.baseline)
        if self.disturbed_low > 1:
            return message("disturbed.less", adapter=self.entrant, baseline=self.baseline)
        return None

    @property
    def decided(self) -> bool:
        """It is the baseline, or has an interval that is believed."""
        if self.verdict is Verdict.BASELINE:
            return True
        return self.low is not None and self.verdict is not Verdict.UNDECIDED

    @property
    def differs(self) -> bool:
        """A difference from the baseline is shown."""
        return self.verdict.better or self.verdict.worse

    @property
    def half_width(self) -> float | None:
        """Half of the interval, on the logarithm of the ratio."""
        return math.log(self.high / self.low) / 2 if self.low and self.high else None

    @property
    def estimated(self) -> Estimated:
        """The logarithm of the ratio with its standard error. ValueError without an interval."""
        if not self.ratio or self.half_width is None or self.confidence is None:
            raise ValueError(f"{self.entrant} has no interval in {self.group}")
        error = self.half_width / quantile(self.rounds - 1, self.confidence)
        return Estimated(math.log(self.ratio), error, self.rounds - 1)

    @property
    def reach(self) -> float:
        """The farthest that the interval reaches from equal, on the logarithm of the ratio."""
        return max(abs(math.log(end)) for end in (self.low, self.high, 1.0) if end)


@dataclass(frozen=True)
class Report:
    """The claims that a run supports: a line for each adapter, metric and group."""

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
