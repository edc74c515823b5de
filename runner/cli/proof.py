"""`python -m runner proof`: hold the numbers against known truths."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from runner.cli.chosen_parts import chosen
from runner.cli.complaint import complain
from runner.cli.exit_status import DONE, INCOMPLETE
from runner.proof.experiments import experiments
from runner.proof.parts import LONG, PARTS, measure, missing, summary
from runner.proof.sample_sizes import QUICK, WHOLE
from runner.results.run_folder import RunFolder
from runner.results.run_folder_error import RunFolderError, cannot
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from runner.proof.part import Step


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench proof",
        description="Hold the numbers against known truths. What has its file is not measured "
        "again: a proof that was interrupted is continued by the same command.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    long = " and ".join(LONG)
    add("part", nargs="*", help=f"of {', '.join(PARTS)}; all but {long} if none is named")
    add("--all", action="store_true", help="every part, the long ones too: about three hours")
    add("--out", type=Path, metavar="DIR", help="default: reports/proof, or reports/proof-quick")
    add("--quick", action="store_true", help="samples too small for the figures to mean anything")
    add("--cpus", choices=("all", "one"), help="the placement, instead of each part's own")
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Measure what is missing of the parts; print and store the summary of all there is."""
    del console
    asked = options.part or [name for name in PARTS if options.all or name not in LONG]
    parts = chosen(asked, PARTS)
    default = Path("reports") / ("proof-quick" if options.quick else "proof")
    run_folder = RunFolder(options.out or default)
    with cannot("make", run_folder.path):
        run_folder.path.mkdir(parents=True, exist_ok=True)
    sizes = QUICK if options.quick else WHOLE
    steps = [step for part in parts for step in part.steps(sizes, options.cpus)]
    status = _measure(run_folder, missing(run_folder, steps))
    text = summary(run_folder)
    run_folder.write("summary.txt", text)
    print(text, flush=True)
    return status


def _measure(run_folder: RunFolder, steps: Sequence[Step]) -> int:
    """Measure, and turn an early end into an exit status: the summary is made anyway."""
    if not steps:
        return DONE
    with experiments() as server:
        try:
            for number, file in enumerate(measure(run_folder, steps, server), 1):
                print(f"{number}/{len(steps)} {file.name}: {file.seconds:.0f} s", flush=True)
        except Interrupted as error:
            complain(f"interrupted by {error}; the same command measures the rest")
            return error.status
        except (RunFolderError, ServerError) as error:
            complain(str(error))
            return INCOMPLETE
    return DONE
