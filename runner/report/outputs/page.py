"""`report.html`: the whole report as one page that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from runner.messages import message
from runner.redaction import REDACTOR, visible
from runner.report import terms, thresholds
from runner.report.catalogue import text
from runner.report.cell_table import cell_table
from runner.report.fact_table import fact_table
from runner.report.measured_how import measured_how
from runner.report.outputs.pictures import pictures
from runner.report.terms import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.report.model import Cell, Table
    from runner.report.run_report import RunReport

HERE = "runner.report.outputs"

SAY = {
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


def page(run: RunReport) -> str:
    """Return the page."""
    return rendered("page.html", _filling(run))


def rendered(template: str, filling: Mapping[str, Any]) -> str:
    """Return a page with its style and its script, which are all that it needs."""
    script = _file("page.js")
    head = {"style": _file("page.css"), "script": script, "script_hash": _hash(script)}
    return _environment().get_template(template).render(**head, **filling)


def _filling(run: RunReport) -> dict[str, Any]:
    """Return what the template puts in its places."""
    cells = cell_table(run.rows)
    return {
        "run": run,
        "say": SAY,
        "chapters": _chapters(run),
        "how": measured_how(run.rows, run.known, run.report),
        "cells": cells,
        "anchors": {it.about: f"cell-{place}" for place, it in enumerate(cells.table.rows, 1)},
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
