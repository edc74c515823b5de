"""The programs that explain a drill use the library alone, and print what the drill says."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from adapters.base import Concurrency
from runner.drills import ageing, burst, failing, fork, hygiene, leak, round_trips, silence
from runner.drills.drills import DRILLS, observe
from runner.experiment.drilled import registered
from runner.messages import message
from runner.report.catalogue import text
from runner.results.observation import Word
from runner.supervision.watchdog import Watchdog
from tests.drills.played_scene import PlayedScene
from tests.drills.scenes import observed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from runner.drills.explanation import Explanation
    from runner.drills.scene import Scene
    from runner.experiment.drilled import Drilled
    from runner.results.observation import Observation
    from runner.server.embedded import EmbeddedServer

SHORT = {"exhaustion": 0.3, "leak": 0.3}
"""The time-outs of drills that wait for one."""

CASES = {"silence": silence.CASES[:3]}
"""Those of which there is code."""

FEW = 8
SHORTER = {
    "silence": {f"within({silence.GIVEN_UP}": "within(2.5"},
    "fork": {f"[], {fork.GIVEN_UP}": "[], 1.5"},
    "round trips": {
        f"range({round_trips.CONNECTS})": "range(2)",
        f"+ {round_trips.LENGTH}\n": "+ 0.1\n",
    },
    "burst": {str(burst.CLIENTS): str(FEW), f"pause({burst.REST_SECONDS})": "pause(0.3)"},
    "ageing": {
        f"pause({ageing.REST_SECONDS})": "pause(0.1)",
        f"+ {ageing.USED_SECONDS}": "+ 0.1",
    },
}
"""Drill -> what programs do for a shorter time than they would, or less often."""

EACH = """
import contextlib, io, json, os, signal, sys, tempfile, traceback

def started(programs):
    lines = tempfile.TemporaryFile("w+")
    pid = os.fork()
    if pid == 0:
        signal.alarm(100)
        for program in programs:
            printed = io.StringIO()
            try:
                with contextlib.redirect_stdout(printed):
                    exec(compile(program, "a program", "exec"), {"__name__": "__main__"})
            except BaseException:
                traceback.print_exc()
            print(["", *printed.getvalue().splitlines()][-1], file=lines, flush=True)
        os._exit(0)
    return pid, lines

def ended(pid, lines):
    os.waitpid(pid, 0)
    lines.seek(0)
    return lines.read().splitlines()

plain, groups = json.load(sys.stdin)
exec(plain, {})  # for what it imports, once
running, lines = [], []
for programs in groups:
    running.append(started(programs))
    if len(running) == 4:
        lines += ended(*running.pop(0))
for it in running:
    lines += ended(*it)
print(json.dumps(lines))
"""
"""A program of its own for each would spend most of its time on imports."""


def grouped(found: Drilled, name: str, programs: Sequence[tuple[str, str, Explanation]]) -> str:
    """Write programs for EACH: one after the other, and those alone that have threads or fork."""
    adapter = found.classes[name]
    texts = [shorter(drill, it.program(adapter)) for drill, _, it in programs]
    alone = [text for text, (*_, it) in zip(texts, programs, strict=True) if apart(it)]
    rest = texts[: len(texts) - len(alone)]
    return json.dumps([adapter.plain["equal"], [rest, *([text] for text in alone)]])


def apart(explained: Explanation) -> bool:
    return explained.networked or explained.whole_process


def explanations(found: Drilled, name: str) -> Iterator[tuple[str, str, Explanation]]:
    """Yield what is shown in code, of the cases that mean anything for the adapter."""
    for drill in DRILLS.values():
        for case in drill.cases:
            scene = cast("Scene", PlayedScene(found.contenders[name], cast("Any", None), "", 0.0))
            if drill.explains and drill.applies(scene, case):
                explained = drill.explains(case)
                if explained.code:
                    yield drill.name, case, explained


def shorter(drill: str, program: str) -> str:
    for long, short in SHORTER.get(drill, {}).items():
        program = program.replace(long, short)
    return program


def words(seen: Observation) -> str:
    """Write what a program prints that has seen the same: figures where they are always equal."""
    if seen.unit == "round trips":
        figure = message("drill.figure", word=seen.word, figure=seen.figure, unit="")
        return text(figure).strip()
    return text(message("drill.said", word=seen.word))


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


@pytest.mark.timeout(300)
def test_every_program_prints_the_word_that_its_drill_says(
    found: Drilled, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten(monkeypatch)
    keys = {name: f"explained {name}" for name in found.contenders}
    server.prepare([*keys.values()])
    programs = {
        name: sorted(explanations(found, name), key=lambda it: apart(it[2]))
        for name in found.contenders
    }
    with ExitStack() as running:
        running.callback(server.discard, [*keys.values()])
        processes = {}
        for name, key in keys.items():
            command, dsn = ["-c", EACH], server.dsn(key, f"explained {name}")
            processes[name] = running.enter_context(started(command, dsn))
            give(processes[name], grouped(found, name, programs[name]))
        shown: dict[tuple[str, str, str], str] = {}
        for name, process in processes.items():
            printed, errors = process.communicate(timeout=200)
            keys_of = [(name, drill, case) for drill, case, _ in programs[name]]
            shown |= zip(keys_of, json.loads(printed), strict=True)
        known = {text(message("drill.said", word=word)) for word in Word}
        strange = {key: line for key, line in shown.items() if not known & first_words(line)}
        assert not strange, errors
    with Watchdog() as watchdog, ExitStack() as held:
        server.prepare(["played"])
        held.callback(server.discard, ["played"])
        said = {key: line for name in keys for key, line in seen(found, name, server, watchdog)}
    assert {key: line for key, line in said.items() if line not in first_words(shown[key])} == {}


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let drills take less time, as programs do."""
    monkeypatch.setattr(failing, "SOON_SECONDS", 0.15)
    monkeypatch.setattr(hygiene, "BORROWERS", 2)
    monkeypatch.setattr(silence, "GIVEN_UP", 2.5)
    monkeypatch.setattr(round_trips, "CONNECTS", 2)
    monkeypatch.setattr(burst, "CLIENTS", FEW)
    monkeypatch.setattr(burst, "REST_SECONDS", 0.3)
    monkeypatch.setattr(ageing, "REST_SECONDS", 0.1)
    monkeypatch.setattr(ageing, "USED_SECONDS", 0.1)


def first_words(line: str) -> set[str]:
    """List the beginnings of a line: `takes`, `takes 3`, `takes 3 round`, and so on."""
    parts = line.split()
    return {" ".join(parts[: number + 1]) for number in range(len(parts))}


def seen(
    found: Drilled, name: str, server: EmbeddedServer, watchdog: Watchdog
) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Carry out every third case in this process, of each adapter others.

    Left out is what kills connections in use, which takes its time, what leaks in an event loop,
    which complains long after it, what lets the server of all tests close idle sessions, and what
    needs a process of its own.
    """
    tasks = found.classes[name].concurrency is Concurrency.TASKS
    place = list(found.contenders).index(name)
    for drill, case, it in list(explanations(found, name))[place % 3 :: 3]:
        own = (
            it.whole_process or case == round_trips.SESSIONS or case.startswith(("in ", "closed "))
        )
        if not own and drill != "silence" and not (tasks and drill == "leak"):
            timeout = SHORT.get(drill, 1.0)
            played = PlayedScene(found.contenders[name], server, "played", timeout, watchdog)
            observation = observe(DRILLS[drill], case, cast("Scene", played))
            yield (name, drill, case), words(observation)
    leak._held.clear()


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
            path.write_text(explained.program(found.classes[name]))
            dsn = server.dsn("alone", f"alone {name}")
            processes.append(running.enter_context(started([str(path)], dsn)))
        for process in processes:
            printed, errors = process.communicate(timeout=30)
            assert process.returncode == 0, errors
            assert printed.splitlines()[-1] == "leaks"


def test_a_program_that_forks_hangs_or_is_interrupted_prints_what_its_drill_says(
    found: Drilled,
    server: EmbeddedServer,
    dsn: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fork, "GIVEN_UP", 1.5)
    monkeypatch.setattr(silence, "GIVEN_UP", 2.5)
    for place, name in enumerate(list(found.contenders)[::2]):
        drill = ("silence", "fork", "interrupt")[place % 3]
        explains, cases = DRILLS[drill].explains, CASES.get(drill, DRILLS[drill].cases)
        with started(["-c", EACH], dsn) as process:
            programs = [(drill, it, explains(it)) for it in cases if explains]
            give(process, grouped(found, name, programs))
            says = observed(drill, name, server, tmp_path, *cases)
            printed, errors = process.communicate(timeout=60)
        shown = dict(zip(cases, json.loads(printed), strict=True))
        assert shown == {case: words(seen) for case, seen in says.items()}, errors


def test_what_has_no_code_says_why() -> None:
    for drill in DRILLS.values():
        assert drill.explains
        for case in drill.cases:
            explained = drill.explains(case)
            assert explained.steps
            assert bool(explained.code) is (explained.no_code is None)
