"""A pool under load that is disturbed: what its clients see of it, tenth by tenth of a second."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.playing import together
from runner.drills.drill import Seen
from runner.drills.scene import ERROR_PAUSE
from runner.measure.disturbance import disturbed
from runner.measure.worker_process import Failed
from runner.results.observation import Word
from runner.results.recovery import recovery
from runner.times import SECOND, SLOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.base import PoolAdapter
    from runner.drills.scene import OpenedPool
    from runner.measure.disturbance import Disturbance, Moments
    from runner.results.recovery import Recovery
    from runner.worker.events import Events
    from runner.worker.protocol import Event

PAUSE = 0.005
"""Seconds between two operations of a client: the load leaves the machine time for what mends."""

BEFORE, AFTER = 1.0, 3.0
"""Seconds before the fault, and after it should have been mended, to which the time of the fault is
added: pools that ask less and less often may take as long again."""

LAST_SLOTS = round(1 / SLOT)
"""Those of a second."""
SERVED_FOR = 1.2
"""Seconds for which clients work on once they are served again: it may have been by chance."""

LOOK_SECONDS = 0.05
PATIENCE = 15.0
"""Seconds that clients may take to come back, once the load has ended."""


class Times(NamedTuple):
    """The seconds of a load that is disturbed."""

    before: float
    lasts: float
    after: float
    """From the mending until clients are given up that have not been served since."""


@dataclass
class Slots:
    """The successes and failures of clients, by the slots of time in which they came."""

    began: int = field(default_factory=monotonic_ns)
    operations: list[int] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    over: bool = False
    """The clients are to come to an end."""

    def now(self) -> float:
        """Return the seconds since the beginning."""
        return (monotonic_ns() - self.began) / SECOND

    def count(self, numbers: list[int]) -> None:
        """Count one more in the slot of this moment."""
        slot = int(self.now() / SLOT)
        numbers.extend([0] * (slot + 1 - len(numbers)))
        numbers[slot] += 1

    def served_since(self, moment: float) -> float:
        """Return the seconds since the first success after a moment; 0 where there was none.

        Nor is there any where nothing succeeded in the last second: the first was by chance.
        """
        if not any(self.operations[max(0, int(self.now() / SLOT) - LAST_SLOTS) :]):
            return 0.0
        for slot in range(int(moment / SLOT) + 1, len(self.operations)):
            if self.operations[slot]:
                return self.now() - slot * SLOT
        return 0.0


async def load(
    pool: PoolAdapter[Any], events: Events, clients: int, times: Sequence[float]
) -> dict[str, Any]:
    """Let clients work while something is broken and mended, until they are served again."""
    slots = Slots()
    working = [_client(pool, slots) for _ in range(clients)]
    await together(pool, *working, _end(pool, events, slots, Times(*times)))
    length = int(slots.now() / SLOT)
    operations, failures = (
        [*numbers, *([0] * (length - len(numbers)))][:length]
        for numbers in (slots.operations, slots.failures)
    )
    return {"began": slots.began, "operations": operations, "failures": failures}


async def _client(pool: PoolAdapter[Any], slots: Slots) -> None:
    while not slots.over:
        try:
            async with pool.connection() as connection:
                await connection.fetchrow("SELECT 1")
        except Exception:  # noqa: BLE001 - whatever it is, it is what a client gets
            slots.count(slots.failures)
            await pool.sleep(ERROR_PAUSE)
        else:
            slots.count(slots.operations)
            await pool.sleep(PAUSE)


async def _end(pool: PoolAdapter[Any], events: Events, slots: Slots, times: Times) -> None:
    """Let something be broken and mended, and the clients end when they have been served since."""
    try:
        await pool.sleep(times.before)
        await events.tell("break now")
        await events.wait_for("broken")
        await pool.sleep(times.lasts)
        await events.tell("mend")
        await events.wait_for("mended")
        mended = slots.now()
        while slots.served_since(mended) < SERVED_FOR and slots.now() < mended + times.after:
            await pool.sleep(LOOK_SECONDS)
    finally:
        slots.over = True


def disturbed_load(
    disturbance: Disturbance, pool: OpenedPool, clients: int, lasts: float
) -> Recovery:
    """Let clients of a pool work, disturb them, and see how they recover.

    Raises Hung where they do not come back, ServerError, Interrupted.
    """
    with ExitStack() as fault:
        moments: list[Moments] = []

        def react(event: Event) -> None:
            if event.name == "break now":
                moments.append(fault.enter_context(disturbed(disturbance, pool.target)))
                pool.worker.tell("broken")
            elif event.name == "mend":
                fault.close()
                pool.worker.tell("mended")

        times = Times(BEFORE, lasts, AFTER + lasts)
        counted = pool.play(load, sum(times) + PATIENCE, react, clients=clients, times=times)
    broken, mended = moments[0].broken, moments[0].mended or moments[0].broken
    try:
        return recovery(
            counted["operations"],
            counted["failures"],
            (broken - counted["began"]) / SECOND,
            (mended - counted["began"]) / SECOND,
        )
    except ValueError as error:
        raise Failed(str(error)) from error


def served_again(seen: Recovery) -> Seen:
    """Say when clients were served again, to a tenth of a second, which is the shortest time."""
    if seen.first_success is None or not seen.serves:
        return Seen(Word.NEVER)
    return Seen(Word.RECOVERS, max(SLOT, seen.first_success), "s")
