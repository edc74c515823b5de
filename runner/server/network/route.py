"""The route through a network of its own, which lives as long as what goes through it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.server.dsn import ServerError, uri, words_of
from runner.server.network.network import Network, NetworkError
from runner.server.network.state import NetworkState
from runner.server.relay import LOOPBACK
from runner.server.route import address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from runner.supervision.watchdog import Watchdog

BY_NAME = "verify-full"


def far_end(dsn: str) -> tuple[str, int]:
    """Find the host and port of a server that can be reached through a network of ours.

    Raises ServerError, which says why it cannot.
    """
    if words_of(dsn).get("sslmode") == BY_NAME:
        raise ServerError(
            f"sslmode={BY_NAME} holds the name of the host against the server's certificate, and"
            " through a network of ours the host is 127.0.0.1"
        )
    return address(dsn)


class NetworkRoute:
    """A route through a network in a process of its own, as long as the block of `dsn` lasts.

    Bytes are carried as they are, encrypted ones too.
    """

    transparent = True

    def __init__(
        self, state: NetworkState, watchdog: Watchdog, cores: Collection[int] | None = None
    ) -> None:
        """Take the state that it is in at first, and the cores that it keeps to."""
        self._state = state
        self._watchdog = watchdog
        self._cores = cores
        self.network: Network | None = None
        """None before it was started."""
        self._runs = False

    @contextmanager
    def dsn(self, dsn: str) -> Iterator[str]:
        """Start it before the server of `dsn`, and yield the DSN of its near end.

        Raises NetworkError.
        """
        try:
            host, port = far_end(dsn)
        except ServerError as error:
            raise NetworkError(str(error)) from None
        with Network(host, port, self._watchdog, self._cores) as self.network:
            self.network.change(self._state)
            self._runs = True
            try:
                yield uri(dsn, host=LOOPBACK, port=str(self.network.port))
            finally:
                self._runs = False

    @property
    def lives(self) -> bool:
        """It was started, and its block has not ended."""
        return self._runs

    def cpu(self) -> float | None:
        """Return its seconds of CPU so far; None where that is not known."""
        try:
            return self.network.carried().cpu if self.network and self._runs else None
        except NetworkError:
            return None

    def trouble(self) -> str | None:
        """Say how it ended, or that it does not answer; None where it carries, or is not there."""
        try:
            if self.network and self._runs:
                self.network.carried()
        except NetworkError as error:
            return str(error)
        return None


def delayed(
    round_trip: float, watchdog: Watchdog, cores: Collection[int] | None = None
) -> NetworkRoute:
    """Make a route on which a round trip takes that many seconds longer, half in each direction."""
    return NetworkRoute(NetworkState(delay=round_trip / 2), watchdog, cores)
