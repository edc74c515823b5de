"""Charts are drawn from rows alone: every adapter in them, the right numbers, the same files."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.text import Text

from adapters.base import Failure
from adapters.registry import BUILT_IN
from runner import charts
from runner.charts import draw
from runner.page import GAP
from runner.palette import looks
from runner.questions import CHARTS, KINDS, attempts, percent, short
from runner.result import Result, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

SPEED = {
    "psycopg2": 12_000,
    "psycopg2-queued": 11_500,
    "psycopg3": 5_200,
    "psycopg3-async": 6_400,
    "asyncpg": 9_800,
}
"""Operations a second: the adapters of the shipped matrix."""

SIZE = 5


def rows(
    adapters: Sequence[str] = tuple(SPEED),
    clients: Sequence[int] = (10, 20, 50),
    leaks: Sequence[float] = (0.0, 1.0),
    rounds: int = 5,
    **more: Any,
) -> list[Result]:
    """Return what a run may well have measured in windows of a second, always the same."""
    chance = Random(2024)
    points = itertools.product(range(1, rounds + 1), clients, leaks, adapters)
    return [
        replace(_row(chance, *point), position=place, **more) for place, point in enumerate(points)
    ]


def _row(chance: Random, round_: int, clients: int, leak: float, adapter: str) -> Result:
    group = f"insert-c{clients}-p{SIZE}" + f"-leak{leak:g}" * bool(leak)
    cell = Result(
        cell=f"{adapter}-{group}",
        group=group,
        session=1,
        round=round_,
        position=0,
        adapter=adapter,
        driver=adapter,
        driver_version="1",
        profile="equal",
        workload="insert",
        cpus="all",
        clients=clients,
        pool_min=SIZE,
        pool_max=SIZE,
        acquire_timeout_ms=5000,
        error_pause_ms=10,
        think_time_ms=0,
        leak=leak,
        leak_reference="drop" if leak else "",
        status=Status.OK,
        seconds=1.0,
        pool_timeout=0,
        connection_lost=0,
        connection_refused=0,
        query_failed=0,
    )
    raises = adapter == "psycopg2"
    if leak:
        return _run_dry(cell, chance, raises=raises)
    speed = SPEED.get(adapter, 7000) * chance.lognormvariate(0, 0.06)
    return _measured(cell, speed, raises=raises)


def _measured(cell: Result, speed: float, *, raises: bool) -> Result:
    busy = SIZE if raises else cell.clients
    total, use = 1000 * busy / speed, 1000 * SIZE / speed
    ok, failed = int(speed), 95 * max(0, cell.clients - SIZE) * raises
    return replace(
        cell,
        operations=ok + failed,
        ok=ok,
        pool_exhausted=failed,
        failed_share=failed / (ok + failed),
        waiting_clients=max(0, busy - SIZE),
        ops_per_s=speed,
        wait_ms_mean=total - use,
        wait_ms_max=total * 8,
        use_ms_mean=use * 0.9,
        release_ms_mean=use * 0.1,
        total_ms_mean=total,
        total_ms_p50=total * 0.9,
        total_ms_p99=total * 2.5,
        total_ms_p999=total * 5 if ok >= 10_000 else None,
        total_ms_max=total * 9,
        failed_ms_p50=0.02 if failed else None,
    )


def _run_dry(cell: Result, chance: Random, *, raises: bool) -> Result:
    """Return the row of a pool that gave every connection away once."""
    failed = 95 * cell.clients * raises
    return replace(
        cell,
        operations=SIZE + failed,
        ok=SIZE,
        pool_exhausted=failed,
        failed_share=failed / (SIZE + failed),
        leaked=SIZE,
        waiting_clients=0 if raises else cell.clients,
        ops_per_s=float(SIZE),
        wait_ms_mean=0.1,
        wait_ms_max=0.3 if raises else 998 + chance.random(),
        use_ms_mean=0.5,
        release_ms_mean=0.001,
        total_ms_mean=0.6,
        total_ms_max=1.2,
        failed_ms_p50=0.02 if failed else None,
        exhausted_ms=1.5,
    )


def spoiled(
    results: Sequence[Result], status: Status, which: Callable[[Result], bool]
) -> list[Result]:
    """Make some of the rows bad, their numbers absurd."""
    columns = ("ops_per_s", "total_ms_mean", "total_ms_max", "wait_ms_max", "pool_exhausted")
    absurd: dict[str, Any] = dict.fromkeys(columns, 1e12)
    return [replace(row, status=status, **absurd) if which(row) else row for row in results]


def figures(results: Sequence[Result], *, title: str) -> dict[str, Figure]:
    return dict(charts.figures(results, title=title))


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


def words(figure: Figure) -> list[Text]:
    return cast("list[Text]", figure.findobj(Text))


def written(figure: Figure) -> str:
    return " ".join("\n".join(texts(figure)).split())


def lines(figure: Figure, adapter: str) -> Iterator[Line2D]:
    for axes in figure.axes:
        yield from (line for line in axes.lines if line.get_label() == adapter)


def bars(figure: Figure, adapter: str, panel: int) -> list[float]:
    containers = figure.axes[panel].containers
    return [
        patch.get_width()
        for container in containers
        if isinstance(container, BarContainer) and container.get_label() == adapter
        for patch in container.patches
    ]


def numbers(results: Sequence[Result], column: str, adapter: str, clients: int) -> list[float]:
    return [
        getattr(row, column)
        for row in results
        if (row.adapter, row.clients, row.leak) == (adapter, clients, 0) and not row.bad
    ]


@pytest.fixture(scope="module")
def standard() -> list[Result]:
    return rows()


@pytest.fixture(scope="module")
def drawn(standard: list[Result]) -> dict[str, Figure]:
    return figures(standard, title="a run")


# --- files ------------------------------------------------------------------------------------


def test_every_question_is_answered_in_two_files(tmp_path: Path) -> None:
    files = draw(rows(rounds=2), tmp_path / "charts", title="a run")
    expected = [f"{name}.{kind}" for name in CHARTS for kind in ("png", "svg")]
    assert [file.name for file in files] == expected
    assert sorted(files) == sorted((tmp_path / "charts").iterdir())
    for file in files:
        start = b"\x89PNG" if file.suffix == ".png" else b"<?xml"
        assert file.read_bytes().startswith(start)


def test_nothing_drawn_when_nothing_was_measured(tmp_path: Path) -> None:
    failed = spoiled(rows(rounds=1), Status.FAILED, lambda _: True)
    assert draw(failed, tmp_path, title="a run") == []
    assert draw([], tmp_path, title="a run") == []
    assert list(tmp_path.iterdir()) == []


def test_question_without_rows_is_not_asked() -> None:
    calm = rows(["psycopg3", "asyncpg"], leaks=(0.0,), rounds=1)
    assert list(figures(calm, title="a run")) == ["throughput", "time", "latency"]


def test_run_in_which_everybody_leaks_is_still_drawn() -> None:
    found = figures(rows(leaks=(1.0,), rounds=1), title="a run")
    assert list(found) == ["throughput", "time", "latency", "failures"]
    assert "leak 1" in written(found["throughput"])


def test_earlier_charts_replaced_and_nothing_else(tmp_path: Path) -> None:
    for name in ("leak.png", "time-one_core.svg", "timeline.png", "leak.txt"):
        (tmp_path / name).write_text("old")
    draw(rows(leaks=(0.0,), clients=(10,), rounds=1), tmp_path, title="a run")
    assert not (tmp_path / "leak.png").exists()
    assert not (tmp_path / "time-one_core.svg").exists()
    assert (tmp_path / "timeline.png").read_text() == (tmp_path / "leak.txt").read_text() == "old"


def test_drawn_again_gives_the_same_files(tmp_path: Path) -> None:
    some = rows(["psycopg2", "asyncpg"], clients=(10, 50), rounds=2)
    first = draw(some, tmp_path / "first", title="a run")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.hashsalt": None}):
        second = draw(some[::-1], tmp_path / "second", title="a run")
        assert mpl.rcParams["font.size"] == 30
    assert [file.name for file in first] == [file.name for file in second]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_settings_that_differ_are_never_mixed() -> None:
    some = rows(["asyncpg"], clients=(10, 50), leaks=(0.0,), rounds=2)
    other = [replace(row, workload="read/all", group=f"read-{row.group}") for row in some]
    alone = [replace(row, cpus="one", group=f"{row.group}-one") for row in other]
    assert list(figures([*some, *other, *alone], title="a run")) == [
        "throughput-workload_insert",
        "throughput-workload_read_all",
        "time-workload_insert-all_cores",
        "time-workload_read_all-all_cores",
        "time-workload_read_all-one_core",
        "latency-workload_insert-all_cores",
        "latency-workload_read_all-all_cores",
        "latency-workload_read_all-one_core",
    ]


def test_placements_stand_side_by_side_on_one_scale() -> None:
    some = rows(["asyncpg"], leaks=(0.0,), rounds=1)
    fast = [replace(row, cpus="one", group=f"{row.group}-one", ops_per_s=30_000.0) for row in some]
    figure = figures([*some, *fast], title="a run")["throughput"]
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["all cores", "one core"]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_adapter_without_a_pool_stands_beside_those_with_one() -> None:
    pooled = rows(["psycopg3"], leaks=(0.0,), rounds=1)
    direct = rows(["psycopg3-direct"], leaks=(0.0,), rounds=1, pool_min=None, pool_max=None)
    found = figures([*pooled, *direct], title="a run")
    assert list(found) == ["throughput", "time", "latency"]
    assert "pool of 5" in written(found["time"])


def test_many_numbers_of_clients_are_spread_over_pages() -> None:
    found = figures(rows(["asyncpg"], clients=(1, 2, 5, 10, 20, 50), rounds=1), title="a run")
    assert [name for name in found if name.startswith("leak")] == [
        "leak-1_to_10_clients",
        "leak-20_to_50_clients",
    ]


# --- numbers ----------------------------------------------------------------------------------


def test_throughput_is_the_median_over_rounds(
    standard: list[Result], drawn: dict[str, Figure]
) -> None:
    (line,) = lines(drawn["throughput"], "asyncpg")
    expected = [median(numbers(standard, "ops_per_s", "asyncpg", n)) for n in (10, 20, 50)]
    assert list(line.get_ydata()) == expected  # type: ignore[arg-type]


def test_whiskers_reach_from_minimum_to_maximum(
    standard: list[Result], drawn: dict[str, Figure]
) -> None:
    expected = numbers(standard, "ops_per_s", "psycopg3", 20)
    reaches = [
        np.asarray(path.vertices)[:, 1].tolist()
        for whiskers in drawn["throughput"].axes[0].collections
        for path in whiskers.get_paths()
    ]
    assert [min(expected), max(expected)] in reaches


def test_bars_are_medians_of_the_parts(standard: list[Result], drawn: dict[str, Figure]) -> None:
    for panel, clients in enumerate((10, 20, 50)):
        expected = [
            median(numbers(standard, f"{part}_ms_mean", "psycopg3", clients))
            for part in ("wait", "use", "release")
        ]
        assert bars(drawn["time"], "psycopg3", panel) == pytest.approx(expected)


def test_percentiles_are_medians_over_rounds(
    standard: list[Result], drawn: dict[str, Figure]
) -> None:
    dots = [
        float(line.get_xdata()[0])  # type: ignore[index,arg-type]
        for line in drawn["latency"].axes[1].lines
        if line.get_label() == "psycopg3"
    ]
    columns = ("total_ms_p50", "total_ms_p99", "total_ms_max")
    assert dots == [median(numbers(standard, column, "psycopg3", 20)) for column in columns]


def test_failures_are_shares_of_all_operations(
    standard: list[Result], drawn: dict[str, Figure]
) -> None:
    expected = 100 * median(numbers(standard, "failed_share", "psycopg2", 50))
    assert bars(drawn["failures"], "psycopg2", 2)[0] == pytest.approx(expected)
    assert bars(drawn["failures"], "psycopg3", 2) == pytest.approx([100 * 50 / 55])


def test_every_kind_of_failure_has_a_bar() -> None:
    for kind in Failure:
        count, _ = KINDS[kind.replace("_", " ")]
        failed: dict[str, Any] = {kind: 7}
        assert count(replace(rows(rounds=1)[0], **failed)) == 7
    assert len({fill for _, fill in KINDS.values()}) == len(KINDS) == len(Failure) + 1


def test_client_that_waits_for_a_dry_pool_is_an_attempt() -> None:
    dry = replace(rows(rounds=1)[0], operations=5, ok=5, waiting_clients=45, exhausted_ms=1.0)
    assert attempts(dry) == 50
    assert attempts(replace(dry, exhausted_ms=None)) == 5


def test_leak_without_percentiles_shows_the_longest_wait(drawn: dict[str, Figure]) -> None:
    assert "5 of 55, 50 wait" in texts(drawn["leak"])
    waited = [
        float(line.get_xdata()[0])  # type: ignore[index,arg-type]
        for line in drawn["leak"].axes[5].lines
        if line.get_label() == "asyncpg"
    ]
    assert len(waited) == 3, "median and longest wait without the leak, longest wait with it"
    assert 998 <= max(waited) < 1000


def test_failures_are_not_hidden_by_fast_successes(drawn: dict[str, Figure]) -> None:
    for name in ("time", "latency"):
        assert any("26 % failed" in text for text in texts(drawn[name]))
    hollow = {
        line.get_markerfacecolor()
        for line in drawn["throughput"].axes[0].lines
        if line.get_marker() == looks(["psycopg2"])["psycopg2"].marker
    }
    assert hollow == {"white"}


def test_one_number_of_clients_is_shown_in_rows() -> None:
    figure = figures(rows(clients=(20,), leaks=(0.0,)), title="a run")["throughput"]
    assert "How many operations a second?" in texts(figure)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(SPEED)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (1e-6, "<0.01 %"),
        (0.0123, "1.2 %"),
        (0.5, "50 %"),
        (0.99987, "99.98 %"),
        (1, "100 %"),
    ],
)
def test_nearly_all_is_not_all(share: float, words: str) -> None:
    assert percent(share) == words


def test_large_counts_are_short() -> None:
    assert [short(n) for n in (0, 987, 1234, 45_678, 2.5e6)] == ["0", "987", "1.2k", "46k", "2.5M"]


# --- what is bad or missing -------------------------------------------------------------------


def test_adapter_with_only_bad_rows_is_named_in_every_chart() -> None:
    results = spoiled(rows(), Status.HUNG, lambda row: row.adapter == "psycopg3")
    for name, figure in figures(results, title="a run").items():
        assert "psycopg3, 10, 20, 50 clients" in written(figure), name
        assert any(text.startswith("psycopg3") for text in texts(figure)), name
    assert "5 hung †" in texts(figure)


def test_bad_rounds_are_not_drawn_and_are_counted() -> None:
    good = rows(rounds=5)
    results = spoiled(good, Status.SUSPECT, lambda row: row.adapter == "asyncpg" and row.round < 3)
    found = figures(results, title="a run")
    (line,) = lines(found["throughput"], "asyncpg")
    assert list(line.get_ydata()) == [  # type: ignore[arg-type]
        median(numbers(results, "ops_per_s", "asyncpg", clients)) for clients in (10, 20, 50)
    ]
    for name, figure in found.items():
        assert "2 suspect" in written(figure) or "6 suspect" in written(figure), name
        for axes in figure.axes:
            assert max(axes.get_xlim()[1], axes.get_ylim()[1]) < 1e6, name


def test_interrupted_run_says_what_is_missing() -> None:
    results = [row for row in rows() if (row.round, row.clients) != (5, 50)]
    figure = figures(results, title="a run")["time"]
    assert "asyncpg, 50 clients: 1 of 5 rounds left out (1 not measured)." in written(figure)


def test_half_a_group_of_an_interrupted_session_is_not_drawn() -> None:
    whole = [replace(row, session=2) for row in rows(leaks=(0.0,))]
    begun = [
        replace(row, session=1, ops_per_s=1e12)
        for row in whole
        if (row.adapter, row.clients, row.round) == ("asyncpg", 50, 1)
    ]
    (line,) = lines(figures([*begun, *whole], title="a run")["throughput"], "asyncpg")
    expected = median(numbers(whole, "ops_per_s", "asyncpg", 50))
    assert list(line.get_ydata())[-1] == expected  # type: ignore[arg-type]


def test_line_is_not_drawn_through_a_missing_cell() -> None:
    results = spoiled(rows(), Status.CRASHED, lambda row: row.clients == 20)
    (line,) = lines(figures(results, title="a run")["throughput"], "asyncpg")
    measured = [value == value for value in line.get_ydata()]  # type: ignore[union-attr] # noqa: PLR0124
    assert measured == [True, False, True]


def test_adapter_without_a_success_is_said_to_have_none() -> None:
    nothing: dict[str, Any] = {
        name: None for name in Result.__dataclass_fields__ if name.endswith(("_p50", "_mean"))
    }
    barren = rows(["asyncpg"], leaks=(0.0,), rounds=2, ok=0, total_ms_max=None, **nothing)
    found = figures([*rows(["psycopg3"], leaks=(0.0,), rounds=2), *barren], title="a run")
    assert "no success" in texts(found["time"])


# --- looks ------------------------------------------------------------------------------------


def colours(found: dict[str, Figure], adapter: str) -> set[str]:
    return {
        to_hex(str(line.get_color()))
        for figure in found.values()
        for line in lines(figure, adapter)
    }


def test_adapter_has_one_colour_in_all_charts_of_all_runs(drawn: dict[str, Figure]) -> None:
    other = figures(rows(["noop", "asyncpg", "my-own"], rounds=1), title="another run")
    found = [colours(drawn, adapter) for adapter in SPEED]
    assert [len(own) for own in found] == [1] * len(SPEED)
    assert len(set.union(*found)) == len(SPEED)
    assert colours(other, "asyncpg") == colours(drawn, "asyncpg")
    assert {to_hex(looks(["asyncpg"])["asyncpg"].colour)} == colours(drawn, "asyncpg")


def test_adapters_that_come_with_us_look_the_same_in_any_company() -> None:
    together = looks(BUILT_IN)
    for name in BUILT_IN:
        assert looks([name, "mine"])[name] == together[name]
        assert together[name].line == "-"


def test_no_two_adapters_look_alike() -> None:
    names = [*BUILT_IN, *(f"variant-{number}" for number in range(100))]
    found = looks(names)
    assert len(set(found.values())) == len(names)
    assert len({(found[name].colour, found[name].marker) for name in BUILT_IN}) == len(BUILT_IN)


def test_unknown_names_keep_clear_of_the_colours_in_the_run() -> None:
    names = ["psycopg3", "asyncpg", *(f"mine-{number}" for number in range(8))]
    found = looks(names)
    assert found == looks(names[::-1])
    assert len({look.colour for look in found.values()}) == len(names)
    assert len({look.marker for look in found.values()}) == len(names)


def test_look_of_a_lone_unknown_name_follows_from_its_letters() -> None:
    alone = looks(["my-pool"])["my-pool"]
    assert alone.line == "--"
    assert looks(["my-pool"])["my-pool"] == alone != looks(["your-pool"])["your-pool"]


@pytest.mark.parametrize("name", ["$a_b$^2", "_private", "größe-池", r"back\slash", "100%"])
def test_names_are_shown_as_they_are(name: str, tmp_path: Path) -> None:
    results = rows([name, "asyncpg"], clients=(10, 20), leaks=(0.0,), rounds=1)
    for chart, figure in figures(results, title=f"run of {name}").items():
        assert name in texts(figure), chart
        assert f"run of {name} ·" in written(figure), chart
        assert not any(text.get_parse_math() for text in words(figure) if name in text.get_text())
    assert draw(results, tmp_path, title=f"run of {name}")


def test_caption_says_where_the_numbers_come_from(drawn: dict[str, Figure]) -> None:
    for figure in drawn.values():
        caption = written(figure)
        assert "a run · workload insert · pool of 5 · all cores · profile equal" in caption
        assert "5 rounds: median, whiskers: minimum and maximum over rounds." in caption
    once = figures(rows(rounds=1), title="a run")["time"]
    assert "1 round: no spread is known." in written(once)


@pytest.mark.parametrize(
    ("adapters", "clients", "rounds"),
    [
        ([*BUILT_IN], (1, 5, 20, 50, 200), 2),
        (["asyncpg"], (10,), 1),
        (["a-name-of-a-hundred-letters-" + "x" * 72, "asyncpg"], (10, 20), 1),
    ],
)
def test_words_keep_to_the_page_and_to_their_panel_and_legends_off_it(
    adapters: list[str], clients: tuple[int, ...], rounds: int
) -> None:
    for name, figure in figures(rows(adapters, clients, rounds=rounds), title="a run").items():
        renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
        figure.draw(renderer)
        inches = figure.get_tightbbox(renderer)
        assert 0 <= inches.x0 < inches.x1 <= figure.get_figwidth(), name
        assert 0 <= inches.y0 < inches.y1 <= figure.get_figheight(), name
        for axes in figure.axes:
            for text in axes.texts:
                end = text.get_window_extent(renderer).x1
                assert end <= axes.bbox.x1 + GAP * figure.dpi, (name, text.get_text())
        for legend in figure.legends:
            taken = legend.get_window_extent(renderer)
            assert not any(taken.overlaps(axes.bbox) for axes in figure.axes), name
