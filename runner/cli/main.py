"""The command line: runs the command that was typed and returns its exit status."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from adapters.base import AdapterError
from runner.cli.chosen_parts import UnknownPartError
from runner.cli.complaint import complain
from runner.cli.exit_status import INCOMPLETE, REFUSED
from runner.cli.language_option import with_language
from runner.cli.output import Output
from runner.cli.standard_error import guarded
from runner.config.complaints import ConfigError
from runner.experiment.session import ResumeError
from runner.language import of_environment, speaking
from runner.messages import message
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


def _in_lines(error: Exception) -> str:
    """Write a line for each reason: a line break of a name or a text is none of ours."""
    reasons = error.complaints if isinstance(error, ConfigError) else [str(error)]
    return "\n".join(reason.replace("\n", "\\n") for reason in reasons)


def _carry_out(typed: Sequence[str]) -> int:
    """Run a command in the language that is asked for."""
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # where the dotted paths of adapters begin
    named = bool(typed) and typed[0] in COMMANDS
    name = typed[0] if named else "run"
    command: Command = importlib.import_module(f"runner.cli.{name}")
    options = with_language(command.parser()).parse_args(typed[named:])
    with speaking(options.language, of_environment(os.environ)):
        return _obeyed(name, command, options)


def _obeyed(name: str, command: Command, options: argparse.Namespace) -> int:
    """Run a command, and turn what it refuses into a sentence."""
    try:
        if name not in READING and not getattr(options, "dry_run", False):
            require_unix()
        return command.run(options, terminal())
    except ServerLostError as error:
        complain(message("end.server_lost", error=str(error)))
        return INCOMPLETE
    except Refused as error:
        complain(_in_lines(error))
        return REFUSED
    except Interrupted as error:
        complain(message("end.interrupted_before", signal=str(error)))
        return error.status
    except Exception:  # noqa: BLE001 - a bug: its traceback passes by the redactor, too
        traceback.print_exc()
        return INCOMPLETE
