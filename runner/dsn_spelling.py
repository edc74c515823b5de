"""The secret parts of a text that may be a DSN, found as libpq reads it, in any spelling.

A text that libpq reads keeps all but its secrets. One that is like a DSN and that libpq would read
otherwise than it was meant, or not at all, hides more than that: as a whole if need be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECRET_NAME = re.compile(r"passw|pwd|secret|token|scram_(client|server)_key", re.IGNORECASE)
"""The name of a value that must not be shown."""

WORDS = frozenset(
    {
        *("service", "user", "password", "passfile", "channel_binding", "connect_timeout"),
        *("dbname", "host", "hostaddr", "port", "client_encoding", "options"),
        *("application_name", "fallback_application_name", "keepalives", "keepalives_idle"),
        *("keepalives_interval", "keepalives_count", "tcp_user_timeout", "sslmode"),
        *("sslnegotiation", "sslcompression", "sslcert", "sslkey", "sslcertmode", "sslpassword"),
        *("sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer", "require_auth"),
        *("min_protocol_version", "max_protocol_version", "ssl_min_protocol_version"),
        *("ssl_max_protocol_version", "gssencmode", "krbsrvname", "gsslib", "gssdelegation"),
        *("replication", "target_session_attrs", "load_balance_hosts", "scram_client_key"),
        *("scram_server_key", "oauth_issuer", "oauth_client_id", "oauth_client_secret"),
        *("oauth_scope", "sslkeylogfile"),
        *("ssl", "schema", "pgbouncer"),  # of other libraries
    }
)
"""The words of a DSN."""

POSTGRESQL = r"\s*['\"]?(jdbc:)?postgres(ql)?(\+\w+)?://"
DSN = re.compile(rf"{POSTGRESQL}|\s*\$\{{|[^:/]*=")
"""The beginning of a DSN, as people have it: a URI, a variable, or `word=`."""
URI_KNOWN = re.compile(rf"{POSTGRESQL}|\s*\$\{{\w+(:-[^}}]*)?\}}\s*(://|\Z)")
"""That of one which is a URI, or a variable for all of it or for its scheme."""
PLACE = re.compile(
    r"(?:\w+:?//?)?(?:[\w.-]+:\*{3}@?)?"
    r"(?:[\w.-]*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?(?:/[\w.-]*)?",
    re.ASCII,
)
"""A host, perhaps with its port and a database, and before it a user whose password is masked."""

SCHEME = re.compile(
    r"\s*[\"']?(?:jdbc:)?(?:[\ue000-\uf8ff]|(?:postgres\w*|pg\w*|mysql|mariadb|mssql|oracle|sqlite|"
    r"mongodb|redis|https?)(?:\+\w+)?):/+",
    re.IGNORECASE,
)
"""The beginning of a URL; another word before `:/` may be a user, and what follows a password."""
HOST = r"(?:\[[\w:.%]*\]|[^\s:/?#@,&=\[\]]*)(?::[0-9\ue000-\uf8ff]*)?"
URI = re.compile(
    r"(?:(?P<user>[^\s:/?#@]*)(?::(?P<password>[^\s/?#@]*))?@)?"
    rf"{HOST}(?:,{HOST})*(?:/[^?#@:&=]*)?(?:\?(?P<params>.*))?[\s\"']*",
    re.DOTALL,
)
"""A URI without its scheme, in which every character that has a meaning has only that one."""
WORD = re.compile(
    r"\s*+(?P<word>[^\s=]++)\s*+=\s*+"
    r"(?P<value>'(?:[^'\\]|\\.)*+'|(?!')(?:[^\s\\]|\\.)*+)(?=\s|$)",
    re.DOTALL,
)
"""A word and its value as libpq's keywords spell them."""
PLAIN_WORDS = re.compile(r"[\w\s.,:/=*+${}'\"-]*")
"""Words without what separates the parts of another form, and with variables."""
LONE_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
NAMED = re.compile(rf"(?:{SECRET_NAME.pattern})\w*\W{{0,3}}[=:]", re.IGNORECASE)
"""The name of a secret before a value, in any notation."""


@dataclass(frozen=True)
class Span:
    """A secret part of a text, from `start` to `end`."""

    start: int
    end: int


def secret_spans(text: str) -> Sequence[Span]:
    """Find the parts of a text that must not be shown, from left to right."""
    if scheme := SCHEME.match(text):
        return _of_uri(text, scheme.end())
    if (words := _words(text)) is not None:
        return words
    if "@" in text and ":" in text[: text.rindex("@")]:
        return _of_uri(text, 0)
    return [Span(0, len(text))] if _names_a_secret(text) else []


def has_known_form(text: str) -> bool:
    """Tell whether the secrets of a text are found, if it has any: it is a DSN, or a mere place.

    Of words only where all but the secrets is plain: an @ or a ? among them may follow a password.
    """
    if URI_KNOWN.match(text) or is_place(text):
        return True
    spans = _words(text)
    return spans is not None and PLAIN_WORDS.fullmatch(_without(text, spans)) is not None


def _without(text: str, spans: Sequence[Span]) -> str:
    """Leave parts of a text out, which come from left to right."""
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


def is_place(text: str) -> bool:
    """Tell whether a text is no more than a place, of which a secret has been masked already."""
    return PLACE.fullmatch(text.strip()) is not None


def needs_encoding(dsn: str) -> bool:
    """Tell whether the password of a URI holds what ends it too early for libpq, or a lone %."""
    scheme = SCHEME.match(dsn)
    before, at, _ = dsn[scheme.end() :].rpartition("@") if scheme else ("", "", "")
    if scheme is None or not at:
        return False
    clear = _of_clear_uri(dsn, scheme.end()) is not None
    return bool(LONE_PERCENT.search(before) or (not clear and re.search("[/@]", before)))


def needs_quotes(dsn: str) -> bool:
    """Tell whether a word comes twice beside values: the second may be a part of a password."""
    if SCHEME.match(dsn):
        return False
    names = [word["word"] for word in _each_word(dsn)]
    return len(set(names)) < len(names)


def _of_uri(text: str, start: int) -> list[Span]:
    clear = _of_clear_uri(text, start)
    return _of_ambiguous_uri(text, start) if clear is None else clear


def _of_clear_uri(text: str, start: int) -> list[Span] | None:
    """Find the secrets of a URI that can be read in one way only; None of another one."""
    uri = URI.fullmatch(text, start)
    params = _params(uri) if uri else None
    if uri is None or params is None:
        return None
    if uri["password"]:
        return [Span(*uri.span("password")), *params]
    if uri["user"] and ":" in unquote(uri["user"]):
        return [Span(*uri.span("user")), *params]
    return params


def _params(uri: re.Match[str]) -> list[Span] | None:
    """Find the secret values of the parameters; None where they may be a part of the password."""
    if uri["params"] is None:
        return []
    names: set[str] = set()
    spans, end = [], uri.start("params") - 1
    for param in uri["params"].split("&"):
        name, equals, value = param.partition("=")
        end += 1 + len(param)
        if not equals or ("@" in param and unquote(name) not in WORDS) or name in names:
            return None
        names.add(name)
        if SECRET_NAME.search(unquote(name)) and value:
            spans.append(Span(end - len(value), end))
        elif _names_a_secret(value):
            return None
    return spans


def _of_ambiguous_uri(text: str, start: int) -> list[Span]:
    """Hide all that may be a password where a separator may be a part of it.

    With an @ it may begin at the first colon and end at the last @, else end with the text.
    """
    at = text.rfind("@", start)
    colon = text.find(":", start, at if at >= 0 else len(text))
    if at < 0:
        if colon >= 0 and not _ports_only(text[start:]):
            return [Span(colon + 1, len(text))]
        return [Span(start, len(text))] if _names_a_secret(text[start:]) else []
    if colon < 0 or _names_a_secret(text[start:colon]):
        return [Span(start, len(text))]
    rest = _of_clear_uri(text, at + 1)
    return [Span(colon + 1, len(text))] if rest is None else [Span(colon + 1, at), *rest]


def _ports_only(uri: str) -> bool:
    """Tell whether the colons of a URI stand before ports, and nothing after them is secret."""
    hosts, _, rest = uri.partition("/")
    return re.fullmatch(f"{HOST}(?:,{HOST})*", hosts) is not None and ":" not in rest


def _words(text: str) -> list[Span] | None:
    """Find the secret values of words; None where the text is no list of words and values.

    Nor where a word comes twice: then it may be a part of a password that lacks its quotes.
    """
    spans: list[Span] = []
    names: set[str] = set()
    end = 0
    for word in _each_word(text):
        name, value = word["word"], word["value"]
        if name.lower() not in WORDS or name in names:
            return None
        names.add(name)
        if SECRET_NAME.search(name):
            spans += [Span(*word.span("value"))] if value else []
        elif _names_a_secret(value) or secret_spans(value):
            spans.append(Span(*word.span("value")))
        end = word.end()
    return spans if end and not text[end:].strip() else None


def _each_word(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while word := WORD.match(text, position):
        yield word
        position = word.end()


def _names_a_secret(text: str) -> bool:
    return NAMED.search(unquote(text)) is not None
