"""`python -m runner configs`: list the configurations that come along, or print one."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING

from runner.cli.exit_status import DONE
from runner.config import shipped
from runner.config.complaints import ConfigError, nearest

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 80


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench configs",
        description="List the configurations that come with PoolBench, each with the question that "
        "it answers. `poolbench NAME` runs one; a file of that name in the current folder wins.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="print this one instead, to be kept and changed: poolbench configs matrix > mine.yaml",
    )
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the list, or the one that was named."""
    del console
    names = shipped.names()
    if options.name is None:
        print("\n".join(_listed(names)))
        return DONE
    if options.name not in names:
        hint = nearest(options.name, names)
        raise ConfigError([f"{options.name} is none of {', '.join(names)}{hint}"])
    print(shipped.text(options.name), end="")
    return DONE


def _listed(names: list[str]) -> list[str]:
    """Write a line or more for each."""
    indent = max(map(len, names)) + 2
    return [
        textwrap.fill(
            f"{name:{indent}}{shipped.question(name)}", WIDTH, subsequent_indent=" " * indent
        )
        for name in names
    ]
