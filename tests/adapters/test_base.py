"""Every adapter inherits what is the same for all of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

import adapters
from adapters import AdapterError, PoolOptions, create, step
from adapters.base import Failure, NotOpen, by_sqlstate, resolve_callable
from adapters.noop import Noop, NoopConnection
from tests.fakes.slow import Slow, SlowTasks

if TYPE_CHECKING:
    from collections.abc import Mapping


class Recording(Noop):
    """A pool that notes the connections that come back."""

    profiles = {"equal": {"check": None, "size": 1}, "stock": {}}

    def __init__(self, options: PoolOptions | None = None) -> None:
        super().__init__("dsn", options or PoolOptions())
        self.released: list[NoopConnection] = []
        step(self.open())

    async def release(self, connection: NoopConnection) -> None:
        self.released.append(connection)


def test_a_block_gives_its_connection_back_after_an_error_too() -> None:
    pool = Recording()

    async def fails() -> None:
        async with pool.connection() as connection:
            assert pool.released == []
            assert isinstance(connection, NoopConnection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        step(fails())
    assert pool.released == [step(pool.acquire())]


def test_a_pool_is_proved_with_a_query_on_one_connection() -> None:
    pool = Recording()
    step(pool.check())
    assert len(pool.released) == 1


@pytest.mark.parametrize(
    ("profile", "extra", "settings"),
    [
        ("equal", {}, {"check": None, "size": 1}),
        ("equal", {"size": 2}, {"check": None, "size": 2}),
        ("stock", {"reset": "tests.fakes.slow:Slow.open"}, {"reset": Slow.open}),
    ],
)
def test_the_options_of_the_user_go_over_the_profile(
    profile: str, extra: Mapping[str, Any], settings: Mapping[str, Any]
) -> None:
    assert Recording(PoolOptions(profile=profile, extra=extra)).settings() == settings


def test_a_client_pauses_without_a_loop_where_it_is_a_thread() -> None:
    step(Slow("dsn", PoolOptions()).sleep(0))
    with pytest.raises(RuntimeError):
        step(SlowTasks("dsn", PoolOptions()).sleep(0.001))


def test_the_loop_of_an_asyncio_adapter_is_the_one_of_its_options() -> None:
    assert SlowTasks("dsn", PoolOptions()).loop_factory() is None
    factory = SlowTasks("dsn", PoolOptions(loop="uvloop")).loop_factory()
    assert factory is not None
    loop = factory()
    loop.close()
    assert type(loop).__module__.startswith("uvloop")
    assert isinstance(loop, asyncio.AbstractEventLoop)


@pytest.mark.parametrize(
    ("sqlstate", "failure"),
    [
        ("08006", Failure.CONNECTION_LOST),
        ("57P01", Failure.CONNECTION_LOST),
        ("57P05", Failure.CONNECTION_LOST),
        ("25P03", Failure.CONNECTION_LOST),
        ("25P04", Failure.CONNECTION_LOST),
        ("25P02", Failure.QUERY_FAILED),
        ("57014", Failure.QUERY_FAILED),
        ("22012", Failure.QUERY_FAILED),
    ],
)
def test_a_session_that_has_ended_is_lost_and_a_failed_statement_is_not(
    sqlstate: str, failure: Failure
) -> None:
    assert by_sqlstate(sqlstate) is failure


def test_the_library_is_out_of_reach_before_the_pool_is_open() -> None:
    with pytest.raises(RuntimeError, match=r"not open; call open\(\) first"):
        NotOpen().getconn()


@pytest.mark.parametrize("name", ["psycopg2", "psycopg2-simple", "asyncpg", "psycopg3"])
def test_a_pool_that_is_not_open_says_so(name: str) -> None:
    pool = adapters.create(name, "postgresql://nobody@127.0.0.1:1/none", PoolOptions())
    with pytest.raises(Exception, match="not open"):
        step(pool.acquire())


def test_an_option_that_takes_a_function_is_told_where_it_is() -> None:
    assert resolve_callable("tests.fakes.slow:Slow.open") is Slow.open
    for value in 1, None, "utf8", "-c search_path=a:b", "C:\\a file", Slow:
        assert resolve_callable(value) is value
    for wrong in "tests.fakes.slow:nothing", "no.such.module:name":
        with pytest.raises(AdapterError, match=f"'{wrong}' names nothing"):
            resolve_callable(wrong)


@pytest.mark.parametrize(("timeout", "seconds"), [(0, 2), (0.3, 2), (2, 2), (2.1, 3), (60, 60)])
def test_connecting_may_take_as_long_as_acquiring_in_whole_seconds(
    timeout: float, seconds: int
) -> None:
    """At least two seconds, as libpq takes no less; the other drivers are told the same."""
    assert PoolOptions(timeout=timeout).connect_timeout == seconds
    for name in "psycopg2", "psycopg3-direct", "asyncpg":
        pool = create(name, "postgresql://", PoolOptions(timeout=timeout))
        assert seconds in vars(pool)["_arguments"].values()
    library = vars(create("psycopg3", "postgresql://", PoolOptions(timeout=timeout)))["pool"]
    assert library.kwargs["connect_timeout"] == seconds
