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
from runner.analysis.comparison import compare
from runner.report.charts import drawing
from runner.report.charts.drawing import draw
from runner.report.charts.forest import LONGEST_REASON, ticks
from runner.report.charts.layout import GAP
from runner.report.charts.palette import looks
from runner.report.charts.questions import CHARTS, KINDS, attempts, percent, short
from runner.report.tables import tables
from runner.results.row import Result, Status
from runner.roles import CONTROL, LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from runner.analysis.verdict import Report

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


def figures(
    results: Sequence[Result], *, title: str, report: Report | None = None
) -> dict[str, Figure]:
    return dict(drawing.figures(results, title=title, report=report))


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


def test_who_starves_others_is_hollow_and_says_so() -> None:
    unfair = rows(["psycopg3"], clients=(20,), leaks=(0.0,), starved_clients=15)
    figure = figures(unfair, title="a run")["throughput"]
    assert "starves 15" in written(figure)
    assert [line.get_markerfacecolor() for line in lines(figure, "psycopg3")] == ["white"]


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


# --- the limit and the control ----------------------------------------------------------------

BASELINE = "psycopg3"


def limited(results: Sequence[Result], rate: float = 24_000.0) -> list[Result]:
    """Add what pgbench did on the same servers."""
    found = {(row.workload, row.cpus, row.pool_max, row.round): row for row in results}
    return [
        *results,
        *(
            replace(
                row,
                cell=f"{LIMIT}-{row.workload}-p{row.pool_max}-{row.cpus}",
                group=f"limit-{row.workload}-p{row.pool_max}-{row.cpus}",
                adapter=LIMIT,
                clients=row.pool_max or 0,
                leak=0.0,
                profile="equal",
                ops_per_s=rate + row.round,
            )
            for row in found.values()
        ),
    ]


def controlled(results: Sequence[Result], factor: float = 1.01) -> list[Result]:
    """Add the baseline a second time, hardly different."""
    chance = Random(7)
    return [
        *results,
        *(
            replace(
                row,
                cell=f"{CONTROL}-{row.group}",
                adapter=CONTROL,
                ops_per_s=(row.ops_per_s or 0) * factor * chance.lognormvariate(0, 0.01),
            )
            for row in results
            if row.adapter == BASELINE and not row.leak
        ),
    ]


def costing(results: Sequence[Result]) -> list[Result]:
    """Give every row a cost that follows from its rate."""
    return [
        replace(row, client_cpu_us_per_op=1e6 / row.ops_per_s if row.ops_per_s else None)
        for row in results
    ]


def limit_lines(figure: Figure) -> list[Line2D]:
    return [line for line in lines(figure, LIMIT) if line.get_linestyle() == "--"]


def test_neither_the_control_nor_the_limit_is_an_adapter(standard: list[Result]) -> None:
    found = figures(limited(controlled(standard)), title="a run")
    plain = figures(standard, title="a run")
    assert list(found) == list(plain), "and they make no picture of their own"
    for name, figure in found.items():
        assert not any(CONTROL in text for text in texts(figure)), name
        assert name == "throughput" or not any(LIMIT in text for text in texts(figure)), name
        assert len(figure.axes) == len(plain[name].axes), name
        labels = [[t.get_text() for t in axes.get_yticklabels()] for axes in figure.axes]
        if name != "throughput":
            assert labels == [[t.get_text() for t in a.get_yticklabels()] for a in plain[name].axes]


def test_the_limit_is_a_line_over_all_clients(standard: list[Result]) -> None:
    figure = figures(limited(standard), title="a run")["throughput"]
    (line,) = limit_lines(figure)
    assert list(line.get_ydata()) == [24_003.0] * 2  # type: ignore[arg-type]
    assert list(line.get_xdata()) == [0, 1], "from one side to the other"  # type: ignore[arg-type]
    assert f"{LIMIT}, the limit: 24,003" in texts(figure)
    assert figure.axes[0].get_ylim()[1] > 24_003


def test_the_limit_stands_in_panels_of_the_same_server_only() -> None:
    some = rows(["asyncpg"], leaks=(0.0,), rounds=1)
    alone = [replace(row, cpus="one", group=f"{row.group}-one") for row in some]
    figure = figures([*limited(some), *alone], title="a run")["throughput"]
    counts = [sum(line.get_label() == LIMIT for line in axes.lines) for axes in figure.axes]
    assert counts == [1, 0]


def test_the_limit_crosses_the_rows_of_a_single_number_of_clients() -> None:
    some = rows(clients=(20,), leaks=(0.0,))
    figure = figures(limited(some), title="a run")["throughput"]
    (line,) = limit_lines(figure)
    assert list(line.get_xdata()) == [24_003.0] * 2  # type: ignore[arg-type]
    assert figure.axes[0].get_xlim()[1] > 24_003
    assert f"{LIMIT}, the limit: 24,003" in written(figure)


def test_rounds_without_the_limit_are_counted(standard: list[Result]) -> None:
    failed = spoiled(limited(standard), Status.FAILED, lambda row: row.adapter == LIMIT)
    figure = figures(failed, title="a run")["throughput"]
    assert not limit_lines(figure)
    assert f"{LIMIT}: 5 of 5 rounds left out (5 failed)." in written(figure)


def test_the_limit_says_nothing_of_a_run_in_which_everybody_leaks() -> None:
    figure = figures(limited(rows(leaks=(1.0,), rounds=2)), title="a run")["throughput"]
    assert not limit_lines(figure)


def test_profiles_are_apart_and_stock_is_named_above_every_panel() -> None:
    equal = rows(["asyncpg"], clients=(10, 50), leaks=(0.0,), rounds=2)
    stock = [replace(row, profile="stock", group=f"{row.group}-stock") for row in equal]
    both = figures([*equal, *stock], title="a run")
    assert list(both)[:2] == ["throughput-profile_equal", "throughput-profile_stock"]
    for name, figure in [*figures(stock, title="a run").items(), *both.items()]:
        titles = [axes.get_title(loc="left") for axes in figure.axes]
        named = ["profile stock" in title for title in titles]
        assert named == [not name.endswith("equal")] * len(titles), name


def test_tables_have_the_limit_last_and_no_control() -> None:
    some = rows(["psycopg3", "asyncpg"], clients=(10, 20), rounds=2)
    found = list(tables(limited(controlled(some))))
    names = [list(table.columns[0].cells) for table in found]
    assert names == [
        *[["asyncpg", "psycopg3", f"{LIMIT} (limit)"]] * 2,
        *[["psycopg3", "asyncpg"]] * 2,
    ]
    rates = list(found[0].columns[1].cells)
    assert rates[-1] == "24,002 ±0%"


def test_table_of_the_stock_profile_says_so() -> None:
    stock = rows(["asyncpg"], clients=(10,), leaks=(0.0,), rounds=1, profile="stock")
    (table,) = tables(stock)
    assert table.title == "insert, 10 clients on 5 connections, profile stock (times in ms)"


# --- ratios -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared(standard: list[Result]) -> list[Result]:
    """Everybody but psycopg2, which fails too much, and the control."""
    return controlled(costing(standard))


@pytest.fixture(scope="module")
def report(compared: list[Result]) -> Report:
    return compare(compared, baseline=BASELINE, adapters=list(SPEED))


@pytest.fixture(scope="module")
def forest(compared: list[Result], report: Report) -> Figure:
    return figures(compared, title="a run", report=report)["ratios"]


def dots(figure: Figure, adapter: str, panel: int) -> list[float]:
    """Return where an adapter's dots are, those beside its name left out."""
    axes = figure.axes[panel]
    return [
        float(np.asarray(line.get_xdata())[0]) for line in axes.lines if line.get_label() == adapter
    ]


def intervals(figure: Figure, panel: int) -> list[list[float]]:
    return [
        np.asarray(path.vertices)[:, 0].tolist()
        for drawn in figure.axes[panel].collections
        for path in drawn.get_paths()
    ]


def test_ratios_are_drawn_where_there_is_a_report(
    standard: list[Result], forest: Figure, tmp_path: Path
) -> None:
    assert "ratios" not in figures(standard, title="a run")
    assert "Who is faster than the baseline, and how sure is that?" in texts(forest)
    two = [row for row in standard if row.adapter in {"psycopg3", "asyncpg"} and row.clients == 10]
    files = draw(two, tmp_path, title="a run", report=compare(two, baseline=BASELINE))
    assert [file.name for file in files][:2] == ["ratios.png", "ratios.svg"]
    draw(two, tmp_path, title="a run")
    assert not (tmp_path / "ratios.png").exists()


def test_dot_is_the_ratio_and_line_its_interval(forest: Figure, report: Report) -> None:
    for panel, (clients, metric) in enumerate(
        itertools.product((10, 20, 50), ("ops_per_s", "client_cpu_us_per_op"))
    ):
        lines_of = [
            line
            for line in report.lines
            if (line.clients, line.metric, line.leak) == (clients, metric, 0) and line.low
        ]
        assert {line.adapter for line in lines_of} == {*SPEED, CONTROL} - {"psycopg2", BASELINE}
        for line in lines_of:
            assert dots(forest, line.adapter, panel) == [line.ratio]
            assert any([line.low, line.high] == reach for reach in intervals(forest, panel))


def test_baseline_stands_at_one_without_an_interval(forest: Figure) -> None:
    assert dots(forest, BASELINE, 0) == [1.0]
    assert len(intervals(forest, 0)) == 4, "three adapters and the control"
    assert texts(forest).count("baseline") == 6


def test_what_is_not_compared_has_words_and_no_dot(forest: Figure) -> None:
    assert dots(forest, "psycopg2", 0) == []
    (words_,) = {text for text in words(forest) if text.get_text().startswith("not compared: 3.7")}
    assert words_.get_text() == "not compared: 3.7 % of operations failed"
    assert words_.get_fontstyle() == "italic"


def test_difference_that_is_shown_is_filled_and_in_words(forest: Figure, report: Report) -> None:
    line = next(line for line in report.lines if line.adapter == "asyncpg")
    assert f"{line.ratio:.2f}x, faster" in texts(forest)
    assert any(text.endswith("x, cheaper") for text in texts(forest))
    (filled,) = {str(one.get_markerfacecolor()) for one in lines(forest, "asyncpg")} - {"white"}
    assert to_hex(filled) == to_hex(looks(["asyncpg"])["asyncpg"].colour)


def test_difference_that_is_not_shown_is_hollow_and_without_a_figure() -> None:
    same = rows([BASELINE, "asyncpg"], clients=(10,), leaks=(0.0,))
    same = [replace(row, ops_per_s=1000.0 + row.position % 3) for row in same]
    found = figures(same, title="a run", report=compare(same, baseline=BASELINE))["ratios"]
    assert texts(found).count("no difference shown") == 2, "in the legend and in the row"
    assert {str(line.get_markerfacecolor()) for line in lines(found, "asyncpg")} >= {"white"}


def test_control_is_the_noise_floor_in_grey_and_no_adapter(forest: Figure) -> None:
    assert not any(CONTROL in text for text in texts(forest))
    assert [label.get_text() for label in forest.axes[0].get_yticklabels()] == [
        *SPEED,
        "noise floor",
    ]
    (colour,) = {to_hex(str(line.get_color())) for line in lines(forest, CONTROL)}
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    assert red == green == blue
    assert "Noise floor: over 3 groups the baseline against itself came out" in written(forest)


def test_margin_and_equal_are_marked_in_every_panel(compared: list[Result]) -> None:
    wide = compare(compared, baseline=BASELINE, margin=0.1)
    found = figures(compared, title="a run", report=wide)["ratios"]
    for axes in found.axes:
        bands = [
            patch.get_extents().transformed(axes.transData.inverted()) for patch in axes.patches
        ]
        assert any((band.x0, band.x1) == pytest.approx((1 / 1.1, 1.1)) for band in bands)
        assert any(list(line.get_xdata()) == [1, 1] for line in axes.lines)  # type: ignore[arg-type]
    assert "within the margin of ±10 %" in texts(found)


def test_small_print_says_against_whom_and_how_sure(forest: Figure, compared: list[Result]) -> None:
    caption = written(forest)
    assert "a run · workload insert · pool of 5 · all cores · profile equal" in caption
    assert "baseline psycopg3" in caption
    assert "geometric mean over 5 rounds" in caption
    assert "plain 95 % intervals" in caption
    looked = compare(compared, baseline=BASELINE, looks=4)
    found = figures(compared, title="a run", report=looked)["ratios"]
    assert "98.75 % intervals, 1 - 0.05 / 4" in written(found)


def test_reason_too_long_for_a_panel_goes_to_the_small_print(compared: list[Result]) -> None:
    reason = "the process ended by itself with signal 11"
    broken = [
        replace(row, status=Status.CRASHED, reason=reason)
        if (row.adapter, row.round) == ("asyncpg", 3)
        else row
        for row in compared
    ]
    found = figures(broken, title="a run", report=compare(broken, baseline=BASELINE))["ratios"]
    assert len(f"crashed in round 3: {reason}") > LONGEST_REASON
    assert texts(found).count("not compared †") == 6
    assert f"asyncpg (50 clients): crashed in round 3: {reason}." in written(found)


def test_interval_beyond_the_scale_goes_on_with_an_arrow() -> None:
    wild = rows([BASELINE, "asyncpg"], clients=(10,), leaks=(0.0,), rounds=2)
    wild = [
        replace(row, ops_per_s=9000.0 if (row.adapter, row.round) == ("asyncpg", 2) else 3000.0)
        for row in wild
    ]
    report = compare(wild, baseline=BASELINE)
    (line,) = report.speeds
    assert line.low is not None
    assert line.low < 0.01
    figure = figures(wild, title="a run", report=report)["ratios"]
    left, right = figure.axes[0].get_xlim()
    assert left > 0.3
    (reach,) = intervals(figure, 0)
    assert left <= reach[0] < 1 < reach[1] <= right
    assert len([text for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]) == 2


def test_placements_stand_one_under_the_other_and_profiles_apart(compared: list[Result]) -> None:
    one = [replace(row, cpus="one", group=f"{row.group}-one") for row in compared]
    stock = [replace(row, profile="stock", group=f"{row.group}-stock") for row in compared]
    some = [row for row in (*compared, *one, *stock) if row.clients == 10]
    found = figures(some, title="a run", report=compare(some, baseline=BASELINE))
    assert [name for name in found if name.startswith("ratios")] == [
        "ratios-profile_equal",
        "ratios-profile_stock",
    ]
    titles = [axes.get_title(loc="left") for axes in found["ratios-profile_equal"].axes]
    assert titles == [
        "10 clients, all cores: speed",
        "10 clients, all cores: cost",
        "10 clients, one core: speed",
        "10 clients, one core: cost",
    ]
    stocked = found["ratios-profile_stock"].axes[0].get_title(loc="left")
    assert stocked == "10 clients, profile stock: speed"


def test_many_groups_are_spread_over_pages() -> None:
    many = rows(["psycopg3", "asyncpg"], clients=tuple(range(1, 21)), leaks=(0.0,), rounds=2)
    found = figures(many, title="a run", report=compare(many, baseline=BASELINE))
    names = [name for name in found if name.startswith("ratios")]
    assert names == ["ratios-1_to_10_clients", "ratios-11_to_20_clients"]


@pytest.mark.parametrize("leak", [0.0, 1.0])
def test_nothing_to_compare_is_no_picture_of_ratios(leak: float) -> None:
    once = rows(leaks=(leak,), rounds=1 if leak == 0 else 3)
    report = compare(once, baseline=BASELINE)
    assert "ratios" not in figures(once, title="a run", report=report)


def test_adapter_looks_the_same_among_ratios(forest: Figure, drawn: dict[str, Figure]) -> None:
    for adapter in set(SPEED) - {"psycopg2"}:
        assert colours({"ratios": forest}, adapter) == colours(drawn, adapter)


def test_unknown_adapter_looks_the_same_in_every_picture() -> None:
    """It would not, if each picture knew only those who stand in it."""
    names = ["psycopg3", "asyncpg", *(f"mine-{number}" for number in range(6))]
    some = rows(names, clients=(10,), leaks=(0.0,), rounds=2)
    few = [replace(row, workload="read", group="r") for row in some if row.adapter == "mine-5"]
    found = figures([*some, *few], title="a run")
    assert len(colours(found, "mine-5")) == 1


@pytest.mark.parametrize(
    ("span", "room", "expected"),
    [
        ((0.88, 1.14), 0.15, [0.9, 0.95, 1.0, 1.05, 1.1]),
        ((0.88, 1.14), 0.3, [0.9, 1.0, 1.1]),
        ((0.45, 2.6), 0.2, [0.5, 1.0, 2.0]),
        ((0.02, 2.4), 0.15, [0.03, 0.1, 0.3, 1.0]),
        ((0.0002, 2.4), 0.2, [0.001, 0.01, 0.1, 1.0]),
        ((0.0002, 2.4), 0.4, [0.01, 1.0]),
        ((0.999, 1.001), 5.0, [1.0]),
    ],
)
def test_ticks_are_round_and_have_room(
    span: tuple[float, float], room: float, expected: list[float]
) -> None:
    assert ticks(span, room) == expected


def test_words_about_ratios_keep_to_the_page() -> None:
    names = [*BUILT_IN, "a-name-of-forty-letters-" + "x" * 16]
    some = limited(controlled(costing(rows(names, (5, 50), rounds=3))))
    starved = [replace(row, starved_clients=45) if row.adapter == "noop" else row for row in some]
    report = compare(starved, baseline=BASELINE)
    for name, figure in figures(starved, title="a run", report=report).items():
        renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
        figure.draw(renderer)
        inches = figure.get_tightbbox(renderer)
        assert 0 <= inches.x0 < inches.x1 <= figure.get_figwidth(), name
        assert 0 <= inches.y0 < inches.y1 <= figure.get_figheight(), name
        for axes in figure.axes if name == "ratios" else ():
            for text in axes.texts:
                extent = text.get_window_extent(renderer)
                assert axes.bbox.x0 - 1 <= extent.x0 <= extent.x1 <= axes.bbox.x1 + 1
