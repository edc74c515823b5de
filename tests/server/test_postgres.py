"""A PostgreSQL starts on a free port, is stopped though frozen, and complains in its words."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

import psutil
import pytest

from runner.server import postgres
from runner.server.dsn import ServerError
from runner.server.embedded import EmbeddedServer
from tests.processes import frozen

if TYPE_CHECKING:
    from pathlib import Path


def test_a_frozen_server_is_gone_after_an_error(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone by the first of the three ways to stop it."""
    monkeypatch.setattr(postgres, "STOP", ((signal.SIGINT, 600),))
    tree: list[psutil.Process] = []

    def freeze_and_break_off(server: EmbeddedServer) -> None:
        tree.extend(frozen(server._postgres.pid))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), EmbeddedServer(max_connections=20) as server:
        freeze_and_break_off(server)
    assert tree
    assert psutil.wait_procs(tree, timeout=20)[1] == []
    assert list(temporary.iterdir()) == []


def test_settings_reach_the_server_though_another_takes_its_port_first(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"fsync": False, "work-mem": "7MB", "synchronous_commit": True}
    wanted = {
        "fsync": "off", "work_mem": "7MB", "synchronous_commit": "on", "max_connections": "17"
    }  # fmt: skip
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = [taken.getsockname()[1], postgres.free_port()]
        monkeypatch.setattr(postgres, "free_port", lambda: ports.pop(0))
        with EmbeddedServer(max_connections=17, settings=settings) as server:
            described = server.describe()["settings"]
    assert ports == []
    assert isinstance(described, dict)
    assert described.items() >= wanted.items()
    assert list(temporary.iterdir()) == []


def test_a_setting_that_postgresql_refuses_is_told_in_its_words(temporary: Path) -> None:
    with pytest.raises(ServerError) as refused:
        EmbeddedServer(max_connections=20, settings={"work_mem": "9x"}).__enter__()
    assert str(refused.value) == (
        'the embedded PostgreSQL does not start: invalid value for parameter "work_mem": "9x"; '
        'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".'
    )
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (
            'LOG: starting\nFATAL:  no such file "x"\nHINT:  Make one.\nLOG: shut down\n',
            1,
            'no such file "x"; Make one.',
        ),
        ("a\nb\nc\nd\ne\nf\n", 1, "b; c; d; e; f"),
        ("creating files\n", None, "it is not ready in time"),
        ("", 7, "it ended with status 7"),
    ],
)
def test_a_server_that_does_not_start_is_explained_by_its_log(
    tmp_path: Path, text: str, status: int | None, words: str
) -> None:
    log = tmp_path / "postgres.log"
    log.write_text(text, encoding="utf-8")
    assert postgres._complaint(log, status) == words
