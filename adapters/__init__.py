"""The connection pools that are compared, behind one interface. Never imports the runner."""

from adapters.base import (
    AdapterError,
    Concurrency,
    Connection,
    Failure,
    Part,
    PoolAdapter,
    PoolOptions,
    PoolStats,
    Row,
    Traits,
    WhenExhausted,
    by_sqlstate,
)
from adapters.blocking import BlockingContext, SuspendedError, step
from adapters.pedido import Pedido, PedidoDAO
from adapters.playing import play
from adapters.registry import check, create, driver_version, find, names, pool_options
from adapters.shared import close_shared, shared

__all__ = [
    "AdapterError",
    "BlockingContext",
    "Concurrency",
    "Connection",
    "Failure",
    "Part",
    "Pedido",
    "PedidoDAO",
    "PoolAdapter",
    "PoolOptions",
    "PoolStats",
    "Row",
    "SuspendedError",
    "Traits",
    "WhenExhausted",
    "by_sqlstate",
    "check",
    "close_shared",
    "create",
    "driver_version",
    "find",
    "names",
    "play",
    "pool_options",
    "shared",
    "step",
]
