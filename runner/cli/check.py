"""Can every adapter reach the server? Opens each pool, checks it, closes it, and says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import adapters
from adapters.base import AdapterError, PoolOptions
from runner.server.dsn import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.base import PoolAdapter

OPTIONS = PoolOptions(min_size=1, max_size=2, timeout=5.0)


@dataclass(frozen=True)
class Checked:
    """One adapter. `reason` is empty where it works."""

    adapter: str
    versions: str
    reason: str


def check(names: Sequence[str], dsn: Callable[[str], str], secrets: Sequence[str]) -> list[Checked]:
    """Try every adapter on the DSN that `dsn(name)` gives; no error of one stops the others."""
    return [_check(name, dsn(name), secrets) for name in names]


def _check(name: str, dsn: str, secrets: Sequence[str]) -> Checked:
    try:
        found = adapters.find(name)
    except AdapterError as error:
        return Checked(name, "", str(error))
    versions = adapters.driver_version(found) or "no driver"
    try:
        adapters.play(_prove, adapters.create(name, dsn, OPTIONS))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        text = " ".join(f"{type(error).__name__}: {error}".split())
        return Checked(name, versions, masked(text, secrets))
    return Checked(name, versions, "")


async def _prove(pool: PoolAdapter[Any]) -> None:
    await pool.check()
