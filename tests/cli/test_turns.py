"""`turns` stores its lines after each setting, and prints them as the table of the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.axes import Conditions
from runner.cli.turns import table
from runner.proof.base_config import ADAPTERS
from runner.proof.experiments import NotMeasuredError
from runner.proof.turn_lengths import TurnLength
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.proof.turn_lengths import Rates

LINE = TurnLength("all", 10, "asyncpg", 50, 20, 200, 1.6, 1.5, 1.2, 1.9, 0.04)
CYCLE = {(name, length): [100.0, 200.0] for name in ADAPTERS for length in (0.05, 2.0)}


@pytest.mark.parametrize("cycles", ["1", "0", "-3", "two", "2.5"])
def test_a_number_of_cycles_that_gives_no_interval_is_refused(
    cycles: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["turns", f"--cycles={cycles}"])
    assert f"must be a whole number from 2 on, not '{cycles}'" in capsys.readouterr().err


def test_the_settings_that_were_measured_before_a_failure_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def settings(_: object, cycles: int) -> Iterator[tuple[Conditions, list[Rates]]]:
        yield Conditions(clients=10), [CYCLE] * cycles
        raise NotMeasuredError("asyncpg-insert-c50-p5: the process is gone")

    monkeypatch.setattr("runner.cli.turns.settings", settings)
    out = tmp_path / "a folder" / "turns.csv"
    assert main(["turns", "--cycles", "2", "--out", str(out)]) == 1
    lines = RunFolder(out.parent).read_lines(out.name, TurnLength)
    assert {line.adapter for line in lines} == set(ADAPTERS) - {"psycopg3"}
    assert {(line.turn_ms, line.ratio, line.turns) for line in lines} == {(50, 1, 4), (2000, 1, 4)}
    assert capsys.readouterr().err == (
        "10 clients, cpus all: done\npoolbench: asyncpg-insert-c50-p5: the process is gone\n"
    )


def test_the_table_has_a_row_for_each_setting_and_bold_biases() -> None:
    unbiased = replace(LINE, adapter="psycopg2", bias_low=0.8, half_width_60s=0.02)
    longest = [replace(line, turn_ms=2000.0) for line in (unbiased, LINE)]
    assert table([unbiased, longest[0], LINE, longest[1]]).splitlines() == [
        "| cpus | clients | turn | psycopg2: bias | asyncpg: bias | ±, after 60 s |",
        "| --- | --- | --- | --- | --- | --- |",
        "| all | 10 | 50 ms | 1.50 [0.80, 1.90] | **1.50 [1.20, 1.90]** | 3.0% |",
        "| all | 10 | 2000 ms | (ratio 1.60) | (ratio 1.60) | 3.0% |",
    ]
