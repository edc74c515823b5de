"""La lección en un programa: hilos que insertan pedidos con una conexión o con un pool."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg2
from psycopg2.pool import ThreadedConnectionPool
from psycopg_pool import ConnectionPool

from runner.server.embedded import EmbeddedServer
from runner.server.shell import set_aside

INSERTAR = """
INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) VALUES (%s, %s, %s)
"""


class UnaConexion:
    """Sin pool: todos los hilos comparten la misma conexión."""

    def __init__(self, dsn: str) -> None:
        self._conexion = psycopg2.connect(dsn)

    def getconn(self) -> Any:
        """Dar a todos la misma."""
        return self._conexion

    def putconn(self, conexion: Any) -> None:
        """No hay nada que devolver."""

    def close(self) -> None:
        """Cerrar la conexión."""
        self._conexion.close()


class PoolDePsycopg2(ThreadedConnectionPool):
    """De 1 a 5 conexiones; cuando no queda ninguna, getconn() lanza PoolError en el acto."""

    def __init__(self, dsn: str) -> None:
        super().__init__(1, 5, dsn)

    def close(self) -> None:
        """Cerrar todas."""
        self.closeall()


def pool_de_psycopg3(dsn: str, timeout: float) -> ConnectionPool:
    """De 1 a 5 conexiones; cuando no queda ninguna, getconn() espera hasta `timeout` segundos."""
    return ConnectionPool(dsn, min_size=1, max_size=5, timeout=timeout, open=True)


class Leccion:
    """Los hilos, y lo que les pasa."""

    def __init__(self, pool: Any, opciones: argparse.Namespace) -> None:
        self.pool = pool
        self.veces, self.putconn = opciones.veces, not opciones.sin_putconn
        self.fallos: Counter[str] = Counter()
        self.conexiones: set[int] = set()
        self.insertados: list[float] = []
        self.prestadas: list[Any] = []

    def hilo(self, numero: int) -> None:
        """Insertar un pedido tras otro."""
        for vez in range(self.veces):
            comienzo = time.perf_counter()
            try:
                self.insertar(f"cliente {numero}", f"pedido {vez}")
                self.insertados.append(time.perf_counter() - comienzo)
            except Exception as error:  # noqa: BLE001 - la lección cuenta los fallos
                self.fallos[f"{type(error).__name__}: {error}".strip()] += 1

    def insertar(self, cliente: str, descripcion: str) -> None:
        """Pedir una conexión, usarla y devolverla; o no devolverla."""
        conexion = self.pool.getconn()
        try:
            with conexion.cursor() as cursor:
                cursor.execute(INSERTAR, (cliente, descripcion, dt.datetime.now(dt.UTC).date()))
            conexion.commit()
            self.conexiones.add(conexion.info.backend_pid)
        finally:
            if self.putconn:
                self.pool.putconn(conexion)
            else:
                self.prestadas.append(conexion)  # nadie la cierra: sigue ocupada

    def contar(self, hilos: int) -> None:
        """Dejar que todos inserten y decir lo que pasó."""
        comienzo = time.perf_counter()
        with ThreadPoolExecutor(hilos) as ejecutor:
            list(ejecutor.map(self.hilo, range(hilos)))
        segundos = time.perf_counter() - comienzo
        print(f"{hilos} hilos: {len(self.insertados)} de {hilos * self.veces} pedidos insertados")
        print(f"conexiones: {len(self.conexiones)}; sin devolver: {len(self.prestadas)}")
        for fallo, veces in self.fallos.most_common():
            print(f"{veces} veces {fallo}")
        print(f"{segundos:.2f} s en total; el más lento tardó {max(self.insertados):.3f} s")


def main() -> None:
    """Hacer un paso de la lección contra un PostgreSQL propio, que desaparece al final."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pool", choices=["una-conexion", "psycopg2", "psycopg_pool"])
    parser.add_argument("--hilos", type=int, nargs="+", default=[10], metavar="N")
    parser.add_argument("--veces", type=int, default=10, metavar="N", help="pedidos por hilo")
    parser.add_argument("--timeout", type=float, default=5.0, metavar="S", help="de psycopg_pool")
    parser.add_argument("--sin-putconn", action="store_true", help="no devolver las conexiones")
    opciones = parser.parse_args()
    with set_aside(), ExitStack() as abiertos:
        servidor = abiertos.enter_context(EmbeddedServer(40))
        servidor.prepare(["leccion"])
        dsn = servidor.dsn("leccion", "leccion")
        pool: Any
        if opciones.pool == "psycopg_pool":
            pool = pool_de_psycopg3(dsn, opciones.timeout)
        else:
            pool = UnaConexion(dsn) if opciones.pool == "una-conexion" else PoolDePsycopg2(dsn)
        abiertos.callback(pool.close)
        for hilos in opciones.hilos:
            Leccion(pool, opciones).contar(hilos)


if __name__ == "__main__":
    main()
