"""A pool that is slower than another one by a known amount: a difference that must be seen."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters import PedidoDAO
from adapters.psycopg3_pool import Psycopg3Connection, Psycopg3Pool
from runner.workloads import SEEDED_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.base import PoolOptions


NEVER = 2**62


class SlowedPool(Psycopg3Pool):
    """Does a known share of its operations twice: with `extra: 0.1` every tenth one, with 0 none.

    The whole of `read`, with acquire and release, not its query alone: so the work of an operation
    grows by exactly that share, whatever part of it the query is. It is done on the way to a
    connection, and counts as waiting.
    """

    def __init__(self, dsn: str, options: PoolOptions) -> None:
        others = dict(options.extra)
        extra = others.pop("extra")
        self._every = round(1 / extra) if extra else NEVER
        self._numbers = itertools.count(1)
        super().__init__(dsn, replace(options, extra=others))

    @classmethod
    def known_options(cls) -> frozenset[str]:
        return super().known_options() | {"extra"}

    @classmethod
    def wrong_values(cls, options: Mapping[str, Any]) -> list[str]:
        others = {name: value for name, value in options.items() if name != "extra"}
        return super().wrong_values(others)

    async def acquire(self) -> Psycopg3Connection:
        number = next(self._numbers)
        if number % self._every == 0:
            connection = await super().acquire()
            await PedidoDAO(connection).por_id(number % SEEDED_ROWS + 1)
            await super().release(connection)
        return await super().acquire()
