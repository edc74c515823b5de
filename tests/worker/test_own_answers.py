"""What drivers answer is written alike, and what differs stays different."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import numpy as np
import pytest

from runner.worker.own_answers import plain

DAY = dt.date(2024, 2, 29)
ID = uuid.UUID(int=7)


class Record:
    """A row as asyncpg has it: neither a mapping nor a sequence by its class."""

    def __init__(self, **columns: object) -> None:
        self.columns = columns

    def values(self) -> list[object]:
        return list(self.columns.values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, "a"), Record(id=1, name="a")),
        ([(1,), (2,)], [Record(a=1), Record(a=2)]),
        (Decimal("1.50"), 1.5),
        (1.1, float(np.float32(1.1))),
        (1.2345679e8, float(np.float32(123456792))),
        (1e300, Decimal("1e300")),
        (float("nan"), Decimal("NaN")),
        (memoryview(b"ab"), b"ab"),
        ({"b": [1], "a": None}, '{"a": null, "b": [1]}'),
        (str(ID), ID),
        (DAY, "2024-02-29"),
        (None, None),
    ],
)
def test_the_types_of_drivers_make_no_difference(one: object, other: object) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1,), (2,)),
        (None, ""),
        ((1,), (1, 1)),
        ("{", "["),
        (1.5, 1.25),
        (1.1, 1.10000002),
        (float(np.float32(1.1)), float(np.nextafter(np.float32(1.1), np.float32(2)))),
    ],
)
def test_what_differs_stays_different(one: object, other: object) -> None:
    assert plain(one) != plain(other)


def test_a_moment_is_the_same_in_every_zone() -> None:
    here = dt.datetime(2024, 2, 29, 13, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert plain(here) == plain(here.astimezone(dt.UTC))
    assert plain(here) != plain(here.replace(tzinfo=None)), "without a zone it is another value"
