"""The adapter of docs/examples is a model for drivers that tell little: it keeps the contract."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import adapters
from adapters.contract import PoolContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.server.embedded import EmbeddedServer

EXAMPLES = str(Path(__file__).resolve().parents[2] / "docs" / "examples")

sys.path.insert(0, EXAMPLES)
try:
    importlib.import_module("psqlpy_pool")
finally:
    sys.path.remove(EXAMPLES)


@pytest.fixture(scope="module")
def dsn(server: EmbeddedServer) -> Iterator[str]:
    """Give all of them one database: none leaves anything in it."""
    server.prepare(["psqlpy"])
    yield server.dsn("psqlpy", "psqlpy")
    server.discard(["psqlpy"])


class TestPsqlpy(PoolContract):
    """The contract for psqlpy, by the example's dotted path."""

    adapter = "psqlpy_pool:PsqlpyPool"


def test_the_example_declares_what_its_library_lacks() -> None:
    """Both are why the contract plays on two connections, and takes None for a number of rows."""
    declared = adapters.find(TestPsqlpy.adapter)
    assert declared.traits == adapters.Traits(adapters.WhenExhausted.WAITS, smallest=2)
    assert set(declared.profiles) == {"equal", "stock"}
