"""The number of rounds of a run: those of the configuration, or until it is precise enough."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runner.analysis.comparison import compare, reached
from runner.analysis.intervals import LOOKS, next_look
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from runner.analysis.report import Report
    from runner.axes import Conditions
    from runner.config.model import Config
    from runner.experiment.planned import Planned
    from runner.messages import Message
    from runner.results.rows import Rows
    from runner.results.run_folder import RunFolder


@dataclass
class StoppingRule:
    """Decides after each round whether another one follows (METHOD 9)."""

    config: Config
    baseline: str | None
    """The name of the entrant that the others are compared with."""
    order: Sequence[str]
    """The names of the entrants in the order of the plan."""
    rows: Callable[[], Rows]
    """Return all rows that have been measured."""
    limited: Collection[tuple[Conditions, str]] = ()
    """The common conditions and the entrants of cells that are measured in the first rounds only:
    more rounds do not narrow their intervals."""
    already: int = 0
    """Rounds that an earlier session has measured: the budget is one of this session."""
    began: float = field(default_factory=time.monotonic)
    ended: int | None = None
    """The round after which a precise run had enough."""

    @property
    def most(self) -> int:
        """The largest number of rounds that there can be."""
        return self.config.rounds if self.config.precision is None else LOOKS[-1]

    @property
    def looks(self) -> int:
        """The number of times that the intervals may be looked at."""
        return 1 if self.config.precision is None else len(LOOKS)

    def report(self) -> Report:
        """Return the comparison of all rows so far."""
        config = self.config
        return compare(
            self.rows(),
            baseline=self.baseline,
            order=self.order,
            margin=config.margin,
            looks=self.looks,
        )

    def enough(self, round_: int) -> bool:
        """Tell whether a run is over after `round_` rounds: precise, or its budget is used up."""
        precision = self.config.precision
        if precision is None or not round_:
            return False
        if self._late(round_ - self.already) or (round_ in LOOKS and self._precise(precision)):
            self.ended = round_
        return self.ended is not None

    def _late(self, done: int) -> bool:
        """Tell whether another round, as long as those of this session, overruns the budget."""
        spent = time.monotonic() - self.began
        return done > 0 and spent * (done + 1) / done > self.config.budget

    def _precise(self, precision: float) -> bool:
        """Tell whether no interval is left to be narrowed: what cannot be compared stays so."""
        width = self._width(self.report())
        return width is None or width <= precision

    def _width(self, report: Report) -> float | None:
        """Return the precision of the intervals that more rounds can narrow."""
        lines = [
            line for line in report.lines if (line.conditions, line.entrant) not in self.limited
        ]
        return reached(replace(report, lines=tuple(lines)))

    def expected(self, done: int) -> int:
        """Return the number of rounds that a run should have of which `done` are there."""
        if self.config.precision is None:
            return self.config.rounds
        return self.ended or next_look(done) or done

    def reached(self, report: Report) -> list[Message]:
        """Say what a run with `precision` has reached."""
        if self.config.precision is None:
            return []
        width = self._width(report)
        if width is None:
            return [message("precision.none")]
        wanted = self.config.precision
        rounds = max((line.rounds for line in report.lines), default=0)
        if width <= wanted:
            return [message("precision.reached", wanted=wanted, width=width, rounds=rounds)]
        return [message("precision.missed", wanted=wanted, width=width, rounds=rounds)]


def stopping_rule(planned: Planned, run_folder: RunFolder) -> StoppingRule:
    """Make the rule of a plan whose rows are in a folder."""
    plan = planned.plan
    limited = {(cell.common, cell.entrant) for cell in plan.limited}
    return StoppingRule(planned.config, planned.baseline, plan.entrants, run_folder.rows, limited)
