"""The early end of a run is told in a sentence, with all lines that are in no file."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

from runner.cli.exit_status import DONE, INCOMPLETE
from runner.cli.steps import Steps
from runner.results.run_folder_error import RunFolderError
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    import pytest


def refuse(error: BaseException) -> NoReturn:
    raise error


def test_lines_that_found_no_place_are_printed_whatever_comes_after_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As in a group: turns, then rows cannot be stored, and then the server is gone as well."""
    steps = Steps(DONE)
    with steps.step(), ExitStack() as stack:
        stack.callback(refuse, ServerError("gone"))
        stack.callback(refuse, RunFolderError("cannot write cells.csv: full", "a,b\nc,d\n"))
        refuse(RunFolderError("cannot write turns.csv: full", "1,2\n"))
    assert steps.status == INCOMPLETE
    assert capsys.readouterr().err.splitlines() == [
        "poolbench: the server is lost: gone",
        "poolbench: cannot write cells.csv: full",
        "poolbench: these lines found no place in it:",
        *("a,b", "c,d"),
        "poolbench: cannot write turns.csv: full",
        "poolbench: these lines found no place in it:",
        "1,2",
    ]


def test_an_interrupt_has_its_own_status_and_the_first_one_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps = Steps(DONE)
    with steps.step():
        refuse(Interrupted(signal.SIGTERM))
    with steps.step():
        refuse(OSError(24, "Too many open files"))
    assert steps.status == 143
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "poolbench: interrupted by SIGTERM"
    assert said[1].endswith("Too many open files")
