"""One client of ours in this process, without a worker around it."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

from runner.times import SECOND
from runner.worker.client import Client, Load
from runner.worker.distributions import Distributions
from runner.worker.tally import Tally
from runner.worker.window import Window
from runner.workloads import WORKLOADS, Ledger

if TYPE_CHECKING:
    from adapters.base import PoolAdapter


def client_of(pool: PoolAdapter[Any], workload: str, seconds: float) -> Client:
    """Make a client, as a worker makes it; its window opens now and closes after `seconds`."""
    window = Window()
    tally = Tally(window, 1, [Distributions(window)])
    me = Client(
        0,
        pool,
        Load(WORKLOADS[workload]),
        window,
        Ledger("overhead-0", Random(1)),
        tally,
        Random(2),
        capacity=4096,
    )
    window.opens = time.perf_counter_ns()
    window.closes = window.opens + int(seconds * SECOND)
    return me


def folded(me: Client) -> int:
    """Fold the rest of its times, and count its successful operations."""
    me.fold()
    return me.tally.succeeded
