"""What is known at a place of the algorithm, and what was found on the way to it.

In: nothing. Out: `State` (meanings of variables, lists, fits) and the facts in the order of the code: lists, requirements, fits, and holes, which are lines that were not understood. No expression
is looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl4bes.importing.constants import Constants
from dsl4bes.importing.logic import Formula
from dsl4bes.importing.meaning import Beam, Fitted, Meaning, Place
from dsl4bes.importing.nodes import Lines


@dataclass(slots=True)
class PidUse:
    """What ParticleID was told: systems, hypotheses, method."""

    place: Place | None = None
    systems: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()
    likelihood: bool = False


@dataclass(frozen=True, slots=True)
class ListFact:
    """A list that a loop makes: where its entries come from, and what each must pass."""

    name: str
    source: str
    passes: tuple[Formula, ...]
    lines: Lines
    pid: PidUse | None = None


@dataclass(frozen=True, slots=True)
class Require:
    """What the event must pass."""

    formula: Formula
    lines: Lines


@dataclass(frozen=True, slots=True)
class Resonance:
    mass: float
    members: tuple[int, ...]


@dataclass(slots=True)
class FitFact:
    """A fit as it was set up; `choose`: the smallest chi2 of its candidates is taken."""

    name: str
    kind: str
    tracks: dict[int, Fitted | Place] = field(default_factory=dict)
    beam: Beam | None = None
    resonances: tuple[Resonance, ...] = ()
    lines: Lines = field(default_factory=lambda: Lines(0, 0))
    choose: bool = False
    loops: tuple[int, ...] = ()  #: the loops it stands in
    clear: bool = True  #: nothing was said to the fitter that is not in here
    again: bool = False  #: the best candidate, fitted once more


@dataclass(frozen=True, slots=True)
class Hole:
    """Lines that were not understood, and why; `acts`: they may reject an event or fill something."""

    lines: Lines
    why: str
    inside: str = ""  #: the list that they belong to


@dataclass(frozen=True, slots=True)
class Column:
    """A branch of a tuple, and what its variable means where the tuple is written."""

    name: str
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class TupleFact:
    """A tuple that is written once in an event."""

    name: str
    columns: tuple[Column, ...]
    lines: Lines


Fact = ListFact | Require | FitFact | TupleFact | Hole


@dataclass(slots=True)
class Pushed:
    """An entry that goes into a list, and what it passed before."""

    name: str
    place: Place
    passes: tuple[Formula, ...]
    lines: Lines


@dataclass(slots=True)
class State:
    """The walk so far. `values`: what variables mean here; None: not understood."""

    constants: Constants
    ours: bool = False  #: the file was written by this compiler, whose helpers are known by name
    values: dict[str, Meaning | None] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)  #: as declared
    lists: dict[str, ListFact] = field(default_factory=dict)
    setups: dict[str, FitFact] = field(default_factory=dict)  #: by variable of the fitter
    fits: dict[str, FitFact] = field(default_factory=dict)
    pid: PidUse = field(default_factory=PidUse)
    facts: list[Fact] = field(default_factory=list)
    pushed: list[Pushed] = field(default_factory=list)
    sums: dict[str, tuple[Place, tuple[Formula, ...]]] = field(default_factory=dict)  #: of charges
    counted: dict[str, tuple[Formula, ...]] = field(default_factory=dict)
    loops: list[tuple[int, str, int]] = field(default_factory=list)  #: loops around: number, list, after which
    tuples: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  #: branches and their variables by variable of the tuple
    booked: dict[str, str] = field(default_factory=dict)  #: names of tuples by their variables
    number: int = 0
    reached: bool = False  #: a check of the calorimeter's volume stands in the loop over tracks

    def hole(self, lines: Lines, why: str, inside: str = "") -> None:
        """Note lines that were not understood, once."""
        if not any(isinstance(each, Hole) and each.lines == lines for each in self.facts):
            self.facts.append(Hole(lines, why, inside))
