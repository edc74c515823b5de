"""pgbench sends what the clients of a cell send."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from runner.measure import limit
from runner.measure.limit_scripts import SCRIPTS
from runner.workloads import LISTED, WITHOUT_QUERY, WORKLOADS, Ledger
from tests.builders import limit_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from adapters.base import Row
    from runner.measure.pgbench import Job


class Recorder:
    """A connection that notes what it is sent, values in angle brackets, and always has rows."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def _note(self, sql: str, args: tuple[object, ...]) -> None:
        sql = re.sub(r"\bid = \$\d", "id = <id>", sql)
        self.sent.append(re.sub(r"\$(\d)", lambda match: f"<{args[int(match[1]) - 1]}>", sql))

    async def fetch(self, sql: str, *args: object) -> list[Row]:
        self._note(sql, args)
        return [(1, "a", "b", dt.date(2026, 1, 1))] * LISTED

    async def fetchrow(self, sql: str, *args: object) -> Row:
        return (await self.fetch(sql, *args))[0]

    async def execute(self, sql: str, *args: object) -> int:
        return len(await self.fetch(sql, *args)) // LISTED

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        self.sent.append("BEGIN")
        yield
        self.sent.append("COMMIT")


def played(workload: str, times: int = 1) -> list[str]:
    """Return the statements that one client of a cell sends."""
    recorder = Recorder()
    ledger = Ledger("key-0", random.Random(1), hold=0.02)

    async def play() -> None:
        for _ in range(times):
            await WORKLOADS[workload](recorder, ledger)

    asyncio.run(play())
    return recorder.sent


def scripted(job: Job) -> list[str]:
    """Return the statements that pgbench sends, in the same spelling."""
    variables: Mapping[str, str] = {**job.variables, "id": "id", "own_id": "id"}
    text = re.sub(r"\\gset.*", ";", job.script)
    text = re.sub(r"^\\.*", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<!:):(\w+)", lambda match: f"<{variables[match[1]]}>", text)
    return [" ".join(statement.split()) for statement in text.split(";") if statement.strip()]


def ordered(workload: str) -> Job:
    return limit.job(limit_of(workload, 5, hold=0.02), "key", 1.0, [0])


def test_every_workload_that_asks_the_server_has_its_script() -> None:
    assert SCRIPTS.keys() == WORKLOADS.keys() - WITHOUT_QUERY


@pytest.mark.parametrize("workload", sorted(SCRIPTS.keys() - {"mixed"}))
def test_pgbench_sends_what_the_clients_of_a_cell_send(workload: str) -> None:
    assert scripted(ordered(workload)) == played(workload)


def test_pgbench_sends_the_same_mixture() -> None:
    assert set(scripted(ordered("mixed"))) == set(played("mixed", times=20))
