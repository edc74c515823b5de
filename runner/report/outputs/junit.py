"""`junit.xml`: the thresholds of a run as the test cases that a server of builds shows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from runner.language import ENGLISH
from runner.redaction import REDACTOR, visible
from runner.report.catalogue import text

if TYPE_CHECKING:
    from runner.analysis.thresholds import Judged
    from runner.report.run_report import RunReport


def junit(run: RunReport) -> str | None:
    """Return a test case for each condition on each cell; None without thresholds."""
    if not run.judged:
        return None
    counts = {
        "name": _plain(run.name),
        "tests": str(len(run.judged)),
        "failures": str(sum(not it.passed for it in run.judged)),
    }
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", counts)
    for judged in run.judged:
        _case(suite, judged)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, judged: Judged) -> None:
    """Add a test case: the cell is its class, the condition its name."""
    names = {"classname": _plain(judged.cell), "name": _plain(judged.condition)}
    case = ET.SubElement(suite, "testcase", names)
    if not judged.passed:
        value = text(judged.reason, ENGLISH) if judged.value is None else f"{judged.value:.6g}"
        ET.SubElement(case, "failure", {"message": _plain(value)})


def _plain(words: str) -> str:
    """Write a text without a secret, and without what XML cannot hold."""
    return REDACTOR.masked(visible(words))
