"""`python -m runner schema`: print the keys of a configuration, for editors or for readers."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from runner.cli.exit_status import DONE
from runner.config.reference import reference
from runner.config.schema import schema

if TYPE_CHECKING:
    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench schema",
        description="Print the JSON Schema of a configuration, for editors.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--markdown", action="store_true", help="print each key with its meaning and an example"
    )
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Print it."""
    del console
    print(reference().rstrip() if options.markdown else json.dumps(schema(), indent=2))
    return DONE
