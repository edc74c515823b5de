"""A relay before PostgreSQL: what a driver sends and waits for is seen only from in between.

The pumps carry bytes and know nothing of what they carry; a `Dialogue` overhears one connection
and counts. `Frames` follows the protocol's version 3 (PostgreSQL's manual, "Message Formats").
"""

from __future__ import annotations

import asyncio
import operator
import struct
import threading
from collections import Counter
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
    from types import TracebackType

    T = TypeVar("T")

LOOPBACK = "127.0.0.1"
CHUNK = 1 << 16

QUESTIONS = {80877103: "SSLRequest", 80877104: "GSSENCRequest"}
"""The first messages that are answered by a single byte."""

ANSWERS = {b"S": "encrypt", b"G": "encrypt", b"N": "plain"}
"""What is said from then on."""

STARTS = {**QUESTIONS, 80877102: "CancelRequest"}
START = "StartupMessage"
LONGEST_START = 10_000
"""Bytes of a first message; PostgreSQL takes no longer one either."""

READY = "Z"
"""ReadyForQuery: the server has done all it was asked and waits for more."""


@dataclass(frozen=True)
class Count:
    """What was said, over one connection or many; two of them can be added and subtracted."""

    connections: int = 0
    exchanges: int = 0
    """How often the server answered: its first message after one of the client's. It does not
    matter how many messages go each way before the turn changes. A client that goes on asking
    while it is being answered makes this number a matter of timing."""
    bytes_sent: int = 0
    """By the client."""
    bytes_received: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    """The client's messages, by the protocol's letter, the first ones by their name."""
    received: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    """Connections that became encrypted, or never were of this protocol: only bytes counted."""

    @property
    def ready_for_query(self) -> int:
        """How often the server was ready for the next query."""
        return self.received[READY]

    def __add__(self, other: Count) -> Count:
        return self._with(other, operator.add)

    def __sub__(self, other: Count) -> Count:
        """Return what was said since `other`, an earlier count of the same."""
        return self._with(other, operator.sub)

    def _with(self, other: Count, combine: Callable[[Any, Any], Any]) -> Count:
        return Count(**{name: combine(it, getattr(other, name)) for name, it in vars(self).items()})


class Form(Enum):
    """What one direction of a connection consists of; the value is a message's header in bytes."""

    FIRST = 8
    """Length and code: how every client begins."""
    BYTE = 1
    """The answer to a question that was asked before the start."""
    TYPED = 5
    """Letter and length: all the rest."""
    UNREADABLE = 0


class Frames:
    """Cuts one direction of a connection into messages, wherever TCP has cut it."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._header = b""
        self._name = ""
        self._missing = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield the name of each message that ends in `data`; between two, `form` may be set."""
        at = 0
        while at < len(data) and self.form is not Form.UNREADABLE:
            if self._name:
                taken = min(self._missing, len(data) - at)
                self._missing -= taken
            else:
                taken = min(self.form.value - len(self._header), len(data) - at)
                self._header += data[at : at + taken]
                self._begin()
            at += taken
            if self._name and not self._missing:
                name, self._name = self._name, ""
                yield name

    def _begin(self) -> None:
        """Begin a message if its header is whole."""
        header, form = self._header, self.form
        if len(header) < form.value:
            return
        if form is Form.BYTE and header not in ANSWERS:
            self.form = Form.TYPED  # an old server answers with an error
            return
        self._header = b""
        if form is Form.FIRST:
            length, code = struct.unpack("!ii", header)
            self._expect(STARTS.get(code, START), length - len(header), LONGEST_START)
        elif form is Form.TYPED:
            letter, length = struct.unpack("!ci", header)
            self._expect(letter.decode("latin-1"), length - 4)
        else:
            self._expect(ANSWERS[header], 0)

    def _expect(self, name: str, missing: int, most: int = 1 << 31) -> None:
        if 0 <= missing <= most:
            self._name, self._missing = name, missing
        else:
            self.form = Form.UNREADABLE


class Dialogue:
    """One connection as it is overheard: feed it what each side says, in the order of saying."""

    def __init__(self) -> None:
        self._client = Frames(Form.FIRST)
        self._server = Frames(Form.TYPED)
        self._sent: Counter[str] = Counter()
        self._received: Counter[str] = Counter()
        self._bytes_sent = self._bytes_received = 0
        self._exchanges = 0
        self._asked = False
        self.connecting: Count | None = None
        """What was said until the server was ready for the first time; None before that."""

    def client(self, data: bytes) -> None:
        """Hear the client."""
        self._bytes_sent += len(data)
        for name in self._client.feed(data):
            self._sent[name] += 1
            self._asked = True
            if name == START:
                self._client.form = Form.TYPED
            elif name in QUESTIONS.values():
                self._server.form = Form.BYTE
        self._understand()

    def server(self, data: bytes) -> None:
        """Hear the server."""
        self._bytes_received += len(data)
        for name in self._server.feed(data):
            self._received[name] += 1
            self._exchanges += self._asked
            self._asked = False
            if self._server.form is Form.BYTE:
                self._server.form = Form.UNREADABLE if name == "encrypt" else Form.TYPED
            if name == READY and self.connecting is None:
                self.connecting = self.count()
        self._understand()

    def _understand(self) -> None:
        """Give up both sides where one of them cannot be read."""
        if Form.UNREADABLE in (self._client.form, self._server.form):
            self._client.form = self._server.form = Form.UNREADABLE

    def count(self) -> Count:
        """Return what was said until now."""
        return Count(
            connections=1,
            exchanges=self._exchanges,
            bytes_sent=self._bytes_sent,
            bytes_received=self._bytes_received,
            sent=Counter(self._sent),
            received=Counter(self._received),
            unreadable=int(self._client.form is Form.UNREADABLE),
        )


class Relay:
    """Listens on a free port of the loopback and passes everything on, as it is, to a server.

    A context manager; it has one thread, which ends with the block, and all connections with it.
    Each client gets a connection of its own to `host` and `port`; when one side closes, so does
    the other.
    """

    def __init__(self, host: str, port: int) -> None:
        """Note where the server is; nothing is opened yet."""
        self._host, self._server_port = host, port
        self._connections: set[asyncio.Task[None]] = set()
        self._live: list[Dialogue] = []
        self._past = Count()
        self._first: Count | None = None
        self.port = 0
        """Where it listens."""

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
        """Cut off whoever is still connected."""
        try:
            self._do(self._close())
        finally:
            self._stop()

    def count(self) -> Count:
        """Return what all connections have said until now."""
        return self._do(self._counted())

    def rest(self, quiet: float = 0.03, seconds: float = 2.0) -> Count:
        """Wait until nothing was said for `quiet` seconds, or `seconds` have gone; then count.

        A client that has its answer may still be saying good-bye.
        """
        return self._do(self._rest(quiet, seconds))

    def connecting(self) -> Count | None:
        """Return what it took until the server was ready for a new client; None if it never was."""
        return self._do(self._connecting())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the relay's thread, which alone touches what is counted."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _counted(self) -> Count:
        return sum((dialogue.count() for dialogue in self._live), self._past)

    async def _connecting(self) -> Count | None:
        return self._first or next((one.connecting for one in self._live if one.connecting), None)

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
        self._thread.join()
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
