"""What a rate excludes is said before the run: what, why, and where it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.plan.matrix import expand
from runner.plan.open_loop import arrivals_of
from runner.rate import Rate
from tests.builders import CONTENDERS, plan_of
from tests.config.config_file import ConfigFile

if TYPE_CHECKING:
    from pathlib import Path

AT = "matrix:\n  adapter: psycopg3\n  rate: [none, 100]\n"


@pytest.fixture
def complaints_of(tmp_path: Path) -> object:
    file = ConfigFile(tmp_path / "x.yaml")

    def complaints(text: str) -> list[str]:
        config = file.load(text)
        with pytest.raises(ConfigError) as caught:
            expand(config, CONTENDERS, affinity=True)
        return [text.replace(str(file.path), "x.yaml") for text in caught.value.complaints]

    return complaints


def test_a_rate_is_a_number_a_second_or_none() -> None:
    plan = plan_of(AT)
    assert [cell.conditions.rate for cell in plan.cells] == [
        None,
        Rate(is_share=False, number=100.0),
    ]
    assert [cell.id for cell in plan.cells] == [
        "psycopg3-insert-c10-p5",
        "psycopg3-insert-c10-p5-r100",
    ]


@pytest.mark.parametrize(
    ("key", "line", "name", "why"),
    [
        ("  leak: 10%\n", 4, "leak", "a pool that runs dry serves no rate"),
        ("think_time: 1ms\n", 4, "think_time", "the schedule says when an operation begins"),
        ("operations_per_client: 5\n", 4, "operations_per_client", "operations arrive for a time"),
    ],
)
def test_what_cannot_be_beside_a_rate_is_told_with_both_places(
    complaints_of: object, key: str, line: int, name: str, why: str
) -> None:
    (complaint,) = complaints_of(AT + key)  # type: ignore[operator]
    assert complaint.startswith(
        f"x.yaml:3: matrix.rate[1]: cannot be set beside {name} (x.yaml:{line}): {why}"
    )


def test_it_may_be_there_where_no_cell_has_both() -> None:
    plan = plan_of(f"{AT}  leak: [0, 1]\nexclude: [{{rate: 100, leak: 1}}]\n")
    assert len(plan.cells) == 3


def test_a_time_for_dropping_means_nothing_without_a_rate(complaints_of: object) -> None:
    assert complaints_of("matrix: {adapter: psycopg3}\nshed: 1s\n") == [  # type: ignore[operator]
        "x.yaml:2: shed: means nothing without a rate in the matrix"
    ]


def test_more_arrivals_than_a_turn_can_hold_are_refused(complaints_of: object) -> None:
    text = "matrix: {adapter: psycopg3, rate: [500000, 700000]}\n"
    assert complaints_of(text) == [  # type: ignore[operator]
        "x.yaml:1: matrix.rate[1]: would be 1400000 arrivals in a turn, and 1000000 are the most"
    ]


def test_a_share_of_nothing_is_refused(complaints_of: object) -> None:
    (complaint,) = complaints_of("matrix: {adapter: psycopg3, rate: 50%, clients: [1, 2]}\n")  # type: ignore[operator]
    assert "x.yaml:1: matrix.rate: is a share of what find finds, and there is no" in complaint


def test_clients_that_think_or_count_cannot_be_given_a_rate_to_find(complaints_of: object) -> None:
    text = "matrix: {adapter: psycopg3}\nthink_time: 1ms\nfind: {total_ms_p99: 5ms}\n"
    (complaint,) = complaints_of(text)  # type: ignore[operator]
    assert complaint.startswith("x.yaml:3: find: cannot be set beside think_time (x.yaml:2): ")


def test_a_share_is_refused_where_adapters_are_not_compared(complaints_of: object) -> None:
    matrix = "matrix: {adapter: psycopg3, pool_size: [1, 2], rate: 50%}\n"
    text = f"compare: pool_size\n{matrix}find: {{total_ms_p99: 5ms}}\n"
    (complaint,) = complaints_of(text)  # type: ignore[operator]
    assert complaint.startswith("x.yaml:2: matrix.rate: is a share of what the baseline's adapter")


def test_no_rate_is_looked_for_in_several_processes(complaints_of: object) -> None:
    matrix = "matrix: {adapter: psycopg3, processes: [1, 2], cpus: all}\n"
    (complaint,) = complaints_of(f"{matrix}find: {{total_ms_p99: 5ms}}\n")  # type: ignore[operator]
    assert complaint.startswith("x.yaml:2: find: cannot be set beside processes: ")


def test_the_arrivals_of_the_longer_turn_are_counted_too(complaints_of: object) -> None:
    text = "matrix: {adapter: psycopg3, rate: 100000}\nuncut: 60s\nduration: 3s\n"
    (complaint,) = complaints_of(text)  # type: ignore[operator]
    assert "would be 12000000 arrivals in a turn" in complaint


@pytest.mark.parametrize(
    ("turn", "seconds"),
    [("1.5s", 2), ("1.5s\nlead_in: 1.2s", 1.7), ("off", 3.3), ("1.5s\nuncut: 4s", 8)],
)
def test_the_lead_in_is_counted_as_long_as_it_may_become(turn: str, seconds: float) -> None:
    plan = plan_of(f"{AT}duration: 3s\nwarmup: 300ms\nturn: {turn}\n")
    assert arrivals_of(plan.cells[1], 1000.0) == pytest.approx(1000 * seconds)


def test_shares_and_numbers_are_not_mixed(complaints_of: object) -> None:
    matrix = "matrix: {adapter: psycopg3, rate: [500, 50%]}\n"
    (complaint,) = complaints_of(f"{matrix}find: {{total_ms_p99: 5ms}}\n")  # type: ignore[operator]
    assert complaint.startswith("x.yaml:1: matrix.rate[0]: is a number beside shares")


def test_a_precision_needs_a_cell_without_a_rate(complaints_of: object) -> None:
    text = "matrix: {adapter: psycopg3, rate: %s}\nprecision: 5%%\n"
    (complaint,) = complaints_of(text % 500)  # type: ignore[operator]
    assert complaint.startswith("x.yaml:2: precision: means nothing where all cells have a rate")
    assert plan_of(text % "[none, 500]").cells
