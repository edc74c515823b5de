"""Values that exclude each other are refused before anything is started, each with its sentence."""

from __future__ import annotations

from runner.plan import placement
from runner.plan.exclusions import Site
from runner.plan.matrix import judged
from runner.report.catalogue import text
from tests.builders import CONTENDERS, config_of, ids


def complaints_of(
    given: str, cores: int = 64, no_pooler: str = "", no_network: str = ""
) -> list[str]:
    site = Site(affinity=True, cores=cores, no_pooler=no_pooler, no_network=no_network)
    _, complaints = judged(config_of(given), CONTENDERS, site)
    return [it.removeprefix("configuration: ") for it in complaints]


def test_processes_with_a_core_each_leave_one_for_the_server() -> None:
    given = "matrix: {adapter: psycopg3, cpus: one, processes: [1, 2, 3]}"
    (complaint,) = complaints_of(given, cores=3)
    assert complaint == (
        "matrix.processes[2]: 3 processes with a core each, and the server on another, take 4"
        " usable cores, here are 3: set cpus to all"
    )
    assert complaints_of(given, cores=4) == []


def test_auto_is_every_core_where_processes_cannot_have_one_each() -> None:
    config = config_of("matrix: {adapter: psycopg3, processes: [1, 2]}")
    few, enough = (
        judged(config, CONTENDERS, Site(affinity=True, cores=cores))[0] for cores in (2, 3)
    )
    assert ids(few) == ["psycopg3-insert-c10-p5", "psycopg3-insert-c10-p5-x2"]
    assert ids(enough) == ["psycopg3-insert-c10-p5-one", "psycopg3-insert-c10-p5-x2-one"]
    reason = placement.few_cores(config, 2)
    assert text(reason) == (
        "2 processes with a core each, and the server on another, take 3 usable cores, here are 2"
    )
    assert placement.few_cores(config_of("matrix: {adapter: psycopg3}"), 1) is None


def test_several_processes_do_not_count_operations() -> None:
    given = "{matrix: {adapter: psycopg3, processes: [1, 2]}, operations_per_client: 5}"
    (complaint,) = complaints_of(given)
    assert complaint == (
        "matrix.processes[1]: several processes share a window of time, not"
        " operations_per_client: leave out one"
    )


def test_where_there_is_no_pooler_each_mode_is_refused_with_the_reason() -> None:
    given = "{matrix: {adapter: psycopg3, pooler: [none, session, transaction]}, compare: pooler}"
    assert complaints_of(given) == []
    assert complaints_of(given, no_pooler="there is none") == [
        "matrix.pooler[1]: there is none",
        "matrix.pooler[2]: there is none",
    ]
    assert complaints_of("matrix: {adapter: psycopg3, pooler: none}", no_pooler="none") == []


def test_a_pooler_is_reached_over_tcp_alone() -> None:
    given = "matrix: {adapter: psycopg3, pooler: session, transport: [tcp, unix]}"
    (complaint,) = complaints_of(given)
    assert complaint == (
        "matrix.pooler[0]: PgBouncer is reached over TCP, and transport is unix: leave out one"
    )


def test_where_no_network_leads_each_time_is_refused_with_the_reason() -> None:
    given = "matrix: {adapter: psycopg3, rtt: [none, 0ms, 1ms]}"
    assert complaints_of(given) == []
    before = "a network of ours cannot be before this server: "
    assert complaints_of(given, no_network="it is there") == [
        f"matrix.rtt[1]: {before}it is there",
        f"matrix.rtt[2]: {before}it is there",
    ]
    assert complaints_of("matrix: {adapter: psycopg3, rtt: none}", no_network="no") == []


def test_a_network_is_reached_over_tcp_alone() -> None:
    given = "matrix: {adapter: psycopg3, rtt: [none, 1ms], transport: [tcp, unix, tls]}"
    (complaint,) = complaints_of(given)
    assert complaint == (
        "matrix.rtt[1]: a network of ours is reached over TCP, and transport is unix: leave out one"
    )
