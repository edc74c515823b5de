"""Adapters are found by name, and what cannot be had is refused with a sentence that helps."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

import adapters
from adapters import AdapterError, PoolOptions, check, create, find, names, pool_options
from adapters.registry import BUILT_IN
from tests.fakes.slow import Slow, SlowTasks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", names())
def test_every_registered_name_is_found(name: str) -> None:
    assert issubclass(find(name), adapters.PoolAdapter)
    assert name in BUILT_IN


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("asyncgp", "asyncpg"), ("psycopg2-queue", "psycopg2-queued"), ("psycopg", "psycopg3")],
)
def test_an_unknown_name_is_told_the_nearest(wrong: str, meant: str) -> None:
    with pytest.raises(AdapterError, match=rf"unknown adapter '{wrong}'; did you mean .*{meant}"):
        find(wrong)


def test_installed_packages_are_looked_through_once_however_many_names_are_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    def none_of(group: str) -> list[object]:
        looked.append(group)
        return []

    monkeypatch.setattr("adapters.registry.entry_points", none_of)
    monkeypatch.syspath_prepend("/not looked through yet")
    for _ in range(3):
        with pytest.raises(AdapterError, match="unknown adapter"):
            find("nosuch")
    assert looked == ["poolbench.adapters"]


def test_a_name_that_resembles_none_is_told_all() -> None:
    with pytest.raises(AdapterError, match=r"known: psycopg2, .*noop"):
        find("mysql")


@pytest.mark.parametrize(
    ("missing", "name", "module", "install"),
    [
        ("psycopg2", "psycopg2-queued", "psycopg2_pool", "psycopg2-binary"),
        ("psycopg", "psycopg3-direct", "psycopg3_no_pool", r"psycopg\[binary,pool\]"),
        ("psycopg_pool", "psycopg3", "psycopg3_pool", r"psycopg\[binary,pool\]"),
        ("asyncpg", "asyncpg", "asyncpg_pool", "asyncpg"),
        ("sqlalchemy", "sqlalchemy", "sqlalchemy_psycopg_pool", r"sqlalchemy\[asyncio\]"),
        ("greenlet", "sqlalchemy-async", "sqlalchemy_asyncpg_pool", r"sqlalchemy\[asyncio\]"),
    ],
)
def test_a_missing_driver_says_what_to_install(
    missing: str, name: str, module: str, install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, f"adapters.{module}", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)  # blocks the import
    with pytest.raises(AdapterError, match=f"'{name}' needs {missing}: pip install '{install}'$"):
        find(name)


def test_other_drivers_are_found_where_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "adapters.psycopg2_pool", raising=False)
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    assert find("psycopg2").driver == "psycopg2"
    assert "asyncpg" in names()


def test_an_adapter_of_an_extra_that_is_not_installed_is_not_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "sqlalchemy" in names()
    monkeypatch.setitem(sys.modules, "greenlet", None)
    assert set(BUILT_IN) - set(names()) == {"sqlalchemy-async"}
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    assert set(BUILT_IN) - set(names()) == {"sqlalchemy", "sqlalchemy-async"}


def test_a_dotted_path_names_a_class() -> None:
    assert find("tests.fakes.slow:Slow") is Slow


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("no.such.module:Pool", r"cannot import 'no.such.module': ModuleNotFoundError"),
        (":Pool", "cannot import '': ValueError"),
        ("tests.fakes.slow:Slowest", "tests.fakes.slow:Slowest is not a PoolAdapter class"),
        ("tests.fakes.slow:ClassVar", "is not a PoolAdapter class"),
        ("adapters.base:PoolAdapter", "lacks acquire, .*release, concurrency, traits, driver"),
    ],
)
def test_a_path_that_leads_to_no_adapter_is_refused(path: str, complaint: str) -> None:
    with pytest.raises(AdapterError, match=complaint):
        find(path)


THEIRS = """
from tests.fakes.slow import Slow

class Pool(Slow):
    driver = "theirs"
"""


def test_an_installed_package_brings_its_own_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their_pool.py").write_text(THEIRS)
    info = tmp_path / "their_pool-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-pool\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        "[poolbench.adapters]\ntheirs = their_pool:Pool [fast]\npsycopg2 = their_pool:Pool\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert names() == [*BUILT_IN, "theirs"]
    assert find("theirs").driver == "theirs"
    assert find("psycopg2").driver == "psycopg2"  # a package cannot take the place of ours
    monkeypatch.delitem(sys.modules, "their_pool")
    with pytest.raises(AdapterError, match="did you mean theirs"):
        find("their")


def test_an_unknown_option_is_told_the_known_ones() -> None:
    asked = pool_options({"max_querys": 1})
    (complaint,) = check(find("asyncpg"), asked)
    assert complaint.startswith("unknown option 'max_querys', did you mean 'max_queries'? (known:")
    assert complaint.endswith(", loop)")
    assert "max_inactive_connection_lifetime" in complaint
    with pytest.raises(AdapterError, match="adapter 'asyncpg': unknown option 'max_querys'"):
        create("asyncpg", "postgresql://", asked)


def test_an_acquire_time_out_of_its_own_is_refused_and_none_is_not() -> None:
    asked = pool_options({"acquire_timeout": 2.5})
    assert check(find("asyncpg"), asked) == [
        "acquire_timeout must be null, for none, is 2.5; else it is the pool's"
    ]
    assert check(find("asyncpg"), pool_options({"acquire_timeout": None})) == []
    (complaint,) = check(find("asyncpg-direct"), pool_options({"acquire_timeout": None}))
    assert complaint.startswith("unknown option 'acquire_timeout'"), "it has no pool to wait for"


def test_an_option_of_an_adapter_without_any_is_refused() -> None:
    assert check(Slow, pool_options({"fast": True})) == ["unknown option 'fast' (known: none)"]


@pytest.mark.parametrize(
    "name",
    ["dsn", "host", "password", "min_size", "max_size", "conninfo", "connection_class"],
)
@pytest.mark.parametrize("adapter", ["psycopg2", "psycopg3", "psycopg3-direct", "asyncpg"])
def test_what_the_runner_sets_is_no_option(adapter: str, name: str) -> None:
    assert "unknown option" in check(find(adapter), pool_options({name: 1}))[0]


def test_the_loop_of_an_asyncio_adapter_is_chosen_by_name() -> None:
    assert check(SlowTasks, pool_options({"loop": "uvloop"})) == []
    assert check(SlowTasks, pool_options({"loop": "trio"})) == [
        "loop must be one of asyncio, uvloop, is 'trio'"
    ]


def test_a_loop_for_an_adapter_with_threads_is_refused() -> None:
    assert check(Slow, pool_options({"loop": "uvloop"})) == [
        "loop 'uvloop' is for asyncio adapters; this one uses threads"
    ]


def test_a_missing_loop_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert check(SlowTasks, pool_options({"loop": "uvloop"})) == [
        "loop 'uvloop' needs uvloop: pip install 'uvloop'"
    ]


def test_an_unknown_profile_is_told_the_known_ones() -> None:
    unknown = "unknown profile 'equl' (known: equal, stock)"
    assert check(Slow, PoolOptions(profile="equl")) == [unknown]


def test_an_option_goes_to_the_library_by_its_own_name() -> None:
    pool = create("psycopg3", "postgresql://", pool_options({"max_waiting": 7}, max_size=9))
    library = getattr(pool, "pool")  # noqa: B009 - it is the adapter's, not every adapter's
    assert (library.max_waiting, library.max_size) == (7, 9)


def test_the_versions_that_explain_a_number_are_told() -> None:
    assert adapters.driver_version(find("asyncpg")) == f"asyncpg {version('asyncpg')}"
    expected = f"psycopg {version('psycopg')}, psycopg-pool {version('psycopg-pool')}"
    assert adapters.driver_version(find("psycopg3")) == expected
    assert adapters.driver_version(find("psycopg2")).startswith("psycopg2")
    assert adapters.driver_version(Slow) == ""


def test_validation_is_an_option_of_every_pool_that_can_and_of_no_other() -> None:
    for name in names():
        adapter = find(name)
        complaints = check(adapter, PoolOptions(extra={"validate": True}))
        assert (complaints == []) is (adapter.validating is not None)
    simple = find("psycopg2")
    assert check(simple, PoolOptions(extra={"validate": True})) == [
        "validate: this pool cannot prove a connection before it hands it out"
    ]
    assert check(simple, PoolOptions(extra={"validate": False})) == []
    assert check(simple, PoolOptions(extra={"validate": "yes"})) == [
        "validate must be true or false, is 'yes'"
    ]


def test_validation_stands_for_the_librarys_own_options_which_the_users_go_over() -> None:
    options = PoolOptions(extra={"validate": True, "pool_recycle": 7})
    settings = create("sqlalchemy", "postgresql://h/d", options).settings()
    assert (settings["pool_pre_ping"], settings["pool_recycle"]) == (True, 7)
    assert "validate" not in settings
