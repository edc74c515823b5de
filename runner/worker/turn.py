"""One turn: clients are started anew, and work for a lead-in and a counted window."""

from __future__ import annotations

import threading
import traceback
from contextlib import suppress
from dataclasses import replace
from functools import partial
from random import Random
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from runner.times import SECOND
from runner.worker.arrivals import Arrivals
from runner.worker.client import Client, Load, client
from runner.worker.connections_held import most_at_once
from runner.worker.distributions import Distributions
from runner.worker.long_text import cut
from runner.worker.meter import Meter
from runner.worker.protocol import TurnRecord
from runner.worker.tally import Tally
from runner.worker.timeline import TimeLine
from runner.worker.timer import no_slack
from runner.worker.window import FOREVER, Window
from runner.workloads import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adapters.base import PoolAdapter
    from runner.worker.arrivals import Accounts
    from runner.worker.executor import Executor
    from runner.worker.meter import Cost
    from runner.worker.observer import Observer
    from runner.worker.protocol import OpenOrder, TurnOrder

Random("")  # Python 3.13 imports with the first text as a seed what it needs: not within a turn

RAW_SAMPLES = 1 << 19
"""Operations that all clients of a cell together keep raw: 80 MiB, whatever their number."""
LEAST_RAW, MOST_RAW = 64, 2048
"""Operations that one client keeps raw: to fold the most takes less than half a millisecond."""

FOLDED_TOGETHER = 64
"""Clients whose times are folded at once: as many operations as that fill 10 MB at most."""


class Turn:
    """The clients of one turn and what they share."""

    def __init__(
        self, cell: OpenOrder, order: TurnOrder, load: Load, pool: PoolAdapter[Any]
    ) -> None:
        """Make the clients; nothing runs yet, and no clock either."""
        self.order = order
        open_loop = order.rate is not None
        self.window = Window(operations=order.operations or FOREVER, by_arrival=open_loop)
        self.arrivals = self._arrivals(order.rate, f"{cell.seed}/{order.number}/arrivals")
        self.load = replace(load, between=self.arrivals) if self.arrivals else load
        self.distributions = Distributions(self.window)
        self.timeline = TimeLine(self.window) if order.timeline else None
        observers: list[Observer] = [
            self.distributions,
            *([self.timeline] if self.timeline else []),
        ]
        self.tally = Tally(self.window, cell.clients, observers)
        self._pool = pool
        self.clients = [self._client(number, cell) for number in range(cell.clients)]
        self.bug = ""
        self._there: list[int] = []
        self._all_there = threading.Event()
        self._left: list[int] = []
        self._all_left = threading.Event()

    def _arrivals(self, rate: float | None, seed: str) -> Arrivals | None:
        """Draw the schedule of an open loop, the same for every cell with that seed."""
        if rate is None:
            return None
        seconds = self.order.lead_in + self.order.length
        return Arrivals(rate, seconds, seed, self.window, self.order.shed)

    def _client(self, number: int, cell: OpenOrder) -> Client:
        seed = f"{cell.seed}/{self.order.number}/{number}"
        return Client(
            number,
            self._pool,
            self.load,
            self.window,
            Ledger(f"{cell.name}-{number}", Random(seed), cell.hold, answers=self.load.answers),
            self.tally,
            chance=Random(f"leak/{seed}"),
            capacity=min(MOST_RAW, max(LEAST_RAW, RAW_SAMPLES // cell.clients)),
        )

    def take(self, executor: Executor) -> TurnRecord:
        """Start the clients, wait for them no longer than the patience allows, and count.

        The lead-in begins when all of them are there: to start hundreds of threads takes a while.
        Where the opening is ordered it does not wait for them. Where operations are counted, all
        count.
        """
        counted = self.order.operations is not None
        waits = not counted and self.order.opens_at is None
        if self.arrivals:
            no_slack()
        if not waits:
            self._set_clock(executor)
        executor.start([partial(self._take_part, me) for me in self.clients])
        if waits:
            self._all_there.wait(self.order.patience)
            self._set_clock(executor)
        closes = perf_counter_ns() if counted else self.window.closes
        gives_up = closes + int(self.order.patience * SECOND)
        meter = Meter(executor, self.window, self._all_left, self._read_gauges)
        cost = meter.watch(gives_up if counted else closes)
        self._all_left.wait(max(0.0, (gives_up - perf_counter_ns()) / SECOND))
        return self._record(cost)

    def _read_gauges(self, now: int) -> None:
        """Note the pool's own gauges for the time line; one that cannot be read is not known."""
        if self.timeline:
            with suppress(Exception):
                self.timeline.gauge(now, self._pool.stats())

    def _set_clock(self, executor: Executor) -> None:
        opens = self.order.opens_at
        if opens is None:
            opens = perf_counter_ns() + int(self.order.lead_in * SECOND)
        counted = self.order.operations is not None
        closes = FOREVER if counted else opens + int(self.order.length * SECOND)
        self.window.opens, self.window.closes = opens, closes
        if self.arrivals:
            self.arrivals.begin(opens - int(self.order.lead_in * SECOND), executor.until)

    async def _take_part(self, me: Client) -> None:
        me.arrived = perf_counter_ns()
        self._there.append(me.number)
        if len(self._there) == len(self.clients):
            self._all_there.set()
        try:
            await self._pool.sleep(0)  # a task that never waits must let the others come
            await client(me)
        except BaseException:  # noqa: BLE001 - SystemExit too is a bug, and what the cell reports
            self.bug = self.bug or cut(traceback.format_exc())
            self.window.closes = 0
        finally:
            me.finished = True
            self._left.append(me.number)
            if len(self._left) == len(self.clients):
                self._all_left.set()

    def _record(self, cost: Cost) -> TurnRecord:
        stuck = [me for me in self.clients if not me.finished]
        held = most_at_once(me.times() for me in self.clients)
        self._fold()
        for me in stuck:
            self.tally.still_waiting(me.intended or me.arrived)
        tally = self.tally
        tally.close()
        accounts = self.arrivals.accounts() if self.arrivals else None
        if accounts:
            self.distributions.account(accounts)
        ledgers = [me.ledger for me in self.clients]
        return TurnRecord(
            seconds=self._seconds(stuck=bool(stuck)),
            ok=tuple(tally.ok),
            weight=tally.weight,
            failures={kind.value: count for kind, count in tally.counts.items()},
            histograms=self.distributions.histograms,
            messages={str(kind): counts for kind, counts in tally.messages.items()},
            release_failed=tally.releases_failed,
            leaked=sum(me.leaked for me in self.clients),
            waiting=tally.waiting,
            longest_wait=max([tally.longest_wait, *_longest(accounts)]),
            stuck=len(stuck),
            first_failure=self._first_failure(),
            exhausted=self._exhausted(),
            **self._account(accounts, stuck),
            inserted=sum(ledger.inserted for ledger in ledgers),
            deleted=sum(ledger.deleted for ledger in ledgers),
            uncertain=sum(ledger.uncertain for ledger in ledgers),
            ids=sum(ledger.ids for ledger in ledgers),
            begun=sum(ledger.begun for ledger in ledgers),
            updates=sum(ledger.updates for ledger in ledgers),
            finished=tally.finished,
            succeeded=tally.succeeded,
            busy=tally.busy,
            slices=tuple(tally.slices.tolist()),
            timeline=self.timeline.slots() if self.timeline else (),
            broken=tuple(self.timeline.broken) if self.timeline else (),
            held=held,
            cpu=cost.cpu,
            loop_lag=cost.lag,
            loop_lag_sum=sum(cost.lags),
            loop_probes=len(cost.lags),
            late=self._late(),
            bug=self.bug,
        )

    def _account(self, accounts: Accounts | None, stuck: Sequence[Client]) -> dict[str, int]:
        """Count the arrivals; those of clients that never came back are unfinished."""
        if accounts is None:
            return {}
        held = sum(self.window.opens <= me.intended < self.window.closes for me in stuck)
        unfinished = len(accounts.unfinished) + held
        return {"arrivals": accounts.arrivals, "shed": accounts.shed, "unfinished": unfinished}

    def _fold(self) -> None:
        """Hand all raw times to the tally, those of some clients at a time."""
        for first in range(0, len(self.clients), FOLDED_TOGETHER):
            some = self.clients[first : first + FOLDED_TOGETHER]
            self.tally.fold([me.number for me in some], [me.drain() for me in some])

    def _late(self) -> int:
        """Count the clients that came after the lead-in of an ordered window had begun."""
        if self.order.opens_at is None:
            return 0
        begins = self.order.opens_at - int(self.order.lead_in * SECOND)
        return sum(not 0 < me.arrived <= begins for me in self.clients)

    def _seconds(self, *, stuck: bool) -> float:
        """Measure the window, which ends with the last client if it has no end."""
        if self.order.operations is None:
            return self.order.length
        end = perf_counter_ns() if stuck else max(self.tally.last_end, self.window.opens)
        return (end - self.window.opens) / SECOND

    def _first_failure(self) -> int | None:
        first = self.tally.first_failure
        return None if first == FOREVER else first - self.window.opens

    def _exhausted(self) -> int | None:
        """Find the moment from which the leaks left every client without a connection.

        That is the last leak, or the last acquire where one was still given out after it; None
        where some client got one to the end. One that never came back counts as one without.
        """
        if not self.load.leak or any(me.finished and me.denied <= me.got for me in self.clients):
            return None
        return max(0, max(max(me.got, me.leaked_at) for me in self.clients) - self.window.opens)


def _longest(accounts: Accounts | None) -> Iterator[int]:
    """Yield the longest wait of an arrival that no client had taken up."""
    if accounts and len(accounts.unfinished):
        yield int(accounts.unfinished.max())
