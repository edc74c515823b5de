"""The programs that explain a drill use the library alone, and print what the drill says."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from adapters.base import Concurrency
from runner.drills import exhaustion, hygiene, leak
from runner.drills.drills import DRILLS
from runner.experiment.drilled import registered
from runner.results.observation import Word
from tests.drills.played_scene import PlayedScene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.drills.explanation import Explanation
    from runner.drills.scene import Scene
    from runner.experiment.drilled import Drilled
    from runner.server.embedded import EmbeddedServer

SHORT = {"exhaustion": 0.3, "leak": 0.3}
"""The time-outs of drills that wait for one."""

EACH = """
import contextlib, io, json, sys

for program in json.load(sys.stdin):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "a program", "exec"), {"__name__": "__main__"})
    print(printed.getvalue().splitlines()[-1], flush=True)
"""
"""A program of its own for each would spend most of its time on imports."""


def explanations(found: Drilled, name: str) -> Iterator[tuple[str, str, Explanation]]:
    """Yield what is shown in code, of the cases that mean anything for the adapter."""
    for drill in DRILLS.values():
        for case in drill.cases:
            scene = cast("Scene", PlayedScene(found.contenders[name], cast("Any", None), "", 0.0))
            if drill.explains and drill.applies(scene, case):
                explained = drill.explains(case)
                if explained.code:
                    yield drill.name, case, explained


def program(found: Drilled, name: str, explained: Explanation) -> str:
    adapter = found.classes[name]
    tasks = adapter.concurrency is Concurrency.TASKS
    return explained.program(adapter.plain[explained.profile], tasks=tasks)


@pytest.fixture(scope="module")
def found() -> Drilled:
    return registered(())


@contextmanager
def started(command: list[str], dsn: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program, which is gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"POOLBENCH_DSN": dsn, "PYTHONPATH": ":".join(sys.path)},
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def give(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin
    process.stdin.write(text)
    process.stdin.close()
    process.stdin = None


def test_every_program_prints_the_word_that_its_drill_says(
    found: Drilled, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exhaustion, "SOON_SECONDS", 0.15)
    monkeypatch.setattr(hygiene, "BORROWERS", 2)
    keys = {name: f"explained {name}" for name in found.contenders}
    server.prepare([*keys.values(), "played"])
    programs = {name: list(explanations(found, name)) for name in found.contenders}
    with ExitStack() as running:
        running.callback(server.discard, [*keys.values(), "played"])
        processes = {}
        for name, key in keys.items():
            command, dsn = ["-c", EACH], server.dsn(key, f"explained {name}")
            processes[name] = running.enter_context(started(command, dsn))
            texts = [program(found, name, it) for _, _, it in programs[name]]
            give(processes[name], json.dumps(texts))
        for name, process in processes.items():
            words = said(found, name, server)
            printed, errors = process.communicate(timeout=60)
            cases = [(drill, case) for drill, case, _ in programs[name]]
            shown = dict(zip(cases, printed.splitlines(), strict=True))
            assert {case: shown[case] for case in words} == words, errors
            assert set(shown.values()) <= set(Word), errors


def said(found: Drilled, name: str, server: EmbeddedServer) -> dict[tuple[str, str], str]:
    """Carry out every third case in this process, of each adapter others.

    Left out is what kills connections in use, which takes its time, and what leaks in an event
    loop, which complains long after it.
    """
    words = {}
    tasks = found.classes[name].concurrency is Concurrency.TASKS
    place = list(found.contenders).index(name)
    for drill, case, _ in list(explanations(found, name))[place % 3 :: 3]:
        if not case.startswith("in ") and not (tasks and drill == "leak"):
            played = PlayedScene(found.contenders[name], server, "played", SHORT.get(drill, 5.0))
            words[drill, case] = DRILLS[drill].see(cast("Scene", played), case).word.value
    leak._held.clear()
    return words


def test_a_program_ends_by_itself_whatever_it_has_leaked(
    found: Drilled, server: EmbeddedServer, tmp_path: Path
) -> None:
    server.prepare(["alone"])
    assert DRILLS["leak"].explains
    explained = DRILLS["leak"].explains("slot, held")
    with ExitStack() as running:
        running.callback(server.discard, ["alone"])
        processes = []
        for name in found.contenders:
            path = tmp_path / f"program of {name}.py"
            path.write_text(program(found, name, explained))
            dsn = server.dsn("alone", f"alone {name}")
            processes.append(running.enter_context(started([str(path)], dsn)))
        for process in processes:
            printed, errors = process.communicate(timeout=30)
            assert process.returncode == 0, errors
            assert printed.splitlines()[-1] == "leaks"


def test_what_has_no_code_says_why() -> None:
    for drill in DRILLS.values():
        assert drill.explains
        for case in drill.cases:
            explained = drill.explains(case)
            assert explained.steps
            assert bool(explained.code) is (explained.no_code is None)
