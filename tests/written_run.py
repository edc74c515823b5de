"""The folder of a run of any rows, as a run writes it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from runner.results.run_folder import RunFolder
from runner.roles import RESERVED, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from runner.results.row import Row

MOMENT = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def written_runs(reports: Path, runs: Iterable[Sequence[Row]]) -> list[RunFolder]:
    """Write the folders of runs, each in a folder of its own: 1, 2, ..."""
    folders = []
    for number, rows in enumerate(runs, 1):
        (reports / str(number)).mkdir()
        folders.append(written_run(reports / str(number), rows))
    return folders


def written_run(reports: Path, rows: Sequence[Row], **known: Any) -> RunFolder:
    """Write the folder of a run; `known` are more facts of `environment.json`."""
    run_folder = RunFolder.create(reports, "run", MOMENT)
    run_folder.append(rows)
    names = list(dict.fromkeys(row.contender for row in rows))
    facts = {
        "run": "7",
        "seed": 3,
        "sessions": [{"session": 1, "started_at": MOMENT.isoformat()}],
        "rounds": max((row.round for row in rows), default=5),
        "cells": list(dict.fromkeys(it.cell.id for it in rows if it.role is not Role.LIMIT)),
        "baseline": "psycopg3",
        "order": [name for name in names if name not in RESERVED],
        "margin": 0.03,
        "machine": {"cpu": "a processor", "cores_usable": 2, "poolbench": "0.1.0"},
        "adapters": {},
        "server": {"kind": "embedded", "version": "18.4", "settings": {"fsync": "on"}},
        **known,
    }
    run_folder.write("environment.json", json.dumps(facts))
    run_folder.write("config.yaml", f"name: run\nmatrix: {{adapter: {json.dumps(names)}}}\n")
    return run_folder
