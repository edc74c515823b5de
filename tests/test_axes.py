"""Names, titles, columns, order and refusals follow from the declaration of each axis."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Traits, WhenExhausted
from runner.axes import ADAPTER, AXES, COLUMNS, MATRIX, Conditions, PoolSize, title
from runner.fault import Fault
from runner.rate import Rate
from runner.report.catalogue import text
from runner.roles import Role
from runner.rtt import NO_NETWORK, Rtt
from tests.builders import CELL, CONDITIONS, Contender, cell

if TYPE_CHECKING:
    from collections.abc import Sequence


# --- names and titles ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "name", "words"),
    [
        ({}, "insert-c10-p5", "insert, 10 clients on 5 connections"),
        (
            {"clients": 1, "pool_size": PoolSize(1, 1)},
            "insert-c1-p1",
            "insert, 1 client on 1 connection",
        ),
        (
            {"pool_size": PoolSize(1, 5)},
            "insert-c10-p1to5",
            "insert, 10 clients on 1 to 5 connections",
        ),
        (
            {"leak": 1.0},
            "insert-c10-p5-leak1",
            "insert, 10 clients on 5 connections, 100 % never released",
        ),
        (
            {"processes": 4},
            "insert-c10-p5-x4",
            "insert, 10 clients on 5 connections in each of 4 processes",
        ),
        ({"cpus": "one"}, "insert-c10-p5-one", "insert, 10 clients on 5 connections, on one core"),
        (
            {"allocator": "fresh"},
            "insert-c10-p5-fresh",
            "insert, 10 clients on 5 connections, allocator fresh",
        ),
        ({"allocator": "unknown"}, "insert-c10-p5", "insert, 10 clients on 5 connections"),
        (
            {"pooler": "session"},
            "insert-c10-p5-pooler_session",
            "insert, 10 clients on 5 connections, through PgBouncer in session mode",
        ),
        (
            {"fault": Fault("down", 1.0, 3.0)},
            "insert-c10-p5-down_at1_lasts3",
            "insert, 10 clients on 5 connections, the server is down for 3 s",
        ),
        (
            {"fault": Fault("kill_idle", 1.5, 0.0, (("most", 2.0),))},
            "insert-c10-p5-kill_idle_at1.5_most2",
            "insert, 10 clients on 5 connections, idle connections are ended (at 1.5, most 2)",
        ),
        (
            {"rtt": Rtt(through=True, seconds=0.0005)},
            "insert-c10-p5-rtt0.5ms",
            "insert, 10 clients on 5 connections, through a network with a round trip of 0.5 ms",
        ),
        (
            {"profile": "stock"},
            "insert-c10-p5-stock",
            "insert, 10 clients on 5 connections, profile stock",
        ),
        (
            {"workload": "read", "leak": 0.25, "cpus": "one", "profile": "stock"},
            "read-c10-p5-leak0.25-one-stock",
            "read, 10 clients on 5 connections, 25 % never released, on one core, profile stock",
        ),
    ],
)
def test_a_cell_is_named_for_files_and_for_readers(
    conditions: dict[str, Any], name: str, words: str
) -> None:
    named = cell(**conditions)
    assert (named.id, named.group) == (f"psycopg3-{name}", name)
    assert text(title(named.conditions)) == words


def test_what_has_one_value_in_a_whole_run_is_in_no_name() -> None:
    for name in AXES.keys() - MATRIX.keys() - {ADAPTER}:
        other = cell(**{name: SAMPLES[name][-1]})
        assert other != CELL
        assert (other.id, title(other.conditions)) == (CELL.id, title(CONDITIONS))


def test_an_axis_that_does_not_count_is_in_no_name() -> None:
    assert text(title(CONDITIONS.without("clients", "profile"))) == "insert on 5 connections"
    assert text(title(CONDITIONS.without("workload"))) == "10 clients on 5 connections"


# --- columns ------------------------------------------------------------------------------------

TIMES: Sequence[Any] = (0.0, 0.0005, 1.5)
SAMPLES: dict[str, Sequence[Any]] = {
    "workload": ("insert", "hold"),
    "profile": ("equal", "stock"),
    "cpus": ("all", "one"),
    "allocator": ("settled", "fresh"),
    "transport": ("", "unix", "tls"),
    "pooler": ("none", "session", "transaction"),
    "clients": (1, 5000),
    "pool_size": (PoolSize(5, 5), PoolSize(1, 5)),
    "processes": (1, 4),
    "leak": (0.0, 0.001, 1.0),
    "fault": (None, Fault("kill_idle", 1.0), Fault("latency", 0.5, 3.0, (("delay", 0.005),))),
    "rate": (None, Rate(is_share=False, number=2000.0), Rate(is_share=True, number=0.5)),
    "rtt": (NO_NETWORK, *(Rtt(through=True, seconds=it) for it in (0.0, 0.0003, 0.001))),
    "adapter": (None,),
    "shed": TIMES,
    "acquire_timeout": TIMES,
    "error_pause": TIMES,
    "think_time": TIMES,
    "hold": TIMES,
    "leak_reference": ("drop", "keep"),
    "warmup": TIMES,
    "duration": TIMES,
    "operations_per_client": (None, 10),
    "turn": TIMES,
    "lead_in": TIMES,
    "uncut": TIMES,
}


def texts(conditions: Conditions) -> dict[str, str]:
    """Return the columns as a file holds them."""
    return {
        column: "" if value is None else str(value)
        for column, value in conditions.columns().items()
    }


@pytest.mark.parametrize("axis", [axis for axis in AXES if axis != ADAPTER])
def test_every_value_is_read_as_it_was_written(axis: str) -> None:
    for value in SAMPLES[axis]:
        there = replace(CONDITIONS, **{axis: value})
        assert Conditions.from_columns(texts(there)) == there
        assert tuple(there.columns()) == COLUMNS
    one, other, *_ = (texts(replace(CONDITIONS, **{axis: value})) for value in SAMPLES[axis])
    changed = {column for column in COLUMNS if one[column] != other[column]}
    assert changed
    assert changed <= set(AXES[axis].columns), "and it has its columns for itself"


def test_no_two_axes_share_a_column() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_a_column_that_a_line_lacks_is_not_known() -> None:
    line = texts(CONDITIONS)
    del line["duration_ms"], line["operations_per_client"], line["leak_reference"]
    assert CONDITIONS.leak_reference == "drop", "as it was before there was a choice"
    assert Conditions.from_columns(line) == CONDITIONS.without("duration", "operations_per_client")


def test_a_process_of_a_time_without_a_choice_has_an_allocator_that_nobody_knows() -> None:
    line = texts(CONDITIONS)
    del line["allocator"]
    assert Conditions.from_columns(line) == replace(CONDITIONS, allocator="unknown")


@pytest.mark.parametrize("text", ["many", "1.5"])
def test_a_value_that_cannot_be_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Conditions.from_columns({**texts(CONDITIONS), "clients": text})


# --- keys and order -----------------------------------------------------------------------------


def test_conditions_without_an_axis_are_the_key_of_what_shares_the_rest() -> None:
    few, many, leaky = (
        cell(**changes).conditions
        for changes in ({"clients": 1}, {"clients": 50}, {"clients": 50, "leak": 0.5})
    )
    assert len({few, many}) == 2
    assert len({few.without("clients"), many.without("clients")}) == 1
    assert many.without("clients") != leaky.without("clients")
    assert many.without("clients", "leak") == leaky.without("leak", "clients")


def test_the_limit_depends_on_the_server_and_on_no_client() -> None:
    limit = CONDITIONS.of_limit()
    assert limit == Conditions(clients=5, pool_size=PoolSize(5, 5))
    assert limit.of_limit() == limit
    same: list[dict[str, Any]] = [
        {"clients": 50},
        {"pool_size": PoolSize(1, 5)},
        {"profile": "stock"},
        {"leak": 1.0},
        {"duration": 9.0, "hold": 0.5, "think_time": 1.0},
    ]
    for changes in same:
        assert replace(CONDITIONS, **changes).of_limit() == limit, changes
    others: list[dict[str, Any]] = [
        {"pool_size": PoolSize(5, 6)},
        {"workload": "read"},
        {"cpus": "one"},
        {"workload": "hold", "hold": 0.1},
        {"workload": "hold", "hold": 0.2},
    ]
    assert len({replace(CONDITIONS, **changes).of_limit() for changes in others} - {limit}) == 5


def test_the_limit_of_several_processes_is_one_over_all_their_connections() -> None:
    four = replace(CONDITIONS, processes=4)
    assert four.of_limit() == replace(CONDITIONS, pool_size=PoolSize(20, 20)).of_limit()
    own = replace(four, cpus="one").of_limit()
    assert (own.clients, own.processes) == (20, 4), "pgbench has as many cores then"
    assert own.of_limit() == own


def test_the_limit_has_a_name_without_clients() -> None:
    limit = replace(cell("pgbench", cpus="one"), role=Role.LIMIT)
    assert (limit.id, limit.group) == ("pgbench-insert-p5-one", "limit-insert-p5-one")


def test_groups_are_ordered_by_their_axes_and_numbers_as_numbers() -> None:
    ordered: list[dict[str, Any]] = [
        {"clients": 9},
        {"clients": 50},
        {"clients": 50, "pool_size": PoolSize(5, 10)},
        {"clients": 50, "pool_size": PoolSize(5, 10), "leak": 0.5},
        {"clients": 1, "cpus": "one"},
        {"clients": 1, "profile": "stock"},
        {"clients": 1, "workload": "read"},
    ]
    ranks = [replace(CONDITIONS, **changes).rank for changes in ordered]
    assert all(one < other for one, other in pairwise(ranks))
    unknown = CONDITIONS.without("clients", "turn").rank
    assert sorted([ranks[0], unknown, unknown]) == [unknown, unknown, ranks[0]]


# --- refusals -----------------------------------------------------------------------------------

POOL = Contender(Traits(WhenExhausted.WAITS), ("equal",))
DIRECT = Contender(Traits(WhenExhausted.NEVER))
SHARED = Contender(Traits(WhenExhausted.NEVER, transactions=False))


@pytest.mark.parametrize(
    ("axis", "listed", "contender", "reason"),
    [
        ("profile", "stock", POOL, "does not know the profile stock (only equal)"),
        (
            "workload",
            "transaction",
            SHARED,
            "cannot give two clients a transaction each (workload transaction)",
        ),
        ("leak", 1.0, DIRECT, "has no pool to leak from (leak 1)"),
        ("pool_size", 6, DIRECT, "has no pool that could have a size (pool_size 6)"),
    ],
)
def test_a_contender_that_cannot_have_a_value_is_told_why(
    axis: str, listed: object, contender: Contender, reason: str
) -> None:
    assert text(AXES[axis].refuses(listed, contender)) == reason


@pytest.mark.parametrize(
    ("axis", "listed", "contender"),
    [
        ("profile", "equal", POOL),
        ("workload", "transaction", DIRECT),
        ("workload", "read", SHARED),
        ("leak", 0.0, DIRECT),
        ("leak", 1.0, POOL),
        ("pool_size", None, DIRECT),
        ("pool_size", 6, POOL),
        ("clients", 10_000, DIRECT),
        ("cpus", "one", DIRECT),
    ],
)
def test_what_a_contender_can_have_is_not_refused(
    axis: str, listed: object, contender: Contender
) -> None:
    assert AXES[axis].refuses(listed, contender) is None


def test_every_axis_of_the_matrix_is_explained_to_whoever_writes_a_configuration() -> None:
    assert [name for name, axis in MATRIX.items() if not axis.doc] == []


def test_faults_that_differ_in_a_parameter_have_other_words() -> None:
    phrases = {
        text(AXES["fault"].phrase(Fault("latency", at, 3.0, (("delay", delay),))))
        for at, delay in ((1.0, 0.005), (1.0, 0.05), (2.0, 0.05))
    }
    assert len(phrases) == 3
    assert any(phrase.endswith(" (at 2, delay 0.05)") for phrase in phrases)
