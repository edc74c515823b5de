"""The measurement behind the lengths of a turn: every length in the same processes and minutes.

In a round fresh workers take turns of every length, in a shuffled order, so that no length is
measured at a better time than another.
"""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from runner.measure.cell_run import cell_run
from runner.measure.member import Subject
from runner.proof.base_config import ADAPTERS, BASE_CONFIG, CONNECTIONS
from runner.proof.experiments import NotMeasuredError
from runner.proof.turn_lengths import LENGTHS, lead_in
from runner.report.catalogue import text
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.axes import Conditions
    from runner.measure.cell_run import CellRun
    from runner.measure.context import Context
    from runner.plan.tasks import Task
    from runner.proof.experiments import Experiments
    from runner.proof.sample_sizes import SampleSizes
    from runner.proof.turn_lengths import Rates
    from runner.worker.protocol import OpenOrder, TurnRecord

SHORT_SHARE = 0.25
"""The time of each shorter length against that of the longest: many short turns, to the same
precision."""

WARM_UP = TurnOrder(0, 0.0, 0.3)

CONFIG: dict[str, Any] = {
    **BASE_CONFIG,
    "pool": {"min_size": CONNECTIONS, "max_size": CONNECTIONS, "timeout": "500ms"},
    "matrix": {"adapter": ADAPTERS, "workload": "insert"},
    "seed": 1,
}


def measured_rates(
    experiments: Experiments, sizes: SampleSizes, cpus: str, clients: int
) -> tuple[Conditions, list[Rates]]:
    """Measure one setting, and return its conditions and the rates of its rounds.

    Raises ServerError, NotMeasuredError, Interrupted.
    """
    matrix = {**CONFIG["matrix"], "cpus": cpus, "clients": clients}
    config = {**CONFIG, "matrix": matrix, "rounds": sizes.turn_rounds}
    with experiments.prepared(config) as experiment:
        tasks = list(experiment.todo)
        rounds = [cycle(experiment.context, task, seconds=sizes.turn_seconds) for task in tasks]
        return tasks[0][0][0].conditions, rounds


def cycle(
    context: Context, task: Task, *, seconds: float, lengths: Sequence[float] = LENGTHS
) -> Rates:
    """Measure every adapter of a group at every length, in workers of its own.

    `seconds` is the time of the longest turns together, of each adapter.

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
        cpus = subjects[0].cell.conditions.cpus
        context.server.keep_to(context.server_cores(cpus, processes=1))
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
    longest = lengths[-1]
    times = {it: seconds * (1.0 if it == longest else SHORT_SHARE) for it in lengths}
    stretches = [it for it in lengths for _ in range(max(2, round(times[it] / it)))]
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
        run.judge()
    if record is None or run.reason:
        raise NotMeasuredError(f"{subject.cell.id}: {text(run.reason)}")
    if not record.weight:
        raise NotMeasuredError(f"{subject.cell.id}: no operation ended in {order.length:g} s")
    return record
