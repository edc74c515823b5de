"""The answer of a run: its rules in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.analysis.answer.at_rate import at_rate
from runner.analysis.answer.bound import bound
from runner.analysis.answer.connections import connections
from runner.analysis.answer.cost import cost
from runner.analysis.answer.elsewhere import elsewhere
from runner.analysis.answer.enough import enough
from runner.analysis.answer.faults import faults
from runner.analysis.answer.head import head
from runner.analysis.answer.highest import highest
from runner.analysis.answer.nothing import nothing
from runner.analysis.answer.open_questions import open_questions
from runner.analysis.answer.processes import processes
from runner.analysis.answer.run_facts import NO_FACTS
from runner.analysis.answer.scope import Scope
from runner.analysis.answer.serving import serving
from runner.analysis.answer.speed import speed
from runner.analysis.answer.tails import tails

if TYPE_CHECKING:
    from runner.analysis.answer.run_facts import RunFacts
    from runner.analysis.report import Report
    from runner.messages import Message
    from runner.results.rows import Rows


def answer(rows: Rows, report: Report, facts: RunFacts = NO_FACTS) -> list[Message]:
    """Return what follows from a run, in the order in which a reader asks.

    `report` is what was concluded from `rows`.
    """
    scope = Scope(rows, report)
    return [
        *head(scope, facts.rounds),
        *enough(scope, facts.longest_p99, facts.slots),
        *processes(scope),
        *serving(scope),
        *nothing(scope),
        *speed(scope),
        *tails(scope),
        *cost(scope),
        *open_questions(scope, facts.round_seconds),
        *elsewhere(scope),
        *bound(scope),
        *connections(scope, facts.slots),
        *highest(facts.rates),
        *at_rate(scope),
        *faults(scope),
    ]
