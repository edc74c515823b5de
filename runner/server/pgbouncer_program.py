"""The program PgBouncer, found where systems install it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from runner.server.dsn import ServerError

FOLDERS = ("/usr/sbin", "/usr/local/sbin")
"""The folders of services, which the PATH of a user may lack."""

MISSING = (
    "PgBouncer is not installed: nothing of that name is on the PATH or in /usr/sbin; on Debian,"
    " apt-get install pgbouncer"
)
KEEPS_PREPARED = (1, 21)
"""The first version that keeps the statements of a client apart from the session that it lends."""

ANSWER_SECONDS = 5.0


class PoolerError(ServerError):
    """PgBouncer does not start; the message is one sentence."""


@dataclass(frozen=True)
class Program:
    """An installed PgBouncer."""

    path: str
    version: str

    @property
    def keeps_prepared(self) -> bool:
        """A client finds what it has prepared in whichever session it is lent next."""
        return tuple(map(int, self.version.split("."))) >= KEEPS_PREPARED


def find() -> Program | str:
    """Find the program, or say why there is none."""
    folders = [os.environ.get("PATH", os.defpath), *FOLDERS]
    path = shutil.which("pgbouncer", path=os.pathsep.join(folders))
    if path is None:
        return MISSING
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"PgBouncer cannot be run: {error}"
    version = re.search(r"PgBouncer (?:version )?(\d+(?:\.\d+)+)", done.stdout)
    if version is None:
        return f"{path} does not tell the version of a PgBouncer"
    return Program(path, version[1])
