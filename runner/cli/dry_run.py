"""`--dry-run`: the cells of a plan, how often each is measured, and the expected time."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from runner.analysis.intervals import LOOKS
from runner.cli.conclusion import left_out
from runner.experiment import session
from runner.experiment.planned import RUN_SECONDS
from runner.experiment.remaining import to_measure
from runner.experiment.stopping_rule import stopping_rule
from runner.messages import message
from runner.report.terminal import show_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from runner.experiment.planned import Planned
    from runner.messages import Message
    from runner.results.run_folder import RunFolder


def show_plan(plan: Planned, console: Console) -> None:
    """Print what a run says first, a line for each cell, those left out, and the whole."""
    show_sentences(console, plan.opening, fold=True)
    limited = {cell.id: rounds for cell, rounds in plan.plan.limited.items()}
    for cell, seconds in plan.expected.items():
        show_sentences(console, [_expected(cell, seconds, limited.get(cell))])
    show_sentences(console, [*left_out(plan), _whole(plan)])


def show_missing(plan: Planned, run_folder: RunFolder, console: Console) -> None:
    """Print what a session that resumes a run has to measure: cells, their rounds, and the time.

    Raises ResumeError, RunFolderError.
    """
    resumed = session.resume(run_folder.environment(), plan.facts())
    rule = stopping_rule(plan, run_folder)
    done = max((row.round for row in rule.rows().every), default=0)
    todo = to_measure(plan, rule, resumed.seed, resumed.number)
    left = [task for task in todo if task[0][1].round <= rule.expected(done)]
    rounds: dict[str, list[int]] = defaultdict(list)
    for cell, place, _ in (it for task in left for it in task):
        rounds[cell.id].append(place.round)
    lines = [
        message("missing.cell", cell=it, count=len(in_), rounds=in_) for it, in_ in rounds.items()
    ]
    seconds = RUN_SECONDS + plan.seconds_of(left)
    whole = message("missing.groups", count=len(left), seconds=seconds)
    show_sentences(console, [*lines, whole] if left else [message("missing.nothing")])


def _expected(cell: str, seconds: float, rounds: int | None) -> Message:
    """Say how long a cell takes, and in how many rounds it is measured where that is limited."""
    if rounds is None:
        return message("plan.cell", cell=cell, seconds=seconds)
    return message("plan.limited_cell", cell=cell, seconds=seconds, count=rounds)


def _whole(plan: Planned) -> Message:
    settings = plan.config
    if settings.precision is None:
        rounds, seconds = _rounds(settings.rounds), plan.expected_seconds(settings.rounds)
    else:
        rounds = message("plan.some_rounds", least=LOOKS[0], most=LOOKS[-1])
        seconds = min(settings.budget, plan.expected_seconds(LOOKS[-1]))
    return message("plan.whole", cells=list(_cells(plan, rounds)), seconds=seconds)


def _rounds(count: int) -> Message:
    return message("plan.rounds", count=count)


def _cells(plan: Planned, rounds: Message) -> Iterator[Message]:
    """Say how many cells are measured in how many rounds: `6 cells x 8 rounds`."""
    limited = Counter(plan.plan.limited.values())
    every = len(plan.plan.cells) - limited.total()
    parts = [(every, rounds), *((cells, _rounds(most)) for most, cells in sorted(limited.items()))]
    for cells, most in parts:
        if cells:
            yield message("plan.cells", count=cells, rounds=most)
