"""A configuration is loaded, or refused with every reason and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.config.complaints import ConfigError
from runner.config.dump import dump
from runner.config.explanations import NO_SENTENCE
from runner.config.loading import Checks, load
from runner.config.model import SECTIONS, Config
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from runner.config.complaints import Complaint
    from tests.config.config_file import ConfigFile

COMPARED = "must be one of the adapters of matrix and include"
A_NAME = "must be of letters, digits and . _ - and begin with no . or -"
NOT_SET = "needs environment variables that are not set:"


def test_all_errors_come_at_once_each_with_its_line(config_file: ConfigFile) -> None:
    text = """\
# a comment
rounds: 0
round: 3
server: postgresql://u@${NOWHERE}/d
pool:
  min_size: 9
  max_size: 5
matrix:
  adapter: psycopg3
  clients:
    - 10
    - 0
    - 20000
  leak: [0, 2]
baseline: psycopg2
exclude:
  - {}
rounds: 2
"""
    assert config_file.complaints(text) == [
        "x.yaml:3: round: unknown key (did you mean rounds?); allowed: "
        + ", ".join(Config.model_fields),
        f"x.yaml:4: server: {NOT_SET} NOWHERE, is 'postgresql://u@${{NOWHERE}}/d'",
        "x.yaml:6: pool.min_size: must be at most max_size (5), is 9",
        "x.yaml:12: matrix.clients[1]: must be at least 1, is 0",
        "x.yaml:13: matrix.clients[2]: must be at most 10000, is 20000",
        "x.yaml:14: matrix.leak[1]: must be at most 1, is 2",
        f"x.yaml:15: baseline: {COMPARED}: psycopg3 (did you mean psycopg3?), is 'psycopg2'",
        "x.yaml:17: exclude[0]: must name at least one axis",
        "x.yaml:18: rounds: is given twice, first at x.yaml:2",
    ]


def test_a_file_whose_name_is_no_name_must_say_one(tmp_path: Path) -> None:
    path = tmp_path / "my runs.yaml"
    path.write_text(SMALLEST)
    with pytest.raises(ConfigError, match=r"my runs\.yaml:1: name: must be of letters.*'my runs'"):
        load(path)
    assert load(path, ["name=mine"]).name == "mine"


ODD = """null; true; 0; -1; 1.5; .nan; .inf; 1e400; 99999999999999999999999; ''; x; "\\0"; "\\ud800"
2024-01-01; []; [1, 1]; [[1]]; [null]; {}; {a: 1}; !!binary aGk=; 1:30; 5 s; 99999999999999s
postgresql://u:sekret@h/d; host=h password=sekret""".replace("\n", "; ").split("; ")


def _odd_files() -> list[str]:
    texts = [f"{key}: {odd}" for key in Config.model_fields for odd in ODD]
    for section, model in SECTIONS.items():
        texts += [f"{section}: {{{key}: {odd}}}" for key in model.model_fields for odd in ODD]
    texts += [f"include: [{odd}]" for odd in ODD]
    texts += [f"adapters: {{a: {odd}, {odd}: {{adapter: b}}}}" for odd in ODD]
    return texts


def test_no_odd_value_brings_up_words_that_are_not_ours(config_file: ConfigFile) -> None:
    """Everything that pydantic finds wrong has a sentence of ours, with no secret in it."""
    for text in _odd_files():
        try:
            config = config_file.load(text if text.startswith("matrix") else SMALLEST + text)
        except ConfigError as error:
            message = str(error)
        else:
            message = dump(config)
        assert "sekret" not in message
        assert NO_SENTENCE not in message
        assert "Input should" not in message
        assert "pydantic" not in message


@pytest.mark.parametrize(
    ("text", "overrides"),
    [
        ("server: postgresql://u:sekret@${NONE}/d", []),
        ("server: {dsn: 'mysql://u:sekret@h/d'}", []),
        ("server: {dsn: [postgresql://u:sekret@h/d]}", []),
        ("rounds: host=h password=sekret", []),
        ("postgresql://u:sekret@h/d: 1", []),
        ("server: &a postgresql://u:sekret@h/d\nx: [", []),
        ("baseline: b\nexclude: [{adapter: p}]", ["matrix.adapter=postgresql://u:sekret@h/d"]),
        ("rounds: 1", ["server=postgresql://u:sekret@${NONE}/d"]),
        ("rounds: 1", ["server.dsn=[postgresql://u:sekret@h/d"]),
        ("rounds: 1", ["password=sekret"]),
        ("rounds: 0", ["server=host=h password='a sekret'"]),
    ],
)
def test_no_complaint_holds_a_password(
    config_file: ConfigFile, text: str, overrides: list[str]
) -> None:
    assert "sekret" not in "\n".join(config_file.complaints(SMALLEST + text, *overrides))


def test_complaints_of_a_check_that_is_handed_in_come_with_all_others(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("matrix:\n  adapter: a b\n  clients: 3\nrounds: 0\n", encoding="utf-8")

    def check(data: Mapping[str, Any]) -> Iterator[Complaint]:
        yield ("matrix", "adapter", 0), f"{data['matrix']['adapter']} is unknown"
        yield ("matrix", "clients", 0), "is a crowd"

    with pytest.raises(ConfigError) as caught:
        load(path, checks=Checks(check))
    assert [text.removeprefix(f"{path}:") for text in caught.value.complaints] == [
        f"2: matrix.adapter: {A_NAME}, is 'a b'",
        "3: matrix.clients: is a crowd",
        "4: rounds: must be at least 1, is 0",
    ]


def test_a_dsn_that_is_refused_from_outside_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"server: 'password=${{PW}}'\n{SMALLEST}", encoding="utf-8")
    seen = []

    def check_dsn(dsn: str) -> None:
        seen.append(dsn)
        raise ValueError("is no good")

    with pytest.raises(ConfigError) as caught:
        load(path, environ={"PW": "sekret"}, checks=Checks(dsn=check_dsn))
    assert caught.value.complaints == [f"{path}:1: server: is no good"]
    assert seen == ["password=sekret"]
