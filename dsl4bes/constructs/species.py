"""Standard names of identified lists, and the words for species in `from_...`.

In: nothing. Out: tables. A list of another name gets its species from the block that makes it.
"""

from __future__ import annotations

from dsl4bes.ir.types import Species

#: Lists of both charges: name → (positive, negative, species).
EITHER_CHARGE: dict[str, tuple[str, str, Species]] = {
    "pi": ("pip", "pim", Species.PI), "ka": ("kp", "km", Species.K), "el": ("ep", "em", Species.E),
    "mu": ("mup", "mum", Species.MU), "pr": ("prp", "prm", Species.P),
}  # fmt: skip

#: Standard lists of identified particles: name → (species, charge; 0 for either).
IDENTIFIED: dict[str, tuple[Species, int]] = {
    **{plus: (species, 1) for plus, _, species in EITHER_CHARGE.values()},
    **{minus: (species, -1) for _, minus, species in EITHER_CHARGE.values()},
    **{either: (species, 0) for either, (_, _, species) in EITHER_CHARGE.items()},
}

#: Words for a species in `from_kaon_and_pion`.
SPECIES_WORDS: dict[str, Species] = {
    "electron": Species.E, "muon": Species.MU, "pion": Species.PI, "kaon": Species.K, "proton": Species.P,
    "e": Species.E, "mu": Species.MU, "pi": Species.PI, "k": Species.K, "p": Species.P,
}  # fmt: skip

#: Charged species in the order of BOSS's hypotheses.
ORDER = (Species.E, Species.MU, Species.PI, Species.K, Species.P)
