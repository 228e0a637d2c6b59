"""Quantities that conditions are about: how each is written in the language and in C++, and which limits a physicist would set.

In: nothing. Out: `QUANTITIES` by name. In `formula` and `cxx`, `{a}`, `{b}`, `{c}` are four-momenta, `{x}` is the entry of a list, `{v}`, `{w}` are names for local four-momenta, which `before` makes.
Words are in `words/`. The ranges of limits are chosen so that both answers are common among the toy events of `bases/`; they are no physics.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class On(Enum):
    """What a quantity is of: anything with a four-momentum, or an entry of one kind of list."""

    ANY = "any"
    SHOWER = "shower"
    TRACK = "track"


@dataclass(frozen=True)
class Quantity:
    """`low`, `high`: where limits are drawn, in `unit`. `needs`: the member that says whether it is there. `signed`: a limit is mostly on its size. `whole`: numbers of hits. `centre`: a window around one value makes sense."""

    name: str
    on: On
    arity: int
    formula: str
    cxx: str
    low: float
    high: float
    unit: str = ""
    before: tuple[str, ...] = ()
    needs: str = ""
    signed: bool = False
    whole: bool = False
    centre: bool = False

    @property
    def boosted(self) -> bool:
        return bool(self.before)


def _boosted(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """Statements that copy a four-momentum under a name, then boost it: (name, what), and (name, by) for the boosts."""
    made = []
    for name, what in pairs:
        made.append(f"HepLorentzVector {name} = {what};" if not what.startswith("-") else f"{name}.boost({what});")
    return tuple(made)


_CM = "-in.beam.boostVector()"
_A_CM = _boosted(("{v}", "{a}"), ("{v}", _CM))
_PAIR = "({a} + {b})"
_ANY, _SHOWER, _TRACK = On.ANY, On.SHOWER, On.TRACK

_TABLE = (
    # --- of one particle -------------------------------------------------------------------------------------------
    Quantity("momentum", _ANY, 1, "p({a})", "{a}.rho()", 0.2, 1.2, "GeV"),
    Quantity("transverse", _ANY, 1, "pt({a})", "{a}.perp()", 0.15, 0.9, "GeV"),
    Quantity("along", _ANY, 1, "pz({a})", "{a}.pz()", 0.1, 0.8, "GeV", signed=True),
    Quantity("polar", _ANY, 1, "cos({a})", "{a}.cosTheta()", 0.3, 0.9, signed=True),
    Quantity("theta", _ANY, 1, "theta({a})", "{a}.theta()", 30, 150, "deg"),
    Quantity("total_energy", _ANY, 1, "e({a})", "{a}.e()", 0.3, 1.4, "GeV"),
    Quantity("cm_momentum", _ANY, 1, "p({a}, frame: :cm)", "{v}.rho()", 0.2, 1.2, "GeV", before=_A_CM),
    Quantity("cm_energy", _ANY, 1, "e({a}, frame: :cm)", "{v}.e()", 0.3, 1.3, "GeV", before=_A_CM),
    Quantity("cm_polar", _ANY, 1, "cos({a}, frame: :cm)", "{v}.cosTheta()", 0.3, 0.85, before=_A_CM, signed=True),
    Quantity("recoil", _ANY, 1, "recoil({a})", "(in.beam - {a}).m()", 1.2, 2.9, "GeV", centre=True),
    Quantity("recoil_squared", _ANY, 1, "recoil2({a})", "(in.beam - {a}).m2()", 1.5, 8.5),
    # --- of a shower -----------------------------------------------------------------------------------------------
    Quantity("energy", _SHOWER, 1, "e({a})", "{x}.energy", 0.08, 0.9, "GeV"),
    Quantity("time", _SHOWER, 1, "time({a})", "{x}.time", 100, 600, "ns"),
    Quantity("isolation", _SHOWER, 1, "isolation({a})", "{x}.isolation", 12, 60, "deg"),
    Quantity("seed_share", _SHOWER, 1, "eseed({a}) / e({a})", "{x}.eseed / {x}.energy", 0.35, 0.7),
    Quantity("core_share", _SHOWER, 1, "e3x3({a}) / e5x5({a})", "{x}.e3x3 / {x}.e5x5", 0.85, 0.97),
    Quantity("lateral", _SHOWER, 1, "lat_moment({a})", "{x}.lat_moment", 0.08, 0.4),
    Quantity("second_moment", _SHOWER, 1, "second_moment({a})", "{x}.second_moment", 5, 25),
    Quantity("crystals", _SHOWER, 1, "emc_hits({a})", "{x}.emc_hits", 6, 20, whole=True),
    # --- of a track ------------------------------------------------------------------------------------------------
    Quantity("across", _TRACK, 1, "vr({a})", "{x}.vr", 0.3, 5, "mm", signed=True),
    Quantity("vertex_z", _TRACK, 1, "vz({a})", "{x}.vz", 0.2, 2, "cm", signed=True),
    Quantity("shower_energy", _TRACK, 1, "emc_energy({a})", "{x}.emc_energy", 0.15, 0.5, "GeV", needs="has_emc"),
    Quantity("e_over_p", _TRACK, 1, "eop({a})", "{x}.eop", 0.15, 0.9, needs="has_emc"),
    Quantity("depth", _TRACK, 1, "depth({a})", "{x}.depth", 10, 50, "cm", needs="has_muc"),
    Quantity("layers", _TRACK, 1, "muc_layers({a})", "{x}.muc_layers", 2, 6, needs="has_muc", whole=True),
    Quantity("muc_hits", _TRACK, 1, "muc_hits({a})", "{x}.muc_hits", 2, 9, needs="has_muc", whole=True),
    Quantity("dedx", _TRACK, 1, "dedx({a})", "{x}.dedx", 0.8, 1.6, needs="has_dedx"),
    Quantity("flight_time", _TRACK, 1, "tof({a})", "{x}.tof", 2.8, 5.5, "ns", needs="has_tof"),
    # --- of a pair ---------------------------------------------------------------------------------------------------
    Quantity("mass", _ANY, 2, "m({a}, {b})", f"{_PAIR}.m()", 0.3, 2.2, "GeV", centre=True),
    Quantity("opening", _ANY, 2, "angle({a}, {b})", "{a}.vect().angle({b}.vect())", 20, 165, "deg"),
    Quantity("pair_momentum", _ANY, 2, "p(p4({a}, {b}))", f"{_PAIR}.rho()", 0.3, 1.4, "GeV"),
    Quantity("pair_transverse", _ANY, 2, "pt(p4({a}, {b}))", f"{_PAIR}.perp()", 0.2, 1.1, "GeV"),
    Quantity("pair_energy", _ANY, 2, "e(p4({a}, {b}))", f"{_PAIR}.e()", 0.5, 2.2, "GeV"),
    Quantity("pair_polar", _ANY, 2, "cos(p4({a}, {b}))", f"{_PAIR}.cosTheta()", 0.3, 0.9, signed=True),
    Quantity("pair_recoil", _ANY, 2, "recoil({a}, {b})", "(in.beam - {a} - {b}).m()", 0.5, 2.5, "GeV", centre=True),
    Quantity("pair_recoil_squared", _ANY, 2, "recoil2({a}, {b})", "(in.beam - {a} - {b}).m2()", 0.3, 6),
    Quantity("cm_opening", _ANY, 2, "angle({a}, {b}, frame: :cm)", "{v}.vect().angle({w}.vect())", 30, 165, "deg", before=_boosted(("{v}", "{a}"), ("{w}", "{b}"), ("{v}", _CM), ("{w}", _CM))),
    Quantity("azimuth", _ANY, 2, "abs(dphi({a}, {b}))", "std::fabs({a}.vect().deltaPhi({b}.vect()))", 30, 165, "deg"),
    Quantity("acoplanarity", _ANY, 2, "abs(180 deg - abs(dphi({a}, {b})))", "std::fabs(M_PI - std::fabs({a}.vect().deltaPhi({b}.vect())))", 8, 100, "deg"),
    Quantity("momentum_difference", _ANY, 2, "abs(p({a}) - p({b}))", "std::fabs({a}.rho() - {b}.rho())", 0.08, 0.7, "GeV"),
    Quantity("asymmetry", _ANY, 2, "abs(e({a}) - e({b})) / (e({a}) + e({b}))", "std::fabs({a}.e() - {b}.e()) / ({a}.e() + {b}.e())", 0.15, 0.85),
    Quantity("helicity", _ANY, 2, "helicity({a}, of: p4({a}, {b}))", "std::cos({v}.vect().angle({w}.vect()))", 0.2, 0.85, signed=True,
             before=_boosted(("{v}", "{a}"), ("{w}", "{a} + {b}"), ("{v}", _CM), ("{w}", _CM), ("{v}", "-{w}.boostVector()"))),
    Quantity("rest_momentum", _ANY, 2, "p(boost({a}, p4({a}, {b})))", "{v}.rho()", 0.1, 0.8, "GeV", before=_boosted(("{v}", "{a}"), ("{v}", f"-{_PAIR}.boostVector()"))),
    # --- of three ----------------------------------------------------------------------------------------------------
    Quantity("triple_mass", _ANY, 3, "m({a}, {b}, {c})", "({a} + {b} + {c}).m()", 0.8, 2.8, "GeV", centre=True),
    Quantity("triple_recoil", _ANY, 3, "recoil({a}, {b}, {c})", "(in.beam - {a} - {b} - {c}).m()", 0.1, 1.4, "GeV", centre=True),
    Quantity("triple_momentum", _ANY, 3, "p(p4({a}, {b}, {c}))", "({a} + {b} + {c}).rho()", 0.2, 1.3, "GeV"),
    Quantity("energy_in_recoil", _ANY, 3, "e(boost({a}, recoil_p4({b}, {c})))", "{v}.e()", 0.3, 1.7, "GeV", before=_boosted(("{v}", "{a}"), ("{v}", "-(in.beam - {b} - {c}).boostVector()"))),
)  # fmt: skip
QUANTITIES: dict[str, Quantity] = {each.name: each for each in _TABLE}


@dataclass(frozen=True)
class Flag:
    """A property that an entry has or has not."""

    name: str
    on: On
    formula: str
    cxx: str


_FLAGS = (
    Flag("barrel", On.SHOWER, "module({a}) == 1", "{x}.module == 1"),
    Flag("endcap", On.SHOWER, "module({a}) != 1", "{x}.module != 1"),
    Flag("positive", On.TRACK, "charge({a}) > 0", "{x}.charge > 0"),
    Flag("negative", On.TRACK, "charge({a}) < 0", "{x}.charge < 0"),
    Flag("with_shower", On.TRACK, "has_emc({a})", "{x}.has_emc"),
    Flag("with_tof", On.TRACK, "has_tof({a})", "{x}.has_tof"),
    Flag("with_muc", On.TRACK, "has_muc({a})", "{x}.has_muc"),
)
FLAGS: dict[str, Flag] = {each.name: each for each in _FLAGS}
