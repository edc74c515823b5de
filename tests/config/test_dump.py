"""A dump is read as the configuration that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from runner.config.dump import dump
from runner.config.fingerprint import fingerprint
from tests.config.config_file import EVERYTHING, SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile


@pytest.mark.parametrize(
    "text",
    [
        EVERYTHING,
        SMALLEST,
        SMALLEST + "duration: 0.1s\nwarmup: 0.7ms",
        SMALLEST + "precision: 0.999999999999\nmargin: 0.000001",
        SMALLEST + "turn: off\nlead_in: 100ms",
        "matrix: {adapter: a, leak: [12.5%, 1]}",
        SMALLEST + "server: 'postgresql://u:${PW}@h/d'",
        SMALLEST + "server: {dsn: '${URL:-host=h}'}",
    ],
)
def test_a_dump_is_read_as_the_same_config(config_file: ConfigFile, text: str) -> None:
    config = config_file.load(text, environ={"PW": "x"})
    again = config_file.load(dump(config), environ={"PW": "x"})
    assert again == config
    assert dump(again) == dump(config)
    assert fingerprint(again) == fingerprint(config)


def test_a_dump_is_plain_yaml_with_units(config_file: ConfigFile) -> None:
    plain = yaml.safe_load(dump(config_file.load(SMALLEST, "duration=1.5s", "pool.timeout=250ms")))
    assert plain["duration"] == "1.5s"
    assert plain["pool"]["timeout"] == "250ms"
    assert plain["matrix"]["adapter"] == ["psycopg3"]


@pytest.mark.parametrize(
    "dsn", [r"host=h password=sek\ ret user=u", "postgresql://h?p%61ssword=sek"]
)
def test_a_dump_has_no_password_and_can_be_read(config_file: ConfigFile, dsn: str) -> None:
    text = dump(config_file.load(f"{SMALLEST}server: '{dsn}'"))
    assert "sek" not in text
    assert "***" in str(config_file.load(text).server.dsn)
