"""One suite for every pool: each adapter is held to what it declares, and to nothing else.

This is a pytest suite that other packages import; it needs `poolbench[contract]`.
"""

# ruff: noqa: D102 - the name of a test is the event

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, LiteralString
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import pytest

from adapters import registry
from adapters.base import Concurrency, Failure, Part, PoolAdapter, Traits, WhenExhausted
from adapters.blocking import step
from adapters.pedido import Pedido, PedidoDAO
from adapters.playing import play

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping

    from adapters.base import Connection

    Applies = Callable[[Traits], bool]
    Scenario = Callable[[Any, "Pool"], Coroutine[Any, Any, None]]
    Test = Callable[[Any, str, str], None]

Pool = PoolAdapter[Any]

PATIENCE = 10.0
"""Seconds within which anything must have happened that needs no time by itself."""

DAY = dt.date(2026, 1, 1)

_applies: dict[str, Applies] = {}
"""Test -> whether it is one for an adapter of these traits."""


def _always(_: Traits) -> bool:
    return True


def _with_server(traits: Traits) -> bool:
    return traits.server


def _when(declared: WhenExhausted) -> Applies:
    return lambda traits: traits.when_exhausted is declared


def _played(
    applies: Applies, *, size: int = 2, timeout: float = PATIENCE
) -> Callable[[Scenario], Test]:
    """Make a test of a scenario: it is played on an open pool, where the traits ask for it."""

    def test_of(scenario: Scenario) -> Test:
        def test(self: PoolContract, dsn: str, profile: str) -> None:
            self.profile = profile
            play(partial(scenario, self), self.pool(dsn, size=size, timeout=timeout))

        test.__name__, test.__doc__ = scenario.__name__, scenario.__doc__
        _applies[scenario.__name__] = applies
        return test

    return test_of


class PoolContract:
    """What every pool is tested for.

    To test yours, subclass this in a test module of your own:

        import pytest
        pytest.register_assert_rewrite("adapters.contract")  # failures then show their values
        from adapters.contract import PoolContract

        class TestMyPool(PoolContract):
            adapter = "my_package:MyPool"       # or the name of an installed entry point
            options = {"loop": "uvloop"}        # if any, as under `options:` in the YAML

    and give it a fixture `dsn` (in the module, the class or a conftest.py): the `postgresql://`
    URI of a database that has a schema `poolbench` with the table of `adapters/pedido.sql`, and
    whose user may end its own backends. The suite adds an `application_name` to it, looks in
    `pg_stat_activity` for what is really open, and deletes the rows that it has inserted. Which
    tests there are follows from the traits of the class, and each is played in every profile that
    the class knows: what is not declared is not tested.
    """

    adapter: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    profile = "equal"
    """The one that a test is played in."""

    def __init_subclass__(cls) -> None:
        """Take away the tests that do not apply."""
        super().__init_subclass__()
        traits = registry.find(cls.adapter).traits
        for name, applies in _applies.items():
            if not applies(traits):
                setattr(cls, name, None)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Play a test in each profile; pytest calls this."""
        if "profile" in metafunc.fixturenames:
            metafunc.parametrize("profile", list(registry.find(self.adapter).profiles))

    def pool(self, dsn: str, *, size: int = 2, timeout: float = PATIENCE) -> Pool:
        """Make a pool of the adapter with a name of its own on the server; it is not yet open."""
        knobs = {"min_size": size, "max_size": size, "timeout": timeout, "profile": self.profile}
        options = registry.pool_options(self.options, **knobs)
        return registry.create(self.adapter, _named(dsn, f"contract-{uuid.uuid4()}"), options)

    @asynccontextmanager
    async def beside(self, pool: Pool) -> AsyncIterator[Pool]:
        """Open a second pool, from which to watch the first."""
        watcher = self.pool(pool.dsn, size=1)
        await watcher.open()
        try:
            yield watcher
        finally:
            await watcher.close()

    # What it is for

    @_played(_always)
    async def test_an_open_pool_serves(self, pool: Pool) -> None:
        await pool.check()
        async with pool.connection() as connection:
            assert (await connection.fetchrow("SELECT 1"))[0] == 1

    @_played(_with_server)
    async def test_arguments_are_found_by_their_number(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            row = await connection.fetchrow("SELECT $2::text, $1::text || '%', $1::text", "a", "b")
            assert tuple(row) == ("b", "a%", "a")
            rows = await connection.fetch("SELECT n, '%d' FROM generate_series(1, 3) AS n")
            assert [tuple(row) for row in rows] == [(1, "%d"), (2, "%d"), (3, "%d")]
            assert await connection.fetchrow("SELECT 1 WHERE false") is None
            assert await connection.execute("SET lock_timeout = 0") == 0

    @_played(_with_server)
    async def test_the_dao_stores_finds_lists_changes_and_deletes(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            dao = PedidoDAO(connection)
            new = Pedido("Ana", "100 % 'citas' \"dobles\" $1 \\ ñ", DAY)
            first, second = await dao.insertar(new), await dao.insertar(new)
            assert new.id is None
            assert first == Pedido(new.cliente, new.descripcion, DAY, first.id)
            assert await dao.por_id(first.id or 0) == first
            assert await dao.listar(2) == [second, first]
            assert await dao.listar(1, desde_id=first.id) == [first]
            changed = Pedido("Eva", "otro", dt.date(1999, 12, 31), first.id)
            assert await dao.actualizar(changed) is True
            assert await dao.por_id(first.id or 0) == changed
            assert await dao.eliminar(first.id or 0) is True
            assert await dao.eliminar(first.id or 0) is False
            assert await dao.actualizar(changed) is False
            assert await dao.por_id(first.id or 0) is None
            assert await dao.eliminar(second.id or 0) is True

    @_played(lambda traits: traits.server and traits.transactions)
    async def test_one_transaction_is_committed_and_another_rolled_back(self, pool: Pool) -> None:
        async with pool.connection() as one, pool.connection() as two:
            mine, yours = PedidoDAO(one), PedidoDAO(two)
            with suppress(ZeroDivisionError):
                async with two.transaction():
                    lost = await yours.insertar(Pedido("transaction", "rolled back", DAY))
                    async with one.transaction():
                        kept = await mine.insertar(Pedido("transaction", "committed", DAY))
                        assert await yours.por_id(kept.id or 0) is None
                    assert await yours.por_id(kept.id or 0) == kept
                    assert await mine.por_id(lost.id or 0) is None
                    raise ZeroDivisionError
            assert await yours.por_id(lost.id or 0) is None
            assert await yours.eliminar(kept.id or 0)
            seen = await mine.por_id(kept.id or 0)
            assert (seen is not None) is _commits(pool)  # else each statement commits again

    @_played(lambda traits: traits.server and traits.transactions)
    async def test_a_failed_statement_rolls_its_transaction_back(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            dao = PedidoDAO(connection)
            lost: list[Pedido] = []

            async def fails() -> None:
                async with connection.transaction():
                    lost.append(await dao.insertar(Pedido("transaction", "rolled back", DAY)))
                    await connection.fetchrow("SELECT 1/0")

            kind = await _failure(pool, fails(), Part.USE, connection)
            assert kind is Failure.QUERY_FAILED
            assert await dao.por_id(lost[0].id or 0) is None

    # What others see of it

    @_played(_with_server)
    async def test_a_row_is_seen_by_others_when_its_connection_is_back(self, pool: Pool) -> None:
        async with self.beside(pool) as watcher:
            connection = await pool.acquire()
            new = await PedidoDAO(connection).insertar(Pedido("release", "committed", DAY))
            assert await _stored(watcher, new) is not _commits(pool)
            await pool.release(connection)
            assert await _stored(watcher, new)
            async with watcher.connection() as connection:
                assert await PedidoDAO(connection).eliminar(new.id or 0)

    @_played(lambda traits: traits.server and traits.transactions)
    async def test_a_transaction_after_a_statement_is_seen_when_its_connection_is_back(
        self, pool: Pool
    ) -> None:
        async with self.beside(pool) as watcher:
            async with pool.connection() as connection:
                await connection.fetchrow("SELECT 1")  # where it has begun one before
                async with connection.transaction():
                    dao = PedidoDAO(connection)
                    new = await dao.insertar(Pedido("release", "committed", DAY))
            async with watcher.connection() as connection:
                assert await PedidoDAO(connection).eliminar(new.id or 0)

    @_played(_with_server)
    async def test_no_transaction_stays_open_when_its_connection_is_back(self, pool: Pool) -> None:
        async with self.beside(pool) as watcher:
            for sql in "SELECT 1", "SELECT 1/0":
                connection = await pool.acquire()
                with suppress(Exception):
                    await connection.fetchrow(sql)
                await pool.release(connection)
                assert await _backends(watcher, pool, "idle in transaction%") == 0

    @_played(_with_server, size=1)
    async def test_a_failure_in_use_is_undone_and_the_next_client_feels_nothing(
        self, pool: Pool
    ) -> None:
        """Undone is what would have been committed in `release`; the rest has been before."""
        new: list[Pedido] = []

        async def fails(connection: Connection) -> None:
            dao = PedidoDAO(connection)
            new.append(await dao.insertar(Pedido("release", "undone", DAY)))
            await connection.fetchrow("SELECT 1/0")

        assert await _operation(pool, fails) is Failure.QUERY_FAILED
        async with pool.connection() as connection:
            assert await PedidoDAO(connection).eliminar(new[0].id or 0) is not _commits(pool)

    # When there is no connection left

    @_played(lambda traits: traits.server and traits.pools, size=3)
    async def test_nobody_holds_the_connection_of_another(self, pool: Pool) -> None:
        held = [await pool.acquire() for _ in range(3)]
        assert len({await _pid(connection) for connection in held}) == 3
        for connection in held:
            await pool.release(connection)

    @_played(_when(WhenExhausted.RAISES))
    async def test_an_exhausted_pool_raises_at_once(self, pool: Pool) -> None:
        held = [await pool.acquire(), await pool.acquire()]
        began = time.monotonic()
        assert await _failure(pool, pool.acquire(), Part.WAIT) is Failure.POOL_EXHAUSTED
        assert time.monotonic() - began < PATIENCE / 2
        for connection in held:
            await pool.release(connection)
        await pool.check()

    @_played(_when(WhenExhausted.WAITS), size=1)
    async def test_whoever_waits_is_served_when_a_connection_comes_back(self, pool: Pool) -> None:
        held = await pool.acquire()
        events = []

        async def waits() -> None:
            async with pool.connection():
                events.append("served")

        async def counted() -> bool:
            return pool.stats().waiting in (1, None)

        async def gives_back() -> None:
            await pool.sleep(0.2)
            assert await _eventually(pool, counted)
            events.append("given back")
            await pool.release(held)

        await _together(pool, waits(), gives_back())
        assert events == ["given back", "served"]
        assert not pool.stats().waiting

    @_played(_when(WhenExhausted.WAITS), size=1, timeout=0.3)
    async def test_whoever_waits_in_vain_is_told_in_time(self, pool: Pool) -> None:
        held = await pool.acquire()
        began = time.monotonic()
        assert await _failure(pool, pool.acquire(), Part.WAIT) is Failure.POOL_TIMEOUT
        assert 0.25 < time.monotonic() - began < PATIENCE / 2
        await pool.release(held)
        await pool.check()

    @_played(_when(WhenExhausted.NEVER), size=1)
    async def test_what_cannot_run_dry_serves_more_than_its_size(self, pool: Pool) -> None:
        held = [await pool.acquire() for _ in range(3)]
        for connection in held:
            assert (await connection.fetchrow("SELECT 1"))[0] == 1
        for connection in held:
            await pool.release(connection)

    @_played(lambda traits: traits.server and traits.bounded, size=3)
    async def test_many_clients_do_not_open_more_connections_than_the_size(
        self, pool: Pool
    ) -> None:
        clients = 9
        seen: list[int] = []
        finished: list[int] = []

        async def works(client: int) -> None:
            try:
                while await _operation(pool, _sleep):
                    await pool.sleep(0.01)
            finally:
                finished.append(client)

        async def watches(watcher: Pool) -> None:
            while len(finished) < clients:
                seen.append(await _backends(watcher, pool))
                await watcher.sleep(0.02)

        async with self.beside(pool) as watcher:
            await _together(pool, watches(watcher), *map(works, range(clients)))
        # A backend that is just going is still listed: only what is seen three times counts.
        assert 1 <= max(map(min, zip(seen, seen[1:], seen[2:], strict=False))) <= 3

    @_played(lambda traits: traits.pools, size=3)
    async def test_what_a_pool_says_of_itself_is_consistent(self, pool: Pool) -> None:
        held = [await pool.acquire(), await pool.acquire()]
        stats = pool.stats()
        assert stats.size is None or 2 <= stats.size <= 3
        assert stats.size is None or stats.idle is None or stats.idle <= stats.size - 2
        assert not stats.waiting
        for connection in held:
            await pool.release(connection)

        async def all_idle() -> bool:
            stats = pool.stats()
            return stats.idle in (stats.size, None)

        assert await _eventually(pool, all_idle)

    # When something breaks

    @_played(_with_server, size=1)
    async def test_a_failed_query_is_named_and_harms_nothing(self, pool: Pool) -> None:
        for sql in "SELECT 1/0", "SELEKT", "SELECT * FROM no_such_table":
            async with pool.connection() as connection:
                kind = await _failure(pool, connection.fetch(sql), Part.USE, connection)
                assert kind is Failure.QUERY_FAILED, sql
                if not _commits(pool):  # else the rest of the transaction has failed with it
                    assert (await connection.fetchrow("SELECT 1"))[0] == 1
            await pool.check()

    @_played(_always)
    async def test_a_bug_is_not_taken_for_a_failure(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            with pytest.raises(TypeError) as caught:
                await connection.fetchrow()
            for part in Part:
                held = None if part is Part.WAIT else connection
                assert pool.classify(caught.value, part, held) is None
                assert pool.classify(ZeroDivisionError(), part, held) is None

    @_played(_with_server, size=1)
    async def test_a_connection_killed_in_use_is_lost_and_replaced(self, pool: Pool) -> None:
        async with self.beside(pool) as watcher:
            connection = await pool.acquire()
            await _kill(watcher, await _pid(connection))
            kind = await _failure(pool, connection.fetchrow("SELECT 1"), Part.USE, connection)
            assert kind is Failure.CONNECTION_LOST
            await _give_back(pool, connection)
        await _recovers(pool)

    @_played(_with_server, size=1)
    async def test_a_connection_killed_before_it_is_back_is_replaced(self, pool: Pool) -> None:
        """A commit that came too late is a failure, and told."""
        async with self.beside(pool) as watcher:
            connection = await pool.acquire()
            await _kill(watcher, await _pid(connection))
            if _commits(pool):
                kind = await _failure(pool, pool.release(connection), Part.RELEASE, connection)
                assert kind is Failure.CONNECTION_LOST
            else:
                await _give_back(pool, connection)
        await _recovers(pool)

    @_played(_with_server, size=1)
    async def test_a_connection_killed_in_a_query_is_lost_and_replaced(self, pool: Pool) -> None:
        async with self.beside(pool) as watcher:
            connection = await pool.acquire()
            pid = await _pid(connection)

            async def works() -> None:
                query = connection.fetchrow("SELECT pg_sleep(60)")
                kind = await _failure(pool, query, Part.USE, connection)
                assert kind is Failure.CONNECTION_LOST

            async def kills() -> None:
                assert await _eventually(watcher, partial(_sleeps, watcher, pid))
                await _kill(watcher, pid)

            await _together(pool, works(), kills())
            await _give_back(pool, connection)
        await _recovers(pool)

    @_played(lambda traits: traits.server and traits.transactions, size=1)
    async def test_a_connection_killed_in_a_transaction_is_lost_and_replaced(
        self, pool: Pool
    ) -> None:
        async with self.beside(pool) as watcher:
            connection = await pool.acquire()
            pid = await _pid(connection)
            first: list[Exception] = []

            async def fails() -> None:
                async with connection.transaction():
                    await _kill(watcher, pid)
                    try:
                        await connection.fetchrow("SELECT 1")
                    except Exception as error:
                        first.append(error)
                        raise

            with pytest.raises(Exception) as caught:  # noqa: PT011 - any will do, if it is the first
                await fails()
            assert caught.value is first[0]
            assert pool.classify(first[0], Part.USE, connection) is Failure.CONNECTION_LOST
            await _give_back(pool, connection)
        await _recovers(pool)

    @_played(_with_server, size=3)
    async def test_connections_killed_while_idle_are_replaced(self, pool: Pool) -> None:
        held = [await pool.acquire() for _ in range(3)]
        pids = {await _pid(connection) for connection in held}
        for connection in held:
            await pool.release(connection)
        async with self.beside(pool) as watcher:
            await _kill(watcher, *pids)
        await _recovers(pool)

    @_played(_with_server)
    async def test_a_refused_connection_is_named_and_explained(self, pool: Pool) -> None:
        with _closed_port() as port:
            kind, _ = await self._refused(pool, port, lambda it: it.acquire())
            assert kind in (Failure.CONNECTION_REFUSED, Failure.POOL_TIMEOUT)
            _, cause = await self._refused(pool, port, lambda it: it.check())
            assert "refused" in cause.lower() or str(port) in cause

    async def _refused(
        self, pool: Pool, port: int, asked: Callable[[Pool], Awaitable[Any]]
    ) -> tuple[Failure | None, str]:
        """Open a pool where nobody listens and ask; return the failure and what it says."""
        other = self.pool(_at_port(pool.dsn, port), timeout=0.3)
        try:
            await other.open()
            try:
                await asked(other)
            finally:
                await other.close()
        except Exception as error:  # noqa: BLE001 - which one it is, is the question
            return other.classify(error, Part.WAIT, None), str(error)
        pytest.fail(f"something answered on port {port}, where nobody listens")

    # When it ends

    @_played(_with_server)
    async def test_a_closed_pool_leaves_no_connection_behind(self, pool: Pool) -> None:
        other = self.pool(pool.dsn)
        await other.open()
        held = [await other.acquire(), await other.acquire()]
        assert await _backends(pool, other) > 0
        for connection in held:
            await other.release(connection)
        await other.close()
        assert await _eventually(pool, partial(_gone, pool, other))

    @_played(_with_server)
    async def test_a_pool_closes_while_a_connection_is_out(self, pool: Pool) -> None:
        other = self.pool(pool.dsn)
        await other.open()
        connection = await other.acquire()
        await connection.fetchrow("SELECT 1")
        began = time.monotonic()
        await other.close()
        assert time.monotonic() - began < PATIENCE
        with suppress(Exception):  # a closed pool may refuse it
            await other.release(connection)
        assert await _eventually(pool, partial(_gone, pool, other))

    # With many clients

    @_played(_with_server, size=5)
    async def test_many_clients_at_once_store_what_they_were_told(self, pool: Pool) -> None:
        """Where the library does not promise that, all that fails must still have a name."""
        pedido = Pedido(f"contract-{uuid.uuid4()}", "one of many", DAY)

        async def insert(connection: Connection) -> None:
            await PedidoDAO(connection).insertar(pedido)

        async def inserts() -> int:
            stored, deadline = 0, time.monotonic() + PATIENCE
            while stored < 5 and time.monotonic() < deadline:
                if await _operation(pool, insert):
                    await pool.sleep(0.01)
                else:
                    stored += 1
            return stored

        stored = await _together(pool, *[inserts() for _ in range(20)])
        async with self.beside(pool) as watcher, watcher.connection() as connection:
            sql = "DELETE FROM poolbench.pedido WHERE cliente = $1"
            rows = await connection.execute(sql, pedido.cliente)
        assert rows == sum(stored) == 100 or not pool.traits.thread_safe

    # What it is told

    def test_an_unknown_option_is_refused(self) -> None:
        adapter = registry.find(self.adapter)
        unknown = registry.pool_options({**self.options, "no_such_option": 1})
        assert not registry.check(adapter, registry.pool_options(self.options))
        assert "no_such_option" in "".join(registry.check(adapter, unknown))


def _named(dsn: str, name: str) -> str:
    """Put an application name into a DSN, by which the server knows the pool's connections."""
    parts = urlsplit(dsn)
    query = {**dict(parse_qsl(parts.query)), "application_name": name}
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def _at_port(dsn: str, port: int) -> str:
    """Send a DSN to a port of this machine."""
    parts = urlsplit(dsn)
    login, at, _ = parts.netloc.rpartition("@")
    query = {name: word for name, word in parse_qsl(parts.query) if name not in ("host", "port")}
    changed = {"netloc": f"{login}{at}127.0.0.1:{port}", "query": urlencode(query, quote_via=quote)}
    return urlunsplit(parts._replace(**changed))


@contextmanager
def _closed_port() -> Iterator[int]:
    """Hold a port at which nobody listens, and nobody else will in the meantime."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


async def _together(pool: Pool, *clients: Coroutine[Any, Any, Any]) -> list[Any]:
    """Play several clients at once, as the pool needs it; raises the first error of any."""
    if pool.concurrency is Concurrency.TASKS:
        return await asyncio.gather(*clients)
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(step, clients))


async def _eventually(pool: Pool, condition: Callable[[], Awaitable[bool]]) -> bool:
    """Wait until the condition holds; False where it does not within the patience."""
    deadline = time.monotonic() + PATIENCE
    while not await condition():
        if time.monotonic() > deadline:
            return False
        await pool.sleep(0.02)
    return True


async def _failure(
    pool: Pool, attempt: Awaitable[Any], during: Part, connection: Connection | None = None
) -> Failure | None:
    """Await what must fail; return the adapter's name for that."""
    try:
        await attempt
    except Exception as error:  # noqa: BLE001 - the adapter is asked which one it is
        return pool.classify(error, during, connection)
    pytest.fail(f"what should have failed during {during.value} did not")


def _commits(pool: Pool) -> bool:
    """Whether the adapter says that it commits in `release`."""
    return pool.commits(pool.settings())


def _known(
    pool: Pool, error: Exception, during: Part, connection: Connection | None
) -> Failure | None:
    """Return the name of a failure; what has none is a bug, and raised."""
    kind = pool.classify(error, during, connection)
    if kind is None:
        raise error
    return kind


async def _operation(pool: Pool, work: Callable[[Connection], Awaitable[Any]]) -> Failure | None:
    """Acquire, use, release, as the measuring loop does; return what failed first."""
    connection = failure = None
    try:
        connection = await pool.acquire()
        await work(connection)
    except Exception as error:  # noqa: BLE001 - raised again unless the adapter knows it
        failure = _known(pool, error, Part.USE if connection else Part.WAIT, connection)
    if connection is not None:
        await _give_back(pool, connection)
    return failure


async def _give_back(pool: Pool, connection: Connection) -> None:
    """Release what may be broken; it may fail, but not by a bug."""
    try:
        await pool.release(connection)
    except Exception as error:  # noqa: BLE001 - raised again unless the adapter knows it
        _known(pool, error, Part.RELEASE, connection)


async def _recovers(pool: Pool) -> None:
    """Prove that operations succeed again, after as many failures as a few attempts allow."""
    failures = []
    while failure := await _operation(pool, _pid):
        failures.append(failure)
        assert len(failures) < 10, failures
        await pool.sleep(0.1)


async def _sleep(connection: Connection) -> None:
    await connection.fetchrow("SELECT pg_sleep(0.1)")


async def _pid(connection: Connection) -> int:
    """Return the process of the server that is behind a connection."""
    row = await connection.fetchrow("SELECT pg_backend_pid()")
    assert row is not None
    return int(row[0])


async def _asked(watcher: Pool, sql: LiteralString, *arguments: object) -> int:
    async with watcher.connection() as connection:
        return int((await connection.fetchrow(sql, *arguments))[0])


async def _stored(watcher: Pool, pedido: Pedido) -> bool:
    """Whether others see a row."""
    async with watcher.connection() as connection:
        return await PedidoDAO(connection).por_id(pedido.id or 0) is not None


async def _backends(watcher: Pool, pool: Pool, state: str = "%") -> int:
    """Count the connections of a pool that the server knows."""
    name = dict(parse_qsl(urlsplit(pool.dsn).query))["application_name"]
    sql: LiteralString = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE application_name = $1 AND coalesce(state, '') LIKE $2"
    )
    return await _asked(watcher, sql, name, state)


async def _gone(watcher: Pool, pool: Pool) -> bool:
    return await _backends(watcher, pool) == 0


async def _sleeps(watcher: Pool, pid: int) -> bool:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
    return await _asked(watcher, sql, pid) == 1


async def _kill(watcher: Pool, *pids: int) -> None:
    """End backends, and wait until they are gone."""

    async def ended(pid: int) -> bool:
        sql = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1"
        return await _asked(watcher, sql, pid) == 0

    for pid in pids:
        await _asked(watcher, "SELECT pg_terminate_backend($1)::int", pid)
        assert await _eventually(watcher, partial(ended, pid))
