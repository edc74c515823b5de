"""The output of the C program `pgbench`, read in every version from 13."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runner.supervision.process import ending

TRANSACTIONS = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)
PER_SECOND = re.compile(
    r"^tps = ([\d.]+) \((?:without initial connection time|excluding connections establishing)\)",
    re.MULTILINE,
)  # as 14 and later say it, and 13
COMPLAINT = re.compile(r"^pgbench: (?:error|fatal): (.+)$", re.MULTILINE)
LONGEST_COMPLAINT = 300


class PgbenchError(Exception):
    """The limit cannot be measured; the message, without a password, is the reason in its row."""


@dataclass(frozen=True)
class Counted:
    """The count of pgbench from the moment that it was connected."""

    transactions: int
    """The transactions that succeeded."""
    failed: int
    per_second: float
    """Transactions that succeeded, per second."""

    @property
    def seconds(self) -> float:
        """The seconds for which it counted, connecting apart."""
        return self.transactions / self.per_second


def counted(text: str, status: int | None) -> Counted:
    """Read the output of pgbench, of any version from 13. Raises PgbenchError."""
    if status != 0:
        raise PgbenchError(
            ending("pgbench", status) + (f": {why}" if (why := _complaint(text)) else "")
        )
    transactions, per_second = TRANSACTIONS.search(text), PER_SECOND.search(text)
    failed = FAILED.search(text)  # 13 and 14 know no failure that does not end the run
    if not transactions or not per_second or not float(per_second[1]):
        raise PgbenchError("pgbench finished no operation before its time was over")
    return Counted(int(transactions[1]), int(failed[1]) if failed else 0, float(per_second[1]))


def _complaint(text: str) -> str:
    """Find its first complaint, the cause of the others, or else its last words."""
    first = COMPLAINT.search(text)
    return " ".join(first[1].split())[:LONGEST_COMPLAINT] if first else last_line(text)


def last_line(text: str) -> str:
    """Take the last line of an output, cut to a length that fits a row."""
    return " ".join(text.strip().rpartition("\n")[2].split())[:LONGEST_COMPLAINT]
