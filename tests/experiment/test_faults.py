"""A fault that cannot be done to a server is refused before anything is measured, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.experiment.faults import check_faults
from runner.experiment.planned import planned
from runner.plan.matrix import expand
from runner.server.embedded import EmbeddedServer
from tests.builders import CONTENDERS, config_of

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.server import Server


def check(fault: str, server: Server) -> None:
    config = config_of(f"matrix: {{adapter: psycopg3, fault: [none, {fault}]}}")
    check_faults(config, expand(config, CONTENDERS, affinity=False), server)


@pytest.mark.parametrize(
    "fault",
    ["{kind: restart}", "{kind: frozen, lasts: 1s}", "{kind: idle_timeout, lasts: 1s, idle: 1s}"],
)
def test_somebodys_server_is_never_stopped(
    fault: str, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(fault, server)
    monkeypatch.setattr(EmbeddedServer, "breakable", None)
    with pytest.raises(ConfigError, match="needs a server of our own: nobody else's is ever"):
        check(fault, server)


def test_on_somebodys_server_connections_are_ended_and_the_network_fails(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedServer, "breakable", None)
    check("{kind: kill_idle}", server)
    check("{kind: silent, lasts: 1s}", server)


def test_a_network_that_leads_nowhere_is_refused_for_a_fault_of_it_too(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    matrix = "{adapter: psycopg3, fault: [{kind: kill_idle}, {kind: silent, lasts: 1s}]}"
    server = "postgresql:///d?host=/run/postgresql"
    path.write_text(f"matrix: {matrix}\nserver: {server}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        planned(path, [], [])
    (complaint,) = caught.value.complaints
    assert "x.yaml:1: matrix.fault[1]: a network of ours cannot be before this server: the" in (
        complaint
    )


def test_sessions_behind_a_pooler_are_not_found_by_their_name(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedServer, "transparent", False)
    with pytest.raises(ConfigError, match="kill_idle needs connections that the server knows"):
        check("{kind: kill_idle}", server)
