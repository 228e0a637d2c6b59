"""What is to be served, and where: the plan, from which command and environment follow.

In: a model that is ready, adapters, an address. Out: `Plan`. Nothing is started, and nothing looked up but the kind of this processor.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.unknown import models
from dsl4bes.unknown.serving.adapters import Adapter


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: `host` as it was named."""

    host: str
    port: int

    @property
    def near(self) -> str:
        """The host by which this machine reaches it: one that listens everywhere is reached as 127.0.0.1."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = f"[{self.near}]" if ":" in self.near else self.near
        return f"http://{host}:{self.port}/v1"


@dataclass(frozen=True, slots=True)
class Plan:
    """`model` is a folder (`local`) or a hub id, `name` what it is called; `adapters` are served beside it; `context` limits prompt and answer, in tokens; `more`:
    words of the user for vLLM."""

    python: str
    cpu: bool
    model: str
    local: bool
    name: str
    number_type: str
    context: int
    address: Address
    adapters: tuple[Adapter, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the server answers."""
        return (self.name, *(adapter.name for adapter in self.adapters))


def number_type(cpu: bool, flags: str | None = None) -> str:
    """What the processor calculates in; a GPU decides by the model."""
    return models.number_type(flags) if cpu else "auto"
