"""The picture of drills holds every word, its mark and its ground, and the rule under them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from runner.language import speaking
from runner.report.catalogue import text
from runner.report.charts.drawing import draw_observations
from runner.report.charts.drill_page import DrillPage
from runner.report.charts.drill_picture import GROUNDS, draw_drills
from runner.report.charts.palette import COLOURS
from runner.report.drill_tables import brief_cell, rule
from runner.results.observation import Danger, Observation, Word
from runner.results.run_folder import RunFolder
from tests.report.charts.pictures import texts, written

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

SEEN = [
    Observation("one", "leak", "slot, dropped", Word.LEAKS, 3, "connections", versions="one 1.0"),
    Observation("one", "hygiene", "SET, equal", Word.CLEAN, versions="one 1.0"),
    Observation("other", "leak", "slot, dropped", Word.RECOVERS, 2.5, "s", versions="other 2.0"),
    Observation("other", "leak", "close, held", Word.NOT_APPLICABLE, versions="other 2.0"),
    Observation("other", "hygiene", "SET, equal", Word.CLEAN, versions="other 2.0"),
]


def picture() -> Figure:
    return draw_drills(DrillPage("drills-today", SEEN))


def test_every_observation_is_a_word_on_the_ground_of_its_danger() -> None:
    [axes] = picture().axes
    grounds = {
        (round(it.get_x(), 3), round(it.get_y(), 3)): to_hex(it.get_facecolor())
        for it in axes.patches
        if isinstance(it, Rectangle)
    }
    assert len(grounds) == len(SEEN)
    words = [it.get_text() for it in axes.texts]
    assert [text(brief_cell(it)) for it in SEEN if text(brief_cell(it)) not in words] == []
    assert "!! leaks 3 connections" in words
    assert sorted(grounds.values()) == sorted(to_hex(GROUNDS[it.danger].colour) for it in SEEN)


def test_the_names_of_adapters_are_over_each_drill_and_the_rule_is_under_all() -> None:
    assert texts(picture()).count("one") == 2
    said = written(picture())
    assert " ".join(text(rule()).split()) in said
    assert "other: other 2.0" in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_is_wider_than_its_cell(language: str) -> None:
    with speaking(language):
        figure = picture()
    [axes] = figure.axes
    figure.draw_without_rendering()
    cells = [it.get_window_extent() for it in axes.patches]
    for words in axes.texts:
        box = words.get_window_extent()
        own = [it for it in cells if it.x0 <= box.x0 and it.y0 <= box.y0 and it.y1 >= box.y1]
        assert not own or max(it.x1 for it in own if it.x0 <= box.x0) >= box.x1


def test_drills_and_cases_have_the_names_of_the_language() -> None:
    with speaking("es"):
        said = texts(picture())
    assert {"fugas", "limpieza entre clientes", "plaza, sin referencia"} <= set(said)
    assert not {it for seen in SEEN for it in (seen.drill, seen.case)} & set(said)


def test_a_letter_is_as_wide_on_the_page_as_it_was_when_the_columns_were_measured() -> None:
    """The panel is as wide as the table: an inch of a column is an inch of the page."""
    adapters = [replace(it, adapter=f"adapter-{number}") for number in range(9) for it in SEEN[:1]]
    page = DrillPage("drills-today", adapters)
    figure = draw_drills(page)
    [axes] = figure.axes
    inches = axes.get_position().width * figure.get_figwidth()
    assert inches == pytest.approx(page.label_width + sum(page.column_widths))


def test_dangers_differ_in_their_lightness_and_take_no_colour_of_an_adapter() -> None:
    def light(danger: Danger) -> float:
        colour = to_hex(GROUNDS[danger].colour)
        colour = to_hex(GROUNDS[danger].colour)
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    dark, middle, pale = map(light, (Danger.DANGEROUS, Danger.COSTS, Danger.HARMLESS))
    assert dark + 60 < middle < pale - 10
    assert not {ground.colour for ground in GROUNDS.values()} & set(COLOURS)


def test_the_picture_is_drawn_from_the_files_of_a_folder(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert draw_observations(folder) == []
    folder.write_observations(SEEN)
    names = sorted(path.name for path in draw_observations(folder))
    assert names == ["drills.png", "drills.svg"]
