"""The machine's own pace is measured and kept, and the shortest exchange is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.measure.machine_speed import MachineSpeed, measure

if TYPE_CHECKING:
    from runner.measure.context import Context
    from runner.server.embedded import EmbeddedServer


def test_both_measures_are_taken_on_a_real_server(server: EmbeddedServer) -> None:
    line = measure(server, 1, 2, "after")
    assert 0 < line.round_trip_us_min <= line.round_trip_us_p50
    assert line.cpu_loop_ms_p50 > 0
    assert (line.session, line.round, line.moment) == (1, 2, "after")


def test_every_measure_is_kept_and_the_shortest_exchange_is_known(context: Context) -> None:
    speed = MachineSpeed(context.server, context.run_folder, session=3)
    assert speed.round_trip() is None
    speed.measure(1, "before")
    speed.measure(1, "after")
    lines = context.run_folder.yardsticks()
    assert [(line.session, line.round, line.moment) for line in lines] == [
        (3, 1, "before"),
        (3, 1, "after"),
    ]
    shortest = min(line.round_trip_us_min for line in lines)
    assert abs((speed.round_trip() or 0) * 1e6 - shortest) < 0.01 * shortest
