"""The measurement behind the lengths of a turn: every length in the same processes and minutes.

In a cycle fresh workers take turns of every length, in a shuffled order and for as long in all, so
that no length is measured at a better time than another.
"""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING

from runner.measure.cell_run import cell_run
from runner.measure.member import Subject
from runner.proof.base_config import ADAPTERS, BASE_CONFIG, CONNECTIONS
from runner.proof.experiments import NotMeasuredError
from runner.proof.turn_lengths import LENGTHS, lead_in
from runner.report.catalogue import text
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.axes import Conditions
    from runner.measure.cell_run import CellRun
    from runner.measure.context import Context
    from runner.plan.tasks import Task
    from runner.proof.experiments import Experiments
    from runner.proof.turn_lengths import Rates
    from runner.worker.protocol import OpenOrder, TurnRecord

SECONDS = 2.0
"""Seconds that the turns of each length take together, in a cycle, of each adapter; of the longest
there are two turns, because all others are held against them."""

WARM_UP = TurnOrder(0, 0.0, 0.3)

CONFIG = {
    **BASE_CONFIG,
    "pool": {"min_size": CONNECTIONS, "max_size": CONNECTIONS, "timeout": "500ms"},
    "matrix": {
        "adapter": ADAPTERS,
        "cpus": ["all", "one"],
        "clients": [10, 50],
        "workload": "insert",
    },
    "seed": 1,
}


def settings(experiments: Experiments, cycles: int) -> Iterator[tuple[Conditions, list[Rates]]]:
    """Measure one setting after the other, and yield the rates of its cycles.

    Raises ServerError, NotMeasuredError, Interrupted.
    """
    with experiments.prepared({**CONFIG, "rounds": cycles}) as experiment:
        tasks = sorted(experiment.todo, key=_setting)
        for _, group in groupby(tasks, key=_setting):
            cycles_of_group = list(group)
            conditions = cycles_of_group[0][0][0].conditions
            yield conditions, [cycle(experiment.context, task) for task in cycles_of_group]


def _setting(task: Task) -> tuple[str, int]:
    conditions = task[0][0].conditions
    return conditions.cpus, conditions.clients


def cycle(
    context: Context, task: Task, lengths: Sequence[float] = LENGTHS, seconds: float = SECONDS
) -> Rates:
    """Measure every adapter of a group at every length, in workers of its own.

    Raises ServerError, NotMeasuredError, Interrupted.
    """
    subjects = [
        Subject(cell, place, f"t{number:03}r{place.round:02}", context.contenders[cell.contender])
        for cell, place, number in task
    ]
    keys = [subject.key for subject in subjects]
    with ExitStack() as stack:
        stack.callback(context.server.discard, keys)
        workers = [
            (subject, stack.enter_context(cell_run(_order(subject, context), context)))
            for subject in subjects
        ]
        one = subjects[0].cell.conditions.cpus == "one"
        context.server.keep_to(context.cores[:-1] if one else None)
        context.server.prepare(keys)
        for subject, run in workers:
            run.open(context.server.dsn(subject.key, f"poolbench {context.run} {subject.key}"))
            _turn(subject, run, WARM_UP)
        return _shuffled_turns(workers, lengths, seconds)


def _order(subject: Subject, context: Context) -> OpenOrder:
    return subject.order("turns", context.cores[-1:])


def _shuffled_turns(
    workers: list[tuple[Subject, CellRun]], lengths: Sequence[float], seconds: float
) -> Rates:
    """Let the workers take turns of a length beside each other, and then of another one."""
    shuffle = random.Random(f"turns/{workers[0][0].place}").shuffle
    stretches = [length for length in lengths for _ in range(max(2, round(seconds / length)))]
    shuffle(stretches)
    rates: Rates = defaultdict(list)
    for length in stretches:
        shuffle(workers)
        for subject, run in workers:
            record = _turn(subject, run, TurnOrder(1, lead_in(length), length - lead_in(length)))
            rates[subject.cell.contender, length].append(record.weight / record.seconds)
    return rates


def _turn(subject: Subject, run: CellRun, order: TurnOrder) -> TurnRecord:
    """Take a turn. Raises NotMeasuredError where it has no rate, Interrupted."""
    record = run.turn(order) if run.lives else None
    if record is not None:
        run.judge(record)
    if record is None or run.reason:
        raise NotMeasuredError(f"{subject.cell.id}: {text(run.reason)}")
    if not record.weight:
        raise NotMeasuredError(f"{subject.cell.id}: no operation ended in {order.length:g} s")
    return record
