"""Every version of pgbench is understood, and its complaints are repeated."""

from __future__ import annotations

import pytest

from runner.measure.pgbench_output import Counted, PgbenchError, counted

V13 = """latency average = 0.411 ms
number of transactions actually processed: 2433
tps = 2400.000000 (including connections establishing)
tps = 2433.000000 (excluding connections establishing)
"""
V15 = """number of transactions actually processed: 2433
number of failed transactions: 3 (0.123%)
latency average = 0.411 ms
initial connection time = 17.828 ms
tps = 2433.000000 (without initial connection time)
"""


@pytest.mark.parametrize(("text", "failed"), [(V13, 0), (V15, 3)])
def test_every_version_of_pgbench_is_understood(text: str, failed: int) -> None:
    count = counted(text, 0)
    assert count == Counted(2433, failed, 2433.0)
    assert count.seconds == 1.0


ABORTED = """pgbench (18.4)
pgbench: error: client 2 script 0 aborted in command 1 query 0: ERROR:  no such  table
pgbench: error: Run was aborted; the above results are incomplete.
tps = 2433.000000 (without initial connection time)
"""


def test_the_first_complaint_of_pgbench_is_the_reason() -> None:
    with pytest.raises(PgbenchError, match=r"status 2: client 2 .* ERROR: no such table$"):
        counted(ABORTED, 2)


def test_a_run_without_a_single_operation_has_no_rate() -> None:
    with pytest.raises(PgbenchError, match="finished no operation"):
        counted("number of transactions actually processed: 0\n", 0)
