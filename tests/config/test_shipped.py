"""What comes along is found by its name from every folder, and a file of the reader's own wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.cli.main import COMMANDS
from runner.config import shipped
from runner.config.complaints import ConfigError
from runner.config.loading import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_names_are_those_of_the_files() -> None:
    assert shipped.names() == sorted(path.stem for path in (ROOT / "configs").glob("*.yaml"))


def test_no_name_is_that_of_a_command() -> None:
    assert not {*COMMANDS} & {*shipped.names()}


def test_a_name_is_loaded_like_its_file() -> None:
    assert load(Path("smoke")) == load(ROOT / "configs" / "smoke.yaml")


def test_a_file_of_that_name_wins() -> None:
    Path("smoke").write_text("name: mine\nmatrix: {adapter: psycopg3}\n", encoding="utf-8")
    assert load(Path("smoke")).name == "mine"


def test_a_folder_of_that_name_does_not_win() -> None:
    Path("smoke").mkdir()
    assert load(Path("smoke")).name == "smoke"


def test_a_mistake_in_a_shipped_one_names_its_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.yaml").write_text("rond: 1\nmatrix: {adapter: psycopg3}\n", encoding="utf-8")
    monkeypatch.setattr(shipped, "folder", lambda: tmp_path)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(ConfigError, match=r"/one\.yaml:1: rond: unknown key"):
        load(Path("one"))


@pytest.mark.parametrize("typed", ["matrx", "configs/matrix.yaml"])
def test_what_is_neither_file_nor_name_gets_one_sentence_with_the_names(typed: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Path(typed))
    (complaint,) = caught.value.complaints
    assert complaint.startswith(f"{typed}: no such file (did you mean matrix?), ")
    assert complaint.endswith(", ".join(shipped.names()))


def test_a_question_is_the_first_paragraph_of_the_comments() -> None:
    questions = {name: shipped.question(name) for name in shipped.names()}
    assert questions["smoke"] == "Does everything work, from the pool to the chart?"
    assert all(it.endswith("?") for it in questions.values()), questions
