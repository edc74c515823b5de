"""The script of what concerns a whole process: a fork, and a signal in the main thread.

It reads one line of JSON, the arguments of `main`, and writes lines of JSON as things happen.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import Concurrency
from adapters.blocking import step
from runner.drills.capacity import capacity
from runner.drills.failing import failed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from adapters.base import PoolAdapter
    from runner.drills.capacity import Capacity

QUESTIONS = 200
QUESTION = "SELECT $1::int FROM pg_sleep(0.002)"
"""It takes its time at the server: the questions of both sides are under way at once."""

ASK_SECONDS = 3.0
"""Seconds after which a side asks no more: one that gets errors alone waits for each."""

QUERY_SECONDS = 3.0
CANCEL_SECONDS = 0.3
"""The time that a query which was cut short has to end at the server, while the program lives."""

READY, CUT = "ready", "cut"


class Main:
    """Runs coroutines over a pool in the main thread, as its kind of client does."""

    def __init__(self, pool: PoolAdapter[Any]) -> None:
        tasks = pool.concurrency is Concurrency.TASKS
        self._runner = asyncio.Runner(loop_factory=pool.loop_factory()) if tasks else None

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run one to its end, and return its value."""
        return self._runner.run(coroutine) if self._runner else step(coroutine)


def say(**facts: Any) -> None:
    """Write a line, whole: two processes may write at once."""
    os.write(sys.stdout.fileno(), json.dumps(facts).encode() + b"\n")


async def ask(pool: PoolAdapter[Any], side: int) -> dict[str, Any]:
    """Ask for values that only this side can know; count other answers, and errors."""
    wrong = failures = 0
    first: dict[str, Any] = {}
    until = perf_counter() + ASK_SECONDS
    for number in range(QUESTIONS):
        if perf_counter() > until:
            break
        value = 2 * number + side
        try:
            async with pool.connection() as connection:
                row: Any = await connection.fetchrow(QUESTION, value)
            wrong += row[0] != value
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
            failures += 1
            first = first or failed(error)
    return {**first, "wrong": wrong, "failures": failures}


def fork(pool: PoolAdapter[Any]) -> None:
    """Open the pool, fork, and let both sides use it, at the same time."""
    main = Main(pool)
    main.run(_ready(pool))
    say(event=READY)
    mine, others = socket.socketpair()
    child = os.fork()
    side = 1 if child == 0 else 0
    here = others if side else mine
    here.send(b"!")
    here.recv(1)  # the other side is there, too
    say(side="child" if side else "parent", **main.run(ask(pool, side)))
    if side:
        os._exit(0)
    os.waitpid(child, 0)


def interrupt(pool: PoolAdapter[Any]) -> None:
    """Wait in a query for a SIGINT; then give the connection back, and count what is left."""
    main = Main(pool)
    main.run(_ready(pool))
    held: list[Any] = [main.run(_acquired(pool))]
    say(event=READY)
    began = perf_counter()
    try:
        main.run(_query(held[0]))
        outcome: dict[str, Any] = {}
    except KeyboardInterrupt:
        outcome = {"interrupted": True}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a program gets
        outcome = failed(error)
    seconds = perf_counter() - began
    main.run(pool.sleep(CANCEL_SECONDS))
    say(event=CUT, seconds=seconds, **outcome)
    sys.stdin.readline()  # until the runner has looked at the server
    given_back: dict[str, Any] = {}
    try:
        main.run(_released(pool, held.pop()))
    except Exception as error:  # noqa: BLE001 - as above
        given_back = failed(error)
    left: Capacity = main.run(capacity(pool, pool.options.max_size))
    say(**left._asdict(), **given_back)


async def _ready(pool: PoolAdapter[Any]) -> None:
    await pool.open()
    await capacity(pool, pool.options.max_size)


async def _acquired(pool: PoolAdapter[Any]) -> Any:
    return await pool.acquire()


async def _released(pool: PoolAdapter[Any], connection: Any) -> None:
    await pool.release(connection)


async def _query(connection: Any) -> None:
    await connection.fetchrow("SELECT pg_sleep($1::float8)", QUERY_SECONDS)


SCRIPTS: dict[str, Callable[[PoolAdapter[Any]], None]] = {"fork": fork, "interrupt": interrupt}


def main(script: str, adapter: str, dsn: str, options: dict[str, Any], **knobs: Any) -> None:
    """Carry out a script with a pool that is not open yet."""
    pool = adapters.create(adapter, dsn, adapters.pool_options(options, **knobs))
    SCRIPTS[script](pool)
    os._exit(0)  # whatever the pool still waits for


if __name__ == "__main__":
    main(**json.loads(sys.stdin.readline()))
