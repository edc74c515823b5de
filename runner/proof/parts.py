"""The command: measures what is missing, and tells what there is."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import runner.proof
from runner.experiment import environment
from runner.proof import coverage, known_difference, known_rate, lies, pairs, same_pool
from runner.proof.laboratory import laboratory
from runner.proof.size import QUICK, WHOLE
from runner.results.run_folder import RunFolder
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.proof.size import Step

PARTS = {
    "coverage": coverage,
    "liars": lies,
    "pairs": pairs,
    "rate": known_rate,  # not among the first: a virtual machine that was idle is slow for a minute
    "aa": same_pool,
    "difference": known_difference,
}
"""What can be asked for by name, and its order."""


def summary(run_folder: RunFolder) -> str:
    """Return every figure that there is so far, part by part, from the files alone."""
    told = {name: list(part.tell(run_folder)) for name, part in PARTS.items()}
    return "\n".join(
        line
        for name, lines in told.items()
        for line in (name, *(f"  {line}" for line in lines or ["not measured yet"]), "")
    )


def prove(run_folder: RunFolder, steps: Sequence[Step]) -> None:
    """Measure what has no file yet. Raises Interrupted between two files, or within one."""
    todo = [(name, measure) for name, measure in steps if not (run_folder.path / name).exists()]
    if not todo:
        return
    with laboratory() as here:
        described = {"machine": environment.machine(), "server": here.resources.server.describe()}
        run_folder.write("environment.json", json.dumps(described, indent=2, default=str) + "\n")
        for number, (name, measure) in enumerate(todo, 1):
            began = time.monotonic()
            run_folder.write_lines(name, measure(here))
            say(f"{number}/{len(todo)} {name}: {time.monotonic() - began:.0f} s")
            here.resources.interrupts.check()


def say(text: str) -> None:
    """Tell whoever waits."""
    print(text, flush=True)


def parser() -> argparse.ArgumentParser:
    """Return what can be typed."""
    made = argparse.ArgumentParser(prog="python -m tests.proof", description=runner.proof.__doc__)
    made.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    made.add_argument("--out", type=Path, metavar="DIR", help="default: reports/proof")
    made.add_argument("--quick", action="store_true", help="so little that it means nothing")
    made.add_argument("--cpus", choices=("all", "one"), help="instead of each part's own")
    return made


def main(typed: Sequence[str] | None = None) -> int:
    """Measure what is missing of the parts that were named, or of all; tell and keep a summary."""
    given = parser().parse_args(typed)
    if unknown := set(given.part) - PARTS.keys():
        parser().error(f"no such part: {', '.join(sorted(unknown))}")
    run_folder = RunFolder(
        given.out or Path("reports") / ("proof-quick" if given.quick else "proof")
    )
    run_folder.path.mkdir(parents=True, exist_ok=True)
    size = QUICK if given.quick else WHOLE
    steps = [step for name in given.part or PARTS for step in PARTS[name].steps(size, given.cpus)]
    status = 0
    try:
        prove(run_folder, steps)
    except Interrupted as error:
        status = error.status
    text = summary(run_folder)
    run_folder.write("summary.txt", text)
    say(text)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
