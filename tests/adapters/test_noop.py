"""The adapter without a server answers as one would, at once and the same to every client."""

from __future__ import annotations

import pytest

from adapters import PedidoDAO, PoolOptions, step
from adapters.base import Part
from adapters.noop import ROW, Noop


@pytest.fixture
def pool() -> Noop:
    pool = Noop("", PoolOptions())
    step(pool.open())
    return pool


def test_every_client_has_the_same_connection(pool: Noop) -> None:
    first = step(pool.acquire())
    assert step(pool.acquire()) is first
    step(pool.release(first))
    assert step(pool.acquire()) is first, "a released connection serves on"


def test_the_dao_gets_an_answer_to_everything(pool: Noop) -> None:
    dao = PedidoDAO(step(pool.acquire()))
    pedido = step(dao.por_id(7))
    assert pedido is not None
    assert pedido.id == ROW[0]
    assert len(step(dao.listar(20))) == 20
    assert step(dao.insertar(pedido)).id == ROW[0]
    assert step(dao.actualizar(pedido)) is True
    assert step(dao.eliminar(7)) is True


def test_a_transaction_lets_errors_through(pool: Noop) -> None:
    async def fails() -> None:
        async with step(pool.acquire()).transaction():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        step(fails())


@pytest.mark.parametrize("part", Part)
def test_every_error_is_a_bug(pool: Noop, part: Part) -> None:
    assert pool.classify(OSError("refused"), part, None) is None
