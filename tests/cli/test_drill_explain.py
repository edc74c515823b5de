"""`drills --explain` finds a case as people write it, and prints programs for each adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.__main__ import main
from runner.cli.chosen_parts import UnknownPartError
from runner.cli.drill_explain import cases_of
from runner.drills.drill import Drill, Seen
from runner.drills.drills import DRILLS
from runner.results.observation import Word

if TYPE_CHECKING:
    from runner.drills.scene import Scene


def printed(*typed: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["drills", *typed]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "drill", "cases"),
    [
        ("hygiene/advisory-lock", "hygiene", ["advisory lock, equal", "advisory lock, stock"]),
        ("hygiene/Advisory Lock, stock", "hygiene", ["advisory lock, stock"]),
        ("hygiene/set", "hygiene", ["SET, equal", "SET, stock"]),
        (
            "broken-connections/in use",
            "broken connections",
            ["in use, all", "in use, all, validated"],
        ),
        ("leak", "leak", list(DRILLS["leak"].cases)),
        ("cancellation/1-000-at-any-moment", "cancellation", ["1,000 at any moment"]),
    ],
)
def test_a_case_is_found_with_spaces_or_dashes_and_without_its_end(
    typed: str, drill: str, cases: list[str]
) -> None:
    found, names = cases_of(typed, DRILLS)
    assert (found.name, names) == (drill, cases)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("hygien", "there is no drill 'hygien' (did you mean hygiene?); the drills are exhaust"),
        ("hygiene/listn", "hygiene has no case 'listn' (did you mean listen?); its cases are open"),
        ("leak/", "leak has no case ''; its cases are slot, server, warning"),
    ],
)
def test_what_is_unknown_is_a_sentence_with_what_there_is(typed: str, sentence: str) -> None:
    with pytest.raises(UnknownPartError) as raised:
        cases_of(typed, DRILLS)
    assert str(raised.value).startswith(sentence)


def test_a_case_is_explained_with_steps_a_reason_and_a_program_for_each_adapter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ["psycopg2", "psycopg3-async", "psycopg3-direct"]
    typed = [word for name in names for word in ("--adapter", name)]
    said = printed("--explain", "hygiene/advisory-lock", *typed, capsys=capsys)
    assert "2. Take the connection, note the number of its session, and run: SELECT pg_adv" in said
    assert "Why it matters: the lock is held by a session" in said
    assert "With psycopg3-direct: it says nowhere how its library is used alone" in said
    threads, tasks = said.index("With psycopg2:"), said.index("With psycopg3-async:")
    assert "pool = ThreadedConnectionPool(" in said[threads:tasks]
    assert "await" not in said[threads:tasks]
    assert "    connection = await acquire()" in said[tasks:]
    assert "asyncio.run(main())" in said[tasks:]


def test_what_has_no_program_says_why_and_where_the_drill_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = printed("--explain", "outage/restart", "--adapter", "psycopg3", capsys=capsys)
    assert "No code with the library alone: it takes a server that may be broken." in said
    assert "is in runner/drills/outage.py." in said

    def new(scene: Scene, case: str) -> Seen:
        return Seen(Word.CLEAN, exception=f"{scene}{case}")

    monkeypatch.setitem(DRILLS, "new", Drill("new", ("case",), new))
    said = printed("--explain", "new", "--adapter", "psycopg3", capsys=capsys)
    assert said.startswith("Nothing is written about new yet; what it does is in tests/cli/")
