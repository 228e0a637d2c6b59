"""Sensible selections to make slips in: drawn ones, and the examples that come with the compiler.

In: a random number generator. Out: the text of a program in its canonical form, with words that ask for it. Decays, cuts, names and outputs are drawn; every program is one that a physicist could run.
Nothing is compiled here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dsl4bes.constructs.style import with_signs
from dsl4bes.diagnostics.model import Bag
from dsl4bes.source import SourceFile
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.printer import print_program
from dsl4bes.unknown.asking.shots import shots

Rng = np.random.Generator
_ENERGY = {"J/psi": "3.097 GeV", "psi(2S)": "3.686 GeV", "psi(3770)": "3.773 GeV"}


@dataclass(frozen=True)
class Channel:
    """A decay: who decays, charged products by list, photons, what the first two photons may come from."""

    name: str
    parent: str
    charged: tuple[str, ...]
    photons: int
    pair: str = ""

    def decay(self, resonance: bool = False) -> str:
        """The decay as a text of the language; with `resonance` two photons are those of `pair`."""
        parts = [_PARTICLES[each] for each in self.charged]
        alone = self.photons - 2 if resonance else self.photons
        parts += ["gam"] * alone + ([f"({self.pair} -> gam gam)"] if resonance else [])
        return f"{self.parent} -> {' '.join(parts)}"

    def roles(self) -> list[str]:
        """The charged products as the language calls them."""
        return [each if self.charged.count(each) == 1 else f"{each}{self.charged[:at].count(each) + 1}" for at, each in enumerate(self.charged)]


_PARTICLES = {"pip": "pi+", "pim": "pi-", "kp": "K+", "km": "K-", "prp": "p+", "prm": "anti-p-", "ep": "e+", "em": "e-", "mup": "mu+", "mum": "mu-"}
CHANNELS = (
    Channel("RhoPi", "J/psi", ("pip", "pim"), 2, "pi0"),
    Channel("KKPi0", "J/psi", ("kp", "km"), 2, "pi0"),
    Channel("KKEta", "psi(2S)", ("kp", "km"), 2, "eta"),
    Channel("PPbarPi0", "J/psi", ("prp", "prm"), 2, "pi0"),
    Channel("PPbarEta", "psi(2S)", ("prp", "prm"), 2, "eta"),
    Channel("GamPiPi", "J/psi", ("pip", "pim"), 1),
    Channel("GamKK", "psi(2S)", ("kp", "km"), 1),
    Channel("GamPPbar", "J/psi", ("prp", "prm"), 1),
    Channel("FourPi", "psi(2S)", ("pip", "pip", "pim", "pim"), 0),
    Channel("FourPiPi0", "J/psi", ("pip", "pip", "pim", "pim"), 2, "pi0"),
    Channel("KKPiPi", "J/psi", ("kp", "km", "pip", "pim"), 0),
    Channel("GamKKPiPi", "psi(2S)", ("kp", "km", "pip", "pim"), 1),
    Channel("PPbarPiPi", "psi(2S)", ("prp", "prm", "pip", "pim"), 0),
    Channel("EtaPiPi", "psi(3770)", ("pip", "pim"), 2, "eta"),
    Channel("GamGamKK", "psi(3770)", ("kp", "km"), 2),
    Channel("ThreeGam", "J/psi", (), 3, "eta"),
    Channel("OmegaGam", "psi(2S)", ("pip", "pim"), 3, "pi0"),
)
_RIVAL = {"pip": "from_kaon", "pim": "from_kaon", "kp": "from_pion", "km": "from_pion", "prp": "from_kaon_and_pion", "prm": "from_kaon_and_pion"}
_SPECIES = {"pip": "pions", "kp": "kaons", "prp": "protons"}


@dataclass(frozen=True)
class Program:
    """A right program: its text, and the words that ask for it (none for the examples of constructs)."""

    name: str
    text: str
    words: str = ""


def drawn(rng: Rng) -> Program:
    """One program."""
    channel = CHANNELS[rng.integers(len(CHANNELS))]
    name = _one(rng, (channel.name, channel.name, f"{channel.name}Alg", f"Sel{channel.name}", f"My{channel.name}"))
    fit = _one(rng, ("fit4c", "fit4c", "kf", "fit", "kmfit", "four"))
    inside = _tracks(rng, channel) + _photons(rng, channel) + _pid(rng, channel)
    vertex = bool(channel.charged) and len(set(channel.charged)) == len(channel.charged) and rng.random() < 0.4
    if vertex:
        inside += [f"vertex_fit(:vertex) do\nfrom {', '.join(channel.charged)}", *_chance(rng, 0.4, lambda: f"chi2 < {_one(rng, ('20', '50', '100'))}"), "end"]
    sources = ", ".join((["vertex"] if vertex else []) + (["gam"] if channel.photons else [])) if vertex else ""
    inside += _fit(rng, fit, channel.decay(), sources, ":four_momentum")
    five = channel.pair != "" and rng.random() < 0.6
    if five:
        inside += _fit(rng, "fit5c", channel.decay(True), sources, f":four_momentum, :{channel.pair}")
    inside += _cuts(rng, channel, fit)
    text = f'analysis "{name}" do\necms {_ENERGY[channel.parent]}\n' + "\n".join([*_chance(rng, 0.4, lambda: "crossing_angle 22 mrad"), *_chance(rng, 0.3, lambda: f'output "{name.lower()}.root"')])
    text += "\nend\nevent_selection do\n" + "\n".join(inside) + "\nend\n" + "\n".join(_outputs(rng, channel, fit, name, five)) + "\n"
    return Program(channel.name.lower(), canonical(text), f"select {channel.decay(five)}")


def canonical(text: str) -> str:
    """The text as `dsl4bes fmt` writes it. Raises ValueError for what the parser cannot read."""
    bag = Bag()
    tree = parse(SourceFile("program.bes", text), bag)
    if tree is None or bag.has_errors:
        raise ValueError(f"no program: {next(iter(bag)).message}\n{text}")
    return print_program(tree, with_signs)


@lru_cache(maxsize=1)
def examples() -> tuple[Program, ...]:
    """The examples that come with the compiler, in their canonical form; those whose files lie beside them are left out."""
    return tuple(Program(shot.name, canonical(shot.source), shot.words if shot.whole else "") for shot in shots() if "include" not in shot.source)


def _one(rng: Rng, of: Sequence[str]) -> str:
    return of[int(rng.integers(len(of)))]


def _chance(rng: Rng, share: float, line: Callable[[], str]) -> list[str]:
    return [line()] if rng.random() < share else []


def _tracks(rng: Rng, channel: Channel) -> list[str]:
    if not channel.charged:
        return ["charged_tracks do", "ngood == 0", "end"]
    lines = [f"vr < {_one(rng, ('1 cm', '1 cm', '0.5 cm', '1.5 cm', '2 cm'))}", f"vz < {_one(rng, ('10 cm', '10 cm', '8 cm', '5 cm', '20 cm'))}"]
    lines += _chance(rng, 0.6, lambda: f"cos < {_one(rng, ('0.93', '0.93', '0.92'))}") + _chance(rng, 0.2, lambda: f"p < {_one(rng, ('1.9 GeV', '2 GeV', '1.6 GeV'))}")
    return ["charged_tracks do", *lines, f"ngood == {len(channel.charged)}", "net_charge == 0", "end"]


def _photons(rng: Rng, channel: Channel) -> list[str]:
    if not channel.photons:
        return []
    if rng.random() < 0.5:
        lines = [f"barrel cos < 0.80, energy > {_one(rng, ('25 MeV', '30 MeV'))}", f"endcap cos in 0.86..0.92, energy > {_one(rng, ('50 MeV', '60 MeV'))}"]
    else:
        lines = [f"energy > {_one(rng, ('25 MeV', '40 MeV', '50 MeV', '80 MeV', '0.03 GeV'))}"]
    lines += _chance(rng, 0.5, lambda: f"time {_one(rng, ('0..14', '0 ns..700 ns', '0..12'))}") + _chance(rng, 0.6, lambda: f"isolation > {_one(rng, ('10 deg', '20 deg', '15 deg', '8 deg'))}")
    several = f">= {channel.photons}"  # with `== 1` the list would be one photon, and no list in formulas
    count = f"ngam {_one(rng, (several, several, several if channel.photons == 1 else f'== {channel.photons}', f'in {channel.photons}..{channel.photons + 4}'))}"
    return ["photons do", *lines, count, "end"]


def _pid(rng: Rng, channel: Channel) -> list[str]:
    if not channel.charged:
        return []
    lines = _chance(rng, 0.3, lambda: f"systems {_one(rng, (':dedx, :tof1, :tof2', ':dedx, :tof1, :tof2, :tofe', ':dedx, :tof'))}")
    lines.append(f"prob_cut {_one(rng, ('0.001', '0.001', '0.01', '0.0001'))}")
    lists = list(dict.fromkeys(channel.charged))
    rival = len(lists) > 2 or rng.random() < 0.5
    lines += [f'identify :{each}, "{_RIVAL[each]}"' if rival else f"identify :{each}" for each in lists]
    return ["pid do", *lines, *(f"n{each} == {channel.charged.count(each)}" for each in lists), "end"]


def _fit(rng: Rng, name: str, decay: str, sources: str, constraints: str) -> list[str]:
    lines = [f'decay "{decay}"', *([f"from {sources}"] if sources else []), f"constrain {constraints}", "choose :min_chi2", f"chi2 < {_one(rng, ('200', '100', '60', '50', '80', '40'))}"]
    return [f"kinematic_fit(:{name}) do", *lines, "end"]


def _cuts(rng: Rng, channel: Channel, fit: str) -> list[str]:
    lines: list[str] = []
    roles = [f"{fit}.{role}" for role in channel.roles()]
    if channel.pair and channel.photons == 2:
        low, high = {"pi0": (("0.115 GeV", "0.150 GeV"), ("120 MeV", "145 MeV")), "eta": (("0.52 GeV", "0.57 GeV"), ("530 MeV", "565 MeV"))}[channel.pair][rng.integers(2)]
        lines += _chance(rng, 0.7, lambda: f'require "{channel.pair}", m({fit}.gam1, {fit}.gam2) in {low}..{high}')
    if len(roles) >= 2:
        lines += _chance(rng, 0.3, lambda: f'require "apart", angle({roles[0]}, {roles[1]}) > {_one(rng, ("10 deg", "15 deg", "20 deg"))}')
        lines += _chance(rng, 0.3, lambda: f'require "momenta", p({roles[0]}) > {_one(rng, ("0.1 GeV", "200 MeV", "0.3 GeV"))} and p({roles[1]}) > 0.1 GeV')
        lines += _chance(rng, 0.3, lambda: f'veto "K_S0", m({roles[0]}, {roles[-1]}) in 0.485 GeV..0.510 GeV')
    if channel.photons:
        lines += _chance(rng, 0.2, lambda: f"pi0_veto do\nphoton {fit}.gam\nmass_window {_one(rng, ('15 MeV', '12 MeV', '20 MeV'))}\nend" if channel.photons == 1 else f"let e_hard = e(gam1, frame: :cm)\nrequire \"hard photon\", e_hard > {_one(rng, ('0.1 GeV', '150 MeV', '0.2 GeV'))}")
    lines += _chance(rng, 0.15, lambda: f'require "energy", abs(visible_energy - ecms) < {_one(rng, ("1 GeV", "0.8 GeV"))}')
    return lines


def _outputs(rng: Rng, channel: Channel, fit: str, name: str, five: bool) -> list[str]:
    used = "fit5c" if five else fit
    roles = [f"{used}.{role}" for role in channel.roles()]
    lines: list[str] = []
    masses = [f"m_{''.join(part.split('.')[1] for part in pair)}: m({', '.join(pair)})" for pair in zip(roles[:-1], roles[1:], strict=True)][:2]
    if channel.photons >= 2:
        first, low, high = f"m({fit}.gam1, {fit}.gam2)", *(("0.1 GeV", "0.17 GeV") if channel.pair == "pi0" else ("0.4 GeV", "0.7 GeV"))
        lines += _chance(rng, 0.6, lambda: f'histogram("m_gg") do\nfill {first}\nbins {_one(rng, ("60", "70", "100", "50"))}, {low}..{high}\nend')
        masses.append(f"m_gg: {first}")
    elif len(roles) >= 2:
        lines += _chance(rng, 0.6, lambda: f'histogram("mass") do\nfill m({roles[0]}, {roles[1]})\nbins {_one(rng, ("80", "100", "150"))}, {_one(rng, ("0.3 GeV", "0.9 GeV"))}..{_one(rng, ("2.5 GeV", "3 GeV"))}\nend')
    columns = [f"column chi2: {fit}.chi2", *([f"column {', '.join(masses)}"] if masses else []), *_chance(rng, 0.3, lambda: f"column p_first: p({roles[0]})" if roles else "column e_first: e(gam1)")]
    columns += _chance(rng, 0.25, lambda: "array :e_gam, e(gam), max: 50" if channel.photons else "array :p_trk, p(good), max: 20")
    return [*lines, f'ntuple("{name.lower()}") do', *columns, "end"]
