"""A new run has a folder of its own, and `latest` leads to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from runner.results import new_folder
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    import pytest

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def test_a_new_folder_never_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    names = [RunFolder.create(tmp_path, "test", NOW).path.name for _ in range(3)]
    assert names == ["test-20260102T030405Z", "test-20260102T030405Z-2", "test-20260102T030405Z-3"]
    assert (tmp_path / "latest").resolve().name == names[-1]


def test_the_folder_of_all_reports_is_made_where_there_is_none(tmp_path: Path) -> None:
    folder = new_folder.make(tmp_path / "a" / "b", "run")
    assert folder == tmp_path / "a" / "b" / "run"
    assert folder.is_dir()


def test_latest_leads_on_after_the_reports_were_moved(tmp_path: Path) -> None:
    new_folder.call_latest(new_folder.make(tmp_path / "here", "run"))
    (tmp_path / "here").rename(tmp_path / "there")
    assert (tmp_path / "there" / "latest").resolve() == tmp_path / "there" / "run"


def test_latest_is_a_file_with_the_name_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    for name in ("first", "second"):
        new_folder.call_latest(new_folder.make(tmp_path, name))
    assert (tmp_path / "latest").read_text(encoding="utf-8") == "second\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "latest", "second"]
