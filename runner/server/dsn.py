"""One DSN for every driver, and no password where people can read it."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import conninfo

if TYPE_CHECKING:
    from collections.abc import Mapping

UNDERSTOOD = frozenset(
    {
        "application_name", "dbname", "host", "krbsrvname", "options", "passfile",
        "password", "port", "sslcert", "sslcrl", "sslkey", "ssl_max_protocol_version",
        "ssl_min_protocol_version", "sslmode", "sslnegotiation", "sslpassword", "sslrootcert",
        "target_session_attrs", "user",
    }
)  # fmt: skip
"""The words of a DSN that mean the same to libpq and to asyncpg."""

INSTEAD = {
    "client_encoding": "leave it out: every driver speaks UTF-8",
    "hostaddr": "write the address as host",
    **dict.fromkeys(("ssl", "sslaccept"), "write sslmode=require, or sslmode=disable"),
    **dict.fromkeys(
        ("schema", "currentSchema", "search_path"),
        "leave it out: the table is in a schema of PoolBench's own",
    ),
    **dict.fromkeys(
        ("pgbouncer", "prepared_statement_cache_size", "statement_cache_size", "prepareThreshold"),
        "leave it out: options of a driver are written under adapters",
    ),
    **dict.fromkeys(
        ("connection_limit", "pool_timeout", "pool_size", "max_overflow"),
        "leave it out: the sizes and the time-out are written under pool",
    ),
    **dict.fromkeys(("database", "db"), "write dbname"),
    **dict.fromkeys(("username", "login"), "write user"),
    **dict.fromkeys(("passwd", "pwd", "pass"), "write password"),
    **dict.fromkeys(("server", "hostname"), "write host"),
}
"""A word of a DSN, as other programs have it or libpq alone -> what to write instead."""

NOT_A_FILE = (
    "which not every driver understands; name a file, such as /etc/ssl/certs/ca-certificates.crt"
)
FORM = "write postgresql://user:password@host:port/database or host=... dbname=..."
DRIVER = re.compile(r"(postgres(?:ql)?)\+\w+(?=://)")
"""The beginning of a URL of SQLAlchemy's, which names a driver."""
HOST = re.compile(r"[\w.-]+(:[0-9]+)?(/\w*)?|\[[0-9a-fA-F:]+\](:[0-9]+)?")
"""A host, perhaps with its port and a database."""
PORT = re.compile(r"[0-9]{1,5}")
MOST_PORT = 65_535


class ServerError(Exception):
    """The server cannot be used; the message is one clear sentence. Exit status 2."""


def words_of(dsn: str) -> dict[str, str]:
    """Take a DSN of either form apart. Raises ServerError, which never repeats its words."""
    text = _as_libpq_spells_it(dsn)
    try:
        words = {word: str(value) for word, value in conninfo.conninfo_to_dict(text).items()}
    except UnicodeError:
        sentence = "the DSN holds characters that are no UTF-8 text"
    except psycopg.Error as error:
        sentence = _unread(text, str(error))
    else:
        check_places(words, "the DSN")
        return words
    # Outside of the handlers: what they caught quotes the DSN.
    raise ServerError(sentence)


def _as_libpq_spells_it(dsn: str) -> str:
    """Leave out the driver, and blanks around a DSN. Raises ServerError for quotes and jdbc."""
    text = DRIVER.sub(r"\1", dsn.lstrip().rstrip("\r\n"), count=1)
    if "\0" in text:
        raise ServerError("the DSN holds a NUL character")
    if text.startswith(("'", '"')):
        raise ServerError("the DSN is in quotes that are part of it; leave them out")
    if text.startswith("jdbc:"):
        raise ServerError(f"the DSN begins with jdbc:, which is Java's; {FORM}")
    return text.rstrip() if text.startswith(("postgresql://", "postgres://")) else text


def _unread(dsn: str, error: str) -> str:
    """Say why libpq cannot read a DSN; `error` is its own sentence."""
    for word in re.findall(r'"(\w+)"', error):
        if word in INSTEAD:
            return f"the DSN sets {word}: {INSTEAD[word]}"
    if HOST.fullmatch(dsn):
        return f"the DSN is a host alone; {FORM}"
    return (
        "the DSN cannot be read (its words may hold the password and are not repeated here): "
        f"{FORM}"
    )


def check_places(words: Mapping[str, str], origin: str) -> None:
    """Raise ServerError for hosts and ports that drivers would read each in its own way.

    `origin` is what sets them.
    """
    hosts = words.get("host", "").split(",")
    folders = [host for host in hosts if host.startswith("/")]
    if any("@" in host for host in hosts):
        raise ServerError(
            f"{origin} cannot be read: its host holds an @; inside a password, @ is written %40"
        )
    if len(hosts) > 1 and not all(hosts):
        raise ServerError(f"{origin} has an empty host among others")
    if folders and len(folders) < len(hosts):
        raise ServerError(f"{origin} has folders of sockets and other hosts; name one kind")
    if not all(map(_is_host, filter(None, hosts))):
        raise ServerError(f"{origin} has a host that is no name, no address and no folder")
    if words.get("host") and words.get("port"):
        places(words)
    for port in filter(None, words.get("port", "").split(",")):
        if not (PORT.fullmatch(port) and 1 <= int(port) <= MOST_PORT):
            raise ServerError(
                f"{origin} has a port that is no number from 1 to {MOST_PORT}; inside a password, "
                "/ is written %2F and : %3A"
            )


def _is_host(host: str) -> bool:
    if host.startswith("/"):
        return True
    if ":" not in host:
        return not re.search(r"[\s/?#\[\]\\]", host)
    try:
        return bool(ipaddress.IPv6Address(host))
    except ValueError:
        return False


def uri(dsn: str, **params: str) -> str:
    """Write a DSN of either form, with `params` over it, as a URI that every driver reads.

    `connect_timeout` is left out: asyncpg would send it to the server, and each adapter sets its
    own. Raises ServerError for a word that not every driver understands.
    """
    words = {word: value for word, value in {**words_of(dsn), **params}.items() if value}
    return written(words, "the DSN")


def written(words: Mapping[str, str], origin: str) -> str:
    """Write words as `uri` does; `origin` is what sets them, for a complaint."""
    words = {word: value for word, value in words.items() if value and word != "connect_timeout"}
    check_words(words, origin)
    login = quote(words.pop("user", ""), safe="")
    if "password" in words:
        login += ":" + quote(words.pop("password"), safe="")
    address, database = _address(words), words.pop("dbname", "")
    query = "&".join(f"{word}={quote(value, safe='')}" for word, value in sorted(words.items()))
    return (
        "postgresql://"
        + (f"{login}@" if login else "")
        + address
        + (f"/{quote(database, safe='')}" if database else "")
        + (f"?{query}" if query else "")
    )


def check_words(words: Mapping[str, str], origin: str) -> None:
    """Raise ServerError for words that not every driver understands."""
    unknown = sorted(words.keys() - UNDERSTOOD)
    reasons = [f"{origin} sets {word}: {INSTEAD[word]}" for word in unknown if word in INSTEAD]
    if rest := ", ".join(word for word in unknown if word not in INSTEAD):
        reasons.append(f"{origin} sets {rest}, which not every driver understands; leave it out")
    if words.get("sslrootcert") == "system":
        reasons.append(f"{origin} sets sslrootcert=system, {NOT_A_FILE}")
    if reasons:
        raise ServerError("; ".join(reasons))


def places(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """List each host with its port, which may be empty. Raises ServerError where they differ."""
    hosts, ports = words.get("host", "").split(","), words.get("port", "").split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        raise ServerError(f"the DSN has {len(hosts)} hosts, but {len(ports)} ports")
    return list(zip(hosts, ports, strict=True))


def _address(words: dict[str, str]) -> str:
    """Move hosts and ports out of `words`; folders of sockets can only be in the query."""
    along = places(words)
    if any(host.startswith("/") or not host for host, _ in along):
        return ""
    words.pop("port", None)
    del words["host"]
    return ",".join(
        (f"[{quote(host, safe=':')}]" if ":" in host else quote(host, safe=""))
        + (f":{port}" if port else "")
        for host, port in along
    )


READ_ONLY = "-c default_transaction_read_only=on"
"""The start-up option with which the server refuses every write of a session, functions' too."""


DURABLE = "-c synchronous_commit=on"


def read_only(dsn: str) -> str:
    """Write a DSN as a URI whose sessions are read-only."""
    options = words_of(dsn).get("options", "")
    return uri(dsn, options=f"{options} {READ_ONLY}".strip())


def durable(dsn: str) -> str:
    """Write a DSN as a URI whose sessions acknowledge no write that a crash could lose."""
    options = words_of(dsn).get("options", "")
    return uri(dsn, options=f"{options} {DURABLE}".strip())


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
