"""The conclusion of a run, for the reader at the terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from runner.analysis.answer.answer import answer
from runner.analysis.answer.connections import Slots
from runner.analysis.answer.run_facts import RunFacts
from runner.analysis.findings import findings
from runner.analysis.foreign_load import foreign_load
from runner.analysis.highest_rates import HighestRates
from runner.analysis.machine_drift import drifts
from runner.messages import message
from runner.report import thresholds
from runner.report.failures import notes
from runner.report.fault_tables import fault_tables
from runner.report.leak_tables import leak_tables
from runner.report.lesson import lesson
from runner.report.model import Section
from runner.report.ramp_tables import ramp_tables
from runner.report.rate_tables import rate_tables
from runner.report.speed_tables import speed_tables
from runner.results import environment_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.analysis.answer.precision import RoundSeconds
    from runner.experiment.conclusion import Conclusion
    from runner.experiment.planned import Planned
    from runner.experiment.stopping_rule import StoppingRule
    from runner.messages import Message
    from runner.results.row import Row
    from runner.results.rows import Rows


def ending(conclusion: Conclusion, planned: Planned, rule: StoppingRule) -> Iterator[Section]:
    """Yield the end of a run: the answer, a table for each group, and the rest."""
    rows = conclusion.rows
    if planned.config.lesson:
        yield Section(tables=list(lesson(rows)))
        yield from figures(conclusion)
    else:
        done = max((row.round for row in rows.every), default=0)
        asked = planned.config.longest_p99
        yield answered(conclusion, rule.expected(done), planned.round_seconds, asked)
        yield from figures(conclusion)
        yield Section(sentences=[*rule.reached(conclusion.report), *findings(conclusion.report)])
    if conclusion.judged:
        yield Section(tables=[thresholds.table(conclusion.judged)])
    yield Section(sentences=list(remarks(conclusion, planned)))


def answered(
    conclusion: Conclusion,
    rounds: int | None = None,
    round_seconds: RoundSeconds | None = None,
    longest_p99: float | None = None,
) -> Section:
    """Return the answer of a run, from its files alone where nothing else is known."""
    rates, slots = _highest_rates(conclusion), _slots(conclusion)
    facts = RunFacts(rounds, round_seconds, longest_p99, rates, slots)
    points = answer(conclusion.rows, conclusion.report, facts)
    return Section(message("answer.title"), points)


def figures(conclusion: Conclusion) -> Iterator[Section]:
    """Yield the tables of the groups: of those compared, those that leak, those with a fault."""
    run_folder = conclusion.run_folder
    trips = run_folder.round_trips()
    yield Section(tables=list(ramp_tables(_highest_rates(conclusion))))
    yield Section(tables=list(speed_tables(conclusion.rows, conclusion.report, trips)))
    yield Section(tables=list(rate_tables(conclusion.rows, conclusion.report, trips)))
    yield Section(tables=list(leak_tables(conclusion.rows)))
    yield Section(tables=list(fault_tables(conclusion.rows)))


def _slots(conclusion: Conclusion) -> Slots | None:
    """Return the connections that the server takes; None where that was not asked or kept."""
    server = conclusion.run_folder.environment().get("server", {})
    count = environment_file.slots(server.get("settings", {}))
    return None if count is None else Slots(count, fitted=server.get("kind") == "embedded")


def _highest_rates(conclusion: Conclusion) -> HighestRates:
    """Return what was looked for before the first round, the baseline first."""
    ramps = conclusion.run_folder.ramps()
    if not ramps:
        return HighestRates()
    known = conclusion.run_folder.environment()
    order = [known["baseline"], *known["order"]] if known["baseline"] else known["order"]
    return HighestRates(ramps, known.get("find") or {}, order, conclusion.rows.compared)


def remarks(conclusion: Conclusion, planned: Planned) -> Iterator[Message]:
    """Yield what is to be known beside the figures: loads, drift, what is missing or wrong."""
    yield from foreign_load(conclusion.run_folder.cycles())
    yield from drifts(conclusion.run_folder.yardsticks(), conclusion.rows, conclusion.report)
    yield from left_out(planned)
    yield from bad_rows(conclusion.rows)


def left_out(planned: Planned) -> Iterator[Message]:
    """Yield the cells that are not measured, and why."""
    for left in planned.plan.left_out:
        yield message("left_out.cell", cell=left.cell.id, reason=left.reason)


def bad_rows(rows: Rows) -> Iterator[Message]:
    """Yield each cell, status and reason once, with its rounds, and what failed in them."""
    alike: dict[tuple[str, str, Message | None], list[Row]] = defaultdict(list)
    for row in rows.every:
        if row.bad:
            alike[row.status.value, row.cell.id, row.reason].append(row)
    for (status, cell, reason), bad in alike.items():
        rounds = [row.round for row in bad]
        yield message(
            "row.bad", status=status, cell=cell, count=len(bad), rounds=rounds, reason=reason
        )
        yield from notes([bad])


def last_line(conclusion: Conclusion, expected: int) -> Message:
    """Say how many rows there are, and how many of them are bad."""
    kinds = Counter(row.status.value for row in conclusion.rows.measured if row.bad)
    rows = len(conclusion.rows.measured)
    if not rows:
        return message("rows.none", expected=expected)
    if not kinds:
        return message("rows.all_ok", rows=rows, expected=expected)
    return message(
        "rows.some_bad",
        rows=rows,
        expected=expected,
        bad=kinds.total(),
        kinds=[message("rows.of_status", rows=many, status=kind) for kind, many in kinds.items()],
    )
