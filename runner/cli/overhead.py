"""`python -m runner overhead`: print what the harness itself costs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from runner.cli.chosen_parts import chosen
from runner.cli.complaint import complain
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.proof.experiments import NotMeasuredError, experiments
from runner.proof.overhead import comparison_time, cpu_cost, driver_speed, memory
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench overhead",
        description="Measure what the harness costs: CPU on a pool that does nothing, speed "
        "against bare loops, memory, the comparison of a large run.",
        allow_abbrev=False,
    )
    parser.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Measure the parts, and print each line as soon as it is known."""
    del console
    parts = chosen(options.part, PARTS)
    try:
        for line in (line for part in parts for line in part()):
            print(line, flush=True)
    except Interrupted as error:
        complain(f"interrupted by {error}")
        return error.status
    except (NotMeasuredError, ServerError) as error:
        complain(str(error))
        return INCOMPLETE
    return DONE


def _cpu() -> Iterator[str]:
    slices, milliseconds = cpu_cost.SLICES, cpu_cost.SLICE * 1000
    yield f"CPU per operation on noop, one thread, {slices} slices of {milliseconds:g} ms:"
    for workload in ("checkout", "insert"):
        cost = cpu_cost.measure(workload)
        yield (
            f"  {workload:10} {cost.p10:.2f} us (10th percentile), {cost.p50:.2f} (median); "
            f"in a whole turn, all meters on: {cost.turn_p10:.2f}, {cost.turn_p50:.2f}"
        )


def _drivers() -> Iterator[str]:
    pairs, seconds = driver_speed.PAIRS, driver_speed.SLICE
    yield f"operations per second against a bare loop, {pairs} pairs of slices of {seconds} s:"
    with experiments() as server:
        for speed in driver_speed.measure(server.resources):
            yield (
                f"  {speed.adapter:10} {speed.ratio:.3f} (half of the pairs within "
                f"{speed.low:.3f} to {speed.high:.3f}); {speed.extra_us:.1f} us more than "
                f"{speed.bare_us:.0f}"
            )


def _memory() -> Iterator[str]:
    millions = memory.OPERATIONS // 1_000_000
    yield (
        f"resident memory of a cell, checkout on noop, one client, {millions} million operations:"
    )
    with experiments() as server:
        used = memory.measure(server)
    yield (
        f"  {used.after / 1e6:.0f} MB after {used.operations:,} operations, "
        f"{used.before / 1e6:.0f} before"
    )


def _comparison() -> Iterator[str]:
    time = comparison_time.measure()
    yield (
        f"comparing {time.cells:,} cells x {time.rounds} rounds: {time.seconds:.2f} s, "
        f"{time.lines} lines"
    )


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "cpu": _cpu,
    "drivers": _drivers,
    "memory": _memory,
    "comparison": _comparison,
}
"""The parts by name; each yields the lines to print."""
