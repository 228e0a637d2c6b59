"""Which decays are drawn: final states of exclusive analyses, by family.

In: nothing. Out: `Channel`s. None of them is a decay of a held-out task (`heldout/word_tasks.py`); a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

ENERGIES = {"J/psi": ("3.097 GeV", "3.0969 GeV", "3.097 GeV"), "psi(2S)": ("3.686 GeV", "3.6861 GeV", "3.686 GeV"), "psi(3770)": ("3.773 GeV",)}


@dataclass(frozen=True)
class Channel:
    """`charged` in pairs or not, `neutral`: `gam`, `pi0`, `eta`. `mothers`: which may decay like this. `heavy`: a V0 among the products (`K_S0`, `Lambda0`)."""

    family: str
    mothers: tuple[str, ...]
    charged: tuple[str, ...]
    neutral: tuple[str, ...] = ()

    @property
    def photons(self) -> int:
        return sum(1 if each == "gam" else 2 for each in self.neutral)

    def plain(self, mother: str) -> str:
        """The decay with products as they are named in a note."""
        return f"{mother} -> {' '.join((*self.charged, *self.neutral))}"

    def in_photons(self, mother: str) -> str:
        return f"{mother} -> {' '.join((*self.charged, *('gam',) * self.photons))}"

    def resolved(self, mother: str) -> str:
        """With what decays further written out."""
        return f"{mother} -> {' '.join((*self.charged, *(each if each == 'gam' else f'({each} -> gam gam)' for each in self.neutral)))}"


CHANNELS = (
    Channel("pipi_pi0", ("J/psi", "psi(2S)", "psi(3770)"), ("pi+", "pi-"), ("pi0",)),
    Channel("pipi_eta", ("J/psi", "psi(2S)"), ("pi+", "pi-"), ("eta",)),
    Channel("kk_pi0", ("J/psi", "psi(3770)"), ("K+", "K-"), ("pi0",)),
    Channel("kk_eta", ("J/psi", "psi(2S)", "psi(3770)"), ("K+", "K-"), ("eta",)),
    Channel("ppbar_pi0", ("J/psi", "psi(3770)"), ("p+", "anti-p-"), ("pi0",)),
    Channel("ppbar_eta", ("psi(2S)", "psi(3770)"), ("p+", "anti-p-"), ("eta",)),
    Channel("gam_pipi", ("J/psi", "psi(2S)"), ("pi+", "pi-"), ("gam",)),
    Channel("gam_kk", ("psi(2S)", "psi(3770)"), ("K+", "K-"), ("gam",)),
    Channel("gam_ppbar", ("psi(2S)", "psi(3770)"), ("p+", "anti-p-"), ("gam",)),
    Channel("kkpipi", ("J/psi", "psi(2S)", "psi(3770)"), ("K+", "K-", "pi+", "pi-")),
    Channel("ppbarpipi", ("J/psi", "psi(2S)"), ("p+", "anti-p-", "pi+", "pi-")),
    Channel("ppbarkk", ("J/psi", "psi(2S)"), ("p+", "anti-p-", "K+", "K-")),
    Channel("four_pi", ("J/psi", "psi(2S)", "psi(3770)"), ("pi+", "pi-", "pi+", "pi-")),
    Channel("four_pi_pi0", ("psi(2S)", "psi(3770)"), ("pi+", "pi-", "pi+", "pi-"), ("pi0",)),
    Channel("four_pi_eta", ("J/psi", "psi(2S)"), ("pi+", "pi-", "pi+", "pi-"), ("eta",)),
    Channel("kkpipi_pi0", ("J/psi", "psi(2S)"), ("K+", "K-", "pi+", "pi-"), ("pi0",)),
    Channel("gam_kkpipi", ("psi(2S)",), ("K+", "K-", "pi+", "pi-"), ("gam",)),
    Channel("gam_four_k", ("psi(2S)",), ("K+", "K-", "K+", "K-"), ("gam",)),
    Channel("pipi_two_pi0", ("J/psi", "psi(2S)"), ("pi+", "pi-"), ("pi0", "pi0")),
    Channel("gam_two_pi0", ("J/psi", "psi(2S)"), (), ("gam", "pi0", "pi0")),
    Channel("gam_pipi_eta", ("J/psi", "psi(2S)"), ("pi+", "pi-"), ("gam", "eta")),
    Channel("gam_kk_pi0", ("J/psi", "psi(2S)"), ("K+", "K-"), ("gam", "pi0")),
    Channel("gam_kk_eta", ("J/psi",), ("K+", "K-"), ("gam", "eta")),
    Channel("ppbar_two_pi0", ("psi(2S)",), ("p+", "anti-p-"), ("pi0", "pi0")),
)
