"""The start of a worker: its interpreter, the path of its imports, its allocator."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import adapters
from runner.measure.worker_environment import worker_environment

BOOT = """
import sys
if sys.version_info < (3, 11):
    sys.exit("is Python %d.%d, and PoolBench needs 3.11 or later" % sys.version_info[:2])
sys.path.insert(0, sys.argv.pop(1))
import adapters, runner
sys.path.pop(0)
import runpy
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""Finds our two packages where they are installed, before any of these names in the other
environment, and then looks there for nothing more: drivers beside them are not that one's."""

PATHS = ("PYTHONPATH", "PYTHONHOME")
"""The variables that tell an interpreter where modules are: they are the runner's own."""


@dataclass(frozen=True)
class Startup:
    """The way in which a worker is started."""

    allocator: str = "settled"
    python: str = ""
    """Another interpreter, which has an environment of its own; empty for the runner's."""

    def command(self, module: str, *arguments: str) -> list[str]:
        """Return the command that runs a module of `runner`."""
        if not self.python:
            return [sys.executable, "-m", module, *arguments]
        ours = str(Path(adapters.__file__).parents[1])
        return [self.python, "-c", BOOT, ours, module, *arguments]

    def environment(self) -> dict[str, str]:
        """Return its variables; our own interpreter imports from where the runner does."""
        variables = worker_environment(self.allocator)
        if self.python:
            return {name: it for name, it in variables.items() if name not in PATHS}
        return {**variables, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
