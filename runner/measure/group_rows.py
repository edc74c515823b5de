"""The rows of a group, stored at its end: in one write, before logs and distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.redaction import masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.measure.context import Context
    from runner.measure.member import Member
    from runner.results.row import Row


def store(members: Sequence[Member], context: Context) -> None:
    """Append the rows, then write the distributions, then the logs of those that went wrong.

    Raises RunFolderError.
    """
    secrets, run_folder = context.server.secrets, context.run_folder
    rows = [(member, member.result(secrets)) for member in members if member.has_row]
    if not rows:
        return
    run_folder.append([row for _, row in rows])
    run_folder.append_histograms(
        (row, tails.seconds, tails.histograms) for member, row in rows if (tails := member.tails)
    )
    for member, row in rows:
        if row.bad:
            run_folder.write(_log_name(row), masked(member.run.log(), secrets))


def _log_name(row: Row) -> str:
    return f"logs/{row.cell.id}.round{row.round}.log"
