"""The redaction of what is shown or kept: never with a password, never with a hidden character."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from runner.dsn_spelling import SECRET_NAME, WORDS, has_known_form, is_place, secret_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")
"""An environment variable in a text, as a shell writes it: its name is no secret."""
NAME_OF_SECRET = re.compile(r"pw|pass|secret|token|key", re.IGNORECASE)
PLAIN_DEFAULT = re.compile(r"[\w.-]*")
"""The default of a variable that hides nothing, beside other text."""
HOLDER = 0xE000
"""The first private character, which holds the place of a variable."""
PRIVATE = re.compile("[\ue000-\uf8ff]")
OVERRIDE = re.compile(r"-*\w[\w.-]*")
"""The key of an override, or the name of an option."""

LONE_WORD = re.compile(r"[\w.-]+")
NO_SECRETS = ("embedded", "localhost")
"""The lone words in the place of a DSN that are no secret of anybody's."""

SERVER_KEYS = ("server", "server.dsn", "server.direct")
"""The keys of an override whose value is a DSN, or was meant to be."""

MASK = "***"
LONGEST_TEXT = 80
SHORT = 4
"""Characters below which a secret is hidden only where it is a whole word: `a` is in every text."""

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""The categories of characters that a terminal obeys, reorders a text by, or cannot write."""


class Redactor:
    """All secrets that this process has come to know, and the one way to hide them."""

    def __init__(self, *secrets: str) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        """Finds the longest secret at each place, also inside of another one."""
        self.learn(*secrets)

    def learn(self, *secrets: str | None) -> None:
        """Hide these from now on, in whatever spelling."""
        forms = {form for secret in secrets if secret for form in _spellings(secret)}
        forms = {form for form in forms if form.strip(" *")}
        if not forms <= self._forms:
            self._forms |= forms
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile(f"(?=({'|'.join(map(_searched, longest_first))}))")

    def learn_from(self, typed: str) -> None:
        """Hide what may be a password in a text that was typed: a DSN, or `KEY=VALUE` with one."""
        key, equals, value = typed.partition("=")
        override = equals and OVERRIDE.fullmatch(key) and key.lower() not in WORDS
        self.learn(*secrets_in({key: value} if override else typed))

    def forget(self) -> None:
        """Know nothing again."""
        self._forms, self._pattern = set(), None

    def masked(self, text: str) -> str:
        """Replace each secret by `***`: secrets that overlap by one, or a part would be left."""
        kept, end = [], 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            if found.start() >= end:
                kept += [text[end : found.start()], MASK]
            end = max(end, found.end(1))
        return "".join([*kept, text[end:]])

    def masked_values(self, value: Any) -> Any:
        """Mask the texts in plain data, but for the names of keys."""
        match value:
            case dict():
                return {name: self.masked_values(held) for name, held in value.items()}
            case list() | tuple():
                return [self.masked_values(item) for item in value]
            case str():
                return self.masked(value)
        return value


REDACTOR: Final = Redactor()
"""The one of this process: its screen, its report and its tracebacks are one each, too."""


def masked(text: str, secrets: Sequence[str]) -> str:
    """Replace each of these secrets, however it is quoted, by `***`."""
    return Redactor(*secrets).masked(text)


def redacted(text: str) -> str:
    """Write `***` for what may be a password in a text of the user's; `${VAR}` stays visible."""
    template, held = _template(text)
    whole = template in held
    for span in reversed(secret_spans(template)):
        hidden = _hidden(template[span.start : span.end], held)
        template = template[: span.start] + hidden + template[span.end :]
    for holder, variable in held.items():
        template = template.replace(holder, _kept(variable, whole=whole))
    return template


def _template(text: str) -> tuple[str, dict[str, re.Match[str]]]:
    """Put a private character in the place of each variable: no variable separates anything."""
    text = PRIVATE.sub("\ufffd", text)
    held = {chr(HOLDER + number): it for number, it in enumerate(VARIABLE.finditer(text))}
    holders = iter(held)
    return VARIABLE.sub(lambda _: next(holders), text), held


def _written(template: str, held: Mapping[str, re.Match[str]]) -> str:
    """Put variables back into their places."""
    return "".join(held[it][0] if it in held else it for it in template)


def _hidden(secret: str, held: Mapping[str, re.Match[str]]) -> str:
    """Write a secret that is a variable as that, without its default."""
    if secret not in held:
        return MASK
    name, default = held[secret]["name"], held[secret]["default"]
    return secret if default is None else f"${{{name}:-{MASK}}}"


def _kept(variable: re.Match[str], *, whole: bool) -> str:
    """Write a variable that is no secret; its default may be one all the same."""
    name, default = variable["name"], variable["default"]
    if default is None:
        return variable[0]
    if whole:
        return f"${{{name}:-{redacted(default)}}}"
    plain = PLAIN_DEFAULT.fullmatch(default) and not NAME_OF_SECRET.search(name)
    return f"${{{name}:-{default if plain else MASK}}}"


def may_hide_anything(text: str) -> bool:
    """Tell whether a text in the place of a DSN has a form in which a password may be anywhere.

    A lone word may be one itself.
    """
    if LONE_WORD.fullmatch(text.strip()):
        return text.strip() not in NO_SECRETS
    return not (has_known_form(text) or is_place(redacted(text)))


def redacted_override(text: str) -> str:
    """Write `KEY=VALUE` as it was typed, without a password."""
    key, equals, value = text.partition("=")
    if not equals:
        return redacted(text)
    written = value.strip()
    if key.strip() in SERVER_KEYS and written[:1] + written[-1:] != "{}":  # no mapping
        inner = written[1:-1] if written[:1] == written[-1:] and written[:1] in "'\"" else written
        return f"{key}={MASK if may_hide_anything(inner) else redacted(value)}"
    return f"{redacted(key)}={MASK if SECRET_NAME.search(key) else redacted(value)}"


def without_passwords(value: Any) -> Any:
    """Mask every value whose name says password, however deep it is in options."""
    match value:
        case dict():
            return {
                name: MASK if SECRET_NAME.search(str(name)) else without_passwords(held)
                for name, held in value.items()
            }
        case list() | tuple():
            return [without_passwords(item) for item in value]
        case str():
            return redacted(value)
    return value


def secrets_in(value: Any) -> Iterator[str]:
    """Yield what `without_passwords` would mask, each in every meaning that it may have."""
    match value:
        case dict():
            for name, held in value.items():
                secret = isinstance(held, str) and SECRET_NAME.search(str(name))
                yield from _meanings(held) if secret else secrets_in(held)
        case list() | tuple():
            for item in value:
                yield from secrets_in(item)
        case str():
            template, held = _template(value)
            for span in secret_spans(template):
                part = template[span.start : span.end]
                if part not in held:  # a variable alone shows nothing
                    yield from _meanings(_written(part, held))
            for variable in held.values():
                yield from secrets_in(variable["default"] or "")


def shown(value: object) -> str:
    """Name a value as the user wrote it."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case str():
            text = repr(redacted(value))
            return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 4]}...'"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return str(value)


def visible(text: str) -> str:
    """Write characters that control a terminal, or the direction of a text, as Python escapes.

    Line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(
        repr(it)[1:-1] if it not in "\n\t" and unicodedata.category(it) in HIDDEN else it
        for it in text
    )


def _searched(form: str) -> str:
    """Write the pattern of a form: anywhere, or where it is a whole word or number."""
    if len(form) < SHORT or form.isdecimal():
        return rf"(?<![\w.]){re.escape(form)}(?![\w])"
    return re.escape(form)


def _meanings(written: str) -> set[str]:
    """List what a part of a DSN may mean: as it is, without quotes, without escapes, decoded."""
    unquoted = written[1:-1] if written[:1] == written[-1:] == "'" else written
    return {
        *(written, unquoted, re.sub(r"\\(.)", r"\1", unquoted, flags=re.DOTALL)),
        *(unquote(written), unquote_plus(written)),
    }


def _spellings(secret: str) -> Iterable[str]:
    """List a secret as it is, and as it is written in other texts."""
    represented = repr(secret)[1:-1]
    plain = {
        secret,
        quote(secret, errors="replace"),
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
        represented,
        represented.replace("\\'", "'"),
        ascii(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        visible(secret),
        secret.replace("\\", "\\\\").replace("'", "\\'"),  # as libpq's keywords quote it
        secret.replace("'", "'\"'\"'"),  # as a shell does
        secret.replace('"', '""'),  # as CSV does
        " ".join(secret.split()),
    }
    return plain | {visible(form) for form in plain}
