"""The section `server`: the PostgreSQL to measure against."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from runner.config.complaints import ConfigError, nearest
from runner.config.section import CheckContext, PlacedSection
from runner.config.value_types import Setting, SettingName, Text
from runner.config.variables import refuse_misspelled_variables, replace_variables
from runner.dsn_spelling import DSN, needs_encoding, needs_quotes
from runner.redaction import REDACTOR, may_hide_anything, redacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

HOST = re.compile(r"[\w.-]+(:[0-9]+)?(/\w*)?|\[[0-9a-fA-F:]+\](:[0-9]+)?")
"""A host, perhaps with its port and a database."""

ENCODED = (
    "the DSN cannot be read: it has an @ that does not end the password; "
    "inside a password, @ is written %40, / %2F, ? %3F, # %23, % %25 and a space %20"
)
QUOTED = (
    "the DSN cannot be read: it has a word twice; "
    "a password with a space in it is written in quotes, password='...'"
)
NOT_REPEATED = "what is written there may hold a password and is not repeated here"

T = TypeVar("T")


class Server(PlacedSection):
    """The source of PostgreSQL: `embedded`, a DSN, or a mapping."""

    kind: Literal["embedded", "dsn"] = "embedded"
    """`embedded`: started by the run and stopped with it. `dsn`: a server that is already there."""
    dsn: Text | None = Field(default=None, repr=False, validate_default=True)
    """The DSN as written: `${VAR}` and `${VAR:-default}` are replaced by environment variables."""
    direct: Text | None = Field(default=None, repr=False)
    """The DSN of the runner itself, where `dsn` leads through a pooler: what it sets and locks
    would stay in a session that the pooler hands on."""
    version: Literal[18, 16] = 18
    """The major version of the embedded PostgreSQL."""
    settings: dict[SettingName, Setting] = {}
    """The settings of the embedded PostgreSQL, by their names in postgresql.conf."""

    def expanded(self, environ: Mapping[str, str]) -> str:
        """Return the DSN with its variables replaced; it holds the secret, so keep it close.

        Raises ConfigError with file and line for a variable that is not set, and for an empty DSN.
        """
        return self._expanded("dsn", self.dsn or "", environ)

    def expanded_direct(self, environ: Mapping[str, str]) -> str | None:
        """Return the DSN of the runner itself likewise; None where it is that of the clients."""
        return None if self.direct is None else self._expanded("direct", self.direct, environ)

    def _expanded(self, key: str, dsn: str, environ: Mapping[str, str]) -> str:
        try:
            return _expand(dsn, environ)
        except ValueError as error:
            raise ConfigError([self.complaint(("server", key), str(error))]) from None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        match value:
            case "embedded":
                return {}
            case str():
                return {"kind": "dsn", "dsn": value}
            case dict():
                return {"kind": "dsn", **value} if "dsn" in value else value
        raise ValueError("must be embedded, a DSN or a mapping")

    @field_validator("dsn")
    @classmethod
    def _fits(cls, dsn: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if dsn is None:
            if kind == "dsn":
                raise ValueError("must have a dsn beside kind: dsn")
            return None
        if kind == "embedded":
            raise ValueError("cannot be set beside kind: embedded")
        return _read(dsn, info.context, ("embedded",))

    @field_validator("direct")
    @classmethod
    def _beside_a_dsn(cls, direct: str | None, info: ValidationInfo) -> str | None:
        if direct is not None and info.data.get("kind") == "embedded":
            raise ValueError(
                "is for a dsn that leads through a pooler, not for the embedded server"
            )
        return None if direct is None else _read(direct, info.context, ())

    @field_validator("version", "settings")
    @classmethod
    def _of_the_embedded(cls, value: T, info: ValidationInfo) -> T:
        if info.data.get("kind") == "dsn":
            raise ValueError("is for the embedded server only, not for a DSN")
        return value

    @model_serializer
    def _plain(self) -> str | dict[str, Any]:
        if self.dsn is not None and self.direct is not None:
            return {"dsn": redacted(self.dsn), "direct": redacted(self.direct)}
        if self.dsn is not None:
            return redacted(self.dsn)
        return {"kind": self.kind, "version": self.version, "settings": self.settings}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


def _read(dsn: str, context: CheckContext | None, others: Sequence[str]) -> str:
    """Check a DSN as written, its variables replaced where their values are known.

    `others` are words that its key takes beside a DSN.
    """
    try:
        _refuse_other_forms(dsn, others)
        expanded = None if context is None else _expand(dsn, context.environ)
    except ValueError as error:
        if may_hide_anything(dsn):
            raise _unquoted(f"{error}; {NOT_REPEATED}") from None
        raise
    if context is not None and expanded is not None:
        _check(expanded, context)
    return dsn


def _refuse_other_forms(dsn: str, others: Sequence[str]) -> None:
    """Raise ValueError for what does not begin as a DSN, and for variables that are misspelled."""
    if not DSN.match(dsn):
        allowed = ", ".join([*others, "postgresql://... or host=... dbname=..."])
        is_host = dsn != "embedded" and HOST.fullmatch(dsn.strip())
        a_host = is_host and "; a host alone is written postgresql://HOST"
        raise ValueError(f"must be {allowed}{nearest(dsn, others) or a_host or ''}")
    refuse_misspelled_variables(dsn)


def _expand(dsn: str, environ: Mapping[str, str]) -> str:
    """Replace the variables of a DSN. Raises ValueError for one that is not set, or no text.

    From then on this process shows no password of it.
    """
    expanded = replace_variables(dsn, environ)
    REDACTOR.learn_from(expanded)
    if not expanded.strip():
        raise ValueError("must not be empty when its variables are replaced")
    return expanded


def _check(dsn: str, context: CheckContext) -> None:
    """Raise an error that is explained without the DSN: what cannot be read cannot be masked."""
    sentence = ENCODED if needs_encoding(dsn) else QUOTED if needs_quotes(dsn) else ""
    try:
        context.check_dsn(dsn)
    except ValueError as error:
        sentence = sentence or str(error)
    if sentence:
        raise _unquoted(sentence)


def _unquoted(sentence: str) -> PydanticCustomError:
    """Make an error that is explained without its value."""
    return PydanticCustomError("unusable_dsn", "unusable DSN", {"sentence": sentence})
