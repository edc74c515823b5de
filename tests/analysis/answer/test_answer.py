"""The answer of a whole run: short, in order, and true in every degenerate case."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.analysis.answer.answer import answer
from runner.analysis.answer.run_facts import RunFacts
from runner.analysis.comparison import compare
from runner.messages import said as quoted
from runner.report.catalogue import text
from runner.results.row import Status
from runner.results.rows import Rows
from runner.roles import CONTROL
from tests.analysis.runs import CALM, elsewhere, limit, rows, times
from tests.builders import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

PAGE = Path(__file__).resolve().parents[3] / "docs" / "answer.md"
LIMIT_OF_CLIENT = (
    "In 12 of 17 cells the client process was the limit, not the pool (a full core or a late "
    "event loop)"
)
WIDE = (1.0, 1.4, 0.7, 1.2, 0.9)


def sentences(*measured: Row, asked: int | None = None, **given: Any) -> Sequence[str]:
    whole = Rows(measured)
    report = compare(whole, **{"baseline": "psycopg3", **given})
    facts = RunFacts(asked, round_seconds=lambda groups: 30.0 * len(groups))
    return [text(point) for point in answer(whole, report, facts)]


def adapter(name: str, factor: float, clients: int = 10, **more: Any) -> list[Row]:
    return rows(name, times(factor), clients=clients, flags="client_bound", **more)


def run(*clients: int, **where: Any) -> list[Row]:
    """Make a run like the shipped one: a pool that refuses, a fast tail, ties and a control."""
    refuses = {"operations": 1000, "ok": 380, "pool_exhausted": 620, "starved_clients": 5}
    return [
        row
        for number in clients
        for row in (
            *rows("psycopg3", CALM, clients=number, **where),
            *rows(CONTROL, times(1.0), clients=number, **where),
            *adapter("psycopg2", 1.5, number, **refuses, **where),
            *adapter("psycopg2-queued", 1.05, number, **where),
            *adapter("psycopg3-async", 0.55, number, client_cpu_us_per_op=200.0, **where),
            *(changed(it, total_ms_p99=900.0) for it in adapter("asyncpg", 1.4, number, **where)),
        )
    ]


def lines(points: Sequence[str]) -> list[list[str]]:
    """Break the points as a terminal of 80 columns does."""
    return [textwrap.wrap(point, 78) for point in points]


def test_an_ordinary_run_has_an_answer_of_about_ten_lines_in_the_order_of_the_rules() -> None:
    found = sentences(*run(10, 20, 50), *elsewhere("asyncpg", 0.7, workload="read"))
    assert [point.split(":")[0] for point in found] == [
        "insert on 5 connections, 5 rounds; ratios by the mean, with simultaneous 95 % intervals.",
        "psycopg2 does not serve more clients than connections",
        "Fastest of those that serve everyone, with 10, 20 and 50 clients together",
        "Faster than psycopg3",
        "Slower than psycopg3",
        "Faster than psycopg3, but with a longer tail",
        "Client CPU per operation, against psycopg3",
        "Whether that holds elsewhere is not shown (read, 10 clients).",
        LIMIT_OF_CLIENT,
    ]
    assert sum(map(len, lines(found))) <= 14


def test_no_point_of_a_run_is_longer_than_two_lines() -> None:
    noisy = [
        row
        for number in (10, 20, 50)
        for name in ("psycopg2-queued", "psycopg3-async", "asyncpg")
        for row in rows(name, times(1.1, WIDE), clients=number)
    ]
    quiet = [row for number in (10, 20, 50) for row in rows("psycopg3", CALM, clients=number)]
    for measured in (run(10, 20, 50), [*quiet, *noisy], [*run(10), *run(50, cpus="one")]):
        assert max(map(len, lines(sentences(*measured)))) <= 2


def test_hundreds_of_adapters_and_settings_stay_short() -> None:
    places = [
        row
        for workload in ("read", "list", "mixed", "transaction", "checkout")
        for number in range(50)
        for row in rows(f"pool-number-{number}", times(0.5 + number / 50), workload=workload)
    ]
    bases = [
        row
        for it in ("read", "list", "mixed", "checkout")
        for row in rows("psycopg3", CALM, workload=it)
    ]
    found = sentences(*run(10, 20, 50), *places, *bases)
    assert sum(map(len, lines(found))) <= 24
    assert max(map(len, lines(found))) <= 3


def test_an_interrupted_run_says_how_many_rounds_it_has() -> None:
    assert sentences(*run(10), asked=8)[0].startswith("insert on 5 connections, 5 of 8 rounds; ")
    assert sentences(*run(10), asked=5)[0].startswith("insert on 5 connections, 5 rounds; ")


def test_a_run_without_pools_has_no_size_in_its_first_line() -> None:
    direct = [changed(row, pooled=False) for row in run(10)]
    assert sentences(*direct)[0].startswith("insert, 5 rounds; ")


BAD = {"status": Status.CRASHED, "reason": quoted("signal 11")}
DEGENERATE = {
    "nothing": [],
    "the limit alone": limit(CALM),
    "one adapter": rows("psycopg3", CALM),
    "one adapter and its control": [*rows("psycopg3", CALM), *rows(CONTROL, CALM)],
    "one round": [*rows("psycopg3", CALM[:1]), *rows("other", CALM[:1])],
    "two rounds": [*rows("psycopg3", CALM[:2]), *rows("other", CALM[:2])],
    "no common round": [*rows("psycopg3", CALM[:3]), *rows("other", CALM)[3:]],
    "everything crashed": [*rows("psycopg3", CALM, **BAD), *rows("other", CALM, **BAD)],
    "no operation at all": [
        *rows("psycopg3", CALM, operations=None, ok=None, ops_per_s=None),
        *rows("other", CALM, operations=0, ok=0, ops_per_s=0.0),
    ],
    "no baseline": [*rows("a", CALM), *rows("b", CALM)],
    "no pool": [*rows("psycopg3", CALM, pooled=False), *rows("noop", CALM, pooled=False)],
    "all leak": [*rows("psycopg3", CALM, leak=1.0), *rows("other", CALM, leak=1.0)],
    "no figure but the rate": [
        *rows("psycopg3", CALM, total_ms_p99=None, client_cpu_us_per_op=None, wait_ms_p99=None),
        *rows("other", CALM, total_ms_p99=None, client_cpu_us_per_op=None, wait_ms_p99=None),
    ],
    "the same to the last digit": [*rows("psycopg3", CALM), *rows("other", CALM)],
}


@pytest.mark.parametrize("measured", DEGENERATE.values(), ids=DEGENERATE.keys())
@pytest.mark.parametrize("given", [{}, {"looks": 4}, {"baseline": None}, {"margin": 0.0}])
def test_a_degenerate_run_has_an_answer_too(measured: list[Row], given: dict[str, Any]) -> None:
    found = sentences(*measured, **given)
    assert found
    assert not [point for point in found if re.search(r"answer\.|among\.|None|nan|inf", point)]
    assert max(map(len, lines(found))) <= 2


def test_the_rules_are_written_down_in_the_order_in_which_they_are_applied() -> None:
    """Each module of a rule names its number, and docs/answer.md has a heading for it."""
    headings = re.findall(r"^## (\d+)\. ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [str(number) for number in range(1, 14)]
