"""The environment says what could explain a number, in values that JSON holds."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import psutil
import pytest

from adapters import find
from runner.experiment import environment
from runner.experiment.session import MACHINE_FACTS
from runner.messages import message
from tests.fakes.slow import Slow

TERMS = Path(__file__).resolve().parents[2] / "docs" / "terms.md"


class Commented(Slow):
    """An adapter whose settings hold a class and a function."""

    profiles = {"equal": {"factory": Slow, "reset": Slow.open, "size": 3}}


def test_a_machine_is_described_by_all_that_a_resumed_run_compares() -> None:
    machine = environment.machine()
    assert set(MACHINE_FACTS) <= set(machine)
    assert json.loads(json.dumps(machine)) == machine
    assert machine["cores_usable"] == len(environment.cores()) <= machine["cores"]
    assert machine == environment.machine(), "it does not change from one look to the next"


def test_the_settings_of_the_allocator_are_recorded_and_what_of_the_users_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "glibc", lambda: "glibc 2.36")
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    monkeypatch.setenv("LD_PRELOAD", "/lib/other.so")
    machine = environment.machine()
    assert machine["c_library"] == "glibc 2.36"
    assert machine["allocator_settled"] == (
        "MALLOC_MMAP_THRESHOLD_=4194304 MALLOC_TRIM_THRESHOLD_=67108864 MALLOC_TOP_PAD_=16777216"
    )
    assert machine["allocator_settled"] in TERMS.read_text("utf-8"), "as the document says"
    assert machine["preloaded"] == "/lib/other.so"
    assert "MALLOC_ARENA_MAX" in machine["variables_not_passed_on"].split()


def test_without_glibc_it_is_recorded_that_nothing_is_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "glibc", lambda: None)
    machine = environment.machine()
    assert machine["c_library"] == "not glibc"
    assert machine["allocator_settled"] == "no effect: the C library is not glibc"


def test_the_load_is_that_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "getloadavg", lambda: (1.234, 0.5, 0.0))
    assert environment.machine_load()["load_average"] == [1.23, 0.5, 0.0]


def test_an_adapter_is_described_by_versions_and_by_names_of_its_settings() -> None:
    drivers = environment.drivers({"mine": Commented, "psycopg3": find("psycopg3")})
    assert json.loads(json.dumps(drivers)) == drivers
    assert drivers["mine"]["class"] == f"{__name__}:Commented"
    assert drivers["mine"]["profiles"]["equal"] == {
        "factory": "tests.fakes.slow:Slow",
        "reset": "tests.fakes.slow:Slow.open",
        "size": 3,
    }
    assert "psycopg-pool" in drivers["psycopg3"]["versions"]
    assert "libpq" in drivers["psycopg3"]["libraries"]


@pytest.mark.parametrize(("cores", "places"), [({0}, False), ({0, 1}, True)])
def test_a_cell_is_placed_only_where_a_core_is_left_for_the_server(
    monkeypatch: pytest.MonkeyPatch,
    cores: set[int],
    places: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: cores, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda *_: None, raising=False)
    assert environment.cores() == sorted(cores)
    assert environment.can_place() is places
    assert environment.not_placed() == (None if places else message("placed.one_core"))
    monkeypatch.delattr(os, "sched_setaffinity")
    assert environment.can_place() is False, "the platform cannot"
    assert environment.not_placed() == message("placed.no_affinity")


def test_the_commit_is_unknown_outside_of_git(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert environment.commit() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.commit() is None, "and without git"


def test_the_commit_of_a_checkout_says_whether_it_was_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git = tmp_path / "git"
    git.write_text('#!/bin/sh\ncase "$*" in *--dirty=+*) echo 0123abcd+;; esac\n', "utf-8")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert re.fullmatch(r"[0-9a-f]+\+", environment.commit() or "")
