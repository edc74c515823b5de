"""The passwords of DSNs are found as libpq finds them."""

from __future__ import annotations

import pytest
from psycopg import pq

from runner.dsn_spelling import WORDS, needs_encoding, needs_quotes


def test_every_word_of_libpq_is_known() -> None:
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    assert known <= WORDS


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


@pytest.mark.parametrize(
    ("dsn", "needed"),
    [
        ("host=h password=a host=b", True),
        ("password=a user=b user=u host=h", True),
        ("password = a password\n=\nb", True),
        ("host=h password='a host=b'", False),
        (r"host=h password=a\ host=b", False),
        ("host=h password=a", False),
        ("postgresql://h/d?host=a&host=b", False),
    ],
)
def test_a_password_that_lacks_its_quotes_is_noticed(dsn: str, *, needed: bool) -> None:
    assert needs_quotes(dsn) is needed
