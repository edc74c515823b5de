"""Folders of drills with made-up observations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.results.observation import Observation, Word
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from pathlib import Path

LEAKS = (
    Observation("psycopg3", "leak", "slot", Word.LEAKS, 3, "connections", versions="psycopg 3.3"),
    Observation("psycopg3", "leak", "close", Word.ENDS, 0.02, "s", versions="psycopg 3.3"),
)


def written_drills(path: Path, observations: tuple[Observation, ...]) -> RunFolder:
    """Write a folder of drills as the command does."""
    path.mkdir()
    folder = RunFolder(path)
    adapters = {it.adapter: {"driver": it.versions} for it in observations}
    folder.write("environment.json", json.dumps({"adapters": adapters, "drilled": adapters}))
    folder.write_observations(list(observations))
    return folder
