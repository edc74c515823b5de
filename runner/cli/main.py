"""The command line: runs the command that was typed and returns its exit status."""

from __future__ import annotations

import importlib
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from adapters.base import AdapterError
from runner.cli.chosen_parts import UnknownPartError
from runner.cli.complaint import complain
from runner.cli.exit_status import INCOMPLETE, REFUSED
from runner.cli.output import Output
from runner.cli.standard_error import guarded
from runner.config.complaints import ConfigError
from runner.experiment.session import ResumeError
from runner.report.terminal import terminal
from runner.results.run_folder_error import RunFolderError
from runner.server.connection import ServerLostError
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted
from runner.supervision.system import UnsupportedSystemError, require_unix

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import TextIO

    from rich.console import Console

Refused = (
    *(ConfigError, AdapterError, ServerError, ResumeError, RunFolderError, UnknownPartError),
    UnsupportedSystemError,
)
"""The errors that are raised before anything was measured."""

COMMANDS = (
    *("check", "demo", "charts", "compare", "configs", "schema"),
    *("terms", "proof", "overhead", "turns", "size", "drills", "report"),
)
"""Each is a module of this package; `run`, which has no name, is the command of everything else."""

READING = ("charts", "compare", "configs", "report", "schema", "terms")
"""The commands that measure nothing."""


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
        output = Output(sys.stdout)
        with redirect_stdout(cast("TextIO", output)), output:
            status = _carry_out(typed)
        if output.error and not isinstance(output.error, BrokenPipeError):
            complain(f"the output cannot be written: {output.error.strerror}")
        return status or (INCOMPLETE if output.error else status)


def _carry_out(typed: Sequence[str]) -> int:
    """Run a command, and turn what it refuses into a sentence."""
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where the dotted paths of adapters begin
    named = bool(typed) and typed[0] in COMMANDS
    name = typed[0] if named else "run"
    command: Command = importlib.import_module(f"runner.cli.{name}")
    options = command.parser().parse_args(typed[named:])
    try:
        if name not in READING and not getattr(options, "dry_run", False):
            require_unix()
        return command.run(options, terminal())
    except ServerLostError as error:
        complain(f"the server is lost: {error}")
        return INCOMPLETE
    except Refused as error:
        complain(str(error))
        return REFUSED
    except Interrupted as error:
        complain(f"interrupted by {error} before anything was measured")
        return error.status
    except Exception:  # noqa: BLE001 - a bug: its traceback passes by the redactor, too
        traceback.print_exc()
        return INCOMPLETE
