"""Vertices, kinematic fits, combinations, D tags.

In: a `Draw`, the decay. Out: parts. Limits of chi2, windows and decay lengths are of the size that BESIII papers use.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.part import Both, Lines, Part, Particles
from dsl4bes.dataset.programs.parts.names import LIST_WORDS, both

CONSTRAINTS = {
    "four_momentum": Both("the four-momentum of the beams", "四动量"), "pi0": Both("the pi0 mass", "π0 质量"), "eta": Both("the eta mass", "η 质量"), "total_energy": Both("the total energy", "总能量"),
    "three_momentum": Both("the three-momentum", "三动量"), "ks": Both("the K_S mass", "K_S 质量"), "jpsi": Both("the J/psi mass", "J/ψ 质量"),
}  # fmt: skip


def vertex_fit(draw: Draw, lists: Sequence[str], name: str = "vertex") -> Part:
    """One track of each list to a common vertex."""
    made = Lines("vertex_fit", f"vertex_fit(:{name}) do", name=name, lists=both([LIST_WORDS[each] for each in lists]))
    made.line("from " + ", ".join(lists))
    if draw.chance(0.5):
        most = draw.pick(("100", "20", "50", "200", "30"))
        made.line(f"chi2 < {most}", "chi2", chi2=most)
    return made.done()


def kinematic_fit(
    draw: Draw, name: str, decay: str, constrain: Sequence[str], sources: str = "", most: str | None = None, optional: bool = False, missing: str = "", before: Sequence[tuple[str, str, str]] = (), settings: bool = True, written_only: bool = False
) -> Part:  # fmt: skip
    """`most`: the cut on chi2, drawn if None, none if empty. `before`: windows of masses of the decay, before the choice: what, and its ends."""
    made = Lines("kinematic_fit", f"kinematic_fit(:{name}) do", name=name, decay=Particles(decay), constraints=both([CONSTRAINTS[each] for each in constrain]))
    made.line(f'decay "{decay}"')
    if sources:
        made.line(f"from {sources}", "from", sources=sources)
    if written_only:
        made.line("conjugate false", "written_only")
    if missing:
        made.line(f"missing {missing}", "missing", missing=missing)
    made.line("constrain " + ", ".join(f":{each}" for each in constrain))
    for what, low, high in before:
        made.line(f"mass {what}: {low}..{high}", "mass", what=what, low=low, high=high)
    if settings and draw.chance(0.08):
        made.line("fitter :classic", "classic")
    elif settings and draw.chance(0.08):
        spread = draw.pick(("0.9 MeV", "1.2 MeV", "0.6 MeV"))
        made.line(f"energy_spread {spread}", "energy_spread", e=spread)
    made.line("choose :min_chi2", "choose")
    limit = draw.pick(("200", "100", "60", "50", "40", "30", "80")) if most is None else most
    if limit:
        made.line(f"chi2 < {limit}", "chi2", chi2=limit)
    if optional:
        made.line("optional", "optional")
    return made.done()


def secondary_vertex(draw: Draw, name: str, decay: str, single: bool = True, written_only: bool = False) -> Part:
    """A K_S or a hyperon by its flight. `single`: one candidate is kept. `written_only`: without the conjugate chain."""
    kaon = decay.startswith("K_S0")
    made = Lines("secondary_vertex", f"secondary_vertex(:{name}) do", name=name, decay=Particles(decay))
    made.line(f'decay "{decay}"')
    if written_only:
        made.line("conjugate false", "written_only")
    if draw.chance(0.35):
        made.line("production :interaction_point", "production")
    if draw.chance(0.5):
        most = draw.pick(("100", "200", "50", "40"))
        made.line(f"vertex_chi2 < {most}", "vertex_chi2", chi2=most)
    cuts = draw.pick((("length",), ("significance",), ("length", "chi2"), ("significance", "window"), ("chi2", "window"), ("window",), ("significance", "chi2")))
    written: list[tuple[str, str, dict[str, str]]] = []
    for cut in cuts:
        if cut == "length":
            value = draw.pick(("0.4 cm", "0.5 cm", "2 mm", "0.3 cm")) if kaon else draw.pick(("0.5 cm", "1 cm", "3.5 cm", "5 mm"))
            written.append((f"length > {value}", cut, {"l": value}))
        elif cut == "significance":
            value = draw.pick(("2", "2", "3", "1"))
            written.append((f"significance > {value}", cut, {"s": value}))
        elif cut == "chi2":
            value = draw.pick(("20", "50", "100"))
            written.append((f"chi2 < {value}", cut, {"chi2": value}))
        else:
            value = draw.pick(("12 MeV", "10 MeV", "15 MeV", "0.012 GeV")) if kaon else draw.pick(("5 MeV", "6 MeV", "8 MeV", "10 MeV"))
            written.append((f"mass_window {value}", cut, {"w": value}))
    filters = single and draw.chance(0.5)
    choice = draw.pick(("min_chi2", "nearest_mass"))
    if filters:
        for text, clause, values in written:
            made.line(text, clause, **values)
        made.line(f"choose :{choice}", f"{choice}_of_those")
    else:
        made.line(f"choose :{choice}" if single else "keep :all", choice if single else "keep")
        for text, clause, values in written:
            made.line(text, f"{clause}_after" if single else clause, **values)
    return made.done()


def combine(draw: Draw, name: str, decay: str, window: tuple[str, str] | None = None, how: str = "nearest_mass", constrain: bool = False, recoil: tuple[str, str] | None = None, sources: str = "") -> Part:
    """Candidates of a decay. `how`: `nearest_mass`, `per_charge`, `min_chi2` (with the fit of the mass that `constrain` makes) or `keep`."""
    made = Lines("combine", f"combine(:{name}) do", name=name, decay=Particles(decay))
    made.line(f'decay "{decay}"')
    if sources:
        made.line(f"from {sources}", "from", sources=sources)
    if window:
        made.line(f"mass {window[0]}..{window[1]}", "mass", low=window[0], high=window[1])
    if recoil:
        made.line(f"recoil {recoil[0]}..{recoil[1]}", "recoil", low=recoil[0], high=recoil[1])
    if constrain:
        made.line("constrain :mass", "constrain")
    if how == "keep":
        made.line("keep :all", "keep")
    else:
        made.line("choose :nearest_mass, per: :charge_state" if how == "per_charge" else f"choose :{how}", how)
    if constrain:
        most = draw.pick(("20", "25", "50", "200"))
        made.line(f"chi2 < {most}", "chi2" if how == "keep" else "chi2_after", chi2=most)
    return made.done()


D0_MODES = ("D0 -> K- pi+", "D0 -> K- pi+ pi0", "D0 -> K- pi+ pi+ pi-")
DP_MODES = ("D+ -> K- pi+ pi+", "D+ -> K- pi+ pi+ pi0", "D+ -> K_S0 pi+", "D+ -> K_S0 pi+ pi0", "D+ -> K_S0 pi+ pi+ pi-")


def dtag(draw: Draw, name: str, modes: Sequence[str], how: str = "per") -> Part:
    """Single tags. `how`: `best` of the event, `per` mode and charm, or `keep` all."""
    made = Lines("dtag", f"dtag(:{name}) do", name=name, modes=Particles("; ".join(modes)))
    made.line("modes " + ", ".join(f'"{each}"' for each in modes))
    if draw.chance(0.15):
        made.line("type :loose", "loose")
    if draw.chance(0.85):
        low, high = draw.pick((("-30 MeV", "30 MeV"), ("-50 MeV", "50 MeV"), ("-25 MeV", "25 MeV"), ("-55 MeV", "40 MeV"), ("-0.1 GeV", "0.1 GeV")))
        made.line(f"delta_e {low}..{high}", "delta_e", low=low, high=high)
    if draw.chance(0.7):
        low, high = draw.pick((("1.859 GeV", "1.871 GeV"), ("1.858 GeV", "1.874 GeV"), ("1.84 GeV", "1.89 GeV"), ("1.863 GeV", "1.877 GeV"), ("1.83 GeV", "1.8865 GeV")))
        made.line(f"mbc {low}..{high}", "mbc", low=low, high=high)
    if how == "keep":
        made.line("keep :all", "keep")
    else:
        per = draw.pick(("mode", "charm", "mode_and_charm"))
        made.line("choose :min_abs_delta_e" if how == "best" else f"choose :min_abs_delta_e, per: :{per}", "best" if how == "best" else f"per_{per}")
    return made.done()


def double_tag(draw: Draw, name: str, first: str, second: str) -> Part:
    """Pairs of tags."""
    made = Lines("double_tag", f"double_tag(:{name}) do", name=name, first=first, second=second)
    made.line(f"from {first}, {second}")
    if draw.chance(0.5):
        low, high = draw.pick((("1.86 GeV", "1.87 GeV"), ("1.858 GeV", "1.874 GeV"), ("1.84 GeV", "1.89 GeV")))
        made.line(f"mbc {low}..{high}", "mbc", low=low, high=high)
    how = draw.pick(("nearest_mass", "per_modes", "keep"))
    made.line({"nearest_mass": "choose :nearest_mass", "per_modes": "choose :nearest_mass, per: :modes", "keep": "keep :all"}[how], how)
    return made.done()


def loop(name: str) -> Part:
    """What is behind it, until `closed()`, is done for each candidate."""
    return Part("for", f"for {name} do\n", values={"NAME": name})


def closed() -> Part:
    return Part("", "end\n")


def mass_pair(draw: Draw, low: int, high: int) -> tuple[str, str]:
    """A window with ends near these (MeV)."""
    spread = max(1, (high - low) // 12)
    return f"{(low + spread * draw.whole(-1, 1)) / 1000:g} GeV", f"{(high + spread * draw.whole(-1, 1)) / 1000:g} GeV"


def bremsstrahlung(draw: Draw) -> Part:
    """Photons given back to e+ and e-."""
    angle = draw.pick(("5 deg", "5 deg", "3 deg", "8 deg", "100 mrad", "10 deg"))
    made = Lines("bremsstrahlung", "bremsstrahlung do")
    made.line("from ep, em")
    made.line(f"angle < {angle}", "angle", angle=angle)
    return made.done()
