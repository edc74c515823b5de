"""Plain values are held against annotations: they may be an adapter's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

import pytest

from runner.worker.shape import LARGEST, MalformedLineError, checked, fits


class Pair(NamedTuple):
    """A list of two numbers in JSON."""

    number: int
    share: float


class Named(TypedDict):
    """An object of JSON."""

    name: str


@dataclass
class Whole:
    """The same, as a class."""

    number: int
    text: str | None


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        *[(1, int), (0, float), (1.5, float), ("a", str), (True, bool), (object(), Any)],
        *[(None, float | None), (2, float | None), ([], tuple[int, ...])],
        *[([1, 2], tuple[int, ...]), ([1, "a"], tuple[int, str]), ([[1, 0.5]], tuple[Pair, ...])],
        *[({"a": {"b": 1}}, Mapping[str, Mapping[str, int]]), ({"name": "a"}, Named)],
    ],
)
def test_a_value_fits_the_shape_that_it_is_of(value: object, shape: Any) -> None:
    assert fits(value, shape)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        *[(True, int), (1, bool), (1.0, int), ("1", int), (None, int), (LARGEST + 1, int)],
        *[(float("nan"), float), (float("inf"), float), (10**400, float), (True, float)],
        *[("a", float | None), ("12", tuple[int, ...]), ([1, None], tuple[int, ...])],
        *[([1], tuple[int, str]), ([1], Pair), ([1, 2, 3], Pair), ({}, tuple[int, ...])],
        *[([], Mapping[str, int]), ({"a": "b"}, Mapping[str, int]), ({}, Named)],
        *[({"name": "a", "other": 1}, Named), ([], Named), ([1, "x"], Pair), (7, Pair)],
    ],
)
def test_a_value_does_not_fit_another_shape(value: object, shape: Any) -> None:
    assert not fits(value, shape)


def test_the_fields_of_a_class_are_given_back_as_they_are() -> None:
    data = {"number": 1, "text": None}
    assert checked(Whole, data) is data
    assert checked(Whole, {"number": [1], "text": "a"}, number=tuple[int, ...])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (7, "no Whole has the fields of 7"),
        ({"number": 1}, "no Whole has the fields of {'number': 1}"),
        ({"number": 1, "text": "", "more": 1}, "no Whole has the fields of"),
        ({"number": "1", "text": ""}, "number of a Whole cannot be '1'"),
    ],
)
def test_what_is_no_such_class_is_refused_with_the_field(data: object, sentence: str) -> None:
    with pytest.raises(MalformedLineError) as refused:
        checked(Whole, data)
    assert str(refused.value).startswith(sentence)
