"""The cores of a cell: what `cpus: auto` becomes on this machine, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from runner.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.config.axes import AxisValues
    from runner.config.model import Config
    from runner.messages import Message
    from runner.plan.plan import Plan

    Axes = TypeVar("Axes", bound=AxisValues)

AUTO = "auto"


def became(*, affinity: bool) -> str:
    """Return what `auto` becomes; `affinity` says that a process can be kept on a core here."""
    return "one" if affinity else "all"


def few_cores(config: Config, cores: int) -> Message | None:
    """Say that the processes cannot have a core each and the server another; None where they can.

    One process alone is a question of the platform.
    """
    most = max((it for key, it in config.written("processes") if key[0] != "exclude"), default=1)
    if most == 1 or most < cores:
        return None
    return message("placed.few_cores", processes=most, needed=most + 1, cores=cores)


def settled(config: Config, *, affinity: bool) -> Config:
    """Return the config with what `auto` became in its place, in the matrix and its exceptions."""
    own = became(affinity=affinity)
    return config.model_copy(
        update={
            "matrix": _settled(config.matrix, own),
            "include": tuple(_settled(axes, own) for axes in config.include),
            "exclude": tuple(_settled(axes, own) for axes in config.exclude),
        }
    )


def _settled(axes: Axes, own: str) -> Axes:
    cpus = axes.listed().get("cpus", ())
    if AUTO not in cpus:
        return axes
    values = tuple(own if value == AUTO else value for value in cpus)
    return axes.model_copy(update={"cpus": values})


def filter_of_auto(text: str, *, affinity: bool) -> str:
    """Write the filter `cpus=auto` as one of what `auto` became; leave others as they are."""
    return f"cpus={became(affinity=affinity)}" if text == f"cpus={AUTO}" else text


def of_auto(config: Config, not_placed: Message | None) -> Message | None:
    """Say what `auto` became, and why; None where the config asks for no `auto`.

    `not_placed` is the reason why a process cannot be kept on a core here.
    """
    if not any(value == AUTO for key, value in config.written("cpus") if key[0] != "exclude"):
        return None
    if not_placed:
        return message("placed.all", reason=not_placed)
    if config.server.kind == "dsn":
        return message("placed.one_apart")
    return message("placed.one")


def of_noise(plan: Plan) -> Iterator[Message]:
    """Say what it costs to compare on all cores, where that is done."""
    groups = plan.groups().values()
    compared = [cells[0].conditions for cells in groups if len(cells) > 1]
    if any(here.cpus == "all" and here.takes_turns for here in compared):
        yield message("placed.private_noise")
