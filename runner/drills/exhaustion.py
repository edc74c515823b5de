"""Exhaustion: every connection is out, and somebody wants one more."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.playing import together
from runner.drills.drill import Drill, Seen
from runner.drills.failing import failed
from runner.measure.worker_process import Hung
from runner.results.observation import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.worker.events import Events

SIZE = 3
SOON_SECONDS = 0.5
"""An error that comes within them came at once: half of the acquire time-out."""


async def one_more(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Take every connection and ask for one more; tell what came of it, and after how long."""
    del events
    held = [await pool.acquire() for _ in range(size)]
    began = perf_counter()
    try:
        held.append(await pool.acquire())
        outcome: dict[str, Any] = {}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
        outcome = failed(error)
    seconds = perf_counter() - began
    for connection in held:
        await pool.release(connection)
    return {**outcome, "seconds": seconds}


async def second_each(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Let each of `size` clients hold a connection and ask for a second; count who gets it."""
    del events
    first = [await pool.acquire() for _ in range(size)]

    async def asks(held: Any) -> dict[str, Any]:
        try:
            second = await pool.acquire()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
            return failed(error)
        else:
            await pool.release(second)
            return {}
        finally:
            await pool.release(held)

    began = perf_counter()
    outcomes = await together(pool, *map(asks, first))
    refused = [outcome for outcome in outcomes if outcome]
    return {
        "served": size - len(refused),
        "seconds": perf_counter() - began,
        **(refused[0] if refused else {}),
    }


def carry_out(scene: Scene) -> Iterator[Seen]:
    """See who is told what where a pool has nothing left."""
    if not scene.contender.traits.pools:
        yield Seen("one more", Word.NOT_APPLICABLE)
        yield Seen("second each", Word.NOT_APPLICABLE)
        return
    with scene.pool(SIZE) as pool:
        try:
            yield _one_more(pool.play(one_more, size=pool.size))
        except Hung as error:
            yield Seen("one more", Word.STILL_WAITING, exception=str(error))
    with scene.pool(SIZE) as pool:
        try:
            yield _second_each(pool.play(second_each, size=pool.size), pool.size)
        except Hung as error:
            yield Seen("second each", Word.STILL_WAITING, exception=str(error))


def _one_more(outcome: dict[str, Any]) -> Seen:
    exception, seconds = outcome.get("exception", ""), outcome["seconds"]
    if not exception:
        return Seen("one more", Word.UNBOUNDED)
    if seconds < SOON_SECONDS:
        return Seen("one more", Word.RAISES, exception=exception)
    return Seen("one more", Word.WAITS, seconds, "s", exception)


def _second_each(outcome: dict[str, Any], clients: int) -> Seen:
    """Those who are refused give back what they hold, which serves the others."""
    exception, seconds = outcome.get("exception", ""), outcome["seconds"]
    if not exception:
        return Seen("second each", Word.UNBOUNDED)
    word = Word.RAISES if seconds < SOON_SECONDS else Word.WAITS
    if outcome["served"] == 0:
        return Seen("second each", Word.STARVES, clients, "clients", exception)
    return Seen("second each", word, seconds, "s", exception)


DRILL = Drill("exhaustion", carry_out, ("one more", "second each"))
