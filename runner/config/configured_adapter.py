"""An entry of the section `adapters`: an adapter with options, under a name of the user's."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainSerializer

from runner.config.axes import AdapterName
from runner.config.section import Section
from runner.config.value_types import Text
from runner.redaction import without_passwords


class ConfiguredAdapter(Section):
    """An adapter under a name of the user's, with options."""

    adapter: AdapterName
    """A registered name, or the dotted path of a class: `package.module:Class`."""
    options: Annotated[dict[Text, Any], PlainSerializer(without_passwords)] = {}
    """Parameters that go to the library unchanged, by its own names."""
    python: Text | None = None
    """The interpreter of its workers, which brings the driver: a path, relative to this file."""
