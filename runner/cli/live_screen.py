"""A live display on a terminal, a line for each result elsewhere, nothing at all when quiet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from runner.messages import message
from runner.report.catalogue import text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.console import RenderableType

    from runner.cli.progress import Pace
    from runner.messages import Message

BAR = 24
"""Letters."""


class LiveScreen(ABC):
    """What every command shows that takes its time: how much is done, what goes on, what was."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        """Take where to write."""
        self._console = console
        self._quiet = quiet
        self._live: Live | None = None

    def show(self) -> AbstractContextManager[object]:
        """Show the live display for a while, where there is a terminal.

        It is redrawn once a second: the machine belongs to the measurement.
        """
        if self._quiet or not self._console.is_terminal:
            return nullcontext()
        self._live = Live(
            get_renderable=self._display,
            console=self._console,
            refresh_per_second=1,
            transient=True,
        )
        return self._live

    @abstractmethod
    def _display(self) -> RenderableType:
        """Draw what is to be seen now."""

    def _say(self, line: Message) -> None:
        """Print a line where nothing is shown live."""
        if self._live is None and not self._quiet:
            self._console.print(escape(text(line)), soft_wrap=True, highlight=False)

    def _group(self, pace: Pace, done: tuple[int, int], *below: RenderableType) -> Group:
        """Draw a bar with the times, and what is below it; `done` is how many, of how many."""
        count, all_ = done
        times = text(message("screen.times", gone=pace.elapsed, left=pace.left))
        head = Table.grid(padding=(0, 1))
        head.add_row(ProgressBar(total=max(1, all_), completed=count, width=BAR), times)
        return Group(head, *below)

    def _line(self, line: str, style: str = "") -> RenderableType:
        """Draw a line that ends where the terminal does, so that the display keeps its height."""
        rendered = self._console.render_str(escape(line), style=style, overflow="ellipsis")
        rendered.no_wrap = True
        return rendered
