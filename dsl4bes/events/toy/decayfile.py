"""Decays from a DecFile (`Decay ... Enddecay`, the language of EvtGen): several decays a particle, each with its fraction.

In: the text of the file, which the package `decaylanguage` reads (aliases, `CDecay`, `CopyDecay` and definitions are its work). Out: `DecayFile`, and
`DecayChains`, from which whole decay trees are drawn. Every decay is by phase space: models of the file are named in a note and not
simulated. Particles that the file has no decay for get that of `branchings.py`. No file is opened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.events.toy.branchings import branching
from dsl4bes.events.toy.decay import STABLE, Decay, DecayError, assumed_decays, checked, filled, made, top
from dsl4bes.physics.particles import find

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Models that are phase space, or as good as it for a decay to two bodies without spin.
_PHASE_SPACE = frozenset({"PHSP"})
#: Decays inside each other before the file is taken to describe an endless one.
_DEEPEST = 20
#: Fractions of a particle may differ from a sum of 1 by this much before a note says so.
_SUM_TOLERANCE = 1e-3
#: A K0 of a file "decays" to K_S0 or K_L0: one product that takes its place.
_MIXING = frozenset({311, -311})


@dataclass(frozen=True, slots=True)
class Mode:
    """One line of a `Decay` block: its fraction as written, the products' names and the model."""

    fraction: float
    products: tuple[str, ...]
    model: str


@dataclass(frozen=True, slots=True)
class DecayFile:
    """What a DecFile says: decays by name of the particle (or its alias), the first of which is `mother`; `aliases` → particle."""

    mother: str
    modes: Mapping[str, tuple[Mode, ...]]
    aliases: Mapping[str, str]


def is_decay_file(text: str) -> bool:
    """True for the text of a DecFile, as against a decay string."""
    return "Enddecay" in text


def read_decay_file(text: str, mother: str | None = None) -> DecayFile:
    """The decays of a DecFile's text; `mother` is the particle to begin with, by default that of the first block.

    Raises `DecayError` if the package `decaylanguage` is not there, for text it cannot read, and for a mother without decays.
    """
    try:
        from decaylanguage import DecFileParser
    except ImportError as error:
        raise DecayError("a DecFile needs the package decaylanguage: pip install 'dsl4bes[decfile]'") from error
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about definitions it finds twice; what matters is checked here
            parser = DecFileParser.from_string(f"{text}\n")  # its grammar wants the last line ended
            parser.parse()
            names = list(parser.list_decay_mother_names())
            modes = {name: _modes(parser, name, names) for name in names}
            aliases = {str(alias): str(name) for alias, name in parser.dict_aliases().items()}
    except Exception as error:  # whatever its parser says (several kinds of it): the text is not a DecFile
        raise DecayError(f"the DecFile cannot be read: {str(error).splitlines()[0]}") from error
    if not names:
        raise DecayError("the DecFile has no `Decay ... Enddecay`")
    first = mother or names[0]
    if first not in modes:
        raise DecayError(f"the DecFile has no decay of {first}: it has those of {', '.join(names[:10])}")
    return DecayFile(first, modes, aliases)


def _modes(parser: Any, name: str, names: list[str]) -> tuple[Mode, ...]:
    """The lines of one block: its chain, with everything else taken as stable."""
    chain = parser.build_decay_chains(name, stable_particles=[other for other in names if other != name])
    return tuple(
        Mode(float(mode["bf"]), tuple(str(product) for product in mode["fs"]), str(mode["model"]))
        for mode in chain[name]
    )


class DecayChains:
    """A DecFile made ready to draw from: names looked up, fractions made relative, everything that can be reached checked.

    `notes` are lines for the user: assumed decays, fractions that do not add up, models that are not simulated.
    """

    def __init__(self, file: DecayFile, ecms: float | None = None) -> None:
        self._file, self._ecms = file, ecms
        self.notes: list[str] = []
        self._particles: dict[str, Decay] = {}
        self._fractions: dict[str, list[float]] = {}
        self._models: set[str] = set()
        self._visit(file.mother)
        if self._models:
            self.notes.append(f"all decays are by phase space; not simulated: {', '.join(sorted(self._models))}")

    def __str__(self) -> str:
        return f"{self._file.mother} of a DecFile"

    def draw(self, rng: np.random.Generator, count: int) -> list[tuple[Decay, NDArray[np.int64]]]:
        """Decay trees for `count` events: each tree with the events (0-based, rising) that have it.

        Raises `DecayError` for a drawn decay that has not the energy, or that never ends.
        """
        import numpy as np

        places: dict[Decay, list[int]] = {}
        for event, tree in enumerate(self._trees(rng, self._file.mother, count, 0)):
            places.setdefault(tree, []).append(event)
        return [(checked(tree), np.array(events)) for tree, events in places.items()]

    def _trees(self, rng: np.random.Generator, name: str, count: int, depth: int) -> list[Decay]:
        """A tree for each of `count` particles called `name`."""
        particle = self._particles[name]
        modes = self._file.modes.get(name, ())
        if not modes:
            return [filled(particle)] * count
        if depth > _DEEPEST:
            raise DecayError(f"the decay of {name} in the DecFile never ends")
        trees = [particle] * count
        chosen = rng.choice(len(modes), size=count, p=self._fractions[name])
        for number, mode in enumerate(modes):
            events = (chosen == number).nonzero()[0].tolist()
            if not events:
                continue
            columns = [self._trees(rng, product, len(events), depth + 1) for product in mode.products]
            for event, products in zip(events, zip(*columns, strict=True), strict=True):
                mixed = len(products) == 1 and particle.pdgid in _MIXING
                trees[event] = products[0] if mixed else replace(particle, products=products)
        return trees

    def _visit(self, name: str) -> None:
        """Check a particle and all it can decay to."""
        if name in self._particles:
            return
        particle = self._looked_up(name)
        self._particles[name] = particle
        modes = self._file.modes.get(name, ())
        if not modes:
            self._check_end(particle)
            return
        total = sum(mode.fraction for mode in modes)
        if min(mode.fraction for mode in modes) < 0 or not total > 0:
            raise DecayError(f"the fractions of {name} in the DecFile are not all positive")
        if abs(total - 1) > _SUM_TOLERANCE:
            self.notes.append(f"the fractions of {name} add up to {total:.6g}: taken relative to that")
        self._fractions[name] = [mode.fraction / total for mode in modes]
        for mode in modes:
            if not mode.products:
                raise DecayError(f"a line of the decay of {name} in the DecFile has no products: {mode.fraction:g} {mode.model}")
            if mode.model not in _PHASE_SPACE:
                self._models.add(mode.model)
            for product in mode.products:
                self._visit(product)

    def _looked_up(self, name: str) -> Decay:
        real = self._file.aliases.get(name, name)
        info = find(real)
        if name == self._file.mother:
            return top(info, name, (), self._ecms)
        if info is None:
            raise DecayError(f"{real} of the DecFile is not a known particle")
        return made(info, name)

    def _check_end(self, particle: Decay) -> None:
        if abs(particle.pdgid) in STABLE:
            return
        if branching(particle.pdgid) is None:
            raise DecayError(f"the DecFile has no decay of {particle.name}, and there is none to assume")
        self.notes.extend(line for line in assumed_decays(filled(particle)) if line not in self.notes)
