"""Before a server of the user's a network of ours leads where it can, and is refused elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.experiment.planned import planned

if TYPE_CHECKING:
    from pathlib import Path

MATRIX = "matrix: {adapter: [psycopg3, noop], rtt: [none, 1ms]}\n"


def cells(folder: Path, dsn: str, matrix: str = MATRIX) -> list[str]:
    path = folder / "x.yaml"
    path.write_text(f"{matrix}server: {dsn}\ncontrol: false\n", encoding="utf-8")
    plan = planned(path, [], []).plan
    return [str(cell.conditions.rtt) for cell in plan.cells if cell.contender == "psycopg3"]


@pytest.mark.parametrize(
    ("dsn", "why"),
    [
        ("postgresql://u@a,b/d", "the DSN names several hosts"),
        ("postgresql:///d?host=/run/postgresql", "the server listens on a Unix socket"),
        ("postgresql://u@h/d?sslmode=verify-full", "sslmode=verify-full holds the name of the"),
    ],
)
def test_a_server_that_no_network_leads_to_is_refused_by_name(
    tmp_path: Path, dsn: str, why: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        cells(tmp_path, dsn)
    (complaint,) = caught.value.complaints
    assert complaint.startswith(f"{tmp_path}/x.yaml:1: matrix.rtt[1]: a network of ours cannot be")
    assert why in complaint
    without = MATRIX.replace("1ms", "0ms").replace("[none, 0ms]", "none")
    assert cells(tmp_path, dsn, without) == ["none"], "and is not asked for else"


def test_a_server_that_it_leads_to_is_measured_through_it(tmp_path: Path) -> None:
    assert cells(tmp_path, "postgresql://u@h/d?sslmode=require") == ["none", "1ms"]
    assert cells(tmp_path, "embedded") == ["none", "1ms"]
