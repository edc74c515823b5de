"""`python -m runner turns`: measure how long a turn should be."""

from __future__ import annotations

import argparse
import statistics
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.complaint import complain
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.proof.experiments import NotMeasuredError, experiments
from runner.proof.turn_length_cycles import settings
from runner.proof.turn_lengths import LENGTHS, TurnLength, turn_lengths
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError, cannot
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

FEWEST_CYCLES = 2
"""An interval needs two values."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench turns",
        description="Measure what short turns gain in precision and what bias they have. Prints "
        "a table in Markdown; the file is written anew after each setting.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--cycles", type=_cycles, default=7, metavar="N", help="of each setting; default: 7")
    add(
        "--out",
        type=Path,
        default=Path("reports/proof/turns.csv"),
        metavar="FILE",
        help="default: reports/proof/turns.csv",
    )
    return parser


def _cycles(text: str) -> int:
    """Read a number of cycles. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < FEWEST_CYCLES:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from {FEWEST_CYCLES} on, not {text!r}"
        )
    return int(text)


def run(options: argparse.Namespace, console: Console) -> int:
    """Measure, store the lines after each setting, and print the table of what there is."""
    del console
    folder = RunFolder(options.out.parent)
    with cannot("make", folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
    lines: list[TurnLength] = []
    with experiments() as server:
        try:
            for conditions, cycles in settings(server, options.cycles):
                lines += turn_lengths(conditions, cycles)
                folder.write_lines(options.out.name, lines)
                done = f"{conditions.clients} clients, cpus {conditions.cpus}: done"
                print(done, file=sys.stderr, flush=True)
        except Interrupted as error:
            complain(f"interrupted by {error}")
            return error.status
        except (NotMeasuredError, RunFolderError, ServerError) as error:
            complain(str(error))
            return INCOMPLETE
    print(table(lines))
    return DONE


def table(lines: Sequence[TurnLength]) -> str:
    """Write the table of docs/turns.md: a row for each setting and length of turn."""
    adapters = list(dict.fromkeys(line.adapter for line in lines))
    heads = ["cpus", "clients", "turn", *(f"{name}: bias" for name in adapters), "±, after 60 s"]
    rows = [heads, ["---"] * len(heads)]
    order = list(dict.fromkeys(map(_setting, lines)))
    by_setting = sorted(lines, key=lambda line: order.index(_setting(line)))
    for (cpus, clients, turn), group in groupby(by_setting, key=_setting):
        of_adapters = list(group)
        width = statistics.median(line.half_width_60s for line in of_adapters)
        biases = [_bias(line) for line in of_adapters]
        rows.append([cpus, str(clients), f"{turn:.0f} ms", *biases, f"{width:.1%}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _setting(line: TurnLength) -> tuple[str, int, float]:
    return line.cpus, line.clients, line.turn_ms


def _bias(line: TurnLength) -> str:
    """Write the bias with its interval, in bold where it excludes 1."""
    if line.turn_ms == LENGTHS[-1] * 1000:
        return f"(ratio {line.ratio:.2f})"
    text = f"{line.bias:.2f} [{line.bias_low:.2f}, {line.bias_high:.2f}]"
    return f"**{text}**" if line.biased else text
