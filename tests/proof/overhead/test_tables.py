"""The sentence about how adapters differ follows from the figures, and the tables show them."""

from __future__ import annotations

from runner.proof.overhead.paces import LOOPS, Difference, LayerCost, Overhead, Setting
from runner.proof.overhead.tables import difference_sentence, layer_table, overhead_table

EQUAL = Difference(5, ("psycopg2", "asyncpg"), 1.001, 0.98, 1.02)
SMALL = Difference(10, ("psycopg3", "asyncpg"), 0.985, 0.975, 0.995)
OPEN = Difference(1, ("psycopg2", "psycopg3"), 1.02, 1.0, 1.04)
LARGE = Difference(50, ("psycopg3", "asyncpg"), 0.9, 0.88, 0.93)


def test_adapters_whose_overheads_are_surely_alike_are_said_to_be() -> None:
    assert difference_sentence([EQUAL, SMALL]) == (
        "the overhead differs between adapters by less than 3 %; most for psycopg3 against "
        "asyncpg, 10 clients: 0.985 [0.975, 0.995]"
    )


def test_a_pair_that_surely_differs_by_more_is_named() -> None:
    assert difference_sentence([EQUAL, OPEN, LARGE]) == (
        "the overhead differs between adapters by more than 3 %: psycopg3 against asyncpg, "
        "50 clients: 0.900 [0.880, 0.930]; 1 of 3 pairs"
    )


def test_where_noise_leaves_it_open_that_is_said() -> None:
    assert difference_sentence([EQUAL, OPEN, SMALL]) == (
        "not decided whether the overhead differs between adapters by more than 3 %: 1 of 3 pairs "
        "may, first of all psycopg2 against psycopg3, 1 client: 1.020 [1.000, 1.040]"
    )


def test_another_margin_is_another_sentence() -> None:
    assert "by more than 1 %" in difference_sentence([SMALL], margin=0.01)
    assert "by less than 20 %" in difference_sentence([LARGE], margin=0.2)


def test_a_line_has_the_ratio_and_the_microseconds_with_their_intervals() -> None:
    line = Overhead(Setting("psycopg2-queued", 50), 0.962, 0.951, 0.973, 44.4, 1.72, 0.31)
    head, row = overhead_table([line])
    assert row.split() == [
        *("psycopg2-queued", "50", "0.962", "[0.951,", "0.973]", "44.4", "1.7", "+-0.3"),
    ]
    assert head.split() == [
        *("adapter", "clients", "ours", "/", "bare", "bare,", "us", "more,", "us"),
    ]


def test_a_line_has_the_cost_of_each_layer_with_its_interval() -> None:
    layers = {name: LayerCost(number / 4, 0.1) for number, name in enumerate(LOOPS[1:], 1)}
    head, row = layer_table({"psycopg3": layers})
    assert head.split() == ["adapter", "adapter", "DAO", "ledger", "clock", "loop,", "notes"]
    assert row.split() == [
        *("psycopg3", "0.25", "+-0.10", "0.50", "+-0.10", "0.75", "+-0.10"),
        *("1.00", "+-0.10", "1.25", "+-0.10"),
    ]
