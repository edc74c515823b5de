"""The pace of the machine while a run goes on, measured, kept, and the best of it remembered."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from runner.results.yardstick import Yardstick

if TYPE_CHECKING:
    from runner.results.run_folder import RunFolder
    from runner.server.server import Server

ROUND_TRIPS = 200
LOOPS, STEPS = 15, 20_000


class MachineSpeed:
    """Measures itself, keeps each line, and knows the shortest exchange so far."""

    def __init__(self, server: Server, run_folder: RunFolder, session: int) -> None:
        self._server = server
        self._run_folder = run_folder
        self._session = session
        self._shortest: float | None = None

    def measure(self, round_: int, moment: str) -> None:
        """Measure and store. Raises ServerError, RunFolderError."""
        line = measure(self._server, self._session, round_, moment)
        self._run_folder.append_yardstick(line)
        shortest = line.round_trip_us_min / 1e6
        self._shortest = min(shortest, self._shortest or shortest)

    def round_trip(self) -> float | None:
        """Give the seconds of the shortest exchange, None before there was one."""
        return self._shortest


def measure(server: Server, session: int, round_: int, moment: str) -> Yardstick:
    """Measure both, in about 50 ms. Raises ServerError."""
    trips = server.round_trips(ROUND_TRIPS)
    return Yardstick(
        session,
        round_,
        moment,
        median(trips) * 1e6,
        min(trips) * 1e6,
        median(_loop() for _ in range(LOOPS)) * 1e3,
    )


def _loop() -> float:
    began = perf_counter()
    total = 0
    for step in range(STEPS):
        total += step * step
    return perf_counter() - began
