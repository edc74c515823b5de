"""`python -m runner terms`: print the terms on which pools are compared."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import adapters
from runner.cli.exit_status import DONE
from runner.experiment.terms import markdown, table

if TYPE_CHECKING:
    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    return argparse.ArgumentParser(
        prog="poolbench terms",
        description="Print what each profile sets in every installed adapter, as Markdown.",
        allow_abbrev=False,
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the table of docs/terms.md."""
    del options, console
    print(markdown(table({name: adapters.find(name) for name in adapters.names()})), end="")
    return DONE
