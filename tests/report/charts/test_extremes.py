"""A picture has a sentence that says what it shows, made of the same rows."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING

from runner.report.catalogue import text
from runner.report.charts.extremes import extremes
from runner.report.charts.forest_pages import forests
from runner.report.charts.palette import looks
from runner.report.charts.questions import CHARTS
from runner.report.charts.selection import pictures
from runner.report.charts.topic import Topic
from runner.report.formats import number
from runner.results.row import Status
from runner.results.rows import Rows
from tests.report.charts.pictures import written
from tests.report.measured import SPEED, numbers, rows, spoiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from runner.analysis.report import Report
    from runner.results.row import Row


def sentences(chart: str, results: Sequence[Row]) -> list[str]:
    drawn = pictures(Rows(results), CHARTS[chart], {})
    known = looks(SPEED)
    topics = [Topic(CHARTS[chart], "a run", facets, known) for facets in drawn.values()]
    return [text(sentence) for topic in topics for sentence in extremes(topic)]


def test_the_least_and_the_most_are_those_of_the_rows() -> None:
    names = [name for name in SPEED if name != "psycopg2"]
    measured = rows(names, leaks=(0.0,))
    middles = {
        (median(numbers(measured, "ops_per_s", name, clients)), name, clients)
        for name in names
        for clients in (10, 20, 50)
    }
    least, most = (
        f"{number(it[0])} ({it[1]}; {it[2]} clients)" for it in (min(middles), max(middles))
    )
    assert sentences("throughput", measured) == [
        f"From {least} to {most}, medians over the rounds: successful operations per second."
    ]


def test_a_figure_has_its_warning() -> None:
    (said,) = sentences("throughput", rows(["psycopg2", "psycopg3"], (20,), (0.0,)))
    assert re.search(r" to [\d,]+ \(psycopg2; 20 clients, \d+ % failed\)", said)


def test_who_fails_or_starves_is_neither_the_least_nor_the_most() -> None:
    between, aside = sentences("throughput", rows(leaks=(0.0,)))
    assert "psycopg2;" not in between
    assert aside == "Left aside where operations fail or clients starve: psycopg2."


def test_the_sentence_stands_in_the_picture(drawn: dict[str, Figure]) -> None:
    for name, figure in drawn.items():
        assert written(figure).count("medians over the rounds: ") == 1, name


def test_where_clients_leak_the_sentence_says_so() -> None:
    (said,) = sentences("leak", rows(["psycopg3", "asyncpg"], clients=(10,), rounds=1))
    kept, leaked = "100 where leak is 0", f"{number(100 * 5 / 15)} where leak is 1"
    assert said == f"{kept}; {leaked}, medians over the rounds: succeeded, % of attempts."


def test_what_is_not_drawn_is_not_said() -> None:
    measured = rows(["psycopg3", "asyncpg"], (10,), (0.0,), 3)
    assert (
        sentences("time", spoiled(measured, Status.HUNG, lambda row: row.contender == "asyncpg"))
        == []
    )


def test_the_differences_of_the_ratios_are_counted(compared: list[Row], report: Report) -> None:
    names = {line.entrant for line in report.lines}
    (page,) = [forest for _, forest in forests(report, looks(names), title="a run")]
    verdicts = [
        line.verdict
        for line in report.lines
        if line.role == "adapter" and line.metric in page.metrics and line.low is not None
    ]
    better, worse = (sum(getattr(it, word) for it in verdicts) for word in ("better", "worse"))
    assert compared
    assert better
    said, others = map(text, page.shown())
    counts = f"Of {len(verdicts)} comparisons with the baseline {better} came out better"
    assert said == f"{counts} and {worse} worse."
    assert others.startswith("Of the others no difference is shown,")


def test_leaks_of_which_every_row_is_bad_have_no_sentence() -> None:
    bad = spoiled(rows(["psycopg3"], (10,)), Status.FAILED, lambda _: True)
    assert sentences("leak", bad) == []
