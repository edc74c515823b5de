"""The Singleton of the lesson: one open pool for every caller of a process.

For an asyncio pool it is one a process and loop, because its connections belong to a loop. In a
forked child the parent's pools are neither used nor closed: their sockets are the parent's.
"""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from adapters import registry
from adapters.base import AdapterError, Concurrency, PoolAdapter, PoolOptions

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

Pool = PoolAdapter[Any]
Key = tuple["AbstractEventLoop | None", str, str, str]

_pools: dict[Key, Future[Pool]] = {}
_lock = threading.Lock()
_inherited: list[dict[Key, Future[Pool]]] = []
"""The parent's pools, kept alive in a forked child so that nothing closes them."""


async def shared(name: str, dsn: str, options: PoolOptions | None = None) -> Pool:
    """Share the one open pool of that name, DSN and options; the first caller opens it.

    Threads call it as `step(shared(...))`, tasks await it. Every caller that asks while it is being
    opened gets the same pool, or the same error; after an error the next caller tries again.
    """
    options = options or PoolOptions()
    tasks = registry.find(name).concurrency is Concurrency.TASKS
    key = (asyncio.get_running_loop() if tasks else None, name, dsn, repr(options))
    with _lock:
        _forget_closed_loops()
        future = _pools.get(key)
        if first := future is None:
            future = _pools[key] = Future()
            future.set_running_or_notify_cancel()  # a cancelled waiter cancels itself only
    if first:
        await _open(key, future, options)
    return await _opened(key, future)


async def close_shared() -> None:
    """Close every pool that this caller can close: the blocking ones, and those of its loop.

    One that is still being opened is waited for. Raises what the pools raise, all of it together.
    """
    loop = _running_loop()
    with _lock:
        mine = {key: _pools.pop(key) for key in list(_pools) if key[0] in (None, loop)}
    errors = []
    for key, future in mine.items():
        try:
            await (await _opened(key, future)).close()
        except Exception as error:  # noqa: BLE001 - the others must be closed all the same
            errors.append(error)
    if errors:
        raise ExceptionGroup("not every shared pool could be closed", errors)


async def _open(key: Key, future: Future[Pool], options: PoolOptions) -> None:
    try:
        pool = registry.create(key[1], key[2], options)
        await pool.open()
    except BaseException as error:
        with _lock:
            _pools.pop(key, None)
        if isinstance(error, Exception):
            future.set_exception(error)
        else:  # only the caller that opened it was interrupted or cancelled, not those that wait
            future.set_exception(AdapterError(f"opening {key[1]!r} was interrupted; ask again"))
        raise
    future.set_result(pool)


async def _opened(key: Key, future: Future[Pool]) -> Pool:
    """Wait as a client of that pool does."""
    return future.result() if key[0] is None else await asyncio.wrap_future(future)


def _running_loop() -> AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _forget_closed_loops() -> None:
    for key in [key for key in _pools if key[0] is not None and key[0].is_closed()]:
        del _pools[key]


def _start_afresh() -> None:
    global _pools, _lock  # noqa: PLW0603 - a forked child has a life of its own
    _inherited.append(_pools)
    _pools = {}
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
