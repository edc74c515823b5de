"""The watchdog's process keeps a list, and ends what is on it when its pipe closes."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from runner.supervision import watchdog_process
from runner.supervision.process_session import ProcessSession, started
from runner.supervision.watchdog_process import end

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "600"], start_new_session=True) as process:
        yield process
        process.kill()


def test_a_later_process_of_the_same_number_is_left_alone(
    sleeper: subprocess.Popen[bytes],
) -> None:
    end([ProcessSession(sleeper.pid, "1")], [ProcessSession(sleeper.pid, None)], [])
    assert sleeper.poll() is None
    end([ProcessSession.of(sleeper.pid)], [], [])
    assert sleeper.wait(20) == -signal.SIGKILL
    assert started(sleeper.pid) is None


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], list[int], list[str]]]:
    """List what the process ends: leaders of cells and of servers, and folders."""
    ends: list[tuple[list[int], list[int], list[str]]] = []

    def note(
        sessions: Collection[ProcessSession],
        servers: Collection[ProcessSession],
        folders: Collection[str],
    ) -> None:
        leaders = [[session.leader for session in group] for group in (sessions, servers)]
        ends.append((leaders[0], leaders[1], list(folders)))

    monkeypatch.setattr(watchdog_process, "end", note)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    return ends


def hear(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    watchdog_process.main()


def test_what_is_listed_when_the_pipe_closes_is_ended(
    heard: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(
        monkeypatch,
        b"process 11\nserver 12\nfolder /a b\nprocess 13\nfolder /c\xff\n",
    )
    assert heard == [([11, 13], [12], ["/a b", os.fsdecode(b"/c\xff")])]


def test_what_has_gone_or_was_removed_is_struck_off(
    heard: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(
        monkeypatch,
        b"process 11\nserver 12\nfolder /a\ngone 11\ngone 12\nremoved /a\ngone 99\n",
    )
    assert heard == [([], [], [])]


def test_a_folder_is_removed_after_the_processes_that_write_into_it(
    sleeper: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    alive: list[str | None] = []

    def remove(path: str, *, ignore_errors: bool) -> None:
        assert (path, ignore_errors) == (str(folder), True)
        alive.append(started(sleeper.pid))

    monkeypatch.setattr(shutil, "rmtree", remove)
    end([ProcessSession.of(sleeper.pid)], [], [str(folder)])
    assert alive == [None]
