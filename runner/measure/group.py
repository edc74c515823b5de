"""The cells of a group in one round: alive side by side, measured one at a time."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.measure.cell_run import Stand, Variant
from runner.measure.worker_process import CellError, CellProcess
from runner.plan.plan import turns
from runner.plan.schedule import lead_in, timed, turn_orders, warm_up, windows
from runner.results.row import Result, Status
from runner.results.row_builder import turn_result
from runner.server.dsn import ServerError, masked
from runner.supervision.interrupts import Interrupted
from runner.worker.protocol import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from runner.plan.plan import Cell
    from runner.results.outcome import Place
    from runner.results.run_folder import Store
    from runner.server.external import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watcher
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
class Surroundings:
    """What every group of a run needs."""

    variants: Mapping[str, Variant]
    server: Server
    store: Store
    watcher: Watcher
    interrupts: Interrupts
    logs: Path
    run: str
    """A few characters that tell this run from another one on the same server."""
    seed: int
    session: int
    deadline: float | None
    cores: Sequence[int]
    announce: Callable[[Cell, int], None]
    """Called with a cell and its round before it is measured."""
    round_trip: Callable[[], float | None] = lambda: None
    """Return the seconds of the shortest bare exchange so far."""


class Group:
    """Measures the cells of one group once."""

    def __init__(
        self, surroundings: Surroundings, cells: Sequence[tuple[Cell, Place, int]]
    ) -> None:
        """Take the cells in the order in which they will be measured, with their numbers."""
        self._all = surroundings
        self._stands = [
            Stand(
                cell,
                place,
                f"c{number:03}r{place.round:02}",
                surroundings.variants[cell.adapter],
            )
            for cell, place, number in cells
        ]

    def measure(self) -> Generator[Result]:
        """Measure the cells and yield each row; store them all at the end.

        What was measured is stored however this ends: an interrupt, an error, a closed generator.
        """
        keys = [stand.key for stand in self._stands if stand.variant.traits.server]
        cores = self._all.cores[:-1] if self._stands[0].cell.cpus == "one" else None
        try:
            self._start()  # first, so that the interpreters load while the server prepares
            self._all.server.place(cores)
            self._all.server.prepare(keys)
            for stand in self._stands:
                self._open(stand)
            if self._stands[0].cell.takes_turns:
                try:
                    self._take_turns()
                except BaseException:
                    for stand in self._stands:
                        stand.cut_short()
                    raise
                yield from self._rows(self._stands)
            else:
                yield from self._one_by_one()
        finally:
            self._close([stand for stand in self._stands if stand.process])
            self._count()
            self._keep()
            self._all.server.discard(keys)

    def _take_turns(self) -> None:
        """Let one cell after the other have the machine, in an order shuffled anew each time."""
        cell, place = self._stands[0].cell, self._stands[0].place
        number, length = windows(cell)
        for turn in range(number + 1):
            for stand in turns(self._stands, turn, self._all.seed, place.round, cell.group):
                self._all.announce(stand.cell, place.round)
                left = None if self._all.deadline is None else self._all.deadline - stand.spent
                orders = warm_up(stand.cell, left)
                if turn:
                    orders = [timed(cell, turn, lead_in(cell, stand.mean), length, left)]
                for order in orders:
                    self._turn(stand, order)

    def _one_by_one(self) -> Iterator[Result]:
        for stand in self._stands:
            self._all.announce(stand.cell, stand.place.round)
            for order in turn_orders(stand.cell, self._all.deadline):
                self._turn(stand, order)
            if stand.cell.leak:
                self._close([stand])  # what it leaked must not be missing to the others
            yield from self._rows([stand])

    def _rows(self, stands: Sequence[Stand]) -> Iterator[Result]:
        """Yield the rows as far as they are known before the table has been counted."""
        for stand in stands:
            yield stand.result(self._all.server.secrets)

    def _start(self) -> None:
        """Start the interpreters together: nothing is measured yet."""
        for stand in self._stands:
            log = self._log(stand)
            stand.process = CellProcess(log, self._all.watcher, self._all.interrupts)

    def _open(self, stand: Stand) -> None:
        if stand.process is None:
            return
        seconds = OPEN_SECONDS + stand.cell.acquire_timeout
        try:
            answer = stand.process.open(self._order(stand), seconds)
        except CellError as error:
            stand.give_up(error)
        else:
            stand.look(**answer)
            if stand.variant.traits.server:
                stand.look(round_trip=self._all.round_trip())
                with self._server_may_be_lost(stand):
                    found = self._all.server.connections(stand.key, self._application_name(stand))
                    stand.look(connections_max=found)

    def _turn(self, stand: Stand, order: TurnOrder) -> None:
        if stand.process is None:
            return
        started = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        seconds = order.lead_in + order.length + order.patience + ANSWER_SECONDS
        cpu = self._all.server.cpu()
        try:
            measured = Measured.from_json(stand.process.turn(order, seconds))
        except CellError as error:
            stand.give_up(error)
            return
        except Interrupted:
            stand.end()
            raise
        stand.taken.append((order, measured))
        with self._server_may_be_lost(stand):
            self._look(stand, cpu)
        self._judge(stand, measured)
        if measured.seconds:
            row = turn_result(stand.cell, stand.place, order, started, measured)
            self._all.store.append_turn(row)

    def _look(self, stand: Stand, cpu: float | None) -> None:
        """Look at the process and at the server while the cell is parked: it disturbs nobody."""
        seen, server = stand.seen, self._all.server
        if stand.process:
            stand.look(rss=stand.process.rss())
        if not stand.variant.traits.server:
            return
        after = server.cpu()
        if cpu is not None and after is not None:
            stand.look(server_cpu=(seen.server_cpu or 0.0) + after - cpu)
        name = self._application_name(stand)
        looks = [server.connections(stand.key, name)]
        if stand.variant.driver.bounded:
            # One more than there may be can be one that is just ending: look again.
            while looks[-1] > stand.cell.pool_max and len(looks) < LOOKS:
                time.sleep(LOOK_SECONDS)
                looks.append(server.connections(stand.key, name))
        stand.look(
            connections_max=max(seen.connections_max or 0, *looks),
            connections_parked=max(seen.connections_parked or 0, looks[-1]),
        )

    def _judge(self, stand: Stand, measured: Measured) -> None:
        if measured.bug:
            last = measured.bug.strip().splitlines()[-1]
            stand.status = Status.FAILED
            stand.reason = f"a bug in the adapter or in PoolBench: {last}"
            with self._log(stand).open("a", encoding="utf-8") as file:
                file.write(measured.bug)
            stand.end()
        elif measured.stuck:
            stand.status = Status.HUNG
            stand.reason = f"{measured.stuck} of {stand.cell.clients} clients never came back"
            stand.end()

    def _close(self, stands: Sequence[Stand]) -> None:
        """Close these pools, all at once, and wait until the server knows."""
        for stand in stands:
            if stand.process:
                stand.process.begin_close()
        for stand in stands:
            if stand.process and not stand.process.end(CLOSE_SECONDS):
                stand.flags.append("close_hung")
            stand.process = None
            with self._server_may_be_lost(stand):
                name = self._application_name(stand)
                if not self._all.server.disconnected(name, LEAVE_SECONDS):
                    stand.flags.append("connections_left")

    def _count(self) -> None:
        """Count what each cell left behind, now that nobody writes any more."""
        for stand in self._stands:
            if stand.variant.traits.server and stand.taken:
                with self._server_may_be_lost(stand):
                    if activity := self._all.server.activity(stand.key):
                        stand.look(sessions_opened=activity.sessions, commits=activity.commits)
                    rows = self._all.server.rows(stand.key)  # after it: that is a session too
                    stand.look(rows_found=rows.count, ids_found=rows.ids)

    @contextmanager
    def _server_may_be_lost(self, stand: Stand) -> Iterator[None]:
        """Go on without it: what was measured is stored all the same."""
        try:
            yield
        except ServerError:
            stand.flags.append("server_lost")

    def _keep(self) -> None:
        """Store the rows of the group: in one write, after the distributions they rest on."""
        store, secrets = self._all.store, self._all.server.secrets
        rows = []
        for stand in self._stands:
            if stand.has_row:
                row = stand.result(secrets)
                rows.append(row)
                if counted := stand.counted:
                    store.write_histograms(row, counted.histograms)
                log = self._log(stand)
                if row.bad and log.exists():
                    text = log.read_text(encoding="utf-8", errors="replace")
                    store.write(f"logs/{log.name}", masked(text, secrets))
        if rows:
            store.append(rows)

    def _order(self, stand: Stand) -> OpenOrder:
        server = self._all.server
        name = self._application_name(stand)
        dsn = server.dsn(stand.key, name) if stand.variant.traits.server else ""
        seed = f"{self._all.seed}/{stand.place.round}/{stand.cell.group}"
        return stand.order(dsn, seed, self._all.cores[-1:])

    def _application_name(self, stand: Stand) -> str:
        return f"poolbench {self._all.run} {stand.key} {stand.cell.adapter}"

    def _log(self, stand: Stand) -> Path:
        return self._all.logs / f"{stand.cell.id}.round{stand.place.round}.log"
