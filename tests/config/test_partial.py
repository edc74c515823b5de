"""What is left of a configuration without the keys that were refused, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.model import Config
from runner.config.partial import LEFT_OUT, partial

if TYPE_CHECKING:
    from runner.config.complaints import Key

DATA = {
    "rounds": 0,
    "duration": "1s",
    "adapters": {"mine": {"adapter": "psycopg3", "options": {"a": 1}}, "its": {"options": {}}},
    "thresholds": {"all": ["ok > 0"], "clients=3": ["x"]},
    "matrix": {"adapter": "mine"},
}


def test_a_refused_key_that_no_cell_depends_on_is_left_out_and_the_data_stay() -> None:
    keys: list[Key] = [
        ("rounds",),
        ("seed",),
        ("adapters", "mine", "options", "a"),
        ("adapters", "mine", "options"),
        ("thresholds", "clients=3", 0),
    ]
    assert partial(DATA, keys) == {
        "duration": "1s",
        "adapters": {"mine": {"adapter": "psycopg3"}, "its": {"options": {}}},
        "thresholds": {"all": ["ok > 0"]},
        "matrix": {"adapter": "mine"},
    }
    assert DATA["rounds"] == 0


@pytest.mark.parametrize(
    "key",
    [
        (),
        ("duration",),
        ("durations",),
        ("matrix", "clients", 0),
        ("adapters",),
        ("adapters", "mine", "adapter"),
        ("thresholds",),
    ],
)
def test_nothing_is_left_where_cells_may_depend_on_what_was_refused(key: Key) -> None:
    assert partial(DATA, [("rounds",), key]) is None


def test_what_can_be_left_out_are_keys_of_a_configuration() -> None:
    assert set(LEFT_OUT) <= set(Config.model_fields)
