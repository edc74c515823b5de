"""A report in another language has no sentence of the first one, wherever it is read."""

from __future__ import annotations

import io
import re
import shutil
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from runner.analysis.comparison import compare
from runner.analysis.thresholds import Judged
from runner.axes import AXES
from runner.cli.conclusion import figures
from runner.cli.run_report import of_folder
from runner.drills.drills import DRILLS
from runner.experiment.conclusion import Conclusion, compared
from runner.language import ENGLISH, languages, speaking
from runner.messages import message
from runner.report.catalogue import text
from runner.report.charts.drawing import draw_run
from runner.report.leak_tables import leak_tables
from runner.report.outputs.junit import junit
from runner.report.outputs.page import page
from runner.report.outputs.pull_request import pull_request
from runner.report.outputs.summary import summary
from runner.report.speed_tables import speed_tables
from runner.report.terminal import Terminal, show_section, show_table
from runner.results.observation import Observation, Word
from runner.results.rows import Rows
from runner.results.run_folder import RunFolder
from tests.report.measured import controlled, costing, rows
from tests.report.outputs.html import parsed
from tests.report.outputs.names import HOSTILE

if TYPE_CHECKING:
    from runner.report.run_report import RunReport

OTHERS = [language for language in languages() if language != ENGLISH]
NAMES = {
    *("psycopg3", "psycopg2", "asyncpg", HOSTILE, "pgbench", "insert"),
    *("run", "PoolBench", "Jain"),  # of the folder, the program, a person
    *("pool_exhausted", "fork"),  # of a column, a drill
}
NAMED = re.compile("|".join(map(re.escape, sorted(NAMES, key=len, reverse=True))))
WORD = re.compile(r"[^\W\d_]{3}")
SAID = ("title", "h1", "h2", "h3", "p", "li", "caption", "label", "figcaption")
"""The elements of a page that say something; tables have names in them, too."""
SEEN = [
    Observation("psycopg3", drill.name, case, word)
    for word, (drill, case) in zip(
        cycle(Word), [(drill, case) for drill in DRILLS.values() for case in drill.cases]
    )
]
"""Every case of every drill, and every word."""
NOT_JUDGED = Judged("insert-c10", "p99 < 5", None, False, message("threshold.no_round"))  # noqa: FBT003


def untranslated(english: list[str], other: list[str]) -> set[str]:
    """Return the texts with words in them that are the same in both."""
    return {it for it in set(english) & set(other) if WORD.search(NAMED.sub("", it))}


@pytest.fixture(scope="module", params=OTHERS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def english_run(drawn_run: RunReport, tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """Return the run with drills and a threshold, and pictures in English."""
    copy = tmp_path_factory.mktemp("reports") / "run"
    run_folder = RunFolder(shutil.copytree(drawn_run.run_folder.path, copy))
    run_folder.write_observations(SEEN)
    run_folder.write_table("thresholds.csv", [NOT_JUDGED.columns()])
    return of_folder(run_folder)


@pytest.fixture(scope="module")
def run(
    english_run: RunReport, language: str, tmp_path_factory: pytest.TempPathFactory
) -> RunReport:
    """Return the same with pictures in the language."""
    copy = tmp_path_factory.mktemp("reports") / "run"
    made = of_folder(RunFolder(shutil.copytree(english_run.run_folder.path, copy)))
    run_folder = made.run_folder
    with pytest.MonkeyPatch.context() as patched, speaking(language):
        patched.setattr("runner.report.charts.files._save_png", lambda *_: None)
        draw_run(made.rows, made.report, run_folder)
    return made


def test_the_page_has_no_sentence_of_the_first_language(
    english_run: RunReport, run: RunReport, language: str
) -> None:
    english = parsed(page(english_run))
    with speaking(language):
        other = parsed(page(run))
    assert [it.attributes["lang"] for it in other.of("html")] == [language]
    assert len(other.texts("p")) == len(english.texts("p")) > 20
    assert not untranslated(english.texts(*SAID), other.texts(*SAID))
    headings = [
        [it.text for it in some.of("th") if it.attributes["scope"] == "col"]
        for some in (english, other)
    ]
    both = {"total\np50", "total\np99"}
    assert untranslated(*headings) - AXES.keys() == both, "a word of both languages"
    labels = [some.values("aria-label") for some in (english, other)]
    assert not untranslated(*labels)
    texts = [some.texts("text") for some in (english, other)]
    assert not untranslated(*texts)
    rows = [
        {it.text for it in some.of("th") if it.attributes["scope"] == "row"}
        for some in (english, other)
    ]
    cases = {it.case for it in SEEN}
    assert cases <= rows[0]
    assert not cases & rows[1]


def test_what_people_paste_is_in_the_language_and_what_programs_read_in_none(
    run: RunReport, language: str
) -> None:
    english, for_programs, cases = pull_request(run), summary(run), junit(run)
    assert text(NOT_JUDGED.reason) in str(cases)
    with speaking(language):
        assert not untranslated(english.splitlines(), pull_request(run).splitlines())
        assert summary(run) == for_programs
        assert junit(run) == cases


def test_the_terminal_has_no_sentence_of_the_first_language(run: RunReport, language: str) -> None:
    english = shown(run)
    with speaking(language):
        other = shown(run)
    assert len(english) > 40
    assert not untranslated(english, other)


def shown(run: RunReport) -> list[str]:
    """Print the end of a run, and return its lines."""
    console = Terminal(file=io.StringIO(), width=400, color_system=None)
    conclusion = Conclusion(run.run_folder, run.rows, compared(run.run_folder), ())
    for section in (run.answer, *figures(conclusion), run.drills):
        show_section(console, section)
    lines: list[str] = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return [it.strip() for it in lines]


@pytest.mark.parametrize("language", languages())
def test_no_heading_is_cut_at_eighty_columns(language: str) -> None:
    measured = Rows(controlled(costing(rows(clients=(50,), rounds=3))))
    report = compare(measured, baseline="psycopg3")
    with speaking(language):
        for table in (*speed_tables(measured, report), *leak_tables(measured)):
            console = Terminal(file=io.StringIO(), width=80, color_system=None)
            show_table(console, table)
            printed = console.file.getvalue().split()  # type: ignore[attr-defined]
            headings = " ".join(text(column.heading) for column in table.columns)
            assert not set(headings.split()) - set(printed)
