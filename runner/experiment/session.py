"""One start of the runner on a run's folder: a new one, or one that is resumed."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.experiment import environment
from runner.redaction import REDACTOR
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.registry import AdapterClass
    from runner.results.run_folder import RunFolder

MACHINE_FACTS = ("poolbench", "commit", "python", "implementation", "cpu", "cores_usable", "kernel")
"""The facts of the machine that must be the same for all rows of one file."""

PGBOUNCER = "pgbouncer"
"""Another one, where a pooler is between."""

NEEDED = ("run", "seed", "sessions", "fingerprint", "cells", "machine", "adapters", "server")
"""The parts of `environment.json` without which a run cannot be resumed."""


class ResumeError(Exception):
    """The folder was made by another configuration, or under other versions."""


@dataclass(frozen=True)
class Session:
    """The values that all rows of one start have in common."""

    number: int
    """1 for a new run, and one more each time it is resumed."""
    run: str
    """A few characters that tell this run from another one on the same server."""
    seed: int


def facts(
    fingerprint: str, cells: Sequence[str], classes: Mapping[str, AdapterClass]
) -> dict[str, Any]:
    """Return the facts that must not change within a run, as far as no server is needed."""
    return {
        "fingerprint": fingerprint,
        "cells": list(cells),
        "machine": environment.machine(),
        "adapters": environment.drivers(classes),
    }


def begin(seed: int | None) -> Session:
    """Begin a new run; the seed is drawn where none is given."""
    drawn = secrets.randbelow(2**32) if seed is None else seed
    return Session(1, secrets.token_hex(3), drawn)


def resume(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Session:
    """Resume a run. Raises ResumeError, which says what has changed, or is not there."""
    if missing := [name for name in NEEDED if name not in recorded]:
        lacks = ", ".join(missing)
        raise ResumeError(f"cannot go on with this run: its environment.json lacks {lacks}")
    changed = _changes(recorded, now)
    if changed:
        raise ResumeError("cannot go on with this run: " + "; ".join(changed))
    return Session(len(recorded["sessions"]) + 1, recorded["run"], recorded["seed"])


def record(
    run_folder: RunFolder,
    session: Session,
    known: Mapping[str, Any],
    plan: Mapping[str, Any],
    server: Mapping[str, Any],
) -> None:
    """Write `environment.json`, with one entry more under `sessions`."""
    before = run_folder.environment()["sessions"] if session.number > 1 else []
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    started = {"session": session.number, "started_at": now, **environment.machine_load()}
    whole = {
        "run": session.run,
        "seed": session.seed,
        "sessions": [*before, started],
        **plan,
        **known,
        "server": REDACTOR.masked_values(server),
    }
    run_folder.write("environment.json", environment.written(whole))


def record_share(run_folder: RunFolder, seconds: float) -> None:
    """Write the share of this start's time that was spent measuring, as `measuring_share`.

    Measuring is warm-ups, lead-ins and counted windows; `seconds` is the whole time.
    """
    known = run_folder.environment()
    latest = known["sessions"][-1]
    number = latest["session"]
    turns = [turn for turn in run_folder.turns() if turn.session == number]
    limits = [
        row for row in run_folder.results() if row.session == number and row.role is Role.LIMIT
    ]
    measured = sum(turn.lead_in_ms / 1000 + turn.seconds for turn in turns)
    measured += sum(row.seconds or 0.0 for row in limits)
    latest["seconds"] = round(seconds, 1)
    latest["measuring_seconds"] = round(measured, 1)
    latest["measuring_share"] = round(measured / seconds, 3)
    run_folder.write("environment.json", environment.written(known))


def changed_server(recorded: Mapping[str, Any], server: Mapping[str, Any]) -> None:
    """Raise ResumeError if the run was begun on another version of PostgreSQL."""
    before, now = recorded["server"].get("version"), server["version"]
    if before != now:
        raise ResumeError(f"cannot go on with this run: PostgreSQL was {before} and is {now}")


def _changes(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    changed = []
    if any(recorded[name] != now[name] for name in ("fingerprint", "cells")):
        changed.append("it was made from another configuration")
    for name in (*MACHINE_FACTS, PGBOUNCER):
        before, after = recorded["machine"].get(name), now["machine"].get(name)
        if before != after and not (name == "commit" and None in {before, after}):
            changed.append(f"{name} was {before} and is {after}")
    for name, adapter in now["adapters"].items():
        before = recorded["adapters"].get(name, {}).get("versions")
        if before != adapter["versions"]:
            changed.append(f"{name} ran on {before} and runs on {adapter['versions']}")
    return changed
