"""`python -m runner schema`: print the JSON Schema of a configuration."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from runner.cli.exit_status import DONE
from runner.config.schema import schema

if TYPE_CHECKING:
    from rich.console import Console


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    return argparse.ArgumentParser(
        prog="poolbench schema",
        description="Print the JSON Schema of a configuration, for editors.",
        allow_abbrev=False,
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Print it."""
    del options, console
    print(json.dumps(schema(), indent=2))
    return DONE
