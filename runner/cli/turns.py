"""`python -m runner turns`: measure how long a turn should be."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.complaint import complain
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.proof.equal_turns import CLIENTS, measure
from runner.proof.experiments import NotMeasuredError, experiments
from runner.proof.sample_sizes import WHOLE
from runner.proof.turn_lengths import LENGTHS, TurnLength
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
        description="Measure whether short turns may stand for long ones. Prints a table in "
        "Markdown; the file is written anew after each setting.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--cycles", type=_cycles, default=10, metavar="N", help="of each setting; default: 10")
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
    sizes = replace(WHOLE, turn_rounds=options.cycles)
    lines: list[TurnLength] = []
    with experiments() as server:
        try:
            for clients in CLIENTS:
                lines += measure(sizes, "one", clients, server)
                folder.write_lines(options.out.name, lines)
                print(f"{clients} clients: done", file=sys.stderr, flush=True)
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
    heads = ["clients", "turn", "turns", *adapters]
    rows = [heads, ["---"] * len(heads)]
    order = list(dict.fromkeys(map(_setting, lines)))
    by_setting = sorted(lines, key=lambda line: order.index(_setting(line)))
    for (clients, turn), group in groupby(by_setting, key=_setting):
        of_adapters = list(group)
        ratios = [_bias(line) for line in of_adapters]
        rows.append([str(clients), f"{turn:.0f} ms", str(of_adapters[0].turns), *ratios])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _setting(line: TurnLength) -> tuple[int, float]:
    return line.clients, line.turn_ms


def _bias(line: TurnLength) -> str:
    """Write the bias with its interval, in bold where it is within the margin as a whole."""
    if line.turn_ms == LENGTHS[-1] * 1000:
        return f"(ratio {line.ratio:.3f})"
    text = f"{line.bias:.3f} [{line.bias_low:.3f}, {line.bias_high:.3f}]"
    return f"**{text}**" if line.equivalent else text
