"""Rule 1: who does not serve every client is named first, with what happens instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runner.analysis.answer.serving import serving
from runner.messages import said as quoted
from runner.results.row import Status
from tests.analysis.runs import CALM, rows, said, scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results.row import Row

EXHAUSTED = json.dumps({"pool_exhausted": "PoolError: connection pool exhausted"})


def failing(name: str, failed: int, starved: int = 0, **more: Any) -> list[Row]:
    """Make an adapter of which so many of 1000 operations fail in each round."""
    columns = {"operations": 1000, "ok": 1000 - failed, "pool_exhausted": failed}
    return rows(name, CALM, **{**columns, "starved_clients": starved, **more})


def sentences(*others: Row) -> Sequence[str]:
    return said(serving(scope(*others)))


def with_fewer(*names: str) -> list[Row]:
    """Make groups in which there is a connection for every client."""
    return [row for name in ("base", *names) for row in rows(name, CALM, clients=5)]


def test_a_pool_that_refuses_is_told_with_its_failures_and_what_the_driver_said() -> None:
    refuses = failing("raises", 620, 5, examples=EXHAUSTED)
    (sentence,) = sentences(*refuses, *with_fewer("raises"))
    assert sentence == (
        "raises does not serve more clients than connections: 62 % of operations fail "
        "(PoolError: connection pool exhausted) and 5 of 10 clients starve."
    )


def test_figures_of_several_numbers_of_clients_are_a_range() -> None:
    many = [*rows("base", CALM, clients=50), *failing("raises", 190, 45, clients=50)]
    (sentence,) = sentences(*failing("raises", 21, 5), *many)
    assert "2.1 % to 19 % of operations fail and 5 of 10 to 45 of 50 clients starve" in sentence


def test_a_range_begins_with_the_smallest_share_whatever_the_clients() -> None:
    many = [*rows("base", CALM, clients=50), *failing("raises", 20, clients=50)]
    (sentence,) = sentences(*failing("raises", 500), *many)
    assert "2 % to 50 % of operations fail" in sentence


def test_who_fails_with_enough_connections_too_is_not_told_by_the_connections() -> None:
    few = [*rows("base", CALM, clients=5), *failing("broken", 500, clients=5)]
    assert sentences(*failing("broken", 500), *few) == [
        "broken does not serve everyone (5 and 10 clients): 50 % of operations fail."
    ]


def test_who_fails_with_some_numbers_of_clients_is_told_with_those() -> None:
    many = [*rows("base", CALM, clients=50), *failing("raises", 500, clients=50)]
    (sentence,) = sentences(*rows("raises", CALM), *many)
    assert sentence.startswith("raises does not serve everyone (50 clients):")


def test_who_fails_in_several_settings_is_told_with_the_number_of_groups() -> None:
    read = [*rows("base", CALM, workload="read"), *failing("raises", 500, workload="read")]
    rest = rows("base", CALM, workload="list")
    (sentence,) = sentences(*failing("raises", 500, pooled=False), *read, *rest)
    assert sentence.startswith("raises does not serve everyone (2 of 3 groups):")


def test_a_starving_pool_without_failures_says_nothing_of_failures() -> None:
    assert sentences(*failing("unfair", 0, 4)) == [
        "unfair does not serve more clients than connections: 4 of 10 clients starve."
    ]


def test_an_adapter_whose_rows_are_bad_is_told_with_how_it_ended() -> None:
    ended = rows("crashes", CALM)
    ended[1:3] = rows("crashes", CALM, status=Status.CRASHED, reason=quoted("signal 11"))[1:3]
    assert sentences(*ended) == [
        "crashes is not compared (10 clients): 2 of 5 rows are crashed; why is said below."
    ]


def test_without_any_success_that_is_said() -> None:
    (sentence,) = sentences(*failing("dead", 0, operations=0, ok=0))
    assert sentence.endswith("in some round no operation succeeds.")


def test_who_serves_everyone_is_not_named() -> None:
    assert sentences(*rows("other", CALM), *failing("nearly", 9)) == []


def test_hundreds_that_fail_are_folded_into_one_sentence() -> None:
    many = [row for number in range(200) for row in failing(f"p{number}", 500)]
    first, second, rest = sentences(*many)
    assert first.startswith("p0 does not")
    assert second.startswith("p1 does not")
    assert rest == "Nor do 198 others: p10, p100, p101 and 195 more. See the tables."
