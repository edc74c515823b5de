"""`--fail-if`: a change from one run to another that a user does not accept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.change import ABSOLUTE, ANCHORED
from runner.config.complaints import ConfigError, nearest

if TYPE_CHECKING:
    from runner.analysis.change import Change

CONDITION = re.compile(r"\s*(\w+)\s*([<>])\s*([+-]\d+(?:\.\d*)?)\s*%\s*", re.ASCII)


METRICS = {metric.column for metric in ANCHORED}
"""The metrics that a job may be stopped by; absolute figures get no verdict across runs."""


@dataclass(frozen=True)
class FailIf:
    """A change that a user does not accept: `share_of_limit < -5%`."""

    text: str
    metric: str
    below: bool
    """True: values below the bound are not accepted; False: values above."""
    bound: float
    """As a ratio: 0.95 for -5 %."""

    def judges(self, change: Change) -> bool:
        """Return whether this is about that change, and there is an interval to judge by."""
        return change.metric == self.metric and change.judged

    def broken_by(self, change: Change) -> bool:
        """Return whether the whole interval lies beyond the bound, so that noise breaks nothing."""
        if not self.judges(change) or change.low is None or change.high is None:
            return False
        return change.high < self.bound if self.below else change.low > self.bound


def parse(text: str) -> FailIf:
    """Read what `--fail-if` was given: METRIC < or > SIGNED PERCENT. Raises ConfigError."""
    match = CONDITION.fullmatch(text)
    if not match:
        raise ConfigError(
            [f"--fail-if {text}: must be METRIC < or > SIGNED PERCENT: share_of_limit < -5%"]
        )
    metric, sign, percent = match.groups()
    if metric not in METRICS:
        known = " or ".join(sorted(METRICS))
        absolute = metric in {metric.column for metric in ABSOLUTE}
        hint = ", an absolute figure: machines may differ" if absolute else nearest(metric, METRICS)
        raise ConfigError([f"--fail-if {text}: must be {known}, is {metric}{hint}"])
    bound = 1 + float(percent) / 100
    if bound <= 0:
        raise ConfigError([f"--fail-if {text}: must be more than -100%, is {percent}%"])
    return FailIf(text, metric, sign == "<", bound)
