"""`python -m runner size`: measure how many connections are enough."""

from __future__ import annotations

import argparse
import hashlib
import math
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml

from runner.axes import MOST_CLIENTS
from runner.cli import run as measuring
from runner.config.duration import read_duration, write_duration
from runner.rate import read_rate
from runner.results.run_folder_error import cannot

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

FEWEST_SIZES, MOST_SIZES = 2, 100
"""Of those that are alive side by side."""
CLOSED = {"rounds": 8, "duration": "500ms"}
"""Without a rate: short rounds, because a ratio is the surer the more rounds there are."""
ARRIVALS = 1200
"""Those of a turn at a rate: a p99 needs 1000 operations, and fewer may come by chance."""
LEAD_IN = 0.5
"""The part of such a turn that is not counted, in seconds."""


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench size",
        description="Measure pools of 1 to N connections side by side and say how many are enough. "
        "The configuration is written to DIR, to be measured again or changed.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--rate", type=_rate, metavar="R", help="operations that arrive in a second")
    add("--p99", type=_limit, metavar="MS", help="the longest p99 that is good enough: 20, or 20ms")
    add("--workload", default="insert", metavar="W", help="default: insert")
    add("--adapter", action="append", metavar="NAME", help="default: psycopg3; may be repeated")
    add(
        "--most",
        type=partial(_whole, FEWEST_SIZES, MOST_SIZES),
        default=10,
        metavar="N",
        help="the largest size; default: 10",
    )
    add(
        "--clients",
        type=partial(_whole, 1, MOST_CLIENTS),
        default=20,
        metavar="C",
        help="default: 20",
    )
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: hold=5ms")
    add("--out", type=Path, metavar="DIR", default=Path("reports"), help="default: reports")
    add("--dry-run", action="store_true", help="print the cells and the expected time, and end")
    add("--quiet", action="store_true", help="print only errors and the path of the report")
    parser.set_defaults(only=[], resume=None, strict=False)
    return parser


def _of(read: Callable[[str], Any], text: str) -> Any:
    """Read a value. Raises ArgumentTypeError with the sentence of what reads it."""
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, not {text!r}") from None


def _rate(text: str) -> float:
    """Read operations a second; a share would be one of a rate that nobody has found."""
    rate = _of(read_rate, text)
    if rate is None or rate.is_share:
        raise argparse.ArgumentTypeError(f"must be operations a second such as 600, not {text!r}")
    return float(rate.number)


def _limit(text: str) -> float:
    """Read a time in seconds; a number alone is of milliseconds."""
    seconds: float = _of(read_duration, f"{text}ms" if text[-1:].isdigit() else text)
    if not seconds:
        raise argparse.ArgumentTypeError(f"must be longer than 0, not {text!r}")
    return seconds


def _whole(least: int, most: int, text: str) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from {least} to {most}, not {text!r}"
        )
    return int(text)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the configuration and measure it, as any other; see the exit statuses."""
    text = yaml.safe_dump(configuration(options), sort_keys=False)
    with TemporaryDirectory() as folder:
        options.config = (Path(folder) if options.dry_run else options.out) / _file_name(text)
        with cannot("write", options.config):
            options.config.parent.mkdir(parents=True, exist_ok=True)
            options.config.write_text(text, encoding="utf-8")
        return measuring.run(options, console)


def _file_name(text: str) -> str:
    """Name a configuration by what it says: a run that is resumed must find its own."""
    return f"size-{hashlib.sha256(text.encode()).hexdigest()[:8]}.yaml"


def configuration(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options ask for, as a configuration has it."""
    sizes = list(range(1, options.most + 1))
    limit = {} if options.p99 is None else {"longest_p99": write_duration(options.p99)}
    rate = {} if options.rate is None else {"rate": options.rate}
    only_kept = {"control": False} if rate and limit else {}  # nothing is held against the baseline
    return {
        "compare": "pool_size",
        "baseline": options.most,
        **only_kept,
        **limit,
        **(CLOSED if options.rate is None else _open(options.rate)),
        "limit": False,
        "round_trips": False,
        "pool": {"timeout": "5s"},
        "matrix": {
            "adapter": options.adapter or ["psycopg3"],
            "pool_size": sizes,
            "clients": options.clients,
            **rate,
            "workload": options.workload,
        },
    }


def _open(rate: float) -> dict[str, Any]:
    """Return rounds of one turn each, which is long enough for a p99."""
    duration = max(1.0, float(math.ceil(ARRIVALS / rate)))
    turn = write_duration(duration + LEAD_IN)
    return {"rounds": 5, "duration": write_duration(duration), "turn": turn}
