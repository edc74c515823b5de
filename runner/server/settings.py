"""The settings of the embedded PostgreSQL that are not the user's to choose, and why not."""

from __future__ import annotations

ADDRESSES, SOCKET_FOLDERS = "listen_addresses", "unix_socket_directories"

OURS = frozenset({"data_directory", "max_connections", "port", ADDRESSES, SOCKET_FOLDERS})

COUNTING = frozenset({"track_activities", "track_counts"})
"""Settings that the laws of conservation rest on: what they count is held against the clients."""


def plain(name: str) -> str:
    """Write the name of a setting as PostgreSQL lists it."""
    return name.lower().replace("-", "_")


def refusal(name: str) -> str | None:
    """Say why a setting cannot be the user's; None where it can."""
    setting = plain(name)
    if setting in OURS:
        return f"the embedded PostgreSQL chooses {setting} itself; leave it out of settings"
    if setting in COUNTING:
        return (
            f"the embedded PostgreSQL keeps {setting} on, which the laws of conservation rest on; "
            "leave it out of settings"
        )
    return None
