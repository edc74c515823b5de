"""A row is a line of `cells.csv`: its columns are those of the header, in that order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.axes import PoolSize
from runner.results.row import HEADER, MEASURED, NUMBERS, Status
from tests.builders import ROW, changed, row


def test_a_line_has_the_columns_of_the_header() -> None:
    assert tuple(ROW.columns()) == HEADER
    assert len(set(HEADER)) == len(HEADER)


def test_the_conditions_are_laid_out_beside_the_measurement() -> None:
    columns = row("asyncpg", clients=7, ok=3, flags="drifting").columns()
    assert {name: columns[name] for name in ("adapter", "clients", "ok", "flags", "role")} == {
        "adapter": "asyncpg",
        "clients": 7,
        "ok": 3,
        "flags": "drifting",
        "role": "adapter",
    }


@pytest.mark.parametrize("status", Status)
def test_every_status_but_ok_is_bad(status: Status) -> None:
    assert replace(ROW, status=status).bad is (status is not Status.OK)


def test_words_are_measured_but_are_no_numbers() -> None:
    assert set(MEASURED) - set(NUMBERS) == {
        *("status", "flags", "reason", "encrypted", "transport_seen", "recovered", "examples"),
    }


def test_clients_queue_for_what_a_pool_opens_beyond_its_size_too() -> None:
    ten = changed(ROW, clients=10, pool_size=PoolSize(5, 5))
    assert ten.queues
    assert not replace(ten, connections=15).queues
    assert replace(ten, connections=9).queues
