"""Schema change: a column comes and goes while connections have prepared what they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.failing import failed
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.worker.events import Events

SIZE = 3
USES = 10
"""The times that each connection has asked before: libraries prepare what is asked often."""

ATTEMPTS = 20
"""Operations of each connection after the change, of which it may fail some."""

QUESTION = "SELECT * FROM poolbench.pedido WHERE id = $1::int"
CHANGES = {
    "column added": "ALTER TABLE poolbench.pedido ADD COLUMN poolbench_new int",
    "column dropped": "ALTER TABLE poolbench.pedido DROP COLUMN poolbench_new",
}


async def change(pool: PoolAdapter[Any], events: Events, size: int) -> list[dict[str, Any]]:
    """Let every connection ask the same again and again, around each change."""
    del events
    await _rounds(pool, size, USES)
    outcomes = []
    for statement in CHANGES.values():
        async with pool.connection() as connection:
            await connection.execute(statement)
        outcomes.append(await _rounds(pool, size, ATTEMPTS))
    return outcomes


async def _rounds(pool: PoolAdapter[Any], size: int, rounds: int) -> dict[str, Any]:
    """Take every connection and ask, again and again; count what fails."""
    failures, last = 0, 0
    first: dict[str, Any] = {}
    for number in range(rounds):
        out = [await pool.acquire() for _ in range(size)]
        for connection in out:
            try:
                await connection.fetchrow(QUESTION, 1)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
                failures, last = failures + 1, number
                first = first or failed(error)
        for connection in out:
            await pool.release(connection)
    return {**first, "failures": failures, "healthy": not failures or last < rounds - 1}


def see(scene: Scene, case: str) -> Seen:
    """Change the table under connections that have asked it before."""
    outcomes = scene.once(changed)
    outcome = dict(zip(CHANGES, outcomes, strict=True))[case]
    if not outcome["healthy"]:
        return Seen(Word.NEVER, exception=outcome["exception"])
    if outcome["failures"]:
        return Seen(Word.FAILS, outcome["failures"], "operations", outcome["exception"])
    return Seen(Word.CLEAN)


def changed(scene: Scene) -> list[dict[str, Any]]:
    """Let both changes happen to one pool."""
    with scene.pool(SIZE) as pool:
        outcomes: list[dict[str, Any]] = pool.play(change, size=pool.size)
    return outcomes


def explain(case: str) -> Explanation:
    """Explain what is asked before and after the change."""
    steps = (
        message("explain.open", count=SIZE, profile="equal"),
        message("explain.asked", times=USES, question=QUESTION),
        message("explain.changed", statement=CHANGES[case]),
        message("explain.asked_again", times=ATTEMPTS),
    )
    no_code = message("explain.arguments")
    return Explanation(steps, message("explain.schema_change"), no_code=no_code)


DRILL = Drill("schema change", tuple(CHANGES), see, alone=False, explains=explain)
