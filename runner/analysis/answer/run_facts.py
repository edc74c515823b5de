"""The facts of a run that its answer takes beside the rows and what was concluded of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.analysis.highest_rates import HighestRates

if TYPE_CHECKING:
    from runner.analysis.answer.connections import Slots
    from runner.analysis.answer.precision import RoundSeconds


@dataclass(frozen=True)
class RunFacts:
    """What was asked, what was found before the first round, and what the server takes."""

    rounds: int | None = None
    """The number that was asked for; None where that is not known."""
    round_seconds: RoundSeconds | None = None
    """Tells how long a round of some groups takes; None where that is not known."""
    longest_p99: float | None = None
    """The seconds with which a size of a pool is enough; None is any."""
    rates: HighestRates = HighestRates()  # noqa: RUF009 - a value that does not change
    slots: Slots | None = None
    """None where they were not kept."""


NO_FACTS = RunFacts()
