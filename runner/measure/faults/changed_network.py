"""The network between a cell and its server changes: it is slow, narrow, silent, or breaks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.measure.disturbance import Need
from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.measure.disturbance import Target
    from runner.server.network.state import NetworkState


class ChangedNetwork:
    """Puts the network in some state, and back in the one before at the end of the block.

    What it is slower by comes to the delay that it has already.
    """

    needs = frozenset({Need.NETWORK})
    lasts = True

    def __init__(self, state: NetworkState) -> None:
        """Take the state."""
        self._state = state

    @contextmanager
    def __call__(self, target: Target) -> Iterator[None]:
        """Change it. Raises ServerError."""
        if (network := target.network) is None:
            raise ServerError("no network of ours is before the server")
        before = network.state
        network.change(replace(self._state, delay=self._state.delay + before.delay))
        try:
            yield
        finally:
            network.change(before)
