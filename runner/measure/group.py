"""The cells of a group in one round: alive side by side, measured one at a time."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.measure.cell_run import CellRun, Variant
from runner.measure.worker_process import CellError, CellProcess
from runner.messages import message
from runner.plan.plan import turns
from runner.plan.schedule import lead_in, timed, turn_orders, warm_up, windows
from runner.redaction import masked
from runner.results.row import Row, Status
from runner.results.row_builder import turn_row
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted
from runner.worker.protocol import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from runner.plan.plan import Cell
    from runner.plan.tasks import Place
    from runner.results.run_folder import RunFolder
    from runner.server.external import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog
    from runner.worker.protocol import OpenOrder, TurnOrder

OPEN_SECONDS = 30.0
"""How long a pool may take to open, over its own time-out."""

ANSWER_SECONDS = 5.0
"""How much longer the process may take to answer than its clients to come back."""

CLOSE_SECONDS = 5.0
"""How long a pool may take to close."""
LEAVE_SECONDS = 5.0
"""How long the server may take to notice that a cell is gone."""

LOOKS = 40
LOOK_SECONDS = 0.025
"""How often, and after how long, the server is asked again about connections that may be ending."""


@dataclass(frozen=True)
class Context:
    """What every group of a run needs."""

    variants: Mapping[str, Variant]
    server: Server
    run_folder: RunFolder
    watchdog: Watchdog
    interrupts: Interrupts
    logs: Path
    run: str
    """A few characters that tell this run from another one on the same server."""
    seed: int
    session: int
    deadline: float | None
    cores: Sequence[int]
    announce: Callable[[Cell, int], None] = lambda _cell, _round: None
    """Called with a cell and its round before it is measured."""
    round_trip: Callable[[], float | None] = lambda: None
    """Return the seconds of the shortest bare exchange so far."""


class Group:
    """Measures the cells of one group once."""

    def __init__(self, context: Context, cells: Sequence[tuple[Cell, Place, int]]) -> None:
        """Take the cells in the order in which they will be measured, with their numbers."""
        self._all = context
        self._runs = [
            CellRun(
                cell,
                place,
                f"c{number:03}r{place.round:02}",
                context.variants[cell.contender],
            )
            for cell, place, number in cells
        ]

    def measure(self) -> Generator[Row]:
        """Measure the cells and yield each row; store them all at the end.

        What was measured is stored however this ends: an interrupt, an error, a closed generator.
        """
        keys = [run.key for run in self._runs if run.variant.traits.server]
        cores = self._all.cores[:-1] if self._runs[0].cell.conditions.cpus == "one" else None
        try:
            self._start()  # first, so that the interpreters load while the server prepares
            self._all.server.place(cores)
            self._all.server.prepare(keys)
            for run in self._runs:
                self._open(run)
            if self._runs[0].cell.conditions.takes_turns:
                try:
                    self._take_turns()
                except BaseException:
                    for run in self._runs:
                        run.cut_short()
                    raise
                yield from self._rows(self._runs)
            else:
                yield from self._one_by_one()
        finally:
            self._close([run for run in self._runs if run.process])
            self._count()
            self._keep()
            self._all.server.discard(keys)

    def _take_turns(self) -> None:
        """Let one cell after the other have the machine, in an order shuffled anew each time."""
        cell, place = self._runs[0].cell, self._runs[0].place
        number, length = windows(cell)
        for turn in range(number + 1):
            for run in turns(self._runs, turn, self._all.seed, place.round, cell.group):
                self._all.announce(run.cell, place.round)
                left = None if self._all.deadline is None else self._all.deadline - run.spent
                orders = warm_up(run.cell, left)
                if turn:
                    orders = [timed(cell, turn, lead_in(cell, run.mean), length, left)]
                for order in orders:
                    self._turn(run, order)

    def _one_by_one(self) -> Iterator[Row]:
        for run in self._runs:
            self._all.announce(run.cell, run.place.round)
            for order in turn_orders(run.cell, self._all.deadline):
                self._turn(run, order)
            if run.cell.conditions.leak:
                self._close([run])  # what it leaked must not be missing to the others
            yield from self._rows([run])

    def _rows(self, runs: Sequence[CellRun]) -> Iterator[Row]:
        """Yield the rows as far as they are known before the table has been counted."""
        for run in runs:
            yield run.result(self._all.server.secrets)

    def _start(self) -> None:
        """Start the interpreters together: nothing is measured yet."""
        for run in self._runs:
            log = self._log(run)
            run.process = CellProcess(log, self._all.watchdog, self._all.interrupts)

    def _open(self, run: CellRun) -> None:
        if run.process is None:
            return
        seconds = OPEN_SECONDS + run.cell.conditions.acquire_timeout
        try:
            answer = run.process.open(self._order(run), seconds)
        except CellError as error:
            run.give_up(error)
        else:
            run.look(**answer)
            if run.variant.traits.server:
                run.look(round_trip=self._all.round_trip())
                with self._server_may_be_lost(run):
                    found = self._all.server.connections(run.key, self._application_name(run))
                    run.look(connections_max=found)

    def _turn(self, run: CellRun, order: TurnOrder) -> None:
        if run.process is None:
            return
        started = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        seconds = order.lead_in + order.length + order.patience + ANSWER_SECONDS
        cpu = self._all.server.cpu()
        try:
            measured = Measured.from_json(run.process.turn(order, seconds))
        except CellError as error:
            run.give_up(error)
            return
        except Interrupted:
            run.end()
            raise
        run.taken.append((order, measured))
        with self._server_may_be_lost(run):
            self._look(run, cpu)
        self._judge(run, measured)
        if measured.seconds:
            row = turn_row(run.cell, run.place, order, started, measured)
            self._all.run_folder.append_turn(row)

    def _look(self, run: CellRun, cpu: float | None) -> None:
        """Look at the process and at the server while the cell is parked: it disturbs nobody."""
        seen, server = run.seen, self._all.server
        if run.process:
            run.look(rss=run.process.rss())
        if not run.variant.traits.server:
            return
        after = server.cpu()
        if cpu is not None and after is not None:
            run.look(server_cpu=(seen.server_cpu or 0.0) + after - cpu)
        name = self._application_name(run)
        looks = [server.connections(run.key, name)]
        if run.variant.driver.bounded:
            # One more than there may be can be one that is just ending: look again.
            while looks[-1] > run.cell.conditions.pool_size.most and len(looks) < LOOKS:
                time.sleep(LOOK_SECONDS)
                looks.append(server.connections(run.key, name))
        run.look(
            connections_max=max(seen.connections_max or 0, *looks),
            connections_parked=max(seen.connections_parked or 0, looks[-1]),
        )

    def _judge(self, run: CellRun, measured: Measured) -> None:
        if measured.bug:
            last = measured.bug.strip().splitlines()[-1]
            run.status = Status.FAILED
            run.reason = message("row.bug", text=last)
            with self._log(run).open("a", encoding="utf-8") as file:
                file.write(measured.bug)
            run.end()
        elif measured.stuck:
            run.status = Status.HUNG
            run.reason = message(
                "row.stuck", stuck=measured.stuck, clients=run.cell.conditions.clients
            )
            run.end()

    def _close(self, runs: Sequence[CellRun]) -> None:
        """Close these pools, all at once, and wait until the server knows."""
        for run in runs:
            if run.process:
                run.process.begin_close()
        for run in runs:
            if run.process and not run.process.end(CLOSE_SECONDS):
                run.flags.append("close_hung")
            run.process = None
            with self._server_may_be_lost(run):
                name = self._application_name(run)
                if not self._all.server.disconnected(name, LEAVE_SECONDS):
                    run.flags.append("connections_left")

    def _count(self) -> None:
        """Count what each cell left behind, now that nobody writes any more."""
        for run in self._runs:
            if run.variant.traits.server and run.taken:
                with self._server_may_be_lost(run):
                    if activity := self._all.server.activity(run.key):
                        run.look(sessions_opened=activity.sessions, commits=activity.commits)
                    rows = self._all.server.rows(run.key)  # after it: that is a session too
                    run.look(rows_found=rows.count, ids_found=rows.ids)

    @contextmanager
    def _server_may_be_lost(self, run: CellRun) -> Iterator[None]:
        """Go on without it: what was measured is stored all the same."""
        try:
            yield
        except ServerError:
            run.flags.append("server_lost")

    def _keep(self) -> None:
        """Store the rows of the group: in one write, after the distributions they rest on."""
        run_folder, secrets = self._all.run_folder, self._all.server.secrets
        rows = []
        for run in self._runs:
            if run.has_row:
                row = run.result(secrets)
                rows.append(row)
                if counted := run.counted:
                    run_folder.write_histograms(row, counted.histograms)
                log = self._log(run)
                if row.bad and log.exists():
                    text = log.read_text(encoding="utf-8", errors="replace")
                    run_folder.write(f"logs/{log.name}", masked(text, secrets))
        if rows:
            run_folder.append(rows)

    def _order(self, run: CellRun) -> OpenOrder:
        server = self._all.server
        name = self._application_name(run)
        dsn = server.dsn(run.key, name) if run.variant.traits.server else ""
        seed = f"{self._all.seed}/{run.place.round}/{run.cell.group}"
        return run.order(dsn, seed, self._all.cores[-1:])

    def _application_name(self, run: CellRun) -> str:
        return f"poolbench {self._all.run} {run.key} {run.cell.contender}"

    def _log(self, run: CellRun) -> Path:
        return self._all.logs / f"{run.cell.id}.round{run.place.round}.log"
