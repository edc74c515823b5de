"""One DSN for every driver, and no password where people can read it."""

from __future__ import annotations

from urllib.parse import quote

import psycopg
from psycopg import conninfo

UNDERSTOOD = frozenset(
    {
        "application_name", "dbname", "gsslib", "host", "krbsrvname", "options", "passfile",
        "password", "port", "sslcert", "sslcrl", "sslkey", "ssl_max_protocol_version",
        "ssl_min_protocol_version", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert",
        "target_session_attrs", "user",
    }
)  # fmt: skip
"""The words of a DSN that mean the same to libpq and to asyncpg."""


class ServerError(Exception):
    """The server cannot be used; the message is one clear sentence. Exit status 2."""


def words_of(dsn: str) -> dict[str, str]:
    """Take a DSN of either form apart. Raises ServerError, which never repeats its words."""
    try:
        words = {word: str(value) for word, value in conninfo.conninfo_to_dict(dsn).items()}
    except (psycopg.Error, UnicodeError):
        raise ServerError(
            "the DSN cannot be read (its words may hold the password and are not repeated here): "
            "write postgresql://user:password@host:port/database or host=... dbname=..."
        ) from None
    if any("@" in host[1:] for host in words.get("host", "").split(",")):
        raise ServerError(
            "the DSN cannot be read: its host holds an @; inside a password, @ is written %40"
        )
    return words


def uri(dsn: str, **params: str) -> str:
    """Write a DSN of either form, with `params` over it, as a URI that every driver reads.

    `connect_timeout` is left out: asyncpg would send it to the server, and each adapter sets its
    own. Raises ServerError for a word that not every driver understands.
    """
    words = {word: value for word, value in {**words_of(dsn), **params}.items() if value}
    words.pop("connect_timeout", None)
    if unknown := sorted(words.keys() - UNDERSTOOD):
        raise ServerError(
            f"the DSN sets {', '.join(unknown)}, which not every driver understands; leave it out"
        )
    login = quote(words.pop("user", ""), safe="")
    if "password" in words:
        login += ":" + quote(words.pop("password"), safe="")
    address, database = _address(words), words.pop("dbname", "")
    query = "&".join(f"{word}={quote(value, safe='')}" for word, value in words.items())
    return (
        "postgresql://"
        + (f"{login}@" if login else "")
        + address
        + (f"/{quote(database, safe='')}" if database else "")
        + (f"?{query}" if query else "")
    )


def _address(words: dict[str, str]) -> str:
    """Move hosts and ports out of `words`; folders of sockets can only be in the query."""
    hosts = words.get("host", "/").split(",")
    if any(host.startswith("/") for host in hosts):
        return ""
    ports = words.pop("port", "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        raise ServerError(f"the DSN has {len(hosts)} hosts, but {len(ports)} ports")
    del words["host"]
    return ",".join(
        (f"[{quote(host, safe=':')}]" if ":" in host else quote(host, safe=""))
        + (f":{port}" if port else "")
        for host, port in zip(hosts, ports, strict=True)
    )


def without_password(dsn: str) -> str:
    """Write a DSN of either form as a URI that may be shown."""
    return uri(dsn, password="", sslpassword="")


def passwords(dsn: str) -> set[str]:
    """List the words of a DSN that must not be shown."""
    words = words_of(dsn)
    return {words[word] for word in ("password", "sslpassword") if words.get(word)}


def shown_name(application_name: str) -> str:
    """Write an application's name as PostgreSQL keeps it: 63 bytes of plain ASCII."""
    return "".join(c if " " <= c <= "~" else "?" for c in application_name)[:63]
