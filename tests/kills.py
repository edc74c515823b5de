"""SIGKILL, SIGINT and SIGTERM at random moments of short runs: `make kill`.

A developer's proof, as `make test-all` is: it says nothing about numbers. Each run gets the three
signals, one to each of its starts, is resumed after each, and ends at last. What came out is kept
line by line in `build/kills.jsonl`, so that an interrupted `make kill` is continued by the same
command, and as figures in `reports/kill.txt`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.experiment.environment import commit
from tests.killed_run import SIGNALS, TURNS, WHOLE_SECONDS, KilledRun, Signalled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STAGES = ("starting", "measuring", "concluding")
KINDS = {
    "lost": "rows lost",
    "doubled": "rows doubled",
    "resume": "not resumed exactly",
    "left": "left after 10 s",
    "status": "of another exit status",
    "traceback": "tracebacks",
}
"""The kind of a failure -> its name in the figures."""


class Kept:
    """What came out so far, a line a signal, of one commit."""

    def __init__(self, path: Path) -> None:
        """Read the file; one of another commit is begun anew."""
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        head, *rest = [json.loads(line) for line in lines] or [{}]
        begun = {"commit": commit()}
        self.signalled = [_signalled(line) for line in rest] if head == begun else []
        if head != begun:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(begun) + "\n", encoding="utf-8")

    def add(self, signalled: Sequence[Signalled]) -> None:
        """Add the signals of a run."""
        self.signalled += signalled
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(each)) + "\n" for each in signalled)

    def length(self, seed: int) -> float:
        """Return about the seconds of a whole run, as of the last one with the same settings."""
        alike = [it.length for it in self.signalled if it.signal == "none" and same(it.seed, seed)]
        return alike[-1] if alike else undisturbed(seed)

    @property
    def seeds(self) -> set[int]:
        """The seeds of the runs that are over."""
        return {each.seed for each in self.signalled}

    @property
    def sent(self) -> int:
        """The number of signals that came before the end of what they were sent to."""
        return sum(each.stage in STAGES for each in self.signalled)


def _signalled(line: dict[str, Any]) -> Signalled:
    return Signalled(**{**line, "wrong": [(kind, sentence) for kind, sentence in line["wrong"]]})


def same(seed: int, other: int) -> bool:
    """Tell whether the runs of two seeds have the same settings."""
    return seed % len(TURNS) == other % len(TURNS)


def undisturbed(seed: int) -> float:
    """Measure the seconds of a run that gets no signal."""
    run = KilledRun(seed, 0.0)
    began = time.monotonic()
    run.start().wait(WHOLE_SECONDS)
    run.remove()
    return round(time.monotonic() - began, 2)


def figures(signalled: Sequence[Signalled]) -> str:
    """Write a table of signals and stages, the number of failures by kind, and each failure."""
    sent = [each for each in signalled if each.stage in STAGES]
    runs = len({each.seed for each in signalled})
    counted = Counter((each.signal, each.stage) for each in sent)
    lines = [
        f"make kill on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.uname().sysname}, {commit()}:",
        f"{len(sent)} signals at random moments of {runs} short runs",
        f"{'':9}{''.join(f'{stage:>12}' for stage in STAGES)}",
    ]
    for number in SIGNALS:
        cells = "".join(f"{counted[number.name, stage]:>12}" for stage in STAGES)
        lines.append(f"{number.name:9}{cells}")
    wrong = Counter(kind for each in signalled for kind, _ in each.wrong)
    lines.append(", ".join(f"{name}: {wrong[kind]}" for kind, name in KINDS.items()))
    longest = max((each.gone_after for each in sent), default=0.0)
    lines.append(f"nothing was left {longest:.1f} s after a signal at the latest")
    return "\n".join([*lines, *failures(signalled)]) + "\n"


def failures(signalled: Sequence[Signalled]) -> Iterator[str]:
    """Yield a line for each failure, with the options that repeat its run."""
    for each in signalled:
        for kind, sentence in each.wrong:
            repeat = f"--seed {each.seed} --length {each.length:g}"
            when = f"{each.signal} after {each.moment:.2f} s ({each.stage})"
            yield f"{repeat}: {when}: {kind}: {sentence}"


def one(seed: int, length: float, *, keep: bool = False) -> list[Signalled]:
    """Carry out the run of a seed; return its signals."""
    run = KilledRun(seed, length)
    try:
        return list(run.carry_out())
    finally:
        if not keep:
            run.remove()


def carry_out(kept: Kept, tries: int, length: float | None, seconds: float, jobs: int) -> None:
    """Carry out runs until there have been `tries` signals, or no new one after `seconds`."""
    until = time.monotonic() + seconds
    seeds = (seed for seed in count(1) if seed not in kept.seeds)
    with ThreadPoolExecutor(jobs) as pool:
        while kept.sent < tries and time.monotonic() < until:
            missing = -(-(tries - kept.sent) // len(SIGNALS))
            batch = [next(seeds) for _ in range(min(jobs, missing))]
            lengths = [length or kept.length(seed) for seed in batch]
            for signalled in pool.map(one, batch, lengths):
                kept.add(signalled)
                for line in failures(signalled):
                    print(line, flush=True)
            print(f"{kept.sent} of {tries} signals", file=sys.stderr, flush=True)


def main(typed: Sequence[str] | None = None) -> int:
    """Send what is missing, print and keep the figures; exit status 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    add = parser.add_argument
    add("tries", type=int, nargs="?", default=300, help="signals in all; default: 300")
    add("--seed", type=int, help="repeat the run of a seed, and keep its folder")
    add("--length", type=float, help="seconds of a run without a signal; else one is measured")
    add("--seconds", type=float, default=float("inf"), help="begin no run after them")
    add("--jobs", type=int, default=1, help="runs at once; default: 1")
    add("--out", type=Path, default=Path("reports") / "kill.txt", help="the file of the figures")
    add("--kept", type=Path, default=Path("build") / "kills.jsonl", help="what came out so far")
    options = parser.parse_args(typed)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what we ignore, a child would, too
    if options.seed is not None:
        length = options.length or undisturbed(options.seed)
        print(figures(one(options.seed, length, keep=True)))
        return 0
    kept = Kept(options.kept)
    try:
        carry_out(kept, options.tries, options.length, options.seconds, options.jobs)
    except KeyboardInterrupt:
        print("interrupted: the same command goes on", file=sys.stderr)
    told = figures(kept.signalled)
    options.out.write_text(told, encoding="utf-8")
    print(told)
    return 1 if any(each.wrong for each in kept.signalled) else 0


if __name__ == "__main__":
    sys.exit(main())
