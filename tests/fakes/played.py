"""Coroutines that a worker plays over its open pool."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from adapters.base import PoolAdapter


class Events(Protocol):
    """The runner, as a coroutine sees it."""

    async def tell(self, name: str, **facts: Any) -> None: ...

    async def wait_for(self, name: str) -> dict[str, Any]: ...


async def take_all(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, Any]:
    """Hold every connection until it is told to go on."""
    held = [await pool.acquire() for _ in range(size)]
    await events.tell("all out", connections=len(held))
    facts = await events.wait_for("go on")
    for connection in held:
        await pool.release(connection)
    return {"released": len(held), "because": facts["because"]}


async def fail(pool: PoolAdapter[Any], events: Events) -> None:
    """Fail after it has told something."""
    del pool
    await events.tell("about to fail")
    raise ZeroDivisionError("a bug in a coroutine")


async def close_all(pool: PoolAdapter[Any], events: Events) -> None:
    """Close the descriptors between the worker and its runner."""
    del pool, events
    os.closerange(3, 10)


async def answer_an_object(pool: PoolAdapter[Any], events: Events) -> object:
    """Return a value that JSON cannot hold."""
    del pool, events
    return object()


async def start_cat(pool: PoolAdapter[Any], events: Events, *, apart: bool) -> None:
    """Start a process, in a session of its own or not, that ends with this one."""
    del pool, events
    CATS.append(subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, start_new_session=apart))


CATS: list[subprocess.Popen[bytes]] = []
"""Kept, or Python complains about those that nobody waits for."""


async def modules(pool: PoolAdapter[Any], events: Events) -> list[str]:
    """Return what the worker has imported so far, in its order."""
    del pool, events
    return list(sys.modules)


class Mallinfo2(ctypes.Structure):
    """The answer of mallinfo2(3): the bytes of the heap first, the mapped blocks fourth."""

    _fields_ = [(f"field{number}", ctypes.c_size_t) for number in range(10)]


async def buffer(pool: PoolAdapter[Any], events: Events, size: int) -> dict[str, bool]:
    """Take and free a block; tell whether glibc mapped it, and gave it back to the system."""
    del pool, events
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    library.mallinfo2.restype = Mallinfo2
    before = library.mallinfo2()
    block = library.malloc(size)
    during = library.mallinfo2()
    library.free(block)
    after = library.mallinfo2()
    return {"mapped": during.field3 > before.field3, "given back": after.field0 < during.field0}
