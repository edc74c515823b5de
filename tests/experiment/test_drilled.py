"""The pools of drills come from a configuration or the registry; what does not count is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import adapters
from adapters import registry
from runner.config.complaints import ConfigError
from runner.experiment.drilled import configured, registered

if TYPE_CHECKING:
    from pathlib import Path

YAML = """\
rounds: 3
adapters:
  patient: {adapter: psycopg3, options: {max_waiting: 3}}
  unused: {adapter: asyncpg}
matrix:
  adapter: [patient, psycopg2]
  clients: 7
include:
  - {adapter: asyncpg, clients: 3}
"""


def written(folder: Path, text: str = YAML) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


def test_a_configuration_gives_its_adapters_with_their_options_and_nothing_else(
    tmp_path: Path,
) -> None:
    found = configured(written(tmp_path), ())
    assert list(found.contenders) == list(found.classes) == ["patient", "psycopg2"]
    assert found.contenders["patient"].adapter == "psycopg3"
    assert found.contenders["patient"].options == {"max_waiting": 3}
    assert found.ignored == ("rounds", "include", "matrix.clients")


def test_the_file_of_a_configuration_does_not_name_it_aloud(tmp_path: Path) -> None:
    plain = "matrix: {adapter: psycopg2}\n"
    assert configured(written(tmp_path, plain), ()).ignored == ()
    assert configured(written(tmp_path, f"name: x\n{plain}"), ()).ignored == ("name",)


def test_some_of_a_configuration_are_chosen_and_others_refused(tmp_path: Path) -> None:
    assert list(configured(written(tmp_path), ["psycopg2"]).contenders) == ["psycopg2"]
    with pytest.raises(ConfigError) as raised:
        configured(written(tmp_path), ["patent"])
    assert str(raised.value) == (
        f"{tmp_path}/mine.yaml: there is no adapter 'patent' (did you mean patient?); "
        "its matrix.adapter has patient, psycopg2"
    )


def test_a_wrong_option_is_refused_with_its_line(tmp_path: Path) -> None:
    text = YAML.replace("max_waiting", "max_wating")
    with pytest.raises(ConfigError, match=r"mine\.yaml:3: adapters\.patient\.options\.max_wating"):
        configured(written(tmp_path, text), ())


def test_without_a_configuration_it_is_every_pool_that_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(registry.EXTRAS, "psycopg3", "no_such_module")
    monkeypatch.setitem(registry.BUILT_IN, "asyncpg", "no_such_module:Pool")
    found = registered(())
    assert {"psycopg3", "asyncpg"} <= set(found.absent)
    assert not set(found.absent) & set(found.contenders)
    assert all(adapters.find(name).traits.pools for name in found.contenders)
    assert {"psycopg2", "psycopg3-async"} <= set(found.contenders)


def test_a_chosen_adapter_that_is_unknown_is_refused_as_ever() -> None:
    with pytest.raises(ConfigError, match="unknown adapter 'psycopg4'"):
        registered(["psycopg4"])


def test_the_facts_tell_options_apart_and_keep_no_password(tmp_path: Path) -> None:
    facts = configured(written(tmp_path), ()).facts()
    other = configured(written(tmp_path, YAML.replace("3}", "4}")), ()).facts()
    assert facts["drilled"]["patient"]["options"] == {"max_waiting": 3}
    assert facts["fingerprint"] != other["fingerprint"]
    marks = [it["drilled"]["patient"]["fingerprint"] for it in (facts, other)]
    assert marks[0] != marks[1]
    assert facts["drilled"]["psycopg2"] == other["drilled"]["psycopg2"]
