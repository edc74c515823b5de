"""A fault is written as a mapping, and what is wrong with it gets one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from runner.config.listed_fault import read, write
from runner.fault import COUNTED, KINDS, Fault, read_fault

VALUES: dict[str, Any] = dict.fromkeys(COUNTED, 3)


def written(name: str) -> dict[str, Any]:
    """Write a fault of a kind with all that it takes."""
    return {"kind": name, **{key: VALUES.get(key, "700ms") for key in KINDS[name].parameters}}


@pytest.mark.parametrize("name", KINDS)
def test_a_fault_is_written_as_it_was_read_in_a_configuration_and_in_a_column(name: str) -> None:
    fault = read(written(name))
    assert isinstance(fault, Fault)
    assert write(fault) == written(name)
    assert read_fault(str(fault)) == fault


def test_what_is_left_out_has_its_default() -> None:
    assert read({"kind": "restart"}) == Fault("restart", 1.0)
    assert read("none") == "none"
    assert read_fault("") is read_fault("none") is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("down", "must be a mapping such as {kind: down, at: 1s, lasts: 3s}, or none"),
        ({"at": "1s"}, "kind is missing; must be one of kill_idle, "),
        ({"kind": "dwn", "lasts": "1s"}, r"refuse \(did you mean down\?\), is 'dwn'"),
        (
            {"kind": "kill_idle", "lasts": "3s"},
            "lasts means nothing for kill_idle, which is over at once; leave it out",
        ),
        ({"kind": "latency", "lasts": "3s"}, "delay is missing: latency needs lasts, delay"),
        (
            {"kind": "down", "last": "3s"},
            r"'last' is no parameter: down takes at, lasts \(did you mean lasts\?\)",
        ),
        ({"kind": "down", "lasts": 3}, "lasts must be a time with its unit, .*, is 3"),
        ({"kind": "down", "lasts": "0s"}, "lasts must be more than 0s"),
        ({"kind": "kill_idle", "most": 0}, "most must be a whole number of at least 1, is 0"),
        ({"kind": "kill_idle", "most": True}, "most must be a whole number"),
        ({"kind": "restart", "at": "100ms"}, "at must be at least 500ms: the rate before it"),
    ],
)
def test_a_wrong_fault_gets_one_sentence(value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(value)


@pytest.mark.parametrize("text", ["down", "sleepy at=1", "down at=x", "down at=1 lasts"])
def test_a_column_that_holds_no_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no fault|could not convert"):
        read_fault(text)
