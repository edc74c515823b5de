"""Expectations that fail with a sentence, in whatever way pytest shows assertions."""

from __future__ import annotations

from typing import NoReturn

import pytest

from adapters.base import Failure


def expect(event: str, seen: object, expected: object) -> None:
    """Fail the test with a sentence unless `seen` equals `expected`."""
    __tracebackhide__ = True
    if seen != expected:
        disappointed(event, _shown(expected), seen)


def expect_if_told(event: str, seen: object, expected: object) -> None:
    """Fail the test unless `seen` equals `expected` or is None, for what no driver has to tell."""
    __tracebackhide__ = True
    if seen is not None:
        expect(event, seen, expected)


def expect_that(event: str, expected: str, seen: object, *, holds: bool) -> None:
    """Fail the test with a sentence unless it holds; `expected` says in words what should hold."""
    __tracebackhide__ = True
    if not holds:
        disappointed(event, expected, seen)


def disappointed(event: str, expected: str, seen: object) -> NoReturn:
    """Fail the test: the event, what was expected of it, and what was seen instead."""
    __tracebackhide__ = True
    pytest.fail(f"{event}: expected {expected}, saw {_shown(seen)}")


def _shown(value: object) -> str:
    if isinstance(value, Failure):
        return value.value
    if isinstance(value, set):
        return ", ".join(sorted(map(_shown, value))) or "none"
    return repr(value)
