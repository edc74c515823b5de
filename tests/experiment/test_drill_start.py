"""Drills begin in a folder of their own that is locked, or go on in one that fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from runner.experiment.drill_start import drill_start
from runner.experiment.drilled import Drilled, registered
from runner.experiment.session import ResumeError
from runner.results.observation import Observation, Word
from runner.results.run_folder_error import RunFolderError

if TYPE_CHECKING:
    from pathlib import Path

    from runner.results.run_folder import RunFolder

SERVER = {"kind": "embedded", "version": "18.4", "settings": {}}
SEEN = Observation("psycopg2", "leak", "slot", Word.LEAKS)


@pytest.fixture(scope="module")
def found() -> Drilled:
    return registered(["psycopg2"])


def begun(found: Drilled, reports: Path) -> RunFolder:
    with drill_start(found, None) as start:
        assert start.seen() == []
        folder = start.folder(reports, SERVER)
        with drill_start(found, None) as another:
            assert another.folder(reports, SERVER).path != folder.path
        folder.append_observation(SEEN)
        with (
            pytest.raises(RunFolderError, match="another session"),
            drill_start(found, folder.path),
        ):
            pass
    return folder


def test_what_was_begun_is_gone_on_with(found: Drilled, tmp_path: Path) -> None:
    folder = begun(found, tmp_path)
    with drill_start(found, folder.path) as start:
        assert start.seen() == [SEEN]
        assert start.folder(tmp_path, SERVER).path == folder.path
    sessions = folder.environment()["sessions"]
    assert [it["session"] for it in sessions] == [1, 2]
    assert folder.environment()["server"] == SERVER


def test_another_server_or_other_versions_are_refused(found: Drilled, tmp_path: Path) -> None:
    folder = begun(found, tmp_path)
    refused = pytest.raises(ResumeError, match=r"PostgreSQL was 18\.4 and is 19\.1")
    with drill_start(found, folder.path) as start, refused:
        start.check_server({**SERVER, "version": "19.1"})

    class Other(found.classes["psycopg2"]):  # type: ignore[misc, name-defined]
        distributions: Any = ("pytest",)

    other = replace(found, classes={"psycopg2": Other})
    resumed = drill_start(other, folder.path)
    with pytest.raises(ResumeError, match=r"psycopg2 ran on .* and runs on pytest"), resumed:
        pass
