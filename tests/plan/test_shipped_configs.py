"""The configurations that come with PoolBench measure what they promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.config.loading import load
from runner.plan.matrix import expand
from tests.builders import CONTENDERS

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize(
    ("name", "cells", "groups"),
    [
        ("acquire-timeout", 4, 2),
        ("allocator", 12, 4),
        ("faults", 20, 4),
        ("how-many-processes", 6, 2),
        ("lesson", 18, 6),
        ("matrix", 35, 7),
        ("network", 12, 3),
        ("own-sql", 4, 1),
        ("placement", 20, 4),
        ("pooler", 12, 4),
        ("pooling-or-not", 16, 2),
        ("processes", 6, 3),
        ("rate", 12, 3),
        ("sizing", 8, 1),
        ("smoke", 10, 2),
        ("sqlalchemy", 4, 1),
    ],
)
def test_a_shipped_config_measures_every_cell_that_it_promises(
    name: str, cells: int, groups: int
) -> None:
    config = load(CONFIGS / f"{name}.yaml", (), {})
    plan = expand(config, CONTENDERS, affinity=True)
    assert len(plan.cells) == cells
    assert len(plan.groups()) == groups
    assert plan.left_out == ()


def test_the_lesson_is_the_one_that_was_taught() -> None:
    config = load(CONFIGS / "lesson.yaml", (), {})
    assert config.lesson
    plan = expand(config, CONTENDERS, affinity=True)
    for cell in plan.cells:
        assert (cell.conditions.pool_size, cell.conditions.acquire_timeout) == ((1, 5), 5.0)
        assert (cell.conditions.workload, cell.conditions.operations_per_client) == ("insert", 10)
    assert {cell.conditions.clients for cell in plan.cells} == {10, 20, 50}


@pytest.mark.parametrize(("name", "limit"), [("matrix", 300), ("smoke", 30)])
def test_a_shipped_config_asks_for_less_time_than_it_may_take(name: str, limit: float) -> None:
    """Counted time, warm-up and a client's last wait; starting processes comes on top."""
    config = load(CONFIGS / f"{name}.yaml", (), {})
    plan = expand(config, CONTENDERS, affinity=True)
    there = [cell.conditions for cell in plan.cells]
    longest = [here.warmup + here.duration + here.acquire_timeout for here in there]
    assert config.rounds * sum(longest) < limit
