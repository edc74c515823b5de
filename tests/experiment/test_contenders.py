"""Every adapter of a configuration is resolved, or refused in one sentence with its key."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import adapters
from runner.experiment import contenders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADAPTER = """\
import sys
from dataclasses import replace

from adapters.noop import Noop


class Raising(type(Noop)):
    @property
    def traits(cls):
        raise RuntimeError("no traits\\nhere")


class NoTraits(Noop, metaclass=Raising):
    pass


class OddTraits(Noop):
    traits = 5


class NoOptions(Noop):
    @classmethod
    def known_options(cls):
        raise LookupError("no options")


class Leaving(Noop):
    @classmethod
    def known_options(cls):
        sys.exit("good bye")


class NoLibraries(Noop):
    @classmethod
    def libraries(cls):
        raise OSError("no library")


class NoCommits(Noop):
    traits = replace(Noop.traits, server=True)

    @classmethod
    def commits(cls, settings):
        raise ValueError("no commits")


class Stock(Noop):
    profiles = {"stock": {}}

    @classmethod
    def known_options(cls):
        return frozenset({"colour"})
"""


def complaints(**data: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, key)), sentence)
        for key, sentence in contenders.adapter_complaints({"matrix": {"adapter": "noop"}, **data})
    ]


@pytest.fixture(autouse=True)
def _theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "theirs.py").write_text(ADAPTER, encoding="utf-8")
    (tmp_path / "leaving.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("theirs", None)


def test_good_adapters_bring_no_complaint() -> None:
    own = {"fast": {"adapter": "asyncpg", "options": {"statement_cache_size": 0}}}
    matrix = {"adapter": ["fast", "psycopg3", "noop"]}
    assert complaints(matrix=matrix, adapters=own) == []


def test_an_adapter_that_is_not_compared_is_checked_too() -> None:
    own = {
        "x": {"adapter": "asyncpg", "options": {"nosuch": 1, "loop": "fast"}},
        "y": {"adapter": "asyncpq"},
    }
    (option, loop, unknown) = complaints(adapters=own)
    assert option[0] == "adapters.x.options.nosuch"
    assert option[1].startswith("unknown option 'nosuch'")
    assert loop == (
        "adapters.x.options.loop",
        "loop must be one of asyncio, uvloop, is 'fast'",
    )
    assert unknown == (
        "adapters.y.adapter",
        "unknown adapter 'asyncpq'; did you mean asyncpg or asyncpg-direct or psycopg3?",
    )


@pytest.mark.parametrize(
    ("adapter", "cause"),
    [
        ("theirs:NoTraits", "RuntimeError: no traits here"),
        ("theirs:OddTraits", "AttributeError: 'int' object has no attribute 'pools'"),
        ("theirs:NoOptions", "LookupError: no options"),
        ("theirs:Leaving", "SystemExit: good bye"),
        ("theirs:NoLibraries", "OSError: no library"),
        ("theirs:NoCommits", "ValueError: no commits"),
        ("leaving:Pool", "SystemExit: 3"),
    ],
)
def test_an_adapter_that_fails_when_it_is_asked_is_refused_in_one_sentence(
    adapter: str, cause: str
) -> None:
    sentence = f"adapter {adapter!r} fails when it is asked for what it is: {cause}"
    assert complaints(matrix={"adapter": ["noop", adapter]}) == [("matrix.adapter.1", sentence)]
    assert complaints(adapters={"x": {"adapter": adapter}}) == [("adapters.x.adapter", sentence)]


def test_a_name_is_looked_up_once_however_often_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    find = adapters.find

    def counted(name: str) -> Any:
        asked.append(name)
        return find(name)

    monkeypatch.setattr(adapters, "find", counted)
    include = [{"adapter": ["noop", "nosuch"]}] * 50
    assert len(complaints(include=include, adapters={"x": {"adapter": "nosuch"}})) == 51
    assert sorted(asked) == ["noop", "nosuch"]


def test_the_options_of_an_adapter_without_the_profile_equal_can_be_right() -> None:
    own = {"x": {"adapter": "theirs:Stock", "options": {"colour": "red"}}}
    assert complaints(adapters=own) == []


@pytest.mark.parametrize(
    "data",
    [
        {"adapters": 5},
        {"adapters": {"x": 5}},
        {"adapters": {"x": {"adapter": 5, "options": {"nosuch": 1}}}},
        {"adapters": {"x": {"adapter": "noop", "options": [1]}}},
        {"matrix": 5},
        {"matrix": None},
        {"matrix": {"adapter": [5, None]}},
        {"include": 5},
        {"include": [5, {"adapter": None}]},
    ],
)
def test_data_of_a_wrong_form_are_left_to_other_checks(data: dict[str, Any]) -> None:
    assert complaints(**data) == []


DSN = "postgresql://u:sekret@h/d"


@pytest.mark.parametrize(
    "data",
    [
        {"matrix": {"adapter": DSN}},
        {"adapters": {"x": {"adapter": "host=h password=sekret"}}},
        {"adapters": {"x": {"adapter": "asyncpg", "options": {DSN: 1}}}},
        {"adapters": {"x": {"adapter": "asyncpg", "options": {"loop": DSN}}}},
    ],
)
def test_a_dsn_in_a_wrong_place_is_quoted_without_its_password(data: dict[str, Any]) -> None:
    ((_, sentence),) = complaints(**data)
    assert "***" in sentence
    assert "sekret" not in sentence
