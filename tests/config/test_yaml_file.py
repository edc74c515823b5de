"""A file is read with the line of each key, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.config import yaml_file
from runner.config.complaints import ConfigError
from runner.config.loading import load
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

NO_TEXT = "must be text of valid characters"
NO_YAML = "is not YAML that can be used:"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("on: x", "on: the key must be text; put it in quotes"),
        ("? [a]\n: x", "(a list or mapping): the key must be text; put it in quotes"),
    ],
)  # fmt: skip
def test_a_key_that_is_no_text_is_refused(
    config_file: ConfigFile, text: str, complaint: str
) -> None:
    assert config_file.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {complaint}"]


def test_a_key_in_the_middle_given_twice_names_both_lines(config_file: ConfigFile) -> None:
    assert config_file.complaints("matrix:\n  adapter: a\n  clients: 1\n  clients: 2\n") == [
        "x.yaml:4: matrix.clients: is given twice, first at x.yaml:3"
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "x.yaml: is empty"),
        ("# nothing\n", "x.yaml: is empty"),
        ("- a\n", "x.yaml:1: must be a mapping of keys such as matrix:, is a list"),
        ("\nhello", "x.yaml:2: must be a mapping of keys such as matrix:, is 'hello'"),
        ("a: 1\nb: [1, 2\n", f"x.yaml:3: {NO_YAML} while parsing a flow"),
        ("a: 1\nb: 2024-13-45", f"x.yaml:2: {NO_YAML} '2024-13-45' is no timestamp"),
        ("a: 1\nb: !mine {}", f"x.yaml:2: {NO_YAML} the tag !mine is not known"),
        ("a: 1\n---\nb: 1", f"x.yaml:2: {NO_YAML} expected a single document"),
        ("a: &a [*a]", "x.yaml: is nested too deeply"),
        ("a: \x07", "x.yaml: holds characters that YAML does not allow"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_config_gets_one_sentence(
    config_file: ConfigFile, text: str, complaint: str
) -> None:
    complaints = config_file.complaints(text)
    assert len(complaints) == 1
    assert complaints[0].startswith(complaint)


def test_ten_lines_of_aliases_do_not_become_millions_of_values(
    config_file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_file, "MOST_VALUES", 1000)
    text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for n in range(9):
        text += f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n"
    (complaint,) = config_file.complaints(text)
    assert "more than 1000 values" in complaint


def test_a_file_that_cannot_be_read_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"none\.yaml: no such file, and none of those that come along: acquire-timeout, ",
    ):
        load(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match=r": is a directory, not a YAML file$"):
        load(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: 1\nname: señor\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.yaml:2: is not UTF-8 text$"):
        load(latin)


def test_what_broken_yaml_quotes_is_not_dragged_along(config_file: ConfigFile) -> None:
    """PyYAML's errors hold the line that they are about; a traceback would print it."""
    with pytest.raises(ConfigError) as caught:
        config_file.load("server: {dsn: postgresql://u:sekret@h/d\n]")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ('server: {settings: {a: "x\\0"}}', ["server.settings.a: must not hold a NUL character"]),
        ('server: {settings: {a: "\\ud800"}}', [f"server.settings.a: {NO_TEXT}"]),
        ('name: "\\ud800"', [f"name: {NO_TEXT}"]),
        ('server: "host=\\0"', ["server: must not hold a NUL character"]),
        ('thresholds: {all: ["ok > 1\\0"]}', ["thresholds.all[0]: must not hold a NUL character"]),
    ],
)  # fmt: skip
def test_a_text_that_nothing_else_can_take_is_refused_by_name(
    config_file: ConfigFile, text: str, complaints: list[str]
) -> None:
    assert config_file.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {it}" for it in complaints]


@pytest.mark.parametrize("number", ["9" * 101, "0x" + "f" * 5000, "1." + "0" * 100])
def test_a_number_that_is_too_long_to_be_printed_is_refused(
    config_file: ConfigFile, number: str
) -> None:
    assert config_file.complaints(f"{SMALLEST}seed: {number}") == [
        f"x.yaml:2: {NO_YAML} a number has more than 100 characters"
    ]


def test_a_file_that_is_not_there_has_a_nearest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "matrix.yaml").write_text(SMALLEST)
    for wrong in ("config/matrix.yaml", "configs/matrx.yaml", "configs/matrix.yml"):
        with pytest.raises(ConfigError) as caught:
            yaml_file.read(Path(wrong))
        told = f"{wrong}: no such file (did you mean configs/matrix.yaml?), and none of those"
        assert str(caught.value).startswith(told)
    with pytest.raises(ConfigError, match=r"^other: no such file, and none of those"):
        yaml_file.read(Path("other"))
