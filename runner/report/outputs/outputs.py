"""The outputs by the names of their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.report.outputs.junit import junit
from runner.report.outputs.page import page
from runner.report.outputs.pull_request import pull_request
from runner.report.outputs.summary import summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.report.run_report import RunReport

Output = Callable[["RunReport"], str | None]
"""Return the whole text of a file; None where the run has nothing for it."""

OUTPUTS: Mapping[str, Output] = {
    "report.html": page,
    "report.md": pull_request,
    "summary.json": summary,
    "junit.xml": junit,
}
"""File in the run's folder -> what writes it."""


def write(name: str, run: RunReport) -> bool:
    """Write an output into the run's folder, and tell whether there was one.

    Raises RunFolderError.
    """
    text = OUTPUTS[name](run)
    if text is None:
        return False
    run.run_folder.write(name, text)
    return True
