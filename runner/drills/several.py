"""Drills for several adapters: side by side where they do not disturb each other, others alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Protocol, TypeAlias

from runner.drills.drills import observe
from runner.results.observation import Observation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from runner.drills.drill import Drill
    from runner.drills.scene import Scene

    SceneOf = Callable[[str], Scene]
    """Puts the adapter of a name before a server."""
    StartServer = Callable[[], AbstractContextManager[SceneOf]]
    """Starts a server for a block; to be entered in a thread that lives as long."""


@dataclass(frozen=True)
class AdapterCase:
    """A case of a drill, to be done to one adapter."""

    adapter: str
    drill: Drill
    case: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The names by which its observation is found in a file."""
        return self.adapter, self.drill.name, self.case


Happened: TypeAlias = AdapterCase | Observation | BaseException | None
"""What begins, what was seen, or what ended a thread: None where there is no more to do."""


class Progress(Protocol):
    """Follows what is done; called in one thread only."""

    def ready(self) -> None:
        """Take note that the servers of what comes next have started."""

    def begins(self, case: AdapterCase) -> None:
        """Take note of a case that is done now."""

    def ended(self, seen: Observation) -> None:
        """Take note of what was seen."""


def every_case(names: Iterable[str], drills: Sequence[Drill]) -> list[AdapterCase]:
    """List every case of each drill for each adapter: the order of tables and files."""
    return [AdapterCase(name, it, case) for name in names for it in drills for case in it.cases]


def expected_seconds(cases: Sequence[AdapterCase], at_a_time: int) -> float:
    """Return about the seconds that cases take."""
    alone = sum(it.drill.seconds for it in cases if it.drill.alone)
    return alone + sum(it.drill.seconds for it in cases if not it.drill.alone) / at_a_time


def carry_out_all(
    cases: Sequence[AdapterCase], start_server: StartServer, progress: Progress, at_a_time: int
) -> None:
    """Do side by side what can be, `at_a_time` of it, and then drill by drill what must be alone.

    What is done at the same time has a server each; so has each drill that is alone, which may
    break it. Raises ServerError, Interrupted, and what `progress` raises.
    """
    _side_by_side([it for it in cases if not it.drill.alone], start_server, progress, at_a_time)
    alone = [it for it in cases if it.drill.alone]
    for name in dict.fromkeys(it.drill.name for it in alone):
        with start_server() as scene_of:
            progress.ready()
            for case in (it for it in alone if it.drill.name == name):
                progress.begins(case)
                progress.ended(observe(case.drill, case.case, scene_of(case.adapter)))


def _side_by_side(
    cases: Sequence[AdapterCase], start_server: StartServer, progress: Progress, at_a_time: int
) -> None:
    """Let threads take the cases of one drill for one adapter, and follow them in this one.

    Such cases may look at one event, which is that of a thread.
    """
    todo: SimpleQueue[list[AdapterCase]] = SimpleQueue()
    happened: SimpleQueue[Happened] = SimpleQueue()
    over = Event()
    together = [list(it) for _, it in groupby(cases, lambda it: (it.adapter, it.drill.name))]
    for those in together:
        todo.put(those)
    threads = min(at_a_time, len(together))
    with ExitStack() as held:
        scenes = [held.enter_context(start_server()) for _ in range(threads)]
        if scenes:
            progress.ready()
            pool = held.enter_context(ThreadPoolExecutor(threads))
            held.callback(over.set)  # after an error each ends the case that it has begun
        for scene_of in scenes:
            pool.submit(_work, todo, scene_of, happened.put, over)
        _follow(happened, progress, threads)


def _follow(happened: SimpleQueue[Happened], progress: Progress, threads: int) -> None:
    """Pass on what happens until every thread has ended; raise what ended one."""
    while threads:
        match happened.get():
            case AdapterCase() as case:
                progress.begins(case)
            case Observation() as seen:
                progress.ended(seen)
            case BaseException() as error:
                raise error
            case None:
                threads -= 1


def _work(
    todo: SimpleQueue[list[AdapterCase]],
    scene_of: SceneOf,
    tell: Callable[[Happened], None],
    over: Event,
) -> None:
    """Do what is to be done until there is no more of it, or it is over."""
    try:
        while True:
            for case in todo.get_nowait():
                if over.is_set():
                    return
                tell(case)
                tell(observe(case.drill, case.case, scene_of(case.adapter)))
    except Empty:
        tell(None)
    except BaseException as error:  # noqa: BLE001 - the thread that follows raises it
        tell(error)
