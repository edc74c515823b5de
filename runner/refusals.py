"""The refusals of contenders: why one cannot have a value that the matrix lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.axis import spelled
from runner.fault import NO_FAULT
from runner.messages import Message, message

if TYPE_CHECKING:
    from runner.axis import Promises
    from runner.fault import Fault


DIRECT, TRANSACTION = "none", "transaction"
"""The value of the axis `pooler` without one, and the mode in which it lends sessions."""


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


def nothing_to_break(fault: Fault | str | None, contender: Promises) -> Message | None:
    """Refuse a fault where there is no server; None is no listed one."""
    if fault in (None, NO_FAULT) or contender.traits.server:
        return None
    return message("refuses.fault", fault=str(fault))


def nothing_to_pool(pooler: str, contender: Promises) -> Message | None:
    """Refuse a pooler where there is no server, and its transaction mode where that breaks."""
    if pooler == DIRECT:
        return None
    if not contender.traits.server:
        return message("refuses.pooler", mode=pooler)
    return _prepares(contender) if pooler == TRANSACTION else None


def nothing_to_delay(rtt: float | str, contender: Promises) -> Message | None:
    """Refuse a network where there is no server; `none` is no network."""
    if rtt == DIRECT or contender.traits.server:
        return None
    return message("refuses.rtt")


def _prepares(contender: Promises) -> Message | None:
    """Refuse statements that outlive their transaction; None where there are none."""
    needed = contender.unprepared
    if needed is None:
        return message("refuses.prepared")
    for name, value in needed.items():
        if (own := contender.options.get(name, value)) != value:
            return message("refuses.prepared_by", option=name, value=str(own), needed=str(value))
    return None
