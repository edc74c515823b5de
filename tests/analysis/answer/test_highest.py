"""Rule 10: up to which rate each keeps the times, by ramps that are made up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.analysis.answer.answer import answer
from runner.analysis.answer.highest import highest
from runner.analysis.answer.run_facts import RunFacts
from runner.analysis.comparison import compare
from runner.analysis.highest_rates import HighestRates
from runner.axes import PoolSize
from runner.messages import message
from runner.results.ramp import Ramp
from runner.results.rows import Rows
from tests.analysis.runs import at_2000, said
from tests.builders import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTING = CONDITIONS.unpaced()
TIMES = {"total_ms_p99": 0.02}
HEAD = "insert, 10 clients on 5 connections: the highest rate with p99 of the time within 20 ms: "


def ramps(contender: str, low: float, high: float, **conditions: Any) -> list[Ramp]:
    """Make three ramps whose bracket has these ends, and whose middle lies between them."""
    ends = [(low, low * 1.01), ((low + high) / 2, high), (high * 0.99, high)]
    there = replace(SETTING, **conditions)
    return [Ramp(contender, there, number, *it, 9) for number, it in enumerate(ends, 1)]


def told(found: Sequence[Ramp], **given: Any) -> list[str]:
    return said(highest(HighestRates(found, TIMES, **given)))


def test_a_bracket_beyond_another_serves_more() -> None:
    found = [*ramps("slow", 2000, 2200), *ramps("fast", 4000, 4400)]
    assert told(found) == [
        HEAD + "slow 2,100/s [2,000, 2,200]; fast 4,200/s [4,000, 4,400].",
        "By brackets that do not overlap, fast serves more than slow.",
    ]


def test_brackets_that_overlap_tell_nothing_apart() -> None:
    found = [*ramps("one", 2000, 2200), *ramps("other", 2150, 2500)]
    assert told(found)[1:] == [
        "Who serves more cannot be told where brackets overlap: one and other."
    ]


def test_brackets_that_touch_overlap() -> None:
    (_, sentence) = told([*ramps("one", 2000, 2200), *ramps("other", 2200, 2500)])
    assert sentence.endswith("overlap: one and other.")


def test_one_in_the_middle_may_be_alike_with_two_that_are_told_apart() -> None:
    found = [*ramps("a", 1000, 2000), *ramps("b", 1900, 3000), *ramps("c", 2900, 4000)]
    assert told(found)[1:] == [
        "By brackets that do not overlap, c serves more than a.",
        "Who serves more cannot be told where brackets overlap: a and b; b and c.",
    ]


def test_those_that_exceed_the_same_others_share_a_clause() -> None:
    found = [
        *ramps("a", 100, 110),
        *ramps("b", 200, 220),
        *ramps("c", 300, 330),
        *ramps("d", 310, 340),
    ]
    assert told(found)[1:] == [
        "By brackets that do not overlap, d and c serve more than a and b; b serves more than a.",
        "Who serves more cannot be told where brackets overlap: c and d.",
    ]


def test_one_adapter_alone_has_its_bracket_and_nothing_else() -> None:
    assert told(ramps("alone", 2000, 2200)) == [HEAD + "alone 2,100/s [2,000, 2,200]."]


def test_who_keeps_no_rate_has_the_reason_and_is_held_against_nobody() -> None:
    none = Ramp("late", SETTING, 1, windows=12, reason=message("ramp.none_kept"))
    first, last = told([*ramps("one", 2000, 2200), none])
    assert first.endswith("one 2,100/s [2,000, 2,200]; late none, no rate kept the times.")
    assert last == "Held against nobody, for want of 3 ramps with a rate: late."


def test_a_bracket_of_two_ramps_is_told_as_one_and_compared_with_none() -> None:
    first, last = told([*ramps("one", 2000, 2200), *ramps("cut", 9000, 9900)[:2]])
    assert first.endswith("cut 9,225/s [9,000, 9,900] in 2 of 3 ramps.")
    assert last.endswith(": cut.")


def test_a_ramp_that_found_none_after_others_is_told_with_its_reason() -> None:
    ended = Ramp("cut", SETTING, 3, reason=message("ramp.none_kept"))
    first, *_ = told([*ramps("one", 1000, 1100), *ramps("cut", 9000, 9900)[:2], ended])
    assert first.endswith("[9,000, 9,900] in 2 of 3 ramps, then no rate kept the times.")


def test_each_size_has_a_sentence_where_there_are_several() -> None:
    found = [
        it
        for size in (1, 5)
        for name, rate in (("one", 1000), ("other", 2000))
        for it in ramps(name, rate * size, rate * size * 1.1, pool_size=PoolSize(size, size))
    ]
    assert [it.split(":")[0] for it in told(found)] == [
        "insert, 10 clients on 1 connection",
        "By brackets that do not overlap, other serves more than one.",
        "insert, 10 clients on 5 connections",
        "By brackets that do not overlap, other serves more than one.",
    ]


def test_sizes_that_are_compared_are_held_against_each_other() -> None:
    found = [
        it
        for size, rate in {1: 1000, 5: 4000}.items()
        for it in ramps("psycopg3", rate, rate * 1.1, pool_size=PoolSize(size, size))
    ]
    first, last = told(found, compared="pool_size")
    assert first.startswith("psycopg3, insert, 10 clients: the highest rate with p99 ")
    assert last == "By brackets that do not overlap, pool_size 5 serves more than pool_size 1."


def test_it_comes_before_what_is_said_at_a_rate_in_the_order_of_the_plan() -> None:
    measured = Rows([*at_2000("base", 1.0), *at_2000("quick", 0.5)])
    report = compare(measured, baseline="base")
    found = HighestRates(
        [*ramps("quick", 4000, 4100), *ramps("base", 2000, 2100)], TIMES, ["base", "base", "quick"]
    )
    sentences = said(answer(measured, report, RunFacts(rates=found)))
    assert sentences[0].index("base 2,050/s") < sentences[0].index("quick 4,050/s")
    assert "at 2,000 arrivals a second: against base" in sentences[2]
