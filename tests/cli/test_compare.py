"""`compare` holds runs against each other, and refuses what says nothing in one sentence."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from runner.__main__ import main
from runner.cli.compare import parser
from runner.results.run_folder import RunFolder
from runner.roles import LIMIT
from tests.builders import row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.results.row import Row

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
CELL = "psycopg3-insert-c10-p5"
HOW = "compare A1 A2 --with B1 B2"


def rows(rate: float, contender: str = "psycopg3", **conditions: Any) -> list[Row]:
    measured = [
        row(contender, round=it, ops_per_s=rate * off, client_cpu_us_per_op=100.0, **conditions)
        for it, off in enumerate((1.0, 1.01, 0.99), 1)
    ]
    limits = [row(LIMIT, round=it, clients=5, ops_per_s=10_000.0) for it in range(1, 4)]
    return [*measured, *limits]


def keep(folder: Path, measured: Sequence[Row], hour: int = 0) -> str:
    """Keep a run that began at an hour after noon, and return the path of its folder."""
    began = NOON + dt.timedelta(hours=hour)
    run_folder = RunFolder.create(folder, "run", began)
    run_folder.append(measured)
    environment = {"sessions": [{"started_at": began.isoformat()}], "fingerprint": "f"}
    run_folder.write("environment.json", json.dumps(environment))
    return str(run_folder.path)


@pytest.fixture
def runs(tmp_path: Path) -> tuple[list[str], list[str]]:
    """Keep three runs of A and three of B, half as fast, measured by turns."""
    a = [keep(tmp_path, rows(1000 + number), 2 * number) for number in range(3)]
    b = [keep(tmp_path, rows(500 + number), 2 * number + 1) for number in range(3)]
    return a, b


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that were printed, in one space where there are more."""
    printed = capsys.readouterr()
    assert printed.err == ""
    return [" ".join(line.split()) for line in printed.out.splitlines()]


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one sentence of a refusal."""
    printed = capsys.readouterr()
    assert printed.out == ""
    (sentence,) = printed.err.splitlines()
    return sentence.removeprefix("poolbench: ")


def test_several_runs_of_each_side_get_a_verdict(
    runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = runs
    assert main(["compare", *a, "--with", *b]) == 0
    lines = said(capsys)
    assert f"A1 is {a[0]}." in lines
    assert f"B3 is {b[2]}." in lines
    assert any(line.startswith("share of the limit -50.0 % [") for line in lines)
    assert any(line.endswith("] slower") for line in lines)
    assert not any("No verdict" in line or "by turns" in line for line in lines)


def test_two_runs_are_a_and_b_and_get_no_verdict(
    runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    (a, *_), (b, *_) = runs
    for typed in ([a, b], [a, "--absolute", b], [a, "--with", b], ["--absolute", a, b]):
        assert main(["compare", *typed]) == 0
        lines = said(capsys)
        assert lines[:2] == [f"A is {a}.", f"B is {b}."]
        assert lines[2].startswith("No verdict: ")
        assert any(
            line.startswith("share of the limit -50.0 % (within the runs ") for line in lines
        )
        assert not any("slower" in line or "faster" in line for line in lines)


def test_absolute_figures_have_no_verdict_however_many_runs_there_are(
    runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = runs
    assert main(["compare", *a, "--with", *b, "--absolute"]) == 0
    lines = said(capsys)
    (speed,) = (line for line in lines if line.startswith("operations per second"))
    assert speed.startswith("operations per second -50.0 % [")
    assert "slower" not in speed


def test_runs_that_were_not_measured_by_turns_are_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [keep(tmp_path, rows(1000 + hour), hour) for hour in range(4)]
    assert main(["compare", *folders[:2], "--with", *folders[2:]]) == 0
    assert any(line.startswith("Every run of A began before") for line in said(capsys))


def test_a_sure_loss_ends_with_99(
    runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = runs
    command = ["compare", *a, "--with", *b, "--fail-if"]
    assert main([*command, "share_of_limit < -10%"]) == 99
    (line,) = (line for line in said(capsys) if line.startswith("share_of_limit <"))
    assert line.startswith(f"share_of_limit < -10%: {CELL}: -50.0 % [")
    assert main([*command, "share_of_limit < -60%"]) == 0
    assert main(["compare", *b, "--with", *a, "--fail-if", "share_of_limit < -10%"]) == 0


def test_a_condition_says_in_which_cells_it_cannot_be_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def with_others(hour: int, starved: int) -> str:
        other = rows(700.0 + hour, "asyncpg", starved_clients=starved)[:3]
        leaking = rows(700.0 + hour, leak=1.0)[:3]
        return keep(tmp_path, [*rows(1000.0 + hour), *other, *leaking], hour)

    a = [with_others(hour, 0) for hour in (10, 12)]
    b = [with_others(hour, 3) for hour in (11, 13)]
    assert main(["compare", *a, "--with", *b, "--fail-if", "share_of_limit < -10%"]) == 0
    assert said(capsys)[-1] == "share_of_limit < -10%: not judged in asyncpg-insert-c10-p5"


@pytest.mark.parametrize(("of_a", "of_b"), [(1, 1), (1, 3), (3, 1)])
def test_a_condition_is_refused_where_a_side_has_one_run(
    of_a: int, of_b: int, runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """It neither fails on a word that is not given nor passes unjudged."""
    a, b = runs[0][:of_a], runs[1][:of_b]
    assert main(["compare", *a, "--with", *b, "--fail-if", "share_of_limit < -5%"]) == 2
    sentence = refused(capsys)
    assert sentence.startswith(
        "--fail-if share_of_limit < -5%: takes two runs or more of A and of B"
    )
    assert sentence.endswith(HOW)


def test_a_condition_that_no_cell_can_answer_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [keep(tmp_path, rows(1000 + hour)[:3], hour) for hour in range(4)]
    typed = ["compare", *folders[:2], "--with", *folders[2:]]
    assert main([*typed, "--fail-if", "client_cpu_us_per_op > +5%"]) == 0
    capsys.readouterr()
    assert main([*typed, "--fail-if", "share_of_limit < -5%"]) == 2
    sentence = "--fail-if share_of_limit < -5%: no cell of both sides has such an interval"
    assert refused(capsys) == sentence


def test_runs_without_a_cell_in_common_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = keep(tmp_path, [*rows(1000), *rows(1000, "psycopg2")[:3]])
    b = keep(tmp_path, rows(1000, "asyncpg"), 1)
    assert main(["compare", a, b]) == 2
    assert refused(capsys) == (
        "compare: no cell in common: "
        "A has psycopg2-insert-c10-p5 and 1 more, B has asyncpg-insert-c10-p5"
    )
    empty = keep(tmp_path, [], 2)
    assert main(["compare", empty, b]) == 2
    assert "A has none, B has asyncpg-insert-c10-p5" in refused(capsys)


def test_runs_whose_common_cells_all_leak_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = (keep(tmp_path, rows(1000 + hour, leak=1.0), hour) for hour in range(2))
    assert main(["compare", a, b]) == 2
    expected = "compare: in every cell that A and B have in common clients leak, or a fault happens"
    assert refused(capsys) == expected


def test_a_run_that_is_there_twice_is_refused(
    runs: tuple[list[str], list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (a, *others), b = runs
    latest = str(tmp_path / "latest")
    assert main(["compare", a, f"{a}/."]) == 2
    assert refused(capsys) == f"compare: {a} and {a} are the same run"
    assert main(["compare", a, a, "--with", *b]) == 2
    assert refused(capsys) == f"compare: {a} and {a} are the same run"
    assert main(["compare", a, *others, "--with", *b, latest]) == 2
    assert refused(capsys) == f"compare: {b[2]} and {latest} are the same run"
    copy = keep(tmp_path, rows(1000), 20)
    assert main(["compare", a, copy]) == 2
    assert refused(capsys) == f"compare: {a} and {copy} hold the same run"


def test_runs_whose_sides_are_not_told_apart_are_refused(
    runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", runs[0][0]]) == 2
    assert refused(capsys) == f"compare: one run only: compare A B, or {HOW}"
    assert main(["compare", *runs[0]]) == 2
    assert refused(capsys) == f"compare: 3 runs: which are B? compare A B, or {HOW}"


def test_a_folder_that_is_not_there_is_refused(
    runs: tuple[list[str], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "nowhere", runs[1][0]]) == 2
    assert refused(capsys) == "cannot read nowhere/cells.csv: No such file or directory"


def test_the_help_says_how_several_runs_are_given() -> None:
    text = " ".join(parser().format_help().split())
    assert "[options] A1 A2 ... --with B1 B2 ..." in text
    assert "a verdict takes two or more of each, measured by turns" in text
