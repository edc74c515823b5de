"""Charts are drawn from rows alone: the right numbers, the same files."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pytest

from adapters.registry import BUILT_IN
from runner.analysis.comparison import compare
from runner.language import speaking
from runner.report.charts import drawing
from runner.report.charts.drawing import draw
from runner.report.charts.files import KINDS, save
from runner.report.charts.grid import GAP
from runner.report.charts.questions import CHARTS
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import LIMIT
from tests.builders import changed
from tests.report.charts.pictures import (
    figures,
    keeps_to_the_page,
    limit_lines,
    lines,
    picture,
    rendered,
    texts,
    words,
    written,
)
from tests.report.measured import (
    BASELINE,
    SPEED,
    controlled,
    costing,
    limited,
    numbers,
    rows,
    spoiled,
)

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the files of pictures empty, for tests that look at their names alone."""

    def touch(_figure: Figure, folder: Path, name: str) -> list[Path]:
        paths = [folder / f"{name}{kind}" for kind in KINDS]
        for path in paths:
            path.touch()
        return paths

    monkeypatch.setattr(drawing, "save", touch)


def test_every_question_is_answered_in_two_files(tmp_path: Path) -> None:
    files = draw(Rows(rows(rounds=2)), tmp_path / "charts", title="a run")
    answered = [name for name in CHARTS if name != "tail"]  # it asks about a rate
    expected = [f"{name}.{kind}" for name in answered for kind in ("png", "svg")]
    assert [file.name for file in files] == expected
    assert sorted(files) == sorted((tmp_path / "charts").iterdir())
    for file in files:
        start = b"\x89PNG" if file.suffix == ".png" else b"<?xml"
        assert file.read_bytes().startswith(start)


def test_nothing_drawn_when_nothing_was_measured(tmp_path: Path) -> None:
    failed = spoiled(rows(rounds=1), Status.FAILED, lambda _: True)
    assert draw(Rows(failed), tmp_path, title="a run") == []
    assert draw(Rows([]), tmp_path, title="a run") == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("touched")
def test_earlier_charts_replaced_and_nothing_else(tmp_path: Path) -> None:
    for name in ("leak.png", "time-one_core.svg", "timeline.png", "leak.txt"):
        (tmp_path / name).write_text("old")
    draw(Rows(rows(leaks=(0.0,), clients=(10,), rounds=1)), tmp_path, title="a run")
    assert not (tmp_path / "leak.png").exists()
    assert not (tmp_path / "time-one_core.svg").exists()
    assert (tmp_path / "timeline.png").read_text() == (tmp_path / "leak.txt").read_text() == "old"


def test_drawn_again_gives_the_same_files(tmp_path: Path) -> None:
    some = rows(["psycopg2", "asyncpg"], clients=(10, 50), rounds=2)
    first = draw(Rows(some), tmp_path / "first", title="a run")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": None}):
        second = draw(Rows(some[::-1]), tmp_path / "second", title="a run")
        assert mpl.rcParams["font.size"] == 30
    assert [file.name for file in first] == [file.name for file in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_throughput_is_the_median_over_rounds(
    standard: list[Row], drawn: dict[str, Figure]
) -> None:
    (line,) = lines(drawn["throughput"], "asyncpg")
    expected = [median(numbers(standard, "ops_per_s", "asyncpg", n)) for n in (10, 20, 50)]
    assert list(line.get_ydata()) == expected  # type: ignore[arg-type]


def test_whiskers_reach_from_minimum_to_maximum(
    standard: list[Row], drawn: dict[str, Figure]
) -> None:
    expected = numbers(standard, "ops_per_s", "psycopg3", 20)
    reaches = [
        np.asarray(path.vertices)[:, 1].tolist()
        for whiskers in drawn["throughput"].axes[0].collections
        for path in whiskers.get_paths()
    ]
    assert [min(expected), max(expected)] in reaches


def test_line_is_not_drawn_through_a_missing_cell() -> None:
    results = spoiled(rows(), Status.CRASHED, lambda row: row.conditions.clients == 20)
    (line,) = lines(picture("throughput", results, title="a run"), "asyncpg")
    measured = [value == value for value in line.get_ydata()]  # type: ignore[union-attr] # noqa: PLR0124
    assert measured == [True, False, True]


def test_placements_stand_side_by_side_on_one_scale() -> None:
    some = rows(["asyncpg"], leaks=(0.0,), rounds=1)
    fast = [changed(row, cpus="one", ops_per_s=30_000.0) for row in some]
    figure = picture("throughput", [*some, *fast], title="a run")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["all cores", "one core"]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_one_number_of_clients_is_shown_in_rows() -> None:
    figure = picture("throughput", rows(clients=(20,), leaks=(0.0,)), title="a run")
    assert "How many operations a second?" in texts(figure)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(SPEED)


def test_the_limit_is_a_line_over_all_clients(standard: list[Row]) -> None:
    figure = picture("throughput", limited(standard, 16_000.0), title="a run")
    (line,) = limit_lines(figure)
    assert list(line.get_ydata()) == [16_003.0] * 2  # type: ignore[arg-type]
    assert list(line.get_xdata()) == [0, 1], "from one side to the other"  # type: ignore[arg-type]
    assert f"{LIMIT}, the limit: 16,003" in texts(figure)
    assert figure.axes[0].get_ylim()[1] > 16_003


def test_the_limit_crosses_the_rows_of_a_single_number_of_clients() -> None:
    some = rows(clients=(20,), leaks=(0.0,))
    figure = picture("throughput", limited(some, 16_000.0), title="a run")
    (line,) = limit_lines(figure)
    assert list(line.get_xdata()) == [16_003.0] * 2  # type: ignore[arg-type]
    assert figure.axes[0].get_xlim()[1] > 16_003
    assert f"{LIMIT}, the limit: 16,003" in written(figure)


def test_a_limit_far_above_the_rows_is_a_figure_in_the_legend_only() -> None:
    some = rows(clients=(20,), leaks=(0.0,))
    figure = picture("throughput", limited(some, 100_000.0), title="a run")
    assert not limit_lines(figure)
    assert f"{LIMIT}, the limit: 100,003 ↑" in texts(figure)
    assert figure.axes[0].get_xlim()[1] < 30_000


@pytest.mark.parametrize("name", ["$a_b$^2", "_private", "größe-池", r"back\slash", "100%"])
def test_names_are_shown_as_they_are(name: str, tmp_path: Path) -> None:
    results = rows([name, "asyncpg"], clients=(10, 20), leaks=(0.0,), rounds=1)
    drawn = figures(results, title=f"run of {name}")
    for chart, figure in drawn.items():
        assert name in texts(figure), chart
        assert f"run of {name} ·" in written(figure), chart
        assert not any(text.get_parse_math() for text in words(figure) if name in text.get_text())
    for path in save(drawn["throughput"], tmp_path, "throughput"):
        assert path.stat().st_size


@pytest.mark.usefixtures("touched")
def test_ratios_are_drawn_where_there_is_a_report(
    standard: list[Row], forest: Figure, tmp_path: Path
) -> None:
    assert "ratios" not in figures(standard, title="a run")
    assert "Who is faster than the baseline, and how sure is that?" in texts(forest)
    two = [
        row
        for row in standard
        if row.contender in {"psycopg3", "asyncpg"} and row.conditions.clients == 10
    ]
    files = draw(Rows(two), tmp_path, title="a run", report=compare(Rows(two), baseline=BASELINE))
    assert [file.name for file in files][:2] == ["ratios.png", "ratios.svg"]
    draw(Rows(two), tmp_path, title="a run")
    assert not (tmp_path / "ratios.png").exists()


@pytest.mark.parametrize(
    ("adapters", "clients", "rounds", "language"),
    [
        ([*BUILT_IN], (1, 5, 20, 50, 200), 2, "en"),
        ([*BUILT_IN], (1, 5, 20, 50, 200), 2, "es"),
        (["asyncpg"], (10,), 1, "es"),
        (["a-name-of-a-hundred-letters-" + "x" * 72, "asyncpg"], (10, 20), 1, "en"),
    ],
)
def test_words_keep_to_the_page_and_to_their_panel_and_legends_off_it(
    adapters: list[str], clients: tuple[int, ...], rounds: int, language: str
) -> None:
    with speaking(language):
        drawn = figures(rows(adapters, clients, rounds=rounds), title="a run")
    for name, figure in drawn.items():
        renderer = rendered(figure)
        assert keeps_to_the_page(figure, renderer), name
        for axes in figure.axes:
            for text in axes.texts:
                end = text.get_window_extent(renderer).x1
                assert end <= axes.bbox.x1 + GAP * figure.dpi, (name, text.get_text())
        for legend in figure.legends:
            taken = legend.get_window_extent(renderer)
            assert not any(taken.overlaps(axes.bbox) for axes in figure.axes), name


@pytest.mark.parametrize("language", ["en", "es"])
def test_words_about_ratios_keep_to_the_page(language: str) -> None:
    names = [*BUILT_IN, "a-name-of-forty-letters-" + "x" * 16]
    some = limited(controlled(costing(rows(names, (5, 50), rounds=3))))
    starved = [replace(row, starved_clients=45) if row.contender == "noop" else row for row in some]
    report = compare(Rows(starved), baseline=BASELINE)
    with speaking(language):
        drawn = figures(starved, title="a run", report=report)
    for name, figure in drawn.items():
        renderer = rendered(figure)
        assert keeps_to_the_page(figure, renderer), name
        for axes in figure.axes if name == "ratios" else ():
            for text in axes.texts:
                extent = text.get_window_extent(renderer)
                assert axes.bbox.x0 - 1 <= extent.x0 <= extent.x1 <= axes.bbox.x1 + 1
