"""PgBouncer is found where systems put it, and asked for its version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.server import pgbouncer_program
from runner.server.pgbouncer_program import MISSING, Program, find

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the PATH and the folders of services into a folder of the test's own."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(pgbouncer_program, "FOLDERS", (str(tmp_path / "sbin"),))
    return tmp_path


def installed(folder: Path, script: str) -> str:
    folder.mkdir()
    path = folder / "pgbouncer"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_one_on_the_path_comes_before_that_of_the_system(folders: Path) -> None:
    assert find() == MISSING
    service = installed(folders / "sbin", "echo 'PgBouncer 1.18.0'; echo 'libevent 2.1.12'")
    assert find() == Program(service, "1.18.0")
    own = installed(folders / "bin", "echo 'PgBouncer 1.24.1'")
    assert find() == Program(own, "1.24.1")


@pytest.mark.parametrize(
    ("version", "keeps"), [("1.9.0", False), ("1.18.0", False), ("1.21.0", True), ("2.0", True)]
)
def test_prepared_statements_are_kept_from_1_21_on(version: str, *, keeps: bool) -> None:
    assert Program("pgbouncer", version).keeps_prepared is keeps


def test_what_does_not_say_its_version_is_none(folders: Path) -> None:
    path = installed(folders / "bin", "echo 'cannot open shared object file' >&2; exit 127")
    assert find() == f"{path} does not tell the version of a PgBouncer"
