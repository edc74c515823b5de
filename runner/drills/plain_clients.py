"""The clients of a program that shows a drill with a library alone, as threads and as tasks: text.

- `together(client, number)` lets that many come at once, and returns what each returns
- `within(seconds, client)` returns what it returns, and None where it takes longer
- `pause(seconds)`
"""

from __future__ import annotations

from typing import NamedTuple


class Clients(NamedTuple):
    """A function of the programs, as tasks and as threads have it."""

    tasks: str
    threads: str
    imports: tuple[str, ...]
    """The modules that threads need for it."""


CLIENTS = {
    "together": Clients(
        """\
async def together(client, number):
    return await asyncio.gather(*(client() for _ in range(number)))
""",
        """\
def together(client, number):
    with concurrent.futures.ThreadPoolExecutor(number) as threads:
        return list(threads.map(lambda _: client(), range(number)))
""",
        ("concurrent.futures",),
    ),
    "within": Clients(
        """\
async def within(seconds, client):
    task = asyncio.ensure_future(client())
    await asyncio.wait([task], timeout=seconds)
    return task.result() if task.done() else None
""",
        """\
def within(seconds, client):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(client()), daemon=True)
    thread.start()
    thread.join(seconds)
    return answers[0] if answers else None
""",
        ("threading",),
    ),
    "pause": Clients("pause = asyncio.sleep\n", "pause = time.sleep\n", ("time",)),
}
"""Name -> how it is written. A program has those that its code names."""
