"""What can be typed after `python -m runner`."""

from __future__ import annotations

import argparse
from pathlib import Path

EXIT_STATUS = """\
exit status:
  0  every cell has its row, whatever its status (with --strict: and every status is ok)
  1  cells are missing, or the runner failed
  2  the configuration or the server was refused; nothing was started
  99 a threshold of the configuration does not hold
  130, 143  interrupted by SIGINT or SIGTERM; what was measured is there, go on with --resume
"""
COMMANDS = """\
other commands, each with a --help of its own:
  poolbench check [--server DSN]                    can every adapter reach the server?
  poolbench demo [--adapter NAME] [--server DSN]    the smallest real use of a pool
  poolbench charts DIR                              draw the charts of a run again
  poolbench compare DIR_A DIR_B [--fail-if ...]     what changed from one run to another
  poolbench schema                                  the JSON Schema of a configuration
"""
SERVER_HELP = "embedded (the default) or a DSN, with ${VAR} and ${VAR:-default} expanded"


def parser(command: str) -> argparse.ArgumentParser:
    """Return the parser of a command; `run` is the one without a name."""
    parsers = {
        "run": _run,
        "check": _check,
        "demo": _demo,
        "charts": _charts,
        "compare": _compare,
        "schema": _schema,
    }
    return parsers[command]()


def _run() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="poolbench",
        description="Measure the pools of a configuration and write a report.",
        epilog=f"{COMMANDS}\n{EXIT_STATUS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    add("config", type=Path, metavar="CONFIG", help="a YAML file, such as configs/matrix.yaml")
    add("--out", type=Path, metavar="DIR", default=Path("reports"), help="default: reports")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: rounds=2")
    add("--only", action="append", default=[], metavar="AXIS=VALUE", help="part of the matrix")
    add("--dry-run", action="store_true", help="print the cells and the expected time, and end")
    add("--resume", type=Path, metavar="DIR", help="measure what is missing in this report")
    add("--strict", action="store_true", help="exit status 1 if any row is not ok")
    add("--quiet", action="store_true", help="print nothing but what went wrong and the report")
    return made


def _check() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="poolbench check",
        description="Open the pool of every adapter, check it and close it.",
        allow_abbrev=False,
    )
    made.add_argument("--server", metavar="DSN", default="embedded", help=SERVER_HELP)
    return made


def _demo() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="poolbench demo",
        description="Insert some pedidos through a pool, list, update and delete.",
        allow_abbrev=False,
    )
    made.add_argument("--adapter", metavar="NAME", default="psycopg3", help="default: psycopg3")
    made.add_argument("--server", metavar="DSN", default="embedded", help=SERVER_HELP)
    return made


def _charts() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="poolbench charts",
        description="Draw the charts of a run again, from its files alone.",
        allow_abbrev=False,
    )
    made.add_argument("folder", type=Path, metavar="DIR", help="a report, such as reports/latest")
    return made


def _compare() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="poolbench compare",
        description="Say what changed from run A to run B: another driver, commit or machine.",
        epilog="exit status: 99 if a --fail-if holds for the whole interval of a cell, else 0",
        allow_abbrev=False,
    )
    add = made.add_argument
    add("a", type=Path, metavar="DIR_A", help="the report of the run before")
    add("b", type=Path, metavar="DIR_B", help="the report of the run after")
    add(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="such as 'share_of_limit < -5%%': less by 5 %% or more, and surely so",
    )
    add("--absolute", action="store_true", help="compare absolute figures too; machines may differ")
    return made


def _schema() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="poolbench schema",
        description="Print the JSON Schema of a configuration, for editors.",
        allow_abbrev=False,
    )
