"""The reference says what loading does: it is made from the same models, and its examples load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from runner.analysis.thresholds import threshold_complaints
from runner.axes import MATRIX
from runner.config.examples import EXAMPLES
from runner.config.loading import Checks, load
from runner.config.model import Config
from runner.config.reference import Entry, entries, reference
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
ENTRIES = {entry.name: entry for entry in entries()}


def test_the_page_is_the_one_of_the_code() -> None:
    """After a change: `python -m runner schema --markdown > docs/configuration.md`."""
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_every_key_and_every_axis_is_there() -> None:
    assert {*Config.model_fields} == {name for name in ENTRIES if "." not in name}
    assert {f"matrix.{axis}" for axis in MATRIX} <= ENTRIES.keys()
    assert {
        "pool.timeout",
        "server.direct",
        "include.rounds",
        "find.total_ms_p99",
    } <= ENTRIES.keys()


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.name)
def test_a_key_has_a_meaning_and_values(entry: Entry) -> None:
    assert entry.meaning.endswith(".")
    assert entry.values


def test_every_key_has_an_example_and_no_other() -> None:
    assert EXAMPLES.keys() == ENTRIES.keys()


def holds(data: Any, steps: Sequence[str]) -> bool:
    """Tell whether a key is written somewhere, perhaps within names or a list."""
    if not steps:
        return True
    if isinstance(data, dict) and steps[0] in data:
        return holds(data[steps[0]], steps[1:])
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return any(holds(it, steps) for it in inner)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_shows_its_key_and_loads(name: str, tmp_path: Path) -> None:
    text = EXAMPLES[name]
    assert holds(yaml.safe_load(text), name.split("."))
    whole = text if "matrix:" in text else f"{text}\n{SMALLEST}"
    path = tmp_path / "mine.yaml"
    path.write_text(whole, encoding="utf-8")
    load(path, (), {}, Checks(threshold_complaints))


@pytest.mark.parametrize(
    ("name", "values", "default"),
    [
        ("rounds", "a whole number from 1 to 10,000", "5"),
        ("pool.timeout", "a time with its unit (`500ms`, `2s`, `1m`, `1h`)", "5s"),
        ("margin", "a percentage (`5%`) or a number above 0 below 1", "3%"),
        ("leak_reference", "`drop` or `keep`", "drop"),
        ("matrix.clients", "a whole number from 1 to 10,000 or a list of these", "10"),
        ("matrix.adapter", "text or a list of these", ""),
        ("control", "`true` or `false`", "true"),
        ("include", "a list", ""),
    ],
)
def test_a_key_says_what_it_may_be(name: str, values: str, default: str) -> None:
    assert (ENTRIES[name].values, ENTRIES[name].default) == (values, default)
