"""A `pgbench` that runs here: that of the embedded PostgreSQL, or else that of the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.measure.pgbench_output import PgbenchError, last_line
from runner.server.dsn import ServerError
from runner.server.programs import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = 13
VERSION_SECONDS = 10.0
CONNECT_SECONDS = 10

INHERITED = frozenset({"HOME", "KRB5CCNAME", "LD_LIBRARY_PATH", "PATH"})
"""The variables that it inherits; what libpq's own say is in the DSN."""


@dataclass(frozen=True)
class Program:
    """A pgbench that runs here."""

    path: Path
    version: str


def find(embedded: int | None) -> Program | str:
    """Find a pgbench that runs, or the sentence why there is none.

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
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=VERSION_SECONDS,
        check=False,
    )
    version = re.match(r"pgbench \(PostgreSQL\) ((\d+)\S*)", asked.stdout)
    if asked.returncode or not version:
        raise PgbenchError(last_line(asked.stderr or asked.stdout) or "it does not say its version")
    if int(version[2]) < OLDEST:
        raise PgbenchError(f"it is version {version[1]}; {OLDEST} or later is needed")
    return version[1]


def environment(**more: str) -> dict[str, str]:
    """Make its environment, with messages in English."""
    kept = {name: value for name, value in os.environ.items() if name in INHERITED}
    return {**kept, "LC_ALL": "C", "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS), **more}
