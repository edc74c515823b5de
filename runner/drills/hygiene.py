"""Hygiene: a borrower leaves something behind on a connection, and the next one looks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from runner.drills.drill import Drill, Seen, has_pool
from runner.drills.explanation import Explanation
from runner.drills.failing import failed
from runner.messages import message
from runner.results.observation import Word

if TYPE_CHECKING:
    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.messages import Message
    from runner.worker.events import Events

BORROWERS = 20
"""The times that a connection is borrowed until it is the same again: of one, the first."""


@dataclass(frozen=True)
class Mess:
    """Statements that leave something behind, and a question for the next borrower."""

    statements: tuple[LiteralString, ...]
    question: LiteralString
    """It gives true where something is still there."""


MESSES = {
    "open transaction": Mess(
        ("BEGIN", "SELECT set_config('poolbench.left', 'it', true)"),
        "SELECT coalesce(current_setting('poolbench.left', true), '') = 'it'",
    ),
    "aborted transaction": Mess(("BEGIN", "SELECT 1 / 0"), "SELECT false"),
    "SET": Mess(
        ("SET statement_timeout = '54321ms'",),
        "SELECT current_setting('statement_timeout') = '54321ms'",
    ),
    "SET LOCAL": Mess(
        ("BEGIN", "SET LOCAL lock_timeout = '54321ms'"),
        "SELECT current_setting('lock_timeout') = '54321ms'",
    ),
    "search_path": Mess(
        ("SET search_path = 'pg_catalog'",),
        "SELECT current_setting('search_path') = 'pg_catalog'",
    ),
    "SET ROLE": Mess(("SET ROLE client",), "SELECT current_setting('role') = 'client'"),
    "read-only default": Mess(
        ("SET default_transaction_read_only = on",),
        "SELECT current_setting('default_transaction_read_only') = 'on'",
    ),
    "temporary table": Mess(
        ("CREATE TEMPORARY TABLE poolbench_left (n int)",),
        "SELECT to_regclass('pg_temp.poolbench_left') IS NOT NULL",
    ),
    "advisory lock": Mess(
        ("SELECT pg_advisory_lock(54321)",),
        "SELECT EXISTS (SELECT FROM pg_locks "
        "WHERE locktype = 'advisory' AND pid = pg_backend_pid())",
    ),
    "LISTEN": Mess(
        ("LISTEN poolbench_left",), "SELECT EXISTS (SELECT FROM pg_listening_channels())"
    ),
    "held cursor": Mess(
        ("BEGIN", "DECLARE poolbench_left CURSOR WITH HOLD FOR SELECT 1", "COMMIT"),
        "SELECT EXISTS (SELECT FROM pg_cursors WHERE name = 'poolbench_left')",
    ),
    "PREPARE": Mess(
        ("PREPARE poolbench_left AS SELECT 1",),
        "SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'poolbench_left')",
    ),
}


async def leave(pool: PoolAdapter[Any], events: Events, statements: list[str]) -> dict[str, Any]:
    """Borrow a connection, leave something behind on it, and give it back."""
    del events
    outcome: dict[str, Any] = {}
    connection = await pool.acquire()
    pid = await _pid(connection)
    for statement in statements:
        try:
            await connection.execute(statement)
        except Exception as error:  # noqa: BLE001 - a statement that fails may be the mess
            outcome = failed(error)
    try:
        await pool.release(connection)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
        outcome = failed(error)
    return {**outcome, "pid": pid}


async def borrow(pool: PoolAdapter[Any], events: Events, pid: int, question: str) -> dict[str, Any]:
    """Borrow that connection again and ask whether something is left on it."""
    del events
    for _ in range(BORROWERS):
        connection = await pool.acquire()
        try:
            if await _pid(connection) == pid:
                row = await connection.fetchrow(question)
                return {"left": bool(row and row[0])}
        except Exception as error:  # noqa: BLE001 - an aborted transaction refuses everything
            return {"left": True, **failed(error)}
        finally:
            await pool.release(connection)
    return {"left": False}  # it was thrown away


async def _pid(connection: Any) -> int:
    row = await connection.fetchrow("SELECT pg_backend_pid()")
    return int(row[0])


def see(scene: Scene, case: str) -> Seen:
    """Leave something behind on the only connection of a pool, and let the next one look."""
    name, profile = case.rsplit(", ", 1)
    mess = MESSES[name]
    with scene.pool(1, profile=profile) as pool:
        left = pool.play(leave, statements=list(mess.statements))
        seen = pool.play(borrow, pid=left["pid"], question=mess.question)
    return Seen(Word.LEAKS if seen["left"] else Word.CLEAN, exception=seen.get("exception", ""))


def _applies(scene: Scene, case: str) -> bool:
    return has_pool(scene) and case.rsplit(", ", 1)[1] in scene.contender.profiles


CASES = tuple(f"{name}, {profile}" for name in MESSES for profile in ("equal", "stock"))

WHY: dict[str, Message] = {
    "open transaction": message("explain.open_transaction"),
    "aborted transaction": message("explain.aborted_transaction"),
    "SET": message("explain.set"),
    "SET LOCAL": message("explain.set_local"),
    "search_path": message("explain.search_path"),
    "SET ROLE": message("explain.set_role"),
    "read-only default": message("explain.read_only"),
    "temporary table": message("explain.temporary_table"),
    "advisory lock": message("explain.advisory_lock"),
    "LISTEN": message("explain.listen"),
    "held cursor": message("explain.held_cursor"),
    "PREPARE": message("explain.prepare"),
}

CODE = """\
await open_pool(1)
connection = await acquire()
[[before]] = await execute(connection, "SELECT pg_backend_pid()")
try:
{statements}
except Exception as error:
    print(repr(error))
await release(connection)

word = "clean"
connection = await acquire()
try:
    [[now]] = await execute(connection, "SELECT pg_backend_pid()")
    [[left]] = await execute(
        connection,
        {question},
    )
    if now == before and left:
        word = "leaks"
except Exception as error:
    print(repr(error))
    word = "leaks"
print(word)
await release(connection)
await close()
"""


def explain(case: str) -> Explanation:
    """Explain what is left behind, and how the next borrower looks for it."""
    name, profile = case.rsplit(", ", 1)
    mess = MESSES[name]
    statements = [f"    await execute(connection, {json.dumps(it)})" for it in mess.statements]
    return Explanation(
        steps=(
            message("explain.open", count=1, profile=profile),
            message("explain.leave", statements=mess.statements),
            message("explain.back"),
            message("explain.look", question=mess.question),
        ),
        why=WHY[name],
        code=CODE.format(statements="\n".join(statements), question=json.dumps(mess.question)),
        profile=profile,
    )


DRILL = Drill("hygiene", CASES, see, _applies, alone=False, seconds=0.8, explains=explain)
