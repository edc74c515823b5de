"""How much the proof measures, and what all of its parts share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from runner.proof.laboratory import Laboratory

Step = tuple[str, Callable[["Laboratory"], Sequence["DataclassInstance"]]]
"""A file, and how its lines are measured."""

CLIENTS, CONNECTIONS = 10, 5

TERMS: dict[str, Any] = {
    "control": False,
    "limit": False,
    "pool": {"max_size": CONNECTIONS, "timeout": "5s"},
    "turn": "60ms",
    "lead_in": "20ms",
    "warmup": "100ms",
}
"""Many short turns: neighbours in time share the noise (METHOD 3)."""

ROUND = "1120ms"
"""Counted of a cell in a round: 1.78 s with warm-up and lead-ins, so 16 rounds of two cells are
under a minute."""


@dataclass(frozen=True)
class Known:
    """A known difference: how much more work, and in how many rounds it is looked for."""

    extra: float
    rounds: int


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    simulated: int
    """Runs of each kind."""
    same_runs: int
    same_pairs: int
    """In each of these runs."""
    same_rounds: int
    repetitions: int
    differences: tuple[Known, ...]
    pair_rounds: int
    turns: tuple[float, ...]
    """Seconds."""
    rate_seconds: float
    counted: int
    """Operations of each client whose statements are counted."""


WHOLE = Size(
    simulated=1000,
    same_runs=10,
    same_pairs=10,
    same_rounds=5,
    repetitions=3,
    differences=(Known(0.1, 16), Known(0.05, 56), Known(0.01, 16)),
    pair_rounds=16,
    turns=(0.1, 0.25, 0.5, 1.0, 2.0),
    rate_seconds=4.0,
    counted=1000,
)

QUICK = Size(
    simulated=20,
    same_runs=1,
    same_pairs=2,
    same_rounds=2,
    repetitions=1,
    differences=(Known(0.1, 2),),
    pair_rounds=2,
    turns=(0.1,),
    rate_seconds=0.4,
    counted=50,
)
"""So little that the figures mean nothing: whether it works."""
