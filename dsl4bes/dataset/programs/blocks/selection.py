"""Blocks of selections that whole programs have, too: the parts, each in a context.

In: a `Draw`. Out: `Block`s by family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsl4bes.dataset.programs.blocks.block import (
    FIT4C,
    HERE,
    PIPI,
    Block,
    behind,
    identified,
    inside,
    photons,
    tracks,
)
from dsl4bes.dataset.programs.channels import CHANNELS, ENERGIES
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.exclusive import package
from dsl4bes.dataset.programs.part import Both
from dsl4bes.dataset.programs.parts import cuts, fits, outputs
from dsl4bes.dataset.programs.parts import quantities as q
from dsl4bes.dataset.programs.parts import tracks as t
from dsl4bes.dataset.programs.parts.names import LISTS

_PAIRS = (("pi+", "pi-"), ("K+", "K-"), ("p+", "anti-p-"))
_LOOSE = "charged_tracks(:loose) do\nvr < 10 cm\nvz < 20 cm\nend\n"
_DTAG = 'dtag(:{name}) do\nmodes "D0 -> K- pi+", "D0 -> K- pi+ pi0"\nkeep :all\nend\n'


def _analysis(draw: Draw) -> Block:
    stem = draw.pick(("rho_pi", "omega", "xi_c", "dimuon", "eta_prime", "phi_pi", "hadrons", "tau", "scan", "lambda_c", "two_gamma", "kstar", "jpsi_eta"))
    energy = draw.pick(("3.097 GeV", "3.686 GeV", "3.773 GeV", "4.178 GeV", "4.26 GeV", "3.65 GeV", "2.125 GeV", "4.6 GeV", None))
    return Block(outputs.analysis(draw, package(draw, stem), energy), f"{HERE}event_selection do\ncharged_tracks do\nngood >= 2\nend\nend\n")


def _charged_tracks(draw: Draw) -> Block:
    count = draw.pick((2, 2, 3, 4, 4, 6, None))
    exact = count is not None and draw.chance(0.6)
    charge = draw.pick((0, 0, 0, None)) if count != 3 else draw.pick((1, -1, None))
    return Block(t.charged_tracks(draw, exact=count if exact else None, least=None if exact else count, charge=charge))


def _charged_tracks_named(draw: Draw) -> Block:
    name = draw.pick(("loose", "tight", "wide", "near", "central", "daughters", "slow", "prompt"))
    source = draw.chance(0.3)
    part = t.charged_tracks(draw, least=draw.pick((1, 2, 3, 4)) if draw.chance(0.7) else None, name=name, loose=name in ("loose", "wide", "daughters"), source="good" if source else "")
    return Block(part, inside("charged_tracks do\nvr < 10 cm\nend\n" if source else ""))


def _photons(draw: Draw) -> Block:
    count = draw.pick((1, 2, 2, 3, 4, 5, None))
    exact = count is not None and draw.chance(0.25)
    return Block(t.photons(draw, least=None if exact else count, exact=count if exact else None))


def _photons_named(draw: Draw) -> Block:
    source = draw.chance(0.3)
    part = t.photons(draw, least=draw.pick((1, 2, None)), name=draw.pick(("soft", "hard", "isolated", "barrel_photons", "radiative")), source="gam" if source else "")
    return Block(part, inside(photons(1) if source else ""))


def _pid(draw: Draw) -> Block:
    wanted = draw.pick((("pi+", "pi-"), ("K+", "K-"), ("p+", "anti-p-"), ("K+", "K-", "pi+", "pi-"), ("p+", "anti-p-", "pi+", "pi-"), ("K-", "pi+"), ("K+", "pi-"), ("e+", "e-"), ("p+", "pi-"), ("anti-p-", "pi+")))
    number = draw.pick((1, 1, 2))
    source = draw.chance(0.25)
    return Block(t.pid(draw, dict.fromkeys(wanted, number), exact=draw.chance(0.6), source="loose" if source else ""), inside(_LOOSE if source else ""))


def _assign(draw: Draw) -> Block:
    pair = draw.pick((["e+", "e-"], ["mu+", "mu-"]))
    return Block(t.by_momentum(draw, pair, draw.pick((["pi+", "pi-"], ["K+", "K-"]))), inside(tracks(4)))


def _assign_charge(draw: Draw) -> Block:
    plus, minus = draw.pick((("ep", "em"), ("mup", "mum"), ("pip", "pim"), ("kp", "km"), ("prp", "prm")))
    return Block(t.by_charge(plus, minus), inside(tracks(2)))


def _leptons(draw: Draw) -> Block:
    source = draw.chance(0.3)
    return Block(t.leptons(draw, draw.chance(0.5), "good" if source else ""), inside(tracks(2)))


def _vertex_fit(draw: Draw) -> Block:
    lists = [LISTS[each] for each in draw.pick((*_PAIRS, ("K+", "K-", "pi+", "pi-"), ("p+", "anti-p-", "pi+", "pi-"), ("K-", "pi+"), ("e+", "e-")))]
    return Block(fits.vertex_fit(draw, lists, draw.pick(("vertex", "vtx", "common", "primary"))), inside("charged_tracks do\nngood >= 2\nend\n" + identified(*lists)))


def _kinematic(draw: Draw, masses: bool) -> Block:
    channel = draw.pick([each for each in CHANNELS if each.charged and len(set(each.charged)) == len(each.charged) and (not masses or set(each.neutral) - {"gam"})])
    mother = draw.pick(channel.mothers)
    lists = [LISTS[each] for each in channel.charged]
    vertex = draw.chance(0.4)
    source = ("vertex, gam" if channel.photons else "vertex") if vertex else ""
    before = "charged_tracks do\nngood >= 2\nend\n" + photons(max(1, channel.photons)) + identified(*lists) + (f"vertex_fit(:vertex) do\nfrom {', '.join(lists)}\nend\n" if vertex else "")
    name = draw.pick(("fit4c", "kmfit", "fit", "best")) if not masses else draw.pick(("fit5c", "fitm", "constrained"))
    decay, constraints = (channel.resolved(mother), [*dict.fromkeys(each for each in channel.neutral if each != "gam")]) if masses else (channel.in_photons(mother), [])
    part = fits.kinematic_fit(draw, name, decay, ["four_momentum", *constraints], source, most="" if draw.chance(0.15) else None, optional=draw.chance(0.15))
    return Block(part, inside(before, ecms=ENERGIES[mother][0]))


def _kinematic_missing(draw: Draw) -> Block:
    charged, neutron, name = draw.pick(((("p+", "pi-"), "anti-n0", "nbar"), (("anti-p-", "pi+"), "n0", "n")))
    mother = draw.pick(("J/psi", "psi(2S)"))
    part = fits.kinematic_fit(draw, draw.pick(("fit1c", "missing", "fit")), f"{mother} -> {' '.join(charged)} {neutron}", ["four_momentum"], missing=name, written_only=True)
    return Block(part, inside(tracks(2) + identified(*(LISTS[each] for each in charged)), ecms=ENERGIES[mother][0]))


def _secondary(draw: Draw, kaon: bool) -> Block:
    name, decay, lists = ("ks", "K_S0 -> pi+ pi-", ("pip", "pim")) if kaon else ("lam", "Lambda0 -> p+ pi-", ("prp", "prm", "pip", "pim"))
    return Block(fits.secondary_vertex(draw, name, decay, single=draw.chance(0.7), written_only=not kaon and draw.chance(0.2)), inside("charged_tracks do\nvr < 10 cm\nend\n" + identified(*lists, exact=False)))


def _combine_photons(draw: Draw) -> Block:
    name, (low, high) = draw.pick((("pi0", (115, 150)), ("eta", (520, 575))))
    part = fits.combine(draw, name, f"{name} -> gam gam", fits.mass_pair(draw, low, high) if draw.chance(0.8) else None, draw.pick(("min_chi2", "keep")), constrain=True) if draw.chance(0.6) else fits.combine(draw, name, f"{name} -> gam gam", fits.mass_pair(draw, low, high), draw.pick(("nearest_mass", "keep")))
    return Block(part, inside(photons(2)))


def _combine_tracks(draw: Draw) -> Block:
    name, decay, lists, low, high, hows = draw.pick((
        ("phi", "phi(1020) -> K+ K-", ("kp", "km"), 990, 1060, ("nearest_mass", "keep")), ("kst", "K*(892)0 -> K+ pi-", ("kp", "km", "pip", "pim"), 750, 1050, ("per_charge", "keep", "nearest_mass")),
        ("rho", "rho(770)0 -> pi+ pi-", ("pip", "pim"), 550, 980, ("nearest_mass", "keep")), ("d0", "D0 -> K- pi+", ("kp", "km", "pip", "pim"), 1840, 1890, ("nearest_mass", "keep")),
    ))  # fmt: skip
    return Block(fits.combine(draw, name, decay, fits.mass_pair(draw, low, high), draw.pick(hows)), inside("charged_tracks do\nngood >= 2\nend\n" + identified(*lists, exact=False)))


def _combine_recoil(draw: Draw) -> Block:
    low = draw.whole(300, 309)
    part = fits.combine(draw, draw.pick(("dipion", "pipi")), "dipion -> pi+ pi-", how="keep", recoil=(f"{low / 100:g} GeV", f"{(low + draw.whole(5, 20)) / 100:g} GeV"))
    return Block(part, inside("charged_tracks do\nngood >= 2\nend\n" + identified("pip", "pim", exact=False), ecms="3.686 GeV"))


def _dtag(draw: Draw) -> Block:
    modes = draw.some(draw.pick((fits.D0_MODES, fits.DP_MODES)), 1, 4)
    return Block(fits.dtag(draw, draw.pick(("tag", "st", "dtagged")), modes, draw.pick(("best", "per", "keep"))), inside("", ecms="3.773 GeV"))


def _double_tag(draw: Draw) -> Block:
    first, second = draw.pick((("tag", "other"), ("one", "two"), ("left", "right"), ("first_tag", "second_tag")))
    return Block(fits.double_tag(draw, draw.pick(("pair", "both", "double", "dt")), first, second), inside(_DTAG.format(name=first) + _DTAG.format(name=second), ecms="3.773 GeV"))


def _bremsstrahlung(draw: Draw) -> Block:
    return Block(fits.bremsstrahlung(draw), inside(tracks(2) + photons(1) + "leptons do\nidentify :ep, eop > 0.8\nidentify :em, eop > 0.8\nnep == 1\nnem == 1\nend\n"))


def _require(draw: Draw) -> Block:
    kind = draw.whole(0, 5)
    least = draw.pick(("80 MeV", "100 MeV", "0.2 GeV", "150 MeV", "0.5 GeV", "1 GeV"))
    if kind == 0:
        mass = draw.pick((q.mass(["pip", "pim"]), q.mass(["gam1", "gam2"]), q.recoil(["pip", "pim"])))
        low, high = fits.mass_pair(draw, *draw.pick(((115, 150), (520, 575), (480, 520), (740, 820), (3050, 3150), (900, 1000))))
        part = cuts.window(draw.pick(("mass", "window", "signal", "peak")), mass, low, high)
    elif kind == 1:
        part = cuts.compared(draw.pick(("hard photon", "photon energy", "E1")), q.energy(draw.pick(("gam1", "gam2"))), draw.pick((">", ">", "<")), least)
    elif kind == 2:
        part = cuts.compared(draw.pick(("fast pion", "pion momentum", "p(pi)")), q.momentum(draw.pick(("pip", "pim"))), draw.pick((">", "<")), least)
    elif kind == 3:
        part = cuts.compared(draw.pick(("opening angle", "not collinear")), q.angle("pip", "pim", cm=draw.chance(0.5)), draw.pick((">", "<")), draw.pick(("10 deg", "170 deg", "90 deg", "20 deg", "150 deg")))
    elif kind == 4:
        part = cuts.around(draw.pick(("J/psi", "recoil", "jpsi recoil")), q.recoil(["pip", "pim"]), "J/psi", draw.pick(("5 MeV", "10 MeV", "15 MeV", "20 MeV")), Both("J/psi", "J/ψ"))
    else:
        share = draw.pick(("0.2", "0.3", "0.5", "0.8", "0.9"))
        part = cuts.require(draw.pick(("visible energy", "seen energy")), f"visible_energy / ecms > {share}", Both(f"a visible energy of more than {share} of ecms", f"可见能量超过 ecms 的 {share}"))
    return Block(part, inside(PIPI, ecms="3.686 GeV"))


def _veto(draw: Draw) -> Block:
    kind = draw.whole(0, 3)
    if kind == 0:
        most = draw.pick(("0.8 GeV", "1 GeV", "1.2 GeV", "900 MeV", "1.5 GeV"))
        part = cuts.veto(draw.pick(("hard photon", "hard shower", "large cluster")), f"any(e(gam) > {most})", Both(f"any photon has more than {most}", f"任何光子能量大于 {most}"))
    elif kind == 1:
        part = cuts.around(draw.pick(("K_S", "kshort", "ks veto")), q.mass(["pip", "pim"]), "K_S0", draw.pick(("8 MeV", "10 MeV", "12 MeV", "15 MeV")), Both("K_S", "K_S"), against=True)
    elif kind == 2:
        low, high = fits.mass_pair(draw, *draw.pick(((115, 150), (520, 575), (3050, 3150), (600, 900))))
        part = cuts.window(draw.pick(("mass veto", "reflection", "resonance")), draw.pick((q.mass(["pip", "pim"]), q.recoil(["pip", "pim"]), q.mass(["gam1", "gam2"]))), low, high, against=True)
    else:
        angle = draw.pick(("8 deg", "10 deg", "5 deg", "15 deg"))
        part = cuts.veto(draw.pick(("conversion", "gamma conversion")), f"angle(pip, pim) < {angle}", Both(f"the angle between pip and pim is below {angle}", f"pip 与 pim 的夹角小于 {angle}"))
    return Block(part, inside(PIPI, ecms="3.686 GeV"))


def _photon_veto(draw: Draw, kind: str) -> Block:
    photon = draw.pick(("gam1", "gam2", "gam1, gam2", "fit4c.gam1", "fit4c.gam1, fit4c.gam2"))
    return Block(cuts.photon_veto(draw, kind, photon), inside(PIPI + FIT4C, ecms="3.097 GeV"))


def _nearest_track(draw: Draw) -> Block:
    lists = draw.pick((("pip", "pim", "prm"), ("pip", "pim", "prp"), ("kp", "km", "pip"), ("pip", "pim", "km")))
    text = ", ".join(lists)
    part = cuts.nearest_track(draw, draw.pick(("probe", "candidate", "found")), f"rest(good, {text})", f"recoil_p4({text})", Both(f"the recoil four-momentum of {text}", f"{text} 的反冲方向"), draw.chance(0.4))
    return Block(part, inside("charged_tracks do\nngood >= 3\nend\n" + identified(*lists), ecms="3.097 GeV"))


def _let(draw: Draw) -> Block:
    name, formula, said = draw.pick((
        ("ebeam", "ecms / 2", Both("half the centre-of-mass energy, ecms / 2", "质心能量的一半 ecms / 2")), ("m_pipi", "m(pip, pim)", Both("the invariant mass of pip and pim", "pip 与 pim 的不变质量")), ("m_rec", "recoil(pip, pim)", Both("the mass recoiling against pip and pim", "pip pim 的反冲质量")),
        ("e_sum", "e(gam1) + e(gam2)", Both("the summed energy of gam1 and gam2", "gam1 与 gam2 能量之和")), ("share", "visible_energy / ecms", Both("the visible energy over ecms", "可见能量与 ecms 之比")), ("opening", "angle(pip, pim)", Both("the angle between pip and pim", "pip 与 pim 的夹角")),
        ("least", (value := draw.pick(("50 MeV", "80 MeV", "100 MeV", "0.15 GeV", "0.2 GeV"))), Both(f"the energy {value}", f"能量 {value}")), ("my_vz", (length := draw.pick(("5 cm", "8 cm", "10 cm", "15 cm"))), Both(f"the length {length}", f"长度 {length}")),
    ))  # fmt: skip
    return Block(cuts.let(draw.pick((name, f"{name}_1", f"the_{name}")), formula, said), inside(PIPI, ecms="3.686 GeV"))


def _histogram(draw: Draw) -> Block:
    quantity, low, high = draw.pick((
        (q.mass(["pip", "pim"]), "0.3 GeV", "1.2 GeV"), (q.mass(["gam1", "gam2"]), "0.1 GeV", "0.17 GeV"), (q.recoil(["pip", "pim"]), "3 GeV", "3.2 GeV"), (q.momentum("pip"), "0 GeV", "1.5 GeV"), (q.cosine("pim"), "-1", "1"), (q.energy("gam1"), "0 GeV", "1.5 GeV"), (q.chi2("fit4c"), "0", "200"),
        (q.mass(["pip", "pim"], "fit4c"), "0.4 GeV", "2.4 GeV"), (q.count("gam", Both("photons", "光子")), "0", "20"),
    ))  # fmt: skip
    return Block(outputs.histogram(draw, quantity, low, high), behind(PIPI + FIT4C, "3.097 GeV"))


def _ntuple(draw: Draw) -> Block:
    pool = [q.mass(["pip", "pim"]), q.mass(["gam1", "gam2"]), q.recoil(["pip", "pim"]), q.momentum("pip"), q.cosine("pim"), q.energy("gam1"), q.chi2("fit4c"), q.angle("pip", "pim"), q.count("gam", Both("photons", "光子"))]
    return Block(outputs.ntuple(draw, draw.pick(("tree", "ana", "fit", "kept", "raw", "out", "result", "info")), draw.some(pool, 2, 6), array=draw.chance(0.3)), behind(PIPI + FIT4C, "3.097 GeV"))


def _truth(draw: Draw) -> Block:
    mother, energy = draw.pick((("J/psi", "3.097 GeV"), ("psi(2S)", "3.686 GeV")))
    match = draw.pick(("", "gam", "pip", "pim"))
    return Block(outputs.truth(mother, match), behind(PIPI, energy))


def _systematics(draw: Draw) -> Block:
    pool = [
        ("photon energy", "photons.energy", draw.pick((["30 MeV", "50 MeV"], ["20 MeV"], ["35 MeV", "60 MeV"])), Both("the photon energy cut", "光子能量阈值")), ("vertex r", "charged_tracks.vr", draw.pick((["0.5 cm", "1.5 cm"], ["2 cm"], ["0.8 cm"])), Both("the Vr cut of the tracks", "径迹 Vr 条件")),
        ("vertex z", "charged_tracks.vz", draw.pick((["5 cm", "15 cm"], ["8 cm"])), Both("the Vz cut of the tracks", "径迹 Vz 条件")), ("4C chi2", "fit4c.chi2", draw.pick((["150", "250"], ["100"], ["60", "80", "120"])), Both("the chi2 limit of fit4c", "fit4c 的 chi2 条件")), ("pid", "pid.prob_cut", draw.pick((["0.0001", "0.01"], ["0.005"])), Both("the PID probability cut", "PID 概率阈值")),
    ]  # fmt: skip
    return Block(outputs.systematics(draw.some(pool, 1, 3)), behind(PIPI + FIT4C.replace("end\n", "chi2 < 200\nend\n"), "3.097 GeV"))


def _region(draw: Draw) -> Block:
    mass = draw.pick((q.mass(["gam1", "gam2"]), q.mass(["pip", "pim"])))
    low, high = fits.mass_pair(draw, *draw.pick(((115, 150), (85, 105), (165, 185), (480, 515), (700, 850))))
    title = draw.pick(("mass", "window", "range"))
    return Block(outputs.region(draw.pick(("signal", "sideband", "low", "high", "control", "peak")), f'require "{title}", {mass.formula} in {low}..{high}\n', Both(f'{mass.en} between {low} and {high} (cut "{title}")', f"{mass.zh}在 {low} 到 {high}（条件 {title}）")), behind(PIPI))


SELECTION: Mapping[str, Callable[[Draw], Block]] = {
    "analysis": _analysis, "charged_tracks": _charged_tracks, "charged_tracks-named": _charged_tracks_named, "photons": _photons, "photons-named": _photons_named, "pid": _pid, "assign": _assign, "assign-charge": _assign_charge, "leptons": _leptons, "vertex_fit": _vertex_fit,
    "kinematic_fit-energy": lambda draw: _kinematic(draw, False), "kinematic_fit-masses": lambda draw: _kinematic(draw, True), "kinematic_fit-missing": _kinematic_missing, "secondary_vertex-ks": lambda draw: _secondary(draw, True), "secondary_vertex-lambda": lambda draw: _secondary(draw, False),
    "combine-photons": _combine_photons, "combine-tracks": _combine_tracks, "combine-recoil": _combine_recoil, "dtag": _dtag, "double_tag": _double_tag, "bremsstrahlung": _bremsstrahlung, "require": _require, "veto": _veto, "pi0_veto": lambda draw: _photon_veto(draw, "pi0"), "eta_veto": lambda draw: _photon_veto(draw, "eta"),
    "nearest_track": _nearest_track, "let": _let, "histogram": _histogram, "ntuple": _ntuple, "mc_truth": _truth, "systematics": _systematics, "region": _region,
    "trigger": lambda draw: Block(cuts.trigger(draw)), "run_range": lambda draw: Block(cuts.run_range(draw)), "blind": lambda draw: Block(cuts.blind(draw)), "filter": lambda draw: Block(cuts.filter_(), inside(tracks(2))), "duplicates": lambda draw: Block(cuts.duplicates(draw)),
}  # fmt: skip
