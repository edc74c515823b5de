"""`python -m runner drills` keeps what it sees, as it comes."""

from __future__ import annotations

import re
import shlex
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.drills import exhaustion
from runner.drills.drill import Seen
from runner.drills.drills import DRILLS
from runner.results.observation import Word
from runner.results.run_folder import RunFolder
from runner.server import embedded
from runner.server.dsn import ServerError
from runner.supervision.interrupts import Interrupted

if TYPE_CHECKING:
    from pathlib import Path

    from runner.drills.scene import Scene
    from runner.server.embedded import EmbeddedServer

HOME_MADE = "tests.fakes.home_made:HomeMade"
MATRIX = "matrix: {adapter: [mine]}\n"
TWO = replace(exhaustion.DRILL, cases=exhaustion.DRILL.cases[:2])


@pytest.fixture(autouse=True)
def _two_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DRILLS, "exhaustion", TWO)


def folder_of(reports: Path) -> RunFolder:
    [folder] = reports.glob("drills-*")
    return RunFolder(folder)


def test_a_drill_prints_its_observations_and_keeps_them_in_two_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["--drill", "exhaustion", "--adapter", HOME_MADE, "--out", str(tmp_path)]
    assert main(["drills", *typed]) == 0
    printed = capsys.readouterr().out
    line = rf"^\[1/2, .* left\] {HOME_MADE}, exhaustion, one more: waits [\d.]+ s$"
    assert re.search(line, printed, re.MULTILINE)
    seen = folder_of(tmp_path).observations()
    assert [(it.adapter, it.case, it.word) for it in seen] == [
        (HOME_MADE, "one more", Word.WAITS),
        (HOME_MADE, "second each", Word.WAITS),
    ]
    assert re.fullmatch(r"psycopg [\d.]+, .*Python 3[\d.]+, PostgreSQL [\d.]+", seen[0].versions)
    header, first, *_ = folder_of(tmp_path).read("drills.csv").splitlines()
    assert header == "adapter,drill,case,message,word,figure,unit,exception,versions,expected"
    assert first.startswith(f"{HOME_MADE},exhaustion,one more,drill.figure,waits,")
    known = folder_of(tmp_path).environment()
    assert known["server"]["kind"] == "embedded"
    assert known["drilled"] == {HOME_MADE: known["drilled"][HOME_MADE] | {"options": {}}}
    assert known["machine"]["python"] in seen[0].versions
    page = folder_of(tmp_path).read("drills.md")
    assert (tmp_path / "latest").resolve() == folder_of(tmp_path).path.resolve()
    assert "What does each pool do" in folder_of(tmp_path).read("report.html")
    assert "**exhaustion**" in page
    assert "| one more | waits " in page


@pytest.fixture
def _running(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let drills have the server of all tests: nothing is broken here."""
    monkeypatch.setattr(embedded, "EmbeddedServer", lambda *_, **__: nullcontext(server))


def interrupted(_scene: Scene, case: str) -> Seen:
    if case == "second each":
        raise Interrupted(2)
    return Seen(Word.RAISES)


@pytest.mark.usefixtures("_running")
def test_an_interrupt_keeps_what_was_seen_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(DRILLS, "exhaustion", replace(TWO, see=interrupted))
    typed = ["--drill", "exhaustion", "--adapter", HOME_MADE, "--quiet"]
    assert main(["drills", *typed, "--out", str(tmp_path)]) == 130
    out, errors = capsys.readouterr()
    folder = folder_of(tmp_path)
    assert out == f"report: {folder.path}\n"
    assert "interrupted by SIGINT" in errors
    assert "1 case is missing; to do what is missing: " in errors
    hint = shlex.split(errors.strip().rpartition(": ")[2])[1:]
    resumed = ["--quiet", "--resume", str(folder.path)]
    chosen = ["--adapter", HOME_MADE, "--drill", "exhaustion"]
    assert hint == ["-m", "runner", "drills", *chosen, *resumed]
    assert [it.case for it in folder.observations()] == ["one more"]

    def sees(_scene: Scene, case: str) -> Seen:
        assert case == "second each"  # the other one is there
        return Seen(Word.CLEAN)

    with (folder.path / "drills.csv").open("a") as file:
        file.write("half a li")
    monkeypatch.setitem(DRILLS, "exhaustion", replace(TWO, see=sees))
    assert main(hint[2:]) == 0
    assert [it.word for it in folder.observations()] == [Word.RAISES, Word.CLEAN]
    assert len(folder.environment()["sessions"]) == 2


@pytest.mark.usefixtures("_running")
def test_drills_of_others_are_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(DRILLS, "exhaustion", replace(TWO, see=interrupted))
    config = tmp_path / "mine.yaml"
    config.write_text(f"rounds: 2\nadapters: {{mine: {{adapter: psycopg3}}}}\n{MATRIX}")
    typed = ["drills", str(config), "--drill", "exhaustion", "--out", str(tmp_path)]
    assert main(typed) == 130
    assert "count here; ignored: rounds" in capsys.readouterr().out
    folder = folder_of(tmp_path)
    resumed = [*typed, "--resume", str(folder.path)]
    config.write_text(config.read_text().replace("psycopg3}", "psycopg3, options: {max_idle: 9}}"))
    refused = {
        "the options of mine were others": resumed,
        "the adapters were mine and are psycopg2": [
            *("drills", "--adapter", "psycopg2", "--resume", str(folder.path))
        ],
        "is no folder of drills": ["drills", "--resume", str(tmp_path / "run")],
    }
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "environment.json").write_text("{}")
    before = folder.read("drills.csv")
    for sentence, command in refused.items():
        assert main(command) == 2
        assert sentence in capsys.readouterr().err
    with folder.locked():
        config.write_text(config.read_text().replace(", options: {max_idle: 9}", ""))
        assert main(resumed) == 2
        assert "another session is writing to" in capsys.readouterr().err
    (folder.path / "drills.csv").write_text(before + before.splitlines(keepends=True)[1])
    assert main(resumed) == 2
    assert "lines 2 and 3 hold the same measurement" in capsys.readouterr().err


def test_a_dry_run_lists_the_cases_and_their_time_and_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["--drill", "hygiene", "--drill", "leak", "--adapter", "psycopg2"]
    typed += ["--adapter", "asyncpg", "--dry-run", "--out", str(tmp_path / "new")]
    assert main(["drills", *typed]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "hygiene, open transaction, equal: psycopg2, asyncpg"
    assert "leak, slot, held: psycopg2, asyncpg" in lines
    assert "alone: leak" in lines
    assert re.fullmatch(r"\d+ cases, up to \d at a time, about [\dmin ]+s", lines[-1])
    assert not (tmp_path / "new").exists()


def test_a_drill_is_named_with_dashes_too(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["--drill", "schema-change", "--adapter", "psycopg2", "--dry-run"]
    assert main(["drills", *typed]) == 0
    said = capsys.readouterr().out
    assert said.startswith("schema change, column added: psycopg2\n")


@pytest.mark.usefixtures("_running")
def test_lines_end_in_the_order_of_the_registry_whatever_was_done_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: replace(DRILLS[name], see=clean) for name in ("exhaustion", "schema change")}
    for name, drill in few.items():
        monkeypatch.setitem(DRILLS, name, drill)
    typed = [word for name in reversed(few) for word in ("--drill", name)]
    assert main(["drills", *typed, "--adapter", HOME_MADE, "--out", str(tmp_path)]) == 0
    seen = [it.drill for it in folder_of(tmp_path).observations()]
    assert seen == ["exhaustion"] * 2 + ["schema change"] * 2


@pytest.mark.parametrize("first", [1, 2])
def test_where_a_server_does_not_start_no_folder_is_left(
    first: int,
    server: EmbeddedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started: list[int] = []

    def start(*_: object, **__: object) -> nullcontext[EmbeddedServer]:
        started.append(1)
        if len(started) == first:
            raise ServerError("PostgreSQL does not start")
        return nullcontext(server)

    monkeypatch.setattr(embedded, "EmbeddedServer", start)
    typed = ["--drill", "hygiene", "--drill", "schema change", "--adapter", HOME_MADE]
    assert main(["drills", *typed, "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "poolbench: PostgreSQL does not start\n"
    assert list(tmp_path.iterdir()) == []


def clean(_scene: Scene, _case: str) -> Seen:
    return Seen(Word.CLEAN)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--drill", "leaks"], "there is no part 'leaks' (did you mean leak?)"),
        (["--adapter", "psycopg4"], "poolbench: unknown adapter 'psycopg4'"),
    ],
)
def test_an_unknown_name_is_a_sentence_and_nothing_is_started(
    typed: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drills", *typed, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
