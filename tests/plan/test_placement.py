"""`cpus: auto` becomes what the machine allows, in every place where it can be written."""

from __future__ import annotations

import pytest

from runner.messages import Message, message
from runner.plan import placement
from runner.plan.filters import only
from runner.report.catalogue import text
from tests.builders import config_of, ids, plan_of

DEFAULT = "matrix: {adapter: [psycopg3, asyncpg]}"
NO_AFFINITY = message("placed.no_affinity")


@pytest.mark.parametrize(("affinity", "cpus", "end"), [(True, "one", "-one"), (False, "all", "")])
def test_a_cell_of_which_nothing_is_said_runs_where_the_machine_can_place_it(
    *, affinity: bool, cpus: str, end: str
) -> None:
    for config in (DEFAULT, "matrix: {adapter: [psycopg3, asyncpg], cpus: auto}"):
        plan = plan_of(config, affinity=affinity)
        assert {cell.conditions.cpus for cell in plan.cells} == {cpus}
        assert ids(plan) == [f"{name}-insert-c10-p5{end}" for name in ("psycopg3", "asyncpg")]


@pytest.mark.parametrize("cpus", ["[auto, one]", "[one, auto]"])
def test_what_auto_became_is_measured_once(cpus: str) -> None:
    plan = plan_of(f"matrix: {{adapter: psycopg3, cpus: {cpus}}}", affinity=True)
    assert ids(plan) == ["psycopg3-insert-c10-p5-one"]


@pytest.mark.parametrize(("affinity", "count"), [(True, 4), (False, 2)])
def test_an_include_on_all_cores_is_another_cell_only_where_auto_became_one(
    *, affinity: bool, count: int
) -> None:
    plan = plan_of(f"{{{DEFAULT}, include: [{{cpus: all, rounds: 1}}]}}", affinity=affinity)
    assert len(plan.cells) == count
    assert list(plan.limited.values()) == [1] * (count - 2), "the matrix asks for every round"


@pytest.mark.parametrize(("affinity", "left"), [(True, {3, 4}), (False, {4})])
def test_auto_is_excluded_as_what_it_became(*, affinity: bool, left: set[int]) -> None:
    config = f"""
        {DEFAULT}
        include: [{{cpus: all, clients: [3, 4]}}]
        exclude: [{{cpus: auto, clients: [3, 10]}}]
    """
    plan = plan_of(config, affinity=affinity)
    assert {cell.conditions.clients for cell in plan.cells} == left


@pytest.mark.parametrize("affinity", [True, False])
def test_the_filter_auto_asks_for_what_it_became(*, affinity: bool) -> None:
    known = "[all, one]" if affinity else "all"
    config = f"matrix: {{adapter: psycopg3, cpus: {known}}}"
    chosen = placement.filter_of_auto("cpus=auto", affinity=affinity)
    plan = only(plan_of(config, affinity=affinity), [chosen])
    assert {cell.conditions.cpus for cell in plan.cells} == {"one" if affinity else "all"}
    assert placement.filter_of_auto("clients=5", affinity=affinity) == "clients=5"


@pytest.mark.parametrize(
    ("config", "not_placed", "words"),
    [
        (
            DEFAULT,
            None,
            "core of its own, the server the others: cpus auto became one.",
        ),
        (
            f"{{server: postgresql://h, {DEFAULT}}}",
            None,
            "the server that the DSN names runs where it runs: cpus auto became one.",
        ),
        (
            DEFAULT,
            NO_AFFINITY,
            "because this platform cannot keep a process on a core: cpus auto became all.",
        ),
        (
            "{matrix: {adapter: noop, cpus: all}, include: [{clients: 3, cpus: auto}]}",
            message("placed.one_core"),
            "because there is one usable core only: cpus auto became all.",
        ),
    ],
)
def test_a_run_says_what_auto_became_and_why(
    config: str, not_placed: Message | None, words: str
) -> None:
    assert text(placement.of_auto(config_of(config), not_placed)).endswith(words)


@pytest.mark.parametrize(
    "config",
    [
        "{matrix: {adapter: noop, cpus: all}, exclude: [{cpus: auto}]}",
        "matrix: {adapter: noop, cpus: [all, one]}",
    ],
)
def test_of_what_was_not_left_to_the_machine_nothing_is_said(config: str) -> None:
    assert placement.of_auto(config_of(config), None) is None


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (DEFAULT, True),
        ("matrix: {adapter: psycopg3}", False),
        ("{matrix: {adapter: [psycopg3, asyncpg], leak: 1}}", False),
        ("{operations_per_client: 10, matrix: {adapter: [psycopg3, asyncpg]}}", False),
        ("matrix: {adapter: [psycopg3, asyncpg], cpus: one}", False),
        ("matrix: {adapter: [psycopg3, asyncpg], cpus: [all, one]}", True),
    ],
)
def test_where_pools_are_compared_on_all_cores_the_price_is_said(
    config: str, *, said: bool
) -> None:
    plan = plan_of(config, affinity="one" in config)
    sentences = [text(sentence) for sentence in placement.of_noise(plan)]
    assert [sentence.startswith("On all cores (cpus all)") for sentence in sentences] == [
        True
    ] * said
