"""The part of a DSN that the shell says: libpq's variables, service files and password files.

Drivers read different parts of it. So libpq is asked once, and the DSN that all get says the rest;
the variables themselves reach no worker, no pgbench and no connection of the runner.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from psycopg import conninfo, pq

from runner.redaction import masked
from runner.server.dsn import (
    ServerError,
    check_places,
    check_words,
    places,
    words_of,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WITHOUT_A_WORD = (
    *("PGDATESTYLE", "PGGEQO", "PGLOCALEDIR", "PGREQUIRESSL", "PGSERVICEFILE", "PGSYSCONFDIR"),
    "PGTZ",
)
"""The variables that libpq reads beside those that stand for a word of a DSN."""

STOP = {"load_balance_hosts": "poolbench"}
"""The word that libpq checks last: it refuses the value, and so opens nothing."""

DERIVED = {b"sslcertmode": b"allow"}
"""The defaults that libpq has, but does not tell as such."""

ANSWERED = {"connect_timeout", "service", "servicefile"}
"""The words that a DSN may have, though not every driver understands them: none is left of them."""

NOT_PASSED_ON = ("load_balance_hosts", "passfile", "service", "servicefile")
"""The words that have done their part once the others are known."""


@dataclass(frozen=True)
class Resolved:
    """A DSN to which nothing is left to say."""

    dsn: str
    """A URI that every driver reads."""
    origins: tuple[str, ...]
    """The variables and files from which it was completed, by their names."""


@cache
def variables() -> Mapping[str, str]:
    """Return the variables that libpq reads, each with its word; empty where it has none."""
    options = pq.Conninfo.parse(b"")
    words = {it.envvar.decode(): it.keyword.decode() for it in options if it.envvar}
    return {**words, **dict.fromkeys(WITHOUT_A_WORD, "")}


class _Aside:
    """The variables that are out of this process while any thread needs it so."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._blocks = 0
        self._taken: dict[str, str] = {}

    def take(self) -> None:
        """Take them out, unless they are out already."""
        with self._lock:
            if not self._blocks:
                names = [name for name in variables() if name in os.environ]
                self._taken = {name: os.environ.pop(name) for name in names}
            self._blocks += 1

    def give_back(self) -> None:
        """Put them back at the end of the last block."""
        with self._lock:
            self._blocks -= 1
            if not self._blocks:
                os.environ.update(self._taken)


_ASIDE = _Aside()


@contextmanager
def set_aside() -> Iterator[None]:
    """Take libpq's variables out of this process while the block lasts, in whichever threads."""
    _ASIDE.take()
    try:
        yield
    finally:
        _ASIDE.give_back()


def resolve(dsn: str) -> Resolved:
    """Complete a DSN of either form with what the shell says; nothing is opened.

    Raises ServerError, which never repeats its words.
    """
    own = words_of(dsn)
    check_words({word: own[word] for word in own.keys() - ANSWERED}, "the DSN")
    words = _completed(own)
    origins = _origins(own, words)
    origin = f"the DSN with {', '.join(origins)}" if origins else "the DSN"
    check_places(words, origin)
    if "password" not in words and (password := _from_file(words, origin)):
        words["password"] = password
        origins = (*origins, f"the password file {words['passfile']}")
    kept = {word: value for word, value in words.items() if word not in NOT_PASSED_ON}
    return Resolved(written(kept, origin), origins)


def _origins(own: Mapping[str, str], words: Mapping[str, str]) -> tuple[str, ...]:
    """Name the variables and the service that set words which the DSN itself does not set."""
    names = [
        name
        for name, word in variables().items()
        if os.environ.get(name) and word in words and word not in {*own, "passfile"}
    ]
    service = words.get("service")
    return (*sorted(names), *([f"the service {service}"] if service else []))


def _from_file(words: Mapping[str, str], origin: str) -> str:
    """Look up the password for every host in the password file; empty where there is none."""
    found = {
        _asked({**words, "host": host, "port": port})[1].get("password", "")
        for host, port in places(words)
    }
    if len(found) > 1:
        raise ServerError(f"{origin} has hosts with different passwords in the password file")
    return found.pop()


def _completed(own: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a DSN and those that libpq puts to them, but its own defaults."""
    words, used = _asked(own)
    return {**words, "host": words.get("host") or used["host"]}


def _asked(own: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Let libpq prepare a connection.

    Return the words that it has, and the host and the password that it would use first.
    """
    text = conninfo.make_conninfo(**{**own, **STOP})
    connection = pq.PGconn.connect_start(text.encode())
    try:
        said = connection.error_message.decode("utf-8", "replace")
        if STOP["load_balance_hosts"] not in said:
            secrets = [own[word] for word in ("password", "sslpassword") if word in own]
            raise ServerError(masked(f"the DSN cannot be used: {' '.join(said.split())}", secrets))
        words = {
            option.keyword.decode(): option.val.decode()
            for option in connection.info
            if option.val and option.val not in {option.compiled, DERIVED.get(option.keyword)}
        }
        used = {"host": connection.host.decode(), "password": connection.password.decode()}
        return words, used
    finally:
        connection.finish()
