"""A process is started in one way, explained in words, and leaves nothing of its session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from runner.supervision.interrupts import Interrupted, Interrupts
from runner.supervision.process import Process, dying_with, ending, keeping_to
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    with Watchdog() as watchdog:
        yield watchdog


def shell(script: str, watchdog: Watchdog) -> Process:
    pipe = subprocess.PIPE
    return Process(["/bin/sh", "-c", script], watchdog, stdin=pipe, stdout=pipe)


def printed_number(process: Process) -> int:
    text = b""
    while not text.endswith(b"\n"):
        chunk = process.read(20)
        assert chunk, "the program ended, or said nothing"
        text += chunk
    return int(text)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually_dead(pid: int) -> bool:
    until = time.monotonic() + 20
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not lives(pid)


def test_a_process_leads_a_session_of_its_own(watchdog: Watchdog) -> None:
    with shell("sleep 600", watchdog) as process:
        assert os.getsid(process.pid) == process.pid != os.getsid(0)
    assert process.status == -signal.SIGKILL


def test_a_child_of_a_living_process_ends_with_it(watchdog: Watchdog) -> None:
    with shell("sleep 600 & echo $!; wait", watchdog) as process:
        child = printed_number(process)
        assert lives(child)
    assert eventually_dead(child)


def test_a_child_ends_though_its_leader_has_ended_long_before(watchdog: Watchdog) -> None:
    with shell("sleep 600 >/dev/null & echo $!", watchdog) as process:
        child = printed_number(process)
        assert process.wait(20) == 0
        assert lives(child)
    assert eventually_dead(child)


FORKED = """
import os, time
ready, told = os.pipe()
if os.fork():
    os.read(ready, 1)
    os._exit(0)
{apart}
print(os.getpid(), flush=True)
os.write(told, b"!")
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc lists the members of a session")
@pytest.mark.parametrize(
    "apart", ["os.setpgid(0, 0)", "os.setsid()", "os.setsid()\nif os.fork(): os._exit(0)"]
)
def test_a_forked_child_in_a_group_or_a_session_of_its_own_ends_too(
    watchdog: Watchdog, apart: str
) -> None:
    program = FORKED.format(apart=apart)
    with Process([sys.executable, "-c", program], watchdog, stdout=subprocess.PIPE) as process:
        child = printed_number(process)
        assert os.getpgid(child) != process.pid
        assert process.wait(20) == 0
        assert lives(child)
    assert eventually_dead(child)


def test_what_is_sent_is_read_and_answered(watchdog: Watchdog) -> None:
    with shell("cat", watchdog) as process:
        assert process.read(0.0) is None
        process.send(b"a line\n", 20)
        assert process.read(20) == b"a line\n"
    assert process.read(20) == b"", "it is closed"


def test_what_is_longer_than_a_pipe_arrives_whole_or_is_given_up(watchdog: Watchdog) -> None:
    with shell("head -c 300000 | wc -c", watchdog) as process:
        process.send(b"x" * 300_000, 20)
        assert printed_number(process) == 300_000
    with shell("sleep 600", watchdog) as process, pytest.raises(TimeoutError):
        process.send(b"x" * 300_000, 0.1)


def test_a_process_that_does_not_end_is_waited_for_no_longer_than_was_said(
    watchdog: Watchdog,
) -> None:
    with shell("sleep 600", watchdog) as process:
        assert process.wait(0.05) is None
        assert process.status is None


def test_a_child_that_keeps_the_output_open_does_not_hide_the_end(watchdog: Watchdog) -> None:
    with shell("sleep 600 & exit 3", watchdog) as process:
        assert process.wait(20) == 3


@pytest.mark.parametrize("told", [True, False])
def test_the_output_of_a_process_that_has_ended_is_at_its_end_though_a_child_holds_it(
    watchdog: Watchdog,
    monkeypatch: pytest.MonkeyPatch,
    told: bool,  # noqa: FBT001
) -> None:
    if not told:  # as on a system whose processes have no descriptors
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    with shell("sleep 600 & echo the last words; exit 3", watchdog) as process:
        said = b""
        while chunk := process.read(600):
            said += chunk
        assert (said, process.status) == (b"the last words\n", 3)


def test_a_process_is_asked_to_end_before_it_is_killed(watchdog: Watchdog) -> None:
    script = "trap 'exit 7' TERM; echo 0; while :; do sleep 0.05; done"
    with shell(script, watchdog) as process:
        printed_number(process)
        process.end([(signal.SIGTERM, 20)])
        assert process.status == 7


def test_a_process_that_does_not_obey_is_killed(watchdog: Watchdog) -> None:
    with shell("trap '' TERM; echo 0; sleep 600", watchdog) as process:
        printed_number(process)
        process.end([(signal.SIGTERM, 0.05)])
        assert process.status == -signal.SIGKILL


def test_an_interrupt_ends_the_waiting(watchdog: Watchdog) -> None:
    with Interrupts() as interrupts, shell("sleep 600", watchdog) as process:
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(Interrupted):
            process.read(60, interrupts)


class Listener(Watchdog):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def _say(self, word: str, about: str) -> None:
        self.lines.append(word)
        super()._say(word, about)


def test_the_watchdog_knows_of_a_process_as_long_as_something_of_it_lives() -> None:
    with Listener() as watchdog:
        with shell("sleep 600 & exit", watchdog) as process:
            assert process.wait(20) == 0
            assert watchdog.lines == ["process"]
        assert watchdog.lines == ["process", "gone"]


@pytest.mark.parametrize(
    ("status", "printed", "sentence"),
    [
        (0, "", "it ended with status 0"),
        (3, "one\ntwo \n", "it ended with status 3; its last line: two"),
        (-signal.SIGSEGV, "", "it was ended by SIGSEGV"),
        (-signal.SIGKILL, "", "it was ended by SIGKILL, as it happens when memory runs out"),
        (-42, "", "it was ended by signal 42"),
        (None, "so far", "it closed its output and went on; its last line: so far"),
    ],
)
def test_an_end_is_explained_in_words(status: int | None, printed: str, sentence: str) -> None:
    assert ending("it", status, printed) == sentence


PARENT = """
import os, subprocess, time
from runner.supervision.process import dying_with

# Nothing but the kernel knows of this child: no watchdog, and a session of its own.
child = subprocess.Popen(
    ["/bin/sleep", "600"], start_new_session=True, preexec_fn=dying_with(os.getpid())
)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(dying_with(0) is None, reason="this system has no signal of a parent's death")
def test_a_child_that_is_told_to_dies_with_its_parent(watchdog: Watchdog) -> None:
    with Process([sys.executable, "-c", PARENT], watchdog, stdout=subprocess.PIPE) as parent:
        child = printed_number(parent)
        assert lives(child)
    assert eventually_dead(child)


@pytest.mark.skipif(keeping_to([0]) is None, reason="this system keeps no process to its cores")
def test_a_child_keeps_to_the_cores_that_it_is_given(watchdog: Watchdog) -> None:
    core = max(os.sched_getaffinity(0))
    kept = keeping_to([core])
    with Process(["/bin/sleep", "600"], watchdog, preexec_fn=kept) as process:
        assert os.sched_getaffinity(process.pid) == {core}


def test_a_program_that_is_not_there_is_an_error_of_the_system(watchdog: Watchdog) -> None:
    with pytest.raises(FileNotFoundError):
        Process(["/nowhere/at/all"], watchdog)


def test_the_other_processes_of_a_session_are_those_that_live(watchdog: Watchdog) -> None:
    with shell("sleep 60 & echo $!; read line", watchdog) as process:
        other = printed_number(process)
        assert process.companions() == [other]
        os.kill(other, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while process.companions() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert process.companions() == []
