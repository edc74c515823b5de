"""The answers of a workload of the user's own, written so that those of two drivers are alike."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from runner.own_sql.statement import operation
from runner.workloads import Ledger

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.worker.events import Events

PLAYS = 3
"""The times that each adapter plays it, each with arguments of its own, the same for all."""


def seed(play: int) -> str:
    """Return the seed of the arguments of a play."""
    return f"own/{play}"


async def answers(
    pool: PoolAdapter[Any],
    events: Events,
    *,
    workload: str,
    statement: Mapping[str, Any] | None,
    read_only: bool,
) -> list[str]:
    """Play a workload, and return what it answered each time.

    Raises what the pool and its driver raise, and PermissionError for sessions that the server
    lets write though they should be read-only.
    """
    del events
    work, heard = operation(workload, statement), []
    for play in range(PLAYS):
        async with pool.connection() as connection:
            if read_only:
                row = await connection.fetchrow("SHOW transaction_read_only")
                if row is None or row[0] != "on":
                    raise PermissionError(
                        "its sessions are not read-only: something changes their start-up options"
                    )
            answer = await work(connection, Ledger("own-0", Random(seed(play))))
            heard.append(json.dumps(plain(answer), ensure_ascii=False, sort_keys=True))
    return heard


def plain(value: object) -> object:
    """Write a value of a driver as one of JSON, the same whatever type the driver has for it."""
    if value is None or isinstance(value, int):
        return value
    for kinds, written in WRITTEN:
        if isinstance(value, kinds):
            return written(value)
    if isinstance(value, Mapping) or hasattr(value, "values"):  # asyncpg's row is no Mapping
        return [plain(it) for it in value.values()]
    if isinstance(value, Sequence | set | frozenset):
        return [plain(it) for it in value]
    return str(value)


def _number(value: float | Decimal) -> object:
    """Write a number as the shortest text of it: 1.50 and 1.5 are the same."""
    number = Decimal(str(_single(value) if isinstance(value, float) else value))
    return f"{number.normalize():f}" if number.is_finite() else str(number)


def _single(value: float) -> float | np.float32:
    """Take a number of single precision for what it is.

    A column of type real that holds 1.1 is 1.1 to who reads it as text, and 1.10000002384 to who
    reads its octets as a float of Python.
    """
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return single if float(single) == value else value


def _moment(moment: dt.datetime) -> str:
    """Write a moment in UTC, where it has a zone: in which one it is told is a driver's choice."""
    return (moment.astimezone(dt.UTC) if moment.tzinfo else moment).isoformat()


def _document(text: str) -> object:
    """Read what is JSON, which some drivers do and others leave to their users."""
    if text[:1] in ("{", "["):
        try:
            return plain(json.loads(text))
        except ValueError:
            pass
    return text


WRITTEN: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    (str, _document),
    ((float, Decimal), _number),
    (dt.datetime, _moment),
    ((dt.date, dt.time), lambda part: part.isoformat()),
    ((bytes, bytearray, memoryview), lambda octets: bytes(octets).hex()),
    (dict, lambda document: {str(key): plain(it) for key, it in document.items()}),
)
"""Types -> how a value of them is written."""
