"""`summary.json`: what a run came to, for other programs; docs/summary.schema.json says how."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from runner.analysis.environments import started
from runner.analysis.summary import summaries
from runner.language import ENGLISH
from runner.report.catalogue import text
from runner.results.row import NUMBERS, Status
from runner.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.analysis.report import Compared
    from runner.analysis.summary import Summary
    from runner.analysis.thresholds import Judged
    from runner.messages import Message
    from runner.report.run_report import RunReport

VERSION = 1
"""One more whenever a program that reads the file would have to change."""
OF_CELL = ("cell", "group", "role", "adapter", "driver", "driver_version", "pooled")
"""The columns of `summary.csv` that name a cell."""


def summary(run: RunReport) -> str:
    """Return the file."""
    whole = {
        "version": VERSION,
        "run": _run(run),
        "rows": _rows(run),
        "answer": [_said(point) for point in (*run.answer.points, *run.noise)],
        "noise_floor": run.report.noise_floor,
        "cells": [_cell(it) for it in summaries(run.rows)],
        "comparisons": [_comparison(line) for line in run.report.lines],
        "thresholds": [_threshold(it) for it in run.judged],
    }
    return json.dumps(_finite(whole), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _run(run: RunReport) -> dict[str, Any]:
    """Return what tells the run from others, and how it was compared."""
    known = run.known
    return {
        "folder": run.name,
        "id": known.get("run"),
        "fingerprint": known.get("fingerprint"),
        "started_at": started(known) or None,
        "poolbench": known.get("machine", {}).get("poolbench"),
        "commit": known.get("machine", {}).get("commit"),
        "compare": run.rows.compared,
        "baseline": known.get("baseline"),
        "margin": run.report.margin,
    }


def _rows(run: RunReport) -> dict[str, int]:
    """Count the rows of adapters and of the control: expected, there, and of each status."""
    counts = Counter(row.status for row in run.rows.measured)
    every = {status.value: counts[status] for status in Status}
    return {"expected": run.expected, "measured": counts.total(), **every}


def _cell(cell: Summary) -> dict[str, Any]:
    """Return a cell over its rounds: each number that any good round has."""
    columns, numbers = cell.columns(), {}
    for number in NUMBERS:
        values = {it: columns[f"{number}_{it}"] for it in ("median", "min", "max")}
        if values["median"] is not None:
            numbers[number] = values
    return {
        **{name: columns[name] for name in OF_CELL},
        "entrant": cell.cell.entrant,
        "conditions": cell.cell.conditions.columns(),
        "rounds": columns["rounds"],
        "bad_rounds": columns["bad_rounds"],
        "ops_per_s_geometric_mean": columns["ops_per_s_geometric_mean"],
        "numbers": numbers,
    }


def _comparison(line: Compared) -> dict[str, Any]:
    """Return what was concluded of an entrant in a group and a metric."""
    return {
        "group": line.group,
        "metric": line.metric,
        "entrant": line.entrant,
        "control": line.role is Role.CONTROL,
        "baseline": line.baseline,
        "rounds": line.rounds,
        "ratio": line.ratio,
        "low": line.low,
        "high": line.high,
        "confidence": line.confidence,
        "verdict": line.verdict.value,
        "reason": line.reason and _said(line.reason),
        "share_of_limit": line.share_of_limit,
    }


def _threshold(judged: Judged) -> dict[str, Any]:
    return {
        "cell": judged.cell,
        "condition": judged.condition,
        "value": judged.value,
        "passed": judged.passed,
        "reason": judged.reason and _said(judged.reason),
    }


def _said(sentence: Message) -> Mapping[str, Any]:
    """Return a sentence with its id and facts, and in English, whatever language is spoken."""
    return {**sentence.to_json(), "text": text(sentence, ENGLISH)}


def _finite(value: Any) -> Any:
    """Write null for what is no number of JSON."""
    match value:
        case dict():
            return {name: _finite(held) for name, held in value.items()}
        case list() | tuple():
            return [_finite(held) for held in value]
        case float() if not math.isfinite(value):
            return None
    return value
