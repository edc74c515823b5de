"""Before a server of the user's a network of ours leads where it can, and is refused elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.experiment.networks import NetworkCost, cost
from runner.experiment.planned import planned
from runner.experiment.resources import Resources
from runner.report.catalogue import text
from runner.supervision.interrupts import Interrupts
from runner.supervision.watchdog import Watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

MATRIX = "matrix: {adapter: [psycopg3, noop], rtt: [none, 1ms]}\n"


def cells(folder: Path, dsn: str, matrix: str = MATRIX) -> list[str]:
    path = folder / "x.yaml"
    path.write_text(f"{matrix}server: {dsn}\ncontrol: false\n", encoding="utf-8")
    plan = planned(path, [], []).plan
    return [str(cell.conditions.rtt) for cell in plan.cells if cell.contender == "psycopg3"]


@pytest.mark.parametrize(
    ("dsn", "why"),
    [
        ("postgresql://u@a,b/d", "the DSN names several hosts"),
        ("postgresql:///d?host=/run/postgresql", "the server listens on a Unix socket"),
        ("postgresql://u@h/d?sslmode=verify-full", "sslmode=verify-full holds the name of the"),
    ],
)
def test_a_server_that_no_network_leads_to_is_refused_by_name(
    tmp_path: Path, dsn: str, why: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        cells(tmp_path, dsn)
    (complaint,) = caught.value.complaints
    assert complaint.startswith(f"{tmp_path}/x.yaml:1: matrix.rtt[1]: a network of ours cannot be")
    assert why in complaint
    without = MATRIX.replace("1ms", "0ms").replace("[none, 0ms]", "none")
    assert cells(tmp_path, dsn, without) == ["none"], "and is not asked for else"


def test_a_server_that_it_leads_to_is_measured_through_it(tmp_path: Path) -> None:
    assert cells(tmp_path, "postgresql://u@h/d?sslmode=require") == ["none", "1ms"]
    assert cells(tmp_path, "embedded") == ["none", "1ms"]


@pytest.fixture
def resources(server: EmbeddedServer, tmp_path: Path) -> Iterator[Resources]:
    with Watchdog() as watchdog, Interrupts() as interrupts:
        yield Resources(server, watchdog, interrupts, tmp_path)


def test_what_a_network_costs_is_measured_before_the_run_and_kept(
    tmp_path: Path, resources: Resources
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(MATRIX, encoding="utf-8")
    known = planned(path, [], [])
    measured = cost(known.plan, resources)
    assert measured is not None
    assert min(measured.direct_ms, measured.through_ms) > 0
    assert replace(known, network=measured).summary()["network"] == {
        "round_trip_ms_direct": measured.direct_ms,
        "round_trip_ms_through": measured.through_ms,
        "cost_ms": measured.cost_ms,
    }
    assert cost(planned(path, ["matrix.rtt=none"], []).plan, resources) is None


def test_a_run_says_what_its_networks_cost(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(MATRIX, encoding="utf-8")
    known = replace(planned(path, [], []), network=NetworkCost(0.05, 0.15))
    assert text(known.opening[-1]).endswith(
        "Without a delay it costs 0.1 ms per round trip: a bare one takes 0.05 ms without it and"
        " 0.15 ms through it."
    )
