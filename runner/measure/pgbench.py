"""One run of the C program `pgbench`, which shows no password to others."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.measure.pgbench_output import Counted, PgbenchError, counted
from runner.measure.pgbench_program import Program, environment
from runner.redaction import masked
from runner.server.dsn import uri, words_of
from runner.server.patience import LOOK_SECONDS
from runner.supervision.process import Process, keeping_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.measure.context import Context
    from runner.supervision.watchdog import Watchdog

GRACE_SECONDS = 30.0
"""Limit for connecting, and for the operations under way when its time is up."""

END_SECONDS = 5.0
"""Limit from the end of its output to its own."""


@dataclass(frozen=True)
class Job:
    """The orders of pgbench, but for the server."""

    script: str
    """A file in pgbench's own language, which holds one transaction."""
    variables: Mapping[str, str]
    connections: int
    seconds: int
    """The seconds from its start, at least 1: connecting takes a part of them, uncounted."""
    cores: Collection[int]
    """The cores that it may use, with a thread on each."""
    patience: float = GRACE_SECONDS
    """The seconds that it may take beyond `seconds`."""


def run(program: Program, job: Job, dsn: str, context: Context) -> Counted:
    """Run pgbench once; it is gone at the end.

    Raises PgbenchError, Interrupted, and ServerLostError for a server that is lost meanwhile.
    """
    password = _password(dsn)
    with _private_folder(context.watchdog) as folder:
        command = _command(program, job, folder, _shown(dsn))
        variables = environment(**_password_file(folder, password))
        with _start(command, variables, job.cores, context.watchdog) as process:
            text = _output(process, job.seconds + job.patience, context)
            status = process.wait(END_SECONDS)
    return counted(masked(text, [password]), status)


def _password(dsn: str) -> str:
    """Find the password; empty where there is none."""
    words = words_of(dsn)
    if "sslpassword" in words:
        raise PgbenchError("pgbench cannot be told an sslpassword without showing it to others")
    return words.get("password", "")


def _shown(dsn: str) -> str:
    """Write the DSN as others may see it: it is in the list of processes."""
    return uri(dsn, password="", passfile="")


def _password_file(folder: Path, password: str) -> dict[str, str]:
    """Write the password into a file that only we can read, and name it in libpq's variable."""
    if not password:
        return {}
    path = folder / "password"
    path.touch(mode=0o600)
    path.write_text("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", password) + "\n", encoding="utf-8")
    return {"PGPASSFILE": str(path)}


@contextmanager
def _private_folder(watchdog: Watchdog) -> Iterator[Path]:
    """Make a folder of mode 700; the watchdog removes it where the runner cannot."""
    folder = Path(tempfile.mkdtemp(prefix="poolbench-pgbench-")).resolve()
    watchdog.folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        watchdog.removed(folder)


def _command(program: Program, job: Job, folder: Path, dsn: str) -> list[str]:
    script = folder / "script.sql"
    script.write_text(job.script, encoding="utf-8")
    threads = min(job.connections, len(job.cores))
    variables = [f"--define={name}={value}" for name, value in job.variables.items()]
    return [
        *(str(program.path), "--no-vacuum", "--protocol=prepared", f"--file={script}"),
        *(f"--client={job.connections}", f"--jobs={threads}", f"--time={job.seconds}"),
        *(*variables, dsn),
    ]


def _start(
    command: list[str], variables: dict[str, str], cores: Collection[int], watchdog: Watchdog
) -> Process:
    try:
        return Process(
            command,
            watchdog,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=variables,
            preexec_fn=keeping_to(cores),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PgbenchError(f"{command[0]} cannot be run: {error}") from error


def _output(process: Process, seconds: float, context: Context) -> str:
    """Read everything that it prints, until it has ended."""
    until = time.monotonic() + seconds
    heard = bytearray()
    while (left := until - time.monotonic()) > 0:
        chunk = process.read(min(left, LOOK_SECONDS), context.interrupts)
        if chunk == b"":
            return heard.decode("utf-8", "replace")
        heard += chunk or b""
        if chunk is None:
            context.server.look()
    raise PgbenchError(f"pgbench did not end within {seconds:.1f} s")
