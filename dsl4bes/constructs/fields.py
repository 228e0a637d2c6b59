"""The kinds of field a block can have: small frozen descriptors, one per kind of value.

In: what a construct declares (`energy = Cut(ENERGY, ">", "...")`). Out: `Field` objects that know how their value is written,
what a bare number means, and its limits. Reading a written value is in `shape.py`; the reference page, completion and the
formatter's signs come from here too. Nothing is resolved and no list or event is known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from dsl4bes.ir.types import NUMBER, Dimension


@dataclass(frozen=True, kw_only=True)
class Field:
    """Base of all kinds. `name` is the attribute's name in its block (a trailing `_` is dropped)."""

    doc: str
    required: bool = False
    repeats: bool = False  #: may be written more than once
    usage: str = ""  #: how it is written, if that is not plain
    default: str = ""  #: what holds where it is not written, if that is not plain (no cut, off)
    source: str = ""  #: where the number of the default comes from: BOSS, the collaboration's standard, the PDG
    name: str = field(default="", compare=False)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name.rstrip("_"))

    @property
    def kind(self) -> str:
        """The kind in one word, for the reference and completion."""
        return type(self).__name__.lower()


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """One number. `bare` names the unit of a number without a unit (`scale` in base units)."""

    dimension: Dimension = NUMBER
    bare: str = ""
    scale: float = 1.0
    low: float | None = None  #: smallest allowed value, in the bare unit
    high: float | None = None
    whole: bool = False
    other: tuple[Dimension, float] | None = (
        None  #: a second dimension that is accepted, and the factor from its base unit
    )
    words: tuple[str, ...] = ()  #: symbols that may stand in place of the number (`ecms :database`)


@dataclass(frozen=True, kw_only=True)
class Cut(Number):
    """A cut on a quantity: comparison, closed range, or a bare number, which means `natural` (`<`, `>`, `==`)."""

    natural: str = "<"
    quantity: str = ""  #: function of `ir.functions` that is compared, if it is not the field's name
    backwards: str = ""  #: what a comparison the other way keeps, where that is hardly ever meant (`chi2 > 200`)


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One or more words of a fixed set, written as symbols (`:min_chi2`) or strings."""

    options: tuple[str, ...]
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """One or more strings; `ending`: the string names a file with this ending, whose text the compiler reads (`.csv`)."""

    many: bool = False
    ending: str = ""


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """On if named; `true` and `false` may be written."""


@dataclass(frozen=True, kw_only=True)
class Sources(Field):
    """Lists, fits or candidates a block takes its particles from; `role: list` gives a list to a product."""

    roles: bool = False
    many: bool = True


@dataclass(frozen=True, kw_only=True)
class Decay(Field):
    """A decay string."""


@dataclass(frozen=True, kw_only=True)
class Formula(Field):
    """One formula; `flag` says that it must be a condition."""

    flag: bool = False


@dataclass(frozen=True, kw_only=True)
class Formulas(Field):
    """Named formulas, `name: formula`, one or more on a line."""


@dataclass(frozen=True, kw_only=True)
class Line(Field):
    """A line with several values of its own shape; `keys` are the words before a `:` that it knows."""

    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  #: symbols with a meaning of their own, for completion


@dataclass(frozen=True, kw_only=True)
class Group(Field):
    """Fields in a block of their own (`barrel do ... end`) or on one line (`barrel cos < 0.8, energy > 25 MeV`)."""

    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Count(Cut):
    """`n<list>`: how many entries a list of the block has. Not declared by constructs: `Block.counts` turns it on."""


class Of(Enum):
    """What the start value and the limits of a parameter are multiples of, where the program does not give them."""

    NUMBER = "number"  #: themselves
    PLACE = "place"  #: of the width of the range, from its lower end
    WIDTH = "width"  #: of the width of the range
    INVERSE = "inverse"  #: of one over the width of the range
    ENTRIES = "entries"  #: of the number of entries
    HEIGHT = "height"  #: of the largest value of the data


@dataclass(frozen=True, kw_only=True)
class Floating(Field):
    """A parameter of a fit: a start value with `range:`, `fixed:` or `constraint:`, or a formula of other parameters. Its dimension is that of the observable to the power `power` (None: any).

    `start`, `low`, `high` are what holds where they are not written, as multiples of `of`.
    """

    power: int | None = 0
    of: Of = Of.NUMBER
    start: float = 0.0
    low: float | None = None
    high: float | None = None
    axis: int = 0  #: whose dimension and range it has, 0 for the first observable
    fixed: bool = False  #: where no range is written
