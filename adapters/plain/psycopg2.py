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

TAKE = """\
    return pool.getconn()
"""
GIVE = "    pool.putconn(connection)"

TAKE_QUEUED = """\
    queue.acquire(timeout=seconds)
    try:
        return pool.getconn()
    except Exception:
        queue.release()
        raise
"""
GIVE_QUEUED = """\
    try:
        pool.putconn(connection)
    finally:
        queue.release()"""

LINES = Template("""\
import os

import psycopg2
from psycopg2.pool import $pool
$queue
DSN = os.environ["POOLBENCH_DSN"]
$autocommit

def open_pool(size, least=None, wait=1.0):
    global pool$queue_too
    least = size if least is None else least
    pool = $pool(least, size, DSN, connect_timeout=2$factory)$make_queue


def acquire():
$take

def release(connection):
$commit$give


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
        "queue_too": ", queue, seconds" if queued else "",
        "make_queue": "\n    queue, seconds = FairQueue(size), wait" if queued else "",
        "take": TAKE_QUEUED if queued else TAKE,
        "give": GIVE_QUEUED if queued else GIVE,
    }
    equal = {"autocommit": AUTOCOMMIT, "factory": ", connection_factory=Autocommit", "commit": ""}
    stock = {"autocommit": "", "factory": "", "commit": "    connection.commit()\n"}
    return {
        "equal": LINES.substitute(of, **equal),
        "stock": LINES.substitute(of, **stock),
    }
