"""What clients did to a table is told by the server itself, however they hide it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.server.evidence import Evidence, OwnTable
from runner.server.external import ExternalServer
from runner.workloads import SEEDED_ROWS
from tests.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import LiteralString

    from runner.server.embedded import EmbeddedServer

INSERT: LiteralString = (
    "INSERT INTO poolbench.pedido (cliente, descripcion, fecha_pedido) "
    "VALUES (%s, '', '2024-01-01') RETURNING id"
)
TRIGGER: LiteralString = (
    "CREATE TRIGGER none BEFORE UPDATE ON poolbench.pedido FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
)


@pytest.fixture(params=["server", "older"])
def prepared(request: pytest.FixtureRequest) -> Iterator[EmbeddedServer]:
    """Prepare a key on each version of the embedded server."""
    server: EmbeddedServer = request.getfixturevalue(request.param)
    server.prepare(["mine"])
    yield server
    server.discard(["mine"])


def done(server: EmbeddedServer, query: str, *args: object) -> list[tuple[object, ...]]:
    """Do something as a client, and wait until it has gone."""
    answer = ask(server.dsn("mine", "a client"), query, *args)
    assert server.disconnected("a client", 20)
    return answer


def own(server: EmbeddedServer) -> OwnTable:
    evidence = server.evidence("mine", [])
    assert evidence
    assert evidence.own
    return evidence.own


def changed(server: EmbeddedServer) -> dict[str, tuple[str | None, str | None]]:
    table = own(server)
    before, after = table.before.definition, table.after.definition
    return {
        what: (before.get(what), after.get(what))
        for what in {**before, **after}
        if before.get(what) != after.get(what)
    }


def counted(table: OwnTable) -> tuple[int, int]:
    """Return writes and lookups since the table was seeded."""
    before, after = table.before, table.after
    return after.writes - before.writes, after.lookups - before.lookups


def test_a_table_that_nobody_used_is_as_it_was(prepared: EmbeddedServer) -> None:
    table = own(prepared)
    assert counted(table) == (0, 0)
    assert changed(prepared) == {}
    assert (table.ids, table.beyond, table.seeded) == (0, 0, SEEDED_ROWS)


def test_a_row_that_was_deleted_again_has_left_its_traces(prepared: EmbeddedServer) -> None:
    done(prepared, INSERT, "mine-0")
    done(prepared, "DELETE FROM poolbench.pedido WHERE id = 10001")
    table = own(prepared)
    assert table.ids == 1
    assert counted(table) == (2, 1)


def test_an_insert_that_is_rolled_back_is_a_write_and_an_id(prepared: EmbeddedServer) -> None:
    with psycopg.connect(prepared.dsn("mine", "a client")) as connection:
        connection.execute(INSERT, ["mine-0"])
        connection.rollback()
    assert prepared.disconnected("a client", 20)
    table = own(prepared)
    assert table.ids == 1
    assert counted(table) == (1, 0)


def test_an_id_of_ones_own_is_a_write_without_an_id_of_the_table(prepared: EmbeddedServer) -> None:
    done(
        prepared,
        "INSERT INTO poolbench.pedido (id, cliente, descripcion, fecha_pedido) "
        "VALUES (-1, 'mine-0', '', '2024-01-01')",
    )
    table = own(prepared)
    assert table.ids == 0
    assert counted(table) == (1, 0)


def test_rows_of_nobody_and_seeded_rows_that_are_gone_are_counted(
    prepared: EmbeddedServer,
) -> None:
    for name in ("mine-0", "mine", "another-0"):
        done(prepared, INSERT, name)
    done(prepared, "DELETE FROM poolbench.pedido WHERE id = 5")
    table = own(prepared)
    assert (table.beyond, table.seeded) == (2, SEEDED_ROWS - 1)


def test_every_lookup_of_a_row_is_counted(prepared: EmbeddedServer) -> None:
    for key in (1, 2, 2):
        done(prepared, "SELECT FROM poolbench.pedido WHERE id = %s", key)
    assert counted(own(prepared)) == (0, 3)


def test_a_table_that_was_unlogged_for_a_while_has_another_file(prepared: EmbeddedServer) -> None:
    done(prepared, "ALTER TABLE poolbench.pedido SET UNLOGGED")
    assert changed(prepared)["persistence of poolbench.pedido"] == ("permanent", "unlogged")
    done(prepared, "ALTER TABLE poolbench.pedido SET LOGGED")
    assert "file of poolbench.pedido" in changed(prepared)
    assert "persistence of poolbench.pedido" not in changed(prepared)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("ALTER TABLE poolbench.pedido SET (fillfactor = 50)", "options of poolbench.pedido"),
        ("CREATE TABLE poolbench.another ()", "kind of poolbench.another"),
        ("CREATE INDEX extra ON poolbench.pedido (cliente)", "kind of poolbench.extra"),
        (
            "CREATE RULE none AS ON DELETE TO poolbench.pedido DO INSTEAD NOTHING",
            "rule none of poolbench.pedido",
        ),
        (TRIGGER, "trigger none of poolbench.pedido"),
        ("ALTER ROLE client SET jit = off", "settings of the role"),
    ],
)
def test_whatever_a_client_changes_for_good_is_told(
    prepared: EmbeddedServer, change: str, part: str
) -> None:
    done(prepared, change)
    assert part in changed(prepared)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("DROP TABLE poolbench.pedido", "kind of poolbench.pedido"),
        ("ALTER SEQUENCE poolbench.pedido_id_seq RENAME TO x", "kind of poolbench.pedido_id_seq"),
    ],
)
def test_a_table_that_is_gone_is_told_and_no_loss_of_the_server(
    prepared: EmbeddedServer, change: str, part: str
) -> None:
    done(prepared, change)
    assert own(prepared).seeded == 0
    assert part in changed(prepared)


def test_answers_are_held_against_the_rows(prepared: EmbeddedServer) -> None:
    [(id_, cliente, descripcion)] = done(
        prepared, "SELECT id::text, cliente, descripcion FROM poolbench.pedido WHERE id = 7"
    )
    right = (7, str(id_), str(cliente), str(descripcion))
    wrong = [(8, *right[1:]), (*right[:3], "Pedido 7"), (7, "None", "None", "None")]
    evidence = prepared.evidence("mine", [right, *wrong])
    assert evidence
    assert evidence.wrong == len(wrong)


def test_the_texts_of_rows_are_drawn_anew_each_time_and_are_of_one_length(
    server: EmbeddedServer,
) -> None:
    def texts(key: str) -> list[str]:
        server.prepare([key])
        rows = ask(server.dsn(key, "a"), "SELECT descripcion FROM poolbench.pedido WHERE id > 9000")
        server.discard([key])
        return [text for (text,) in rows]

    first, second = texts("one"), texts("two")
    assert not set(first) & set(second)
    assert {len(text) for text in (*first[:-1], *second[:-1])} == {len("Pedido 9001 123456789")}


def test_on_a_table_that_all_share_only_rows_and_answers_are_judged(elsewhere: str) -> None:
    with ExternalServer(elsewhere) as external:
        external.prepare(["mine", "yours"])
        ask(elsewhere, INSERT, "mine-0")
        evidence = external.evidence("mine", [(1, "1", "Cliente 1", "Pedido 1")])
    assert isinstance(evidence, Evidence)
    assert (evidence.rows.count, evidence.wrong, evidence.own) == (1, 1, None)
