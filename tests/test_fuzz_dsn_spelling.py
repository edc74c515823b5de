"""However a DSN is spelled, its password is found where libpq finds it, and nothing else."""

from __future__ import annotations

import psycopg
from hypothesis import given
from psycopg import conninfo

from runner.dsn_spelling import needs_encoding
from runner.redaction import redacted
from tests.fuzzing import tries
from tests.spelled_dsns import MARK, SPELLED, Spelled


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
