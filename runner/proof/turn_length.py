"""How long a turn should be: what short ones gain in precision and lose in bias (METHOD 3).

`python -m runner.proof.turn_length [--cycles N] [--out FILE]`. The five adapters of `matrix.yaml`,
10 and 50 clients, on all cores and on one. In a cycle fresh processes take turns of every length,
in a shuffled order and for as long in all, so that no length is measured at a better time than
another.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from math import exp, log, sqrt
from pathlib import Path

from runner.analysis.intervals import interval
from runner.experiment import environment
from runner.measure.worker_process import WorkerProcess
from runner.server.embedded import EmbeddedServer
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog
from runner.worker.protocol import OpenOrder, TurnOrder, TurnRecord

ADAPTERS = ("psycopg3", "psycopg2", "psycopg2-queued", "psycopg3-async", "asyncpg")
"""The first one is what the others are compared with."""

LENGTHS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Seconds, the lead-in included. The last one is what the others are held against."""

IN_ALL = 2.0
"""Seconds that the turns of each length take together, in a cycle, of each adapter; of the longest
there are two, because all others are held against them."""

SETTINGS = [(clients, cpus) for cpus in ("all", "one") for clients in (10, 50)]


def lead_in(length: float) -> float:
    """Return the uncounted beginning of a turn: 100 ms, less where the turn is short."""
    return min(0.1, 0.4 * length)


@dataclass(frozen=True)
class Line:
    """An adapter at a length of turn: a line of `turns.csv`."""

    cpus: str
    clients: int
    adapter: str
    turn_ms: float
    lead_in_ms: float
    turns: int
    ratio: float
    """To psycopg3, operations per second: the geometric mean over the cycles."""
    bias: float
    """That ratio against the one at 2 s, cycle by cycle; 1 is none."""
    bias_low: float
    bias_high: float
    half_width_60s: float
    """Half of the 95 % interval that 60 s of measuring give (both cells, lead-ins included), from
    the scatter of single turns: as a share."""


Logs = dict[tuple[str, float], list[list[float]]]
"""Adapter and length -> cycle -> the log ratio of each turn."""


def cycle(
    server: EmbeddedServer, clients: int, cpus: str, number: int
) -> dict[tuple[str, float], list[float]]:
    """Measure every adapter at every length, in fresh processes; return the rates."""
    shuffle = random.Random(f"{clients}/{cpus}/{number}").shuffle
    cores = environment.cores()
    server.keep_to(cores[:-1] if cpus == "one" else None)
    server.prepare(ADAPTERS)
    rates: dict[tuple[str, float], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        watchdog, interrupts = stack.enter_context(Watchdog()), stack.enter_context(Interrupts())
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cells = {}
        for name in ADAPTERS:
            cells[name] = WorkerProcess(logs / name, watchdog, interrupts)
            stack.callback(cells[name].kill)
        for name, cell in cells.items():
            cell.open(_order(server.dsn(name, name), name, clients, cores, cpus), 30.0)
            cell.turn(TurnOrder(0, 0.0, 0.3), 30.0)
        stretches = [length for length in LENGTHS for _ in range(max(2, round(IN_ALL / length)))]
        shuffle(stretches)
        names = list(ADAPTERS)
        for length in stretches:
            shuffle(names)
            before = lead_in(length)
            for name in names:
                order = TurnOrder(1, before, length - before)
                turn = TurnRecord.from_json(cells[name].turn(order, 30.0))
                rates[name, length].append(turn.weight / turn.seconds)
    server.discard(ADAPTERS)
    return rates


def _order(dsn: str, name: str, clients: int, cores: list[int], cpus: str) -> OpenOrder:
    return OpenOrder(
        adapter=name,
        dsn=dsn,
        min_size=5,
        max_size=5,
        timeout=0.5,
        profile="equal",
        options={},
        workload="insert",
        clients=clients,
        name=name,
        seed="turns",
        error_pause=0.01,
        cpus=tuple(cores[-1:]) if cpus == "one" else (),
    )


def logs_of(cycles: list[dict[tuple[str, float], list[float]]]) -> Logs:
    """Return the log ratio of each turn to that of the first adapter in the same stretch."""
    base = ADAPTERS[0]
    return {
        (name, length): [
            [
                log(one / other)
                for one, other in zip(rates[name, length], rates[base, length], strict=True)
            ]
            for rates in cycles
        ]
        for name in ADAPTERS[1:]
        for length in LENGTHS
    }


def lines(clients: int, cpus: str, logs: Logs) -> list[Line]:
    """Return what the turns of one setting say."""
    found = []
    for (name, length), cycles in logs.items():
        means = [statistics.mean(turns) for turns in cycles]
        longest = [statistics.mean(turns) for turns in logs[name, LENGTHS[-1]]]
        bias = interval([one - other for one, other in zip(means, longest, strict=True)], 0.95)
        every = [value for turns in cycles for value in turns]
        scatter = statistics.stdev(every) if len(every) > 1 else 0.0
        found.append(
            Line(
                cpus,
                clients,
                name,
                length * 1000,
                lead_in(length) * 1000,
                len(every),
                exp(statistics.mean(means)),
                exp(bias.mean),
                exp(bias.low),
                exp(bias.high),
                1.96 * scatter * sqrt(2 * length / 60),
            )
        )
    return found


def read(path: Path) -> list[Line]:
    """Return what a file says."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Line(
                row["cpus"],
                int(row["clients"]),
                row["adapter"],
                float(row["turn_ms"]),
                float(row["lead_in_ms"]),
                int(row["turns"]),
                float(row["ratio"]),
                float(row["bias"]),
                float(row["bias_low"]),
                float(row["bias_high"]),
                float(row["half_width_60s"]),
            )
            for row in csv.DictReader(file)
        ]


def markdown(found: list[Line]) -> str:
    """Return the table of the documents: a row for each setting and length of turn."""
    names = list(dict.fromkeys(line.adapter for line in found))
    heads = ["cpus", "clients", "turn", *(f"{name}: bias" for name in names), "±, after 60 s"]
    rows = [heads, ["---"] * len(heads)]
    settings: dict[tuple[str, int, float], list[Line]] = defaultdict(list)
    for line in found:
        settings[line.cpus, line.clients, line.turn_ms].append(line)
    for (cpus, clients, turn), lines in settings.items():
        width = statistics.median(line.half_width_60s for line in lines)
        biases = [_bias(line) for line in lines]
        rows.append([cpus, str(clients), f"{turn:.0f} ms", *biases, f"{width:.1%}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _bias(line: Line) -> str:
    if line.turn_ms == LENGTHS[-1] * 1000:
        return f"(ratio {line.ratio:.2f})"
    text = f"{line.bias:.2f} [{line.bias_low:.2f}, {line.bias_high:.2f}]"
    return text if line.bias_low <= 1 <= line.bias_high else f"**{text}**"


def main() -> None:
    """Measure, write the file after each setting, and say how far it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("reports/proof/turns.csv"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    found: list[Line] = []
    with EmbeddedServer(max_connections=60) as server:
        for clients, cpus in SETTINGS:
            cycles = [cycle(server, clients, cpus, number) for number in range(options.cycles)]
            found += lines(clients, cpus, logs_of(cycles))
            with options.out.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(field.name for field in fields(Line))
                writer.writerows(
                    [
                        f"{value:.4g}" if isinstance(value, float) else value
                        for value in asdict(line).values()
                    ]
                    for line in found
                )
            print(f"{clients} clients, cpus {cpus}: done", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
