"""An explanation of a case: what is done, why it matters, and the code that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.messages import Message

MAIN = """\
async def main():
{body}

asyncio.run(main())
"""


@dataclass(frozen=True)
class Explanation:
    """A case for people."""

    steps: Sequence[Message]
    why: Message
    code: str = ""
    """The steps as lines of Python that print the word: as tasks need them, with `await`, in the
    names that `adapters.plain` defines. Empty where plain code cannot show it."""
    imports: tuple[str, ...] = ()
    """The modules of the standard library that the code needs."""
    no_code: Message | None = None
    """Why there is no code."""
    profile: str = "equal"

    def program(self, plain: str, *, tasks: bool) -> str:
        """Write the whole program, after the first lines of an adapter."""
        needed = sorted({*self.imports, *(["asyncio"] if tasks else [])})
        imports = [f"import {name}" for name in needed if f"import {name}\n" not in plain]
        head = "\n".join([*imports, plain]) if imports else plain
        return f"{head}\n\n{_for_tasks(self.code) if tasks else _for_threads(self.code)}"


def _for_tasks(code: str) -> str:
    return MAIN.format(body=indent(code, "    "))


def _for_threads(code: str) -> str:
    return code.replace("await ", "")
