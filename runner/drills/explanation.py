"""An explanation of a case: what is done, why it matters, and the code that shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Template
from textwrap import indent
from typing import TYPE_CHECKING

from adapters.base import VALIDATE, Concurrency
from runner.drills import plain_network
from runner.drills.plain_clients import CLIENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.registry import AdapterClass
    from runner.messages import Message

MAIN = """\
async def main():
{body}

asyncio.run(main())
"""

RUN = "run = asyncio.Runner().run\n\n"


@dataclass(frozen=True)
class Explanation:
    """A case for people."""

    steps: Sequence[Message]
    why: Message
    code: str = ""
    """The steps as lines of Python that print the word: as tasks need them, with `await`, in the
    names that `adapters.plain` and `plain_clients` define. Empty where no code can show it."""
    imports: tuple[str, ...] = ()
    """The modules of the standard library that the code needs."""
    networked: bool = False
    """The pool reaches its server through a network of the program's own: see `plain_network`."""
    whole_process: bool = False
    """The code is not run in an event loop: it runs its coroutines itself, with `run`."""
    option: str = ""
    """What the pool is told, at `$option` of the code: `validate`, or a kind of `retires`. Code is
    for libraries alone that can be told so."""
    limit: int = 0
    """The value of such a kind."""
    no_code: Message | None = None
    """Why there is no code."""
    profile: str = "equal"

    def lacks(self, adapter: AdapterClass) -> bool:
        """Tell whether the library of an adapter cannot be told what the code tells it."""
        if self.option == VALIDATE:
            return adapter.validating is None
        return bool(self.option) and self.option not in adapter.retires

    def program(self, adapter: AdapterClass) -> str:
        """Write the whole program, with the first lines of an adapter that has them."""
        tasks = adapter.concurrency is Concurrency.TASKS
        code = Template(self.code).safe_substitute(option=self._told(adapter))
        clients = [it for name, it in CLIENTS.items() if f"{name}(" in code]
        needed = {*self.imports, *(plain_network.IMPORTS if self.networked else ())}
        needed |= {"asyncio"} if tasks else {name for it in clients for name in it.imports}
        network = plain_network.NETWORK if self.networked else ""
        plain = adapter.plain[self.profile]
        missing = [it for it in sorted(needed) if network or f"import {it}\n" not in plain]
        head = "".join(f"import {it}\n" for it in missing) + network + plain
        parts = [head, *(it.tasks if tasks else it.threads for it in clients)]
        body = self._for_tasks(code) if tasks else _for_threads(code)
        return "\n\n".join([*parts, body])

    def _told(self, adapter: AdapterClass) -> str:
        """Write what the pool is told, as one more argument."""
        if not self.option:
            return ""
        if self.option == VALIDATE:
            return ", **VALIDATED"
        return f", {adapter.retires[self.option]}={self.limit}"

    def _for_tasks(self, code: str) -> str:
        return RUN + code if self.whole_process else MAIN.format(body=indent(code, "    "))


def _for_threads(code: str) -> str:
    """Leave out what waits for coroutines: a function of threads has done its work."""
    plain = code.replace("async def", "def").replace("await ", "")
    return re.sub(r"\brun\((.+)\)$", r"\1", plain, flags=re.MULTILINE)
