"""The house is built as planned: which package may import which."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DRIVERS = {"psycopg2", "psycopg", "psycopg_pool", "asyncpg", "sqlalchemy"}
VALUES = {
    *("axes", "axis", "dsn_spelling", "fault", "language", "messages", "metrics", "own_sql"),
    *("rate", "redaction", "refusals"),
    *("roles", "rtt", "times", "workloads"),
}
"""The modules of `runner` that every package may import: shared vocabularies."""

MAY_IMPORT = {
    "__main__": {"cli", "supervision"},
    "cli": {
        *("adapters", "analysis", "config", "drills", "experiment", "measure", "plan", "proof"),
        *("report", "results", "server", "supervision"),
    },
    "proof": {
        *("adapters", "analysis", "config", "experiment", "measure", "plan", "report", "results"),
        *("server", "supervision", "worker"),
    },
    "drills": {
        *("adapters", "analysis", "measure", "plan", "results", "server", "supervision"),
        "worker",
    },
    "experiment": {
        *("adapters", "analysis", "config", "measure", "plan", "results", "server", "supervision"),
    },
    "report": {"adapters", "analysis", "plan", "results"},
    "measure": {"adapters", "plan", "results", "server", "supervision", "worker"},
    "analysis": {"adapters", "config", "plan", "results"},
    "results": {"adapters", "plan", "worker"},
    "plan": {"adapters", "config", "worker"},
    "server": {"supervision"},
    "config": {"adapters"},
    "worker": {"adapters"},
    "supervision": set[str](),
    "adapters": set[str](),
    **{name: {"adapters"} for name in VALUES},
}
"""Package -> the packages below it that it imports, besides itself and the vocabularies."""


@cache
def modules() -> dict[str, ast.Module]:
    trees = {}
    for path in sorted([*ROOT.glob("adapters/**/*.py"), *ROOT.glob("runner/**/*.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


@cache
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


def package(module: str) -> str:
    """Name the package of a module; a module of `runner` itself is one of its own."""
    top, *inside = module.split(".")
    return inside[0] if top == "runner" and inside else top


def test_a_package_imports_only_what_is_below_it() -> None:
    wrong = [
        f"{name} imports {used}"
        for name, tree in modules().items()
        if name != "runner"
        for used in sorted(imports(tree))
        if used.partition(".")[0] in ("adapters", "runner")
        and package(used) not in MAY_IMPORT[package(name)] | VALUES | {package(name)}
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_of_packages_has_no_circle() -> None:
    order = list(TopologicalSorter(MAY_IMPORT).static_order())
    assert order[-1] == "__main__"
    assert {package(name) for name in modules()} - {"runner"} <= set(order)


def test_no_module_imports_itself_in_a_circle() -> None:
    known = modules()
    graph = {name: imports(tree) & known.keys() - {name} for name, tree in known.items()}
    list(TopologicalSorter(graph).static_order())


def test_a_driver_is_imported_where_it_is_wrapped_and_nowhere_else() -> None:
    for name, tree in modules().items():
        used = {used.split(".")[0] for used in imports(tree)} & DRIVERS
        own = package(name) == "server" and used == {"psycopg"}
        own |= name == "adapters.contract.watcher"
        proof = package(name) == "proof"  # it wraps drivers to make them lie or to measure beside
        assert not used or name.endswith("_pool") or own or proof, f"{name} imports {used}"


def test_only_the_charts_know_matplotlib() -> None:
    users = {
        name
        for name, tree in modules().items()
        if any(used.split(".")[0] == "matplotlib" for used in imports(tree))
    }
    assert users
    assert all(name.startswith("runner.report.charts.") for name in users)


def test_only_the_configuration_knows_pydantic() -> None:
    users = {
        package(name)
        for name, tree in modules().items()
        if any(used.split(".")[0] in ("pydantic", "pydantic_core") for used in imports(tree))
    }
    assert users == {"config"}


def test_only_renderers_know_rich_and_only_the_catalogue_knows_gettext() -> None:
    users = {
        library: {
            name
            for name, tree in modules().items()
            if library in {used.split(".")[0] for used in imports(tree)}
        }
        for library in ("rich", "babel", "gettext", "jinja2")
    }
    inside = {name for name in users["rich"] if package(name) != "cli"}
    assert inside == {"runner.report.terminal"}
    assert users["babel"] == users["gettext"] == {"runner.report.catalogue"}
    assert users["jinja2"] == {"runner.report.outputs.page"}


def test_a_worker_loads_no_package_but_numpy_and_its_driver() -> None:
    allowed = {"adapters", "runner", "numpy", "_typeshed"}
    for name, tree in modules().items():
        if package(name) == "worker":
            used = {used.split(".")[0] for used in imports(tree)}
            assert not {it for it in used if _is_installed(it)} - allowed, name


def _is_installed(module: str) -> bool:
    import sys

    return module not in sys.stdlib_module_names


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "core", "manager", "common", "misc"}
    assert not {name for name in modules() if name.split(".")[-1] in vague}


def test_every_module_says_why_it_exists() -> None:
    for name, tree in modules().items():
        assert ast.get_docstring(tree), name
