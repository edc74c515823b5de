"""The early end of a run in words: why it ends, and what found no place in its folder."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from runner.cli.complaint import complain, hand_out
from runner.cli.exit_status import INCOMPLETE
from runner.messages import message, said
from runner.results.run_folder_error import RunFolderError
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.messages import Message


def tell(error: BaseException) -> int:
    """Say what has ended a run, or a part of it, and print the lines that are in no file.

    Returns the exit status.
    """
    complain(_in_words(error))
    lost = [it for it in _causes(error) if isinstance(it, RunFolderError) and it.rows]
    for each in lost:
        if each is not error:
            complain(str(each))
        complain(message("end.no_place"))
        hand_out(each.rows)
    return error.status if isinstance(error, Interrupted) and not lost else INCOMPLETE


def _in_words(error: BaseException) -> Message:
    match error:
        case Interrupted():
            return message("end.interrupted", signal=str(error))
        case RunFolderError():
            return said(str(error))
        case ServerError():
            return message("end.server_lost", error=str(error))
        case OSError():
            return message("end.system", error=str(error))
    return message("end.bug", traceback="".join(traceback.format_exception(error)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those during whose handling it came, the last one first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__context__
