"""Pictures of the example's page as its readers see it: python -m tests.screenshots."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from PIL import Image

from runner.cli.run_report import of_folder
from runner.report.outputs.page import page
from runner.results.run_folder import RunFolder
from tests import chromium

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "reports" / "example"
PICTURES = ROOT / "docs" / "pictures"
COLOURS = 64
"""Of a picture: text and lines need few, and the file stays small."""
DESK, TELEPHONE, PAPER = (
    {"width": 1280, "height": 1000},
    {"width": 390, "height": 1400},
    {"width": 794, "height": 1123},
)
"""A4 is the last one."""
READERS: Mapping[str, Mapping[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "telephone": {"viewport": TELEPHONE, "is_mobile": True},
    "paper": {"viewport": PAPER},
}
"""Name of the picture -> how the browser is set up."""


def draw(file: Path, folder: Path) -> list[Path]:
    """Write a picture of the first screenful of a page for each reader."""
    path = chromium.program()
    if path is None:
        sys.exit(chromium.INSTALL)
    folder.mkdir(exist_ok=True)
    with chromium.browser(path) as browser:
        return [_draw(browser, file, folder / f"page-{name}.png", name) for name in READERS]


def _draw(browser: Browser, file: Path, picture: Path, name: str) -> Path:
    shown = browser.new_page(**READERS[name])
    if name == "paper":
        shown.emulate_media(media="print")
    shown.goto(file.as_uri())
    image = Image.open(io.BytesIO(shown.screenshot()))
    image.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    shown.close()
    return picture


def main() -> None:
    """Draw the page of the example report."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        file.write_text(page(of_folder(RunFolder(EXAMPLE))), encoding="utf-8")
        for picture in draw(file, PICTURES):
            print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
