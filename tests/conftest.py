"""One PostgreSQL for the whole suite. Nothing is skipped without it: then the tests fail."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest

from runner.language import ENGLISH, of_environment
from runner.redaction import REDACTOR
from runner.server import embedded
from runner.server.embedded import EmbeddedServer
from runner.server.pgbouncer_program import Program, find
from tests.asking import empty_database

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def _without_disk() -> Iterator[None]:
    """Let no server of a test wait for the disk: databases come and go in a tenth of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(embedded.UNLESS_SET, "fsync", "off")
        yield


@pytest.fixture(scope="session", autouse=True)
def _in_english() -> Iterator[None]:
    """Let the suite speak English, whatever its user does."""
    with pytest.MonkeyPatch.context() as patch:
        if of_environment(os.environ) != ENGLISH:
            patch.delenv("LANGUAGE", raising=False)
            patch.delenv("LC_ALL", raising=False)
            patch.setenv("LC_MESSAGES", "C")
        yield


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests() -> Iterator[None]:
    yield
    REDACTOR.forget()


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(max_connections=200) as server:
        yield server


@pytest.fixture(scope="session")
def older() -> Iterator[EmbeddedServer]:
    with EmbeddedServer(50, version=16) as server:
        yield server


@pytest.fixture(scope="session")
def pgbouncer_program() -> Program:
    """Leave a test out that needs PgBouncer where there is none, and say what to install."""
    found = find()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture
def dsn(server: EmbeddedServer) -> Iterator[str]:
    """Give the test a database of its own, with the seeded table."""
    key = f"t{next(NUMBERS)}"
    server.prepare([key])
    yield server.dsn(key, f"test {key}")
    server.discard([key])


@pytest.fixture
def elsewhere(server: EmbeddedServer) -> Iterator[str]:
    """Give the test the DSN of a database of its own, as a user has one."""
    with empty_database(server) as dsn:
        yield dsn
