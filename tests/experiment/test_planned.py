"""Everything that is wrong with a file is told at once, whoever has to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.experiment.planned import planned

if TYPE_CHECKING:
    from pathlib import Path

WRONG = """\
rounds: 0
adapters:
  mine: {adapter: asyncpq}
  odd: 5
matrix:
  adapter:
  - mine
  - psycopg9
  - 7
  workload: inserts
include:
- adapter: psycopg8
- 3
"""


def test_an_adapter_that_nobody_knows_is_told_together_with_all_else(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        planned(path, [], [])
    said = [text.removeprefix(f"{path}:").split(": ")[:2] for text in caught.value.complaints]
    assert said == [
        ["1", "rounds"],
        ["3", "adapters.mine.adapter"],
        ["4", "adapters.odd"],
        ["8", "matrix.adapter[1]"],
        ["9", "matrix.adapter[2]"],
        ["10", "matrix.workload"],
        ["12", "include[0].adapter"],
        ["13", "include[1]"],
    ]
    assert "unknown adapter 'psycopg9'; did you mean psycopg3" in str(caught.value)


def test_where_only_an_adapter_is_unknown_it_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("matrix: {adapter: psycopg9}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        planned(path, [], [])
    assert len(caught.value.complaints) == 1
