"""Every command that a document prints is run as its reader would: in a fresh shell, as a user."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ACTIVATE = "source .venv/bin/activate"
PROGRAM = r"(?:make|python3?|(?:\.venv/bin/)?poolbench|source|docker|pip|pre-commit)"
COMPARE = (
    "python -m runner compare reports/before-* --with reports/after-* "
    "--fail-if 'share_of_limit < -5%'"
)

RUN = {
    "make bench": "make --dry-run bench",
    "make test": "make --dry-run test",
    "make smoke": "make --dry-run smoke",
    "make proof": "make --dry-run proof",
    "make overhead": "make --dry-run overhead",
    "make install": "make --dry-run install",
    "make lint test": "make --dry-run lint test",
    "make lint": "make --dry-run lint",
    "make lint test WHEEL=1": "make --dry-run lint test WHEEL=1",
    "make test-all": "make --dry-run test-all",
    "make fuzz": "make --dry-run fuzz",
    "make kill": "make --dry-run kill",
    "make up": "make --dry-run up",
    "make down": "make --dry-run down",
    "make help": "make help",
    "make": "make",
    ACTIVATE: ACTIVATE,
    "python -m runner --help": "python -m runner --help",
    "poolbench": "poolbench --help",
    ".venv/bin/poolbench": ".venv/bin/poolbench --help",
    "poolbench schema > schema.json": "poolbench schema > schema.json",
    "poolbench configs": "poolbench configs",
    "poolbench configs matrix > mine.yaml": (
        "poolbench configs matrix > new.yaml && poolbench new.yaml --dry-run"
    ),
    "poolbench pooling-or-not --dry-run": "poolbench pooling-or-not --dry-run",
    "poolbench matrix --dry-run": "poolbench matrix --dry-run",
    "poolbench matrix --only clients=10 --set rounds=3": (
        "poolbench matrix --only clients=10 --set rounds=3 --dry-run"
    ),
    "poolbench size --rate 600 --p99 20ms": "poolbench size --rate 600 --p99 20ms --dry-run",
    "poolbench drills --dry-run": "poolbench drills --dry-run",
    "poolbench lesson --dry-run": "poolbench lesson --dry-run",
    "python -m runner configs/allocator.yaml": (
        "python -m runner configs/allocator.yaml --dry-run"
    ),
    "python -m runner configs/acquire-timeout.yaml": (
        "python -m runner configs/acquire-timeout.yaml --dry-run"
    ),
    "python -m runner configs/network.yaml": "python -m runner configs/network.yaml --dry-run",
    "python -m runner configs/lesson.yaml": "python -m runner configs/lesson.yaml --dry-run",
    "python -m runner mine.yaml --dry-run": "python -m runner mine.yaml --dry-run",
    "PYTHONPATH=docs/examples python -m runner mine.yaml": (
        "PYTHONPATH=docs/examples python -m runner configs/smoke.yaml --dry-run "
        "--set 'matrix.adapter=[asyncpg, \"psqlpy_pool:PsqlpyPool\"]' --set baseline=asyncpg"
    ),
    "python -m runner mine.yaml --set rounds=2 --only adapter=psycopg3 --only clients=10": (
        "python -m runner mine.yaml --set rounds=2 --only adapter=psycopg3 --only clients=10 "
        "--dry-run"
    ),
    "python -m runner mine.yaml --resume reports/latest": (
        # The report there is of another configuration, which is a sentence and status 2.
        "python -m runner mine.yaml --resume reports/latest --dry-run || test $? = 2"
    ),
    "python -m runner mine.yaml --set name=before": (
        "python -m runner mine.yaml --set name=before --dry-run"
    ),
    COMPARE: COMPARE,
    "python -m runner charts DIR": "python -m runner charts reports/kept",
    "python -m runner report DIR": "python -m runner report reports/kept",
    "python -m runner report DIR --open": "python -m runner report reports/kept",
    "python -m runner report DIR --language es": (
        "python -m runner report reports/kept --language es"
    ),
    "python -m pytest tests/report/test_catalogue.py": (
        "python -m pytest tests/report/test_catalogue.py --collect-only"
    ),
    "python -m runner report reports/before-1 reports/after-1": (
        "python -m runner report reports/before-1 reports/after-1"
    ),
    "python -m runner report reports/before-* --with reports/after-* --out runs.html": (
        "python -m runner report reports/before-* --with reports/after-* --out runs.html"
    ),
    "python -m runner report reports/before-*": "python -m runner report reports/before-*",
    "python -m runner demo --adapter asyncpg": "python -m runner demo --adapter asyncpg",
    "python -m runner size --rate 600 --p99 20ms --workload insert": (
        "python -m runner size --rate 600 --p99 20ms --workload insert --dry-run"
    ),
    "python -m runner drills": "python -m runner drills --help",
    "python -m runner drills --drill exhaustion --adapter psycopg3": (
        "python -m runner drills --drill exhaustion --adapter psycopg3"
    ),
    "python -m runner compare reports/drills-20261101T090000Z reports/drills-20261108T090000Z": (
        "python -m runner compare --help"  # tests/cli/test_drill_comparison.py has such folders
    ),
    "python -m runner report reports/matrix-20261101T080000Z reports/drills-20261101T090000Z": (
        "python -m runner report reports/kept reports/drills"
    ),
    "poolbench report RUN DRILLS": "poolbench report reports/kept reports/drills",
    "python -m runner drills mine.yaml": "python -m runner drills mine.yaml --dry-run",
    "python -m runner drills --explain hygiene/advisory-lock --adapter psycopg3": (
        "python -m runner drills --explain hygiene/advisory-lock --adapter psycopg3"
    ),
    "python -m runner check --server DSN": "python -m runner check --server embedded",
    "python -m pytest tests/adapters/test_fair_queue.py": (
        "python -m pytest tests/adapters/test_fair_queue.py --collect-only"
    ),
    "python -m tests.kills --seed N --length S": "python -m tests.kills --help",
    "python -m runner schema": "python -m runner schema",
    "python -m runner schema --markdown": "python -m runner schema --markdown",
    "python -m runner drills --adapter mypool:QueuePool": (
        "python -m runner drills --adapter mypool:QueuePool --dry-run"
    ),
    "poolbench lesson": "poolbench lesson --dry-run",
    "poolbench lesson --only adapter=psycopg3 --only clients=10 --only leak=0": (
        "poolbench lesson --only adapter=psycopg3 --only clients=10 --only leak=0 --dry-run"
    ),
    "poolbench matrix": "poolbench matrix --dry-run",
    "python docs/es/pedidos.py una-conexion --hilos 10": (
        "python docs/es/pedidos.py una-conexion --hilos 10 | grep '100 de 100'"
    ),
    "python docs/es/pedidos.py psycopg2 --hilos 10": (
        "python docs/es/pedidos.py psycopg2 --hilos 10 | grep 'de 100 pedidos'"
    ),
    "python docs/es/pedidos.py psycopg_pool --hilos 10 20 50": (
        "python docs/es/pedidos.py psycopg_pool --hilos 10 20 50 | grep '500 de 500'"
    ),
    "python docs/es/pedidos.py psycopg2 --hilos 10 --sin-putconn": (
        "python docs/es/pedidos.py psycopg2 --hilos 10 --sin-putconn | grep ' 5 de 100'"
    ),
    "python docs/es/pedidos.py psycopg_pool --hilos 10 --veces 2 --sin-putconn": (
        "python docs/es/pedidos.py psycopg_pool --hilos 10 --veces 2 --sin-putconn --timeout 0.5 "
        "| grep ' 5 de 20'"
    ),
    "python -m runner terms": "python -m runner terms",
    "python -m runner turns": "python -m runner turns --help",
    "python -m runner overhead": "python -m runner overhead comparison",
    "python -m runner overhead arrivals": "python -m runner overhead --help",
    "python -m runner proof": "python -m runner proof",
    "python -m runner proof omission": "python -m runner proof omission",
    "python -m runner proof pairs": "python -m runner proof pairs",
    "python -m runner proof coverage liars": "python -m runner proof coverage liars",
    "python -m runner proof pairs --cpus one": "python -m runner proof pairs --cpus one",
}
"""The printed commands, each with the part of it that is run, in seconds.

These parts of the proof have their files already, so nothing is measured again.
"""

NOT_RUN: dict[str, str] = {
    "python -m tests.screenshots": "it would draw the pictures of the documents again",
    "pip install 'poolbench[contract]'": "it would fetch a released version, not this one",
    "pip install 'poolbench[sqlalchemy]'": "it would fetch a released version, not this one",
    "pip wheel --no-deps .": "it fetches what builds it; the Makefile does so where WHEEL is set",
    "pip install psqlpy": "it changes the environment that it is run in; the tests have it",
    "python3 -m venv ../venv-next": "tests/cli/test_two_versions.py makes such an environment",
    "pre-commit install": "it changes the repository that it is run in; the hooks have a test",
    "python -m runner": "the beginning of the others",
    "python -m runner CONFIG": "CONFIG is any of the others",
    "python -m runner compare A1 A2 --with B1 B2": "in short: configuring.md has it in full",
    "pip install --target earlier-driver asyncpg==0.30.0": "it would fetch an earlier driver",
}
"""The printed commands that cannot be run, with the reason."""


OWN_FILES = (
    ("mine.yaml", "```yaml\\n(# yaml-language-server", "configuring.md"),
    ("mypool.py", "own pool: begin -->\\n```python\\n(", "writing-an-adapter.md"),
)
"""The files of a reader's own: the name, how the block of a document begins, the document."""


def printed(document: Path) -> set[str]:
    """Return the commands of a document: after `$ ` in its blocks, or quoted in a sentence."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    prose = " ".join(re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE).split())
    quoted = re.findall(rf"`({PROGRAM}(?: [^`]+)?)`", prose)
    return {re.split(r"\s+#", line)[0].strip() for line in [*lines, *quoted]}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout that an ordinary user has, with the installed environment."""
    copy = tmp_path_factory.mktemp("stranger") / "a checkout"
    unwanted = shutil.ignore_patterns(".*", "build", "dist", "reports", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=unwanted)
    (copy / ".venv").symlink_to(sys.prefix)
    for number, name in enumerate(("kept", "before-1", "before-2", "after-1", "after-2")):
        report = copy / "reports" / name
        shutil.copytree(ROOT / "reports" / "example", report)
        lines = (report / "cells.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = lines[: len(lines) - number]  # no two runs are the same
        (report / "cells.csv").write_text("".join(kept), encoding="utf-8")
    (copy / "reports" / "latest").symlink_to("kept")
    for name in ("proof", "drills"):
        shutil.copytree(ROOT / "reports" / name, copy / "reports" / name)
    for name, block, document in OWN_FILES:
        text = (ROOT / "docs" / document).read_text(encoding="utf-8")
        (own,) = re.findall(rf"{block}.*?)```", text, re.DOTALL)
        (copy / name).write_text(own, encoding="utf-8")
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        for path in [copy, *copy.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return copy


def ordinary_user() -> list[str]:
    """Return the words before a command that make an ordinary user of root.

    It may read everything, because root's Python can live where others cannot look.
    """
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *identity, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]


def shell(command: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ordinary_user(), "bash", "-c", command],
        cwd=checkout,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(checkout)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_printed_command_is_run_or_has_a_reason(document: Path) -> None:
    unknown = printed(document) - RUN.keys() - NOT_RUN.keys()
    assert not unknown, f"{document.name} prints commands that no test runs"


def test_no_command_is_run_that_is_not_printed() -> None:
    everything = set().union(*map(printed, DOCUMENTS))
    assert RUN.keys() | NOT_RUN.keys() == everything


def test_the_shell_is_that_of_an_ordinary_user(checkout: Path) -> None:
    assert shell("id -u", checkout).stdout.strip() not in {"", "0"}
    assert shell("env", checkout).stdout.count("PYTHON") == 0


@pytest.mark.parametrize("line", dict.fromkeys(RUN.values()))
def test_a_printed_command_works(line: str, checkout: Path) -> None:
    if line.startswith(("python", "poolbench", "PYTHONPATH")):
        line = f"{ACTIVATE} && {line}"
    done = shell(line, checkout)
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout
