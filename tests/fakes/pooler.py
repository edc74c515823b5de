"""A pooler before PostgreSQL: it hands a session on to the next client as the last one left it."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from select import select
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
SASL_FINAL, AUTHENTICATED = 12, 0
ANOTHER_PROCESS = 0x5555
"""Added to the process that a client is told of: a pooler makes that number up."""


@dataclass
class Session:
    """A session of the server, and what it says to a client that begins."""

    server: socket.socket
    greeting: bytes = b""


class Pooler:
    """Listens on `port` of the loopback; sessions outlive the clients that opened them."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._sessions: list[Session] = []
        self._idle: list[Session] = []
        self.left = threading.Event()
        """A client has left a session, which is handed on from then on."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def sessions(self) -> int:
        """The number of sessions that it has opened."""
        return len(self._sessions)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()
        for session in self._sessions:
            session.server.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, struct.error):
            start = _start(client)
            if self._idle:
                session = self._idle.pop()
                client.sendall(session.greeting)
            else:
                session = Session(socket.create_connection(self._address))
                self._sessions.append(session)
                session.server.sendall(start)
                session.greeting = _authenticated(client, session.server)
            _carry(client, session.server)
            self._idle.append(session)
            self.left.set()


def _exactly(from_: socket.socket, size: int) -> bytes:
    data = from_.recv(size, socket.MSG_WAITALL)
    if len(data) < size:
        raise ConnectionError
    return data


def _message(from_: socket.socket) -> bytes:
    header = _exactly(from_, 5)
    return header + _exactly(from_, struct.unpack("!i", header[1:])[0] - 4)


def _start(client: socket.socket) -> bytes:
    """Read how a client begins; it is not encrypted."""
    while True:
        header = _exactly(client, 8)
        length, code = struct.unpack("!ii", header)
        if code not in (SSL_REQUEST, GSS_REQUEST):
            return header + _exactly(client, length - 8)
        client.sendall(b"N")


def _authenticated(client: socket.socket, server: socket.socket) -> bytes:
    """Let a client log in, tell it of another process, and return what it was greeted with."""
    greeting = b""
    while True:
        message = _message(server)
        kind, body = message[:1], message[5:]
        if kind == b"K":
            pid, secret = struct.unpack("!ii", body)
            message = struct.pack("!cii", b"K", 12, pid + ANOTHER_PROCESS) + struct.pack(
                "!i", secret
            )
        client.sendall(message)
        if kind == b"R":
            code = struct.unpack("!i", body[:4])[0]
            if code not in (SASL_FINAL, AUTHENTICATED):
                server.sendall(_message(client))
            elif code == AUTHENTICATED:
                greeting = message
        elif greeting:
            greeting += message
        if kind == b"Z":
            return greeting
        if kind == b"E":
            raise ConnectionError


def _carry(client: socket.socket, server: socket.socket) -> None:
    """Carry what both say until the client leaves."""
    while True:
        ready, _, _ = select([client, server], [], [])
        if server in ready:
            answer = server.recv(1 << 16)
            if not answer:
                raise ConnectionError
            client.sendall(answer)
        if client in ready:
            try:
                message = _message(client)
            except ConnectionError:
                return
            if message[:1] == b"X":
                return
            server.sendall(message)
