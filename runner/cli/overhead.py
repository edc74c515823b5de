"""`python -m runner overhead`: print what the harness itself costs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.chosen_parts import chosen
from runner.cli.complaint import complain
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.proof.base_config import CONNECTIONS
from runner.proof.experiments import NotMeasuredError, experiments
from runner.proof.overhead import (
    arrivals_cost,
    comparison_time,
    cpu_cost,
    memory,
    paces,
    paired,
    tables,
)
from runner.results.run_folder_error import cannot
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from runner.proof.overhead.paces import Cycles, Setting
    from runner.proof.overhead.paired import Comparison


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench overhead",
        description="Measure what the harness costs: CPU on a pool that does nothing, speed "
        "against bare loops, memory, the comparison of a large run, an open loop.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("part", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    add("--out", type=Path, metavar="FILE", help="keep what is printed, once all is measured")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Measure the parts, print each line as soon as it is known, and keep them all at the end."""
    del console
    parts = chosen(options.part, PARTS)
    if options.out:
        _keep(options.out, "", "a")  # what cannot be kept is said before anything is measured
    lines: list[str] = []
    try:
        for line in (line for part in parts for line in part()):
            print(line, flush=True)
            lines.append(line)
    except Interrupted as error:
        complain(f"interrupted by {error}")
        return error.status
    except (NotMeasuredError, ServerError) as error:
        complain(str(error))
        return INCOMPLETE
    if options.out:
        _keep(options.out, "".join(f"{line}\n" for line in lines), "w")
    return DONE


def _keep(path: Path, text: str, mode: str) -> None:
    """Write to the file. Raises RunFolderError."""
    with cannot("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)


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
    yield f"operations per second against a bare loop on the same {CONNECTIONS} connections,"
    yield f"{_sizes(paired.DRIVERS)}:"
    measured = _measured(paired.DRIVERS)
    yield from tables.overhead_table(paces.overheads(measured))
    yield tables.difference_sentence(paces.differences(measured))


def _layers() -> Iterator[str]:
    comparison = paired.LAYER_BY_LAYER
    clients = comparison.settings[0].clients
    yield f"microseconds that each layer adds to an operation, {clients} clients,"
    yield f"{_sizes(comparison)}:"
    measured = _measured(comparison)
    yield from tables.layer_table(
        {setting.adapter: paces.layer_costs(rounds) for setting, rounds in measured.items()}
    )


def _sizes(comparison: Comparison) -> str:
    return (
        f"allocator {paired.STARTUP.allocator}, {comparison.rounds} processes a line, in each "
        f"{comparison.cycles} slices of {paired.SLICE * 1000:g} ms a loop, quiet pace, "
        "95 % intervals"
    )


def _measured(comparison: Comparison) -> dict[Setting, list[Cycles]]:
    """Measure the slices, and say on standard error how far it is."""

    def done(round_: int) -> None:
        print(f"round {round_} of {comparison.rounds}: done", file=sys.stderr, flush=True)

    with experiments() as server:
        return paired.measure(comparison, server.resources, done)


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


def _arrivals() -> Iterator[str]:
    yield (
        f"an open loop on noop, {arrivals_cost.CLIENTS} clients, {arrivals_cost.SECONDS:g} s: CPU "
        "per operation; how late one is picked up, p50 and p99; and how late an own sleep ends:"
    )
    for it in arrivals_cost.measure():
        yield (
            f"  {it.kind:8} {it.rate:5.0f}/s  {it.cpu:4.0f} us   late {it.late_p50:5.0f}, "
            f"{it.late_p99:5.0f} us   sleep {it.sleep_p50:5.0f}, {it.sleep_p99:5.0f} us"
        )


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "cpu": _cpu,
    "drivers": _drivers,
    "layers": _layers,
    "memory": _memory,
    "comparison": _comparison,
    "arrivals": _arrivals,
}
"""The parts by name; each yields the lines to print."""
