"""A fingerprint changes with what is measured, and with nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.fingerprint import fingerprint
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile


def test_only_what_changes_a_measurement_changes_the_fingerprint(config_file: ConfigFile) -> None:
    first = fingerprint(config_file.load(SMALLEST))
    assert len(first) == 64
    for same in ("compare=adapter", "name=other", "keep=true", "lesson=true", "seed=7"):
        assert fingerprint(config_file.load(SMALLEST, same)) == first
    sizes = SMALLEST.replace("}", ", pool_size: [1, 2]}") + "compare: pool_size\n"
    limited = fingerprint(config_file.load(sizes, "longest_p99=20ms"))
    assert limited == fingerprint(config_file.load(sizes)), "it only judges"
    others = ["rounds=4", "duration=2s", "matrix.leak=1", "pool.timeout=1s", "server.version=16"]
    others += ["rate=5", "rate=6", "shed=1s"]
    assert len({first, *(fingerprint(config_file.load(SMALLEST, other)) for other in others)}) == 9
