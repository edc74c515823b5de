"""Serving: the purpose of a pool, and the SQL and the DAO that every connection understands."""

# ruff: noqa: D102 - the name of a test is the event

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from adapters import registry
from adapters.base import Part
from adapters.contract.expectation import expect, expect_if_told, expect_that
from adapters.contract.scenario import DAY, Contract, Pool, always, scenario, with_server
from adapters.pedido import Pedido, PedidoDAO

if TYPE_CHECKING:
    from typing import LiteralString

    from adapters.base import Connection


class Serving(Contract):
    """Tests of a pool that does its duty."""

    @scenario(always)
    async def test_an_open_pool_serves(self, pool: Pool) -> None:
        await pool.check()
        async with pool.connection() as connection:
            row = await connection.fetchrow("SELECT 1")
            expect("SELECT 1", row[0], 1)

    @scenario(with_server)
    async def test_arguments_are_found_by_their_number(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            sql: LiteralString = "SELECT $2::text, $1::text || '%', $1::text"
            row = await connection.fetchrow(sql, "a", "b")
            expect(sql, tuple(row), ("b", "a%", "a"))

    @scenario(with_server)
    async def test_what_only_looks_like_an_argument_is_left_alone(self, pool: Pool) -> None:
        """Look into literals, identifiers, dollar quotes and comments; `%` stays what it is."""
        sql: LiteralString = (
            "SELECT '$1 it''s', E'\\' \\'$1', $$'$1$$, $a$ $1 $$ $a$,"
            " /* /* $1 */ ' */ 7 % 4, '%s %%', row_to_json(t)::text, $1::int -- '$1"
            '\nFROM (SELECT 1 AS "$1", 2 AS a$1) AS t'
        )
        columns = ("$1 it's", "' '$1", "'$1", " $1 $$ ", 3, "%s %%", '{"$1":1,"a$1":2}', 7)
        async with pool.connection() as connection:
            expect(sql, tuple(await connection.fetchrow(sql, 7)), columns)
            plain: LiteralString = "SELECT '$1', 7 % 4, '%s %%'"
            expect(plain, tuple(await connection.fetchrow(plain)), ("$1", 3, "%s %%"))

    @scenario(with_server)
    async def test_rows_and_their_number_are_answered(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            rows = await connection.fetch("SELECT n, '%d' FROM generate_series(1, 3) AS n")
            expect("three rows", [tuple(row) for row in rows], [(1, "%d"), (2, "%d"), (3, "%d")])
            expect("fetch, no row", len(await connection.fetch("SELECT 1 WHERE false")), 0)
            expect("fetchrow, no row", await connection.fetchrow("SELECT 1 WHERE false"), None)
            none = await connection.execute("SET lock_timeout = 0")
            expect_if_told("execute, no row", none, 0)

    @scenario(with_server)
    async def test_the_dao_stores_finds_lists_changes_and_deletes(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            dao = PedidoDAO(connection)
            new = Pedido("Ana", "100 % 'citas' \"dobles\" $1 \\ ñ", DAY)
            first, second = await dao.insertar(new), await dao.insertar(new)
            await self._finds(dao, first, second)
            expect("insertar", first, Pedido(new.cliente, new.descripcion, DAY, first.id))
            changed = Pedido("Eva", "otro", dt.date(1999, 12, 31), first.id)
            expect_if_told("actualizar", await dao.actualizar(changed), expected=True)
            expect("por_id after actualizar", await dao.por_id(first.id or 0), changed)
            for pedido in first, second:
                expect_if_told("eliminar", await dao.eliminar(pedido.id or 0), expected=True)
            expect_if_told("eliminar, twice", await dao.eliminar(first.id or 0), expected=False)
            nothing = await dao.actualizar(changed)
            expect_if_told("actualizar, nothing there", nothing, expected=False)
            expect("por_id, nothing there", await dao.por_id(first.id or 0), None)

    async def _finds(self, dao: PedidoDAO, first: Pedido, second: Pedido) -> None:
        expect("por_id", await dao.por_id(first.id or 0), first)
        expect("listar", await dao.listar(2), [second, first])
        expect("listar from an id", await dao.listar(1, desde_id=first.id), [first])

    @scenario(always)
    async def test_a_bug_is_not_taken_for_a_failure(self, pool: Pool) -> None:
        async with pool.connection() as connection:
            with pytest.raises(TypeError) as caught:
                await connection.fetchrow()
            for error in caught.value, ZeroDivisionError():
                for part in Part:
                    held: Connection | None = None if part is Part.WAIT else connection
                    event = f"classify() of a {type(error).__name__} during {part.value}"
                    expect(event, pool.classify(error, part, held), None)

    def test_an_unknown_option_is_refused(self) -> None:
        adapter = registry.find(self.adapter)
        unknown = registry.pool_options({**self.options, "no_such_option": 1})
        expect("the options", registry.check(adapter, registry.pool_options(self.options)), [])
        complaints = "; ".join(registry.check(adapter, unknown))
        expect_that(
            "an option that does not exist",
            "a complaint that names it",
            complaints,
            holds="no_such_option" in complaints,
        )
