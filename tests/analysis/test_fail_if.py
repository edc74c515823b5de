"""A job of CI fails only where a change is surely beyond what was accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.analysis.change import Change
from runner.analysis.fail_if import parse
from runner.config.complaints import ConfigError

PSYCOPG3 = "psycopg3-insert-c10-p5"


@pytest.mark.parametrize(
    ("text", "low", "high", "broken"),
    [
        ("share_of_limit < -5%", 0.90, 0.94, True),
        ("share_of_limit < -5%", 0.90, 0.96, False),
        ("share_of_limit < -5%", 1.06, 1.08, False),
        ("share_of_limit<-5 %", 0.90, 0.94, True),
        ("client_cpu_us_per_op < -5%", 0.90, 0.94, False),
        ("share_of_limit > +5.5%", 1.06, 1.08, True),
        ("share_of_limit > +7%", 1.06, 1.08, False),
    ],
)
def test_a_job_fails_only_where_the_whole_interval_is_beyond(
    text: str, low: float, high: float, *, broken: bool
) -> None:
    change = Change(PSYCOPG3, "share_of_limit", 3, 3, 0.93, low, high)
    assert parse(text).broken_by(change) is broken


def test_a_change_without_an_interval_over_runs_breaks_nothing_and_is_not_judged() -> None:
    condition = parse("share_of_limit < -5%")
    several = Change(PSYCOPG3, "share_of_limit", 3, 3, 0.5, 0.4, 0.6)
    assert condition.judges(several)
    assert condition.broken_by(several)
    for change in (
        replace(several, low=None, high=None),
        replace(several, runs_a=1, runs_b=1),
        replace(several, runs_b=1),
    ):
        assert not condition.broken_by(change)
        assert not condition.judges(change)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("share_of_limit < 5%", "must be METRIC < or > SIGNED PERCENT"),
        ("share_of_limit < -5", "must be METRIC < or > SIGNED PERCENT"),
        ("share_of_limit = -5%", "must be METRIC < or > SIGNED PERCENT"),
        ("", "must be METRIC < or > SIGNED PERCENT"),
        ("share_of_limt < -5%", "is share_of_limt (did you mean share_of_limit?)"),
        ("jain < -5%", "must be client_cpu_us_per_op or share_of_limit, is jain"),
        ("ops_per_s < -5%", "is ops_per_s, an absolute figure: machines may differ"),
        ("share_of_limit < -100%", "must be more than -100%, is -100%"),
    ],
)
def test_a_condition_that_cannot_be_read_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text)
    (complaint,) = refused.value.complaints
    assert complaint.startswith(f"--fail-if {text}: ")
    assert sentence in complaint
