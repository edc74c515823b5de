"""What ends a command before it has begun to measure, in a sentence and an exit status.

A command that speaks the language of its configuration is ended in it, so it does this itself; the
command line does it for all that comes before.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from adapters.base import AdapterError
from runner.cli.chosen_parts import UnknownPartError
from runner.cli.complaint import complain
from runner.cli.exit_status import INCOMPLETE, REFUSED
from runner.config.complaints import ConfigError
from runner.experiment.session import ResumeError
from runner.messages import message
from runner.results.run_folder_error import RunFolderError
from runner.server.connection import ServerLostError
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted
from runner.supervision.system import UnsupportedSystemError

if TYPE_CHECKING:
    from collections.abc import Callable

Refused = (
    *(ConfigError, AdapterError, ServerError, ResumeError, RunFolderError, UnknownPartError),
    UnsupportedSystemError,
)
"""The errors that are raised before anything was measured."""


def obeyed(command: Callable[[], int]) -> int:
    """Carry a command out, and turn what it refuses into a sentence; return the exit status."""
    try:
        return command()
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


def _in_lines(error: Exception) -> str:
    """Write a line for each reason: a line break of a name or a text is none of ours."""
    reasons = error.complaints if isinstance(error, ConfigError) else [str(error)]
    return "\n".join(reason.replace("\n", "\\n") for reason in reasons)
