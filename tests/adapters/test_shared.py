"""One open pool for every caller, however many ask at once, and none for a forked child."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from adapters import AdapterError, PoolAdapter, PoolOptions, close_shared, shared, step
from tests.fakes.slow import Slow

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW, SLOW_TASKS = "tests.fakes.slow:Slow", "tests.fakes.slow:SlowTasks"


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    for seen in (Slow.opened, Slow.closed, Slow.failures):
        seen.clear()
    yield
    step(close_shared())


def fifty(name: str = SLOW) -> list[PoolAdapter[Any] | Exception]:
    """Ask in fifty threads at once; return what each got."""
    together = threading.Barrier(50)

    def ask(_: int) -> PoolAdapter[Any] | Exception:
        together.wait()
        try:
            return step(shared(name, "dsn"))
        except Exception as error:  # noqa: BLE001 - it is the answer
            return error

    with ThreadPoolExecutor(50) as threads:
        return list(threads.map(ask, range(50)))


class SlowFuture(Future[Any]):
    """Gives every other thread the time to ask before this one has noted that it was first."""

    def __init__(self) -> None:
        time.sleep(0.01)
        super().__init__()


def test_fifty_threads_that_ask_at_once_get_the_same_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["adapters.shared"], "Future", SlowFuture)
    assert len(set(map(id, fifty()))) == 1
    assert len(Slow.opened) == 1
    assert step(shared(SLOW, "dsn")) is Slow.opened[0]


def test_fifty_tasks_that_ask_at_once_get_the_same_pool() -> None:
    async def ask() -> set[int]:
        asked = [shared(SLOW_TASKS, "dsn") for _ in range(50)]
        return set(map(id, await asyncio.gather(*asked)))

    assert len(asyncio.run(ask())) == 1
    assert len(Slow.opened) == 1


def test_each_loop_has_a_pool_of_its_own() -> None:
    first = asyncio.run(shared(SLOW_TASKS, "dsn"))
    assert asyncio.run(shared(SLOW_TASKS, "dsn")) is not first


def test_another_dsn_or_another_option_is_another_pool() -> None:
    pools = [
        step(shared(SLOW, "dsn")),
        step(shared(SLOW, "another dsn")),
        step(shared(SLOW, "dsn", PoolOptions(max_size=6))),
    ]
    assert Slow.opened == pools


def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    Slow.failures.append(ConnectionRefusedError("nobody listens"))
    answers = fifty()
    failed = [answer for answer in answers if isinstance(answer, ConnectionRefusedError)]
    assert failed
    assert not Slow.failures
    assert step(shared(SLOW, "dsn")) is Slow.opened[-1]


def test_who_waits_is_not_cancelled_with_who_opens() -> None:
    async def scenario() -> None:
        opens, waits = (asyncio.create_task(shared(SLOW_TASKS, "dsn")) for _ in range(2))
        await asyncio.sleep(0.01)
        opens.cancel()
        with pytest.raises(AdapterError, match="interrupted; ask again"):
            await waits
        assert opens.cancelled()
        assert await shared(SLOW_TASKS, "dsn") in Slow.opened

    asyncio.run(scenario())


def test_who_opens_is_not_cancelled_with_who_waits() -> None:
    async def scenario() -> None:
        opens, waits = (asyncio.create_task(shared(SLOW_TASKS, "dsn")) for _ in range(2))
        await asyncio.sleep(0.01)
        waits.cancel()
        assert await opens is Slow.opened[0]
        assert await shared(SLOW_TASKS, "dsn") is Slow.opened[0]

    asyncio.run(scenario())


def test_a_closed_pool_is_not_handed_out_again() -> None:
    first = step(shared(SLOW, "dsn"))
    step(close_shared())
    assert Slow.closed == [first]
    assert step(shared(SLOW, "dsn")) is not first


def test_closing_waits_for_a_pool_that_is_being_opened() -> None:
    async def scenario() -> None:
        opens = asyncio.create_task(shared(SLOW_TASKS, "dsn"))
        await asyncio.sleep(0.01)
        await close_shared()
        assert [await opens] == Slow.closed

    asyncio.run(scenario())


def test_one_pool_that_does_not_close_keeps_no_other_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step(shared("noop", "dsn"))
    pool = step(shared(SLOW, "dsn"))

    async def breaks(_: object) -> None:
        raise OSError("does not close")

    monkeypatch.setattr("adapters.noop.Noop.close", breaks)
    with pytest.raises(ExceptionGroup, match="not every shared pool"):
        step(close_shared())
    assert Slow.closed == [pool]


FORK = """
import asyncio, gc, os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of forks with threads
from adapters import Concurrency, close_shared, find, shared, step

name, dsn = sys.argv[1:]

async def pids():
    pool = await shared(name, dsn)
    held = [await pool.acquire() for _ in range(5)]
    found = {(await each.fetchrow("SELECT pg_backend_pid()"))[0] for each in held}
    for each in held:
        await pool.release(each)
    return found

def runs():
    return step if find(name).concurrency is Concurrency.THREADS else asyncio.Runner().run

run = runs()
parents = run(pids())
child = os.fork()
if not child:
    gc.collect()
    run = runs()
    own = run(pids())
    assert own == run(pids()) and not own & parents, (own, parents)
    run(close_shared())
    sys.exit(7)
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert status == 7, status
assert run(pids()) == parents, "the child has touched the parent's connections"
run(close_shared())
"""


@pytest.mark.parametrize("name", ["psycopg2-queued", "psycopg3", "psycopg3-async", "asyncpg"])
def test_a_forked_child_makes_a_pool_of_its_own_and_leaves_the_parents_alone(
    name: str, dsn: str
) -> None:
    command = [sys.executable, "-X", "dev", "-c", FORK, name, dsn]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
