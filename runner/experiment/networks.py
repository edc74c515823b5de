"""The networks of a plan: whether one of ours can be before its server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runner.refusals import DIRECT
from runner.server.dsn import ServerError
from runner.server.network.route import far_end
from runner.server.shell import resolve

if TYPE_CHECKING:
    from runner.config.model import Config


def refusal(config: Config) -> str:
    """Say why no network of ours can be before the server of a config; empty where one can.

    It is not asked where the config wants none.
    """
    wanted = any(value != DIRECT for key, value in config.written("rtt") if key[0] != "exclude")
    if not wanted or config.server.kind != "dsn":
        return ""
    try:
        far_end(resolve(config.server.expanded(os.environ)).dsn)
    except ServerError as error:
        return str(error)
    return ""
