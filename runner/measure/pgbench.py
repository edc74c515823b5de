"""The C program `pgbench`: found, started where nobody reads a password, and understood."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.redaction import masked
from runner.server.dsn import ServerError, uri, words_of
from runner.server.programs import installed
from runner.supervision.process import Process, ending, keeping_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog

OLDEST = 13
VERSION_SECONDS = 10.0
CONNECT_SECONDS = 10
GRACE_SECONDS = 30.0
"""How long connecting, and the operations under way when its time is up, may take."""

END_SECONDS = 5.0
"""How long it may take from the end of its output to its own."""

INHERITED = frozenset({"HOME", "KRB5CCNAME", "LD_LIBRARY_PATH", "PATH"})
"""What it gets of our environment, beside libpq's own words: those may explain how to connect."""

TRANSACTIONS = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)
PER_SECOND = re.compile(
    r"^tps = ([\d.]+) \((?:without initial connection time|excluding connections establishing)\)",
    re.MULTILINE,
)  # as 14 and later say it, and 13
COMPLAINT = re.compile(r"^pgbench: (?:error|fatal): (.+)$", re.MULTILINE)
LONGEST_COMPLAINT = 300


class PgbenchError(Exception):
    """It could not be measured; the message, without a password, is the reason in its row."""


@dataclass(frozen=True)
class Program:
    """A pgbench that runs here."""

    path: Path
    version: str


@dataclass(frozen=True)
class Order:
    """What pgbench is to do."""

    script: str
    """In its own language; the file is what a transaction is."""
    variables: Mapping[str, str]
    connections: int
    seconds: int
    """From its start: connecting is not counted, but takes a part of them. At least 1."""
    cores: Collection[int]
    """Where it may run, a thread on each."""
    patience: float = GRACE_SECONDS
    """Seconds that it may take beyond `seconds`."""


@dataclass(frozen=True)
class Counted:
    """What pgbench counted once it was connected."""

    transactions: int
    """Those that succeeded."""
    failed: int
    per_second: float
    """Transactions that succeeded, per second."""

    @property
    def seconds(self) -> float:
        """How long it counted, connecting apart."""
        return self.transactions / self.per_second


def find(embedded: int | None) -> Program | str:
    """Return a pgbench that runs, or the sentence why there is none.

    The one of the embedded PostgreSQL of that version comes first, then that of the system.
    """
    reason = "there is no pgbench: install PostgreSQL's client programs to see the server's limit"
    for path in _candidates(embedded):
        try:
            return Program(path, _version(path))
        except (OSError, subprocess.SubprocessError, PgbenchError) as error:
            reason = f"{path} cannot be used: {error}"
    return reason


def _candidates(embedded: int | None) -> Iterator[Path]:
    if embedded is not None:
        with suppress(ServerError):
            path = installed(embedded) / "bin" / "pgbench"
            if path.is_file():
                yield path
    if on_path := shutil.which("pgbench"):
        yield Path(on_path)


def _version(path: Path) -> str:
    """Ask for the version: a program that lacks a library cannot answer."""
    asked = subprocess.run(
        [path, "--version"],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=VERSION_SECONDS,
        check=False,
    )
    found = re.match(r"pgbench \(PostgreSQL\) ((\d+)\S*)", asked.stdout)
    if asked.returncode or not found:
        raise PgbenchError(
            _last_line(asked.stderr or asked.stdout) or "it does not say its version"
        )
    if int(found[2]) < OLDEST:
        raise PgbenchError(f"it is version {found[1]}; {OLDEST} or later is needed")
    return found[1]


def run(
    program: Program, order: Order, dsn: str, watchdog: Watchdog, interrupts: Interrupts
) -> Counted:
    """Run pgbench once. Raises PgbenchError, or Interrupted while it runs; it is gone then."""
    password = _password(dsn)
    with _private_folder(watchdog) as folder:
        command = _command(program, order, folder, _shown(dsn, password))
        environment = _environment(**_password_file(folder, password))
        with _start(command, environment, order.cores, watchdog) as process:
            text = _output(process, order.seconds + order.patience, interrupts)
            status = process.wait(END_SECONDS)
    return counted(masked(text, [password]), status)


def counted(text: str, status: int | None) -> Counted:
    """Read what pgbench has printed, in any version from 13. Raises PgbenchError."""
    if status != 0:
        raise PgbenchError(
            ending("pgbench", status) + (f": {why}" if (why := _complaint(text)) else "")
        )
    transactions, per_second = TRANSACTIONS.search(text), PER_SECOND.search(text)
    failed = FAILED.search(text)  # 13 and 14 know no failure that does not end the run
    if not transactions or not per_second or not float(per_second[1]):
        raise PgbenchError("pgbench finished no operation before its time was over")
    return Counted(int(transactions[1]), int(failed[1]) if failed else 0, float(per_second[1]))


def _password(dsn: str) -> str:
    """Return the password as libpq would find it; empty where a file of the user's has it."""
    words = words_of(dsn)
    if "sslpassword" in words:
        raise PgbenchError("pgbench cannot be told an sslpassword without showing it to others")
    return words.get("password") or os.environ.get("PGPASSWORD", "")


def _shown(dsn: str, password: str) -> str:
    """Write the DSN as everybody may see it: it stands in the list of processes."""
    return uri(dsn, password="", **({"passfile": ""} if password else {}))


def _password_file(folder: Path, password: str) -> dict[str, str]:
    """Write the password where only we can read it; return what leads libpq to it."""
    if not password:
        return {}
    path = folder / "password"
    path.touch(mode=0o600)
    path.write_text("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", password) + "\n", encoding="utf-8")
    return {"PGPASSFILE": str(path)}


def _environment(**more: str) -> dict[str, str]:
    """Return its environment: messages in English, and no password of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in INHERITED or (name.startswith("PG") and name != "PGPASSWORD")
    }
    return {**kept, "LC_ALL": "C", "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS), **more}


@contextmanager
def _private_folder(watchdog: Watchdog) -> Iterator[Path]:
    """Make a folder of mode 700 that is removed at the end, whoever is left to do it."""
    folder = Path(tempfile.mkdtemp(prefix="poolbench-pgbench-")).resolve()
    watchdog.folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        watchdog.removed(folder)


def _command(program: Program, order: Order, folder: Path, dsn: str) -> list[str]:
    script = folder / "script.sql"
    script.write_text(order.script, encoding="utf-8")
    threads = min(order.connections, len(order.cores))
    variables = [f"--define={name}={value}" for name, value in order.variables.items()]
    return [
        *(str(program.path), "--no-vacuum", "--protocol=prepared", f"--file={script}"),
        *(f"--client={order.connections}", f"--jobs={threads}", f"--time={order.seconds}"),
        *(*variables, dsn),
    ]


def _start(
    command: list[str], environment: dict[str, str], cores: Collection[int], watchdog: Watchdog
) -> Process:
    try:
        return Process(
            command,
            watchdog,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            preexec_fn=keeping_to(cores),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PgbenchError(f"{command[0]} cannot be run: {error}") from error


def _output(process: Process, seconds: float, interrupts: Interrupts) -> str:
    """Read everything that it prints, until it has ended."""
    until = time.monotonic() + seconds
    heard = bytearray()
    while chunk := process.read(until - time.monotonic(), interrupts):
        heard += chunk
    if chunk is None:
        raise PgbenchError(f"pgbench did not end within {seconds:.1f} s")
    return heard.decode("utf-8", "replace")


def _complaint(text: str) -> str:
    """Return its first complaint, the cause of the others, or else its last words."""
    found = COMPLAINT.search(text)
    return " ".join(found[1].split())[:LONGEST_COMPLAINT] if found else _last_line(text)


def _last_line(text: str) -> str:
    return " ".join(text.strip().rpartition("\n")[2].split())[:LONGEST_COMPLAINT]
