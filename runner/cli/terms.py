"""`python -m runner terms`: the terms on which every installed adapter is compared, in Markdown."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import adapters
from runner.cli.exit_status import DONE
from runner.experiment import terms
from runner.report.markdown import markdown
from runner.report.terms import table

if TYPE_CHECKING:
    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    return argparse.ArgumentParser(
        prog="poolbench terms",
        description="Print in Markdown what each profile of every adapter sets.",
        allow_abbrev=False,
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the table."""
    del options
    rows = terms.table({name: adapters.find(name) for name in adapters.names()})
    console.print(markdown(table(rows)), end="", markup=False, soft_wrap=True)
    return DONE
