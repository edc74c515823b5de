"""The fixture that `adapters.contract` needs: an embedded PostgreSQL, for packages of others.

Name it in a test module or a conftest.py: `pytest_plugins = ["runner.server.pytest_fixture"]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.server.embedded import EmbeddedServer
from runner.server.shell import set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 100
"""The connections of the server: some adapters open one for every client."""


@pytest.fixture(scope="session")
def poolbench_server() -> Iterator[EmbeddedServer]:
    """Start a PostgreSQL, once for all test modules, and stop it at the end."""
    with set_aside(), EmbeddedServer(CONNECTIONS, settings={"fsync": "off"}) as server:
        yield server


@pytest.fixture(scope="module")
def dsn(poolbench_server: EmbeddedServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give each test module a database with the seeded table; the value is its URI."""
    key = request.node.nodeid
    poolbench_server.prepare([key])
    yield poolbench_server.dsn(key, "contract")
    poolbench_server.discard([key])
