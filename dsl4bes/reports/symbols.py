"""How particles, lists and names are written in formulas.

In: species, lists, products and names of the program. Out: LaTeX. Particles of the table have the PDG's letters, names that the user made are upright words. Nothing is
looked up in the program's text.
"""

from __future__ import annotations

import re

from dsl4bes.ir.types import ListKind, ListSymbol, Species
from dsl4bes.physics.particles import SHORT_NAMES, by_pdgid
from dsl4bes.reports.notation import SIGNS, escaped

SPECIES = {Species.E: "e", Species.MU: r"\mu", Species.PI: r"\pi", Species.K: "K", Species.P: "p", Species.GAMMA: r"\gamma"}
_CHARGE = {1: "^{+}", -1: "^{-}", 0: r"^{\pm}"}
#: Names that the language itself gives to a list of a species and charge: nothing has to be said but the particle.
STANDARD = {
    "pip": (Species.PI, 1), "pim": (Species.PI, -1), "kp": (Species.K, 1), "km": (Species.K, -1), "prp": (Species.P, 1), "prm": (Species.P, -1), "ep": (Species.E, 1),
    "em": (Species.E, -1), "mup": (Species.MU, 1), "mum": (Species.MU, -1), "pi": (Species.PI, 0), "ka": (Species.K, 0), "pr": (Species.P, 0), "el": (Species.E, 0), "mu": (Species.MU, 0),
}  # fmt: skip
#: As the collaboration writes them.
_USUAL = {443: r"J/\psi", 100443: r"\psi(3686)", 30443: r"\psi(3770)"}
_NUMBERED = re.compile(r"(.*?)_?(\d+)\Z")


def name(text: str) -> str:
    """A name of the program as an upright word."""
    return rf"\mathrm{{{_word(text)}}}"


def _word(text: str) -> str:
    """What stands inside an upright word: signs that are commands of TeX are escaped, blanks kept."""
    made = escaped(text)
    for command in (r"\textbackslash{}", r"\^{}", r"\~{}", r"\textless{}", r"\textgreater{}", r"\textbar{}"):
        made = made.replace(command, "?")
    return made.replace(" ", "~")


def species(of: Species, charge: int | None = None) -> str:
    """`\\pi^{+}`; without a charge the letter alone."""
    letter = SPECIES[of]
    if of is Species.GAMMA or charge is None:
        return letter
    if of is Species.P and charge:
        return letter if charge > 0 else r"\bar{p}"
    return letter + _CHARGE[charge]


def pdg(number: int) -> str:
    """A particle by its PDG number, in letters that both notations have."""
    found = by_pdgid(number)
    if number in _USUAL:
        return _USUAL[number]
    return _known(found.latex) if found is not None else name(f"PDG {number}")


def role(text: str) -> str:
    """A product of a decay by its short name: `pip` → π⁺, `gam1` → γ₁, `pi0_2` → π⁰₂.

    >>> role("pip"), role("gam1"), role("pi0_2"), role("fast")
    ('\\\\pi^{+}', '\\\\gamma_{1}', '\\\\pi^{0}_{2}', '\\\\mathrm{fast}')
    """
    if text in STANDARD:
        of, charge = STANDARD[text]
        return species(of, charge)
    if text in SHORT_NAMES:
        return pdg(SHORT_NAMES[text])
    numbered = _NUMBERED.match(text)
    if numbered is not None and numbered[1] in SHORT_NAMES:
        base = role(numbered[1])
        return f"{base}_{{{numbered[2]}}}" if "_" not in base else rf"{{{base}}}_{{{numbered[2]}}}"
    return name(text)


def _known(latex: str) -> str:
    commands = set(re.findall(r"\\([A-Za-z]+)", latex))
    known = commands <= {*SIGNS, "mathrm", "overline", "bar"}
    return latex if known else name(re.sub(r"[\\{}^_]", "", latex))


def is_standard(symbol: ListSymbol) -> bool:
    """Whether the list's name says nothing beyond its species and charge."""
    return symbol.name in ("gam", "good") or STANDARD.get(symbol.name) == (symbol.species, symbol.charge)


def list_symbol(symbol: ListSymbol) -> str:
    """A list as a letter in a formula."""
    if symbol.name == "gam" and symbol.kind is ListKind.SHOWERS:
        return r"\gamma"
    if symbol.species is not None and is_standard(symbol):
        return species(symbol.species, symbol.charge)
    return name(symbol.name.replace("~", "_"))
