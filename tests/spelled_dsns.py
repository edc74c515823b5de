"""Random passwords in random spellings of DSNs, for Hypothesis.

Every piece of a password that is no separator is the same mark, which nothing else contains: if
any piece is seen anywhere, the mark is.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
import yaml
from hypothesis import strategies as st
from psycopg import conninfo

MARK = "Z.7"
"""Three characters, of which one is not in base64: histograms hold any others by chance."""
SEPARATORS = [
    *("/", "@", ":", "?", "#", "&", "=", "%", " ", "'", '"', "\\", "\n", "$", "{", "}", ","),
    *("[", "]", "_", "*", "`", "ü", "€", "\u202e", "\x1b", "12", "//", "://", "%2F", "${"),
    *(" host=", "&user="),
    "\udcff",  # a byte of a command line that is no UTF-8
]
PASSWORDS = st.lists(st.sampled_from([MARK, *SEPARATORS]), min_size=1, max_size=6).map(
    lambda pieces: "".join(pieces) if MARK in pieces else f"{''.join(pieces)}{MARK}"
)


@dataclass(frozen=True)
class Spelled:
    """A DSN, and the password that is meant by it."""

    dsn: str
    password: str


def _partly(password: str, safe: str) -> str:
    """Encode some characters of a password, as people do."""
    return quote(password, safe=safe, errors="surrogateescape")


def _escaped(password: str) -> str:
    """Write a password without quotes, as libpq's keywords allow it."""
    return "".join(f"\\{it}" if it in "\\' \t\n\r\f\v" else it for it in password)


def _in_quotes(password: str) -> str:
    return "'" + password.replace("\\", "\\\\").replace("'", "\\'") + "'"


ADDRESSES = st.sampled_from(
    ["127.0.0.1:1/d", "127.0.0.1:1", "127.0.0.1:1/d?sslmode=disable", "127.0.0.1:1,127.0.0.1:2/d"]
)
SCHEMES = st.sampled_from(
    ["postgresql://", "postgres://", "POSTGRESQL://", "postgresql+asyncpg://", "jdbc:postgresql://"]
)
SAFE = st.sampled_from(["", "/", "@", ":", "/@:?#&=%' ", "".join(SEPARATORS)])
NAMES = st.sampled_from(["password", "p%61ssword", "%70assword", "sslpassword"])
AROUND = st.sampled_from(["{}", "{}\n", "'{}'", '"{}"', " {}"])


@st.composite
def _uris(draw: st.DrawFn) -> Spelled:
    password = draw(PASSWORDS)
    written = _partly(password, draw(SAFE))
    dsn = f"{draw(SCHEMES)}u:{written}@{draw(ADDRESSES)}"
    return Spelled(draw(AROUND).format(dsn), password)


@st.composite
def _params(draw: st.DrawFn) -> Spelled:
    password = draw(PASSWORDS)
    written = _partly(password, draw(st.sampled_from(["", "/", ":", "@", "/@:' "])))
    more = draw(st.sampled_from(["", "&sslmode=disable", "&application_name=a"]))
    dsn = f"{draw(SCHEMES)}127.0.0.1:1/d?user=u&{draw(NAMES)}={written}{more}"
    return Spelled(draw(AROUND).format(dsn), password)


@st.composite
def _words(draw: st.DrawFn) -> Spelled:
    password = draw(PASSWORDS)
    written = draw(st.sampled_from([_escaped(password), _in_quotes(password), password]))
    equals = draw(st.sampled_from(["=", " = ", "= ", "\n=\n"]))
    name = draw(st.sampled_from(["password", "PASSWORD", "sslpassword"]))
    words = draw(st.permutations(["host=127.0.0.1", "port=1", f"{name}{equals}{written}"]))
    return Spelled(" ".join(words), password)


@st.composite
def _without_scheme(draw: st.DrawFn) -> Spelled:
    password = draw(PASSWORDS)
    return Spelled(f"u:{_partly(password, draw(SAFE))}@127.0.0.1:1/d", password)


SPELLED = st.one_of(_uris(), _params(), _words(), _without_scheme())


@st.composite
def _unknown(draw: st.DrawFn) -> Spelled:
    """Write a text of no form that a DSN has, in which more than a place is named."""
    password = draw(PASSWORDS)
    pieces = st.lists(st.sampled_from(["u", "h:5432", "tcp://", "psql", "/d", *SEPARATORS]))
    before, after = draw(pieces), draw(pieces)
    apart = draw(st.sampled_from(["@", "?", "#", "&", "%", " u", "\\", ",", ";"]))
    return Spelled("".join([*before, password, apart, *after]), password)


def _is_read(dsn: str) -> bool:
    """Tell whether YAML or libpq reads a text: then each of its words has its meaning."""
    if dsn.strip()[:1] + dsn.strip()[-1:] == "{}":
        return True
    with suppress(yaml.YAMLError):
        if isinstance(yaml.safe_load(dsn), dict | list):
            return True
    try:
        return bool(conninfo.conninfo_to_dict(dsn))
    except (psycopg.ProgrammingError, UnicodeEncodeError):
        return False


UNKNOWN = _unknown().filter(lambda spelled: not _is_read(spelled.dsn))
