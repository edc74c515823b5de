"""Names that stand where an adapter's name stands, and that no adapter may have."""

CONTROL = "control"
"""The baseline a second time (METHOD 8): what differs between the two is noise."""

LIMIT = "pgbench"
"""The C program on the same server: what the server could have done (METHOD 13)."""

RESERVED = frozenset({CONTROL, LIMIT})
