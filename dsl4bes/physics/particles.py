"""Particles by any of their names: ours (`pip`), PDG (`K(S)0`), EvtGen (`K_S0`), LaTeX (`K_{S}^{0}`).

In: a name or a PDG number. Out: `ParticleInfo` (masses of the committed PDG table, in GeV), or None; near names for messages.
The table is `particles_table.py`, made by `devtools/particle_table.py`; it is loaded at the first look-up.
The `particle` package is never imported here, and nothing is read from disk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from dsl4bes.ir.types import Species

HBAR = 6.582119569e-16  #: GeV ns (CODATA 2018)
SPEED_OF_LIGHT = 29.9792458  #: cm/ns

#: Our short names: list and product names of the language. Others are derived from the PDG name (`derived_short`).
SHORT_NAMES: dict[str, int] = {
    "pip": 211, "pim": -211, "kp": 321, "km": -321, "prp": 2212, "prm": -2212, "ep": -11, "em": 11, "mup": -13,
    "mum": 13, "taup": -15, "taum": 15, "gam": 22, "nue": 12, "nuebar": -12, "numu": 14, "numubar": -14, "nutau": 16,
    "nutaubar": -16, "pi0": 111, "eta": 221, "etap": 331, "omega": 223, "phi": 333, "rho0": 113, "rhop": 213,
    "rhom": -213, "f0": 9010221, "f2": 225, "a0p": 9000211, "a0m": -9000211, "a00": 9000111,
    "ks": 310, "kl": 130, "k0": 311, "k0bar": -311,
    "kst0": 313, "kst0bar": -313, "kstp": 323, "kstm": -323, "n": 2112, "nbar": -2112, "lambda": 3122,
    "lambdabar": -3122, "sigmap": 3222, "sigmapbar": -3222, "sigma0": 3212, "sigma0bar": -3212, "sigmam": 3112,
    "sigmambar": -3112, "xim": 3312, "ximbar": -3312, "xi0": 3322, "xi0bar": -3322, "omegam": 3334, "omegambar": -3334,
    "d0": 421, "d0bar": -421, "dp": 411, "dm": -411, "dsp": 431, "dsm": -431, "dst0": 423, "dst0bar": -423, "dstp": 413,
    "dstm": -413, "dsstp": 433, "dsstm": -433, "lambdacp": 4122, "lambdacm": -4122, "etac": 441, "etac2s": 100441,
    "jpsi": 443, "chic0": 10441, "chic1": 20443, "chic2": 445, "hc": 10443, "psi2s": 100443, "psi3770": 30443,
    "psi4040": 9000443, "psi4160": 9010443, "psi4415": 9020443,
}  # fmt: skip

#: Other spellings in use: DecFile and PDG aliases, habits of the collaboration.
_ALIASES: dict[str, int] = {
    "p~-": -2212, "pbar": -2212, "anti-p": -2212, "p-": -2212, "photon": 22, "KS0": 310, "KL0": 130, "K_S": 310,
    "K_L": 130, "KS": 310, "J/psi(1S)": 443, "J/\\psi": 443, "psi(3686)": 100443, "psi'": 100443, "psip": 100443,
    "psi(2S)": 100443, "eta(958)": 331, "K*(892)+": 323, "anti-K*(892)0": -313, "phi(1020)": 333, "omega(782)": 223,
    "Lambda~0": -3122, "anti-Lambda": -3122, "Lambdabar": -3122, "Lambdabar0": -3122, "D_s": 431,
    "D0bar": -421, "Dbar0": -421, "D*(2007)0": 423, "n0": 2112, "anti-n": -2112, "chi_c0(1P)": 10441,
    "chi_c1(1P)": 20443, "chi_c2(1P)": 445, "eta_c(1S)": 441, "h_c": 10443, "f_0(980)": 9010221, "f_2(1270)": 225,
}  # fmt: skip

_INDEXED = re.compile(r"(anti-)?([A-Za-z]+)_([a-z]?[0-9])(\*?\([0-9]+\))([+-]*|0)\Z")

Row = tuple[int, str, str, str, "float | None", "float | None", int, int]

_SPECIES = {
    11: Species.E,
    13: Species.MU,
    211: Species.PI,
    321: Species.K,
    2212: Species.P,
    22: Species.GAMMA,
}


@dataclass(frozen=True, slots=True)
class ParticleInfo:
    """One particle of the table. `mass`, `width` in GeV (None: not known), `charge` in units of e.

    `species` is set for what the detector identifies: e, mu, pi, K, p and the photon.
    """

    short: str
    pdg_name: str
    evtgen_name: str
    latex: str
    pdgid: int
    mass: float | None
    width: float | None
    charge: int
    antiparticle_id: int

    @property
    def species(self) -> Species | None:
        return _SPECIES.get(abs(self.pdgid))

    @property
    def antiparticle(self) -> ParticleInfo:
        """The antiparticle; the particle itself if self-conjugate."""
        return by_pdgid(self.antiparticle_id) or self

    @property
    def self_conjugate(self) -> bool:
        return self.antiparticle_id == self.pdgid

    @property
    def lifetime(self) -> float | None:
        """Mean life in ns: hbar / width; infinite for a stable particle, None if the width is not known."""
        if self.width is None:
            return None
        return HBAR / self.width if self.width > 0 else inf

    @property
    def ctau(self) -> float | None:
        """Mean decay length at beta gamma = 1, in cm."""
        lifetime = self.lifetime
        return None if lifetime is None else SPEED_OF_LIGHT * lifetime


def find(name: str) -> ParticleInfo | None:
    """The particle called `name` in any of the four ways, or None.

    >>> find("K_S0").short, find("K(S)0").short, find("ks").pdgid
    ('ks', 'ks', 310)
    """
    pdgid = _pdgid(name) if name.strip() else None  # some particles have no name in one of the ways
    return None if pdgid is None else by_pdgid(pdgid)


@lru_cache(maxsize=1024)
def _pdgid(name: str) -> int | None:
    """Ours and EvtGen names are found by a scan of the rows (some 20 us); only rarer names need the whole index."""
    pdgid = SHORT_NAMES.get(name)
    if pdgid is None:
        pdgid = next((row[0] for row in _rows().values() if row[2] == name), None)
    if pdgid is None:
        pdgid = _index().get(name)
    if pdgid is None:
        pdgid = _index().get(_latex_key(name))
    return _index().get(_in_brackets(name)) if pdgid is None else pdgid


def _in_brackets(name: str) -> str:
    """The PDG's way of writing a name with an index and a mass, which decay files and papers write as `K_1(1270)+`, `anti-K_0*(1430)0`.

    >>> _in_brackets("K_1(1270)+"), _in_brackets("anti-K_0*(1430)0"), _in_brackets("pi+")
    ('K(1)(1270)+', 'K(0)*(1430)~0', 'pi+')
    """
    match = _INDEXED.match(name)
    if match is None:
        return name
    anti, letter, index, rest, charge = match.groups()
    return f"{letter}({index}){rest}{'~' if anti else ''}{charge}"


def by_pdgid(pdgid: int) -> ParticleInfo | None:
    """The particle with a PDG number, or None."""
    row = _rows().get(pdgid)
    if row is None:
        return None
    _, pdg_name, evtgen_name, latex, mass, width, charge, anti = row
    short = _short_of(row)
    return ParticleInfo(short, pdg_name, evtgen_name, latex, pdgid, mass, width, charge, anti)


def edition() -> str:
    """Edition of the PDG the masses are from (`PDG 2026`)."""
    from dsl4bes.physics.particles_table import EDITION

    return EDITION


def all_particles() -> tuple[ParticleInfo, ...]:
    """Every particle of the table, by PDG number."""
    return tuple(info for pdgid in _rows() if (info := by_pdgid(pdgid)) is not None)


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_()*/'+~-]*")


@lru_cache(maxsize=1)
def spellings() -> tuple[str, ...]:
    """Every name that a decay may use, without those of LaTeX: ours, EvtGen's, the PDG's, habits of the collaboration; sorted.

    >>> {"pip", "pi+", "J/psi", "psi(3686)"} <= set(spellings())
    True
    """
    names = {name for info in all_particles() for name in (info.short, info.evtgen_name, info.pdg_name)} | set(_ALIASES)
    return tuple(sorted(name for name in names if _PLAIN.fullmatch(name)))


@lru_cache(maxsize=256)
def nearest(name: str, limit: int = 3) -> tuple[str, ...]:
    """Names in the table that resemble `name`, best first, at most one per particle (for `did you mean`)."""
    from difflib import get_close_matches

    index, (folded, by_pair) = _index(), _folded()
    wanted = name.lower()
    likely = {known for pair in _pairs(wanted) for known in by_pair.get(pair, ())}
    found: dict[int, str] = {}
    for match in get_close_matches(wanted, sorted(likely), n=limit * 3, cutoff=0.6):
        found.setdefault(index[folded[match]], folded[match])
    return tuple(found.values())[:limit]


def _pairs(name: str) -> set[str]:
    """Its pairs of neighbours, and its first letter: a name that shares none of them does not resemble it."""
    return {name[:1], *(name[at : at + 2] for at in range(len(name) - 1))}


@lru_cache(maxsize=1)
def _folded() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Names in small letters → as they are; pairs of letters → the names that have them."""
    folded: dict[str, str] = {}
    for known in _index():
        if not known.startswith("\\"):
            folded.setdefault(known.lower(), known)
    by_pair: dict[str, list[str]] = {}
    for known in folded:
        for pair in _pairs(known):
            by_pair.setdefault(pair, []).append(known)
    return folded, by_pair


def derived_short(pdg_name: str) -> str:
    """A short name made of a PDG name: letters and digits only, `bar` for an antiparticle, `p`/`m`/`0` for the charge.

    >>> derived_short("K(1)(1270)+"), derived_short("D(1)(2420)~0"), derived_short("rho(3)(1690)0")
    ('k1_1270p', 'd1_2420_0bar', 'rho3_1690_0')
    """
    bar = "~" in pdg_name
    name = pdg_name.replace("~", "").replace("'", "prime").replace("*", "st").replace("/", "")
    body = name.rstrip("+-")
    charge = name[len(body) :].replace("+", "p").replace("-", "m")
    if body.endswith(")0"):
        body, charge = body[:-1], "_0"
    words = body.lower().replace(")(", "_").replace("(", "").replace(")", "").replace(".", "")
    return words + charge + ("bar" if bar else "")


def _short_of(row: Row) -> str:
    """Curated short name, else a derived one; a charged antibaryon is named after its baryon (`sigma1385pbar` is a Sigma~-)."""
    known = _SHORT_BY_ID.get(row[0])
    if known:
        return known
    if "~" in row[1]:
        return derived_short(_rows()[row[7]][1]) + "bar"
    return derived_short(row[1])


_SHORT_BY_ID: dict[int, str] = {pdgid: short for short, pdgid in SHORT_NAMES.items()}


@lru_cache(maxsize=1)
def _rows() -> dict[int, Row]:
    from dsl4bes.physics.particles_table import ROWS

    return {row[0]: row for row in ROWS}


@lru_cache(maxsize=1)
def _index() -> dict[str, int]:
    """Name → PDG number. Of two particles with one name the earlier kind of name wins: ours, EvtGen, PDG, LaTeX."""
    index: dict[str, int] = dict(SHORT_NAMES)
    rows = _rows().values()
    for names in ([(row[2], row[0]) for row in rows], [(row[1], row[0]) for row in rows]):
        for name, pdgid in names:
            if name:
                index.setdefault(name, pdgid)
    for alias, pdgid in _ALIASES.items():
        index.setdefault(alias, pdgid)
    for row in rows:
        index.setdefault(_latex_key(row[3]), row[0])
        if row[0] not in _SHORT_BY_ID:
            index.setdefault(_short_of(row), row[0])
    return index


def _latex_key(name: str) -> str:
    """LaTeX without what does not change its meaning: braces, dollars, blanks, `\\bar` for `\\overline`."""
    if "\\" not in name and "{" not in name and "$" not in name and "^" not in name and "_" not in name:
        return name
    for old, new in (("{", ""), ("}", ""), ("$", ""), (" ", ""), ("\\bar", "\\overline")):
        name = name.replace(old, new)
    return name
