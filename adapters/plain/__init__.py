"""The first lines of programs that use a library alone: what a drill does is shown with them.

They are texts, so nothing is imported here. Each opens a pool by the library's own means, on the
terms of a profile, and defines what all else is written in:

- `open_pool(size)`, `acquire()`, `release(connection)`, `close()`
- `execute(connection, sql)`, which returns rows, none of a statement that has none
- `connect()`, a connection that is no pool's
"""
