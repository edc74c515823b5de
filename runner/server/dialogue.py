"""One connection as it is overheard, and the count of what was said over it."""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.server.frames import QUESTIONS, READY, START, Form, Frames

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Count:
    """A count of what was said over one connection or many; counts can be added and subtracted."""

    connections: int = 0
    exchanges: int = 0
    """Answers of the server: its first message after one of the client's. It does not
    matter how many messages go each way before the turn changes. A client that goes on asking
    while it is being answered makes this number a matter of timing."""
    bytes_sent: int = 0
    """The bytes that the client sent."""
    bytes_received: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    """The client's messages, by the protocol's letter, the first ones by their name."""
    received: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    """Connections that became encrypted, or never were of this protocol: only bytes counted."""

    @property
    def ready_for_query(self) -> int:
        """The times that the server was ready for the next query."""
        return self.received[READY]

    def __add__(self, other: Count) -> Count:
        return self._with(other, operator.add)

    def __sub__(self, other: Count) -> Count:
        """Subtract `other`, an earlier count of the same."""
        return self._with(other, operator.sub)

    def _with(self, other: Count, combine: Callable[[Any, Any], Any]) -> Count:
        return Count(
            **{name: combine(own, getattr(other, name)) for name, own in vars(self).items()}
        )


class Dialogue:
    """Counts a connection: feed it what each side says, in the order of saying."""

    def __init__(self) -> None:
        self._client = Frames(Form.FIRST)
        self._server = Frames(Form.TYPED)
        self._sent: Counter[str] = Counter()
        self._received: Counter[str] = Counter()
        self._bytes_sent = self._bytes_received = 0
        self._exchanges = 0
        self._asked = False
        self.connecting: Count | None = None
        """The count until the server was ready for the first time; None before that."""

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
        """Count what was said until now."""
        return Count(
            connections=1,
            exchanges=self._exchanges,
            bytes_sent=self._bytes_sent,
            bytes_received=self._bytes_received,
            sent=Counter(self._sent),
            received=Counter(self._received),
            unreadable=int(self._client.form is Form.UNREADABLE),
        )
