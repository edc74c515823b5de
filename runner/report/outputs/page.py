"""`report.html`: the whole report as one page that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from runner.language import spoken
from runner.messages import message
from runner.redaction import REDACTOR, visible
from runner.report import terms, thresholds
from runner.report.catalogue import text
from runner.report.cell_details import cell_details
from runner.report.cell_table import cell_table
from runner.report.fact_table import fact_table
from runner.report.measured_how import measured_how
from runner.report.model import Section
from runner.report.outputs.pictures import pictures
from runner.report.terms import HEADINGS
from runner.results.distribution import BARS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.messages import Message
    from runner.report.cell_details import CellDetails
    from runner.report.model import Cell, Table
    from runner.report.run_report import RunReport
    from runner.results.distribution import Distributions

HERE = "runner.report.outputs"

SAY = {
    "title": message("page.title"),
    "contents": message("page.contents"),
    "answer": message("page.answer"),
    "thresholds": message("page.thresholds"),
    "charts": message("page.charts"),
    "no_charts": message("page.no_charts"),
    "no_picture": message("page.no_picture"),
    "leaks": message("page.leaks"),
    "faults": message("page.faults"),
    "drills": message("page.drills"),
    "cells": message("page.cells"),
    "no_cells": message("page.no_cells"),
    "each": message("page.each"),
    "each_hint": message("page.each_hint"),
    "times_picture": message("page.times_picture"),
    "times_axis": message("page.times_axis"),
    "no_times": message("page.no_times"),
    "errors": message("page.errors"),
    "no_errors": message("page.no_errors"),
    "to_row": message("page.to_row"),
    "every": message("page.every"),
    "copy_csv": message("page.copy"),
    "copied": message("page.copied"),
    "not_copied": message("page.not_copied"),
    "shown": message("page.shown", shown="{shown}", of="{of}"),
    "method": message("page.method"),
    "terms": message("page.terms"),
    "environment": message("page.environment"),
    "configuration": message("page.configuration"),
}
"""The words of the page itself; those of `shown` are filled in by its script."""
CHAPTERS = (
    *("answer", "charts", "leaks", "faults", "drills"),
    *("cells", "method", "environment", "configuration"),
)
"""The sections of the page, by their ids."""
LEADING = {
    *("answer.fastest_of_all", "answer.fastest", "answer.fastest_several"),
    *("answer.fastest_unknown", "answer.nobody"),
    *("answer.no_rows", "answer.alone", "answer.few_rounds", "answer.no_baseline"),
    *("answer.all_leak", "answer.all_disturbed"),
    *("size.enough", "size.edge", "size.undecided", "size.no_tail", "size.few_rounds", "size.none"),
    "highest.rates",
}
"""The sentences of the answer that say which, or why none: they come first."""
SETTING = {"answer.head", "answer.head_only"}
"""The sentence that says of what they speak."""
MEASURED_ON = {"about.machine", "about.begun"}
"""The sentences of the first paragraph that say on what."""
SCRIPTS = ("cells.js", "times.js")


def page(run: RunReport) -> str:
    """Return the page. Raises RunFolderError."""
    return rendered("page.html", _filling(run))


def rendered(template: str, filling: Mapping[str, Any]) -> str:
    """Return a page with its style and its scripts, which are all that it needs."""
    script = "".join(map(_file, SCRIPTS))
    head = {
        "language": spoken(),
        "say": SAY,
        "style": _file("page.css"),
        "script": script,
        "script_hash": _hash(script),
    }
    return _environment().get_template(template).render({**head, **filling})


def _filling(run: RunReport) -> dict[str, Any]:
    """Return what the template puts in its places."""
    cells = cell_table(run.rows)
    distributions = run.run_folder.distributions(it for it in run.rows.every if not it.bad)
    known = cell_details(run.rows, distributions.cells)
    order = [it.about for it in cells.table.rows]
    return {
        "run": run,
        "compared": [it for it in run.about if it.id not in MEASURED_ON],
        "measured_on": [it for it in run.about if it.id in MEASURED_ON],
        "setting": [it for it in run.answer.points if it.id in SETTING],
        "lead": [it for it in run.answer.points if it.id in LEADING],
        "rest": Section(points=[it for it in run.answer.points if it.id not in SETTING | LEADING]),
        "verdicts": [table for part in run.verdicts for table in part.tables],
        "chapters": _chapters(run),
        "how": measured_how(run.rows, run.known, run.report),
        "cells": cells,
        "rows_of": {cell: f"cell-{place}" for place, cell in enumerate(order, 1)},
        "details": [known[cell] for cell in order if cell in known],
        "details_of": {
            cell: f"times-{place}" for place, cell in enumerate(order, 1) if cell in known
        },
        "drawn": _drawn,
        "bars": BARS,
        "left_out": list(_left_out(distributions)),
        "pictures": pictures(run.run_folder.charts),
        "thresholds": thresholds.table(run.judged) if run.judged else None,
        "terms": _terms(run),
        "facts": fact_table(run.known),
        "configuration": _configuration(run),
    }


def _chapters(run: RunReport) -> list[str]:
    """Return the sections that have anything to say, in their order."""
    empty = {
        *(["leaks"] if not run.leaks.tables else ()),
        *(["faults"] if not run.faults.tables else ()),
        *(["drills"] if not run.drills.tables else ()),
    }
    return [it for it in CHAPTERS if it not in empty]


def words(cell: Cell | None) -> str:
    """Write a text for the template, which escapes it: no secret, no hidden character."""
    return REDACTOR.masked(visible(text(cell)))


def _environment() -> Environment:
    """Return the templates; every text is escaped unless it is marked as markup."""
    environment = Environment(
        loader=PackageLoader(HERE, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = words
    return environment


def _drawn(details: CellDetails) -> list[dict[str, Any]]:
    """Return the data that the script draws of a cell."""
    return [
        {
            "name": words(it.part),
            "first": it.first,
            "counts": it.counts,
            "marks": [[name, value] for name, value in it.marks.items()],
        }
        for it in details.pictures
    ]


def _left_out(distributions: Distributions) -> Iterator[Message]:
    """Say which lines of the log are not in the times, where there are any."""
    damaged, doubled = distributions.damaged, distributions.doubled
    if damaged:
        yield message("page.damaged_times", count=len(damaged))
    if doubled:
        lines = [message("page.doubled_line", line=it.line, first=it.first) for it in doubled]
        yield message("page.doubled_times", count=len(doubled), lines=lines)


def _terms(run: RunReport) -> Table:
    """Return the terms of every adapter; no row where an old report has not kept them."""
    kept = [it for it in run.known.get("terms", ()) if it.keys() >= HEADINGS.keys()]
    return terms.table([{key: str(value) for key, value in it.items()} for it in kept])


def _configuration(run: RunReport) -> str:
    path = run.run_folder.path / "config.yaml"
    return run.run_folder.read(path.name) if path.exists() else ""


def _file(name: str) -> str:
    return files(HERE).joinpath(name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """Return the digest by which the page allows this script and no other."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
