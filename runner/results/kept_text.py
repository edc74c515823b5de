"""The texts of drivers and processes, so that every file, chart and screen can hold them."""

from __future__ import annotations

from runner.worker.long_text import cut

LONGEST = 8_000
"""Letters of a text that are kept: a megabyte in a field is more than readers of CSV take."""

LINE = "\t\n\r"
CONTROLS = {
    number: f"\\x{number:02x}"
    for number in (*range(32), *range(127, 160))
    if chr(number) not in LINE
}
"""Control characters, escaped, but for those of ordinary lines."""


def kept(text: str) -> str:
    """Escape what is no letter of a text, as NUL or half a surrogate pair; cut what is too long."""
    return cut(text.encode("utf-8", "backslashreplace").decode().translate(CONTROLS), LONGEST)
