"""An example for each key of a configuration, as the reference shows it.

Put beside a `matrix:` with an adapter, where it has none of its own, each is a whole configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY = "matrix: {{adapter: [psycopg3, asyncpg], {}}}"
_FIND = "find: {total_ms_p50: 5ms, total_ms_p99: 20ms, total_ms_p999: 100ms}"
_POOLER = """\
server:
  dsn: postgresql://me@127.0.0.1:6432/pool      # through a PgBouncer
  direct: postgresql://me@127.0.0.1:5432/pool   # around it"""
_OWN_ADAPTERS = """\
adapters:
  asyncpg-uvloop: {adapter: asyncpg, options: {loop: uvloop}}
matrix: {adapter: [asyncpg, asyncpg-uvloop]}"""
_OTHER_PYTHON = """\
adapters:
  next: {adapter: psycopg3, python: ../venv-next/bin/python}
matrix: {adapter: [psycopg3, next]}"""
_READING = """\
workloads:
  order:
    setup:
      - CREATE TABLE poolbench.orders (id int PRIMARY KEY, total numeric)
      - INSERT INTO poolbench.orders SELECT n, n % 90 FROM generate_series(1, 1000) AS n
    sql: SELECT total FROM poolbench.orders WHERE id = $1::int
    args: [{int: [1, 1000]}]
matrix: {adapter: [psycopg3, asyncpg], workload: order}"""
_WRITING = """\
workloads:
  pay:
    setup: [CREATE TABLE poolbench.payment (amount int)]
    sql: INSERT INTO poolbench.payment VALUES ($1::int)
    args: [{int: [1, 100]}]
    rows: none
    writes: true
matrix: {adapter: psycopg3, workload: pay}"""
_INCLUDE = """\
matrix: {adapter: [psycopg3, asyncpg], clients: [10, 50], cpus: one}
include:
  - {clients: 10, cpus: all, rounds: 3}"""
_SIZES = """\
compare: pool_size
longest_p99: 20ms
matrix: {adapter: psycopg3, pool_size: [1, 2, 5, 10]}"""

EXAMPLES: Mapping[str, str] = {
    "name": "name: before-the-upgrade",
    "server": "server: postgresql://me@127.0.0.1/pool",
    "server.kind": "server: {kind: embedded}",
    "server.dsn": "server: {dsn: 'postgresql://me:${PASSWORD:-1234}@127.0.0.1/pool'}",
    "server.direct": _POOLER,
    "server.version": "server: {version: 16}",
    "server.settings": "server: {settings: {synchronous_commit: on, shared_buffers: 256MB}}",
    "rounds": "rounds: 8",
    "leak_rounds": "leak_rounds: 1",
    "duration": "duration: 500ms",
    "operations_per_client": "operations_per_client: 10",
    "recovery": f"recovery: 10s\n{_ANY.format('fault: {kind: restart}')}",
    "warmup": "warmup: 1s",
    "turn": "turn: 500ms",
    "lead_in": "lead_in: 50ms",
    "uncut": "uncut: 1s",
    "seed": "seed: 42",
    "pool": "pool: {min_size: 1, max_size: 5, timeout: 5s}",
    "pool.max_size": "pool: {max_size: 20}",
    "pool.min_size": "pool: {min_size: 1, max_size: 20}",
    "pool.timeout": "pool: {timeout: 500ms}",
    "adapters": _OWN_ADAPTERS,
    "adapters.adapter": _OWN_ADAPTERS,
    "adapters.options": _OWN_ADAPTERS,
    "adapters.python": _OTHER_PYTHON,
    "workloads": _READING,
    "workloads.setup": _READING,
    "workloads.sql": _READING,
    "workloads.args": _READING,
    "workloads.rows": _WRITING,
    "workloads.writes": _WRITING,
    "matrix": _ANY.format("clients: [10, 50]"),
    "matrix.adapter": "matrix: {adapter: [psycopg3, asyncpg, 'mypool:QueuePool']}",
    "matrix.workload": _ANY.format("workload: [read, mixed]"),
    "matrix.profile": _ANY.format("profile: [equal, stock]"),
    "matrix.cpus": _ANY.format("cpus: [one, all]"),
    "matrix.allocator": _ANY.format("allocator: [settled, fresh]"),
    "matrix.clients": _ANY.format("clients: [10, 20, 50]"),
    "matrix.pool_size": _ANY.format("pool_size: [1, 5, 20]"),
    "matrix.processes": _ANY.format("processes: [1, 2, 4]"),
    "matrix.leak": _ANY.format("leak: [0, 1%, 1]"),
    "matrix.transport": _ANY.format("transport: [unix, tcp]"),
    "matrix.pooler": _ANY.format("pooler: [none, transaction]"),
    "matrix.rtt": _ANY.format("rtt: [0ms, 1ms]"),
    "matrix.rate": _ANY.format("rate: [none, 1000]"),
    "matrix.fault": _ANY.format("fault: [none, {kind: down, at: 1s, lasts: 3s}]"),
    "include": _INCLUDE,
    "include.rounds": _INCLUDE,
    "exclude": f"{_ANY.format('clients: [10, 50]')}\nexclude: [{{adapter: asyncpg, clients: 50}}]",
    "compare": f"compare: processes\n{_ANY.format('processes: [1, 2]')}",
    "baseline": f"baseline: asyncpg\n{_ANY.format('clients: 10')}",
    "control": "control: false",
    "limit": "limit: false",
    "limit_duration": "limit_duration: 5s",
    "round_trips": "round_trips: false",
    "margin": "margin: 5%",
    "precision": "precision: 5%",
    "budget": "precision: 5%\nbudget: 20m",
    "thresholds": "thresholds: {adapter=psycopg3: ['failed_share == 0', 'total_ms_p99 < 500']}",
    "error_pause": "error_pause: 50ms",
    "think_time": "think_time: 10ms",
    "hold": f"hold: 3ms\n{_ANY.format('workload: hold')}",
    "deadline": "deadline: 2m",
    "find": f"{_FIND}\n{_ANY.format('rate: [50%, 90%]')}",
    "find.total_ms_p50": _FIND,
    "find.total_ms_p99": _FIND,
    "find.total_ms_p999": _FIND,
    "longest_p99": _SIZES,
    "shed": f"shed: 200ms\n{_ANY.format('rate: 1000')}",
    "leak_reference": f"leak_reference: keep\n{_ANY.format('leak: [0, 1]')}",
    "keep": "keep: true",
    "lesson": f"lesson: true\n{_ANY.format('leak: [0, 1]')}",
    "language": "language: es",
}
"""Key, with its section before it -> YAML."""
