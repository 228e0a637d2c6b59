"""The decay modes of BOSS's D-tag list: number of the mode ↔ products.

In: a decay, or a number. Out: `TagMode`: number, meson, products in the order in which `EvtRecDTag` has their tracks and showers. Source: the enum
`EvtRecDTag::DecayMode` of BOSS 7.0.4 (a test compares it with the stand-in's header). A mode stands for its charge conjugate as well.
No event is known here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from dsl4bes.physics.decays import Decay, Node, role_name
from dsl4bes.physics.particles import by_pdgid

#: Products as EvtGen writes them, composed ones (`eta_3pi`: eta -> pi+ pi- pi0) by a word of their own: number → the decay of the positive charm.
_D0 = {
    0: "K- pi+", 1: "K- pi+ pi0", 2: "K- pi+ pi0 pi0", 3: "K- pi+ pi+ pi-", 4: "K- pi+ pi+ pi- pi0", 5: "K- pi+ eta",
    50: "K_S0 K- pi+", 51: "K_S0 K- pi+ pi0", 100: "K_S0 pi+ pi-", 101: "K_S0 pi+ pi- pi0", 102: "K_S0 pi0", 103: "pi+ pi- pi0", 104: "pi+ pi-",
    105: "K- K+", 106: "K- K+ pi0", 107: "pi0 pi0", 108: "K_S0 K_S0", 109: "K_S0 K_S0 pi0", 110: "K_S0 pi0 pi0", 111: "K_S0 K- K+",
    112: "K_S0 eta", 113: "pi0 pi0 pi0", 114: "K_S0 K_S0 K_S0", 115: "pi+ pi+ pi- pi-", 116: "pi+ pi- pi0 pi0", 117: "K- K+ pi+ pi-",
    118: "K- K+ pi0 pi0", 119: "K_S0 K_S0 pi+ pi-", 120: "pi+ pi+ pi- pi- pi0", 121: "K_S0 pi+ pi+ pi- pi-", 122: "K- K+ pi+ pi- pi0",
    123: "K_S0 pi0 eta", 124: "K_S0 etap", 125: "K_S0 etap_rho", 126: "K_S0 pi0 pi0 pi0",
}  # fmt: skip
_DPLUS = {
    200: "K- pi+ pi+", 201: "K- pi+ pi+ pi0", 202: "K_S0 pi+", 203: "K_S0 pi+ pi0", 204: "K_S0 pi+ pi+ pi-", 205: "K- K+ pi+", 206: "pi+ pi0",
    207: "K+ pi0", 208: "K_S0 K+", 209: "pi+ pi+ pi-", 210: "pi+ pi0 pi0", 211: "K_S0 K_S0 pi+", 212: "K_S0 K+ pi0", 213: "K_S0 K_S0 K+",
    214: "pi+ pi+ pi- pi0", 215: "K_S0 pi+ pi0 pi0", 216: "K_S0 K+ pi+ pi-", 217: "K_S0 K- pi+ pi+", 218: "K- K+ pi+ pi0",
    219: "pi+ pi+ pi+ pi- pi-", 220: "K- pi+ pi+ pi+ pi-", 221: "pi+ eta", 222: "K_S0 pi+ eta",
}  # fmt: skip
_DS = {
    400: "K_S0 K+", 401: "K- K+ pi+", 402: "K_S0 K+ pi0", 403: "K_S0 K_S0 pi+", 404: "K- K+ pi+ pi0", 405: "K_S0 K+ pi+ pi-",
    406: "K_S0 K- pi+ pi+", 407: "K- K+ pi+ pi+ pi-", 420: "pi+ pi0", 421: "pi+ pi+ pi-", 422: "pi+ pi+ pi- pi0", 423: "pi+ pi+ pi+ pi- pi-",
    424: "pi+ pi+ pi+ pi- pi- pi0", 425: "pi+ pi+ pi- pi0 pi0", 440: "pi+ eta", 441: "pi+ pi0 eta", 442: "pi+ pi+ pi- eta", 450: "pi+ eta_3pi",
    451: "pi+ pi0 eta_3pi", 452: "pi+ pi+ pi- eta_3pi", 460: "pi+ etap", 461: "pi+ pi0 etap", 470: "pi+ etap_3pi", 471: "pi+ pi0 etap_3pi",
    480: "pi+ etap_rho", 481: "pi+ pi0 etap_rho", 500: "K_S0 pi+", 501: "K_S0 pi+ pi0", 502: "K+ pi+ pi-", 503: "K+ pi+ pi- pi0", 504: "K- K+ K+",
}  # fmt: skip
_MESONS = (("D0", 421, _D0), ("D+", 411, _DPLUS), ("D_s+", 431, _DS))

#: What a product that is no track is made of: charged parts (role, pion charge), then photons; in the order of the tag's tracks and showers.
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pi0": ((), ("gam1", "gam2")), "eta": ((), ("gam1", "gam2")), "K_S0": (("pip", "pim"), ()), "eta_3pi": (("pip", "pim"), ("gam1", "gam2")),
    "etap": (("pip", "pim"), ("gam1", "gam2")), "etap_rho": (("pip", "pim"), ("gam",)),
    "etap_3pi": (("pip1", "pim1", "pip2", "pim2"), ("gam1", "gam2")),
}  # fmt: skip
_WORDS = {321: "K+", -321: "K-", 211: "pi+", -211: "pi-", 111: "pi0", 221: "eta", 310: "K_S0", 331: "etap", 22: "gam", 113: "rho"}
_OPPOSITE = {"K+": "K-", "K-": "K+", "pi+": "pi-", "pi-": "pi+"}
_SHORT = {"K+": "kp", "K-": "km", "pi+": "pip", "pi-": "pim", "pi0": "pi0", "K_S0": "ks"}
_INNER = {"eta_3pi": "(eta -> pi+ pi- pi0)", "etap_3pi": "(eta' -> pi+ pi- (eta -> pi+ pi- pi0))", "etap_rho": "(eta' -> rho(770)0 gam)", "etap": "eta'"}


@dataclass(frozen=True, slots=True)
class TagMode:
    """One mode: its number in BOSS, the D meson of positive charm, its products in BOSS's order."""

    code: int
    meson: str
    products: tuple[str, ...]

    @property
    def pdgid(self) -> int:
        return next(pdgid for name, pdgid, _ in _MESONS if name == self.meson)

    @property
    def mass(self) -> float:
        """Nominal mass of the meson (GeV), of the particle table."""
        found = by_pdgid(self.pdgid)
        assert found is not None and found.mass is not None
        return found.mass

    @property
    def flavoured(self) -> bool:
        """Whether BOSS knows the charm of such a tag: modes of the D0 up to 5, all of D+ and D_s+."""
        return self.code <= 5 or self.code >= 200

    @property
    def text(self) -> str:
        """The decay of the positive charm, as it is written in a program."""
        return f"{self.meson} -> {' '.join(_INNER.get(word, word) for word in self.products)}"


@lru_cache(maxsize=1)
def all_modes() -> tuple[TagMode, ...]:
    """All modes in the order of their numbers."""
    return tuple(
        TagMode(code, meson, tuple(products.split())) for meson, _, rows in _MESONS for code, products in rows.items()
    )


def by_code(code: int) -> TagMode | None:
    """The mode of a number, or None."""
    return next((mode for mode in all_modes() if mode.code == code), None)


def by_decay(decay: Decay) -> TagMode | None:
    """The mode that is this decay or its conjugate, whatever the order of its products; None if the list has none."""
    meson = None if decay.mother.particle is None else decay.mother.particle.pdgid
    words = [_word(node) for node in decay.mother.products]
    for mode in all_modes():
        wanted = mode.products if meson == mode.pdgid else _conjugate(mode.products)
        if meson in (mode.pdgid, -mode.pdgid) and Counter(words) == Counter(wanted):
            return mode
    return None


def near_modes(decay: Decay, most: int = 3) -> list[TagMode]:
    """The modes of the same meson whose products differ least from those of a decay that the list lacks."""
    meson = None if decay.mother.particle is None else decay.mother.particle.pdgid
    words = Counter(_word(node) for node in decay.mother.products)
    found = []
    for mode in all_modes():
        if meson in (mode.pdgid, -mode.pdgid):
            wanted = Counter(mode.products if meson == mode.pdgid else _conjugate(mode.products))
            apart = (words - wanted).total() + (wanted - words).total()
            if apart <= 2:
                found.append((apart, mode.code, mode))
    return [mode for _, _, mode in sorted(found, key=lambda each: each[:2])[:most]]


def roles(mode: TagMode, *, conjugate: bool = False) -> tuple[str, ...]:
    """Names of the products in BOSS's order, as the language names products: `km`, `pip1`, `pi0_1`; of the conjugate decay if it was written."""
    words = _conjugate(mode.products) if conjugate else mode.products
    shorts = [_short(word) for word in words]
    seen: Counter[str] = Counter()
    names = []
    for short in shorts:
        seen[short] += 1
        names.append(role_name(short, seen[short]) if shorts.count(short) > 1 else short)
    return tuple(names)


def _short(word: str) -> str:
    return _SHORT.get(word) or word.partition("_")[0]


def _conjugate(products: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_OPPOSITE.get(word, word) for word in products)


#: Products written with their own decay: the word, its products (sorted) → the word of the table.
_DECAYS = {
    ("pi0", ("gam", "gam")): "pi0", ("eta", ("gam", "gam")): "eta", ("K_S0", ("pi+", "pi-")): "K_S0", ("eta", ("pi+", "pi-", "pi0")): "eta_3pi",
    ("etap", ("eta", "pi+", "pi-")): "etap", ("etap", ("gam", "rho")): "etap_rho", ("etap", ("eta_3pi", "pi+", "pi-")): "etap_3pi",
}  # fmt: skip


def _word(node: Node) -> str:
    """The word of the table for a product; empty for what no mode has."""
    own = "" if node.particle is None else _WORDS.get(node.particle.pdgid, "")
    if not node.products:
        return own
    return _DECAYS.get((own, tuple(sorted(_word(product) for product in node.products))), "")
