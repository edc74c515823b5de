"""A statement that would do more than a client's operation may is refused by what it says."""

from __future__ import annotations

import pytest

from runner.own_sql.refusals import argument_refusals, setup_refusals, statement_refusals


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM poolbench.article WHERE id = $1::int",
        "(SELECT 1) UNION (SELECT 2);",
        "WITH x AS (INSERT INTO poolbench.a VALUES (1) RETURNING *) SELECT * FROM x",
        "MERGE INTO poolbench.a USING poolbench.b ON a.id = b.id WHEN MATCHED THEN DELETE",
        "VALUES (1)",
        "TABLE poolbench.article",
        "SELECT 'BEGIN; COPY x; pg_advisory_lock(1)' -- ; SET x\n/* ; /* LISTEN */ ; */",
        'SELECT "into", "begin" FROM poolbench.a',
        "SELECT 1 -- the end;",
    ],
)
def test_what_one_statement_does_in_a_transaction_of_its_own_is_taken(sql: str) -> None:
    assert list(statement_refusals(sql)) == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT 1; SELECT 2", "one statement"),
        ("BEGIN", "transaction control"),
        ("/* SELECT */ COMMIT", "transaction control"),
        ("SAVEPOINT a", "transaction control"),
        ("SET work_mem = '1MB'", "SET changes the session"),
        ("SELECT set_config('work_mem', '1MB', false)", "set_config changes the session"),
        ("LISTEN a", "LISTEN is a message"),
        ("COPY a FROM stdin", "COPY speaks a protocol"),
        ("DO $$ BEGIN COMMIT; END $$", "DO is a program"),
        ("CALL poolbench.p()", "may commit"),
        ("SELECT pg_advisory_lock(1)", "pg_advisory_lock takes an advisory lock"),
        ('SELECT pg_catalog."pg_try_advisory_xact_lock"(1)', "takes an advisory lock"),
        ("LOCK TABLE a", "LOCK takes a lock"),
        ("CREATE TABLE a ()", "belongs into setup"),
        ("TRUNCATE poolbench.a", "belongs into setup"),
        ("SELECT 1 INTO poolbench.a", "belongs into setup"),
        ("SELEKT 1", "must begin with SELECT"),
        ("EXPLAIN SELECT 1", "must begin with SELECT"),
        ("", "must begin with SELECT"),
    ],
)
def test_what_reaches_beyond_one_statement_is_refused(sql: str, why: str) -> None:
    (sentence,) = statement_refusals(sql)
    assert why in sentence


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE poolbench.a (id int)",
        "CREATE UNLOGGED TABLE a (id int)",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE UNIQUE INDEX ON poolbench.a (id)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "ALTER TABLE poolbench.a ADD PRIMARY KEY (id)",
        "INSERT INTO poolbench.a SELECT generate_series(1, 9)",
    ],
)
def test_setup_makes_what_lies_in_a_schema(sql: str) -> None:
    assert list(setup_refusals(sql)) == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("CREATE ROLE a", "CREATE ROLE reaches beyond the schema poolbench"),
        ("CREATE EXTENSION hstore", "CREATE EXTENSION reaches beyond"),
        ("CREATE OR REPLACE RULE a AS ON SELECT TO b DO NOTHING", "CREATE RULE reaches beyond"),
        ("ALTER SYSTEM SET work_mem = 1", "ALTER SYSTEM reaches beyond"),
        ("DROP TABLE a", "DROP is not needed"),
        ("COMMIT", "transaction control"),
        ("COPY a FROM stdin", "protocol of its own"),
        ("INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)", "an item of its own"),
        (" -- nothing", "must not be empty"),
    ],
)
def test_setup_is_refused_what_lies_outside_of_a_schema(sql: str, why: str) -> None:
    (sentence,) = setup_refusals(sql)
    assert why in sentence


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("SELECT $1::int, CAST($2 AS text), $1 :: bigint", 2),
        ("SELECT cast ( $1 /* as */ as int)", 1),
        ("SELECT '$1', $$ $2 $$, \"$3\", a$4 -- $5", 0),
    ],
)
def test_arguments_that_are_all_there_and_cast_are_taken(sql: str, count: int) -> None:
    assert list(argument_refusals(sql, count)) == []


@pytest.mark.parametrize(
    ("sql", "count", "why"),
    [
        ("SELECT $1", 1, "$1 must carry a cast, such as $1::int"),
        ("SELECT $1::int, $1", 1, "$1 must carry a cast"),
        ("SELECT ($1)::int", 1, "$1 must carry a cast"),
        ("SELECT f($1 AS int)", 1, "$1 must carry a cast"),
        ("SELECT $2::int, $1::int", 1, "has $2, but there is 1 arg"),
        ("SELECT $1::int", 0, "has $1, but there are no args"),
        ("SELECT $0::int", 0, "has $0"),
        ("SELECT $1::int", 2, "must use each of the 2 args, lacks $2"),
    ],
)
def test_an_argument_that_is_missing_or_bare_is_refused(sql: str, count: int, why: str) -> None:
    assert why in "\n".join(argument_refusals(sql, count))
