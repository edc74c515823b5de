"""A password is masked wherever it is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from psycopg import conninfo

from runner.redaction import Redactor, masked, redacted, redacted_override, visible

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        ("postgresql://u:pw@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u:p@w:/x@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:p w'\"\n@h/d", "postgresql://u:***@h/d"),
        ("postgresql://:pw@h/d", "postgresql://:***@h/d"),
        ("mysql://u:pw/d", "mysql://u:***"),
        ("postgresql:/u:pw@h", "postgresql:/u:***@h"),
        ("u:pw@h/d", "u:***@h/d"),
        ("mypool:QueuePool", "mypool:QueuePool"),
        ("postgresql://u@h:5432/d?password=pw&x=1", "postgresql://u@h:5432/d?password=***&x=1"),
        ("postgresql://h:5432/d?application_name=a@b", "postgresql://h:5432/d?application_name=a@b"),
        ("postgresql://u:${PW}@h/d", "postgresql://u:${PW}@h/d"),
        ("postgresql://u:${PW:-pw}@h/d", "postgresql://u:${PW:-***}@h/d"),
        ("postgresql://u:x${PW}@h/d", "postgresql://u:***@h/d"),
        ("postgresql://${U:-me}:pw@h/d", "postgresql://${U:-me}:***@h/d"),
        ("postgresql://${U:-me}@h:1/d?user=a@b", "postgresql://${U:-me}@h:1/d?user=a@b"),
        ("${URL:-postgresql://u:pw@h/d}", "${URL:-postgresql://u:***@h/d}"),
        ("host=h password=pw user=u", "host=h password=*** user=u"),
        ("host=h password = 'p w\\' x' user=u", "host=h password = *** user=u"),
        ("password='p w", "***"),
        ("host=h PASSWORD=pw sslpassword=pw", "host=h PASSWORD=*** sslpassword=***"),
        ("password=${PW:-p w} user=u", "password=${PW:-***} user=u"),
        ("host=h user=u", "host=h user=u"),
        # as libpq reads it
        ("host=h password=a\\ b\\' user=u", "host=h password=*** user=u"),
        ("password= pw", "password= ***"),
        ("postgresql://h/d?p%61ssword=pw&sslmode=allow", "postgresql://h/d?p%61ssword=***&sslmode=allow"),
        ("postgresql://h/d?user=u&password=p@w", "postgresql://h/d?user=u&password=***"),
        ("postgresql://u:pw@h:1,[::1]:2/d?host=/tmp", "postgresql://u:***@h:1,[::1]:2/d?host=/tmp"),
        ("jdbc:postgresql://h:1/d?user=u&password=pw", "jdbc:postgresql://h:1/d?user=u&password=***"),
        ("'postgresql://u:pw@h/d'\n", "'postgresql://u:***@h/d'\n"),
        # as it was meant, where libpq would read it otherwise
        ("postgresql://u:p/w@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:12/34@h/d", "postgresql://u:***@h/d"),
        ("postgresql://me@azure:p/w@h/d", "postgresql://me@azure:***@h/d"),
        ("postgresql://u/pw@h/d", "postgresql://***"),
        ("postgresql://u%3Apw@h/d", "postgresql://***@h/d"),
        ("u:p:/w@h/d", "u:***@h/d"),
        ("host=h dbname=postgresql://u:pw@h/d", "host=h dbname=***"),
        ("postgresql://u:${X:-pw}/d", "postgresql://u:${X:-pw}/d"),
        # of a form that is not known, and a secret may be in it
        ("password=my pw user=u", "***"),
        ("password=my pw=1 user=u", "***"),
        ("{dsn: x, password: pw}", "***"),
        ("PGPASSWORD=pw", "***"),
        ("what is no DSN: 1 @ 2", "what is no DSN:***"),
        ("a word", "a word"),
    ],
)  # fmt: skip
def test_a_password_in_a_dsn_is_masked_and_all_else_is_kept(dsn: str, shown: str) -> None:
    assert redacted(dsn) == shown


NASTY = "p@s:s/w%41 '\\\"ü€+&?#[]=,"


@pytest.mark.parametrize(
    "quoted",
    [str, repr, json.dumps, quote, quote_plus, lambda secret: conninfo.make_conninfo(user=secret)],
)
def test_a_secret_is_masked_in_every_quoting(quoted: Callable[[str], str]) -> None:
    text = masked(f"before {quoted(NASTY)} after", ["", "w%41", NASTY])
    assert re.fullmatch("before (user=)?['\"]?\\*\\*\\*['\"]? after", text)


@pytest.mark.parametrize("secret", ["a", "17", "1234"])
def test_a_secret_that_is_in_every_text_is_masked_where_it_is_a_word(secret: str) -> None:
    text = f"b{secret}b: {secret}, x={secret}@h, 0{secret}0, 1.{secret}"
    assert masked(text, [secret]) == f"b{secret}b: ***, x=***@h, 0{secret}0, 1.{secret}"


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        ([":abc", "abcdefgh"], "u:abcdefgh@h", "u***@h"),
        (["abcd", "cdef", "efgh"], "<abcdefgh>", "<***>"),
        (["abcab"], "<abcabcab>", "<***>"),
        (["abcdefgh", "cdef"], "<abcdefgh>", "<***>"),
        (["abcd", "efgh"], "<abcdefgh>", "<******>"),
    ],
)
def test_of_secrets_that_overlap_no_part_is_shown(
    secrets: list[str], text: str, shown: str
) -> None:
    assert masked(text, secrets) == shown


def test_a_secret_of_nothing_is_no_secret() -> None:
    assert masked("a b ***", ["", " ", "*", "***"]) == "a b ***"


def test_what_was_typed_is_learnt_from() -> None:
    redactor = Redactor()
    redactor.learn_from("server=postgresql://${U:-me}:p/w-1@h/d")
    redactor.learn_from(r"host=h password=a\ b")
    redactor.learn_from("--server=host=h ssl password=unquoted words")
    redactor.learn_from("host=h password=${PW}and-more user=${U}")
    assert redactor.masked("'p/w-1' 'a b' p%2Fw-1 me") == "'***' '***' *** me"
    assert redactor.masked("--set server=host=h ssl password=unquoted words") == "--set server=***"
    assert redactor.masked("password=${PW}and-more ${PW} ${U}") == "password=*** ${PW} ${U}"


@pytest.mark.parametrize(
    "typed",
    ["PASSWORD=sekret port=1 host=h", "--password=sekret", "adapters.a.options.token='sekret'"],
)
def test_the_value_of_a_key_that_names_a_secret_is_learnt(typed: str) -> None:
    redactor = Redactor()
    redactor.learn_from(typed)
    assert "sekret" not in redactor.masked(f"{typed}, sekret")


def test_plain_data_is_masked_in_its_texts_alone() -> None:
    values = {"sekret": ["a sekret", 1, None, {"b": "sekret"}]}
    assert Redactor("sekret").masked_values(values) == {"sekret": ["a ***", 1, None, {"b": "***"}]}


def test_the_value_of_an_override_is_masked() -> None:
    assert redacted_override("server=postgresql://u:p w@h/d") == "server=postgresql://u:***@h/d"
    assert redacted_override("server=host=h password=p w") == "server=***"
    assert redacted_override("server=hunter2") == "server=***"
    assert redacted_override("server=embedded") == "server=embedded"
    assert redacted_override("rounds=2") == "rounds=2"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("embeded", "***"),
        ("h.example.org:5432/d", "h.example.org:5432/d"),
        ("http://u:pw@h/d", "http://u:***@h/d"),
        ("'postgresql://u:pw@h/d'", "'postgresql://u:***@h/d'"),
        ("{settings: {fsync: off}}", "{settings: {fsync: off}}"),
        ("host=${H} password=p@w user=u", "host=${H} password=*** user=u"),
        ("host=pw? user=u", "***"),
        ("host=pw@h", "***"),
        ("host=\udcffpw", "***"),
        ("tcp://h/d?x=pw", "***"),
        ("'u/pw@h'", "***"),
        ("u:pw", "***"),
    ],
)
def test_an_override_of_the_server_is_shown_where_nothing_can_be_hidden_in_it(
    value: str, shown: str
) -> None:
    for key in ("server", "server.dsn", "server.direct"):
        assert redacted_override(f"{key}={value}") == f"{key}={shown}"
    assert redacted_override(f"name={value}") == f"name={redacted(value)}"


def test_a_text_of_people_stays_as_it_is() -> None:
    text = "dos cafés – 2 × ½,\n\tnaïve 日本語 \u00a0 🙂"  # noqa: RUF001
    assert visible(text) == text
