"""What is written of drills into their folder, by the names of the files, beside the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.messages import message
from runner.report import markdown
from runner.report.dangers import points
from runner.report.drill_tables import numbers, tables, versions
from runner.report.model import Section
from runner.report.outputs.drill_page import drill_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.results.observation import Observation
    from runner.results.run_folder import RunFolder

DrillOutput = Callable[["RunFolder", "Sequence[Observation]"], str]
"""Return the whole text of a file. Raises RunFolderError."""


def drill_markdown(run_folder: RunFolder, observations: Sequence[Observation]) -> str:
    """Return the tables for a document, with what they were observed on."""
    del run_folder
    about = [numbers(observations), *versions(observations)]
    return markdown.page(
        [
            Section(title=message("drills.question"), sentences=about),
            Section(points=list(points(observations))),
            Section(tables=tables(observations)),
        ]
    )


DRILL_OUTPUTS: Mapping[str, DrillOutput] = {"drills.md": drill_markdown, "report.html": drill_page}
"""File -> what writes it, once the picture is drawn, which the page shows."""
