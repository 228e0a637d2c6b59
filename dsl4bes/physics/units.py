"""The unit words of the language and what they are worth in BESIII base units (GeV, cm, ns, rad).

In: a unit word as written (`MeV`, `um`, `%`). Out: `Unit` with factor and dimension, or a hint for a word we do not know.
Only single words: compound units (`GeV/c`) are refused with a hint, since energy, momentum and mass share GeV (c = 1).
No number is converted and no message is issued here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi

from dsl4bes.ir.types import ANGLE, ENERGY, LENGTH, NUMBER, TIME, Dimension


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit word: a number written with it, times `factor`, is in base units."""

    word: str
    factor: float
    dimension: Dimension


def _table() -> dict[str, Unit]:
    rows = (
        (ENERGY, (("eV", 1e-9), ("keV", 1e-6), ("MeV", 1e-3), ("GeV", 1.0), ("TeV", 1e3))),
        (LENGTH, (("nm", 1e-7), ("um", 1e-4), ("mm", 0.1), ("cm", 1.0), ("m", 100.0))),
        (TIME, (("ps", 1e-3), ("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9))),
        (ANGLE, (("mrad", 1e-3), ("rad", 1.0), ("deg", pi / 180))),
        (NUMBER, (("%", 0.01),)),
    )
    return {word: Unit(word, factor, dimension) for dimension, words in rows for word, factor in words}


UNITS: dict[str, Unit] = _table()

#: How a value of a dimension is called when it is in base units.
_BASE_WORDS = (("energy", "GeV"), ("length", "cm"), ("time", "ns"), ("angle", "rad"))

#: Words people write for something we have, and the word we have.
_MEANT = {
    "degree": "deg", "degrees": "deg", "°": "deg", "radian": "rad", "radians": "rad", "micron": "um", "microns": "um",
    "μm": "um", "µm": "um", "μs": "us", "µs": "us", "meter": "m", "metre": "m", "centimeter": "cm", "millimeter": "mm",
    "second": "s", "seconds": "s", "sec": "s", "nsec": "ns", "percent": "%", "per_cent": "%",
}  # fmt: skip

_NOT_A_QUANTITY = {
    "T": "the magnetic field is a matter of the detector, not of a selection",
    "kG": "the magnetic field is a matter of the detector, not of a selection",
    "Hz": "no setting of a selection is a frequency",
    "b": "no setting of a selection is a cross section",
    "pb": "no setting of a selection is a cross section",
}


def find_unit(word: str) -> Unit | None:
    """The unit called `word`, to the letter (`MeV`, not `mev`), or None."""
    return UNITS.get(word)


@lru_cache(maxsize=256)
def base_word(dimension: Dimension) -> str:
    """Base unit of a dimension for titles and messages: `GeV`, `GeV^2`, `GeV cm`, or `` for a plain number."""
    words = []
    for name, word in _BASE_WORDS:
        power = getattr(dimension, name)
        if power:
            words.append(word if power == 1 else f"{word}^{power:g}")
    return " ".join(words)


def with_unit(words: str, dimension: Dimension) -> str:
    """What a number is, with the unit it is in: `Depth in the MUC (cm)`.

    >>> with_unit("Depth in the MUC.", LENGTH), with_unit("Event number.", NUMBER)
    ('Depth in the MUC (cm)', 'Event number.')
    """
    unit = base_word(dimension)
    return f"{words.rstrip('.')} ({unit})" if unit else words


def dimension_name(dimension: Dimension) -> str:
    """A dimension in words: `an energy`, `a plain number`, `a quantity in GeV^2`."""
    named = {
        ENERGY: "an energy", LENGTH: "a length", TIME: "a time", ANGLE: "an angle", NUMBER: "a plain number",
    }  # fmt: skip
    return named.get(dimension) or f"a quantity in {base_word(dimension)}"


def words_of(dimension: Dimension) -> tuple[str, ...]:
    """The unit words of one dimension, smallest first."""
    return tuple(unit.word for unit in UNITS.values() if unit.dimension == dimension)


def respelled(word: str) -> str | None:
    """The one unit that `word` clearly is in another spelling (`mev`, `degrees`), or None.

    >>> respelled("mev"), respelled("cm2")
    ('MeV', None)
    """
    if word.lower() in _MEANT:
        return _MEANT[word.lower()]
    same = [known for known in UNITS if known.lower() == word.lower()]
    return same[0] if len(same) == 1 and len(word) > 1 else None


def unit_hint(word: str) -> str:
    """What to write instead of the unknown unit `word`; empty if nothing sensible comes to mind.

    >>> unit_hint("mev")
    'write `MeV`'
    >>> unit_hint("degrees")
    'write `deg`'
    """
    if word in _NOT_A_QUANTITY:
        return _NOT_A_QUANTITY[word]
    if word.lower() in _MEANT:
        return f"write `{_MEANT[word.lower()]}`"
    if "/" in word or "^" in word or "*" in word:
        head = word.replace("*", "/").replace("^", "/").split("/")[0]
        if head in UNITS:
            return f"units are single words; energy, momentum and mass are all in GeV here: write `{head}`"
        return "units are single words: " + ", ".join(UNITS)
    same = [known for known in UNITS if known.lower() == word.lower()]
    if same:
        return " or ".join(f"write `{known}`" if not i else f"`{known}`" for i, known in enumerate(same))
    for known in sorted(UNITS, key=len, reverse=True):
        rest = word[len(known) :]
        if not word.startswith(known):
            continue
        if rest in ("c", "c2"):
            return f"energy, momentum and mass are all in GeV here: write `{known}`"
        if rest in ("2", "3"):
            return f"units have no powers: write `{known}`, or `(1 {known})**{rest}` if the power is meant"
    return "the units are " + ", ".join(UNITS)
