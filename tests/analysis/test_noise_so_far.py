"""While a run goes on its noise is the baseline against itself, pair by pair."""

from __future__ import annotations

from runner.analysis.noise_so_far import NoiseSoFar
from runner.rate import Rate
from runner.report.catalogue import text
from runner.results.row import Status
from runner.roles import CONTROL
from tests.builders import row


def test_baseline_and_control_of_a_group_and_round_are_a_pair_whatever_comes_first() -> None:
    noise = NoiseSoFar("psycopg3")
    assert noise.said is None
    noise.take(row("psycopg3", ops_per_s=1000.0))
    noise.take(row("asyncpg", ops_per_s=9000.0))
    noise.take(row(CONTROL, ops_per_s=500.0, clients=20))
    assert noise.said is None, "another group"
    noise.take(row(CONTROL, ops_per_s=1100.0))
    noise.take(row("psycopg3", ops_per_s=1000.0, clients=20))
    assert noise.said
    assert text(noise.said) == "Noise so far: psycopg3 against itself 0.50x to 1.10x, 2 pairs."


def test_arrivals_at_a_rate_say_nothing_as_both_serve_what_comes() -> None:
    noise = NoiseSoFar("psycopg3")
    rate = Rate(is_share=False, number=900.0)
    noise.take(row("psycopg3", ops_per_s=900.0, rate=rate))
    noise.take(row(CONTROL, ops_per_s=900.0, rate=rate))
    assert noise.said is None


def test_a_bad_row_is_no_half_of_a_pair() -> None:
    noise = NoiseSoFar("psycopg3")
    noise.take(row("psycopg3", ops_per_s=1000.0, status=Status.SUSPECT))
    noise.take(row(CONTROL, ops_per_s=1100.0))
    assert noise.said is None
