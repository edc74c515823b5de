"""Values that exclude each other, or that this place cannot have: one table, a sentence each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.axes import MATRIX, MOST_PROCESSES
from runner.fault import Kind
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.axes import Conditions
    from runner.config.model import Config
    from runner.plan.plan import Plan


@dataclass(frozen=True)
class Site:
    """The place where a run measures."""

    affinity: bool
    """A process can be kept on one core, and the server on another."""
    glibc: bool = True
    """The C library is glibc."""
    cores: int = MOST_PROCESSES + 1
    """The cores that the run may use."""
    no_pooler: str = ""
    """The reason why there can be no pooler; empty where there can."""
    no_network: str = ""
    """The reason why no network of ours can be before the server; empty where one can."""


@dataclass(frozen=True)
class Exclusion:
    """Conditions that no cell can have, and why."""

    axis: str
    """The axis whose value is complained of."""
    holds: Callable[[Conditions, Site], bool]
    sentence: Callable[[Conditions, Site], str]


NO_KIND = Kind(message("axis.no_fault"))


def _of_kind(here: Conditions) -> Kind:
    return here.fault.of_kind if here.fault else NO_KIND


def _name(here: Conditions) -> str:
    return here.fault.kind if here.fault else ""


EXCLUSIONS = (
    Exclusion(
        "cpus",
        lambda here, site: here.cpus == "one" and not site.affinity,
        lambda _here, _site: (
            "a cell cannot have a core of its own here: that takes two usable cores, and a platform"
            " that can keep a process on one"
        ),
    ),
    Exclusion(
        "processes",
        lambda here, site: here.cpus == "one" and 1 < here.processes >= site.cores,
        lambda here, site: (
            f"{here.processes} processes with a core each, and the server on another, take"
            f" {here.processes + 1} usable cores, here are {site.cores}: set cpus to all"
        ),
    ),
    Exclusion(
        "processes",
        lambda here, _site: here.processes > 1 and here.operations_per_client is not None,
        lambda _here, _site: (
            "several processes share a window of time, not operations_per_client: leave out one"
        ),
    ),
    Exclusion(
        "pooler",
        lambda here, site: here.pooled and bool(site.no_pooler),
        lambda _here, site: site.no_pooler,
    ),
    Exclusion(
        "pooler",
        lambda here, _site: here.pooled and here.transport in ("unix", "tls"),
        lambda here, _site: (
            f"PgBouncer is reached over TCP, and transport is {here.transport}: leave out one"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, _site: here.fault is not None and bool(here.leak),
        lambda _here, _site: (
            "a pool that leaks changes by itself, so that nothing tells what the fault did: leave"
            " out one, or exclude both together"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, _site: here.fault is not None and here.operations_per_client is not None,
        lambda _here, _site: (
            "a fault comes at a moment of a turn, and operations_per_client has none: leave out one"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, _site: here.fault is not None and here.processes > 1,
        lambda _here, _site: (
            "what a fault does is measured of one process: leave it out where processes are several"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, _site: _of_kind(here).finds_sessions and here.pooled,
        lambda here, _site: (
            f"{_name(here)} finds the sessions of a cell by their name, and those behind PgBouncer"
            " are its own: leave out one"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, _site: _of_kind(here).stops and here.pooled,
        lambda here, _site: (
            f"{_name(here)} stops the server, so that its sessions wait for the disk"
            " (synchronous_commit), which PgBouncer does not tell them: leave out one"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, _site: _of_kind(here).network and here.transport == "unix",
        lambda here, _site: (
            f"{_name(here)} is a fault of the network, and over a socket there is none:"
            " leave out one"
        ),
    ),
    Exclusion(
        "fault",
        lambda here, site: _of_kind(here).network and bool(site.no_network),
        lambda _here, site: f"a network of ours cannot be before this server: {site.no_network}",
    ),
    Exclusion(
        "rtt",
        lambda here, site: here.rtt.through and bool(site.no_network),
        lambda _here, site: f"a network of ours cannot be before this server: {site.no_network}",
    ),
    Exclusion(
        "rtt",
        lambda here, _site: here.rtt.through and here.transport == "unix",
        lambda _here, _site: (
            "a network of ours is reached over TCP, and transport is unix: leave out one"
        ),
    ),
    Exclusion(
        "allocator",
        lambda here, site: here.allocator == "fresh" and not site.glibc,
        lambda _here, _site: (
            "this platform's C library is not glibc: every process is as it comes; leave it out"
        ),
    ),
)


def complaints(config: Config, plan: Plan, site: Site) -> Iterator[str]:
    """Yield a sentence, with its place, for each value that excludes another one of its cell."""
    for exclusion in EXCLUSIONS:
        excluded = {
            getattr(cell.conditions, exclusion.axis): exclusion.sentence(cell.conditions, site)
            for cell in plan.cells
            if exclusion.holds(cell.conditions, site)
        }
        for key, listed in config.written(exclusion.axis):
            value = MATRIX[exclusion.axis].from_listed(listed)
            if key[0] != "exclude" and value in excluded:
                yield config.complaint(key, excluded[value])
