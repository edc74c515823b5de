"""`python -m runner size`: the configuration that it writes, and how a run of it ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from runner.__main__ import main
from runner.cli.size import configuration, parser
from runner.results.run_folder import RunFolder
from runner.server.dsn import uri

if TYPE_CHECKING:
    from pathlib import Path

    from runner.server.embedded import EmbeddedServer

SHORT = (
    *("rounds=2", "duration=100ms", "warmup=0", "turn=60ms", "lead_in=10ms", "uncut=0"),
    *("control=false", "limit=false", "round_trips=false", "matrix.cpus=all", "server=${TEST_DSN}"),
)


def test_sizes_are_measured_side_by_side_and_the_end_says_how_many_are_enough(
    server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TEST_DSN", uri(server._uri("postgres", "postgres")))
    monkeypatch.setattr("runner.report.charts.drawing.draw", lambda *_, **__: [])
    settings = [word for setting in SHORT for word in ("--set", setting)]
    typed = ["size", "--most", "2", "--clients", "3", "--p99", "9", "--workload", "hold"]
    assert main([*typed, *settings, "--out", str(tmp_path)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "psycopg3, hold, 3 clients: it is not decided how many connections are enough" in printed
    assert "there are 2 rounds of the 3 that an interval needs" in printed
    assert "connections are busy on average (Little's law)" in printed
    run_folder = RunFolder(tmp_path / "latest")
    assert run_folder.path.resolve().name.startswith("size-")
    entrants = {row.entrant for row in run_folder.rows().every}
    assert entrants == {"pool_size 1", "pool_size 2"}


def test_a_dry_run_says_what_would_be_measured_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [
        "size",
        "--rate",
        "600",
        "--adapter",
        "asyncpg",
        "--most",
        "4",
        "--set",
        "matrix.cpus=all",
    ]
    assert main([*typed, "--out", str(tmp_path), "--dry-run"]) == 0
    assert "asyncpg-insert-c20-p4-r600" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_a_configuration_that_is_resumed_is_not_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.cli.run.run", lambda *_: 0)
    for rate in ("600", "800", "600"):
        assert main(["size", "--rate", rate, "--out", str(tmp_path)]) == 0
    rates = {yaml.safe_load(path.read_text())["matrix"]["rate"] for path in tmp_path.iterdir()}
    assert rates == {600.0, 800.0}


def test_what_is_asked_for_is_a_configuration_to_keep() -> None:
    typed = ["--rate", "600", "--p99", "20", "--adapter", "asyncpg", "--most", "4"]
    written = configuration(parser().parse_args(typed))
    assert written["control"] is False, "a limit is kept or not, whatever the baseline does"
    assert "control" not in configuration(parser().parse_args(typed[:2]))
    assert (written["compare"], written["longest_p99"]) == ("pool_size", "20ms")
    assert (written["duration"], written["turn"]) == ("2s", "2.5s"), "a p99 needs 1000 operations"
    assert written["matrix"] == {
        "adapter": ["asyncpg"],
        "pool_size": [1, 2, 3, 4],
        "clients": 20,
        "rate": 600.0,
        "workload": "insert",
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("--rate", "fast"), "must be operations a second such as 2000"),
        (("--rate", "70%"), "must be operations a second such as 600, not '70%'"),
        (("--p99", "soon"), "must be a time with its unit, such as 500ms"),
        (("--p99", "0"), "must be longer than 0, not '0'"),
        (("--most", "1"), "must be a whole number from 2 to 100, not '1'"),
        (("--most", "100000000"), "must be a whole number from 2 to 100, not '100000000'"),
        (("--clients", "0"), "must be a whole number from 1 to 10000, not '0'"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    typed: tuple[str, str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["size", *typed, "--out", str(tmp_path)])
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_workload_that_there_is_not_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["size", "--workload", "hld", "--out", str(tmp_path)]) == 2
    assert re.search(r"size-\w+\.yaml:\d+: matrix\.workload", capsys.readouterr().err)
