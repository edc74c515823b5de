"""One run of a cell of several processes: their workers open, take turns and end side by side."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import reduce
from time import perf_counter_ns
from typing import TYPE_CHECKING, TypeAlias

from runner.measure.cell_run import CellRun, cell_run
from runner.messages import message
from runner.plan.schedule import AHEAD_SECONDS
from runner.results.row import Status
from runner.times import SECOND
from runner.worker.protocol import Inspection, Opening, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.measure.context import Context
    from runner.measure.startup import Startup
    from runner.messages import Message
    from runner.worker.protocol import OpenOrder, TurnOrder


ATTEMPTS = 3
"""The number of times that a window is ordered for which clients come too late."""

WHOLE_TURN = (
    *("inserted", "deleted", "uncertain", "ids", "begun", "updates", "finished", "succeeded"),
    *("parked", "parked_cpu"),
)
"""The fields of a record that count what was done in its lead-in too."""


class CellProcesses:
    """The workers of a cell, as one: its answers are theirs merged, and what fails one fails it."""

    def __init__(self, runs: Sequence[CellRun]) -> None:
        """Take workers that do nothing yet."""
        self._runs = runs
        self._reason: Message | None = None
        self._warning = AHEAD_SECONDS
        """Seconds from the order of a window to its lead-in, which grow where they are too few."""
        self.ahead = 0.0
        """Seconds before the lead-in of the last turn in which clients may have worked."""
        self.seconds = 0.0
        """Seconds of the turns so far, as they were ordered."""
        self.taken: list[tuple[TurnOrder, TurnRecord]] = []
        """Every turn, the warm-up included, in the order of time."""

    @property
    def lives(self) -> bool:
        """All workers can take orders."""
        return all(run.lives for run in self._runs)

    @property
    def _failed(self) -> CellRun | None:
        return next((run for run in self._runs if run.status is not Status.OK), None)

    @property
    def status(self) -> Status:
        """That of the first worker that failed, unless all failed for one reason."""
        if self._reason:
            return Status.FAILED
        return self._failed.status if self._failed else Status.OK

    @property
    def reason(self) -> Message | None:
        """The reason why the status is not ok, with the number of the process; else None."""
        if self._reason:
            return self._reason
        for number, run in enumerate(self._runs, 1):
            if run.status is not Status.OK:
                return message("row.process", number=number, of=len(self._runs), reason=run.reason)
        return None

    def open(self, dsn: str) -> Opening | None:
        """Open every pool; the times are those of the slowest. None where one does not open."""
        openings = []
        for run in self._runs:
            if (opening := run.open(dsn)) is None:
                self.end()
                return None
            openings.append(opening)
        full = [it.pool_full_ms for it in openings if it.pool_full_ms is not None]
        return Opening(
            max(it.first_connection_ms for it in openings),
            max(full) if len(full) == len(openings) else None,
        )

    def turn(self, order: TurnOrder, watch: Callable[[], float] | None = None) -> TurnRecord | None:
        """Let all take a turn in one window, which opens at a moment that they are told.

        Where clients were not all there when its lead-in began, another one is taken, with more
        time for them to come: the first is a part of its lead-in. None where one has no answer, or
        where they never were. `watch` is called meanwhile. Raises Interrupted.
        """
        self.ahead = 0.0
        before: list[TurnRecord] = []
        while (measured := self._attempt(order, watch)) and measured.late:
            if measured.stuck or measured.bug:
                break
            before.append(measured)
            if order.timeline or len(before) == ATTEMPTS:  # what has leaked is gone
                self._reason = message("row.late", late=measured.late, clients=len(measured.ok))
                self.end()
                return None
            self.ahead += self._warning + order.lead_in + order.length
            self._warning = max(2 * self._warning, AHEAD_SECONDS)
        if measured is None:
            return None
        self.ahead += self._warning
        whole = reduce(_led_in, [*before, measured])
        self.taken.append((order, whole))
        return whole

    def _attempt(self, order: TurnOrder, watch: Callable[[], float] | None) -> TurnRecord | None:
        opens = perf_counter_ns() + int((self._warning + order.lead_in) * SECOND)
        own = None if order.rate is None else order.rate / len(self._runs)
        shared = replace(order, opens_at=opens, rate=own)
        self.seconds += self._warning + order.lead_in + order.length
        begun = [run.begin_turn(shared) for run in self._runs]
        try:
            records = [run.end_turn(shared, watch) for run in self._runs] if all(begun) else []
        except BaseException:
            self.end()
            raise
        there = [record for record in records if record]
        if len(there) < len(self._runs):
            self.end()
            return None
        return reduce(TurnRecord.beside, there)

    def judge(self) -> None:
        """End the workers after a turn that left one of them unfit for another."""
        for run in self._runs:
            run.judge()
        if not self.lives:
            self.end()

    def refuse(self, reason: Message) -> None:
        """Let the cell fail before it is measured."""
        self._reason = reason
        self.end()

    def disbelieve(self, sentence: str) -> None:
        """End the workers, whose answers together cannot be true; the sentence says why not."""
        self._runs[0].disbelieve(sentence)
        self.end()

    def inspect(self) -> Inspection | None:
        """Let every parked worker tell of itself; None where one does not. Raises Interrupted.

        Settings are named by their process, so that one that differs from before is found.
        """
        inspections = [run.inspect() for run in self._runs]
        told = [it for it in inspections if it]
        if len(told) < len(self._runs):
            self.end()
            return None
        named = [
            {f"{name} (process {number})": value for name, value in it.settings.items()}
            for number, it in enumerate(told, 1)
            if it.settings is not None
        ]
        return Inspection(
            {name: value for of_one in named for name, value in of_one.items()}
            if len(named) == len(told)
            else None,
            told[0].transport,
            tuple(answer for it in told for answer in it.answers),
        )

    def begin_close(self) -> None:
        """Ask all for the end; `close` waits for it."""
        for run in self._runs:
            run.begin_close()

    def close(self) -> bool:
        """Wait until all pools have closed and the workers have ended; False where one did not."""
        closed = [run.close() for run in self._runs]
        return all(closed)

    def end(self) -> None:
        """End the workers, however far they are."""
        for run in self._runs:
            run.end()

    def rss(self) -> int | None:
        """Bytes of resident memory of all; None where that is not known."""
        known = [rss for run in self._runs if (rss := run.rss()) is not None]
        return sum(known) if len(known) == len(self._runs) else None

    def companions(self) -> list[str] | None:
        """Name the other processes of the workers; None where they cannot be seen."""
        seen = [names for run in self._runs if (names := run.companions()) is not None]
        return [name for names in seen for name in names] if len(seen) == len(self._runs) else None

    def cpu(self) -> float | None:
        """Seconds of CPU of all processes so far; None where that is not known."""
        known = [cpu for run in self._runs if (cpu := run.cpu()) is not None]
        return sum(known) if len(known) == len(self._runs) else None

    def log(self) -> str:
        """Read what the workers have printed, one after the other."""
        return "".join(run.log() for run in self._runs)

    @property
    def mean(self) -> float | None:
        """Seconds of an operation in the last turn that had any."""
        known = [mean for run in self._runs if (mean := run.mean) is not None]
        return max(known, default=None)


def _led_in(before: TurnRecord, measured: TurnRecord) -> TurnRecord:
    """Add to a turn what its clients did in one before it that does not count."""
    both = before.then(measured)
    return replace(measured, **{name: getattr(both, name) for name in WHOLE_TURN})


Run: TypeAlias = CellRun | CellProcesses
"""The run of a cell, of one process or of several."""


@contextmanager
def running(orders: Sequence[OpenOrder], context: Context, startup: Startup) -> Iterator[Run]:
    """Start the workers of a cell, one for each order; they have ended when the block ends.

    Raises OSError.
    """
    with ExitStack() as stack:
        runs = [stack.enter_context(cell_run(order, context, startup)) for order in orders]
        yield runs[0] if len(runs) == 1 else CellProcesses(runs)
