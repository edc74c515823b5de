"""The report of a run as its outputs take it, put together from its files alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.analysis.findings import findings
from runner.analysis.foreign_load import foreign_load
from runner.analysis.machine_drift import drifts
from runner.analysis.thresholds import judged_of
from runner.cli.conclusion import answered, bad_rows, figures, last_line
from runner.experiment.conclusion import Conclusion, compared
from runner.messages import Message, message
from runner.report import dangers, drill_tables
from runner.report.about import about
from runner.report.lesson import lesson
from runner.report.model import Section
from runner.report.run_report import RunReport
from runner.results.environment_file import expected_rows
from runner.results.run_folder_error import cannot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.results.run_folder import RunFolder


def of_folder(run_folder: RunFolder) -> RunReport:
    """Read a run again and conclude from it. Raises RunFolderError."""
    judged = run_folder.read_table("thresholds.csv", judged_of)
    return run_report(Conclusion(run_folder, run_folder.rows(), compared(run_folder), judged))


def run_report(conclusion: Conclusion) -> RunReport:
    """Put together what was concluded from a run. Raises RunFolderError."""
    run_folder, rows = conclusion.run_folder, conclusion.rows
    known = run_folder.environment()
    done = max((row.round for row in rows.every), default=0)
    expected = expected_rows(known, done)
    *verdicts, leaks, faults = figures(conclusion)
    if known.get("lesson"):
        verdicts = [Section(tables=list(lesson(rows))), *verdicts]
    return RunReport(
        run_folder=run_folder,
        known=known,
        rows=rows,
        report=conclusion.report,
        judged=conclusion.judged,
        expected=expected,
        about=about(rows, known),
        answer=answered(conclusion, known.get("rounds"), None, known.get("longest_p99")),
        noise=findings(conclusion.report),
        verdicts=verdicts,
        leaks=leaks,
        faults=faults,
        drills=_drills(run_folder, known),
        drill_lead=list(dangers.lead(run_folder.observations())),
        remarks=list(_remarks(conclusion, known)),
        ending=last_line(conclusion, expected),
    )


def _drills(run_folder: RunFolder, known: Mapping[str, Any]) -> Section:
    """Return what the drills beside a run have seen; nothing where there are none."""
    seen, drilled_on = run_folder.observations(), run_folder.drilled_on()
    if not seen:
        return Section()
    *others, last = drill_tables.tables(seen)
    origin = list(dangers.beside(known, drilled_on)) if drilled_on else []
    notes = [*last.notes, *drill_tables.versions(seen), *origin]
    return Section(
        points=list(dangers.points(seen)),
        sentences=[drill_tables.numbers(seen)],
        tables=[*others, replace(last, notes=notes)],
    )


def _remarks(conclusion: Conclusion, known: Mapping[str, Any]) -> Iterator[Message]:
    """Yield what the end of a run says beside the figures, as far as its files tell."""
    run_folder = conclusion.run_folder
    yield from foreign_load(run_folder.cycles())
    if (run_folder.path / "yardstick.csv").exists():
        yield from drifts(run_folder.yardsticks(), conclusion.rows, conclusion.report)
    yield from _left_out(run_folder, known)
    yield from bad_rows(conclusion.rows)


def _left_out(run_folder: RunFolder, known: Mapping[str, Any]) -> Iterator[Message]:
    """Yield the cells that were not measured, and why."""
    with cannot("read", run_folder.path / "environment.json"):
        for left in known.get("left_out", ()):
            reason = Message.from_json(left.get("reason") or {})
            yield message("left_out.cell", cell=str(left.get("cell")), reason=reason)
