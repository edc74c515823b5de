"""The passwords of DSNs are found as libpq finds them."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from psycopg import conninfo, pq

from runner.dsn_spelling import WORDS, needs_encoding
from runner.redaction import redacted
from tests.fuzzing import tries
from tests.spelled_dsns import MARK, SPELLED, Spelled


def test_every_word_of_libpq_is_known() -> None:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    assert known <= WORDS


@tries(300)
@given(SPELLED)
def test_no_part_of_a_password_is_left_in_any_spelling(spelled: Spelled) -> None:
    assert MARK not in redacted(spelled.dsn)


@tries(300)
@given(SPELLED)
def test_a_dsn_that_libpq_reads_keeps_all_but_its_password(spelled: Spelled) -> None:
    try:
        meant = conninfo.conninfo_to_dict(spelled.dsn)
    except (psycopg.Error, ValueError):
        return
    if meant.get("password") != spelled.password or needs_encoding(spelled.dsn):
        return
    assert conninfo.conninfo_to_dict(redacted(spelled.dsn)) == {**meant, "password": "***"}


@pytest.mark.parametrize(
    ("dsn", "needed"),
    [
        ("postgresql://u:p/w@h/d", True),
        ("postgresql://u:12/34@h", True),
        ("postgresql://u:p@w@h", True),
        ("postgresql://u:50%@h", True),
        ("postgresql://u:p#w?@h/d", False),
        ("postgresql://u:p%2Fw@h/d?application_name=a@b", False),
        ("postgresql://h:1/d?application_name=a@b", False),
        ("postgresql://u:pw@h", False),
        ("host=h password=p/w@x", False),
    ],
)
def test_a_password_that_ends_too_early_is_noticed(dsn: str, *, needed: bool) -> None:
    assert needs_encoding(dsn) is needed
