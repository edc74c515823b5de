"""The house stands as DESIGN says: who may import whom."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRIVERS = {"psycopg2", "psycopg", "psycopg_pool", "asyncpg"}
OWN_DRIVER = {"runner.server", "runner.embedded", "runner.statements", "runner.dsn"}
"""The runner talks to PostgreSQL too, with psycopg, in these."""


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(ROOT.glob("adapters/**/*.py")) + sorted(ROOT.glob("runner/*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {_imported(node.module, alias.name) for alias in node.names}
    return names


def _imported(module: str, name: str) -> str:
    """Tell `from package import module` from `from module import name`."""
    inside = ROOT / module.replace(".", "/") / f"{name}.py"
    return f"{module}.{name}" if inside.exists() else module


def test_a_module_imports_only_what_stands_nearer_the_bottom() -> None:
    """There is an order of all modules in which nothing looks upwards: there is no cycle."""
    known = modules()
    graph = {name: imports(tree) & known.keys() - {name} for name, tree in known.items()}
    order = list(TopologicalSorter(graph).static_order())
    assert order[-1] == "runner.__main__", "nothing imports it, and it knows the others"


def test_adapters_know_nothing_of_the_runner() -> None:
    for name, tree in modules().items():
        if name.startswith("adapters"):
            assert not {used for used in imports(tree) if used.split(".")[0] == "runner"}, name


def test_a_driver_is_imported_where_it_is_wrapped_and_nowhere_else() -> None:
    for name, tree in modules().items():
        used = {used.split(".")[0] for used in imports(tree)} & DRIVERS
        allowed = name.endswith("_pool") or (name in OWN_DRIVER and used == {"psycopg"})
        assert not used or allowed, f"{name} imports {used}"


def test_only_the_charts_know_matplotlib() -> None:
    users = {
        name
        for name, tree in modules().items()
        if any(used.split(".")[0] == "matplotlib" for used in imports(tree))
    }
    assert users
    assert users <= {"runner.charts", "runner.palette", "runner.sheet"}


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "core", "manager", "common", "misc"}
    assert not {name for name in modules() if name.split(".")[-1] in vague}


def test_every_module_says_why_it_exists() -> None:
    for name, tree in modules().items():
        assert ast.get_docstring(tree), name
