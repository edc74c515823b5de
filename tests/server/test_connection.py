"""The runner's own connections fail in a sentence, and a frozen server cannot hold them."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import conninfo

from runner.server import connection as module
from runner.server import patience
from runner.server.connection import ServerLostError, connect, explained, is_no_client
from runner.server.dsn import ServerError, uri
from runner.server.patience import NoAnswerError
from runner.supervision.interrupts import Interrupted, Interrupts
from tests.asking import ask

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


def test_a_question_without_an_answer_is_given_up_and_its_connection_closed(
    own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.05)
    with (
        connect(own) as connection,
        pytest.raises(ServerLostError, match=r"^the server: no answer within \d+\.\d s$"),
        explained("the server", []),
        connection.transaction(),
    ):
        connection.execute("SELECT pg_sleep(60)")
    assert connection.closed


def test_exchanges_without_an_answer_are_given_up(
    own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.05)
    with connect(own) as connection:
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        try:
            with pytest.raises(NoAnswerError), connection.exchanging() as exchange:
                exchange()
        finally:
            os.kill(backend, signal.SIGCONT)
        assert connection.closed


def test_an_exchange_on_a_connection_that_ended_is_an_error_of_the_driver(own: str) -> None:
    with connect(own) as connection:
        with connection.exchanging() as exchange:
            exchange()
        ask(own, "SELECT pg_terminate_backend(%s, 5000)", connection.info.backend_pid)
        with pytest.raises(psycopg.OperationalError), connection.exchanging() as exchange:
            exchange()
        assert connection.closed


def test_a_lost_connection_within_its_time_is_no_missing_answer(own: str) -> None:
    with connect(own) as connection, pytest.raises(psycopg.OperationalError) as lost:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert not isinstance(lost.value, NoAnswerError)


def test_a_connection_lives_on_after_a_question_with_a_limit_of_its_own(own: str) -> None:
    with connect(own) as connection:
        assert connection.answers(0.5)
        time.sleep(0.6)
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_signal_ends_the_wait_for_an_answer(own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "AFTER_SIGNAL_SECONDS", 0.2)
    with Interrupts() as interrupts, connect(own, interrupts) as connection:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(Interrupted):
            connection.execute("SELECT pg_sleep(60)")
        monkeypatch.setattr(patience, "AFTER_SIGNAL_SECONDS", 20.0)
        with connect(own, interrupts) as another:  # what is asked to clear away is answered
            assert another.execute("SELECT 1").fetchone() == (1,)
            monkeypatch.setattr(patience, "AFTER_SIGNAL_SECONDS", 0.2)
            with pytest.raises(NoAnswerError):
                another.execute("SELECT pg_sleep(60)")


def test_a_signal_ends_the_wait_for_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "AFTER_SIGNAL_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute, Interrupts() as interrupts:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(Interrupted):
            connect(f"host=127.0.0.1 port={mute.getsockname()[1]}", interrupts)


def test_no_time_out_of_clients_is_one_of_the_runner(own: str) -> None:
    names = [
        *("statement_timeout", "transaction_timeout", "idle_session_timeout"),
        "idle_in_transaction_session_timeout",
    ]
    for_clients = uri(own, options=" ".join(f"-c {name}=1h" for name in names))
    with connect(for_clients) as connection:
        assert is_no_client(connection)
        for name in names:
            assert connection.execute(f"SHOW {name}").fetchone() == ("0",)
        assert connection.execute("SHOW lock_timeout").fetchone() == ("10s",)


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
