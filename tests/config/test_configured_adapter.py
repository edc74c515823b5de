"""The options of an adapter reach it unchanged, and their passwords no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.config.dump import dump

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile


def test_a_variant_keeps_its_options_untouched(config_file: ConfigFile) -> None:
    config = config_file.load(
        "matrix: {adapter: fast}\n"
        "adapters: {fast: {adapter: asyncpg, options: {a: [1, {b: null}]}}}"
    )
    assert config.adapters["fast"].adapter == "asyncpg"
    assert config.adapters["fast"].options == {"a": [1, {"b": None}]}


def test_options_that_hold_a_password_are_dumped_without_it(config_file: ConfigFile) -> None:
    config = config_file.load(
        "matrix: {adapter: a}\nadapters: {a: {adapter: b, options: {kwargs: [{password: sekret}],"
        " conninfo: host=h password=sekret}}}"
    )
    assert "sekret" in str(config.adapters["a"].options)
    assert "sekret" not in dump(config)
