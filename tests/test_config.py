"""A configuration is read as it was meant, or refused with every reason and its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from runner import config as config_module
from runner import yaml_file
from runner.config import (
    Config,
    ConfigError,
    Server,
    discreet,
    dump,
    fingerprint,
    load,
    schema,
)
from runner.sentences import NO_SENTENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIGS = Path(__file__).parent.parent / "configs"
SHIPPED = ["lesson", "matrix", "placement", "pooling-or-not", "smoke"]
SMALLEST = "matrix: {adapter: psycopg3}\n"

A_TIME = "must be a time with its unit, such as 500ms, 2s, 1m or 1h"
A_NAME = "must be of letters, digits and . _ - and begin with no . or -"
A_DSN = "must be embedded, postgresql://... or host=... dbname=..."
A_SETTING = "must be text, a finite number, true or false"
A_BASELINE = "must be one of the matrix's adapters: psycopg3"
NOT_SET = "needs environment variables that are not set:"
EMBEDDED_ONLY = "is for the embedded server only, not for a DSN"
NOT_BOTH = "cannot stand beside kind: embedded"
NO_YAML = "is not YAML that can be used:"
AXES = "adapter, clients, pool_size, leak, workload, cpus, profile"


@dataclass
class Desk:
    """Where a user writes `x.yaml`."""

    path: Path

    def read(self, text: str, *overrides: str, environ: Mapping[str, str] | None = None) -> Config:
        """Write the file and load it."""
        self.path.write_text(text, encoding="utf-8")
        return load(self.path, overrides, environ or {})

    def complaints(
        self, text: str, *overrides: str, environ: Mapping[str, str] | None = None
    ) -> list[str]:
        """Return what is wrong, each with `x.yaml` for the whole path."""
        with pytest.raises(ConfigError) as caught:
            self.read(text, *overrides, environ=environ)
        assert str(caught.value) == "\n".join(caught.value.complaints)
        return [text.replace(str(self.path), "x.yaml") for text in caught.value.complaints]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "x.yaml")


# --- what is read ---------------------------------------------------------------------------


def test_the_smallest_config_gets_every_default(desk: Desk) -> None:
    config = desk.read(SMALLEST)
    assert config.name == "x"
    assert config.server.kind == "embedded"
    assert (config.rounds, config.duration, config.warmup) == (5, 1.0, 0.3)
    assert (config.seed, config.baseline, config.control) == (None, None, True)
    assert (config.pool.min_size, config.pool.max_size, config.pool.timeout) == (None, 5, 5.0)
    assert config.matrix.given() == {
        "adapter": ("psycopg3",),
        "clients": (10,),
        "leak": (0.0,),
        "workload": ("insert",),
        "cpus": ("all",),
        "profile": ("equal",),
    }
    assert (config.turn, config.lead_in, config.margin) == (None, 0.1, 0.03)
    assert (config.precision, config.budget, config.thresholds) == (None, 600.0, {})
    assert (config.error_pause, config.think_time, config.hold) == (0.01, 0.0, 0.02)
    assert (config.deadline, config.operations_per_client) == (None, None)
    assert (config.leak_reference, config.keep, config.lesson) == ("drop", False, False)
    assert (config.include, config.exclude, config.adapters) == ((), (), {})


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("500ms", 0.5), ("2s", 2), ("1m", 60), ("1.5s", 1.5), (".5 s", 0.5), ("1h", 3600)],
)
def test_a_duration_is_read_in_seconds(desk: Desk, written: str, seconds: float) -> None:
    assert desk.read(f"{SMALLEST}duration: {written}").duration == seconds


def test_a_value_stands_for_a_list_of_one(desk: Desk) -> None:
    config = desk.read("matrix: {adapter: a, clients: 3, leak: 1, cpus: one, pool_size: 2}")
    assert config.matrix.clients == (3,)
    assert config.matrix.leak == (1.0,)
    assert config.matrix.cpus == ("one",)
    assert config.matrix.pool_size == (2,)


def test_a_variant_keeps_its_options_untouched(desk: Desk) -> None:
    config = desk.read(
        "matrix: {adapter: fast}\n"
        "adapters: {fast: {adapter: asyncpg, options: {a: [1, {b: null}]}}}"
    )
    assert config.adapters["fast"].adapter == "asyncpg"
    assert config.adapters["fast"].options == {"a": [1, {"b": None}]}


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("embedded", {"kind": "embedded", "version": 18, "settings": {}}),
        ("{version: 16}", {"kind": "embedded", "version": 16, "settings": {}}),
        ("{kind: embedded, settings: {fsync: off, x: 1}}", {"settings": {"fsync": False, "x": 1}}),
        ("postgresql://h/d", {"kind": "dsn", "dsn": "postgresql://h/d"}),
        ("host=h dbname=d", {"kind": "dsn", "dsn": "host=h dbname=d"}),
        ("{dsn: postgres://h/d}", {"kind": "dsn", "dsn": "postgres://h/d"}),
    ],
)
def test_a_server_is_read_in_each_of_its_forms(
    desk: Desk, written: str, server: dict[str, object]
) -> None:
    read = desk.read(f"{SMALLEST}server: {written}").server
    assert {name: getattr(read, name) for name in server} == server


def test_the_adapters_that_are_named_come_with_their_keys(desk: Desk) -> None:
    config = desk.read("matrix:\n  adapter: [a, b]\ninclude:\n- adapter: [b, 'm.n:C']\n- leak: 1")
    assert config.adapter_names() == {
        "a": ("matrix", "adapter", 0),
        "b": ("matrix", "adapter", 1),
        "m.n:C": ("include", 0, "adapter", 1),
    }


def test_a_later_check_can_say_where_a_key_was_written(desk: Desk) -> None:
    config = desk.read("matrix:\n  adapter:\n  - a\n  - b\n  clients: 3\n", "rounds=2")
    for key, said in {
        ("matrix", "adapter", 1): f"{desk.path}:4: matrix.adapter[1]",
        ("matrix", "clients", 0): f"{desk.path}:5: matrix.clients",
        ("matrix", "leak", 0): f"{desk.path}:1: matrix",
        ("rounds",): "--set rounds=2: rounds",
    }.items():
        assert config.complaint(key, "no") == f"{said}: no"


def test_a_config_without_a_file_still_names_its_keys() -> None:
    config = Config.model_validate({"matrix": {"adapter": "a"}})
    assert (
        config.complaint(("matrix", "adapter", 0), "no") == "configuration: matrix.adapter[0]: no"
    )


# --- what is refused ------------------------------------------------------------------------


def test_all_errors_come_at_once_each_with_its_line(desk: Desk) -> None:
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
    assert desk.complaints(text) == [
        "x.yaml:3: round: unknown key (did you mean rounds?); allowed: "
        + ", ".join(Config.model_fields),
        f"x.yaml:4: server: {NOT_SET} NOWHERE, is 'postgresql://u@${{NOWHERE}}/d'",
        "x.yaml:6: pool.min_size: must be at most max_size (5), is 9",
        "x.yaml:12: matrix.clients[1]: must be at least 1, is 0",
        "x.yaml:13: matrix.clients[2]: must be at most 10000, is 20000",
        "x.yaml:14: matrix.leak[1]: must be at most 1, is 2",
        "x.yaml:17: exclude[0]: must name at least one axis",
        "x.yaml:18: rounds: is given twice, first at x.yaml:2",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("duration: 5", f"duration: {A_TIME}, is 5"),
        ("duration: 0s", "duration: must be more than 0s, is '0s'"),
        ("turn: 0s", "turn: must be more than 0s, or off, is '0s'"),
        ("turn: soon", f"turn: {A_TIME}, or off, is 'soon'"),
        ("margin: 100%", "margin: must be more than 0% and less than 100%, is '100%'"),
        ("precision: fine", "precision: must be a share such as 5% or 0.05, is 'fine'"),
        ("warmup: -1s", "warmup: must not be negative, is '-1s'"),
        ("deadline: 10000h", "deadline: must be at most 24h, is '10000h'"),
        ("rounds: 10001", "rounds: must be at most 10000, is 10001"),
        ("rounds: 1000000000", "rounds: must be at most 10000, is 1000000000"),
        ("rounds: true", "rounds: must be a whole number, is true"),
        ("rounds: '5'", "rounds: must be a whole number, is '5'"),
        ("rounds:", "rounds: must be a whole number, is empty"),
        ("keep: 1", "keep: must be true or false, is 1"),
        ("leak_reference: dropp", "leak_reference: must be 'drop' or 'keep', is 'dropp'"),
        ("name: my run", f"name: {A_NAME}, is 'my run'"),
        ("name: ../up", f"name: {A_NAME}, is '../up'"),
        ("name: 2024-01-01", "name: must be text (put it in quotes), is 2024-01-01"),
        ("include: {clients: 3}", "include: must be a list, is a mapping"),
        ("include: [3]", "include[0]: must be a mapping, is 3"),
        ("baseline: psycopg2", f"baseline: {A_BASELINE}, is 'psycopg2'"),
        ("adapters: {a: {options: {}}}", "adapters.a: adapter is missing"),
        ("server: 5", "server: must be embedded, a DSN or a mapping, is 5"),
        ("server: embeded", f"server: {A_DSN} (did you mean embedded?), is 'embeded'"),
        ("server: postgresql://${X", "server: must write variables as ${VAR} or ${VAR:-default}, is 'postgresql://${X'"),
        ("server: {version: 15}", "server.version: must be 18 or 16, is 15"),
        ("server: {kind: dsn}", "server: must have a dsn beside kind: dsn"),
        ("server: {dsn: host=h, version: 16}", f"server.version: {EMBEDDED_ONLY}, is 16"),
        ("server: {kind: embedded, dsn: a=b}", f"server.dsn: {NOT_BOTH}, is 'a=b'"),
        ("server: {settings: {a: [1]}}", f"server.settings.a: {A_SETTING}"),
        ("on: x", "on: the key must be text; put it in quotes"),
        ("? [a]\n: x", "(a list or mapping): the key must be text; put it in quotes"),
    ],
)  # fmt: skip
def test_a_wrong_value_gets_one_sentence(desk: Desk, text: str, complaint: str) -> None:
    assert desk.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {complaint}"]


@pytest.mark.parametrize(
    ("axis", "complaint"),
    [
        ("clients: true", "matrix.clients: must be a whole number, is true"),
        ("clients: 0", "matrix.clients: must be at least 1, is 0"),
        ("clients: []", "matrix.clients: must not be empty"),
        ("clients: [1, 2, 1]", "matrix.clients[2]: must not repeat a value, is 1"),
        ("clients: [1, [2]]", "matrix.clients[1]: must be a whole number, is a list"),
        ("leak: no", "matrix.leak: must be a number such as 0.001, is false"),
        ("leak: 1e400", "matrix.leak: must be a number such as 0.001, is '1e400'"),
        ("leak: 1.0e+400", "matrix.leak: must be a finite number, is inf"),
        ("leak: [.nan]", "matrix.leak[0]: must be a finite number, is nan"),
        ("leak: [0, 0.0]", "matrix.leak[1]: must not repeat a value, is 0.0"),
        ("profile: fair", "matrix.profile: must be 'equal' or 'stock', is 'fair'"),
        ("cpus: two", "matrix.cpus: must be 'all' or 'one', is 'two'"),
        ("pool_size: 0", "matrix.pool_size: must be at least 1, is 0"),
        ("client: 5", f"matrix.client: unknown key (did you mean clients?); allowed: {AXES}"),
    ],
)  # fmt: skip
def test_a_wrong_axis_gets_one_sentence(desk: Desk, axis: str, complaint: str) -> None:
    assert desk.complaints(f"matrix:\n  adapter: a\n  {axis}") == [f"x.yaml:3: {complaint}"]


def test_an_unknown_workload_names_the_nearest(desk: Desk) -> None:
    text = "matrix:\n  adapter: psycopg3\n  workload:\n  - read\n  - inserts\n"
    (complaint,) = desk.complaints(text)
    assert complaint == (
        "x.yaml:5: matrix.workload[1]: must be one of checkout, insert, read, list, mixed,"
        " transaction, hold (did you mean insert?), is 'inserts'"
    )


def test_an_unknown_key_names_the_nearest(desk: Desk) -> None:
    (complaint,) = desk.complaints(f"{SMALLEST}pool:\n  maxsize: 3")
    assert complaint == (
        "x.yaml:3: pool.maxsize: unknown key (did you mean max_size?);"
        " allowed: max_size, min_size, timeout"
    )


def test_a_key_in_the_middle_given_twice_names_both_lines(desk: Desk) -> None:
    assert desk.complaints("matrix:\n  adapter: a\n  clients: 1\n  clients: 2\n") == [
        "x.yaml:4: matrix.clients: is given twice, first at x.yaml:3"
    ]


def test_both_lengths_of_a_cell_are_refused(desk: Desk) -> None:
    assert desk.complaints(f"{SMALLEST}duration: 1s\noperations_per_client: 5") == [
        "x.yaml:3: operations_per_client: cannot stand beside duration (x.yaml:2); leave out one"
    ]


def test_a_missing_matrix_is_said(desk: Desk) -> None:
    assert desk.complaints("rounds: 1") == ["x.yaml:1: matrix is missing"]


def test_a_file_whose_name_is_no_name_must_say_one(tmp_path: Path) -> None:
    path = tmp_path / "my runs.yaml"
    path.write_text(SMALLEST)
    with pytest.raises(ConfigError, match=r"my runs\.yaml:1: name: must be of letters.*'my runs'"):
        load(path)
    assert load(path, ["name=mine"]).name == "mine"


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
    desk: Desk, text: str, complaint: str
) -> None:
    complaints = desk.complaints(text)
    assert len(complaints) == 1
    assert complaints[0].startswith(complaint)


def test_ten_lines_of_aliases_do_not_become_millions_of_values(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_file, "MOST_VALUES", 1000)
    text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for n in range(9):
        text += f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n"
    (complaint,) = desk.complaints(text)
    assert "more than 1000 values" in complaint


def test_a_file_that_cannot_be_read_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: no such file$"):
        load(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match=r": is a directory, not a YAML file$"):
        load(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: 1\nname: señor\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"latin\.yaml:2: is not UTF-8 text$"):
        load(latin)


ODD = """null; true; 0; -1; 1.5; .nan; .inf; 1e400; 99999999999999999999999; ''; x; "\\0"; "\\ud800"
2024-01-01; []; [1, 1]; [[1]]; [null]; {}; {a: 1}; !!binary aGk=; 1:30; 5 s; 99999999999999s
postgresql://u:sekret@h/d; host=h password=sekret""".replace("\n", "; ").split("; ")


def _odd_files() -> list[str]:
    texts = [f"{key}: {odd}" for key in Config.model_fields for odd in ODD]
    for section in ("server", "pool", "matrix"):
        keys = getattr(config_module, section.capitalize()).model_fields
        texts += [f"{section}: {{{key}: {odd}}}" for key in keys for odd in ODD]
    texts += [f"include: [{odd}]" for odd in ODD]
    texts += [f"adapters: {{a: {odd}, {odd}: {{adapter: b}}}}" for odd in ODD]
    return texts


def test_no_odd_value_brings_up_words_that_are_not_ours(desk: Desk) -> None:
    """Whatever pydantic finds wrong, there is a sentence of ours for it, and no secret in it."""
    for text in _odd_files():
        try:
            config = desk.read(text if text.startswith("matrix") else SMALLEST + text)
        except ConfigError as error:
            message = str(error)
        else:
            message = dump(config)
        assert "sekret" not in message
        assert NO_SENTENCE not in message
        assert "Input should" not in message
        assert "pydantic" not in message


# --- overrides ------------------------------------------------------------------------------


def test_an_override_replaces_what_the_file_says(desk: Desk) -> None:
    text = "rounds: 3\nmatrix:\n  adapter: [a, b]\n  clients: [0, -1]\n"
    config = desk.read(
        text, "rounds=2", "pool.max_size=10", "matrix.clients=[10, 20]", "matrix.adapter=a", "seed="
    )
    assert config.rounds == 2
    assert config.pool.max_size == 10
    assert config.matrix.clients == (10, 20)
    assert config.matrix.adapter == ("a",)
    assert config.seed is None


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ("rounds=0", "rounds: must be at least 1, is 0"),
        ("round=2", "round: unknown key (did you mean rounds?); allowed: "),
        ("pool.maxsize=2", "pool.maxsize: unknown key (did you mean max_size?); allowed: "),
        ("matrix.clients=[10,0]", "matrix.clients[1]: must be at least 1, is 0"),
        ("matrix.clients=0", "matrix.clients: must be at least 1, is 0"),
        ("rounds", "must be key=value, such as rounds=2"),
        ("=2", "must be key=value, such as rounds=2"),
        ("pool..max_size=2", "must be key=value, such as rounds=2"),
        ("matrix.clients=[10", "is not YAML that can be used: "),
        ("name.x=1", "name is no mapping in which a key could be set"),
        ("pool={max_size: 1, max_size: 2}", "pool.max_size: is given twice, first at --set pool="),
    ],
)
def test_a_wrong_override_is_named(desk: Desk, override: str, complaint: str) -> None:
    (said,) = desk.complaints(f"name: y\n{SMALLEST}", override)
    assert said.startswith(f"--set {override}: {complaint}")


def test_a_wrong_override_does_not_hide_what_is_wrong_in_the_file(desk: Desk) -> None:
    assert desk.complaints("matrix: {adapter: a}\nwarmup: 1\n", "rounds=0", "x") == [
        "--set rounds=0: rounds: must be at least 1, is 0",
        "--set x: must be key=value, such as rounds=2",
        f"x.yaml:2: warmup: {A_TIME}, is 1",
    ]


def test_a_wrong_override_is_not_blamed_on_the_line_that_it_replaced(desk: Desk) -> None:
    text = "matrix:\n  adapter: a\n  clients: [1, 2]\npool: {max_size: 3}\n"
    assert desk.complaints(text, "matrix.clients=0", "pool={max_size: 0}") == [
        "--set matrix.clients=0: matrix.clients: must be at least 1, is 0",
        "--set pool={max_size: 0}: pool.max_size: must be at least 1, is 0",
    ]


def test_an_override_of_one_length_replaces_the_other(desk: Desk) -> None:
    timed = f"{SMALLEST}duration: 2s\n"
    counted = f"{SMALLEST}operations_per_client: 5\n"
    assert desk.read(timed, "operations_per_client=3").operations_per_client == 3
    assert desk.read(counted, "duration=3s").operations_per_client is None
    assert desk.read(counted, "duration=3s").duration == 3
    (complaint,) = desk.complaints(timed, "duration=3s", "operations_per_client=3")
    assert complaint == (
        "--set operations_per_client=3: operations_per_client: cannot stand beside duration"
        " (--set duration=3s); leave out one"
    )


# --- secrets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        ("postgresql://u:pw@h:5432/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u:p@w:/x@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:p w'\"\n@h/d", "postgresql://u:***@h/d"),
        ("postgresql://:pw@h/d", "postgresql://:***@h/d"),
        ("mysql://u:pw/d", "mysql://u:***/d"),
        ("postgresql:/u:pw@h", "postgresql:/u:***@h"),
        ("u:pw@h/d", "u:***@h/d"),
        ("mypool:QueuePool", "mypool:QueuePool"),
        ("postgresql://u@h:5432/d?password=pw&x=1", "postgresql://u@h:5432/d?password=***&x=1"),
        ("postgresql://h:5432/d?application_name=a@b", "postgresql://h:5432/d?application_name=a@b"),
        ("postgresql://u:${PW}@h/d", "postgresql://u:${PW}@h/d"),
        ("postgresql://u:${PW:-pw}@h/d", "postgresql://u:${PW:-***}@h/d"),
        ("postgresql://u:x${PW}@h/d", "postgresql://u:***@h/d"),
        ("postgresql://${U:-me}:pw@h/d", "postgresql://${U:-me}:***@h/d"),
        ("postgresql://${U:-me}@h:1/d?x=a@b", "postgresql://${U:-me}@h:1/d?x=a@b"),
        ("${URL:-postgresql://u:pw@h/d}", "${URL:-postgresql://u:***@h/d}"),
        ("host=h password=pw user=u", "host=h password=*** user=u"),
        ("host=h password = 'p w\\' x' user=u", "host=h password = *** user=u"),
        ("password='p w", "password=***"),
        ("host=h PASSWORD=pw sslpassword=pw", "host=h PASSWORD=*** sslpassword=***"),
        ("password=${PW:-p w} user=u", "password=${PW:-***} user=u"),
        ("host=h user=u", "host=h user=u"),
    ],
)  # fmt: skip
def test_a_password_in_a_dsn_is_masked_and_all_else_is_kept(dsn: str, shown: str) -> None:
    assert discreet(dsn) == shown


@pytest.mark.parametrize(
    ("text", "overrides"),
    [
        ("server: postgresql://u:sekret@${NONE}/d", []),
        ("server: {dsn: 'mysql://u:sekret@h/d'}", []),
        ("server: {dsn: [postgresql://u:sekret@h/d]}", []),
        ("rounds: host=h password=sekret", []),
        ("postgresql://u:sekret@h/d: 1", []),
        ("server: &a postgresql://u:sekret@h/d\nx: [", []),
        ("rounds: 1", ["server=postgresql://u:sekret@${NONE}/d"]),
        ("rounds: 1", ["server.dsn=[postgresql://u:sekret@h/d"]),
        ("rounds: 1", ["password=sekret"]),
        ("rounds: 0", ["server=host=h password='a sekret'"]),
    ],
)
def test_no_complaint_holds_a_password(desk: Desk, text: str, overrides: list[str]) -> None:
    assert "sekret" not in "\n".join(desk.complaints(SMALLEST + text, *overrides))


def test_what_broken_yaml_quotes_is_not_dragged_along(desk: Desk) -> None:
    """PyYAML's errors hold the line that they are about; a traceback would print it."""
    with pytest.raises(ConfigError) as caught:
        desk.read("server: {dsn: postgresql://u:sekret@h/d\n]")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_dsn_is_expanded_only_when_it_is_used(desk: Desk) -> None:
    text = SMALLEST + "server: postgresql://${U:-me}:${PW}@${H:-localhost}/d"
    environ = {"PW": "sekret", "H": ""}
    config = desk.read(text, environ=environ)
    assert config.server.expanded(environ) == "postgresql://me:sekret@localhost/d"
    assert "sekret" not in dump(config)
    assert "sekret" not in repr(config)
    assert "sekret" not in str(config.model_dump())
    with pytest.raises(ConfigError) as caught:
        config.server.expanded({})
    assert caught.value.complaints == [
        f"{desk.path}:2: server: needs environment variables that are not set: PW"
    ]


def test_a_dump_and_a_repr_show_no_literal_password(desk: Desk) -> None:
    config = desk.read(SMALLEST + "server: postgresql://u:sekret@h/d")
    assert config.server.expanded({}) == "postgresql://u:sekret@h/d"
    assert "postgresql://u:***@h/d" in dump(config)
    assert "sekret" not in repr(config)


def test_options_that_hold_a_password_are_dumped_without_it(desk: Desk) -> None:
    config = desk.read(
        "matrix: {adapter: a}\nadapters: {a: {adapter: b, options: {kwargs: [{password: sekret}],"
        " conninfo: host=h password=sekret}}}"
    )
    assert "sekret" in str(config.adapters["a"].options)
    assert "sekret" not in dump(config)


# --- dump, fingerprint, schema --------------------------------------------------------------

EVERYTHING = """\
name: all.of-it_1
server: {version: 16, settings: {fsync: off, work_mem: 4MB, x.y: 1.5}}
rounds: 3
operations_per_client: 7
warmup: 1.25s
seed: 42
pool: {min_size: 0, max_size: 8, timeout: 1ms}
adapters: {v: {adapter: a.b:C, options: {reset: null, since: 2024-01-01, list: [1, {x: y}]}}}
matrix: {adapter: [v, asyncpg], clients: [1, 2], pool_size: [3], leak: [0, 0.25], cpus: [one, all]}
include: [{clients: 9, workload: [read, hold]}]
exclude: [{adapter: v, leak: 0.25}]
baseline: asyncpg
control: false
error_pause: 0
think_time: 333us-free
hold: 90m
deadline: 1h
leak_reference: keep
keep: true
lesson: true
""".replace("333us-free", "0.333ms")


@pytest.mark.parametrize(
    "text",
    [
        EVERYTHING,
        SMALLEST,
        SMALLEST + "duration: 0.1s\nwarmup: 0.7ms",
        SMALLEST + "server: 'postgresql://u:${PW}@h/d'",
        SMALLEST + "server: {dsn: '${URL:-host=h}'}",
    ],
)
def test_a_dump_is_read_as_the_same_config(desk: Desk, text: str) -> None:
    config = desk.read(text, environ={"PW": "x"})
    again = desk.read(dump(config), environ={"PW": "x"})
    assert again == config
    assert dump(again) == dump(config)
    assert fingerprint(again) == fingerprint(config)


def test_a_dump_is_plain_yaml_with_units(desk: Desk) -> None:
    plain = yaml.safe_load(dump(desk.read(SMALLEST, "duration=1.5s", "pool.timeout=250ms")))
    assert plain["duration"] == "1.5s"
    assert plain["pool"]["timeout"] == "250ms"
    assert plain["matrix"]["adapter"] == ["psycopg3"]


def test_only_what_changes_a_measurement_changes_the_fingerprint(desk: Desk) -> None:
    first = fingerprint(desk.read(SMALLEST))
    assert len(first) == 64
    for same in ("name=other", "keep=true", "lesson=true", "seed=7"):
        assert fingerprint(desk.read(SMALLEST, same)) == first
    others = ["rounds=4", "duration=2s", "matrix.leak=1", "pool.timeout=1s", "server.version=16"]
    assert len({first, *(fingerprint(desk.read(SMALLEST, other)) for other in others)}) == 6


def test_the_shipped_schema_is_the_one_of_the_code() -> None:
    """After a change: `python -m runner schema > configs/schema.json`."""
    shipped: Any = json.loads((CONFIGS / "schema.json").read_text())
    assert shipped == schema()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_config_is_right_and_its_editor_says_so_too(name: str) -> None:
    path = CONFIGS / f"{name}.yaml"
    text = path.read_text()
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.validate(yaml.safe_load(text), schema())
    assert load(path, (), {}).name == name


def test_every_shipped_config_is_tested() -> None:
    assert sorted(path.stem for path in CONFIGS.glob("*.yaml")) == SHIPPED


@pytest.mark.parametrize(
    "text", ["rounds: 0", "rond: 1", "duration: 5", "pool: {x: 1}", "matrix: {adapter: []}"]
)
def test_an_editor_with_the_schema_sees_what_is_wrong(text: str) -> None:
    written = {**yaml.safe_load(SMALLEST), **yaml.safe_load(text)}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schema())


def test_an_editor_with_the_schema_takes_what_is_right(desk: Desk) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for server in ("embedded", "postgresql://h/d", "{dsn: host=h}", "{settings: {fsync: off}}"):
        text = f"{SMALLEST}server: {server}\nerror_pause: 0\n"
        desk.read(text)
        jsonschema.validate(yaml.safe_load(text), schema())
    everything = EVERYTHING.replace("since: 2024-01-01, ", "")
    jsonschema.validate(yaml.safe_load(everything), schema())


def test_a_server_of_its_own_needs_no_file() -> None:
    server = Server.model_validate("postgresql://${H}/d")
    with pytest.raises(ConfigError, match=r"^configuration: server\.dsn: .*not set: H$"):
        server.expanded({})


@pytest.mark.parametrize("text", ["turn: off", "turn: 'off'", "turn: false"])
def test_turns_can_be_switched_off_and_stay_off_in_the_dump(desk: Desk, text: str) -> None:
    config = desk.read(f"{SMALLEST}{text}")
    assert config.turn == 0.0
    assert desk.read(dump(config)).turn == 0.0


def test_a_run_has_rounds_or_a_precision_but_not_both(desk: Desk) -> None:
    assert desk.complaints(f"{SMALLEST}rounds: 3\nprecision: 5%") == [
        "x.yaml:3: precision: cannot stand beside rounds (x.yaml:2); leave out one"
    ]
    precise = desk.read(f"{SMALLEST}rounds: 3", "precision=5%")
    assert precise.precision == pytest.approx(0.05)
    assert desk.read(dump(precise)).precision == pytest.approx(0.05)


@pytest.mark.parametrize("name", ["control", "pgbench"])
def test_a_name_of_our_own_cannot_be_an_adapters(desk: Desk, name: str) -> None:
    (complaint,) = desk.complaints(f"matrix: {{adapter: {name}}}")
    assert complaint.endswith(f"is a name of PoolBench's own: choose another one, is '{name}'")


def test_a_lead_in_leaves_something_of_the_turn(desk: Desk) -> None:
    assert desk.complaints(f"{SMALLEST}turn: 500ms\nlead_in: 500ms") == [
        "x.yaml:3: lead_in: must be shorter than turn (500ms), is '500ms'"
    ]
