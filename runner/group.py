"""The cells of a group in one round: alive side by side, measured one at a time."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.cell import CellError, CellProcess
from runner.dsn import ServerError, masked
from runner.interrupts import Interrupted
from runner.result import Result, Status
from runner.schedule import turn_orders
from runner.stand import Stand, Variant
from runner.summary import Place, turn_result
from runner.tally import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from runner.child import OpenOrder
    from runner.interrupts import Interrupts
    from runner.plan import Cell
    from runner.server import Server
    from runner.store import Store
    from runner.watcher import Watcher

OPEN_SECONDS = 30.0
"""How long a pool may take to open, over its own time-out."""

ANSWER_SECONDS = 5.0
"""How much longer the process may take to answer than its clients to come back."""

CLOSE_SECONDS = 5.0
"""How long a pool may take to close."""
LEAVE_SECONDS = 5.0
"""How long the server may take to notice that a cell is gone."""


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
        """Measure one cell after the other and yield each row; store them all at the end.

        What was measured is stored however this ends: an interrupt, an error, a closed generator.
        """
        keys = [stand.key for stand in self._stands if stand.variant.traits.server]
        cores = self._all.cores[:-1] if self._stands[0].cell.cpus == "one" else None
        self._all.server.place(cores)
        self._all.server.prepare(keys)
        try:
            self._start()
            for stand in self._stands:
                self._open(stand)
            for stand in self._stands:
                self._measure(stand)
                if stand.cell.leak:
                    self._close([stand])  # what it leaked must not be missing to the others
                yield stand.result(self._all.server.secrets)
        finally:
            self._close([stand for stand in self._stands if stand.process])
            self._count()
            self._keep()
            self._all.server.discard(keys)

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
            stand.first_connection_ms = answer["first_connection_ms"]

    def _measure(self, stand: Stand) -> None:
        self._all.announce(stand.cell, stand.place.round)
        for order in turn_orders(stand.cell, self._all.deadline):
            if stand.process is None:
                return
            started = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
            seconds = order.lead_in + order.length + order.patience + ANSWER_SECONDS
            try:
                measured = Measured.from_json(stand.process.turn(order, seconds))
            except CellError as error:
                stand.give_up(error)
                return
            except Interrupted:
                stand.end()
                raise
            stand.turns.append(measured)
            self._judge(stand, measured)
            if measured.seconds:
                row = turn_result(stand.cell, stand.place, order, started, measured)
                self._all.store.append_turn(row)

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
            if stand.variant.traits.server and stand.turns:
                with self._server_may_be_lost(stand):
                    stand.sessions_opened = self._all.server.sessions(stand.key)
                    stand.rows_found = self._all.server.count(stand.key)

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
                if stand.counted:
                    store.write_histograms(row, stand.counted.histograms)
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
