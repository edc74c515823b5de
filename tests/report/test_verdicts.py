"""The first lines say which adapter is faster, how surely, at what cost, and never too much."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from runner.analysis.comparison import compare
from runner.axes import PoolSize
from runner.messages import said
from runner.report.catalogue import text
from runner.report.model import Emphasis
from runner.report.terminal import show_table
from runner.report.verdicts import verdicts
from runner.results.round_trips import RoundTrips
from runner.results.row import Row, Status
from runner.results.rows import Rows
from runner.roles import CONTROL, LIMIT
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    return builders.row(
        contender,
        round=number,
        ops_per_s=shaken,
        total_ms_mean=1.0,
        client_cpu_us_per_op=1e5 / shaken,
        **changes,
    )


def limit(rate: float = 2000.0) -> list[Row]:
    return rows(LIMIT, rate / 1000, clients=5)


def report(*others: Iterable[Row], **given: Any) -> Report:
    every = [*rows("base"), *(row for some in others for row in some)]
    return compare(Rows(every), **{"baseline": "base", **given})


def cells(table: Table) -> dict[str, list[str]]:
    """Return adapter -> what stands beside it."""
    lines = [list(map(text, row.cells)) for row in table.rows]
    return {name: rest for name, *rest in lines}


def printed(tables: Iterable[Table], width: int = PAGE) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    for table in tables:
        show_table(console, table)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def only(found: Iterable[Table]) -> Table:
    (table,) = found
    return table


def test_the_fastest_stands_first_and_who_is_not_compared_after_all() -> None:
    table = only(
        verdicts(
            report(
                rows("slow", 0.5),
                rows("fast", 1.5),
                rows("unfair", 3.0, starved_clients=5),
                rows(CONTROL, 1.001),
            )
        )
    )
    assert list(cells(table)) == ["fast", "base", "slow", "unfair", "noise floor"]


def test_words_hold_the_ratio_its_interval_and_the_verdict() -> None:
    found = report(rows("fast", 1.5), rows("same"), rows("unfair", starved_clients=5))
    words = {name: rest[0] for name, rest in cells(only(verdicts(found))).items()}
    lines = {line.contender: line for line in found.lines if line.metric == "ops_per_s"}
    assert words["fast"] == text(lines["fast"].words)
    assert words["fast"].endswith("] faster")
    assert words["same"].endswith("] no difference shown")
    assert words["base"] == "baseline"
    assert words["unfair"] == "1.00x, not compared: starves 5 of 10 clients"


def test_control_is_the_noise_floor_and_no_adapter() -> None:
    shown = printed(verdicts(report(rows(CONTROL, 1.001), rows("fast", 1.5))))
    assert CONTROL not in shown
    assert "] baseline again" in shown


def test_share_of_the_limit_is_shown_where_there_is_one() -> None:
    table = only(verdicts(report(rows("fast", 1.5), limit())))
    assert text(table.columns[2].heading) == "of the\nlimit"
    assert cells(table)["fast"][1] == "75 %"
    assert cells(table)["base"][1] == "50 %"
    assert LIMIT not in cells(table)
    assert "limit" not in printed(verdicts(report(rows("fast", 1.5))))


def test_cost_that_may_be_chance_is_marked() -> None:
    table = only(verdicts(report(rows("fast", 1.5), rows("same"))))
    assert cells(table)["fast"][1] == "1.50x"
    assert cells(table)["same"][1].startswith("~")
    assert cells(table)["base"][1] == "1x"
    assert "~ no difference shown" in text(table.notes[0])


def test_an_adapter_that_suffers_more_is_noted_under_its_verdict() -> None:
    found = report(rows("fast", 1.5))
    suffering = [
        replace(line, disturbed=0.9, disturbed_low=0.85, disturbed_high=0.95)
        if (line.contender, line.metric) == ("fast", "ops_per_s")
        else line
        for line in found.lines
    ]
    (note,) = only(verdicts(replace(found, lines=tuple(suffering)))).notes
    assert text(note) == "fast suffers more than base when it is disturbed."


def test_a_note_explains_only_what_is_there() -> None:
    assert not only(verdicts(report(rows("fast", 1.5)))).notes


def test_round_trips_stand_beside_their_adapter_profile_and_workload() -> None:
    trips = [
        RoundTrips("base", "equal", "insert", 40, 1.0),
        RoundTrips("fast", "equal", "insert", 40, 2.05),
        RoundTrips("fast", "stock", "insert", 40, 9.0),
        RoundTrips("slow", "equal", "insert", reason=said("encrypted")),
    ]
    found = report(rows("fast", 1.5), rows("slow", 0.5))
    last = {name: rest[-1] for name, rest in cells(only(verdicts(found, trips))).items()}
    assert last == {"base": "1", "fast": "2.05", "slow": "–"}  # noqa: RUF001
    assert "round" not in printed(verdicts(found))


def test_each_group_has_a_table_named_as_a_person_names_it() -> None:
    there: dict[str, Any] = {
        "cpus": "one",
        "profile": "stock",
        "clients": 1,
        "pool_size": PoolSize(1, 1),
    }
    found = list(
        verdicts(report(rows("fast", 1.5), rows("base", **there), rows("fast", 1.5, **there)))
    )
    assert [text(table.title) for table in found] == [
        "insert, 10 clients on 5 connections",
        "insert, 1 client on 1 connection, on one core, profile stock",
    ]


def test_interval_says_how_sure_it_is() -> None:
    found = report(rows("fast", 1.5))
    assert "mean [simultaneous 95 % interval]" in printed(verdicts(found))


def test_one_round_is_a_ratio_and_no_verdict() -> None:
    both = Rows([*rows("base", rounds=1), *rows("fast", 1.5, rounds=1)])
    once = compare(both, baseline="base")
    words = cells(only(verdicts(once)))["fast"][0]
    assert words == "1.50x, 1 round: no interval"


@pytest.mark.parametrize("others", [(), (rows("base", leak=1.0),)])
def test_nothing_to_compare_is_no_table(others: Sequence[list[Row]]) -> None:
    assert list(verdicts(report(*others))) == []
    leaking = [rows(name, leak=1.0) for name in ("fast", "base")]
    assert list(verdicts(report(*leaking))) == []


def test_shown_differences_stand_out() -> None:
    table = only(verdicts(report(rows("fast", 1.5), rows("same"))))
    emphases = dict(zip(cells(table), (row.emphasis for row in table.rows), strict=True))
    assert emphases == {"fast": Emphasis.STRONG, "base": Emphasis.NONE, "same": Emphasis.NONE}


def test_an_ordinary_verdict_stands_in_one_line_of_80_columns() -> None:
    names = {"psycopg2-queued": "base", "psycopg3-async": "same"}
    found = report(rows("same"), rows("unfair", starved_clients=5), rows(CONTROL), limit())
    lines = tuple(replace(line, contender=_long(names, line.contender)) for line in found.lines)
    trips = [RoundTrips(name, "equal", "insert", 40, 2.05) for name in (*names.values(), "unfair")]
    shown = printed(verdicts(replace(found, lines=lines), trips)).splitlines()
    assert max(len(line) for line in shown) <= PAGE
    assert any("no difference shown" in line for line in shown)
    assert any("1.00x, not compared: starves 5 of 10" in line for line in shown)


def _long(names: dict[str, str], contender: str) -> str:
    return next((long for long, short in names.items() if short == contender), contender)


def test_long_names_and_reasons_are_folded_and_never_cut() -> None:
    reason = said("the process ended by itself with signal 11 after 3 of 14 turns")
    name = "a-name-of-a-hundred-letters-" + "x" * 72
    found = report(rows("fast", 1.5), rows(name, status=Status.CRASHED, reason=reason), limit())
    shown = printed(verdicts(found))
    assert max(len(line) for line in shown.splitlines()) <= PAGE
    assert "…" not in shown
    assert shown.count("x") >= 72
    assert "turns" in shown


def test_names_are_shown_as_they_are() -> None:
    assert "[red]pool[/red]" in printed(verdicts(report(rows("[red]pool[/red]", 1.5))))
