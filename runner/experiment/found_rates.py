"""The rates that are looked for before the first round, and what a share of them is."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from statistics import median
from typing import TYPE_CHECKING

from runner.measure.member import Subject
from runner.measure.ramp import ramps
from runner.plan.tasks import Place
from runner.results.ramp import RAMPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.experiment.planned import Planned
    from runner.measure.context import Context
    from runner.results.ramp import Ramp
    from runner.results.run_folder import RunFolder


def find_rates(planned: Planned, run_folder: RunFolder, context: Context) -> Mapping[str, float]:
    """Look for the highest rate of every cell that has none yet, and store each.

    Return those of the baseline, by the name of the conditions. Raises Interrupted, ServerError,
    RunFolderError.
    """
    find = planned.config.find
    if find is None:
        return {}
    known = _by_cell(run_folder.ramps())
    numbers = count(1)
    for cell in planned.ramped:
        key = f"f{next(numbers):03}"
        before = known.get(cell.id, ())
        if _is_whole(before):
            continue
        context.announce(cell, 0)
        contender, place = context.contenders[cell.contender], Place(context.session, 1, 1)
        statement = context.statements.get(cell.conditions.workload)
        subject = Subject(cell, place, key, contender, statement)
        shed, first = planned.config.shed or 0.0, 1 + len(before)
        for ramp in ramps(subject, context, find.limits(), shed=shed, first=first):
            run_folder.append_ramp(ramp)
            context.interrupts.check()
    return baseline_rates(run_folder.ramps(), planned.shared_adapter)


def baseline_rates(found: Iterable[Ramp], baseline: str) -> dict[str, float]:
    """Return the middle of the rates that the baseline kept, by the name of the conditions."""
    lows: dict[str, list[float]] = defaultdict(list)
    for ramp in found:
        if ramp.contender == baseline and ramp.low_per_s:
            lows[ramp.conditions.name()].append(ramp.low_per_s)
    return {name: median(of_name) for name, of_name in lows.items()}


def _by_cell(found: Iterable[Ramp]) -> dict[str, list[Ramp]]:
    """Group the ramps of a file by the id of their cell."""
    cells: dict[str, list[Ramp]] = defaultdict(list)
    for ramp in found:
        cells[ramp.cell].append(ramp)
    return cells


def _is_whole(found: Iterable[Ramp]) -> bool:
    """Tell whether a cell has all of its ramps, or a reason why it has not."""
    numbers = {ramp.number for ramp in found}
    return len(numbers) == RAMPS or any(ramp.reason for ramp in found)
