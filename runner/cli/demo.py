"""The smallest real use of the DAO over a pool: the code to copy."""

from __future__ import annotations

import argparse
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import adapters
from adapters import Pedido, PedidoDAO, PoolAdapter, PoolOptions
from runner.cli.exit_status import DONE
from runner.cli.trial import Trial
from runner.cli.tried_server import SERVER_HELP, tried_server
from runner.messages import message
from runner.report.model import Column, Row, Table
from runner.report.terminal import show_table
from runner.server.shell import set_aside
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from runner.report.model import Cell

Line = tuple[str, "Cell", str]
"""The call, its answer, and the pedidos of the answer in words."""


async def demo(pool: PoolAdapter[Any]) -> list[Line]:
    """Insert three pedidos, list them, update one, delete one; the same for every driver."""
    done: list[Line] = []
    today = dt.datetime.now(dt.UTC).date()
    async with pool.connection() as connection:
        dao = PedidoDAO(connection)
        pedidos = [
            await dao.insertar(Pedido(cliente, descripcion, today))
            for cliente, descripcion in (
                ("Ana", "dos cafés"),
                ("Luis", "una silla"),
                ("Eva", "tres libros"),
            )
        ]
        done += [("insertar", f"id {pedido.id}", _in_words(pedido)) for pedido in pedidos]

    async with pool.connection() as connection:
        dao = PedidoDAO(connection)
        listed = await dao.listar(3)
        done.append(("listar(3)", f"{len(listed)} pedidos", _all_in_words(listed)))
        changed = replace(pedidos[1], descripcion="dos sillas")
        done.append(("actualizar", str(await dao.actualizar(changed)), _in_words(changed)))
        found = await dao.por_id(changed.id or 0)
        done.append((f"por_id({changed.id})", _answer(found), _in_words(found)))
        gone = pedidos[0].id or 0
        done.append((f"eliminar({gone})", str(await dao.eliminar(gone)), ""))
        left = await dao.por_id(gone)
        done.append((f"por_id({gone})", _answer(left), _in_words(left)))
    return done


def demonstrated(adapter: str, dsn: str) -> list[Line]:
    """Play the demo on a pool of 1 to 5 connections, in a thread or a loop as the pool needs."""
    options = PoolOptions(min_size=1, max_size=5, timeout=5.0)
    return adapters.play(demo, adapters.create(adapter, dsn, options))


def _answer(pedido: Pedido | None) -> Cell:
    return message("demo.found") if pedido else str(pedido)


def _in_words(pedido: Pedido | None) -> str:
    return f"{pedido.cliente}: {pedido.descripcion}" if pedido else ""


def _all_in_words(pedidos: Sequence[Pedido]) -> str:
    return ", ".join(_in_words(pedido) for pedido in pedidos)


def table(adapter: str, lines: Iterable[Line]) -> Table:
    """Return a row for each call."""
    headings = (message("demo.call"), message("demo.answer"), message("demo.pedido"))
    return Table(
        title=message("demo.title", adapter=adapter),
        columns=[Column(heading) for heading in headings],
        rows=[Row(line) for line in lines],
    )


def parser() -> argparse.ArgumentParser:
    """Make the parser of this command."""
    parser = argparse.ArgumentParser(
        prog="poolbench demo",
        description="Insert some pedidos through a pool, list, update and delete.",
        allow_abbrev=False,
    )
    parser.add_argument("--adapter", metavar="NAME", default="psycopg3", help="default: psycopg3")
    parser.add_argument("--server", metavar="DSN", default="embedded", help=SERVER_HELP)
    return parser


def run(options: argparse.Namespace, console: Console) -> int:
    """Play the demo and print the answer of each call."""
    adapters.find(options.adapter)
    with (
        Interrupts() as interrupts,
        Watchdog() as watchdog,
        tried_server(options.server, watchdog, interrupts) as server,
        set_aside(),
    ):
        server.prepare(["demo"])
        dsn = server.dsn("demo", "demo")
        lines = Trial(server, interrupts).of(lambda: demonstrated(options.adapter, dsn))
    interrupts.check()
    show_table(console, table(options.adapter, lines))
    return DONE
