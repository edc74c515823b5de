"""Drills are done side by side where they may, alone where they must, until one fails."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from runner.drills import several
from runner.drills.drill import Drill, Seen
from runner.drills.several import carry_out_all, every_case, expected_seconds
from runner.results.observation import Observation, Word
from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.drills.scene import Scene
    from runner.drills.several import AdapterCase, SceneOf


def never(scene: Scene, case: str) -> Seen:
    raise AssertionError((scene, case))


SHARED = Drill("shared", ("a", "b"), never, alone=False, seconds=1.0)
ALONE = Drill("alone", ("c",), never, seconds=3.0)
DRILLS = [SHARED, ALONE]


class Servers:
    """Servers with numbers, and what happened on them."""

    def __init__(self) -> None:
        self.started = 0
        self.running = 0
        self.happened: list[tuple[str, str, str]] = []
        self.threads: set[int] = set()
        self.together = threading.Barrier(2, timeout=10)

    @contextmanager
    def start(self) -> Iterator[SceneOf]:
        self.started += 1
        self.running += 1
        number = f"server {self.started}"
        yield lambda name: cast("Scene", (name, number))
        self.running -= 1

    def ready(self) -> None:
        self.happened.append(("ready", "", str(self.running)))

    def observe(self, drill: Drill, case: str, scene: Any) -> Observation:
        name, server = scene
        self.threads.add(threading.get_ident())
        if not drill.alone:
            self.together.wait()  # it passes only with another one beside it
        return Observation(name, drill.name, case, Word.CLEAN, versions=server)

    def begins(self, case: AdapterCase) -> None:
        self.happened.append(("begins", case.adapter, case.case))

    def ended(self, seen: Observation) -> None:
        self.happened.append((seen.versions, seen.adapter, seen.case))


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    made = Servers()
    monkeypatch.setattr(several, "observe", made.observe)
    return made


def test_some_are_done_at_the_same_time_and_the_others_after_them_on_a_server_of_their_own(
    servers: Servers,
) -> None:
    carry_out_all(every_case(["x", "y"], DRILLS), servers.start, servers, 2)
    assert servers.happened[0] == ("ready", "", "2"), "none is begun before all can be"
    ended = [it for it in servers.happened if it[0] not in ("ready", "begins")]
    assert {it[1:] for it in ended[:4]} == {("x", "a"), ("x", "b"), ("y", "a"), ("y", "b")}
    assert {it[0] for it in ended[:4]} == {"server 1", "server 2"}
    assert servers.happened[-5:] == [
        ("ready", "", "1"),
        ("begins", "x", "c"),
        ("server 3", "x", "c"),
        ("begins", "y", "c"),
        ("server 3", "y", "c"),
    ]
    assert len(servers.threads) == 3
    assert servers.running == 0


def test_an_error_ends_what_is_under_way_and_begins_nothing_more(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, done = threading.Event(), []

    def observe(drill: Drill, case: str, scene: Any) -> Observation:
        del drill
        servers.together.wait()
        name, _ = scene
        if name == "x":
            raise ServerError("gone")
        assert over.wait(10)
        done.append((name, case))
        return Observation(name, "shared", case, Word.CLEAN)

    monkeypatch.setattr(several, "observe", observe)
    monkeypatch.setattr(several, "Event", lambda: over)
    with pytest.raises(ServerError, match="gone"):
        carry_out_all(every_case(["x", "y", "z"], DRILLS), servers.start, servers, 2)
    assert done == [("y", "a")]
    assert {it[1:] for it in servers.happened[1:]} <= {("x", "a"), ("y", "a")}


def test_a_listener_that_fails_ends_the_drills_too(servers: Servers) -> None:
    def full(seen: Observation) -> None:
        raise OSError(seen.case)

    servers.ended = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match=r"[ab]"):
        carry_out_all(every_case(["x", "y"], [SHARED]), servers.start, servers, 2)


def test_what_is_done_side_by_side_takes_its_part_of_the_time() -> None:
    cases = every_case(["x", "y"], DRILLS)
    assert expected_seconds(cases, 2) == 2 * 3.0 + 4 * 1.0 / 2
    assert expected_seconds([], 2) == 0


def test_the_order_is_that_of_adapters_then_drills_then_cases() -> None:
    keys = [it.key for it in every_case(["x", "y"], DRILLS)]
    assert keys[:3] == [("x", "shared", "a"), ("x", "shared", "b"), ("x", "alone", "c")]
    assert keys[3:] == [("y", *key[1:]) for key in keys[:3]]
