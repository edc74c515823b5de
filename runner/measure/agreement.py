"""The agreement of the adapters on the user's own workloads, before anything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from runner.measure.startup import Startup
from runner.measure.worker_process import CellError, WorkerProcess
from runner.own_sql.statement import read_only
from runner.redaction import masked
from runner.results.kept_text import kept
from runner.roles import Role
from runner.server.setup import StatementError
from runner.worker.own_answers import PLAYS, seed
from runner.worker.protocol import OpenOrder, PlayOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from runner.own_sql.statement import Statement
    from runner.plan.contender import Contender
    from runner.plan.plan import Cell
    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog

PLAY = "runner.worker.own_answers:answers"
KEY = "own"
"""The key of the table that is played on."""

SECONDS = 60.0
"""Limit for a pool to open, and for three operations."""
LEAVE_SECONDS = 5.0


class Player(NamedTuple):
    """An adapter that plays a workload of the user's own."""

    contender: str
    profile: str
    workload: str
    transport: str


@dataclass(frozen=True)
class Rehearsal:
    """The means to let adapters play: a server, and what ends the processes."""

    contenders: Mapping[str, Contender]
    statements: Mapping[str, Statement]
    server: Server
    watchdog: Watchdog
    interrupts: Interrupts
    logs: Path

    def refusals(self, cells: Iterable[Cell]) -> Iterator[tuple[str, str]]:
        """Let each adapter play each workload of the user's own; yield what forbids the run.

        Yields the workload and a sentence. Raises ServerError, Interrupted.
        """
        players = dict.fromkeys(self._players(cells))
        reaching = {
            workload: sentence
            for workload in dict.fromkeys(player.workload for player in players)
            if (sentence := self._reaching(workload))
        }
        yield from reaching.items()
        first: dict[str, tuple[Player, Sequence[str]]] = {}
        for player in players:
            if player.workload in reaching:  # what it writes there would stay
                continue
            try:
                heard = self._heard(player)
            except CellError as error:
                why = masked(_first_line(str(error)), self.server.secrets)
                yield player.workload, f"{player.contender} cannot play it: {why}{_hint(why)}"
                continue
            before = first.setdefault(player.workload, (player, heard))
            if sentence := self._differing(*before, player, heard):
                yield player.workload, sentence

    def _players(self, cells: Iterable[Cell]) -> Iterator[Player]:
        for cell in cells:
            own = cell.conditions.own_workload and cell.role is Role.ADAPTER
            if own and self.contenders[cell.contender].traits.server:
                here = cell.conditions
                yield Player(cell.contender, here.profile, here.workload, here.transport)

    def _heard(self, player: Player) -> list[str]:
        """Play three times in a process of its own. Raises CellError, ServerError, Interrupted."""
        reads = read_only(self.statements.get(player.workload))
        name = f"poolbench own {player.contender}"
        self.server.prepare([KEY])
        dsn = self.server.dsn(KEY, name, read_only=reads, transport=player.transport)
        order = self._order(player, dsn)
        arguments = {"workload": player.workload, "statement": order.statement}
        play = PlayOrder(PLAY, {**arguments, "read_only": reads})
        log, look = self.logs / "own.log", self.server.look
        startup = Startup(python=self.contenders[player.contender].python)
        try:
            with WorkerProcess(log, self.watchdog, self.interrupts, startup, look) as worker:
                worker.open(order, SECONDS)
                heard: list[str] = worker.play(play, SECONDS)
                worker.begin_close()
                worker.end(LEAVE_SECONDS)
        finally:
            self.server.disconnected(name, LEAVE_SECONDS)
            self.server.discard([KEY])
        return heard

    def _order(self, player: Player, dsn: str) -> OpenOrder:
        contender = self.contenders[player.contender]
        statement = self.statements.get(player.workload)
        return OpenOrder(
            adapter=contender.adapter,
            dsn=dsn,
            min_size=contender.traits.smallest,
            max_size=contender.traits.smallest,
            timeout=LEAVE_SECONDS,
            profile=player.profile,
            options=dict(contender.options),
            workload=player.workload,
            clients=1,
            name=KEY,
            seed=KEY,
            statement=None if statement is None else statement.plain,
        )

    def _differing(
        self, one: Player, heard: Sequence[str], other: Player, answers: Sequence[str]
    ) -> str | None:
        """Say where two adapters answered differently; None where they did not."""
        for play, (first, second) in enumerate(zip(heard, answers, strict=True)):
            if first != second:
                given = self._arguments(one.workload, play)
                return (
                    f"{_named(one, other)} and {_named(other, one)} answer differently"
                    f"{f' to {given}' if given else ''}: {kept(first)} and {kept(second)}"
                )
        return None

    def _arguments(self, workload: str, play: int) -> list[object]:
        statement = self.statements.get(workload)
        keys = Random(seed(play))
        return [argument.draw()(keys) for argument in statement.args] if statement else []

    def _reaching(self, workload: str) -> str | None:
        """Say what a statement that may write would write to outside of our schema.

        It is undone: only then may adapters play it, whose writes stay.
        """
        statement = self.statements.get(workload)
        if statement is None or not statement.writes:
            return None
        self.server.prepare([KEY])
        arguments = [self._arguments(workload, play) for play in range(PLAYS)]
        try:
            written = self.server.written(KEY, statement.sql, arguments)
        except StatementError as error:
            why = masked(_first_line(str(error)), self.server.secrets)
            return f"cannot be played: {why}{_hint(why)}"
        finally:
            self.server.discard([KEY])
        return f"writes outside of the schema poolbench: {', '.join(written)}" if written else None


def _first_line(error: str) -> str:
    """Take what a driver says first: the lines below show the statement again."""
    return kept(error.removeprefix("play: ").partition("\n")[0])


def _hint(error: str) -> str:
    """Say what is most often forgotten where an error looks like that."""
    if "read-only transaction" in error:
        return "; a statement that writes needs writes: true"
    if "relation" in error and "does not exist" in error:
        return "; the tables of setup are written with their schema, poolbench.NAME"
    return ""


def _named(player: Player, beside: Player) -> str:
    """Name an adapter, with its profile where another one of its own is beside it."""
    same = player.contender == beside.contender
    return f"{player.contender} ({player.profile})" if same else player.contender
