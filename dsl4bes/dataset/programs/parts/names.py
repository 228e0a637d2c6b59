"""Particles in the language and in words: their lists, their charges, their names.

In: nothing. Out: tables. Names are those of the field; the language's own short forms come from its table of particles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsl4bes.dataset.programs.part import Both

#: List of a species and charge, by what stands in decays.
LISTS = {"pi+": "pip", "pi-": "pim", "K+": "kp", "K-": "km", "p+": "prp", "anti-p-": "prm", "e+": "ep", "e-": "em", "mu+": "mup", "mu-": "mum"}
RIVALS = {"pi": ("kaon",), "K": ("pion",), "p": ("kaon_and_pion", "pion", "kaon"), "e": ("pion_and_kaon", "pion"), "mu": ("pion_and_kaon", "pion")}
RIVAL_WORDS = {
    "kaon": Both("kaon", "K"), "pion": Both("pion", "π"), "kaon_and_pion": Both("kaon and the pion", "K 和 π"), "pion_and_kaon": Both("pion and the kaon", "π 和 K"),
}  # fmt: skip
LIST_WORDS = {
    "pip": Both("pi+", "π+"), "pim": Both("pi-", "π-"), "kp": Both("K+", "K+"), "km": Both("K-", "K-"), "prp": Both("proton", "质子"), "prm": Both("antiproton", "反质子"), "ep": Both("positron", "正电子"), "em": Both("electron", "电子"),
    "mup": Both("mu+", "μ+"), "mum": Both("mu-", "μ-"), "pi": Both("pion of either charge", "任意电荷的 π"), "ka": Both("kaon of either charge", "任意电荷的 K"), "el": Both("electron of either charge", "任意电荷的电子"),
    "mu": Both("muon of either charge", "任意电荷的 μ"), "pr": Both("proton of either charge", "任意电荷的质子"),
}  # fmt: skip


def species(particle: str) -> str:
    """`pi` of `pi+`, `p` of `anti-p-`."""
    return particle.removeprefix("anti-").rstrip("+-")


def rivals(particle: str) -> tuple[str, ...]:
    return RIVALS[species(particle)]


def counted(charged: Sequence[str]) -> dict[str, int]:
    """How many of each, in the order of the decay."""
    return dict(Counter(charged))


def both(texts: Sequence[Both]) -> Both:
    """An enumeration in both languages."""
    en = [text.en for text in texts]
    return Both(en[0] if len(en) == 1 else ", ".join(en[:-1]) + " and " + en[-1], "、".join(text.zh for text in texts))


def product_names(decay_products: Sequence[str]) -> list[str]:
    """The names that a decay gives to its products: `pip`, or `pip1`, `pip2` of several.

    >>> product_names(["pi+", "pi-", "gam", "gam"])
    ['pip', 'pim', 'gam1', 'gam2']
    """
    short = [{**LISTS, "gam": "gam", "pi0": "pi0", "eta": "eta", "K_S0": "ks", "Lambda0": "lam", "anti-Lambda0": "alam"}[each] for each in decay_products]
    counts, seen = Counter(short), Counter[str]()
    found = []
    for each in short:
        seen[each] += 1
        found.append(each if counts[each] == 1 else f"{each}_{seen[each]}" if each[-1].isdigit() else f"{each}{seen[each]}")
    return found
