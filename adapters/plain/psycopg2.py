"""Programs that use psycopg2 and its pools alone."""

from __future__ import annotations

from string import Template

QUEUE = "from adapters.fair_queue import FairQueue  # the queue of ours before the pool\n"

AUTOCOMMIT = """

class Autocommit(psycopg2.extensions.connection):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.autocommit = True
"""

LINES = Template("""\
import os

import psycopg2
from psycopg2.pool import $pool
$queue
DSN = os.environ["POOLBENCH_DSN"]
$autocommit

def open_pool(size):
    global pool$queue_too
    pool = $pool(size, size, DSN$factory)$make_queue


def acquire():$wait
    return pool.getconn()


def release(connection):
$commit    pool.putconn(connection)$next


def close():
    pool.closeall()


def execute(connection, sql):
    cursor = connection.cursor()
    cursor.execute(sql)
    return cursor.fetchall() if cursor.description else []


def connect():
    connection = psycopg2.connect(DSN)
    connection.autocommit = True
    return connection
""")


def lines(pool: str, *, queued: bool = False) -> dict[str, str]:
    """Return the lines for a pool class of psycopg2, by profile."""
    of = {
        "pool": pool,
        "queue": QUEUE if queued else "",
        "queue_too": ", queue" if queued else "",
        "make_queue": "\n    queue = FairQueue(size)" if queued else "",
        "wait": "\n    queue.acquire(timeout=1.0)" if queued else "",
        "next": "\n    queue.release()" if queued else "",
    }
    equal = {"autocommit": AUTOCOMMIT, "factory": ", connection_factory=Autocommit", "commit": ""}
    stock = {"autocommit": "", "factory": "", "commit": "    connection.commit()\n"}
    return {
        "equal": LINES.substitute(of, **equal),
        "stock": LINES.substitute(of, **stock),
    }
