"""A session begins with a folder in which everything is written that is known before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.experiment.planned import Planned, planned
from runner.experiment.session import ResumeError
from runner.experiment.start import start
from runner.results.cycle import CycleRow
from runner.results.run_folder_error import RunFolderError
from runner.results.yardstick import Yardstick
from tests.builders import ROW

if TYPE_CHECKING:
    from pathlib import Path

    from runner.results.run_folder import RunFolder

SERVER = {"version": "18.4", "kind": "embedded"}
SMALL = "seed: 7\nmatrix: {adapter: noop, clients: [1, 2]}\n"


def a_plan(folder: Path, text: str = SMALL) -> Planned:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return planned(path, (), ())


def a_folder(reports: Path, plan: Planned) -> RunFolder:
    """Make the folder of a session that is over."""
    with start(plan, None) as begun:
        return begun.folder(reports, plan, SERVER)


def test_a_new_run_has_its_configuration_and_environment_at_once(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    with start(plan, None) as begun:
        folder = begun.folder(tmp_path / "reports", plan, SERVER)
    assert folder.path.name.startswith("small-")
    assert "noop" in folder.read("config.yaml")
    recorded = folder.environment()
    assert (recorded["seed"], recorded["server"]) == (7, SERVER)
    assert recorded["cells"] == [cell.id for cell in plan.plan.cells]
    assert recorded["order"] == ["noop"]
    assert [each["session"] for each in recorded["sessions"]] == [1]


def test_a_resumed_run_goes_on_in_its_folder_with_mended_files(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    with start(plan, None) as first:
        folder = first.folder(tmp_path, plan, SERVER)
    with (folder.path / "cells.csv").open("a", encoding="utf-8") as file:
        file.write("half a li")
    with start(plan, folder.path) as second:
        assert (second.session.number, second.session.run) == (2, first.session.run)
        again = second.folder(tmp_path, plan, SERVER)
    assert again.path == folder.path
    assert not (folder.path / "cells.csv").read_text("utf-8").endswith("half a li")
    assert [each["session"] for each in again.environment()["sessions"]] == [1, 2]


def test_another_configuration_does_not_go_on_with_a_run(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    folder = a_folder(tmp_path, plan)
    other = a_plan(tmp_path, SMALL.replace("2", "3"))
    with (
        pytest.raises(ResumeError, match="made from another configuration"),
        start(other, folder.path),
    ):
        pytest.fail("it went on")


def test_a_folder_is_locked_until_its_session_is_over(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    with start(plan, None) as begun:
        folder = begun.folder(tmp_path, plan, SERVER)
        with (
            pytest.raises(RunFolderError, match="another session is writing to"),
            start(plan, tmp_path / "latest"),
        ):
            pytest.fail("it went on")
    with start(plan, folder.path) as second:
        assert second.session.number == 2


def test_a_folder_whose_rows_cannot_be_read_is_not_added_to(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    folder = a_folder(tmp_path, plan)
    folder.append([ROW, ROW])
    with pytest.raises(RunFolderError, match="lines 2 and 3"), start(plan, folder.path):
        pytest.fail("it went on")


def test_a_folder_with_a_doubled_line_beside_its_rows_is_not_added_to(tmp_path: Path) -> None:
    """The end of a run reads these files too: better refused before hours of measuring."""
    plan = a_plan(tmp_path)
    for line in (CycleRow("g", 1, 1, 1, 0.5, None, None), Yardstick(1, 1, "before", 5, 4, 3)):
        folder = a_folder(tmp_path, plan)
        for _ in range(2):
            if isinstance(line, CycleRow):
                folder.append_cycle(line)
            else:
                folder.append_yardstick(line)
        with pytest.raises(RunFolderError, match="lines 2 and 3"), start(plan, folder.path):
            pytest.fail("it went on")


def test_a_folder_that_is_no_report_gets_no_lock(tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.mkdir()
    for content in (None, "{}", "[]"):
        if content:
            (strange / "environment.json").write_text(content, encoding="utf-8")
        with pytest.raises((RunFolderError, ResumeError)), start(a_plan(tmp_path), strange):
            pytest.fail("it went on")
    assert [path.name for path in strange.iterdir()] == ["environment.json"]


def test_another_server_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    folder = a_folder(tmp_path, plan)
    before = folder.read("environment.json")
    with (
        pytest.raises(ResumeError, match=r"PostgreSQL was 18\.4 and is 16\.1"),
        start(plan, folder.path) as begun,
    ):
        begun.folder(tmp_path, plan, {**SERVER, "version": "16.1"})
    assert folder.read("environment.json") == before


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(RunFolderError, match=r"nowhere.*environment\.json"),
        start(a_plan(tmp_path), tmp_path / "nowhere"),
    ):
        pytest.fail("it went on")
