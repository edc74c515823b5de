"""The one turn of a cell with a fault: disturbed at its moment, and looked at from outside."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter_ns
from typing import TYPE_CHECKING

from runner.measure.disturbance import Target
from runner.measure.faults.disturbances import disturbance_of
from runner.measure.observation import count, server_may_be_lost
from runner.measure.planned_disturbance import PlannedDisturbance
from runner.messages import message
from runner.results.taken_turn import Disturbed
from runner.server.dsn import ServerError
from runner.times import SECOND, SLOT

if TYPE_CHECKING:
    from runner.fault import Fault
    from runner.measure.member import Member
    from runner.server.server import Server
    from runner.worker.protocol import TurnOrder, TurnRecord

AHEAD = 0.2
"""Seconds from the order of the turn to its lead-in, in which the clients come."""


class FaultTurn:
    """Lets a cell take its turn, and does and mends its fault meanwhile."""

    def __init__(self, member: Member, order: TurnOrder, fault: Fault, server: Server) -> None:
        """Take the turn and the fault; its window has a moment from now on."""
        self._member = member
        self._server = server
        opens_at = perf_counter_ns() + round((AHEAD + order.lead_in) * SECOND)
        self.order = replace(order, opens_at=opens_at)
        target = Target(server, member.application_name, member.network)
        self._planned = PlannedDisturbance(
            disturbance_of(fault), target, opens_at, fault.at, fault.lasts
        )
        self._connections: dict[int, int] = {}

    def take(self) -> TurnRecord | None:
        """Take the turn; None where there is no answer, or where the fault could not be done.

        What is broken has been mended. Raises Interrupted, and ServerError where it cannot be.
        """
        run = self._member.run
        try:
            record = run.turn(self.order, self._watch)
            self._planned.close()
        except ServerError as error:
            self._planned.close()
            run.refuse(message("row.fault", trouble=str(error)))
            return None
        except BaseException:
            self._planned.close()
            raise
        return record

    def _watch(self) -> float:
        """Do what is due, count the connections, and return the seconds until there is more.

        They are counted once in each slot of the time line.
        """
        due = self._planned.watch()
        slot = self._planned.slot(SLOT)
        if slot * SLOT >= self.order.length:
            return due
        if slot >= 0 and slot not in self._connections:
            self._count(slot)
        return min(due, SLOT / 2)

    def _count(self, slot: int) -> None:
        """Count the connections of the cell; nothing is noted while the server is left alone."""
        with server_may_be_lost(self._member):
            if (number := count(self._member, self._server)) is not None:
                self._connections[slot] = number

    @property
    def disturbed(self) -> Disturbed | None:
        """The moments of the fault, and what was seen meanwhile; None where it never began."""
        moments = self._planned.moments
        return moments and Disturbed(*moments, self._planned.done, self._connections)
