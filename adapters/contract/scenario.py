"""Scenarios: coroutines over an open pool that become tests where the traits ask for it."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from adapters import registry
from adapters.base import PoolAdapter, Traits, WhenExhausted
from adapters.contract.address import named
from adapters.playing import play

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    import pytest

    Applies = Callable[[Traits], bool]
    Scenario = Callable[[Any, "Pool"], Coroutine[Any, Any, None]]
    Test = Callable[[Any, str, str], None]

Pool = PoolAdapter[Any]

PATIENCE = 10.0
"""Seconds within which anything must have happened that needs no time by itself."""

DAY = dt.date(2026, 1, 1)

_applies: dict[str, Applies] = {}
"""Test -> the predicate that it applies to an adapter of these traits."""


def always(_: Traits) -> bool:
    """Test every adapter."""
    return True


def with_server(traits: Traits) -> bool:
    """Test adapters that talk to a server."""
    return traits.server


def with_transactions(traits: Traits) -> bool:
    """Test adapters whose clients can have a transaction each."""
    return traits.server and traits.transactions


def when(declared: WhenExhausted) -> Applies:
    """Test adapters that declare this for `acquire` when every connection is out."""
    return lambda traits: traits.when_exhausted is declared


def scenario(
    applies: Applies, *, size: int = 2, timeout: float = PATIENCE
) -> Callable[[Scenario], Test]:
    """Make a test of a coroutine: it is played on an open pool, where the traits ask for it."""

    def test_of(coroutine_function: Scenario) -> Test:
        def test(self: Contract, dsn: str, profile: str) -> None:
            self.profile = profile
            play(partial(coroutine_function, self), self.pool(dsn, size=size, timeout=timeout))

        test.__name__, test.__doc__ = coroutine_function.__name__, coroutine_function.__doc__
        _applies[test.__name__] = applies
        return test

    return test_of


class Contract:
    """The adapter under test, its profiles, and pools of it. Base of each topic of the suite."""

    adapter: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    profile = "equal"
    """The profile in which a test is played."""

    def __init_subclass__(cls) -> None:
        """Take away the tests that do not apply."""
        super().__init_subclass__()
        if not hasattr(cls, "adapter"):
            return  # a topic of the suite
        traits = registry.find(cls.adapter).traits
        for name, applies in _applies.items():
            if hasattr(cls, name) and not applies(traits):
                setattr(cls, name, None)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Play a test in each profile; pytest calls this."""
        if "profile" in metafunc.fixturenames:
            metafunc.parametrize("profile", list(registry.find(self.adapter).profiles))

    def pool(self, dsn: str, *, size: int = 2, timeout: float = PATIENCE) -> Pool:
        """Make a pool of the adapter with a name of its own on the server; it is not yet open.

        It has that size, or the smallest that the library takes.
        """
        size = max(size, registry.find(self.adapter).traits.smallest)
        knobs = {"min_size": size, "max_size": size, "timeout": timeout, "profile": self.profile}
        options = registry.pool_options(self.options, **knobs)
        return registry.create(self.adapter, named(dsn, f"contract-{uuid.uuid4()}"), options)


def most(pool: Pool) -> int:
    """Count the connections that a pool says to open at most."""
    return pool.options.max_size + pool.overflow(pool.settings())


def commits(pool: Pool) -> bool:
    """Tell whether the adapter says that it commits in `release`."""
    return pool.commits(pool.settings())
