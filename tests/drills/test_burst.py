"""A burst is met by a pool that opens many connections, or by one that lets clients wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.drills import burst
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from runner.server.embedded import EmbeddedServer


def test_the_connections_of_a_pool_that_opens_many_are_counted_and_waited_for(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burst, "CLIENTS", 8)
    monkeypatch.setattr(burst, "IDLE", 2)
    monkeypatch.setattr(burst, "REST_SECONDS", 0.2)
    greedy = observed("burst", "tests.fakes.home_made:Lazy", server, tmp_path)
    connections, wait = greedy["connections"].figure, greedy["longest wait"].figure
    assert connections is not None
    assert 2 < connections <= 8
    assert wait is not None
    assert wait >= burst.CONNECTING  # some waited for a connection of their own
    full = observed("burst", "tests.fakes.home_made:HomeMade", server, tmp_path, "connections")
    assert full["connections"].figure == 8
