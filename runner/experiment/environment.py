"""The environment of a run: all that could explain a number (METHOD 20)."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

import adapters
from runner.measure.worker_environment import SETTLED, glibc, not_passed_on
from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.registry import AdapterClass
    from runner.messages import Message

GIT_SECONDS = 5.0

TIMERS = {"Linux": "timerfd in event loops, a timer slack of 1 ns in threads"}
"""System -> what the clients of an open loop wait with; `worker/timer.py` chooses by the same."""


def machine() -> dict[str, Any]:
    """Describe the machine by what does not change during a run: hardware, kernel, interpreter."""
    memory = psutil.virtual_memory()
    return {
        "poolbench": version("poolbench"),
        "commit": commit(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "build": " ".join(platform.python_build()),
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
        "switch_interval_s": sys.getswitchinterval(),
        "clock_resolution_s": time.get_clock_info("perf_counter").resolution,
        "system": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpu": _cpu_model(),
        "cores": psutil.cpu_count(),
        "cores_usable": len(cores()),
        "memory_gib": round(memory.total / 2**30, 1),
        "c_library": glibc() or "not glibc",
        "allocator_settled": _settled(),
        "timers": TIMERS.get(platform.system(), "the system's own"),
        "preloaded": os.environ.get("LD_PRELOAD", ""),
        "variables_not_passed_on": " ".join(not_passed_on()),
    }


def machine_load() -> dict[str, Any]:
    """Measure the load of the machine now."""
    return {
        "load_average": [round(value, 2) for value in psutil.getloadavg()],
        "memory_available_gib": round(psutil.virtual_memory().available / 2**30, 1),
    }


def drivers(classes: Mapping[str, AdapterClass]) -> dict[str, Any]:
    """Describe each adapter by its versions and settings; keys are the user's names."""
    return {
        name: {
            "class": f"{adapter.__module__}:{adapter.__qualname__}",
            "driver": adapter.driver,
            "versions": adapters.driver_version(adapter),
            "libraries": adapter.libraries(),
            "profiles": {
                profile: {option: _name(value) for option, value in settings.items()}
                for profile, settings in adapter.profiles.items()
            },
        }
        for name, adapter in classes.items()
    }


def written(facts: Mapping[str, Any]) -> str:
    """Write facts as JSON. Raises TypeError, ValueError for what cannot be written."""
    return json.dumps(facts, indent=2, ensure_ascii=False, default=str) + "\n"


def cores() -> list[int]:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(psutil.cpu_count() or 1))


def can_place() -> bool:
    """Tell whether a cell can have a core of its own here, and the server another."""
    return not_placed() is None


def not_placed() -> Message | None:
    """Say why a cell cannot have a core of its own here; None where it can."""
    if not hasattr(os, "sched_setaffinity"):
        return message("placed.no_affinity")
    return message("placed.one_core") if len(cores()) == 1 else None


def commit() -> str | None:
    """Return the commit that the code is at, with a `+` where it was changed; None outside git."""
    here = Path(__file__).resolve().parents[2]
    with suppress(OSError, subprocess.SubprocessError):
        described = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"],  # noqa: S607
            cwd=here,
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            check=True,
        )
        return described.stdout.strip()
    return None


def _settled() -> str:
    """Write the variables of `allocator: settled`, as a shell takes them."""
    if glibc() is None:
        return "no effect: the C library is not glibc"
    return " ".join(f"{name}={value}" for name, value in SETTLED.items())


def _cpu_model() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _name(value: object) -> object:
    """Write a class or a function by its name: JSON takes values only."""
    name = getattr(value, "__qualname__", None)
    return f"{getattr(value, '__module__', '')}:{name}" if name else value
