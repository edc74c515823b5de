"""The generators of arguments draw what they promise, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import json
import re
from random import Random
from typing import Any

import pytest

from runner.own_sql.arguments import read_argument


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ({"int": [-3, 3]}, -3, 3),
        ({"bigint": [0, 2**63 - 1]}, 0, 2**63 - 1),
        ({"float": [0, 0.5]}, 0.0, 0.5),
        ({"date": [dt.date(2024, 2, 28), "2024-03-01"]}, dt.date(2024, 2, 28), dt.date(2024, 3, 1)),
        ({"choice": ["a", "b"]}, "a", "b"),
        ({"bool": 0.5}, False, True),
    ],
)
def test_values_lie_between_their_bounds_and_come_again_with_the_seed(
    written: object, least: Any, most: Any
) -> None:
    draw = read_argument(written).draw()
    first, again = Random(1), Random(1)
    drawn: list[Any] = [draw(first) for _ in range(200)]
    assert drawn == [draw(again) for _ in range(200)]
    assert min(drawn) >= least
    assert max(drawn) <= most
    assert len(set(drawn)) > 1


def test_a_text_has_a_length_between_its_bounds() -> None:
    draw, keys = read_argument({"text": [0, 3]}).draw(), Random(1)
    texts = [str(draw(keys)) for _ in range(100)]
    assert {len(text) for text in texts} == {0, 1, 2, 3}
    assert len(str(read_argument({"text": 12}).draw()(keys))) == 12


@pytest.mark.parametrize(
    "written",
    [
        {"int": [1, 2]},
        {"text": [4, 4]},
        {"date": ["2024-01-01", "2024-12-31"]},
        {"bool": 0.25},
        {"choice": ["a", 1, True]},
    ],
)
def test_an_argument_is_the_same_after_a_way_through_json(written: object) -> None:
    read = read_argument(written)
    assert read_argument(json.loads(json.dumps(read.plain))) == read
    assert read.plain == written


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("int", "must be one of {int: [1, 100]}"),
        ({"int": [1, 2], "text": 1}, "must be one of"),
        ({"integer": [1, 2]}, "integer is no type of an argument"),
        ({"int": 5}, "two bounds"),
        ({"int": [2, 1]}, "least bound first"),
        ({"int": [1, True]}, "whole numbers"),
        ({"int": [1, 2**31]}, "is no int of PostgreSQL"),
        ({"float": [0, float("inf")]}, "finite"),
        ({"text": [1, 10**9]}, "lengths from 0 to"),
        ({"date": [1, 2]}, "two days"),
        ({"bool": 2}, "share of true"),
        ({"bool": None}, "share of true"),
        ({"choice": []}, "a list of values"),
        ({"choice": [[1]]}, "texts, numbers"),
    ],
)
def test_an_argument_that_cannot_be_drawn_is_refused(written: object, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        read_argument(written)
