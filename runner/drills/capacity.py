"""The capacity of a pool: how many of its connections can be out at once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from adapters.base import PoolAdapter

COUNTS = 3
"""The times that it is counted, until all are there: a pool may hold a dead connection until
somebody gets it, and have a new one then."""


CODE = f"""\
async def capacity(size):
    failures = 0
    for _ in range({COUNTS}):
        out = []
        answered = 0
        try:
            for _ in range(size):
                out.append(await acquire())
                await execute(out[-1], "SELECT 1")
                answered += 1
        except Exception as error:
            print(repr(error))
            failures += 1
        for connection in out:
            with contextlib.suppress(Exception):
                await release(connection)
        if answered == size:
            break
    return answered, failures


"""
"""The same for programs that use a library alone."""


class Capacity(NamedTuple):
    """What can be out at once."""

    connections: int
    failures: int
    """The errors that clients got until that was so."""


async def capacity(pool: PoolAdapter[Any], size: int) -> Capacity:
    """Count the connections that can be out at once and answer, up to `size`."""
    failures = 0
    answered = await _count(pool, size)
    while answered < size and failures < COUNTS - 1:
        failures += 1
        answered = await _count(pool, size)
    return Capacity(answered, failures)


async def _count(pool: PoolAdapter[Any], size: int) -> int:
    out: list[Any] = []
    answered = 0
    try:
        while len(out) < size:
            out.append(await pool.acquire())
            await out[-1].fetchrow("SELECT 1")
            answered += 1
    except Exception:  # noqa: BLE001 - there are no more, or one of them is broken
        return answered
    finally:
        for connection in out:
            with suppress(Exception):  # it is broken, which has been counted
                await pool.release(connection)
    return answered
