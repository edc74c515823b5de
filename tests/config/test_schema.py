"""An editor that knows the schema says what loading says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from runner.config.loading import load
from runner.config.schema import schema
from tests.config.config_file import EVERYTHING, SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

CONFIGS = Path(__file__).parents[2] / "configs"
SHIPPED = [
    *("acquire-timeout", "allocator", "faults", "how-many-processes", "lesson", "matrix"),
    *("network", "own-sql", "placement", "pooler", "pooling-or-not", "processes", "rate"),
    *("sizing", "smoke"),
    "sqlalchemy",
]


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    """Return what an editor knows of a file: the schema, which is checked once."""
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def test_the_shipped_schema_is_the_one_of_the_code() -> None:
    """After a change: `python -m runner schema > configs/schema.json`."""
    shipped: Any = json.loads((CONFIGS / "schema.json").read_text())
    assert shipped == schema()


def test_a_default_is_one_that_an_editor_may_insert(config_file: ConfigFile) -> None:
    pool, keys = schema()["$defs"]["Pool"]["properties"], schema()["properties"]
    assert (pool["timeout"]["default"], keys["margin"]["default"]) == ("5s", "3%")
    assert keys["budget"]["default"] == "600s"
    simple = {name: it["default"] for name, it in keys.items() if "default" in it}
    del simple["rounds"], simple["duration"]  # the others of two that exclude each other are none
    config_file.load(yaml.safe_dump({**yaml.safe_load(SMALLEST), **simple}))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_config_is_right_and_its_editor_says_so_too(
    name: str, editor: jsonschema.Draft202012Validator
) -> None:
    path = CONFIGS / f"{name}.yaml"
    text = path.read_text()
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    editor.validate(yaml.safe_load(text))
    assert load(path, (), {}).name == name


def test_every_shipped_config_is_tested() -> None:
    assert sorted(path.stem for path in CONFIGS.glob("*.yaml")) == SHIPPED


@pytest.mark.parametrize(
    "text", ["rounds: 0", "rond: 1", "duration: 5", "pool: {x: 1}", "matrix: {adapter: []}"]
)
def test_an_editor_with_the_schema_sees_what_is_wrong(
    text: str, editor: jsonschema.Draft202012Validator
) -> None:
    written = {**yaml.safe_load(SMALLEST), **yaml.safe_load(text)}
    with pytest.raises(jsonschema.ValidationError):
        editor.validate(written)


def test_an_editor_with_the_schema_takes_what_is_right(
    config_file: ConfigFile, editor: jsonschema.Draft202012Validator
) -> None:
    for server in (
        "embedded",
        "postgresql://h/d",
        "{dsn: host=h}",
        "{dsn: host=p, direct: host=h}",
        "{settings: {fsync: off}}",
    ):
        text = f"{SMALLEST}server: {server}\nerror_pause: 0\n"
        config_file.load(text)
        editor.validate(yaml.safe_load(text))
    editor.validate(yaml.safe_load(EVERYTHING))
