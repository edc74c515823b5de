"""The refusals of contenders: why one cannot have a value that the matrix lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axis import spelled
from runner.messages import Message, message

if TYPE_CHECKING:
    from runner.axis import Promises


def unknown_profile(profile: str, contender: Promises) -> Message | None:
    """Refuse a profile that the adapter does not declare."""
    if profile in contender.profiles:
        return None
    return message("refuses.profile", profile=profile, known=list(contender.profiles))


def no_transactions(workload: str, contender: Promises) -> Message | None:
    """Refuse transactions where clients share a connection."""
    if workload != "transaction" or contender.traits.transactions:
        return None
    return message("refuses.transaction")


def nothing_to_leak(leak: float, contender: Promises) -> Message | None:
    """Refuse leaks, a probability, where there is no pool."""
    if not leak or contender.traits.pools:
        return None
    return message("refuses.leak", leak=spelled(leak))


def nothing_to_size(size: int | None, contender: Promises) -> Message | None:
    """Refuse a size of the pool where there is none; None is no listed size."""
    if size is None or contender.traits.pools:
        return None
    return message("refuses.pool_size", size=size)


def too_small(size: int, contender: Promises) -> Message | None:
    """Refuse a size that is smaller than the library takes, listed or not."""
    smallest = contender.traits.smallest
    if size >= smallest or not contender.traits.pools:
        return None
    return message("refuses.smallest", size=size, smallest=smallest)


def nothing_to_reach(transport: str | None, contender: Promises) -> Message | None:
    """Refuse a transport where there is no server; None is no listed transport."""
    if transport is None or contender.traits.server:
        return None
    return message("refuses.transport", transport=transport)
