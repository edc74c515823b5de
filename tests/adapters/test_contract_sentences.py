"""The contract suite tells an author what was expected of a pool and what was seen instead."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.contract import PoolContract, clients

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = [
    ("Forgetful", "stock", "a_row_is_seen_by_others_when_its_connection_is_back",
     r"a row is seen after release: expected True, saw False"),
    ("Silent", "equal", "a_failed_query_is_named_and_harms_nothing",
     r"classify\(\) takes what came up during use for a bug: DivisionByZero: division by zero"),
    ("Blunt", "equal", "a_connection_killed_in_use_is_lost_and_replaced",
     r"a query on a killed connection: expected connection_lost, saw query_failed"),
    ("Blunt", "equal", "backends_killed_under_load_are_lost_and_replaced",
     r"clients whose backends are killed: expected none, saw query_failed"),
    ("Blunt", "equal", "a_bug_is_not_taken_for_a_failure",
     r"classify\(\) of a TypeError during wait: expected None, saw query_failed"),
    ("Blunt", "equal", "a_refused_connection_is_named_and_explained",
     r"nothing listens: expected connection_refused or pool_timeout, saw query_failed"),
    ("Greedy", "equal", "a_client_that_waits_in_vain_is_told_in_time",
     r"what should have failed during wait did not"),
    ("Greedy", "equal", "many_clients_do_not_open_more_connections_than_the_size",
     r"connections of a pool of size 3 with 9 clients: expected 1 to 3, saw 9"),
    ("Stale", "equal", "a_connection_killed_in_use_is_lost_and_replaced",
     r"a pool serves again: expected success within 10 attempts, saw connection_lost"),
    ("Abandoning", "equal", "a_closed_pool_leaves_no_connection_behind",
     r"backends of a closed pool: expected 0 within 0.2 s, saw 1"),
    ("Serverless", "equal", "arguments_are_found_by_their_number",
     r"expected \('b', 'a%', 'a'\), saw \(1, 'noop', "),
    ("Lying", "equal", "many_clients_at_once_store_what_they_were_told",
     r"rows of 100 successful inserts: expected 100, saw 90"),
]  # fmt: skip
"""Pool, profile, test of the contract, what it says."""


@pytest.mark.filterwarnings("ignore:.* was deleted while still open:ResourceWarning")
@pytest.mark.parametrize("case", BROKEN, ids=[f"{case[0]}, {case[2]}" for case in BROKEN])
def test_a_broken_pool_is_told_in_a_sentence(
    case: tuple[str, str, str, str], dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, profile, test, sentence = case
    monkeypatch.setattr(clients, "PATIENCE", 0.2)
    contract = type("Contract", (PoolContract,), {"adapter": f"tests.fakes.broken:{pool}"})
    with pytest.raises(pytest.fail.Exception, match=sentence):
        getattr(contract(), f"test_{test}")(dsn, profile)
    gc.collect()  # closes what a broken pool has left open


THEIRS = """
import psycopg
from adapters.contract import PoolContract

pytest_plugins = ["runner.server.pytest_fixture"]


class TestTheirs(PoolContract):
    adapter = "psycopg3-direct"


def test_the_table_is_seeded_and_their_own(dsn):
    with psycopg.connect(dsn) as connection:
        assert connection.execute("DELETE FROM poolbench.pedido").rowcount == 10_000
"""


def test_a_package_of_others_needs_one_import_and_one_line_for_a_server(tmp_path: Path) -> None:
    for module in "test_first.py", "test_second.py":
        (tmp_path / module).write_text(THEIRS)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    asked = [*command, "-k", "dao or seeded", str(tmp_path)]
    ended = subprocess.run(  # dao: in two profiles, in two modules
        asked, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout.splitlines()[-1][:8]) == (0, "6 passed"), ended.stdout
