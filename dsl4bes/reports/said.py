"""Sentences before they are text: words, formulas and names of the program, kept apart so that each is printed in its own way.

In: nothing. Out: frozen pieces, sentences and sections. A formula is LaTeX (`notation.py` makes Unicode of it), a name is exactly what the program says. Nothing is
translated or escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a language."""

    text: str


@dataclass(frozen=True, slots=True)
class Math:
    """A formula in LaTeX, without the dollar signs."""

    latex: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name or text of the program, shown in quotation marks."""

    text: str


Piece = Words | Math | Name
Said = tuple[Piece, ...]


class Section(Enum):
    """What a sentence is about, in the order of a paper; the value is the key of its title."""

    DATA = "data"
    TRACKS = "tracks"
    PHOTONS = "photons"
    PID = "pid"
    CANDIDATES = "candidates"
    FITS = "fits"
    CUTS = "cuts"
    REGIONS = "regions"
    VARIATIONS = "variations"
    OUTPUT = "output"
    TRUTH = "truth"
    ROOT_FITS = "root_fits"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the block it comes from and the cut of the cut flow that it says (empty: it says none), and the line of the block in the program (0: none)."""

    said: Said
    section: Section
    block: str = ""
    cut: str = ""
    line: int = 0
    once: bool = False  #: need not be said again


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences on one thing, one after the other; `region` is empty for the baseline."""

    section: Section
    title: Said
    sentences: tuple[Sentence, ...]
    region: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A whole selection in words."""

    language: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)


def words(text: str) -> Said:
    return (Words(text),) if text else ()


def math(latex: str) -> Said:
    return (Math(latex),)


def joined(parts: Sequence[Said], separator: str, last: str | None = None) -> Said:
    """Several things one after the other: `a, b and c`."""
    found: list[Piece] = []
    for number, part in enumerate(parts):
        if number:
            found += words(last if last is not None and number + 1 == len(parts) else separator)
        found += part
    return tuple(found)
