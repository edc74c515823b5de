"""Every command speaks the language that is typed, or that of the YAML, or of the environment."""

from __future__ import annotations

import re
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from runner.__main__ import main
from runner.cli import run
from runner.cli.main import COMMANDS
from runner.config.loading import load
from runner.experiment import drill_start
from runner.experiment.planned import planned
from runner.report.charts import files
from runner.report.outputs.outputs import OUTPUTS
from runner.results.observation import Observation, Word
from runner.server.connection import ServerLostError
from runner.supervision.interrupts import Interrupted
from tests.report.measured import rows
from tests.report.outputs.html import parsed
from tests.written_drills import written_drills
from tests.written_run import written_run

if TYPE_CHECKING:
    from pathlib import Path

    from runner.results.run_folder import RunFolder

CONFIG = "limit: false\nmatrix: {adapter: [asyncpg, psycopg3], cpus: one}\n"
SPANISH = "LC_ALL", "es_ES.UTF-8"
HOW = ("held", "dropped")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "x.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def last_line(capsys: pytest.CaptureFixture[str], config: Path, *options: str) -> str:
    assert main([str(config), "--dry-run", *options]) == 0
    return capsys.readouterr().out.splitlines()[-1].partition(", ")[0]


ENGLISH_LINE, SPANISH_LINE = "3 cells x 5 rounds", "3 celdas x 5 rondas"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_the_option(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "--language NAME" in capsys.readouterr().out


def test_an_unknown_language_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["terms", "--language", "ess"])
    assert ended.value.code == 2
    *_, last = capsys.readouterr().err.splitlines()
    assert last.endswith("--language: must be one of en, es, not 'ess' (did you mean es?)")


def test_an_unknown_language_of_the_yaml_is_refused_with_its_place(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(f"language: xx\n{CONFIG}", encoding="utf-8")
    assert main([str(config), "--dry-run"]) == 2
    assert f"{config}:1: language: must be one of en, es" in capsys.readouterr().err


def test_what_is_typed_counts_before_the_yaml_and_that_before_the_environment(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert last_line(capsys, config) == ENGLISH_LINE
    assert last_line(capsys, config, "--language", "es") == SPANISH_LINE
    monkeypatch.setenv(*SPANISH)
    assert last_line(capsys, config) == SPANISH_LINE
    config.write_text(f"language: en\n{CONFIG}", encoding="utf-8")
    assert last_line(capsys, config) == ENGLISH_LINE
    assert last_line(capsys, config, "--language", "es") == SPANISH_LINE


def test_a_language_makes_no_other_run(config: Path) -> None:
    spanish = planned(config, ["language=es"], [])
    assert load(config, ["language=es"]).language == "es"
    assert spanish.facts() == planned(config, [], []).facts()
    assert "es" not in spanish.summary().values()


def test_drills_are_explained_in_the_language(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(f"language: es\n{CONFIG}", encoding="utf-8")
    typed = ["drills", str(config), "--explain", "hygiene/advisory-lock, equal"]
    assert main(typed) == 0
    said = capsys.readouterr().out
    assert "Por qué importa: " in said
    assert "ignor" not in said, "the language counts for drills, too"
    assert main([*typed, "--language", "en"]) == 0
    assert "Why it matters: " in capsys.readouterr().out


def test_drills_that_would_be_done_are_named_in_the_language(
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = ["drills", "--drill", "hygiene", "--adapter", "psycopg3", "--dry-run"]
    assert main([*typed, "--language", "es"]) == 0
    said = capsys.readouterr().out
    assert "limpieza entre clientes, tabla temporal, perfil equal: psycopg3" in said
    assert "hygiene" not in said


def test_what_changed_between_drills_is_named_in_the_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held, dropped = (Observation("one", "leak", f"slot, {it}", Word.LEAKS) for it in HOW)
    before = written_drills(tmp_path / "a", (held, dropped))
    after = written_drills(tmp_path / "b", (replace(held, word=Word.CLEAN),))
    assert main(["compare", str(before.path), str(after.path), "--language", "es"]) == 0
    said = capsys.readouterr().out
    assert "Solo A tiene one, fugas, plaza, sin referencia." in said
    assert re.search(r"one +fugas +plaza, con referencia +!! fuga +limpio", said)


def test_the_end_before_a_run_is_told_in_the_language_of_its_yaml(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(error: BaseException) -> str:
        def begin(*_: object) -> NoReturn:
            raise error

        monkeypatch.setattr(run, "start", begin)
        monkeypatch.setattr(drill_start, "drill_start", begin)
        said = []
        for typed in ([str(config)], ["drills", str(config)]):
            assert main([*typed, "--out", str(config.parent), "--quiet"]) != 0
            said.append(capsys.readouterr().err)
        assert said[0] == said[1]
        return said[0]

    for language, interrupted, lost in (
        ("es", "interrumpido por SIGINT antes de medir nada", "se perdió el servidor: gone"),
        ("en", "interrupted by SIGINT before anything was measured", "the server is lost: gone"),
    ):
        config.write_text(f"language: {language}\n{CONFIG}", encoding="utf-8")
        monkeypatch.setenv("LC_ALL", "en_GB.UTF-8" if language == "es" else "es_ES.UTF-8")
        assert ends(Interrupted(signal.SIGINT)) == f"poolbench: {interrupted}\n"
        assert ends(ServerLostError("gone")) == f"poolbench: {lost}\n"


@pytest.fixture
def run_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.setattr(files, "_save_png", lambda *_: None)
    measured = rows(("psycopg3", "asyncpg"), clients=(10,), leaks=(0.0,), rounds=1)
    folder = written_run(tmp_path, measured)
    assert main(["charts", str(folder.path)]) == 0
    return folder


def test_a_report_in_another_language_has_its_pictures_in_it_too(run_folder: RunFolder) -> None:
    def said() -> list[str]:
        return parsed(run_folder.read("report.html")).texts("h2", "h3")

    typed = ["report", str(run_folder.path), "--language"]
    assert main([*typed, "en"]) == 0
    english, for_programs = said(), run_folder.read("summary.json")
    drawn = {it: it.stat().st_mtime_ns for it in run_folder.charts.iterdir()}
    assert main([*typed, "es"]) == 0
    assert "¿Cuántas operaciones por segundo?" in said()
    assert not set(said()) & set(english)
    assert '<html lang="es">' in run_folder.read("report.html")
    assert run_folder.read("summary.json") == for_programs
    assert main([*typed, "en"]) == 0
    assert said() == english
    kept = {it: it.stat().st_mtime_ns for it in run_folder.charts.iterdir()}
    assert main([*typed, "en"]) == 0
    assert kept == {it: it.stat().st_mtime_ns for it in run_folder.charts.iterdir()} != drawn


def test_a_report_in_a_language_says_which_files_it_wrote(
    run_folder: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["report", str(run_folder.path), "--language", "es"]) == 0
    printed = capsys.readouterr().out.splitlines()
    pictures = sorted(str(it) for it in run_folder.charts.glob("*.svg"))
    assert sorted(it for it in printed if it.endswith(".svg")) == pictures
    assert printed[-3:] == [str(run_folder.path / it) for it in OUTPUTS if it != "junit.xml"]


def test_what_is_refused_in_a_configuration_is_said_in_one_language(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("matrix: {adapter: [asyncpg, psycopg3-direct], leak: 1}\n", encoding="utf-8")
    assert main([str(config), "--dry-run"]) == 2
    said = capsys.readouterr().err
    assert "nothing is left of psycopg3-direct: " in said
    monkeypatch.setenv(*SPANISH)
    assert main([str(config), "--dry-run"]) == 2
    assert capsys.readouterr().err == said
