"""The registry of adapters by name; a driver is imported when it is asked for."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from typing import Any

from adapters.base import VALIDATE, AdapterError, Concurrency, PoolAdapter, PoolOptions, Traits

BUILT_IN = {
    "psycopg2": "adapters.psycopg2_pool:Psycopg2Pool",
    "psycopg2-queued": "adapters.psycopg2_pool:Psycopg2QueuedPool",
    "psycopg2-simple": "adapters.psycopg2_pool:Psycopg2SimplePool",
    "psycopg2-direct": "adapters.psycopg2_pool:Psycopg2Direct",
    "psycopg3": "adapters.psycopg3_pool:Psycopg3Pool",
    "psycopg3-async": "adapters.psycopg3_async_pool:Psycopg3AsyncPool",
    "psycopg3-null": "adapters.psycopg3_pool:Psycopg3NullPool",
    "psycopg3-direct": "adapters.psycopg3_no_pool:Psycopg3Direct",
    "psycopg3-shared": "adapters.psycopg3_no_pool:Psycopg3Shared",
    "asyncpg": "adapters.asyncpg_pool:AsyncpgPool",
    "asyncpg-direct": "adapters.asyncpg_pool:AsyncpgDirect",
    "sqlalchemy": "adapters.sqlalchemy_psycopg_pool:SQLAlchemyPool",
    "sqlalchemy-async": "adapters.sqlalchemy_asyncpg_pool:SQLAlchemyAsyncPool",
    "noop": "adapters.noop:Noop",
}
"""Name -> `module:Class`. The order is the one of lists and of colours in charts."""

EXTRAS = {"sqlalchemy": "sqlalchemy", "sqlalchemy-async": "greenlet"}
"""Name -> the module without which it is not listed: it comes with an extra."""

INSTALL = {
    "psycopg2": "psycopg2-binary",
    "psycopg": "psycopg[binary,pool]",
    "psycopg_pool": "psycopg[binary,pool]",
    "asyncpg": "asyncpg",
    "uvloop": "uvloop",
    "sqlalchemy": "sqlalchemy[asyncio]",
    "greenlet": "sqlalchemy[asyncio]",
}
"""Module -> what to install when it is missing."""

LOOPS = ("asyncio", "uvloop")
DECLARED = ("concurrency", "traits", "driver")
"""The class data that an adapter must declare."""

DATA: Mapping[str, type] = {
    "concurrency": Concurrency,
    "traits": Traits,
    "driver": str,
    "distributions": tuple,
    "profiles": Mapping,
    "prepared": str,
    "retires": Mapping,
    "plain": Mapping,
}
"""The types of all class data."""

ENTRY_POINTS = "poolbench.adapters"

AdapterClass = type[PoolAdapter[Any]]


def names() -> list[str]:
    """List every registered adapter: ours first, then those of installed packages.

    One of an extra that is not installed is left out; `find` says what to install.
    """
    ours = (name for name in BUILT_IN if name not in EXTRAS or find_spec(EXTRAS[name]))
    return [*ours, *(name for name in _installed() if name not in BUILT_IN)]


def find(name: str) -> AdapterClass:
    """Find the class of an adapter by its name or by a dotted path `package.module:Class`.

    Raises AdapterError: an unknown name says the nearest ones, a missing driver what to install,
    an unfinished class what it lacks.
    """
    path = name if ":" in name else BUILT_IN.get(name) or _installed().get(name)
    if path is None:
        near = difflib.get_close_matches(name, names(), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names())}"
        raise AdapterError(f"unknown adapter {name!r}; {hint}")
    module, _, attribute = path.partition(":")
    adapter = getattr(_import(f"adapter {name!r}", module), attribute, None)
    if not (isinstance(adapter, type) and issubclass(adapter, PoolAdapter)):
        raise AdapterError(f"adapter {name!r}: {path} is not a PoolAdapter class")
    lacks = sorted(adapter.__abstractmethods__)
    lacks += [data for data in DECLARED if not hasattr(adapter, data)]
    if lacks:
        raise AdapterError(f"adapter {name!r}: {path} lacks {', '.join(lacks)}")
    for data, kind in DATA.items():
        if not isinstance(value := getattr(adapter, data), kind):
            sentence = f"{data} must be of the type {kind.__name__}, is {value!r}"
            raise AdapterError(f"adapter {name!r}: {path}: {sentence}")
    return adapter


def create(name: str, dsn: str, options: PoolOptions) -> PoolAdapter[Any]:
    """Make the adapter of that name, not yet open. Raises AdapterError."""
    adapter = find(name)
    complaints = check(adapter, options)
    if complaints:
        raise AdapterError(f"adapter {name!r}: {'; '.join(complaints)}")
    return adapter(dsn, options)


def pool_options(options: Mapping[str, Any], **knobs: Any) -> PoolOptions:
    """Make PoolOptions from `options:` as a user writes them: `loop` is ours, the rest `extra`."""
    extra = dict(options)
    loop = extra.pop("loop", "asyncio")
    return PoolOptions(loop=loop, extra=extra, **knobs)


def check(adapter: AdapterClass, options: PoolOptions) -> list[str]:
    """List the complaints about options for this adapter, a sentence each; nothing is created."""
    complaints = []
    extra = dict(options.extra)
    if VALIDATE in extra:
        complaints += _wrong_validation(adapter, extra.pop(VALIDATE))
    known = sorted(adapter.known_options())
    known += [VALIDATE] if adapter.validating else []
    tasks = adapter.concurrency is Concurrency.TASKS
    for name in extra:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            meant = f", did you mean {near[0]!r}?" if near else ""
            all_known = ", ".join([*known, *(["loop"] if tasks else [])]) or "none"
            complaints.append(f"unknown option {name!r}{meant} (known: {all_known})")
    complaints += adapter.wrong_values(extra)
    if options.profile not in adapter.profiles:
        known_profiles = ", ".join(adapter.profiles)
        complaints.append(f"unknown profile {options.profile!r} (known: {known_profiles})")
    if options.loop not in LOOPS:
        complaints.append(f"loop must be one of {', '.join(LOOPS)}, is {options.loop!r}")
    elif options.loop != "asyncio" and not tasks:
        complaints.append(f"loop {options.loop!r} is for asyncio adapters; this one uses threads")
    elif options.loop == "uvloop":
        try:
            _import("loop 'uvloop'", "uvloop")
        except AdapterError as error:
            complaints.append(str(error))
    return complaints


def _wrong_validation(adapter: AdapterClass, value: object) -> list[str]:
    if not isinstance(value, bool):
        return [f"{VALIDATE} must be true or false, is {value!r}"]
    if value and adapter.validating is None:
        return [f"{VALIDATE}: this pool cannot prove a connection before it hands it out"]
    return []


def driver_version(adapter: AdapterClass) -> str:
    """List the versions of the packages that the adapter runs on, `name version` each."""
    return ", ".join(
        f"{name} {installed}"
        for alternatives in adapter.distributions
        for name, installed in _versions(alternatives)
    )


def _versions(alternatives: str) -> list[tuple[str, str]]:
    for name in alternatives.split("|"):
        try:
            return [(name, version(name))]
        except PackageNotFoundError:
            continue
    return []


def _installed() -> dict[str, str]:
    return _installed_on(tuple(sys.path))


@cache
def _installed_on(path: tuple[str, ...]) -> dict[str, str]:
    """Look through the packages on Python's own path, which takes some milliseconds."""
    del path
    points = entry_points(group=ENTRY_POINTS)
    return {point.name: f"{point.module}:{point.attr}" for point in points}


def _import(who: str, module: str) -> Any:
    try:
        return importlib.import_module(module)
    except Exception as error:
        missing = (isinstance(error, ModuleNotFoundError) and error.name) or ""
        if package := INSTALL.get(missing.partition(".")[0]):
            raise AdapterError(f"{who} needs {missing}: pip install '{package}'") from error
        cause = f"{type(error).__name__}: {error}"
        raise AdapterError(f"{who}: cannot import {module!r}: {cause}") from error
