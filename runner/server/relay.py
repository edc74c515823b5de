"""A relay before PostgreSQL: what a driver sends and waits for is seen only from in between.

Its pumps carry bytes and know nothing of what they carry; a `Dialogue` counts.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

from runner.server.dialogue import Count, Dialogue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
    from types import TracebackType

    T = TypeVar("T")

LOOPBACK = "127.0.0.1"
CHUNK = 1 << 16
ANSWER_SECONDS = 10.0
"""Limit for the relay's thread to do what it is asked."""


class Relay:
    """Listens on a free port of the loopback and passes everything on, as it is, to a server.

    A context manager; it has one thread, which ends with the block, and all connections with it.
    Each client gets a connection of its own to `host` and `port`; when one side closes, so does
    the other.
    """

    def __init__(self, host: str, port: int) -> None:
        """Take the address of the server; nothing is opened yet."""
        self._host, self._server_port = host, port
        self._connections: set[asyncio.Task[None]] = set()
        self._live: list[Dialogue] = []
        self._past = Count()
        self._first: Count | None = None
        self.port = 0
        """The port that it listens on."""

    def __enter__(self) -> Self:
        """Listen. Raises OSError."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        try:
            self._listener = self._do(asyncio.start_server(self._accept, LOOPBACK, 0))
        except BaseException:
            self._stop()
            raise
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Cut off every connection."""
        try:
            self._do(self._close())
        finally:
            self._stop()

    def count(self) -> Count:
        """Count what all connections have said until now."""
        return self._do(self._counted())

    def rest(self, quiet: float = 0.03, seconds: float = 2.0) -> Count:
        """Wait until nothing was said for `quiet` seconds, or `seconds` have gone; then count.

        A client that has its answer may still be saying good-bye.
        """
        return self._do(self._rest(quiet, seconds), seconds + ANSWER_SECONDS)

    def connecting(self) -> Count | None:
        """Count what it took until the server was ready for a new client; None if it never was."""
        return self._do(self._connecting())

    def _do(self, work: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T:
        """Do something in the relay's thread, which alone touches what is counted."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    async def _counted(self) -> Count:
        return sum((dialogue.count() for dialogue in self._live), self._past)

    async def _connecting(self) -> Count | None:
        return self._first or next(
            filter(None, (dialogue.connecting for dialogue in self._live)), None
        )

    async def _rest(self, quiet: float, seconds: float) -> Count:
        until = self._loop.time() + seconds
        before, now = None, await self._counted()
        while now != before and self._loop.time() < until:
            await asyncio.sleep(quiet)
            before, now = now, await self._counted()
        return now

    async def _close(self) -> None:
        self._listener.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await _cancelled(others)
        await asyncio.sleep(0)  # what was aborted is closed in the loop's next step
        await self._loop.shutdown_default_executor()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection from its first byte to its last."""
        with suppress(OSError):
            async with _closing(writer):
                answers, server = await asyncio.open_connection(self._host, self._server_port)
                async with _closing(server):
                    with self._overheard() as dialogue:
                        await _until_one_ends(
                            _pump(reader, server, dialogue.client),
                            _pump(answers, writer, dialogue.server),
                        )

    @contextmanager
    def _overheard(self) -> Iterator[Dialogue]:
        """Count a connection; of one that is over, only the sum is kept."""
        dialogue = Dialogue()
        self._live.append(dialogue)
        try:
            yield dialogue
        finally:
            self._past += dialogue.count()
            self._first = self._first or dialogue.connecting
            self._live.remove(dialogue)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Callable[[bytes], None]
) -> None:
    """Carry one direction until it ends, however it ends."""
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            hear(data)
            writer.write(data)
            await writer.drain()


async def _until_one_ends(*pumps: Coroutine[Any, Any, None]) -> None:
    tasks = {asyncio.ensure_future(pump) for pump in pumps}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancelled(tasks)


async def _cancelled(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close a side at the end of the block, once it has got what it was sent; at once on errors."""
    try:
        yield
        writer.close()
        await writer.wait_closed()
    finally:
        writer.transport.abort()
