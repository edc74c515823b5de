"""`--dry-run`: the cells of a plan, how often each is measured, and the expected time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape

from runner.analysis.intervals import LOOKS
from runner.cli.conclusion import left_out
from runner.report.formats import duration
from runner.report.terminal import show_sentences

if TYPE_CHECKING:
    from rich.console import Console

    from runner.experiment.planned import Planned


def show_plan(plan: Planned, console: Console) -> None:
    """Print what a run says first, a line for each cell, those left out, and the whole."""
    show_sentences(console, plan.opening, fold=True)
    limited = {cell.id: rounds for cell, rounds in plan.plan.limited.items()}
    for cell, seconds in plan.expected.items():
        only = f", {_first(limited[cell])} only" if cell in limited else ""
        console.print(f"{escape(cell)}  {duration(seconds)}{only}", soft_wrap=True)
    show_sentences(console, left_out(plan))
    console.print(_whole(plan), soft_wrap=True)


def _whole(plan: Planned) -> str:
    settings = plan.config
    if settings.precision is None:
        rounds, seconds = f"{settings.rounds}", plan.expected_seconds(settings.rounds)
    else:
        rounds = f"{LOOKS[0]} to {LOOKS[-1]}"
        seconds = min(settings.budget, plan.expected_seconds(LOOKS[-1]))
    return f"{', '.join(_cells(plan, rounds))}, about {duration(seconds)}"


def _first(rounds: int) -> str:
    return "first round" if rounds == 1 else f"first {rounds} rounds"


def _cells(plan: Planned, rounds: str) -> list[str]:
    """Write how many cells are measured in how many rounds: `6 cells x 8 rounds`."""
    limited = Counter(plan.plan.limited.values())
    every = len(plan.plan.cells) - limited.total()
    parts = [(every, rounds), *((cells, str(most)) for most, cells in sorted(limited.items()))]
    return [
        f"{cells} cell{'s' * (cells != 1)} x {most} round{'s' * (most != '1')}"
        for cells, most in parts
        if cells
    ]
