"""Leak: connections that are never given back, held on to or dropped."""

from __future__ import annotations

import gc
import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from runner.drills.drill import Drill, Seen
from runner.drills.explanation import Explanation
from runner.drills.failing import LONGEST, failed
from runner.measure.worker_process import CellError
from runner.messages import message
from runner.results.observation import Word
from runner.times import SECOND
from runner.worker.protocol import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.base import PoolAdapter
    from runner.drills.scene import Scene
    from runner.worker.events import Events
    from runner.worker.protocol import TurnRecord

SIZE = 3
ALL = ("slot", "server", "warning", "close")
"""What is looked at once every connection has leaked."""

SHARES = {"1 % forgotten": 0.01, "10 % forgotten": 0.1}
FIRST = ", first failure"
"""The end of the cases in which the time until somebody is told is looked at."""

CLIENTS = SIZE
"""As many as there are connections: none is refused, or waits, before one has leaked."""

LENGTH = 3.0
"""Seconds of the load that forgets: long enough for every connection, at the smaller share too."""

ENOUGH = 5
"""Times the operations that chance makes likely until nobody is served: after so many it is no
chance any more that clients are (one in 25,000)."""

PATIENCE = 15.0
SLOTS = 10
"""Tenths of a second at its end in which nobody is served, where it stands still."""

_held: list[Any] = []
"""The connections of clients that never give them back, for as long as the process lives."""


async def leak(pool: PoolAdapter[Any], events: Events, size: int, *, hold: bool) -> dict[str, Any]:
    """Take every connection and give none back, then ask for one more; keep what is warned."""
    del events
    with _heard() as heard:
        for _ in range(size):
            connection = await pool.acquire()
            if hold:
                _held.append(connection)
        connection = None
        gc.collect()
        outcome: dict[str, Any] = {}
        try:
            async with pool.connection() as another:
                await another.fetchrow("SELECT 1")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a client gets
            outcome = failed(error)
    return {**outcome, "heard": heard[0][:LONGEST] if heard else ""}


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what is warned or logged in the block."""
    heard: list[str] = []
    handler = LogHandler(heard)
    logging.getLogger().addHandler(handler)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = lambda text, *_args, **_kwargs: heard.append(str(text))
            yield heard
    finally:
        logging.getLogger().removeHandler(handler)


class LogHandler(logging.Handler):
    """Keeps what libraries log as a warning or worse."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._heard.append(f"{record.name}: {' '.join(record.getMessage().split())}")


class Leaked(NamedTuple):
    """A pool of which every connection has leaked."""

    outcome: Mapping[str, Any]
    connections: int | None
    """Those that the server sees."""
    closing: float | CellError
    """The seconds that closing took, or how it went wrong."""


def see(scene: Scene, case: str) -> Seen:
    """Leak every connection, and look at what is left; or leak some of them under load."""
    if (share := case.removesuffix(FIRST)) in SHARES:
        return _under_load(scene, SHARES[share], first=case.endswith(FIRST))
    what, how = case.split(", ")
    left = scene.once(leaked, how == "held")
    heard, exception = left.outcome["heard"], left.outcome.get("exception", "")
    if what == "warning":
        return Seen(Word.WARNS, exception=heard) if heard else Seen(Word.SAYS_NOTHING)
    if what == "server":
        return Seen(Word.KEEPS, left.connections, "connections")
    if what == "close":
        if isinstance(left.closing, CellError):
            raise left.closing
        return Seen(Word.ENDS, left.closing, "s")
    if not exception:
        return Seen(Word.CLEAN)
    return Seen(Word.LEAKS, _size(scene), "connections", exception)


def _size(scene: Scene) -> int:
    """Return the connections of a pool of SIZE; more where it cannot be so small."""
    return max(SIZE, scene.contender.traits.smallest)


def leaked(scene: Scene, hold: bool) -> Leaked:  # noqa: FBT001 - `once` passes values by place
    """Leak every connection of a pool, and close it."""
    with scene.pool(SIZE) as pool:
        outcome = pool.play(leak, size=pool.size, hold=hold)
        connections = pool.connections()
        try:
            closing: float | CellError = pool.close()
        except CellError as error:
            closing = error
    return Leaked(outcome, connections, closing)


def _under_load(scene: Scene, share: float, *, first: bool) -> Seen:
    """Forget some releases until nobody is served, which takes size / share operations."""
    record = scene.once(forgetful_load, share)
    served, expected = sum(record.ok), _size(scene) / share
    if any(slot.operations for slot in record.timeline[-SLOTS:]):
        told = Word.CLEAN if served >= ENOUGH * expected else Word.UNDECIDED
        return Seen(told, served, "operations", expected=expected)
    error = next(iter(record.examples.values()), "")
    if first and record.first_failure is not None:
        return Seen(Word.TAKES, record.first_failure / SECOND, "s", error)
    return Seen(Word.STANDS_STILL, served, "operations", error, expected=expected)


def forgetful_load(scene: Scene, share: float) -> TurnRecord:
    """Let clients work that forget a share of their releases."""
    order = TurnOrder(1, 0.0, LENGTH, patience=PATIENCE, timeline=True)
    values: dict[str, Any] = {"clients": _size(scene), "leak": share, "keep_leaked": True}
    with scene.pool(SIZE, **values) as pool:
        return pool.turn(order, LENGTH + 2 * PATIENCE)


CASES = (
    *(f"{what}, {how}" for what in ALL for how in ("dropped", "held")),
    *(share + figure for share in SHARES for figure in ("", FIRST)),
)


CODE = """\
await open_pool({size})
held = []
for _ in range({size}):
    connection = await acquire()
    {kept}
connection = None
gc.collect()
word = "clean"
try:
    connection = await acquire()
    await execute(connection, "SELECT 1")
    await release(connection)
except Exception as error:
    print(repr(error))
    word = "leaks"
print(word)
"""


def explain(case: str) -> Explanation:
    """Explain how connections are leaked, and what is asked of the pool then."""
    if (share := case.removesuffix(FIRST)) in SHARES:
        return _forgotten(SHARES[share])
    what, how = case.split(", ")
    first = message("explain.open", count=SIZE, profile="equal")
    leaked = message("explain.dropped") if how == "dropped" else message("explain.held")
    if what == "close":
        steps = (first, leaked, message("explain.closed"))
        return Explanation(
            steps, message("explain.close_hangs"), no_code=message("explain.adapter_closes")
        )
    if what != "slot":
        look = {"server": message("explain.counted"), "warning": message("explain.listened")}[what]
        no_code = message("explain.looks_beside")
        return Explanation((first, leaked, look), message("explain.slot_is_gone"), no_code=no_code)
    kept = "held.append(connection)" if how == "held" else "pass  # it is forgotten"
    steps = (first, leaked, message("explain.another"))
    code = CODE.format(size=SIZE, kept=kept)
    return Explanation(steps, message("explain.slot_is_gone"), code, ("gc",))


def _forgotten(share: float) -> Explanation:
    steps = (
        message("explain.load", clients=CLIENTS, size=SIZE),
        message("explain.forgotten", share=share),
        message("explain.stands_still", expected=SIZE / share),
    )
    no_code = message("explain.several_clients")
    return Explanation(steps, message("explain.slot_is_gone"), no_code=no_code)


DRILL = Drill("leak", CASES, see, seconds=1.0, explains=explain)
