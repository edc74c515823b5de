"""A fingerprint changes with what is measured, and with nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from runner.config.fingerprint import fingerprint, measured
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile


def test_only_what_changes_a_measurement_changes_the_fingerprint(config_file: ConfigFile) -> None:
    first = fingerprint(config_file.load(SMALLEST))
    assert len(first) == 64
    same_as = [
        "compare=adapter",
        "matrix.pooler=none",
        "matrix.rtt=none",
        "recovery=2s",
        "name=other",
        "keep=true",
        "lesson=true",
        "language=es",
    ]
    for same in (*same_as, "seed=7"):
        assert fingerprint(config_file.load(SMALLEST, same)) == first
    sizes = SMALLEST.replace("}", ", pool_size: [1, 2]}") + "compare: pool_size\n"
    limited = fingerprint(config_file.load(sizes, "longest_p99=20ms"))
    assert limited == fingerprint(config_file.load(sizes)), "it only judges"
    others = ["rounds=4", "duration=2s", "matrix.leak=1", "pool.timeout=1s", "server.version=16"]
    others += ["rate=5", "rate=6", "shed=1s", "matrix.pooler=session"]
    others += ["matrix.rtt=0ms", "matrix.rtt=1ms", "fault={kind: restart}"]
    assert len({first, *(fingerprint(config_file.load(SMALLEST, other)) for other in others)}) == 13
    broken = [config_file.load(SMALLEST, others[-1], f"recovery={it}s") for it in (2, 3)]
    assert fingerprint(broken[0]) != fingerprint(broken[1])


def test_what_an_include_names_is_not_what_it_would_inherit(config_file: ConfigFile) -> None:
    """Left out, it has the two processes of the matrix; named, it has the one of old."""
    text = SMALLEST.replace("}", ", cpus: all, processes: 2}") + "include:\n  - {clients: 3}\n"
    inherited = fingerprint(config_file.load(text))
    named = fingerprint(
        config_file.load(text.replace("{clients: 3}", "{clients: 3, processes: 1}"))
    )
    assert inherited != named


def test_a_variant_that_names_no_interpreter_measures_what_it_did_before(
    config_file: ConfigFile,
) -> None:
    text = f"adapters: {{mine: {{adapter: psycopg3}}}}\n{SMALLEST}"
    config = config_file.load(text)
    assert measured(config)["adapters"] == {"mine": {"adapter": "psycopg3", "options": {}}}
    named = text.replace("adapter: psycopg3}", f"adapter: psycopg3, python: {sys.executable}}}", 1)
    assert fingerprint(config) != fingerprint(config_file.load(named))
