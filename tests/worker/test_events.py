"""Events are taken by name, in the order in which they came."""

from __future__ import annotations

import threading

from runner.worker.events import Events, Inbox
from runner.worker.executor import Threads
from runner.worker.protocol import Event


def test_an_event_waits_for_the_one_who_asks_for_it_by_name() -> None:
    inbox = Inbox()
    for number, name in enumerate(("mended", "break now", "mended")):
        inbox.put(Event(name, number))
    assert [inbox.take(name).at for name in ("break now", "mended", "mended")] == [1, 0, 2]


def test_a_coroutine_waits_until_its_event_has_come() -> None:
    inbox, executor = Inbox(), Threads()
    events = Events(inbox, lambda _event: None, executor)
    facts: list[dict[str, object]] = []

    async def wait() -> None:
        facts.append(await events.wait_for("mended"))

    waiting = threading.Thread(target=lambda: executor.run(wait))
    waiting.start()
    inbox.put(Event("break now", 1))
    assert facts == []
    inbox.put(Event("mended", 2, {"after_ms": 7}))
    waiting.join(10)
    assert facts == [{"after_ms": 7}]


def test_an_event_that_is_told_carries_its_moment_and_its_facts() -> None:
    sent: list[Event] = []
    events = Events(Inbox(), sent.append, Threads())

    async def tell() -> None:
        await events.tell("all out", connections=5)
        await events.tell("broken")

    Threads().run(tell)
    assert [(event.name, event.facts) for event in sent] == [
        ("all out", {"connections": 5}),
        ("broken", {}),
    ]
    assert sent[0].at <= sent[1].at
