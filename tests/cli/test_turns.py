"""`turns` stores its lines after each setting, and prints them as the table of the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.cli.turns import table
from runner.proof.experiments import NotMeasuredError
from runner.proof.turn_lengths import TurnLength
from runner.results.run_folder import RunFolder

if TYPE_CHECKING:
    from pathlib import Path

    from runner.proof.sample_sizes import SampleSizes

LINE = TurnLength("one", 10, "asyncpg", 60, 15, 200, 0.6, 1.01, 0.99, 1.02, 1.0, 0.95, 1.05)


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
    def measure(sizes: SampleSizes, _cpus: str, clients: int, _: object) -> list[TurnLength]:
        assert sizes.turn_rounds == 2
        if clients > 10:
            raise NotMeasuredError("asyncpg-insert-c50-p5-one: the process is gone")
        return [LINE]

    monkeypatch.setattr("runner.cli.turns.measure", measure)
    out = tmp_path / "a folder" / "turns.csv"
    assert main(["turns", "--cycles", "2", "--out", str(out)]) == 1
    assert RunFolder(out.parent).read_lines(out.name, TurnLength) == [LINE]
    assert capsys.readouterr().err == (
        "10 clients: done\npoolbench: asyncpg-insert-c50-p5-one: the process is gone\n"
    )


def test_the_table_has_a_row_for_each_setting_and_bold_where_turns_are_equivalent() -> None:
    wide = replace(LINE, adapter="psycopg2", bias_low=0.8)
    longest = [replace(line, turn_ms=1000.0) for line in (wide, LINE)]
    assert table([wide, longest[0], LINE, longest[1]]).splitlines() == [
        "| clients | turn | turns | psycopg2 | asyncpg |",
        "| --- | --- | --- | --- | --- |",
        "| 10 | 60 ms | 200 | 1.010 [0.800, 1.020] | **1.010 [0.990, 1.020]** |",
        "| 10 | 1000 ms | 200 | (ratio 0.600) | (ratio 0.600) |",
    ]
