"""SQLAlchemy's pools are as the profiles say: five are five, and a transaction is one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import adapters
from adapters import Pedido, PedidoDAO, check, find, pool_options
from adapters.contract.scenario import DAY
from adapters.contract.watcher import Watcher
from runner.__main__ import main
from runner.server.dsn import uri

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from adapters import PoolAdapter

BOTH = ["sqlalchemy", "sqlalchemy-async"]


def create(name: str, dsn: str, profile: str = "equal", size: int = 1) -> PoolAdapter[Any]:
    options = adapters.PoolOptions(min_size=size, max_size=size, timeout=0.2, profile=profile)
    return adapters.create(name, uri(dsn, application_name=name), options)


@pytest.mark.parametrize("name", BOTH)
def test_under_autocommit_a_block_opens_a_transaction_and_ends_with_it(name: str, dsn: str) -> None:
    """A block of the library's own would send no BEGIN there, and what comes after it commits."""

    async def works(pool: PoolAdapter[Any]) -> None:
        async with pool.connection() as connection:
            dao = PedidoDAO(connection)
            first = await dao.insertar(Pedido("before", "committed", DAY))
            async with connection.transaction():
                second = await dao.insertar(Pedido("inside", "not yet", DAY))
                async with connection.transaction():
                    await dao.eliminar(first.id or 0)
                assert [watcher.stored(first), watcher.stored(second)] == [True, False]
                assert watcher.backends(pool, "idle in transaction") == 1
            third = await dao.insertar(Pedido("after", "committed", DAY))
            seen = [watcher.stored(it) for it in (first, second, third)]
            assert seen == [False, True, True]
            assert watcher.backends(pool, "idle") == 1

    with Watcher(dsn) as watcher:
        adapters.play(works, create(name, dsn))


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("profile", ["equal", "stock"])
def test_a_size_is_the_most_on_equal_terms_and_what_the_library_makes_of_it_in_stock(
    name: str, profile: str, dsn: str
) -> None:
    settings = find(name).profiles[profile]
    most = 2 + find(name).overflow(settings)
    assert profile == "stock" or most == 2

    async def takes_all(pool: PoolAdapter[Any]) -> None:
        held = [await pool.acquire() for _ in range(most)]
        with pytest.raises(Exception, match="QueuePool limit of size"):
            await pool.acquire()
        assert watcher.backends(pool) == pool.stats().size == most
        for connection in held:
            await pool.release(connection)

    with Watcher(dsn) as watcher:
        adapters.play(takes_all, create(name, dsn, profile, size=2))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"max_overflow": 2, "pool_pre_ping": True, "isolation_level": "SERIALIZABLE"}, None),
        ({"max_overflow": -1}, "max_overflow must be 0 or more: without a limit there is no pool"),
        ({"max_overflow": "2"}, 'max_overflow must be a whole number, is "2"'),
        (
            {"isolation_level": "autocommit"},
            (
                "isolation_level must be one of AUTOCOMMIT, READ UNCOMMITTED, READ COMMITTED, "
                "REPEATABLE READ, SERIALIZABLE, is 'autocommit'"
            ),
        ),
        (
            {"pool_reset_on_return": "no"},
            "pool_reset_on_return must be one of null, rollback, commit, is 'no'",
        ),
    ],
)
def test_an_option_of_a_wrong_type_or_with_an_unknown_word_is_refused(
    options: Mapping[str, Any], complaint: str | None
) -> None:
    for name in BOTH:
        expected = [complaint] if complaint else []
        assert check(find(name), pool_options(options)) == expected


@pytest.mark.parametrize("name", BOTH)
def test_the_libraries_below_say_which_they_are(name: str) -> None:
    driver = "psycopg " if name == "sqlalchemy" else "asyncpg "
    versions = adapters.driver_version(find(name))
    assert versions.startswith("SQLAlchemy 2")
    assert driver in versions


def test_the_habit_with_prepared_statements_is_that_of_a_connection_as_it_comes(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        habit = f"prepare_threshold = {connection.prepare_threshold}"
    assert find("sqlalchemy").prepared == habit
    assert find("sqlalchemy-async").prepared.startswith("prepared_statement_cache_size = ")


def test_without_the_extra_a_run_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in [module for module in sys.modules if module.startswith("adapters.sqlalchemy")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    path = tmp_path / "mine.yaml"
    path.write_text("matrix:\n  adapter: [noop, sqlalchemy]\n", encoding="utf-8")
    assert main([str(path), "--dry-run"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert told.endswith(
        "mine.yaml:2: matrix.adapter[1]: adapter 'sqlalchemy' needs sqlalchemy: "
        "pip install 'sqlalchemy[asyncio]'"
    )
