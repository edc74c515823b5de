"""Every adapter of a configuration is resolved, or refused in one sentence with its key."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import adapters
from runner.experiment import contenders
from runner.plan.exclusions import Site
from runner.plan.matrix import judged
from runner.report.catalogue import text as text_of
from runner.server.pgbouncer_program import Program
from tests.builders import CONTENDERS, config_of, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADAPTER = """\
import sys
from dataclasses import replace

from adapters.noop import Noop


class Raising(type(Noop)):
    @property
    def traits(cls):
        raise RuntimeError("no traits\\nhere")


class NoTraits(Noop, metaclass=Raising):
    pass


class OddTraits(Noop):
    traits = 5


class NoProfiles(Noop):
    profiles = None


class NoNames(Noop):
    @classmethod
    def known_options(cls):
        return None


class OddLibraries(Noop):
    @classmethod
    def libraries(cls):
        return {(1, 2): "a key that JSON cannot have"}


class NoSettings(Noop):
    def settings(self):
        sys.exit("no settings")


class Ending(Noop):
    @classmethod
    def libraries(cls):
        raise GeneratorExit("an end")


class OwnSettings(Noop):
    # Its settings need what its construction makes: only its worker can ask for them.
    def __init__(self, dsn, options):
        super().__init__(dsn, options)
        self.own = {}

    def settings(self):
        return self.own


class Choosy(Noop):
    @classmethod
    def known_options(cls):
        return frozenset({"colour"})

    @classmethod
    def wrong_values(cls, options):
        return [options["colour"].lower()] if options else []


class NoOptions(Noop):
    @classmethod
    def known_options(cls):
        raise LookupError("no options")


class Leaving(Noop):
    @classmethod
    def known_options(cls):
        sys.exit("good bye")


class NoLibraries(Noop):
    @classmethod
    def libraries(cls):
        raise OSError("no library")


class NoCommits(Noop):
    traits = replace(Noop.traits, server=True)

    @classmethod
    def commits(cls, settings):
        raise ValueError("no commits")


class Stock(Noop):
    profiles = {"stock": {}}

    @classmethod
    def known_options(cls):
        return frozenset({"colour"})
"""


def complaints(**data: Any) -> list[tuple[str, str]]:
    return [
        (".".join(map(str, key)), sentence)
        for key, sentence in contenders.adapter_complaints({"matrix": {"adapter": "noop"}, **data})
    ]


@pytest.fixture(autouse=True)
def _theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "theirs.py").write_text(ADAPTER, encoding="utf-8")
    (tmp_path / "leaving.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("theirs", None)


def test_good_adapters_bring_no_complaint() -> None:
    own = {"fast": {"adapter": "asyncpg", "options": {"statement_cache_size": 0}}}
    matrix = {"adapter": ["fast", "psycopg3", "noop"]}
    assert complaints(matrix=matrix, adapters=own) == []


def test_an_adapter_that_is_not_compared_is_checked_too() -> None:
    own = {
        "x": {"adapter": "asyncpg", "options": {"nosuch": 1, "loop": "fast"}},
        "y": {"adapter": "asyncpq"},
    }
    (option, loop, unknown) = complaints(adapters=own)
    assert option[0] == "adapters.x.options.nosuch"
    assert option[1].startswith("unknown option 'nosuch'")
    assert loop == (
        "adapters.x.options.loop",
        "loop must be one of asyncio, uvloop, is 'fast'",
    )
    assert unknown == (
        "adapters.y.adapter",
        "unknown adapter 'asyncpq'; did you mean asyncpg or asyncpg-direct or psycopg3?",
    )


@pytest.mark.parametrize(
    ("adapter", "cause"),
    [
        ("theirs:NoTraits", "RuntimeError: no traits here"),
        ("theirs:NoOptions", "LookupError: no options"),
        ("theirs:Leaving", "SystemExit: good bye"),
        ("theirs:NoLibraries", "OSError: no library"),
        ("theirs:NoCommits", "ValueError: no commits"),
        ("theirs:NoNames", "TypeError: 'NoneType' object is not iterable"),
        (
            "theirs:OddLibraries",
            "TypeError: keys must be str, int, float, bool or None, not tuple",
        ),
        ("theirs:NoSettings", "SystemExit: no settings"),
        ("theirs:Ending", "GeneratorExit: an end"),
        ("leaving:Pool", "SystemExit: 3"),
    ],
)
def test_an_adapter_that_fails_when_it_is_asked_is_refused_in_one_sentence(
    adapter: str, cause: str
) -> None:
    sentence = f"adapter {adapter!r} fails when it is asked for what it is: {cause}"
    assert complaints(matrix={"adapter": ["noop", adapter]}) == [("matrix.adapter.1", sentence)]
    assert complaints(adapters={"x": {"adapter": adapter}}) == [("adapters.x.adapter", sentence)]


def test_a_name_is_looked_up_once_however_often_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    find = adapters.find

    def counted(name: str) -> Any:
        asked.append(name)
        return find(name)

    monkeypatch.setattr(adapters, "find", counted)
    include = [{"adapter": ["noop", "nosuch"]}] * 50
    assert len(complaints(include=include, adapters={"x": {"adapter": "nosuch"}})) == 51
    assert sorted(asked) == ["noop", "nosuch"]


@pytest.mark.parametrize(
    ("adapter", "sentence"),
    [
        ("theirs:OddTraits", "traits must be of the type Traits, is 5"),
        ("theirs:NoProfiles", "profiles must be of the type Mapping, is None"),
    ],
)
def test_data_of_a_class_that_are_of_a_wrong_type_are_refused(adapter: str, sentence: str) -> None:
    expected = f"adapter {adapter!r}: {adapter}: {sentence}"
    assert complaints(matrix={"adapter": adapter}) == [("matrix.adapter.0", expected)]


def test_settings_that_only_a_made_adapter_has_are_left_to_its_worker() -> None:
    assert complaints(matrix={"adapter": "theirs:OwnSettings"}) == []


def test_an_adapter_that_fails_at_a_value_is_refused_at_the_option() -> None:
    own = {"x": {"adapter": "theirs:Choosy", "options": {"colour": 5}}}
    [(key, sentence)] = complaints(adapters=own)
    assert key == "adapters.x.options.colour"
    assert sentence == (
        "adapter 'theirs:Choosy' fails when it is asked for what it is: "
        "AttributeError: 'int' object has no attribute 'lower'"
    )


@pytest.mark.parametrize(
    ("adapter", "option", "value", "sentence"),
    [
        ("psycopg3", "max_lifetime", "10s", 'max_lifetime must be a number, is "10s"'),
        (
            "psycopg3",
            "check",
            True,
            "check must be a function's `module:function` or null, is true",
        ),
        ("psycopg3-null", "max_idle", [1], "max_idle must be a number, is [1]"),
        ("psycopg3-async", "num_workers", 1.5, "num_workers must be a whole number, is 1.5"),
        ("psycopg3-direct", "autocommit", 1, "autocommit must be true or false, is 1"),
        ("psycopg3-direct", "keepalives", True, "keepalives must be text or a whole number or"),
        ("asyncpg", "max_queries", "many", 'max_queries must be a number, is "many"'),
        ("asyncpg-direct", "statement_cache_size", None, "statement_cache_size must be a number"),
        ("asyncpg", "command_timeout", "10s", 'command_timeout must be a number or null, is "10s"'),
        ("asyncpg-direct", "direct_tls", 1, "direct_tls must be true or false or null, is 1"),
        ("asyncpg", "init_size", 1.5, "init_size must be a whole number or null, is 1.5"),
        ("asyncpg", "setup", True, "setup must be a function's `module:function` or null, is"),
        ("psycopg3", "check", "nosuch.module:f", "'nosuch.module:f' names nothing that can be"),
    ],
)
def test_an_option_of_a_wrong_type_for_the_library_is_refused(
    adapter: str, option: str, value: object, sentence: str
) -> None:
    own = {"x": {"adapter": adapter, "options": {option: value}}}
    [(key, refused)] = complaints(adapters=own)
    assert key == f"adapters.x.options.{option}"
    assert refused.startswith(sentence)


@pytest.mark.parametrize(
    ("adapter", "options"),
    [
        ("psycopg3", {"max_lifetime": 10, "max_idle": 1.5, "check": None, "prepare_threshold": 3}),
        ("psycopg3", {"check": "psycopg_pool:ConnectionPool.check_connection"}),
        ("psycopg3-async", {"reset": "asyncio:sleep", "keepalives": 1}),
        ("asyncpg", {"command_timeout": 5, "max_queries": 7, "ssl": False, "reset": None}),
        ("asyncpg", {"command_timeout": None, "init_size": 2, "server_settings": {"jit": "off"}}),
        ("psycopg2", {"keepalives": 1}),
    ],
)
def test_options_of_a_right_type_bring_no_complaint(adapter: str, options: dict[str, Any]) -> None:
    assert complaints(adapters={"x": {"adapter": adapter, "options": options}}) == []


def test_the_options_of_an_adapter_without_the_profile_equal_can_be_right() -> None:
    own = {"x": {"adapter": "theirs:Stock", "options": {"colour": "red"}}}
    assert complaints(adapters=own) == []


@pytest.mark.parametrize(
    "data",
    [
        {"adapters": 5},
        {"adapters": {"x": 5}},
        {"adapters": {"x": {"adapter": 5, "options": {"nosuch": 1}}}},
        {"adapters": {"x": {"adapter": "noop", "options": [1]}}},
        {"matrix": 5},
        {"matrix": None},
        {"matrix": {"adapter": [5, None]}},
        {"include": 5},
        {"include": [5, {"adapter": None}]},
    ],
)
def test_data_of_a_wrong_form_are_left_to_other_checks(data: dict[str, Any]) -> None:
    assert complaints(**data) == []


@pytest.mark.parametrize(
    ("conditions", "needed"),
    [("turn: 60ms", 30), ("turn: off", 20), ("operations_per_client: 3", 20)],
)
def test_a_group_needs_the_slots_of_all_pools_only_where_they_take_turns(
    conditions: str, needed: int
) -> None:
    matrix = "matrix: {adapter: [psycopg3, asyncpg, psycopg2-direct], clients: 10}"
    known: Any = CONTENDERS
    plan = plan_of(f"lead_in: 15ms\n{conditions}\n{matrix}")
    assert contenders.connections_needed(plan, known) == needed


def test_a_group_needs_the_slots_of_what_its_pools_open_beyond_their_size() -> None:
    plan = plan_of("turn: off\nmatrix: {adapter: overflowing, profile: [equal, stock]}")
    known: Any = CONTENDERS
    assert contenders.connections_needed(plan, known) == 15


def test_a_contender_knows_how_far_its_options_let_its_pool_overflow() -> None:
    text = """
        adapters: {tight: {adapter: sqlalchemy, options: {max_overflow: 1}}}
        matrix: {adapter: [tight, sqlalchemy, psycopg3]}
        """
    config = config_of(text)
    found = contenders.resolve(config, contenders.classes(config))
    overflow = {name: dict(contender.driver.overflow) for name, contender in found.items()}
    assert overflow == {
        "tight": {"equal": 1, "stock": 1},
        "sqlalchemy": {"stock": adapters.find("sqlalchemy").overflow({})},
        "psycopg3": {},
    }


@pytest.mark.parametrize(
    ("adapter", "needed"), [("psycopg3", 5 + 15), ("psycopg2-direct", 20 + 60)]
)
def test_the_slots_of_every_process_are_counted(adapter: str, needed: int) -> None:
    known: Any = CONTENDERS
    matrix = f"matrix: {{adapter: {adapter}, clients: 10, processes: [1, 3]}}"
    plan = plan_of(f"compare: processes\n{matrix}")
    assert contenders.connections_needed(plan, known) == needed


@pytest.mark.parametrize(("version", "keeps"), [("1.18.0", False), ("1.24.1", True)])
def test_what_adapters_need_in_transaction_mode_is_theirs_and_depends_on_the_pooler(
    version: str, *, keeps: bool
) -> None:
    names = "psycopg2, psycopg3, psycopg3-async, asyncpg, sqlalchemy, sqlalchemy-async"
    config = config_of(f"matrix: {{adapter: [{names}], pooler: transaction}}")
    program = Program("pgbouncer", version)
    found = contenders.resolve(config, contenders.classes(config), program)
    needed = {name: contender.unprepared for name, contender in found.items()}
    if keeps:
        assert needed == {name: {} for name in found}
        return
    for name, options in needed.items():
        known = adapters.pool_options(options or {})
        assert adapters.check(adapters.find(name), known) == [], "they are options of its own"
    assert needed["psycopg2"] == {}, "it never prepares"
    assert needed["sqlalchemy-async"] is None
    assert needed["psycopg3"] == {"prepare_threshold": None}


TRANSACTION = "matrix: {adapter: [psycopg3, %s], pooler: transaction}\n"
THEIRS = "adapters: {mine: {adapter: psycopg3, options: {prepare_threshold: 5}}}\n"


@pytest.mark.parametrize(
    ("adapter", "reason"),
    [
        ("sqlalchemy-async", "cannot do without prepared statements, or does not say how, and"),
        ("noop", "has no server for PgBouncer to be before, in transaction mode or any"),
        ("mine", "has prepare_threshold set to 5, and behind a PgBouncer before 1.21 in"),
    ],
)
def test_what_cannot_work_in_transaction_mode_is_left_out_by_name(
    adapter: str, reason: str
) -> None:
    config = config_of(THEIRS + TRANSACTION % adapter)
    program = Program("pgbouncer", "1.18.0")
    known = contenders.resolve(config, contenders.classes(config), program)
    plan, _ = judged(config, known, Site(affinity=True), text_of)
    assert [cell.contender for cell in plan.cells] == ["psycopg3"]
    (left,) = plan.left_out
    assert reason in text_of(left.reason)


DSN = "postgresql://u:sekret@h/d"


@pytest.mark.parametrize(
    "data",
    [
        {"matrix": {"adapter": DSN}},
        {"adapters": {"x": {"adapter": "host=h password=sekret"}}},
        {"adapters": {"x": {"adapter": "asyncpg", "options": {DSN: 1}}}},
        {"adapters": {"x": {"adapter": "asyncpg", "options": {"loop": DSN}}}},
    ],
)
def test_a_dsn_in_a_wrong_place_is_quoted_without_its_password(data: dict[str, Any]) -> None:
    ((_, sentence),) = complaints(**data)
    assert "***" in sentence
    assert "sekret" not in sentence
