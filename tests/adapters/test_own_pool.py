"""The pool of one's own that the documents show is a model: it keeps the whole contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import adapters
from adapters.contract import PoolContract

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-an-adapter.md"
EXAMPLE = re.compile(
    r"<!-- own pool: begin -->\n```python\n(.*?)```\n<!-- own pool: end -->", re.DOTALL
)


def module_of(text: str) -> ModuleType:
    """Make a module of the example, found by its dotted path like any other."""
    (code,) = EXAMPLE.findall(text)
    module = ModuleType("pool_of_the_page")
    exec(code, vars(module))  # noqa: S102 - it is what a reader would copy into a file
    return module


sys.modules["pool_of_the_page"] = module_of(PAGE.read_text(encoding="utf-8"))


class TestOwnPool(PoolContract):
    """The contract for the pool of the page, by its dotted path."""

    adapter = "pool_of_the_page:QueuePool"


def test_the_pool_of_the_page_declares_both_profiles_and_a_size() -> None:
    """Both are why the contract asks for commits in release, and for no connection too many."""
    declared = adapters.find(TestOwnPool.adapter)
    assert set(declared.profiles) == {"equal", "stock"}
    assert declared.traits == adapters.Traits(adapters.WhenExhausted.WAITS)
