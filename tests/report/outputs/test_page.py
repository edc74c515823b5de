"""The page answers in order, links to its cells, and takes no name for markup."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.cli.run_report import of_folder
from runner.messages import said
from runner.redaction import REDACTOR
from runner.report.outputs.page import LEADING, SETTING, page
from runner.results.observation import Observation, Word
from runner.results.row import Status
from runner.results.run_folder import RunFolder
from tests.report.measured import rows, timed
from tests.report.outputs.html import Parsed, parsed
from tests.report.outputs.names import HOSTILE
from tests.written_run import written_run

if TYPE_CHECKING:
    from runner.report.run_report import RunReport

GOLDEN = Path(__file__).resolve().parents[2] / "analysis" / "golden"
ANSWER = Path(__file__).resolve().parents[3] / "runner" / "analysis" / "answer"
EXAMPLE = Path(__file__).resolve().parents[3] / "reports" / "example"


@pytest.fixture(scope="module")
def shown(drawn_run: RunReport) -> Parsed:
    return parsed(page(drawn_run))


def of(run_folder: RunFolder) -> Parsed:
    return parsed(page(of_folder(run_folder)))


def test_the_page_answers_in_the_order_of_the_questions(shown: Parsed) -> None:
    assert shown.texts("h2") == [
        "The answer",
        "Charts",
        "When clients forget to release",
        "All cells",
        "How it was measured",
        "Environment",
        "Configuration as run",
    ]
    about, *_ = shown.texts("p")
    assert f"psycopg3, psycopg2, asyncpg and {HOSTILE} were compared." in about
    assert "10 and 50 clients" in about
    assert "a processor, 2 usable cores" in about
    assert "PostgreSQL 18.4 (embedded). Begun at 2026-01-02 03:04 UTC." in about
    assert about.endswith("90 of 90 rows, all ok.")
    first = next(it for it in shown.of("p") if it.attributes.get("class") == "lead")
    assert first.text.startswith("Fastest of those"), "which one is said first"
    assert any(sentence.startswith("Noise floor: ") for sentence in shown.texts("p"))


def test_every_link_leads_somewhere_and_no_two_ids_are_alike(shown: Parsed) -> None:
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    assert {it.removeprefix("#") for it in shown.values("href")} <= set(ids)
    named = [*shown.values("aria-labelledby"), *shown.values("clip-path")]
    assert {it.removeprefix("url(#").removesuffix(")") for it in named} <= set(ids)


def test_a_verdict_links_to_its_cell(shown: Parsed, drawn_run: RunReport) -> None:
    links = {it.text: it.attributes["href"] for it in shown.of("a")}
    cells = {f"#{it.attributes['id']}": it.text for it in shown.of("tr") if "id" in it.attributes}
    assert cells[links["asyncpg"]].split()[0] == "asyncpg"
    assert len(cells) == len({row.cell.id for row in drawn_run.rows.every})


def test_the_page_asks_for_nothing_from_elsewhere(shown: Parsed, drawn_run: RunReport) -> None:
    assert not shown.of("link", "img", "iframe", "object")
    assert not shown.values("src")
    assert all(it.startswith("#") for it in shown.values("href"))
    assert "url(http" not in page(drawn_run)


def test_tables_and_pictures_can_be_read_without_eyes(shown: Parsed) -> None:
    assert all(it.attributes.get("scope") in ("col", "row") for it in shown.of("th"))
    pictures = shown.of("svg")
    assert len(pictures) == len(shown.of("figure")) == len(shown.of("figcaption")) > 4
    assert all(it.attributes["role"] == "img" for it in pictures)
    titles = {it.attributes["id"]: it.text for it in shown.of("h3") if "id" in it.attributes}
    for picture in pictures:
        assert titles[picture.attributes["aria-labelledby"]].endswith("?")
    assert all(it.text.strip() for it in shown.of("figcaption"))
    assert [it.attributes.get("lang") for it in shown.of("html")] == ["en"]


def test_the_words_of_a_picture_are_said_once(drawn_run: RunReport) -> None:
    whole = page(drawn_run)
    assert whole.count("How many operations a second, as clients are added?") == 1
    assert whole.count("Hollow: more than 1 %") == 1


def test_a_hostile_name_is_text(shown: Parsed) -> None:
    assert len(shown.of("script")) == len(shown.of("style")) == 1
    assert "onerror" not in shown.values("onerror")
    assert HOSTILE in shown.texts("th")
    assert HOSTILE in shown.texts("text"), "in a picture, too"
    assert not [name for it in shown.elements for name in it.attributes if name.startswith("on")]


def test_a_picture_that_is_missing_or_damaged_is_said_and_the_others_are_shown(
    drawn_run: RunReport, tmp_path: Path
) -> None:
    run_folder = RunFolder(shutil.copytree(drawn_run.run_folder.path, tmp_path / "run"))
    (run_folder.charts / "throughput.svg").write_text("<svg", encoding="utf-8")
    (run_folder.charts / "latency.svg").unlink()
    shown = of(run_folder)
    names = {it.attributes["id"] for it in shown.of("svg")}
    assert "ratios-picture" in names
    assert not names & {"throughput-picture", "latency-picture"}
    assert "Its file holds no picture that could be shown." in shown.texts("p")
    shutil.rmtree(run_folder.charts)
    (sentence,) = [it for it in of(run_folder).texts("p") if "There are no pictures" in it]
    assert "python -m runner charts" in sentence


ACTING = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"
 viewBox="0 0 9 9" onload="act()"><script>act()</script><style>* {display: none}</style>
<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">act</p></foreignObject>
<use x:href="https://else.where/a.svg#b" onclick="act()"/><use href="javascript:act()"/>
<image href="https://else.where/a.png"/><path id="p" style="fill: url(https://else.where/#f)"/>
<a href="https://else.where/"><text>out</text></a><rect clip-path="url(#p)"/></svg>"""


NO_PICTURES = (
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<meta viewBox="0 0 9 9" http-equiv="refresh" content="0;url=https://else.where"/>',
    f'<svg viewBox="0 0 9 9">{"<g>" * 5000}{"</g>" * 5000}</svg>',
)


@pytest.mark.parametrize("written", NO_PICTURES)
def test_a_file_that_is_no_picture_costs_the_page_nothing_but_that(
    written: str, tmp_path: Path
) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    (run_folder.charts / "time.svg").write_text(written, encoding="utf-8")
    whole = page(of_folder(run_folder))
    assert "else.where" not in whole
    assert "The answer" in parsed(whole).texts("h2")


def test_a_picture_may_have_any_name_that_a_file_may_have(tmp_path: Path) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    written = '<svg viewBox="0 0 9 9"><rect clip-path="url(#p)"/></svg>'
    (run_folder.charts / r"a\d.svg").write_text(written, encoding="utf-8")
    (shape,) = of(run_folder).of("rect")
    assert shape.attributes["clip-path"] == r"url(#a\d-p)"


def test_a_picture_that_would_act_is_shapes_only(tmp_path: Path) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    (run_folder.charts / "time.svg").write_text(ACTING, encoding="utf-8")
    whole = page(of_folder(run_folder))
    assert "act()" not in whole
    assert "else.where" not in whole
    shown = parsed(whole)
    assert {it.tag for it in shown.of("foreignobject", "image", "use", "rect", "path")} == {
        *("use", "rect", "path")
    }
    assert len(shown.of("script")) == len(shown.of("style")) == 1
    assert [it.attributes["clip-path"] for it in shown.of("rect")] == ["url(#time-p)"]


def test_two_hundred_cells_with_their_pictures_are_less_than_three_megabytes(
    tmp_path: Path,
) -> None:
    measured = rows(clients=tuple(range(5, 105, 5)), rounds=1)
    run_folder = written_run(tmp_path, measured)
    run_folder.append_histograms(timed(measured))
    shutil.copytree(EXAMPLE / "charts", run_folder.charts, dirs_exist_ok=True)
    whole = page(of_folder(run_folder))
    assert whole.count('id="cell-') == whole.count('id="times-') == 200
    assert len(whole.encode()) < 3_000_000


def test_a_run_that_was_interrupted_says_what_is_missing(tmp_path: Path) -> None:
    measured = rows(clients=(10,), leaks=(0.0,), rounds=3)
    cells = [row.cell.id for row in measured[:5]]
    shown = of(written_run(tmp_path, measured[:7], rounds=3, cells=cells))
    assert shown.texts("p")[0].endswith("7 of 15 rows, all ok.")
    assert any("2 of 3 rounds" in point for point in shown.texts("p"))


def test_a_run_without_any_row_has_a_page(tmp_path: Path) -> None:
    shown = of(written_run(tmp_path, [], cells=["a", "b"]))
    assert "Nothing was measured." in shown.texts("p")
    assert "No cell was measured." in shown.texts("p")
    assert shown.texts("p")[0].endswith("0 of 10 rows.")


def test_a_report_of_an_older_version_has_a_page(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "cells.csv", tmp_path)
    (tmp_path / "environment.json").write_text("{}", encoding="utf-8")
    shown = of(RunFolder(tmp_path))
    assert shown.texts("h2")[0] == "The answer"
    assert any("were compared" in paragraph for paragraph in shown.texts("p"))
    assert len([it for it in shown.of("tr") if "id" in it.attributes]) > 30


def test_lines_of_the_log_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    measured = rows(clients=(10,), leaks=(0.0,), rounds=1)
    run_folder = written_run(tmp_path, measured)
    run_folder.append_histograms(timed(measured))
    log = run_folder.path / "histograms.hlog"
    log.write_text(log.read_text(encoding="utf-8") + "Tag=\n", encoding="utf-8")
    sentence = "1 line of histograms.hlog cannot be read, and is left out."
    assert sentence in of(run_folder).texts("p")


def test_they_are_counted_where_no_cell_has_a_time_either(tmp_path: Path) -> None:
    run_folder = written_run(tmp_path, rows(["psycopg3"], clients=(10,), leaks=(0.0,), rounds=1))
    (run_folder.path / "histograms.hlog").write_text("Tag=\n", encoding="utf-8")
    shown = of(run_folder)
    assert "1 line of histograms.hlog cannot be read, and is left out." in shown.texts("p")
    assert not shown.of("details")


def test_a_doubled_line_of_the_log_is_said_and_costs_no_page(tmp_path: Path) -> None:
    (measured,) = rows(["psycopg3"], clients=(10,), leaks=(0.0,), rounds=1)
    run_folder = written_run(tmp_path, [measured])
    for milliseconds in (1.0, 9.0):
        run_folder.append_histograms(timed([replace(measured, total_ms_p50=milliseconds)]))
    shown = of(run_folder)
    assert any(it.endswith("and are left out: 9 (as 7), 10 (as 8).") for it in shown.texts("p"))
    assert shown.texts("td").count("2,000") == 2, "of the whole and of the wait"


def test_the_times_of_a_round_that_is_not_ok_are_not_among_those_of_its_cell(
    tmp_path: Path,
) -> None:
    first, second = rows(["psycopg3"], clients=(10,), leaks=(0.0,), rounds=2)
    run_folder = written_run(tmp_path, [replace(first, status=Status.SUSPECT), second])
    run_folder.append_histograms(timed([first, second]))
    assert of(run_folder).texts("td").count("2,000") == 2, "of the whole and of the wait"


def test_a_row_that_is_not_ok_is_among_the_remarks(tmp_path: Path) -> None:
    first, *rest = rows(clients=(10,), leaks=(0.0,), rounds=3)
    broken = replace(first, status=Status.CRASHED, reason=said("signal <b>11</b>"))
    texts = of(written_run(tmp_path, [broken, *rest])).texts("li")
    assert any(it.startswith("crashed: ") and "signal <b>11</b>" in it for it in texts)


def test_drills_have_their_section(tmp_path: Path) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    run_folder.append_observation(Observation("psycopg3", "leak", "of one", Word.RAISES, 5.0, "s"))
    shown = of(run_folder)
    assert "When things go wrong" in shown.texts("h2")
    assert "raises 5 s" in shown.texts("td")


def test_a_secret_is_on_no_page(tmp_path: Path) -> None:
    run_folder = written_run(tmp_path, rows(clients=(10,), leaks=(0.0,), rounds=1))
    (run_folder.path / "config.yaml").write_text("dsn: postgresql://u:s3kr1t@h", encoding="utf-8")
    REDACTOR.learn("s3kr1t")
    whole = page(of_folder(run_folder))
    assert "s3kr1t" not in whole
    assert "postgresql://u:***@h" in whole


def test_every_sentence_that_leads_is_one_of_the_answer() -> None:
    """An id that no rule gives any more would lead nothing."""
    rules = "".join(path.read_text(encoding="utf-8") for path in ANSWER.glob("*.py"))
    assert not [it for it in LEADING | SETTING if f'"{it}"' not in rules]
