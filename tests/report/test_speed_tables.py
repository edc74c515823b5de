"""A table says how fast each adapter is and how its tail is, how surely, and never too much."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from runner.analysis.comparison import compare
from runner.analysis.estimate import Estimator
from runner.analysis.verdict import Verdict
from runner.axes import PoolSize
from runner.messages import said
from runner.report.catalogue import text
from runner.report.markdown import markdown
from runner.report.model import Emphasis
from runner.report.speed_tables import speed_tables
from runner.report.terminal import show_table
from runner.results.round_trips import RoundTrips
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL, LIMIT
from runner.rtt import Rtt
from tests import builders
from tests.builders import changed, turn_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.analysis.report import Report
    from runner.report.model import Table

CALM = (1000.0, 1010.0, 990.0, 1005.0, 995.0)
"""A baseline over five rounds."""
PAGE = 80


def rows(contender: str, factor: float = 1.0, rounds: int = 5, **changes: Any) -> list[Row]:
    """Make the rows of a contender that is so many times as fast as `base`."""
    return [
        _row(contender, number, rate * factor, **changes)
        for number, rate in enumerate(CALM[:rounds], 1)
    ]


def _row(contender: str, number: int, rate: float, **changes: Any) -> Row:
    shaken = rate * (1 + (number % 3 - 1) / 100 * (contender != "base"))
    follows: dict[str, Any] = {
        "ops_per_s": shaken,
        "total_ms_mean": 1.0,
        "total_ms_p50": 500 / shaken,
        "total_ms_p99": 2000 / shaken,
        "total_ms_max": 10.0,
        "client_cpu_us_per_op": 1e5 / shaken,
    }
    return builders.row(contender, round=number, **{**follows, **changes})


def limit(rate: float = 2000.0) -> list[Row]:
    return rows(LIMIT, rate / 1000, clients=5)


def tables(*others: Iterable[Row], trips: Iterable[RoundTrips] = (), **given: Any) -> list[Table]:
    every = Rows([*rows("base"), *(row for some in others for row in some)])
    return list(speed_tables(every, compare(every, **{"baseline": "base", **given}), trips))


def only(*others: Iterable[Row], **given: Any) -> Table:
    (table,) = tables(*others, **given)
    return table


def cells(table: Table) -> dict[str, list[str]]:
    """Return adapter -> what stands beside it."""
    lines = [list(map(text, row.cells)) for row in table.rows]
    return {name: rest for name, *rest in lines}


def notes(table: Table) -> list[str]:
    return list(map(text, table.notes))


def printed(table: Table, width: int = PAGE) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show_table(console, table)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


RATE, RATIO, MEDIAN, TAIL, SHARE, COST = range(6)


def test_the_fastest_stands_first_and_who_is_not_compared_after_all() -> None:
    unfair = rows("unfair", 3.0, starved_clients=5)
    table = only(rows("slow", 0.5), rows("fast", 1.5), unfair, rows(CONTROL, 1.001), limit())
    names = ["fast", "base", "slow", "unfair", "noise floor", "pgbench (limit)"]
    assert list(cells(table)) == names


def test_a_rate_stands_over_half_of_the_range_of_its_rounds() -> None:
    assert cells(only())["base"][RATE] == "1,000\n±1 %"


def test_a_ratio_with_its_interval_stands_over_its_verdict() -> None:
    table = cells(only(rows("fast", 1.5), rows("same")))
    assert table["fast"][RATIO] == "1.50x [1.48, 1.52]\nfaster"
    assert table["same"][RATIO].endswith("]\nno difference shown")
    assert table["base"][RATIO] == "baseline"


def test_beside_a_midmean_stands_the_mean() -> None:
    one: dict[str, Any] = {"cpus": "one"}
    both = [*rows("base", **one), *rows("fast", 1.5, **one)]
    turns = [
        turn_row(row, turn=number, ops_per_s=(row.ops_per_s or 0.0) * (1 + number / 1000))
        for row in both
        for number in range(1, 13)
    ]
    every = Rows(both, turns)
    (table,) = speed_tables(every, compare(every, baseline="base"))
    assert text(table.columns[2].heading) == "against base\nby the midmean"
    assert cells(table)["fast"][RATIO].endswith("]\nfaster, mean 1.50x")


def test_a_tail_and_a_cost_stand_over_their_verdicts() -> None:
    table = cells(only(rows("fast", 1.5), rows("slow", 0.5), rows("same")))
    assert table["fast"][TAIL] == "1.33\nshorter"
    assert table["slow"][TAIL] == "3.98\nlonger"
    assert table["same"][TAIL] == "1.99\n~"
    assert table["base"][TAIL] == "2"
    assert table["fast"][COST].endswith("\ncheaper")
    assert table["slow"][COST].endswith("\ndearer")
    assert table["same"][COST].endswith("\n~")


def test_an_undecided_cost_has_a_sign_of_its_own() -> None:
    every = Rows([*rows("base"), *rows("torn", 1.5)])
    report = compare(every, baseline="base")
    torn: dict[str, Any] = {"verdict": Verdict.UNDECIDED, "reason": said("torn")}
    lines = tuple(
        replace(it, **torn) if it.metric == "ops_per_cpu_s" else it for it in report.lines
    )
    (table,) = speed_tables(every, replace(report, lines=lines))
    assert cells(table)["torn"][COST].endswith("\n?")
    assert notes(table) == ["? undecided, for a reason such as that of the speeds"]


def test_the_groups_that_the_answer_speaks_of_come_first() -> None:
    """In the order of their conditions all cores precede one."""
    one = [
        rows(name, factor, cpus="one", clients=clients)
        for clients in (10, 50)
        for name, factor in (("base", 1.0), ("fast", 1.5))
    ]
    found = tables(rows("fast", 1.5), *one)
    assert ["on one core" in text(table.title) for table in found] == [True, True, False]


def test_a_sign_is_explained_where_there_is_one() -> None:
    assert notes(only(rows("fast", 1.5), rows("same"))) == [
        "~ no difference from base that matters is shown"
    ]
    assert notes(only(rows("fast", 1.5))) == []


def test_who_is_not_compared_shows_its_figures_with_the_reason_beside_them() -> None:
    unfair = rows("unfair", 2.0, starved_clients=5)
    table = cells(only(unfair, limit()))
    assert table["unfair"][RATE].startswith("2,004\n")
    assert table["unfair"][RATIO] == "2.00x\nstarves 5 of 10 clients"
    assert table["unfair"][SHARE] == "100 %"
    assert table["unfair"][TAIL] == "0.995"


def test_times_of_who_fails_are_those_of_all_attempts() -> None:
    got: dict[str, Any] = {
        "response_ms_p50": 40.0,
        "response_ms_p99": 604.0,
        "response_ms_max": 700.0,
    }
    table = only(rows("unfair", starved_clients=5, **got), rows("fair", **got))
    assert cells(table)["unfair"][MEDIAN] == "40\n700"
    assert cells(table)["unfair"][TAIL] == "604"
    assert cells(table)["fair"][TAIL].startswith("1.99")
    assert "unfair: times of all attempts, failures and waits in vain too" in notes(table)


def test_the_longest_time_is_that_of_who_waited_in_vain_too() -> None:
    assert cells(only(rows("late", wait_ms_max=99.0)))["late"][MEDIAN].endswith("\n99")


def test_a_bad_round_is_counted_and_its_reason_is_left_to_the_end() -> None:
    crashed = rows("bad")
    crashed[1] = changed(crashed[1], status=Status.CRASHED, reason=said("signal 11 " * 30))
    table = cells(only(crashed))
    assert table["bad"][RATE].endswith("\n1 bad round")
    assert table["bad"][RATIO].endswith("\ncrashed in round 2")


def test_the_same_reason_of_several_is_said_once_below() -> None:
    few = [rows("a", rounds=2), rows("b", rounds=2)]
    table = only(*few)
    assert cells(table)["a"][RATIO].endswith("x\nnot compared")
    assert notes(table) == ["Not compared: 2 rounds, 3 are needed"]


def test_a_share_of_the_limit_follows_from_the_rates_that_are_shown() -> None:
    table = cells(only(rows("fast", 1.5), limit()))
    fast, most = (
        float(table[name][RATE].split("\n")[0].replace(",", ""))
        for name in ("fast", "pgbench (limit)")
    )
    assert table["fast"][SHARE] == f"{100 * fast / most:.0f} %"
    assert table["base"][SHARE] == "50 %"
    assert cells(only(rows("fast", 1.5)))["fast"][SHARE] == "–"  # noqa: RUF001


def test_control_is_the_noise_floor_and_no_adapter() -> None:
    shown = printed(only(rows(CONTROL, 1.001), rows("fast", 1.5)))
    assert CONTROL not in shown
    assert "baseline again" in shown


def test_one_adapter_has_a_table_too() -> None:
    table = only()
    assert text(table.columns[2].heading) == ""
    assert cells(table)["base"][RATE].startswith("1,000")


def test_unfairness_is_said_and_fairness_not() -> None:
    assert notes(only(rows("unfair", jain=0.4), rows("fair", jain=0.99))) == [
        "~ no difference from base that matters is shown",
        "unfair: Jain 0.40, where 1 is fair",
    ]


def test_round_trips_are_those_of_the_profile_and_workload() -> None:
    trips = [
        RoundTrips("base", "equal", "insert", 40, 1.0),
        RoundTrips("fast", "equal", "insert", 40, 2.05),
        RoundTrips("fast", "stock", "insert", 40, 9.0),
        RoundTrips("slow", "equal", "insert", reason=said("encrypted")),
    ]
    found = notes(only(rows("fast", 1.5), rows("slow", 0.5), trips=trips))
    assert found == ["Round trips per operation: 1 (base); 2.05 (fast)"]
    encrypted = [replace(row, encrypted=True) for row in rows("fast", 1.5)]
    assert notes(only(encrypted, trips=trips))[-1].startswith("Round trips were counted on ")
    alike = [trips[0], RoundTrips("fast", "equal", "insert", 40, 1.0)]
    assert notes(only(rows("fast", 1.5), trips=alike)) == ["Round trips per operation: 1 each"]


def test_what_a_pooler_took_is_said_and_that_nothing_is_counted_through_it() -> None:
    took: dict[str, Any] = {"pooler_cpu_us_per_op": 27.4, "pooler_maxwait_ms": 1.5}
    pooled = [changed(row, pooler="session", **took) for row in rows("base")]
    trips = [RoundTrips("base", "equal", "insert", 40, 1.0)]
    direct, through = (notes(table) for table in tables(pooled, trips=trips))
    assert direct == ["Round trips per operation: 1 each"]
    assert through == [
        "PgBouncer's CPU per operation, and the longest wait seen in it: base 27.4 µs and 1.5 ms",
        "Round trips are not counted through PgBouncer",
    ]


def test_each_group_has_a_table_named_as_a_person_names_it() -> None:
    there: dict[str, Any] = {
        "cpus": "one",
        "profile": "stock",
        "clients": 1,
        "pool_size": PoolSize(1, 1),
    }
    found = tables(rows("fast", 1.5), rows("base", **there), rows("fast", 1.5, **there))
    assert [text(table.title) for table in found] == [
        "insert, 1 client on 1 connection, on one core, profile stock (times in ms)",
        "insert, 10 clients on 5 connections (times in ms)",
    ]


def test_a_group_without_a_pool_has_no_size_in_its_title() -> None:
    direct = [changed(row, pooled=False) for row in [*rows("base"), *rows("noop")]]
    (table,) = speed_tables(Rows(direct), compare(Rows(direct), baseline="base"))
    assert text(table.title) == "insert, 10 clients (times in ms)"


def test_a_group_that_leaks_is_not_compared_here() -> None:
    leaking = [rows(name, leak=1.0) for name in ("fast", "base")]
    assert len(tables(*leaking)) == 1


def test_shown_differences_stand_out() -> None:
    table = only(rows("fast", 1.5), rows("same"), limit())
    emphases = dict(zip(cells(table), (row.emphasis for row in table.rows), strict=True))
    strong, none, reference = Emphasis.STRONG, Emphasis.NONE, Emphasis.REFERENCE
    expected = {"fast": strong, "same": none, "base": none, "pgbench (limit)": reference}
    assert emphases == expected


@pytest.mark.parametrize("width", [PAGE, 100])
def test_an_ordinary_row_has_two_lines_on_a_terminal_of_80_columns(width: int) -> None:
    names = {"psycopg2-queued": 1.05, "psycopg3-async": 0.55, "asyncpg": 1.0}
    others = [rows(name, factor) for name, factor in names.items()]
    shown = printed(only(*others, rows(CONTROL), limit()), width).splitlines()
    assert max(map(len, shown)) <= width
    body = shown[shown.index(next(it for it in shown if "───" in it)) + 1 :]
    starts = [number for number, line in enumerate(body) if line[1:2].strip()]
    assert max(after - before for before, after in pairwise(starts)) == 2


def test_long_names_and_reasons_are_folded_and_never_cut() -> None:
    name = "a-name-of-a-hundred-letters-" + "x" * 72
    reason = said("the process ended by itself with signal 11 after 3 of 14 turns")
    shown = printed(only(rows("bad", status=Status.CRASHED, reason=reason), rows(name, 1.5)), 120)
    assert "…" not in shown
    assert shown.count("x") >= 72


def test_names_are_shown_as_they_are() -> None:
    assert "[red]pool[/red]" in printed(only(rows("[red]pool[/red]", 1.5)))


def test_markdown_has_both_lines_of_a_cell() -> None:
    assert "| 1.50x [1.49, 1.52]<br>faster |" in markdown(only(rows("fast", 1.5)))


def with_speed(report: Report, **changes: Any) -> Report:
    """Change the line of the speed of `fast`."""
    lines = tuple(
        replace(it, **changes) if (it.entrant, it.metric) == ("fast", "ops_per_s") else it
        for it in report.lines
    )
    return replace(report, lines=lines)


def test_who_suffers_more_when_disturbed_is_said_with_what_the_mean_says() -> None:
    every = Rows([*rows("base"), *rows("fast", 1.5)])
    report = compare(every, baseline="base")
    more: dict[str, Any] = {"mean_ratio": 1.4, "mean_low": 1.3, "mean_high": 1.5}
    ends: dict[str, Any] = {"disturbed_low": 0.9, "disturbed_high": 0.96}
    disturbed = with_speed(report, estimator=Estimator.MIDMEAN, **more, **ends)
    (table,) = speed_tables(every, disturbed)
    assert notes(table) == [
        "fast suffers more than base when it is disturbed: 1.40x [1.30, 1.50] by the mean"
    ]


def test_the_ceiling_of_the_cores_and_uneven_processes_stand_under_the_table() -> None:
    several: dict[str, Any] = {"processes": 4, "ceiling_ops_per_s": 2000.0}
    base = rows("base", **several, process_jain=0.99)
    even: dict[str, Any] = {"process_ops_per_s_min": 854.0, "process_ops_per_s_max": 13159.0}
    uneven = rows("uneven", 1.8, **several, process_jain=0.62, **even)
    every = Rows([*base, *uneven])
    (table,) = speed_tables(every, compare(every, baseline="base"))
    assert text(table.title).endswith("in each of 4 processes (times in ms)")
    said_below = notes(table)
    assert (
        "Where the cores would be full, by the CPU of client and server per operation: "
        "base 2,000/s, 50 % of it reached; uneven 2,000/s, 90 % of it reached"
    ) in said_below
    assert ("uneven: its processes did 854 to 13,159 operations a second, Jain 0.62") in said_below
    assert not any("base: its processes" in note for note in said_below)
    assert not any("cores would be full" in note for note in notes(only(rows("fast", 1.5))))


def test_a_limit_that_is_a_network_of_ours_is_none_of_the_server() -> None:
    for rounds, told in ((2, False), (3, True)):
        of_network = [changed(it, flags="relay_bound" * (it.round <= rounds)) for it in limit()]
        said = notes(only(rows("fast", 1.5), of_network))
        assert any("it shows no limit of the server" in note for note in said) is told


def test_what_goes_through_networks_has_their_round_trip_and_cost_below() -> None:
    rtt = Rtt(through=True, seconds=0.001)
    far = [
        changed(it, rtt=rtt, round_trip_ms=1.2, network_cpu_us_per_op=31.0)
        for it in [*rows("base"), *rows("fast", 1.5)]
    ]
    *_, table = tables(far)
    assert (
        "A bare round trip through the network, and the CPU that it takes per operation:"
        " base 1.2 ms and 31 µs; fast 1.2 ms and 31 µs"
    ) in notes(table)
