"""The statements that are refused before anything is started: by their tokens, not by a parser.

The server that the run is made on is the parser: it refuses what it does not understand when the
adapters play the statement before the first measurement, and it keeps sessions read-only. What is
refused here is what it would do all the same.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from adapters.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEASURED = ("select", "insert", "update", "delete", "merge", "with", "values", "table")
PREPARING = ("create", "alter", "analyze", *MEASURED)

WITHIN = frozenset(
    {
        *("table", "index", "view", "sequence", "type", "domain", "function", "procedure"),
        *("aggregate", "trigger", "statistics"),
    }
)
"""What lies in a schema, as CREATE names it."""

ALTERED = frozenset({"table", "index", "view", "sequence"})
"""What may be altered: a lock then tells to which schema it belongs."""

BEFORE = frozenset(
    {"or", "replace", "unlogged", "unique", "materialized", "recursive", "constraint"}
)
"""Words between CREATE or ALTER and what it is about."""

TRANSACTION = "is transaction control; each operation is a transaction of its own"
SESSION = "changes the session, which the pool hands on to the next client"
WAKES = "is a message between sessions, which no operation can wait for"
DDL = "is DDL, which belongs into setup"

REASONS = {
    **dict.fromkeys(
        ("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"),
        TRANSACTION,
    ),
    **dict.fromkeys(("prepare", "execute", "deallocate", "declare", "fetch", "close"), SESSION),
    **dict.fromkeys(("set", "reset", "discard", "load"), SESSION),
    **dict.fromkeys(("listen", "unlisten", "notify"), WAKES),
    "copy": "speaks a protocol of its own, which no adapter does",
    "do": "is a program without an answer; make it a function in setup and select it",
    "call": "runs a procedure, which may commit; make it a function in setup and select it",
    "lock": "takes a lock on a whole table, which is transaction control",
    **dict.fromkeys(
        ("create", "alter", "drop", "truncate", "comment", "grant", "revoke", "reindex", "vacuum"),
        DDL,
    ),
    **dict.fromkeys(("analyze", "cluster", "refresh", "reassign", "security", "import"), DDL),
}
"""The first word of a statement -> why it is no operation of a client."""

LOCKS = ("pg_advisory_", "pg_try_advisory_")

FUNCTIONS = {
    "set_config": SESSION,
    "pg_notify": WAKES,
}
"""Functions that do what the statements of the same name may not."""


def statement_refusals(sql: str) -> Iterator[str]:
    """Yield why a statement cannot be what a client does, a sentence each."""
    words = list(tokens(sql))
    first = _first(words)
    if first in REASONS:
        yield f"{first.upper()} {REASONS[first]}"
    elif first not in MEASURED:
        yield f"must begin with {', '.join(map(str.upper, MEASURED[:-1]))} or TABLE"
    elif _makes_a_table(words):
        yield f"SELECT INTO {DDL}"
    if ";" in words[:-1]:
        yield "must be one statement, has several"
    yield from _functions(words)


def setup_refusals(sql: str) -> Iterator[str]:
    """Yield why a statement cannot be a part of `setup`, a sentence each."""
    words = list(tokens(sql))
    first, about = _first(words), next((word for word in words[1:] if word not in BEFORE), "")
    if first in ("create", "alter"):
        if about not in (WITHIN if first == "create" else ALTERED):
            yield f"{first.upper()} {about.upper()} reaches beyond the schema poolbench"
    elif first not in PREPARING:
        why = REASONS.get(first, DDL)
        why = "is not needed: what setup makes is gone afterwards" if why == DDL else why
        yield f"{first.upper()} {why}" if first else "must not be empty"
    if ";" in words[:-1] and "atomic" not in words:  # BEGIN ATOMIC ... END holds statements
        yield "must be one statement, has several: write each as an item of its own"
    yield from _functions(words)


def argument_refusals(sql: str, count: int) -> Iterator[str]:
    """Yield why `count` arguments do not fit the placeholders, and which lack a cast."""
    words = list(tokens(sql))
    numbers = {int(word[1:]) for word in words if _is_placeholder(word)}
    if missing := sorted(numbers - set(range(1, count + 1))):
        there = "no args" if not count else f"{count} arg{'s' * (count > 1)}"
        yield f"has ${missing[0]}, but there {'is' if count == 1 else 'are'} {there}"
    elif unused := sorted(set(range(1, count + 1)) - numbers):
        yield f"must use each of the {count} args, lacks ${unused[0]}"
    bare = (word for at, word in enumerate(words) if _is_placeholder(word) and _bare(words, at))
    if first := next(bare, None):
        yield (
            f"{first} must carry a cast, such as {first}::int: "
            "without one each driver sends a type of its own"
        )


def _first(words: Sequence[str]) -> str:
    """Find the first word; a query may begin with parentheses."""
    return next((word for word in words if word != "("), "")


def _makes_a_table(words: Sequence[str]) -> bool:
    return any(
        word == "into" and before not in ("insert", "merge") for before, word in pairwise(words)
    )


def _functions(words: Sequence[str]) -> Iterator[str]:
    for word in dict.fromkeys(each.strip('"') for each in words):
        if word.startswith(LOCKS):
            yield f"{word} takes an advisory lock, which may stay with the session"
        elif word in FUNCTIONS:
            yield f"{word} {FUNCTIONS[word]}"


def _is_placeholder(word: str) -> bool:
    return word.startswith("$")


def _bare(words: Sequence[str], at: int) -> bool:
    """Tell whether a placeholder has neither `::` behind it nor CAST around it."""
    after = words[at + 1] if at + 1 < len(words) else ""
    return after != "::" and not (
        list(words[max(0, at - 2) : at]) == ["cast", "("] and after == "as"
    )
