"""`--language`, the option that every command has."""

from __future__ import annotations

import argparse

from runner.config.complaints import nearest
from runner.language import languages


def with_language(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Give a parser the option."""
    parser.add_argument(
        "--language",
        type=_language,
        metavar="NAME",
        help=f"{' or '.join(languages())}; default: that of the environment",
    )
    return parser


def _language(name: str) -> str:
    """Check a language. Raises ArgumentTypeError."""
    known = languages()
    if name not in known:
        near = nearest(name, known)
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(known)}, not {name!r}{near}")
    return name
