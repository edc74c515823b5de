"""The refusals of contenders: why one cannot have a value that the matrix lists, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.axis import Promises


def unknown_profile(profile: str, contender: Promises) -> str | None:
    """Refuse a profile that the adapter does not declare."""
    if profile in contender.profiles:
        return None
    return f"does not know the profile {profile} (only {', '.join(contender.profiles)})"


def no_transactions(workload: str, contender: Promises) -> str | None:
    """Refuse transactions where clients share a connection."""
    if workload != "transaction" or contender.traits.transactions:
        return None
    return "cannot give two clients a transaction each (workload transaction)"


def nothing_to_leak(leak: float, contender: Promises) -> str | None:
    """Refuse leaks, a probability, where there is no pool."""
    if not leak or contender.traits.pools:
        return None
    return f"has no pool to leak from (leak {leak:g})"


def nothing_to_size(size: int | None, contender: Promises) -> str | None:
    """Refuse a size of the pool where there is none; None is no listed size."""
    if size is None or contender.traits.pools:
        return None
    return f"has no pool that could have a size (pool_size {size})"
