"""A secret is masked however it is written."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from psycopg import conninfo

from runner.redaction import masked

if TYPE_CHECKING:
    from collections.abc import Callable

NASTY = "p@s:s/w%41 '\\\"ü€+&?#[]=,"


@pytest.mark.parametrize(
    "quoted",
    [str, repr, json.dumps, quote, quote_plus, lambda secret: conninfo.make_conninfo(user=secret)],
)
def test_a_secret_is_masked_in_every_quoting(quoted: Callable[[str], str]) -> None:
    text = masked(f"before {quoted(NASTY)} after", ["", "w%41", NASTY])
    assert re.fullmatch("before (user=)?['\"]?\\*\\*\\*['\"]? after", text)
