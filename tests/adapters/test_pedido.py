"""The DAO of the lesson."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from adapters import Pedido, PedidoDAO, step

DAY = dt.date(2026, 1, 1)


class Recorder:
    """Notes what it is asked, and answers what it was told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[object, ...]] = []

    async def fetch(self, sql: str, *args: object) -> Any:
        self.asked.append((sql, *args))
        return self.answer

    fetchrow = execute = fetch

    def transaction(self) -> Any:
        raise AssertionError("the DAO leaves transactions to its caller")


def test_an_insert_that_answers_without_a_row_is_an_error() -> None:
    with pytest.raises(LookupError):
        step(PedidoDAO(Recorder(None)).insertar(Pedido("Ana", "pan", DAY)))


def test_inserting_leaves_the_given_order_as_it_was() -> None:
    given = Pedido("Ana", "pan", DAY)
    stored = step(PedidoDAO(Recorder((7,))).insertar(given))
    assert (given.id, stored.id) == (None, 7)
    assert stored == Pedido("Ana", "pan", DAY, 7)


def test_an_order_is_read_by_the_position_of_its_columns() -> None:
    row = (7, "Ana", "pan", DAY)
    assert step(PedidoDAO(Recorder(row)).por_id(7)) == Pedido("Ana", "pan", DAY, 7)
    assert step(PedidoDAO(Recorder([row, row])).listar(2)) == [Pedido("Ana", "pan", DAY, 7)] * 2
    assert step(PedidoDAO(Recorder(None)).por_id(7)) is None


@pytest.mark.parametrize(("affected", "answer"), [(1, True), (0, False)])
def test_whether_a_row_was_there_is_what_changing_it_answers(affected: int, answer: bool) -> None:  # noqa: FBT001
    dao = PedidoDAO(Recorder(affected))
    assert step(dao.actualizar(Pedido("Ana", "pan", DAY, 7))) is answer
    assert step(dao.eliminar(7)) is answer


def test_every_statement_names_the_schema_and_carries_its_values_apart() -> None:
    connection = Recorder([(7, "Ana", "pan", DAY)])
    dao, pedido = PedidoDAO(connection), Pedido("'; --", "pan", DAY, 7)
    for call in dao.listar(1), dao.listar(1, 7):
        step(call)
    connection.answer = 1
    for change in dao.actualizar(pedido), dao.eliminar(7):
        step(change)
    connection.answer = (7,)
    step(dao.insertar(pedido))
    for sql, *args in connection.asked:
        assert "poolbench.pedido" in str(sql)
        assert "'" not in str(sql)
        assert all(f"${number}" in str(sql) for number in range(1, len(args) + 1))
