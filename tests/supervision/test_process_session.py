"""A session is found and killed whole, and what only has its number is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from runner.supervision.process_session import MARK, ProcessSession, started

if TYPE_CHECKING:
    from collections.abc import Iterator

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only /proc lists a session's members")


@pytest.fixture
def family() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start a leader with one child."""
    shell = ["/bin/sh", "-c", "sleep 600 & echo $!; wait"]
    with subprocess.Popen(shell, start_new_session=True, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        child = int(leader.stdout.readline())
        yield leader, child
        ProcessSession.of(leader.pid).kill(5.0)


@LINUX
def test_the_members_of_a_session_are_the_leader_and_its_children(
    family: tuple[subprocess.Popen[bytes], int],
) -> None:
    leader, child = family
    assert sorted(ProcessSession.of(leader.pid).members()) == sorted([leader.pid, child])
    assert os.getpid() not in ProcessSession.of(leader.pid).members()


def test_a_killed_session_has_no_members(family: tuple[subprocess.Popen[bytes], int]) -> None:
    leader, child = family
    session = ProcessSession.of(leader.pid)
    assert session.kill(20.0) is True
    assert started(child) is None
    assert session.members() == []
    assert not session.leader_lives


@LINUX
def test_a_session_whose_leader_is_a_later_process_has_no_members(
    family: tuple[subprocess.Popen[bytes], int],
) -> None:
    leader, child = family
    earlier = ProcessSession(leader.pid, "1")
    assert earlier.kill(0.1) is True
    assert started(leader.pid) is not None
    assert started(child) is not None


def eventually(session: ProcessSession) -> list[int]:
    """List two members; an environment can be read a moment after a program has been started."""
    until = time.monotonic() + 20
    while len(members := session.members()) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    return sorted(members)


@LINUX
def test_who_has_left_the_session_is_known_by_the_mark_of_its_leader() -> None:
    environments = [{MARK: "one"}, {MARK: "one"}, {MARK: "another"}, {}]
    with ExitStack() as stack:
        leader, apart, *others = (
            stack.enter_context(
                subprocess.Popen(["/bin/sleep", "600"], start_new_session=True, env=environment)
            )
            for environment in environments
        )
        for other in others:
            stack.callback(other.kill)
        session = ProcessSession.of(leader.pid, "one")
        assert eventually(session) == sorted([leader.pid, apart.pid])
        leader.kill()
        leader.wait(20)
        assert session.members() == [apart.pid]
        assert session.kill(20.0) is True
        assert all(other.poll() is None for other in others)


def test_a_process_that_has_ended_has_no_start_time() -> None:
    with subprocess.Popen(["/bin/sh", "-c", ":"]) as process:
        process.wait(20)
    assert started(process.pid) is None
    assert started(os.getpid())
