"""Clients of a pool under test: operations as the measuring loop does them, and waiting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from adapters.base import Failure, Part
from adapters.contract.expectation import disappointed
from adapters.contract.scenario import PATIENCE, Pool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from adapters.base import Connection

    Work = Callable[[Connection], Awaitable[Any]]

ATTEMPTS = 10
"""Operations that may fail until a pool has replaced what was lost."""


async def eventually(pool: Pool, event: str, ask: Callable[[], object], expected: object) -> None:
    """Ask until the answer is the expected one; fails where it is not within the patience."""
    deadline = time.monotonic() + PATIENCE
    while (seen := ask()) != expected:
        if time.monotonic() > deadline:
            disappointed(event, f"{expected!r} within {PATIENCE:g} s", seen)
        await pool.sleep(0.02)


def named_failure(
    pool: Pool, error: Exception, during: Part, connection: Connection | None
) -> Failure:
    """Ask the adapter for the name of a failure; an error that has none is a bug, and fails."""
    failure = pool.classify(error, during, connection)
    if failure is None:
        shown = f"{type(error).__name__}: {error}"
        pytest.fail(f"classify() takes what came up during {during.value} for a bug: {shown}")
    return failure


async def failure_of(
    pool: Pool, attempt: Awaitable[Any], during: Part, connection: Connection | None = None
) -> Failure:
    """Await what must fail; return the adapter's name for that."""
    try:
        await attempt
    except Exception as error:  # noqa: BLE001 - the adapter is asked which one it is
        return named_failure(pool, error, during, connection)
    pytest.fail(f"what should have failed during {during.value} did not")


async def operation(pool: Pool, work: Work) -> Failure | None:
    """Acquire, use, release, as the measuring loop does; return what failed first."""
    connection = failure = None
    try:
        connection = await pool.acquire()
        await work(connection)
    except Exception as error:  # noqa: BLE001 - fails the test unless the adapter knows it
        failure = named_failure(pool, error, Part.USE if connection else Part.WAIT, connection)
    if connection is not None:
        failure_of_release = await give_back(pool, connection)
        failure = failure or failure_of_release
    return failure


async def give_back(pool: Pool, connection: Connection) -> Failure | None:
    """Release what may be broken; it may fail, but not by a bug."""
    try:
        await pool.release(connection)
    except Exception as error:  # noqa: BLE001 - fails the test unless the adapter knows it
        return named_failure(pool, error, Part.RELEASE, connection)
    return None


async def recovers(pool: Pool) -> None:
    """Prove that operations succeed again, after as many failures as a few attempts allow."""
    failures: list[Failure] = []
    while failure := await operation(pool, ping):
        failures.append(failure)
        if len(failures) == ATTEMPTS:
            success = f"success within {ATTEMPTS} attempts"
            disappointed("a pool serves again", success, set(failures))
        await pool.sleep(0.1)


async def pid_of(connection: Connection) -> int:
    """Return the process of the server that is behind a connection."""
    return int((await connection.fetchrow("SELECT pg_backend_pid()") or [0])[0])


async def ping(connection: Connection) -> None:
    """Ask the server for next to nothing."""
    await connection.fetchrow("SELECT 1")
