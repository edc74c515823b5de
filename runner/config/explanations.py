"""The errors of pydantic in words of our own. They come as plain data: no pydantic here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.config.complaints import Complaint, Key, nearest
from runner.redaction import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

SENTENCES = {
    "greater_than": "must be more than {gt:g}s",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "int_parsing_size": "must be a smaller number",
    "int_type": "must be a whole number",
    "float_type": "must be a number such as 0.001",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "string_type": "must be text (put it in quotes)",
    "string_unicode": "must be text of valid characters",
    "string_pattern_mismatch": "must be of letters, digits and . _ - and begin with no . or -",
    "string_too_long": "must be at most {max_length} characters long",
    "literal_error": "must be {expected}",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "repeated": "must not repeat a value",
    "unusable_dsn": "{sentence}",
}
"""The type of each error that a section can raise -> a sentence with its figures."""
NO_SENTENCE = "is not allowed here"
UNQUOTED = {"unusable_dsn"}
"""The types of errors whose value may hold a password that cannot be told from the rest."""
ABSENT = object()


def explain(
    error: Mapping[str, Any],
    data: Mapping[str, Any],
    allowed_keys: Callable[[Key], Collection[str]],
) -> Complaint:
    """Return the key of an error and a sentence about it.

    `data` is what the user wrote; `allowed_keys` returns the names that the last step of a key may
    have.
    """
    kind, context = error["type"], error.get("ctx", {})
    key = tuple(step for step in error["loc"] if step != "[key]")
    if kind == "missing":
        return key[:-1], f"{key[-1]} is missing"
    if kind == "extra_forbidden":
        known = allowed_keys(key)
        return key, f"unknown key{nearest(str(key[-1]), known)}; allowed: {', '.join(known)}"
    if kind == "repeated":
        key = (*key, context["index"])
    own = kind == "value_error"
    sentence = str(context["error"]) if own else SENTENCES.get(kind, NO_SENTENCE).format(**context)
    value = key[-1] if "[key]" in error["loc"] else _value_at(data, key)
    if kind in UNQUOTED or value is ABSENT or (own and isinstance(value, dict | list)):
        return key, sentence
    return key, f"{sentence}, is {shown(value)}"


def _value_at(data: Any, key: Key) -> Any:
    """Look up the value at a key; a single value is a list of one."""
    for step in key:
        if isinstance(data, dict):
            data = data.get(str(step), ABSENT)
        elif isinstance(data, list) and isinstance(step, int):
            data = data[step]
        else:
            break
    return data
