"""A password is masked wherever it is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from psycopg import conninfo

from runner.redaction import masked, redacted

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        ("postgresql://u:pw@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u:p@w:/x@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:p w'\"\n@h/d", "postgresql://u:***@h/d"),
        ("postgresql://:pw@h/d", "postgresql://:***@h/d"),
        ("mysql://u:pw/d", "mysql://u:***/d"),
        ("postgresql:/u:pw@h", "postgresql:/u:***@h"),
        ("u:pw@h/d", "u:***@h/d"),
        ("mypool:QueuePool", "mypool:QueuePool"),
        ("postgresql://u@h:5432/d?password=pw&x=1", "postgresql://u@h:5432/d?password=***&x=1"),
        ("postgresql://h:5432/d?application_name=a@b", "postgresql://h:5432/d?application_name=a@b"),
        ("postgresql://u:${PW}@h/d", "postgresql://u:${PW}@h/d"),
        ("postgresql://u:${PW:-pw}@h/d", "postgresql://u:${PW:-***}@h/d"),
        ("postgresql://u:x${PW}@h/d", "postgresql://u:***@h/d"),
        ("postgresql://${U:-me}:pw@h/d", "postgresql://${U:-me}:***@h/d"),
        ("postgresql://${U:-me}@h:1/d?x=a@b", "postgresql://${U:-me}@h:1/d?x=a@b"),
        ("${URL:-postgresql://u:pw@h/d}", "${URL:-postgresql://u:***@h/d}"),
        ("host=h password=pw user=u", "host=h password=*** user=u"),
        ("host=h password = 'p w\\' x' user=u", "host=h password = *** user=u"),
        ("password='p w", "password=***"),
        ("host=h PASSWORD=pw sslpassword=pw", "host=h PASSWORD=*** sslpassword=***"),
        ("password=${PW:-p w} user=u", "password=${PW:-***} user=u"),
        ("host=h user=u", "host=h user=u"),
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
