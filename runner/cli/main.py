"""The command line: runs the command that was typed and returns its exit status."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from adapters.base import AdapterError
from runner.cli.chosen_parts import UnknownPartError
from runner.cli.complaint import complain
from runner.cli.exit_status import INCOMPLETE, REFUSED
from runner.cli.standard_error import guarded
from runner.config.complaints import ConfigError
from runner.experiment.session import ResumeError
from runner.report.terminal import terminal
from runner.results.run_folder_error import RunFolderError
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rich.console import Console

Refused = (ConfigError, AdapterError, ServerError, ResumeError, RunFolderError, UnknownPartError)
"""The errors that are raised before anything was measured."""

COMMANDS = (
    *("check", "demo", "charts", "compare", "schema"),
    *("terms", "proof", "overhead", "turns"),
)
"""Each is a module of this package; `run`, which has no name, is the command of everything else."""


class Command(Protocol):
    """A module of this package."""

    def parser(self) -> argparse.ArgumentParser:
        """Make the parser of the command line."""

    def run(self, options: argparse.Namespace, console: Console) -> int:
        """Carry it out and return the exit status."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: see `python -m runner --help`."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    with guarded(typed):
        return _carry_out(typed)


def _carry_out(typed: Sequence[str]) -> int:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where the dotted paths of adapters begin
    named = bool(typed) and typed[0] in COMMANDS
    command: Command = importlib.import_module(f"runner.cli.{typed[0] if named else 'run'}")
    options = command.parser().parse_args(typed[named:])
    try:
        return command.run(options, terminal())
    except Refused as error:
        complain(str(error))
        return REFUSED
    except Interrupted as error:
        complain(f"interrupted by {error} before anything was measured")
        return error.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has closed its end
        return INCOMPLETE
    except Exception:  # noqa: BLE001 - a bug: its traceback passes by the redactor, too
        traceback.print_exc()
        return INCOMPLETE
