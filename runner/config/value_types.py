"""The kinds of values that a configuration holds, each with its check, its spelling and schema.

Durations are seconds, shares are fractions of 1; both are text with a unit in the YAML.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, Strict, WithJsonSchema

from runner.config.complaints import nearest
from runner.config.duration import DURATION, read_duration, write_duration
from runner.config.percentage import SHARE, read_percent, read_share, write_share
from runner.language import languages
from runner.rate import MOST_A_SECOND, read_rate
from runner.refusals import DIRECT
from runner.rtt import MOST_SECONDS

MOST_ROUNDS = 10_000


def _turn_length(value: object) -> float:
    """Read a duration, or `off`, which YAML 1.1 takes for false."""
    if value is False or value == "off":
        return 0.0
    try:
        seconds = read_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}, or off") from None
    if not seconds:
        raise ValueError("must be more than 0s, or off")
    return seconds


def _write_turn_length(seconds: float) -> str:
    return write_duration(seconds) if seconds else "off"


def _whole_seconds(seconds: float) -> float:
    if seconds < 1 or seconds % 1:
        raise ValueError("must be whole seconds, such as 3s")
    return seconds


def _setting(value: object) -> object:
    finite = not isinstance(value, float) or math.isfinite(value)
    if not (isinstance(value, str | int | float) and finite):
        raise ValueError("must be text, a finite number, true or false")
    return value


def _round_trip(value: object) -> float | str:
    if value == DIRECT:
        return DIRECT
    try:
        seconds = read_duration(value)
    except ValueError as error:
        raise ValueError(f"{error}, or {DIRECT}") from None
    if seconds > MOST_SECONDS:
        raise ValueError(f"must be at most {write_duration(MOST_SECONDS)}, or {DIRECT}")
    return seconds


def _write_round_trip(value: float | str) -> str:
    return value if isinstance(value, str) else write_duration(value)


def _rate(value: object) -> object:
    read_rate(value)
    return value


def _language(name: str) -> str:
    known = languages()
    if name not in known:
        raise ValueError(f"must be one of {', '.join(known)}{nearest(name, known)}")
    return name


Text = Annotated[str, Strict()]
WholeNumber = Annotated[int, Strict()]
Rounds = Annotated[WholeNumber, Field(ge=1, le=MOST_ROUNDS)]
Flag = Annotated[bool, Strict()]
Name = Annotated[Text, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$", max_length=100)]
Language = Annotated[Text, AfterValidator(_language)]
Duration = Annotated[
    float,
    BeforeValidator(read_duration),
    PlainSerializer(write_duration),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": f"^{DURATION.pattern}$"}, {"const": 0}]}
    ),
]
LongerThanNothing = Annotated[Duration, Field(gt=0)]
WholeSeconds = Annotated[Duration, AfterValidator(_whole_seconds)]
TurnLength = Annotated[
    float,
    BeforeValidator(_turn_length),
    PlainSerializer(_write_turn_length),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^(off|{DURATION.pattern})$"},
                {"const": False},
            ]
        }
    ),
]
Share = Annotated[
    float,
    BeforeValidator(read_share),
    PlainSerializer(write_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{SHARE.pattern}$"},
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            ]
        }
    ),
]
ListedProbability = Annotated[
    float,
    Strict(),
    Field(ge=0, le=1, allow_inf_nan=False),
    BeforeValidator(read_percent),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "pattern": r"^[0-9.]+\s*%$"},
            ]
        }
    ),
]
ListedRate = Annotated[
    int | float | str,
    BeforeValidator(_rate),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_A_SECOND},
                {"type": "string", "pattern": r"^([0-9.]+\s*%|none)$"},
            ]
        }
    ),
]
"""A rate as it is written: 2000, `70%` or `none`."""
ListedRoundTrip = Annotated[
    float | str,
    BeforeValidator(_round_trip),
    PlainSerializer(_write_round_trip),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": f"^(none|{DURATION.pattern})$"}, {"const": 0}]}
    ),
]
"""Seconds, or `none`."""
SettingName = Annotated[Text, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$")]
Setting = Annotated[
    Any, AfterValidator(_setting), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
