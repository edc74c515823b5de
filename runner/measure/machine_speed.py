"""How fast the machine is while a run goes on: measured, kept, and the best of it remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.results.yardstick import measure

if TYPE_CHECKING:
    from runner.results.run_folder import Store
    from runner.server.external import Server


class Machine:
    """Measures itself, keeps each line, and knows the shortest exchange so far."""

    def __init__(self, server: Server, store: Store, session: int) -> None:
        self._server = server
        self._store = store
        self._session = session
        self._shortest: float | None = None

    def measure(self, round_: int, moment: str) -> None:
        """Measure and store. Raises ServerError, StoreError."""
        line = measure(self._server, self._session, round_, moment)
        self._store.append_yardstick(line)
        shortest = line.round_trip_us_min / 1e6
        self._shortest = min(shortest, self._shortest or shortest)

    def round_trip(self) -> float | None:
        """Return the seconds of the shortest exchange, None before there was one."""
        return self._shortest
