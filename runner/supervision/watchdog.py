"""The runner's side of the watchdog, a process that lets nothing outlive the runner."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from runner.supervision.watchdog_process import main; main()"
)
END_SECONDS = 30.0
"""Limit for ending all that is still listed."""


class Watchdog:
    """Starts the watchdog and tells it what to end. A context manager.

    Leaving the block ends whatever is still listed.
    """

    def __enter__(self) -> Self:
        # Isolated, and with the path spelled out: no environment and no working directory changes
        # what is run, and no site-packages are searched.
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", PROGRAM, PROJECT],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._watchdog.wait(END_SECONDS)

    def process(self, pid: int, mark: str = "") -> None:
        """Kill the process session that `pid` leads, and what has its mark, if the runner dies."""
        self._say("process", f"{pid} {mark}")

    def server(self, pid: int, mark: str = "") -> None:
        """Shut down the PostgreSQL whose postmaster is `pid` if the runner dies."""
        self._say("server", f"{pid} {mark}")

    def gone(self, pid: int) -> None:
        """Forget a session that has ended: its number may soon be another's."""
        self._say("gone", str(pid))

    def folder(self, path: Path) -> None:
        """Remove the folder `path`, an absolute path, if the runner dies."""
        self._say("folder", str(path))

    def removed(self, path: Path) -> None:
        """Forget a folder that has been removed."""
        self._say("removed", str(path))

    def _say(self, word: str, about: str) -> None:
        if "\n" in about:
            raise ValueError(f"a line to the watchdog cannot hold {about!r}")
        # A watchdog that was killed is no reason to lose a measurement.
        with suppress(BrokenPipeError):
            if self._watchdog.stdin is not None:
                self._watchdog.stdin.write(os.fsencode(f"{word} {about}\n"))
