"""Each form of a server is read, and no password of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.config.complaints import ConfigError
from runner.config.dump import dump
from runner.config.server import NOT_REPEATED, Server
from tests.config.config_file import SMALLEST

if TYPE_CHECKING:
    from tests.config.config_file import ConfigFile

A_DSN = "must be embedded, postgresql://... or host=... dbname=..."
A_HOST = "; a host alone is written postgresql://HOST"
A_SETTING = "must be text, a finite number, true or false"
EMBEDDED_ONLY = "is for the embedded server only, not for a DSN"
BESIDE_A_DSN = "is for a dsn that leads through a pooler, not for the embedded server"
DIRECT = "must be postgresql://... or host=... dbname=..."
NOT_BOTH = "cannot be set beside kind: embedded"


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("embedded", {"kind": "embedded", "version": 18, "settings": {}}),
        ("{version: 16}", {"kind": "embedded", "version": 16, "settings": {}}),
        ("{kind: embedded, settings: {fsync: off, x: 1}}", {"settings": {"fsync": False, "x": 1}}),
        ("postgresql://h/d", {"kind": "dsn", "dsn": "postgresql://h/d"}),
        ("host=h dbname=d", {"kind": "dsn", "dsn": "host=h dbname=d"}),
        ("' postgresql+asyncpg://h/d'", {"dsn": " postgresql+asyncpg://h/d"}),
        ("{dsn: postgres://h/d}", {"kind": "dsn", "dsn": "postgres://h/d"}),
        ("{dsn: host=p, direct: host=h}", {"kind": "dsn", "dsn": "host=p", "direct": "host=h"}),
    ],
)
def test_a_server_is_read_in_each_of_its_forms(
    config_file: ConfigFile, written: str, server: dict[str, object]
) -> None:
    read = config_file.load(f"{SMALLEST}server: {written}").server
    assert {name: getattr(read, name) for name in server} == server


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("server: 5", "server: must be embedded, a DSN or a mapping, is 5"),
        ("server: embeded", f"server: {A_DSN} (did you mean embedded?); {NOT_REPEATED}"),
        ("server: hunter2", f"server: {A_DSN}{A_HOST}; {NOT_REPEATED}"),
        ("server: localhost", f"server: {A_DSN}{A_HOST}, is 'localhost'"),
        ("server: {dsn: host=h, direct: a1}", f"server.direct: {DIRECT}{A_HOST}; {NOT_REPEATED}"),
        ("server: postgresql://${X", "server: must write variables as ${VAR} or ${VAR:-default}, is 'postgresql://${X'"),
        ("server: localhost:5432/d", f"server: {A_DSN}{A_HOST}, is 'localhost:5432/d'"),
        ("server: '[::1]'", f"server: {A_DSN}{A_HOST}, is '[::1]'"),
        ("server: {version: 15}", "server.version: must be 18 or 16, is 15"),
        ("server: {kind: dsn}", "server: must have a dsn beside kind: dsn"),
        ("server: {dsn: host=h, version: 16}", f"server.version: {EMBEDDED_ONLY}, is 16"),
        ("server: {kind: embedded, dsn: a=b}", f"server.dsn: {NOT_BOTH}, is 'a=b'"),
        ("server: {direct: host=h}", f"server.direct: {BESIDE_A_DSN}, is 'host=h'"),
        ("server: {dsn: host=h, direct: embedded}", f"server.direct: {DIRECT}, is 'embedded'"),
        ("server: {dsn: host=h, direct: 'http://u:sekret@h'}", f"server.direct: {DIRECT}, is 'http://u:***@h'"),
        ("server: {settings: {a: [1]}}", f"server.settings.a: {A_SETTING}"),
    ],
)  # fmt: skip
def test_a_wrong_server_gets_one_sentence(
    config_file: ConfigFile, text: str, complaint: str
) -> None:
    assert config_file.complaints(f"{SMALLEST}{text}") == [f"x.yaml:2: {complaint}"]


def test_a_dsn_is_expanded_only_when_it_is_used(config_file: ConfigFile) -> None:
    text = SMALLEST + "server: postgresql://${U:-me}:${PW}@${H:-localhost}/d"
    environ = {"PW": "sekret", "H": ""}
    config = config_file.load(text, environ=environ)
    assert config.server.expanded(environ) == "postgresql://me:sekret@localhost/d"
    assert "sekret" not in dump(config)
    assert "sekret" not in repr(config)
    assert "sekret" not in str(config.model_dump())
    with pytest.raises(ConfigError) as caught:
        config.server.expanded({})
    assert caught.value.complaints == [
        f"{config_file.path}:2: server: needs environment variables that are not set: PW"
    ]


def test_a_dump_and_a_repr_show_no_literal_password(config_file: ConfigFile) -> None:
    config = config_file.load(SMALLEST + "server: postgresql://u:sekret@h/d")
    assert config.server.expanded({}) == "postgresql://u:sekret@h/d"
    assert "postgresql://u:***@h/d" in dump(config)
    assert "sekret" not in repr(config)


def test_a_server_of_its_own_needs_no_file() -> None:
    server = Server.model_validate("postgresql://${H}/d")
    with pytest.raises(ConfigError, match=r"^configuration: server\.dsn: .*not set: H$"):
        server.expanded({})


def test_a_direct_dsn_is_expanded_and_hidden_as_the_other_is(config_file: ConfigFile) -> None:
    text = SMALLEST + "server: {dsn: host=pooler, direct: 'postgresql://u:${PW}@h/d'}"
    config = config_file.load(text, environ={"PW": "sekret"})
    assert config.server.expanded_direct({"PW": "sekret"}) == "postgresql://u:sekret@h/d"
    assert "sekret" not in repr(config)
    literal = config_file.load(text.replace("${PW}", "sekret"))
    assert "postgresql://u:***@h/d" in dump(literal)
    with pytest.raises(ConfigError, match=r"server\.direct: .*not set: PW$"):
        config.server.expanded_direct({})
    assert Server.model_validate("host=h").expanded_direct({}) is None
