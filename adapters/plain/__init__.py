"""The first lines of programs that use a library alone: what a drill does is shown with them.

They are texts, so nothing is imported here. Each opens a pool by the library's own means, on the
terms of a profile, and defines what all else is written in:

- `open_pool(size, least, wait, **options)`: the connections that it opens at once are `least`, or
  as many as the library does where nobody says; `wait` is the acquire time-out, one second unless
  it is given; `options` are the library's own
- `acquire()`, `release(connection)`, `close()`
- `execute(connection, sql)`, which returns rows, none of a statement that has none
- `connect()`, a connection that is no pool's
- `VALIDATED`, the options with which the pool proves each connection, where it can
"""
