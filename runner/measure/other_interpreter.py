"""Another interpreter for workers: what it says of itself, and why it cannot run one."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from runner.measure.startup import Startup

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 60.0
"""Limit for an interpreter to tell of itself."""


class InterpreterError(Exception):
    """The interpreter cannot run a worker; the message is a sentence without its path."""


@dataclass(frozen=True)
class Description:
    """The versions of an interpreter, and of an adapter's packages in its environment."""

    python: str
    versions: str
    libraries: Mapping[str, str]


@cache
def description(python: str, adapter: str) -> Description:
    """Ask an interpreter for its versions. Raises InterpreterError where it cannot run a worker."""
    startup = Startup(python=python)
    asked = startup.command("runner.worker.description", adapter)
    variables = startup.environment()
    try:
        ended = subprocess.run(
            asked, env=variables, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except OSError as error:
        raise InterpreterError(f"cannot be started: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise InterpreterError(f"did not answer within {SECONDS:g} s") from error
    if ended.returncode:
        lines = ended.stderr.strip().splitlines() or [f"it ended with status {ended.returncode}"]
        raise InterpreterError(f"cannot run a worker: {lines[-1]}")
    try:
        return Description(**json.loads(ended.stdout.splitlines()[-1]))
    except (IndexError, TypeError, ValueError) as error:
        raise InterpreterError(f"is no Python: it said {ended.stdout[:80]!r}") from error
