"""The end of `python -m runner --help`: the other commands, the keys, the exit statuses."""

from __future__ import annotations

import textwrap

from runner.axes import ADAPTER, MATRIX
from runner.cli.exit_status import EXIT_STATUS
from runner.config.model import Config

WIDTH, INDENT = 80, 22

COMMANDS = """\
other commands, each with a --help of its own:
  configs [NAME]               the configurations that come along, or one
  schema [--markdown]          the keys of a configuration
  check [--server DSN]         can every adapter reach the server?
  demo [--adapter NAME]        the smallest real use of a pool
  size [--rate R] [--p99 MS]   how many connections are enough?
  drills [CONFIG]              what happens when things go wrong?
  compare DIR --with DIR       what changed from one version to another
  report DIR [--open]          write the page of a run again
  charts DIR                   draw the charts of a run again
  terms                        what each profile sets in every adapter
  proof [PART ...]             hold the numbers against known truths
  overhead [PART ...]          what the harness itself costs
  turns [--cycles N]           how long a turn should be
"""

KEYS = "keys of a configuration, explained by `poolbench schema --markdown`:"


def text() -> str:
    """Return it; no line is longer than a terminal is wide."""
    return "\n".join([COMMANDS, KEYS, *_keys(), "", EXIT_STATUS])


def _keys() -> list[str]:
    """Name the keys of a configuration."""
    others = [name for name in Config.model_fields if name != "matrix"]
    listed = {"axes of its matrix:": [ADAPTER, *MATRIX], "other keys:": others}
    return [
        textwrap.fill(
            f"  {of:{INDENT - 2}}{' '.join(names)}", WIDTH, subsequent_indent=" " * INDENT
        )
        for of, names in listed.items()
    ]
