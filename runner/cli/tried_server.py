"""The server that `check` and `demo` try adapters on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.config.loading import typed_server
from runner.server.external import ExternalServer

if TYPE_CHECKING:
    from runner.server.server import Server
    from runner.supervision.interrupts import Interrupts
    from runner.supervision.watchdog import Watchdog

SERVER_HELP = "embedded (the default) or a DSN, with ${VAR} and ${VAR:-default} expanded"

CONNECTIONS = 40
"""Slots of the embedded server."""


def tried_server(typed: str, watchdog: Watchdog, interrupts: Interrupts) -> Server:
    """Make the server of `check` and `demo`: the embedded one, or that of a DSN.

    Raises ConfigError.
    """
    server = typed_server(typed, "--server")
    if server.kind == "dsn":
        return ExternalServer(server.expanded(os.environ), interrupts=interrupts)
    from runner.server.embedded import EmbeddedServer  # imports what not every system has

    return EmbeddedServer(CONNECTIONS, watchdog=watchdog, interrupts=interrupts)
