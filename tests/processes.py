"""Processes that a test looks at, any of which may end between two looks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from runner.server import processes

if TYPE_CHECKING:
    from collections.abc import Iterable


def alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def frozen(postmaster: int) -> list[psutil.Process]:
    """Freeze a server with all of its processes; return them."""
    tree = processes.tree(postmaster)
    for process in tree:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    return tree


def thaw(tree: Iterable[psutil.Process]) -> None:
    for process in tree:
        with suppress(psutil.NoSuchProcess):
            process.resume()


def cores_of(tree: Iterable[psutil.Process]) -> list[set[int]]:
    """Return those of each process, but of none that has just ended."""
    cores: list[set[int]] = []
    for process in tree:
        with suppress(psutil.NoSuchProcess):
            cores.append(set(process.cpu_affinity() or ()))
    return cores


def children(word: str) -> list[psutil.Process]:
    """Return those of this process that have this word in their command line."""
    named: list[psutil.Process] = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if word in child.cmdline():
                named.append(child)
    return named


def names() -> set[str]:
    """Return those of the descendants of this process."""
    found: set[str] = set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found.add(process.name())
    return found


def workers() -> list[psutil.Process]:
    """Return the children of this process that are workers."""
    return children("runner.worker")
