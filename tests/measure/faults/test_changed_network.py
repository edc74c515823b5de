"""A network is in the state of a fault for as long as that lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.measure.disturbance import Need, Target, disturbed, missing
from runner.measure.faults.changed_network import ChangedNetwork
from runner.server.dsn import uri
from runner.server.network.network import Network
from runner.server.network.state import NetworkState, Traffic
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from runner.server.embedded import EmbeddedServer

SLOW = NetworkState(delay=0.001)
REFUSED = NetworkState(delay=0.002, traffic=Traffic.REFUSED)


def test_a_fault_of_the_network_is_mended_to_what_was_before(
    server: EmbeddedServer, dsn: str
) -> None:
    with Watchdog() as watchdog, Network("127.0.0.1", server._postgres.port, watchdog) as network:
        way = uri(dsn, port=str(network.port))
        network.change(SLOW)
        with disturbed(ChangedNetwork(REFUSED), Target(server, "any", network)):
            assert network.state == replace(REFUSED, delay=0.003), "it was slow before"
            with pytest.raises(psycopg.OperationalError, match="refused"):
                psycopg.connect(way)
        assert network.state == SLOW
        with psycopg.connect(way) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_fault_of_the_network_needs_one_of_ours(server: EmbeddedServer) -> None:
    fault = ChangedNetwork(REFUSED)
    assert missing(fault.needs, server, network=False) == [Need.NETWORK]
    assert missing(fault.needs, server, network=True) == []
