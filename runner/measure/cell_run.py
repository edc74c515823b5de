"""One run of a cell: a worker from its start to its end, its turns, and how it ended."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING

from runner.measure.worker_process import AS_USUAL, CellError, Crashed, Hung, WorkerProcess
from runner.messages import message, said
from runner.results.row import Status
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted
from runner.times import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.measure.context import Context
    from runner.measure.startup import Startup
    from runner.messages import Message
    from runner.server.server import Server
    from runner.worker.protocol import Inspection, Opening, OpenOrder, TurnOrder, TurnRecord

OPEN_SECONDS = 30.0
"""Limit for a pool to open, over its own time-out."""

ANSWER_SECONDS = 5.0
"""Limit for the worker to answer once its clients have come back."""

INSPECT_SECONDS = 30.0
"""Limit for a session of a pool to tell its settings, over the pool's own time-out."""

CLOSE_SECONDS = 5.0
"""Limit for a pool to close."""


class CellRun:
    """A worker and what it answered. What goes wrong with it is noted, not raised."""

    ahead = 0.0
    """Seconds before the lead-in of a turn in which clients may have worked: none."""

    def __init__(self, order: OpenOrder, worker: WorkerProcess) -> None:
        """Take a worker that does nothing yet; the order lacks its DSN."""
        self._order = order
        self._worker = worker
        self.lives = True
        """The worker can take orders."""
        self.status = Status.OK
        self.reason: Message | None = None
        """The reason why the status is not ok; else None."""
        self.taken: list[tuple[TurnOrder, TurnRecord]] = []
        """Every turn, the warm-up included, in the order of time."""

    def open(self, dsn: str) -> Opening | None:
        """Open the pool, and give the times that it took; None where it does not open."""
        seconds = OPEN_SECONDS + self._order.timeout
        try:
            return self._worker.open(replace(self._order, dsn=dsn), seconds)
        except CellError as error:
            self._give_up(error)
        return None

    def turn(self, order: TurnOrder, watch: Callable[[], float] | None = None) -> TurnRecord | None:
        """Take a turn; None where it has no answer. `judge` comes next.

        `watch` is called meanwhile, see `WorkerProcess.turn`.
        Raises Interrupted, and the worker has ended then.
        """
        return self._taken(order, lambda: self._worker.turn(order, _limit(order), watch))

    def begin_turn(self, order: TurnOrder) -> bool:
        """Send the order of a turn, whose answer `end_turn` waits for; False where it cannot be."""
        try:
            self._worker.begin_turn(order)
        except CellError as error:
            self._give_up(error)
        return self.lives

    def end_turn(
        self, order: TurnOrder, watch: Callable[[], float] | None = None
    ) -> TurnRecord | None:
        """Wait for the answer of a turn that has begun; None where there is none."""
        return self._taken(order, lambda: self._worker.end_turn(_limit(order), watch))

    def _taken(self, order: TurnOrder, answer: Callable[[], TurnRecord]) -> TurnRecord | None:
        try:
            measured = answer()
            if len(measured.ok) != self._order.clients:
                raise Crashed(f"the process answered for {len(measured.ok)} clients")
        except CellError as error:
            self._give_up(error)
            return None
        except Interrupted:
            self.end()
            raise
        self.taken.append((order, measured))
        return measured

    def judge(self) -> None:
        """End the worker after a turn that left it unfit for another.

        Apart from `turn`, so that its last state can be seen from outside before.
        """
        _, measured = self.taken[-1]
        if measured.bug:
            last = measured.bug.strip().splitlines()[-1]
            self.status = Status.FAILED
            self.reason = message("row.bug", text=last)
            self._worker.log.add(measured.bug)
            self.end()
        elif measured.stuck:
            self.status = Status.HUNG
            self.reason = message("row.stuck", stuck=measured.stuck, clients=self._order.clients)
            self.end()

    def disbelieve(self, sentence: str) -> None:
        """End the worker, which answered what cannot be true; the sentence says why not."""
        self._give_up(Crashed(f"the process wrote what is no answer: {sentence}"))

    def inspect(self) -> Inspection | None:
        """Let the parked worker tell of itself; None where it does not. Raises Interrupted."""
        try:
            return self._worker.inspect(INSPECT_SECONDS + self._order.timeout)
        except CellError as error:
            self._give_up(error)
        return None

    def begin_close(self) -> None:
        """Ask for the end; `close` waits for it, so that several can close at once."""
        if self.lives:
            self._worker.begin_close()

    def close(self) -> bool:
        """Wait until the pool has closed and the worker has ended; False where it did not."""
        if not self.lives:
            return True
        self.lives = False
        try:
            return self._worker.end(CLOSE_SECONDS)
        except CellError as error:
            self._give_up(error)
        return True

    def end(self) -> None:
        """End the worker, however far it is."""
        self.lives = False
        self._worker.kill()

    def _give_up(self, error: CellError) -> None:
        kinds = {Hung: Status.HUNG, Crashed: Status.CRASHED}
        self.status, self.reason = kinds.get(type(error), Status.FAILED), said(str(error))
        self.end()

    def refuse(self, reason: Message) -> None:
        """Let the cell fail before it is measured."""
        self.status, self.reason = Status.FAILED, reason
        self.end()

    def rss(self) -> int | None:
        """Bytes of resident memory; None where that is not known."""
        return self._worker.rss() if self.lives else None

    def companions(self) -> list[str] | None:
        """Name the other processes of the worker; None where they cannot be seen."""
        return self._worker.companions()

    def cpu(self) -> float | None:
        """Seconds of CPU of the process so far; None where that is not known."""
        return self._worker.cpu() if self.lives else None

    def log(self) -> str:
        """Read what the worker has printed."""
        return self._worker.log.text()

    @property
    def seconds(self) -> float:
        """Seconds of its turns so far, as they were ordered."""
        return sum(order.lead_in + order.length for order, _ in self.taken)

    @property
    def mean(self) -> float | None:
        """Seconds of an operation in its last turn that had any."""
        for _, measured in reversed(self.taken):
            if (mean := measured.histograms["total"].mean) is not None:
                return mean / SECOND
        return None


def _limit(order: TurnOrder) -> float:
    """Return the seconds within which a turn has to be answered."""
    before = order.lead_in
    if order.opens_at is not None:
        before = max(0.0, (order.opens_at - perf_counter_ns()) / SECOND)
    return before + order.length + order.patience + ANSWER_SECONDS


@contextmanager
def cell_run(order: OpenOrder, context: Context, startup: Startup = AS_USUAL) -> Iterator[CellRun]:
    """Start a worker for a cell; it has ended when the block ends. Raises OSError.

    The order lacks its DSN: interpreters start while the server prepares.
    """
    log = context.logs / f"{order.name}.log"
    look = partial(_look, context.server)
    with WorkerProcess(log, context.watchdog, context.interrupts, startup, look) as worker:
        yield CellRun(order, worker)


def _look(server: Server) -> None:
    """Raise Hung where the server is lost: its clients could wait for it for long."""
    try:
        server.look()
    except ServerError as error:
        raise Hung(f"the server is lost: {error}") from error
