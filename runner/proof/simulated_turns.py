"""Simulated turns whose true ratio is known, to hold our intervals against (METHOD 5 and 9).

A cycle is a turn of the adapter, of the baseline and of the control. The machine has a pace for
each round, which all three share; each process has one of its own, and each turn its noise, part of
which is left from the turn before. A neighbour comes and goes: its stretches last several cycles
and slow down most turns in them. Now and then a turn stalls. A machine may have two paces, as where
the other thread of a core is somebody else's: it has the slow one for several cycles, in most of
the turns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from runner.analysis.quantile_band import MIDDLE_HALF

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.random import Generator
    from numpy.typing import NDArray

    Logs = NDArray[float64]
    """Logarithms of rates; the axes are runs, rounds, sides and turns."""

RATIO = 1.1
"""The ratio of the adapter to the baseline where nothing disturbs them."""
TURNS = 10
"""In a round, as in `configs/matrix.yaml`."""
SIDES = 3
"""The adapter, the baseline and the control."""

ROUND_NOISE, PROCESS_NOISE, TURN_NOISE = 0.05, 0.01, 0.04
"""Standard deviations of the logarithms: of a round, of a process, and of a turn."""
KEPT = 0.5
"""The part of a turn's noise that is left in the next turn of the same process."""

STRETCHES_SHARE, STRETCH_TURNS = 0.3, 4
"""The share of cycles in which the neighbour is there, and how many it stays for on average."""
HIT_SHARE = 0.8
"""The share of turns that it hits while it is there."""
SLOW_MACHINE = 0.65
"""The machine's slow pace, as a part of its fast one: as measured on a shared machine of two cores,
where the same operations took 1.5 times as long for stretches of a few turns."""
LOSS = (0.05, 0.35)
"""The least and the most of its operations that a turn loses to it."""
STALLED_SHARE = 0.02
STALL_LOSS = (0.3, 0.6)
"""The share of turns that stall, and what they lose."""

LONG_RUN = 40_000
"""The rounds from which the truths are computed: their error is a thousandth at most."""


class Truths(NamedTuple):
    """Logarithms of the ratio that each estimator is to estimate."""

    midmean: float
    mean: float


@dataclass(frozen=True)
class Scenario:
    """A kind of noise."""

    name: str
    neighbour: bool = False
    stalls: bool = False
    slow_machine: float = 0.0
    """The share of cycles in which the machine has its slow pace."""
    extra_loss: float = 1.0
    """The adapter's losses to the neighbour against those of the others."""
    slow_processes: float = 0.0
    """The share of the adapter's processes that are slower as a whole."""
    slow_turns: float = 0.0
    """The share of its turns in which it has a slower pace of its own."""
    slower: float = 0.85
    """That slower pace, as a part of the usual one."""
    covered: bool = False
    """Both intervals are promised to cover their truth: the assumptions hold."""

    def rates(self, runs: int, rounds: int, seed: int) -> Logs:
        """Simulate that many runs; the same ones for the same seed."""
        import numpy as np

        rng = np.random.default_rng([seed, rounds])
        logs = self._own_paces(rng, (runs, rounds))
        logs += rng.normal(0.0, ROUND_NOISE, (runs, rounds, 1, 1))
        logs += rng.normal(0.0, PROCESS_NOISE, (runs, rounds, SIDES, 1))
        logs += _turn_noise(rng, logs.shape)
        if self.neighbour:
            logs += self._losses(rng, (runs, rounds))
        if self.slow_machine:
            there = _stretches(rng, (runs, rounds), self.slow_machine)[:, :, None, :]
            hit = there & (rng.random(logs.shape) < HIT_SHARE)
            logs += hit * math.log(SLOW_MACHINE)
        if self.stalls:
            stalled = rng.random(logs.shape) < STALLED_SHARE
            logs += stalled * np.log1p(-rng.uniform(*STALL_LOSS, logs.shape))
        return logs

    @property
    def expected(self) -> Truths:
        """The logarithms of the ratio that each estimator is to estimate: those of a long run."""
        return _long_run(self)

    def _own_paces(self, rng: Generator, shape: tuple[int, int]) -> Logs:
        import numpy as np

        logs = np.zeros((*shape, SIDES, TURNS))
        slow = (rng.random((*shape, 1)) < self.slow_processes) | (
            rng.random((*shape, TURNS)) < self.slow_turns
        )
        logs[:, :, 0] = math.log(RATIO) + slow * math.log(self.slower)
        return logs

    def _losses(self, rng: Generator, shape: tuple[int, int]) -> Logs:
        import numpy as np

        there = _stretches(rng, shape, STRETCHES_SHARE)[:, :, None, :]
        hit = there & (rng.random((*shape, SIDES, TURNS)) < HIT_SHARE)
        lost = hit * rng.uniform(*LOSS, (*shape, 1, TURNS))  # one neighbour: the same for all
        lost = lost * np.array([self.extra_loss, 1.0, 1.0])[:, None]
        losses: Logs = np.log1p(-lost)
        return losses


def _turn_noise(rng: Generator, shape: tuple[int, ...]) -> Logs:
    """Draw noise of which each turn keeps a part for the next (an autoregression)."""
    import numpy as np

    fresh = rng.normal(0.0, TURN_NOISE, shape)
    noise = np.empty(shape)
    noise[..., 0] = fresh[..., 0]
    for turn in range(1, shape[-1]):
        rest = math.sqrt(1 - KEPT**2) * fresh[..., turn]
        noise[..., turn] = KEPT * noise[..., turn - 1] + rest
    return noise


def _stretches(rng: Generator, shape: tuple[int, int], share: float) -> NDArray[bool_]:
    """Draw the cycles of each round in which something is there (a Markov chain)."""
    import numpy as np

    leaves = 1 / STRETCH_TURNS
    comes = leaves * share / (1 - share)
    there = np.empty((*shape, TURNS), dtype=bool)
    there[..., 0] = rng.random(shape) < share
    for turn in range(1, TURNS):
        drawn = rng.random(shape)
        there[..., turn] = np.where(there[..., turn - 1], drawn >= leaves, drawn < comes)
    return there


@lru_cache
def _long_run(scenario: Scenario) -> Truths:
    import numpy as np

    logs = scenario.rates(1, LONG_RUN, seed=0)[0]
    ratios = logs[:, :1] - logs[:, 1:]
    means = np.log(np.exp(logs).mean(axis=-1))
    return Truths(
        midmean=MIDDLE_HALF.mean(ratios.ravel().tolist()),
        mean=float((means[:, 0] - means[:, 1:].mean(axis=1)).mean()),
    )


SCENARIOS = (
    Scenario("calm", covered=True),
    Scenario("neighbour and stalls", neighbour=True, stalls=True, covered=True),
    Scenario("a machine with two paces, slow half of the time", slow_machine=0.5, covered=True),
    Scenario(
        "a machine with two paces, slow two thirds of the time", slow_machine=2 / 3, covered=True
    ),
    Scenario("neighbour that hits the adapter twice as hard", neighbour=True, extra_loss=2.0),
    Scenario("one process in seven slower by 15 %", slow_processes=1 / 7),
    Scenario("half of the turns slower by 15 %", slow_turns=0.5),
    Scenario("two thirds of the turns slower by 15 %", slow_turns=2 / 3),
)
