"""The PostgreSQL of docker-compose.yml is that of the documents, and only this machine's.

No Docker is needed: the file is read, not run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from runner.config.variables import replace_variables
from runner.server.dsn import words_of

ROOT = Path(__file__).resolve().parent.parent
KEYS = {
    "services": {
        "postgres": {
            "image": str,
            "container_name": str,
            "environment": dict,
            "ports": list,
            "volumes": list,
            "healthcheck": {"test": list, "interval": str, "timeout": str, "retries": int},
        }
    },
    "volumes": {"pool_data": type(None)},
}
"""The keys in use, as the Compose specification spells them, with the kinds of their values."""


def kinds(value: Any, pattern: Any) -> Any:
    """Return a value's shape as far down as the pattern tells keys apart."""
    if isinstance(value, dict) and isinstance(pattern, dict):
        return {key: kinds(held, pattern.get(key)) for key, held in value.items()}
    return type(value)


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_the_file_holds_only_keys_of_the_specification(compose: Any) -> None:
    assert kinds(compose, KEYS) == KEYS


@pytest.mark.parametrize("document", ["README.md", "docs/own-server.md"])
def test_the_server_of_the_documents_is_that_of_docker_compose(compose: Any, document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    (dsn,) = re.findall(r"^server: (postgresql://\S+)$", text, re.MULTILINE)
    words = words_of(replace_variables(dsn, {}))
    service = compose["services"]["postgres"]
    environment = service["environment"]
    (port,) = service["ports"]
    assert replace_variables(port, {}) == f"{words['host']}:{words.get('port', '5432')}:5432"
    assert words["user"] == environment["POSTGRES_USER"]
    assert words["password"] == replace_variables(environment["POSTGRES_PASSWORD"], {})
    assert words["dbname"] == environment["POSTGRES_DB"]


def test_the_data_survive_a_stop(compose: Any) -> None:
    service = compose["services"]["postgres"]
    (mount,) = service["volumes"]
    volume, folder = mount.split(":")
    assert volume in compose["volumes"]
    assert folder == service["environment"]["PGDATA"]


def test_healthy_means_that_the_named_database_answers_over_tcp(compose: Any) -> None:
    service = compose["services"]["postgres"]
    way, program, *options = service["healthcheck"]["test"]
    assert (way, program) == ("CMD", "pg_isready")
    told = dict(zip(options[::2], options[1::2], strict=True))
    assert told == {
        "-h": "127.0.0.1",
        "-U": service["environment"]["POSTGRES_USER"],
        "-d": service["environment"]["POSTGRES_DB"],
    }
