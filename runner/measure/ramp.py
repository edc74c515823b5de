"""The ramp of a cell: turns of one living worker at higher and higher rates, until it fails."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.measure.cell_run import cell_run
from runner.measure.member import Member
from runner.measure.observation import observe_closed
from runner.messages import message, said
from runner.plan.rate_search import FIRST_STEP, MOST_PER_S, NEXT_STEP, search
from runner.plan.schedule import GRACE_SECONDS, filling_seconds
from runner.results.ramp import RAMPS, Ramp
from runner.server.dsn import ServerError
from runner.times import SECOND
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.measure.cell_run import CellRun
    from runner.measure.context import Context
    from runner.measure.member import Subject
    from runner.messages import Message
    from runner.plan.rate_search import Bracket
    from runner.worker.histogram import Histogram
    from runner.worker.protocol import TurnRecord

SLOWER: Mapping[str, float] = {"total_ms_p50": 0.5, "total_ms_p99": 0.01, "total_ms_p999": 0.001}
"""Column -> the part of the operations that may take longer than its limit."""
MOST_UNDONE = 0.01
"""The part of the arrivals that may fail, be dropped or be left over longer than the limit."""

OPERATIONS = 1000
"""About the arrivals of a window: ten of them lie beyond a p99."""
SHORTEST, LONGEST = 0.4, 2.0
"""The counted seconds of a window, however high or low the rate."""
LEAD_IN = 0.2
"""The least seconds of a lead-in."""
CLOSED_SECONDS = 0.5
"""The counted seconds of the closed loop that says where to begin."""
BELOW_CLOSED = 2
"""A closed loop does up to this many times what an open one serves."""


def ramps(
    subject: Subject,
    context: Context,
    limits: Mapping[str, float],
    *,
    shed: float = 0.0,
    first: int = 1,
) -> Iterator[Ramp]:
    """Look for the highest rate several times, in one worker; yield a line for each.

    `limits` are the longest times by column, and `shed` the wait after which an arrival is
    dropped, in seconds; `first` is the number of the first that is missing. What goes wrong is the
    reason of a line. Raises Interrupted, ServerLostError.
    """
    number = first
    if lost := context.server.lost:
        raise lost
    cell = subject.cell
    order = subject.order(f"{context.seed}/find/{cell.group}", context.cores[-1:])
    name = subject.application_name(context.run)
    try:
        with ExitStack() as stack:
            run = stack.enter_context(cell_run(order, context, subject.startup))
            own = context.server_cores(cell.conditions.cpus, processes=1)
            pooler, network = subject.pooler(context, own), subject.network(context, own)
            member = Member(subject, name, run, pooler=pooler, through=network)
            stack.callback(_leave, member, context)
            context.server.keep_to(own)
            context.server.prepare([subject.key] if subject.on_server else [])
            run.open(member.dsn(context.server))
            for line in _searches(subject, RampedCell(subject, run, limits, shed), first):
                number += 1
                yield line
    except (ServerError, OSError) as error:
        if context.server.lost:
            raise
        if number <= RAMPS:
            yield _line(subject, number, reason=said(str(error)))


def _leave(member: Member, context: Context) -> None:
    """Close the pool, and wait until the server has noticed that it is gone."""
    member.run.begin_close()
    member.run.close()
    if member.subject.on_server:
        with suppress(ServerError):
            observe_closed(member, context.server)
            context.server.discard([member.subject.key])


def _searches(subject: Subject, ramped: RampedCell, first: int) -> Iterator[Ramp]:
    start, step = min(ramped.closed_loop() / BELOW_CLOSED, MOST_PER_S), FIRST_STEP
    for number in range(first, RAMPS + 1):
        before = ramped.windows
        bracket = search(ramped.keeps, start, step) if start else None
        windows = ramped.windows - before
        if bracket is None or ramped.reason:
            reason = ramped.reason or message("ramp.none_kept")
            yield _line(subject, number, windows=windows, reason=reason)
            return
        yield _line(subject, number, bracket, windows)
        start, step = bracket.low, NEXT_STEP


def _line(
    subject: Subject,
    number: int,
    bracket: Bracket | None = None,
    windows: int = 0,
    reason: Message | None = None,
) -> Ramp:
    low, high = bracket or (None, None)
    cell = subject.cell
    return Ramp(cell.contender, cell.conditions, number, low, high, windows, reason)


class RampedCell:
    """A cell whose pool is open, and the windows that it has been measured in."""

    def __init__(
        self, subject: Subject, run: CellRun, limits: Mapping[str, float], shed: float
    ) -> None:
        """Take a pool that may not have opened: then it keeps nothing."""
        self._timeout = subject.cell.conditions.acquire_timeout
        self._run = run
        self._limits = limits
        self._shed = shed
        self.windows = 0

    @property
    def reason(self) -> Message | None:
        """The reason why it can be measured no more; else None."""
        return self._run.reason

    def closed_loop(self) -> float:
        """Measure the operations per second of clients that do not wait for arrivals."""
        record = self._turn(TurnOrder(0, LEAD_IN, CLOSED_SECONDS, patience=self._patience))
        return record.weight / record.seconds if record else 0.0

    def keeps(self, rate: float) -> bool:
        """Tell whether two of three windows keep the limits at a rate."""
        kept = [self._keeps_once(rate), self._keeps_once(rate)]
        return kept[0] if kept[0] == kept[1] else self._keeps_once(rate)

    def _keeps_once(self, rate: float) -> bool:
        length = min(LONGEST, max(SHORTEST, OPERATIONS / rate))
        lead_in = max(LEAD_IN, min(filling_seconds(self._run.mean or 0.0, rate), length))
        self.windows += 1
        order = TurnOrder(self.windows, lead_in, length, patience=self._patience, rate=rate)
        record = self._turn(replace(order, shed=self._shed))
        return record is not None and keeps_limits(record, self._limits)

    @property
    def _patience(self) -> float:
        return self._timeout + GRACE_SECONDS

    def _turn(self, order: TurnOrder) -> TurnRecord | None:
        """Take a turn; None where there is no answer, or none that can be believed."""
        record = self._run.turn(order) if self._run.lives else None
        if record:
            self._run.judge()
        return record if self._run.lives else None


def keeps_limits(record: TurnRecord, limits: Mapping[str, float]) -> bool:
    """Tell whether a window keeps the longest times of its operations, in seconds by column.

    Failures and what was dropped are slower than any limit, and so is what was left over and had
    waited longer than the limit by then; of what had not, nothing is known. A window to which
    nothing came shows nothing, and keeps nothing.
    """
    total, waiting = record.histograms["total"], record.histograms["waiting"]
    undone = sum(record.failures.values()) + record.shed
    overdue = _longer(waiting, max(limits.values()))
    judged = len(total) + undone + overdue
    if not judged or undone + overdue > MOST_UNDONE * judged:
        return False
    return all(
        _longer(total, seconds) + undone + overdue <= SLOWER[column] * judged
        for column, seconds in limits.items()
    )


def _longer(times: Histogram, seconds: float) -> int:
    """Count the times that are longer than that."""
    return len(times) - times.below(round(seconds * SECOND))
