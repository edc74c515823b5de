"""What a user's own workload needs is made in our schema, and nothing else is touched."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.server.dsn import ServerError
from runner.server.external import ExternalServer
from runner.server.setup import Setup, StatementError, Step
from tests.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE = (
    "CREATE TABLE article AS SELECT n AS id FROM generate_series(1, 100) n",
    "CREATE VIEW poolbench.articles AS SELECT id FROM poolbench.article",
    """CREATE FUNCTION poolbench.write() RETURNS int LANGUAGE sql
    AS 'INSERT INTO poolbench.article VALUES (0) RETURNING id'""",
)
EVERYTHING = """
    SELECT c.oid::regclass::text, c.xmin::text FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proname, xmin::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'rows of theirs', count(*)::text FROM public.theirs
    UNION ALL SELECT nspname, xmin::text FROM pg_namespace
"""
"""All that is outside of our schema, as it was written last."""


@contextmanager
def made(dsn: str, *statements: str, lasting: bool = True) -> Iterator[ExternalServer]:
    external = ExternalServer(dsn)
    steps = [Step(text, f"x.yaml:{line}") for line, text in enumerate(statements, 1)]
    external.setup = Setup(steps, lasting=lasting)
    with external:
        external.prepare(["a"])
        yield external


def test_tables_views_and_functions_are_made_in_our_schema_and_gone_afterwards(
    elsewhere: str,
) -> None:
    with made(elsewhere, *MADE):
        assert ask(elsewhere, "SELECT count(*) FROM poolbench.articles") == [(100,)]
        (kept,) = ask(elsewhere, "SELECT reltuples FROM pg_class WHERE relname = 'article'")
        assert kept == (100.0,), "it was analysed, and no autovacuum comes meanwhile"
    assert ask(elsewhere, "SELECT to_regnamespace('poolbench')") == [(None,)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE public.mine (id int)", "public.mine"),
        ("INSERT INTO public.theirs VALUES (1)", "public.theirs"),
        ("WITH gone AS (DELETE FROM public.theirs RETURNING 1) SELECT * FROM gone", "theirs"),
        ("CREATE TABLE a (id int REFERENCES public.theirs)", "public.theirs"),
        ("CREATE INDEX ON public.theirs (id)", "public.theirs"),
        ("ALTER TABLE public.theirs ADD COLUMN b int", "public.theirs"),
        ("ALTER TABLE poolbench.pedido SET SCHEMA public", "public.pedido"),
        ("CREATE OR REPLACE FUNCTION public.f() RETURNS int RETURN 2", "function public.f()"),
        ("CREATE TYPE public.pair AS ENUM ('a')", "type public.pair"),
    ],
)
def test_a_statement_of_setup_that_reaches_elsewhere_is_refused_and_undone(
    elsewhere: str, statement: str, named: str
) -> None:
    ask(elsewhere, "CREATE TABLE public.theirs (id int PRIMARY KEY)")
    ask(elsewhere, "INSERT INTO public.theirs VALUES (7)")
    ask(elsewhere, "CREATE FUNCTION public.f() RETURNS int RETURN 1")
    before = sorted(ask(elsewhere, EVERYTHING))
    with pytest.raises(ServerError) as refused, made(elsewhere, MADE[0], statement):
        pass
    assert str(refused.value).startswith("x.yaml:2: reaches beyond the schema poolbench: ")
    assert named in str(refused.value)
    assert sorted(ask(elsewhere, EVERYTHING)) == before


def test_a_statement_of_setup_that_fails_is_told_with_its_place(elsewhere: str) -> None:
    with pytest.raises(ServerError, match=r"^x.yaml:2: relation .nothing. does not exist"):  # noqa: SIM117
        with made(elsewhere, MADE[0], "INSERT INTO nothing VALUES (1)"):
            pass
    assert ask(elsewhere, "SELECT to_regnamespace('poolbench')") == [(None,)]


def test_what_others_built_upon_a_table_of_setup_keeps_it_from_being_dropped(
    elsewhere: str,
) -> None:
    with (
        pytest.raises(ServerError, match="view theirs depends on tables of PoolBench's"),
        made(elsewhere, *MADE),
    ):
        ask(elsewhere, "CREATE VIEW public.theirs AS SELECT id FROM poolbench.article")
    assert len(ask(elsewhere, "SELECT id FROM public.theirs")) == 100


def test_a_session_that_is_read_only_writes_nothing_not_even_by_a_function(elsewhere: str) -> None:
    with made(elsewhere, *MADE) as external:
        dsn = external.dsn("a", "a cell", read_only=True)
        for query in (
            "SELECT poolbench.write()",
            "INSERT INTO poolbench.article VALUES (1)",
            "SELECT id FROM poolbench.article FOR UPDATE",
            "SELECT set_config('transaction_read_only', 'off', false)",
        ):
            with pytest.raises(psycopg.Error, match=r"read-only transaction|read-write mode"):
                ask(dsn, query)
        assert ask(dsn, "SELECT count(*) FROM poolbench.article") == [(100,)]
        assert ask(external.dsn("a", "a cell"), "SELECT poolbench.write()") == [(0,)]


def test_what_a_workload_writes_to_is_made_anew_for_each_cell(elsewhere: str) -> None:
    for lasting, left in ((False, 100), (True, 101)):
        with made(elsewhere, *MADE, lasting=lasting) as external:
            ask(external.dsn("a", "a cell"), "SELECT poolbench.write()")
            external.prepare(["b"])
            assert ask(elsewhere, "SELECT count(*) FROM poolbench.article") == [(left,)]


def test_a_statement_that_writes_elsewhere_is_known_before_it_is_measured(elsewhere: str) -> None:
    ask(elsewhere, "CREATE TABLE public.theirs (id int)")
    with made(elsewhere, *MADE) as external:
        theirs = "INSERT INTO public.theirs VALUES ($1::int)"
        assert external.written("a", theirs, [[1], [2]]) == ["public.theirs"]
        assert external.written("a", "SELECT * FROM public.theirs, poolbench.write()", [[]]) == []
        with pytest.raises(StatementError, match="does not exist"):
            external.written("a", "DELETE FROM nothing", [[]])
        assert ask(elsewhere, "SELECT * FROM public.theirs") == []
        assert ask(elsewhere, "SELECT count(*) FROM poolbench.article") == [(100,)]
