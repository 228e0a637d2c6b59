"""The programs that drawn blocks stand in, and the toy events on which they are tried.

In: `bases/`: programs, and a table that says what each has. Out: `Base`s by name; their events, always the same. None is a program of a held-out task, and the events are of other decays and another seed. Nothing is compiled here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from dsl4bes.dataset.methods.tree import List, Product
from dsl4bes.unknown.toml_text import loads

if TYPE_CHECKING:
    from dsl4bes.events.batch import Batch

FOLDER = Path(__file__).with_name("bases")
EVENTS = 120  #: of each decay
SEED = 71130205
#: Light particles that two photons come from, with masses in GeV of the table of particles.
PAIRS = {"pi0": "0.1349768", "eta": "0.547862"}
_MASSES = {"photon": 0.0, "pi": 0.1396, "K": 0.4937, "p": 0.9383, "e": 0.0005, "mu": 0.1057, "Lambda": 1.1157}


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    lists: dict[str, str]
    one: tuple[str, ...]
    fits: dict[str, dict[str, str]]
    pair: Literal["pi0", "eta"]
    decays: Annotated[tuple[str, ...], Field(min_length=4)]


@dataclass(frozen=True)
class Base:
    """`fits`: the particles of each that are called by name, none where two are alike. `ecms` in GeV. `pair`: what two photons are combined to."""

    name: str
    program: str
    lists: tuple[List, ...]
    fits: Mapping[str, tuple[Product, ...]]
    pair: str
    decays: tuple[str, ...]
    ecms: float

    @property
    def singles(self) -> tuple[List, ...]:
        return tuple(each for each in self.lists if each.single)

    @property
    def open(self) -> tuple[List, ...]:
        """Lists of any length."""
        return tuple(each for each in self.lists if not each.single)


@lru_cache(maxsize=1)
def load() -> dict[str, Base]:
    """All programs, by name."""
    said = TypeAdapter(dict[str, _Said]).validate_python(loads((FOLDER / "bases.toml").read_text(encoding="utf-8")))
    return {name: _base(name, each) for name, each in sorted(said.items())}


def _base(name: str, said: _Said) -> Base:
    program = (FOLDER / f"{name}.bes").read_text(encoding="utf-8")
    lists = tuple(List(each, what, what.endswith("photon"), each in said.one) for each, what in said.lists.items())
    fits = {fit: tuple(Product(fit, role, what) for role, what in products.items()) for fit, products in said.fits.items()}
    return Base(name, program, lists, fits, said.pair, said.decays, float(program.partition("ecms ")[2].split()[0]))


@lru_cache(maxsize=16)
def events_of(name: str) -> tuple[Batch, ...]:
    """The toy events of a program, some with further photons."""
    from dsl4bes.events.toy import toy_events
    from dsl4bes.events.toy.options import ToyOptions

    base = load()[name]
    batches = []
    for number, decay in enumerate(base.decays):
        options = ToyOptions(extra_photons=0.4, first_event_number=number * EVENTS)
        batches.append(toy_events(decay, EVENTS, SEED + number, base.ecms if decay.startswith("vpho") else None, options=options))
    return tuple(batches)


def mass_of(what: str) -> float:
    """Mass in GeV of what an entry is taken for, to know where masses of pairs lie; the pion's for a track without a species."""
    if "photon" in what:
        return 0.0
    return {"pi0": 0.135, "pbar": _MASSES["p"], "track": _MASSES["pi"]}.get(what, _MASSES.get(what.rstrip("+-"), 0.0))
