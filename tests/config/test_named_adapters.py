"""The adapters of plain data come with their keys, whatever else the data hold."""

from __future__ import annotations

from typing import Any

import pytest

from runner.config.named_adapters import configured, named

DATA = {
    "adapters": {"fast": {"adapter": "asyncpg"}, "odd": 5},
    "matrix": {"adapter": ["fast", 7, "noop"], "clients": 0},
    "include": [{"adapter": "psycopg3"}, 3, {"leak": 1}, {"adapter": ["noop", None]}],
    "exclude": [{"adapter": "fast"}],
}


def test_names_come_from_the_sections_that_were_asked_for() -> None:
    assert list(named(DATA, "matrix", "include")) == [
        (("matrix", "adapter", 0), "fast"),
        (("matrix", "adapter", 2), "noop"),
        (("include", 0, "adapter", 0), "psycopg3"),
        (("include", 3, "adapter", 0), "noop"),
    ]
    assert list(named(DATA, "exclude")) == [(("exclude", 0, "adapter", 0), "fast")]


def test_the_entries_of_adapters_come_by_the_names_of_the_user() -> None:
    assert configured(DATA) == {"fast": {"adapter": "asyncpg"}, "odd": 5}


@pytest.mark.parametrize("value", [None, 5, "noop", [5], {"adapter": None}, [["noop"]]])
def test_sections_of_a_wrong_form_name_no_adapter(value: Any) -> None:
    data = {"adapters": [value], "matrix": value, "include": value, "exclude": value}
    assert configured(data) == {}
    assert list(named(data, "matrix", "include", "exclude")) == []


def test_an_include_that_is_no_list_names_no_adapter() -> None:
    assert list(named({"include": {"adapter": "noop"}}, "include")) == []
