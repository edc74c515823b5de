"""Exhaustion: every connection is out, and another client wants one."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from adapters.base import WhenExhausted
from adapters.playing import together
from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.failing import SOON_SECONDS, failed, refused
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.worker.events import Events

SIZE = 3
DEFAULT = "one more, unless told how long to wait"
"""It is read from the library, not waited for."""


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
    """Let each of `size` clients hold a connection and ask for a second.

    Those who are refused give back what they hold: whom that serves is a matter of microseconds
    where all wait equally long, and only who was refused, and when, is told.
    """
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
    return {"seconds": perf_counter() - began, **(refused[0] if refused else {})}


def see(scene: Scene, case: str) -> Seen:
    """Let a pool of which nothing is left be asked for more."""
    if case == DEFAULT:
        return _unless_told(scene)
    played = {"one more": one_more, "second each": second_each}[case]
    with scene.pool(SIZE) as pool:
        outcome = pool.play(played, size=pool.size)
    exception, seconds = outcome.get("exception", ""), outcome["seconds"]
    if not exception:
        return Seen(Word.UNBOUNDED)
    return refused(exception, seconds)


def _unless_told(scene: Scene) -> Seen:
    """Say how long the library lets a client wait unless told otherwise, as it says itself."""
    if scene.contender.traits.when_exhausted is WhenExhausted.RAISES:
        return Seen(Word.RAISES)
    if not hasattr(scene.adapter, "waits"):
        return Seen(Word.NOT_APPLICABLE)
    if (seconds := scene.adapter.waits) is None:
        return Seen(Word.FOR_EVER)
    return Seen(Word.WAITS, seconds, "s")


CODE = f"""\
await open_pool({SIZE})
held = [await acquire() for _ in range({SIZE})]
began = time.perf_counter()
word = "unbounded"
try:
    held.append(await acquire())
except Exception as error:
    seconds = time.perf_counter() - began
    print(repr(error), f"after {{seconds:.2f}} s")
    word = "raises" if seconds < {SOON_SECONDS} else "waits"
for connection in held:
    await release(connection)
print(word)
await close()
"""


def explain(case: str) -> Explanation:
    """Explain what is asked of a pool of which nothing is left."""
    first = message("explain.open", count=SIZE, profile="equal")
    words = message("explain.refused", soon=SOON_SECONDS)
    if case == DEFAULT:
        no_code = message("explain.read_from_library")
        told = [message("explain.unless_told")]
        return Explanation(told, message("explain.exhausted"), no_code=no_code)
    if case == "one more":
        steps = (first, message("explain.one_more"), words)
        return Explanation(steps, message("explain.exhausted"), CODE, ("time",))
    steps = (first, message("explain.second_each"), words)
    no_code = message("explain.several_clients")
    return Explanation(steps, message("explain.deadlock"), no_code=no_code)


DRILL = Drill("exhaustion", ("one more", "second each", DEFAULT), see, explains=explain)
