"""One suite for every pool: each adapter is held to what it declares, and to nothing else.

This is a pytest suite that other packages import; it needs `poolbench[contract]`.
"""

from __future__ import annotations

from adapters.contract.endings import Endings
from adapters.contract.exhaustion import Exhaustion
from adapters.contract.faults import Faults
from adapters.contract.load import Load
from adapters.contract.serving import Serving
from adapters.contract.visibility import Visibility

__all__ = ["PoolContract"]


class PoolContract(Serving, Visibility, Exhaustion, Faults, Load, Endings):
    """The suite of tests for every pool.

    To test yours, subclass this in a test module of your own:

        from adapters.contract import PoolContract

        pytest_plugins = ["runner.server.pytest_fixture"]  # `dsn`: an embedded PostgreSQL

        class TestMyPool(PoolContract):
            adapter = "my_package:MyPool"       # or the name of an installed entry point
            options = {"loop": "uvloop"}        # if any, as under `options:` in the YAML

    In the place of that line may be a fixture `dsn` of yours (in the module, the class or a
    conftest.py): the `postgresql://` URI of a database that has a schema `poolbench` with the
    table of `adapters/pedido.sql`, and whose user may end its own backends. The suite adds an
    `application_name` to it, looks in `pg_stat_activity` for what is really open, and deletes the
    rows that it has inserted.

    Which tests there are follows from the traits of the class, and each is played in every profile
    that the class knows: what is not declared is not tested. A failure says in a sentence what was
    expected and what was seen.
    """
