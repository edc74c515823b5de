"""A ratio as a part of the proof writes it, for tests to change."""

from __future__ import annotations

from runner.proof.ratio import Ratio

SEEN = Ratio(
    adapter="slower",
    baseline="even",
    workload="read",
    cpus="one",
    clients=10,
    rounds=15,
    measuring_s=60.0,
    estimator="midmean",
    ratio=0.91,
    low=0.9,
    high=0.92,
    half_width=0.011,
    mean_ratio=0.9,
    mean_half_width=0.03,
    quiet_half_width=0.02,
    verdict="slower",
    reason="",
    known=1 / 1.1,
)
