"""The runner's own connections fail in a sentence, and a frozen server cannot hold them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo

from runner.server.connection import connect, explained, limited
from runner.server.dsn import ServerError, uri

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer


@pytest.fixture(scope="module")
def own(server: EmbeddedServer) -> str:
    return server._uri("postgres", "postgres")


def test_what_postgresql_answers_is_one_sentence_without_secrets(own: str) -> None:
    with (
        connect(own) as connection,
        pytest.raises(ServerError) as refused,
        explained("the server", ["sekret"]),
    ):
        connection.execute("SELECT 'sekret'::int")
    message = str(refused.value)
    assert message.startswith('the server: invalid input syntax for type integer: "***"')
    assert "\n" not in message


def test_an_error_that_is_not_the_servers_is_left_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), explained("the server", []):
        raise ZeroDivisionError


def test_a_question_without_an_answer_is_cut_off(own: str) -> None:
    with (
        connect(own) as connection,
        pytest.raises(psycopg.OperationalError, match=r"^no answer within 0\.05 s$"),
        limited(connection, 0.05),
    ):
        connection.execute("SELECT pg_sleep(60)")


def test_a_lost_connection_within_its_time_is_no_missing_answer(own: str) -> None:
    with (
        connect(own) as connection,
        pytest.raises(psycopg.OperationalError, match="terminating connection"),
        limited(connection, 60.0),
    ):
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_connection_lives_on_after_its_block(own: str) -> None:
    with connect(own) as connection:
        with limited(connection, 0.05):
            connection.execute("SELECT 1")
        time.sleep(0.1)
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_runner_commits_each_statement_and_prepares_none(own: str) -> None:
    with connect(own) as connection:
        for _ in range(10):
            connection.execute("SELECT %s::int", [1])
        prepared = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
        assert prepared == (0,)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_server_that_refuses_is_an_error_of_the_driver(own: str) -> None:
    wrong = uri(own, password="wrong")
    assert conninfo.conninfo_to_dict(wrong)["password"] == "wrong"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(wrong)
