"""Analyses that are not a fit of all products: recoils, V0s, resonances, tags, QED, hadrons, missing particles, efficiencies.

In: a `Draw`. Out: topic and parts of each family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsl4bes.dataset.programs.channels import ENERGIES
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.exclusive import event_cuts, package
from dsl4bes.dataset.programs.part import Both, Part, Particles
from dsl4bes.dataset.programs.parts import cuts, fits, outputs, tracks
from dsl4bes.dataset.programs.parts import quantities as q
from dsl4bes.dataset.programs.parts.names import LISTS
from dsl4bes.dataset.programs.parts.quantities import Quantity

Drawn = tuple["Both | Particles", "list[Part]"]
TREES = ("tree", "ana", "kept", "out", "cand", "result")
_ANY = ("3.097 GeV", "3.686 GeV", "3.773 GeV", "3.65 GeV", "4.178 GeV", "4.23 GeV")


def _tuple(draw: Draw, pool: list[Quantity], per: str = "", inside: bool = False) -> Part:
    return outputs.ntuple(draw, draw.pick(TREES), draw.some(pool, 2, min(5, len(pool))), per, inside)


def dipion_jpsi(draw: Draw) -> Drawn:
    """psi(2S) -> pi+ pi- J/psi with a lepton pair."""
    electrons = draw.chance(0.5)
    pair = ["e+", "e-"] if electrons else ["mu+", "mu-"]
    parts = [outputs.analysis(draw, package(draw, "dipion_jpsi"), draw.pick(ENERGIES["psi(2S)"])), *event_cuts(draw), tracks.charged_tracks(draw, exact=4, charge=0), tracks.by_momentum(draw, pair, ["pi+", "pi-"])]
    recoil, leptons = q.recoil(["pip", "pim"]), q.mass([LISTS[each] for each in pair])
    low, high = draw.pick((("3.08 GeV", "3.12 GeV"), ("3.05 GeV", "3.15 GeV"), ("3.085 GeV", "3.11 GeV"), ("3 GeV", "3.2 GeV")))
    parts.append(cuts.window(draw.pick(("recoil", "J/psi recoil", "recoil mass")), recoil, low, high))
    if electrons and draw.chance(0.6):
        share = draw.pick(("0.7", "0.8", "0.6"))
        parts.append(cuts.require("shower", f"eop(ep) > {share} and eop(em) > {share}", Both(f"E/p of both e+ and e- above {share}", f"e+ 与 e- 的 E/p 都大于 {share}")))
    elif not electrons and draw.chance(0.6):
        most = draw.pick(("0.4 GeV", "350 MeV", "0.5 GeV"))
        parts.append(cuts.require("muon showers", f"emc_energy(mup) < {most} and emc_energy(mum) < {most}", Both(f"less than {most} of EMC energy for both mu+ and mu-", f"μ+ 和 μ- 的 EMC 能量都小于 {most}")))
    if draw.chance(0.5):
        parts.append(cuts.window(draw.pick(("lepton pair", "dilepton mass", "M(ll)")), leptons, *draw.pick((("3 GeV", "3.2 GeV"), ("3.05 GeV", "3.15 GeV"), ("2.9 GeV", "3.3 GeV")))))
    parts.append(outputs.histogram(draw, draw.pick((recoil, leptons)), "3 GeV", "3.2 GeV"))
    if draw.chance(0.7):
        parts.append(_tuple(draw, [recoil, leptons, q.mass(["pip", "pim"]), q.momentum("pip"), q.angle("pip", "pim"), q.cosine(LISTS[pair[0]])]))
    decay = f"psi(2S) -> pi+ pi- J/psi, J/psi -> {' '.join(pair)}"
    return Particles(decay), parts


def dipion_recoil(draw: Draw) -> Drawn:
    """All pion pairs that recoil against a J/psi."""
    parts = [outputs.analysis(draw, package(draw, "dipion_recoil"), draw.pick(ENERGIES["psi(2S)"])), *event_cuts(draw), tracks.charged_tracks(draw, least=2)]
    parts.append(tracks.pid(draw, {"pi+": 1, "pi-": 1}, exact=False))
    low, high = draw.pick((("3 GeV", "3.2 GeV"), ("3.05 GeV", "3.15 GeV"), ("3.08 GeV", "3.12 GeV")))
    parts.append(fits.combine(draw, "dipion", "dipion -> pi+ pi-", how="keep", recoil=(low, high)))
    recoil = Quantity("m_rec", "recoil(dipion)", "the recoil mass of dipion", "dipion 的反冲质量")
    if draw.chance(0.5):
        parts.append(outputs.histogram(draw, recoil, low, high, per="dipion"))
    pool = [recoil, Quantity("m_pipi", "m(dipion)", "the mass of dipion", "dipion 的质量"), Quantity("p_pp", "p(dipion)", "the momentum of dipion", "dipion 的动量"), Quantity("n_pairs", "count(dipion)", "the number of pairs", "候选对数", "")]
    parts.append(_tuple(draw, pool, per="dipion"))
    return Both("psi(2S) -> pi+ pi- J/psi with the J/psi in the recoil of the pions", "psi(2S) -> pi+ pi- J/psi（用 π+π- 反冲找 J/psi）"), parts


_V0 = {"ks": ("K_S0 -> pi+ pi-", {"pi+": 1, "pi-": 1}, ("0.45 GeV", "0.55 GeV"), Both("inclusive K_S", "单举 K_S")), "lam": ("Lambda0 -> p+ pi-", {"p+": 1, "anti-p-": 1, "pi+": 1, "pi-": 1}, ("1.1 GeV", "1.13 GeV"), Both("inclusive Lambda and anti-Lambda", "单举 Λ 和反 Λ"))}


def inclusive_v0(draw: Draw, name: str) -> Drawn:
    """K_S or Lambda, whatever else there is."""
    decay, wanted, (low, high), topic = _V0[name]
    parts = [outputs.analysis(draw, package(draw, f"inclusive_{name}"), draw.pick(_ANY)), *event_cuts(draw), tracks.charged_tracks(draw, least=2, name="loose", loose=True)]
    parts.append(tracks.identified(draw, tuple(wanted), "loose"))
    single = draw.chance(0.7)
    parts.append(fits.secondary_vertex(draw, name, decay, single=single))
    per = "" if single else name
    mass = Quantity(f"m_{name}", f"m({name})", f"the mass of `{name}`", f"{name} 的质量")
    if draw.chance(0.8):
        parts.append(outputs.histogram(draw, mass, low, high, per=per))
    pool = [mass, Quantity("len", f"{name}.length", f"the decay length of `{name}`", f"{name} 的衰变长度"), Quantity("sig", f"{name}.significance", f"the decay length of `{name}` over its error", f"{name} 的 L/σ"), q.chi2(name), Quantity("p_v0", f"p({name})", f"the momentum of `{name}`", f"{name} 的动量")]
    if draw.chance(0.6) or len(parts) < 5:
        parts.append(_tuple(draw, pool, per=per))
    if draw.chance(0.3):
        parts.insert(-1, cuts.filter_())
    return topic, parts


_RESONANCES = {
    "phi": ("phi(1020) -> K+ K-", ("K+", "K-"), (("0.99 GeV", "1.05 GeV"), ("1 GeV", "1.04 GeV"), ("980 MeV", "1060 MeV")), ("nearest_mass", "keep"), Both("inclusive phi -> K+ K-", "单举 φ → K+ K-")),
    "kst": ("K*(892)0 -> K+ pi-", ("K+", "K-", "pi+", "pi-"), (("0.7 GeV", "1.1 GeV"), ("0.8 GeV", "1 GeV"), ("0.75 GeV", "1.05 GeV")), ("per_charge", "keep", "nearest_mass"), Both("inclusive K*(892)0 and its antiparticle", "单举 K*(892)0 及其反粒子")),
    "rho": ("rho(770)0 -> pi+ pi-", ("pi+", "pi-"), (("0.5 GeV", "1 GeV"), ("0.6 GeV", "0.95 GeV"), ("0.62 GeV", "0.92 GeV")), ("nearest_mass", "keep"), Both("inclusive rho0 -> pi+ pi-", "单举 ρ0 → π+ π-")),
}


def inclusive_resonance(draw: Draw, name: str) -> Drawn:
    decay, wanted, windows, hows, topic = _RESONANCES[name]
    parts = [outputs.analysis(draw, package(draw, f"inclusive_{name}"), draw.pick(_ANY)), *event_cuts(draw), tracks.charged_tracks(draw, least=2), tracks.identified(draw, wanted)]
    low, high = draw.pick(windows)
    how = draw.pick(hows)
    parts.append(fits.combine(draw, name, decay, (low, high), how))
    per = "" if how == "nearest_mass" else name
    mass = Quantity(f"m_{name}", f"m({name})", f"the mass of `{name}`", f"{name} 的质量")
    parts.append(outputs.histogram(draw, mass, low, high, per=per))
    if draw.chance(0.6):
        parts.append(_tuple(draw, [mass, Quantity("p_cand", f"p({name})", f"the momentum of `{name}`", f"{name} 的动量"), Quantity("rec", f"recoil({name})", f"the recoil mass of `{name}`", f"{name} 的反冲质量"), Quantity("cth", f"cos({name})", f"cos theta of `{name}`", f"{name} 的 cosθ", "")], per=per))
    return topic, parts


def omega_inclusive(draw: Draw) -> Drawn:
    """omega from a pi0 whose mass is fitted."""
    parts = [outputs.analysis(draw, package(draw, "omega"), draw.pick(_ANY)), *event_cuts(draw), tracks.charged_tracks(draw, least=2), tracks.photons(draw, least=2), tracks.pid(draw, {"pi+": 1, "pi-": 1}, exact=False)]
    parts.append(fits.combine(draw, "pi0", "pi0 -> gam gam", fits.mass_pair(draw, 115, 150), "keep", constrain=True))
    parts.append(fits.combine(draw, "omega", "omega(782) -> pi+ pi- pi0", draw.pick((("0.7 GeV", "0.86 GeV"), ("0.74 GeV", "0.82 GeV"), ("0.65 GeV", "0.9 GeV"))), "nearest_mass", sources="pip, pim, pi0"))
    mass = Quantity("m_omega", "m(omega)", "the mass of omega", "omega 的质量")
    recoil = Quantity("rec_omega", "recoil(omega)", "the recoil mass of omega", "omega 的反冲质量")
    parts.append(outputs.histogram(draw, draw.pick((mass, recoil)), "0.6 GeV", draw.pick(("1 GeV", "3 GeV"))))
    if draw.chance(0.6):
        parts.append(_tuple(draw, [mass, recoil, Quantity("p_omega", "p(omega)", "the momentum of omega", "omega 的动量"), Quantity("p_pi0", "p(omega.pi0)", "the momentum of the pi0 of omega", "omega 中 pi0 的动量")]))
    return Both("inclusive omega -> pi+ pi- pi0", "单举 ω → π+ π- π0"), parts


def single_tag(draw: Draw) -> Drawn:
    charged = draw.chance(0.5)
    modes = draw.some(fits.DP_MODES if charged else fits.D0_MODES, 1, 3)
    parts = [outputs.analysis(draw, package(draw, "single_tag"), "3.773 GeV"), *event_cuts(draw)]
    how = draw.pick(("best", "per", "keep"))
    parts.append(fits.dtag(draw, "tag", modes, how))
    per = "" if how == "best" else "tag"
    mbc = Quantity("mbc", "tag.mbc", "the beam-constrained mass of the tag", "标记的束流约束质量")
    parts.append(outputs.histogram(draw, mbc, *draw.pick((("1.83 GeV", "1.89 GeV"), ("1.84 GeV", "1.8865 GeV"))), per=per))
    if draw.chance(0.8):
        parts.append(_tuple(draw, [mbc, Quantity("de", "tag.delta_e", "delta E of the tag", "标记的 ΔE"), Quantity("mode", "tag.mode", "the mode of the tag", "标记的模式", ""), Quantity("charm", "tag.charm", "the charm of the tag", "标记的粲数", "")], per=per))
    return Both(f"single tags of {'D+' if charged else 'D0'} at the psi(3770)", f"ψ(3770) 上 {'D+' if charged else 'D0'} 的单标记"), parts


def semileptonic(draw: Draw) -> Drawn:
    """A kaon and an electron beside a tag."""
    modes = draw.some(fits.DP_MODES, 1, 3) if draw.chance(0.5) else draw.some(fits.D0_MODES, 1, 3)
    parts = [outputs.analysis(draw, package(draw, "semileptonic"), "3.773 GeV"), *event_cuts(draw)]
    best = draw.chance(0.6)
    parts.append(fits.dtag(draw, "tag", modes, "best" if best else "per"))
    if not best:
        parts.append(fits.loop("tag"))
    charge = 0 if modes[0].startswith("D0") else None
    parts.append(tracks.charged_tracks(draw, exact=2, charge=charge, name="signal", source="tag.other_tracks"))
    parts.append(tracks.either_charge("signal"))
    if draw.chance(0.6):
        parts.append(cuts.require(draw.pick(("opposite charges", "charges", "K and e")), "charge(ka) == -charge(el)", Both("opposite charges of ka and el", "ka 与 el 电荷相反")))
    pool = [
        Quantity("u_miss", "missing_e(tag, ka, el) - missing_p(tag, ka, el)", "U_miss, the missing energy minus the missing momentum of tag, ka and el", "U_miss（tag、ka、el 的丢失能量减丢失动量）"), Quantity("mm2", "missing_m2(tag, ka, el)", "the missing mass squared of tag, ka and el", "tag、ka、el 的丢失质量平方"),
        Quantity("mbc", "tag.mbc", "the beam-constrained mass of the tag", "标记的束流约束质量"), Quantity("m_kae", "m(ka, el)", "the mass of ka and el", "ka 与 el 的不变质量"), Quantity("de", "tag.delta_e", "delta E of the tag", "标记的 ΔE"),
    ]  # fmt: skip
    parts.append(outputs.ntuple(draw, draw.pick(TREES), [pool[0], *draw.some(pool[1:], 1, 4)], inside=not best))
    if not best:
        parts.append(fits.closed())
    return Both(f"D -> K e nu beside a tagged {modes[0].split()[0]}", f"{modes[0].split()[0]} 标记另一侧的 D → K e ν"), parts


def double_tags(draw: Draw) -> Drawn:
    parts = [outputs.analysis(draw, package(draw, "double_tag"), "3.773 GeV"), *event_cuts(draw)]
    parts += [fits.dtag(draw, "tag", draw.some(fits.D0_MODES, 1, 2), "keep"), fits.dtag(draw, "other", draw.some(fits.D0_MODES, 1, 3), "keep"), fits.double_tag(draw, "pair", "tag", "other")]
    if draw.chance(0.5):
        parts += [fits.loop("pair"), cuts.require(draw.pick(("nothing else", "no other track")), "count(pair.other_tracks) == 0", Both("0 other tracks beside the pair (`pair.other_tracks`)", "配对之外的径迹（pair.other_tracks）数目为 0")), fits.closed()]
    pool = [Quantity("mbc", "pair.mbc", "the mean beam-constrained mass of the pair", "配对的平均束流约束质量"), Quantity("mbc_tag", "tag.mbc", "the beam-constrained mass of `tag`", "tag 的束流约束质量"), Quantity("mbc_other", "other.mbc", "the beam-constrained mass of `other`", "other 的束流约束质量"), Quantity("mode_tag", "tag.mode", "the mode of `tag`", "tag 的模式", "")]
    parts.append(_tuple(draw, pool, per="pair"))
    return Both("double tags of neutral D mesons", "中性 D 介子的双标记"), parts


def dilepton(draw: Draw) -> Drawn:
    """Bhabha events or muon pairs."""
    electrons = draw.chance(0.5)
    plus, minus = ("ep", "em") if electrons else ("mup", "mum")
    parts = [outputs.analysis(draw, package(draw, "bhabha" if electrons else "dimuon"), draw.pick(_ANY)), *event_cuts(draw), tracks.charged_tracks(draw, exact=2, charge=0), tracks.leptons(draw, electrons) if draw.chance(0.4) else tracks.by_charge(plus, minus)]
    limit = draw.pick(("6 deg", "10 deg", "5 deg", "3 deg", "8 deg"))
    parts.append(cuts.require(draw.pick(("acollinearity", "back to back")), f"180 deg - angle({plus}, {minus}, frame: :cm) < {limit}", Both(f"180 deg minus the angle between {plus} and {minus} in the centre of mass below {limit}", f"质心系中 180 deg 减去 {plus} 与 {minus} 的夹角小于 {limit}")))
    parts.append(cuts.let("ebeam", "ecms / 2", Both("the beam energy, ecms / 2", "束流能量 ecms / 2")))
    if electrons:
        share = draw.pick(("0.4", "0.5", "0.6", "0.7"))
        parts.append(cuts.require("shower energy", f"emc_energy({plus}) / ebeam > {share} and emc_energy({minus}) / ebeam > {share}", Both(f"EMC energies of {plus} and {minus} above {share} of ebeam", f"{plus} 与 {minus} 的 EMC 能量都大于 ebeam 的 {share}")))
    else:
        share = draw.pick(("0.35", "0.3", "0.25", "0.4"))
        parts.append(cuts.require("shower energy", f"emc_energy({plus}) / ebeam < {share} and emc_energy({minus}) / ebeam < {share}", Both(f"EMC energies of {plus} and {minus} below {share} of ebeam", f"{plus} 与 {minus} 的 EMC 能量都小于 ebeam 的 {share}")))
    if draw.chance(0.6):
        least = draw.pick(("0.5", "0.8", "0.7", "0.9"))
        parts.append(cuts.require("momentum", f"p({plus}, frame: :cm) / ebeam > {least} and p({minus}, frame: :cm) / ebeam > {least}", Both(f"momenta of {plus} and {minus} in the centre of mass above {least} of ebeam", f"质心系中 {plus} 与 {minus} 的动量都大于 ebeam 的 {least}")))
    if draw.chance(0.4):
        most = draw.pick(("4 ns", "3 ns", "5 ns", "2 ns"))
        parts.append(cuts.require("time of flight", f"abs(tof({plus}) - tof({minus})) < {most}", Both(f"TOF times of {plus} and {minus} that differ by less than {most}", f"{plus} 与 {minus} 的飞行时间相差小于 {most}")))
    parts.append(outputs.histogram(draw, q.mass([plus, minus]), "2 GeV", draw.pick(("4 GeV", "4.5 GeV", "5 GeV"))))
    parts.append(_tuple(draw, [q.mass([plus, minus]), q.momentum(plus), q.momentum(minus), q.cosine(plus), q.angle(plus, minus, cm=True), Quantity("emc_1", f"emc_energy({plus})", f"the EMC energy of {plus}", f"{plus} 的 EMC 能量")]))
    return Both("Bhabha scattering e+ e- -> e+ e-" if electrons else "e+ e- -> mu+ mu-", "Bhabha 散射 e+ e- → e+ e-" if electrons else "e+ e- → μ+ μ-"), parts


def two_clusters(draw: Draw) -> Drawn:
    parts = [outputs.analysis(draw, package(draw, "two_photons"), draw.pick(_ANY)), *event_cuts(draw), tracks.photons(draw, least=2)]
    least = draw.pick(("0.8 GeV", "1 GeV", "1.2 GeV", "700 MeV", "0.9 GeV"))
    parts.append(cuts.require("hard showers", f"e(gam1) > {least} and e(gam2) > {least}", Both(f"energies of the two most energetic photons gam1 and gam2 above {least}", f"能量最高的两个光子 gam1、gam2 都大于 {least}")))
    most = draw.pick(("2.5 deg", "3 deg", "5 deg", "4 deg"))
    parts.append(cuts.require(draw.pick(("back to back", "acoplanarity")), f"abs(abs(dphi(gam1, gam2, frame: :cm)) - 180 deg) < {most}", Both(f"azimuths of gam1 and gam2 in the centre of mass that differ from 180 deg by less than {most}", f"质心系中 gam1 与 gam2 的方位角之差与 180 deg 相差小于 {most}")))
    if draw.chance(0.5):
        parts.append(cuts.require("no tracks", "n_charged == 0", Both("0 charged tracks in the event (before any cut)", "事例中带电径迹总数（无任何条件）为 0")))
    parts.append(_tuple(draw, [q.mass(["gam1", "gam2"]), q.energy("gam1"), q.energy("gam2"), q.cosine("gam1"), q.count("gam", Both("photons", "光子"))]))
    return Both("e+ e- -> gamma gamma, for the luminosity", "e+ e- → γ γ（测亮度）"), parts


def hadrons(draw: Draw) -> Drawn:
    parts = [outputs.analysis(draw, package(draw, "hadrons"), draw.pick(_ANY)), *event_cuts(draw), tracks.charged_tracks(draw, least=draw.pick((2, 3))), tracks.photons(draw)]
    share = draw.pick(("0.2", "0.3", "0.4", "0.35"))
    parts.append(cuts.require("visible energy", f"visible_energy > {share} * ecms", Both(f"a visible energy above {share} of ecms", f"可见能量大于 ecms 的 {share}")))
    if draw.chance(0.7):
        along = draw.pick(("0.7", "0.6", "0.8", "0.5"))
        parts.append(cuts.require("balance", f"abs(balance_z) < {along}", Both(f"a momentum balance along z of less than {along} in magnitude", f"z 方向动量平衡的绝对值小于 {along}")))
    if draw.chance(0.6):
        axis = draw.pick(("0.9", "0.8", "0.85"))
        parts.append(cuts.require("thrust axis", f"abs(cos(thrust_axis)) < {axis}", Both(f"|cos theta| of the thrust axis below {axis}", f"推力轴的 |cosθ| 小于 {axis}")))
    if draw.chance(0.4):
        most = draw.pick(("1 GeV", "1.2 GeV", "0.9 GeV", "1.4 GeV"))
        parts.append(cuts.veto("hard shower", f"any(e(gam) > {most})", Both(f"any photon has more than {most}", f"有光子能量大于 {most}")))
    shape = Quantity("thr", "thrust", "the thrust", "推力", "")
    parts.append(outputs.histogram(draw, shape, "0.5", "1"))
    parts.append(_tuple(draw, [shape, Quantity("evis", "visible_energy", "the visible energy", "可见能量"), Quantity("spher", "sphericity", "the sphericity", "球度", ""), q.count("good", Both("good tracks", "好径迹")), q.count("gam", Both("photons", "光子"))]))
    return Both("hadronic events", "强子事例"), parts


def missing_baryon(draw: Draw) -> Drawn:
    """A neutron or antineutron that is not seen."""
    anti = draw.chance(0.5)
    mother = draw.pick(("J/psi", "psi(2S)"))
    charged = ("p+", "pi-") if anti else ("anti-p-", "pi+")
    decay = f"{mother} -> {' '.join(charged)} {'anti-n0' if anti else 'n0'}"
    parts = [outputs.analysis(draw, package(draw, "missing_neutron"), draw.pick(ENERGIES[mother])), *event_cuts(draw), tracks.charged_tracks(draw, exact=2, charge=0), tracks.pid(draw, dict.fromkeys(charged, 1))]
    parts.append(fits.kinematic_fit(draw, "fit1c", decay, ["four_momentum"], missing="nbar" if anti else "n", written_only=True, settings=False))
    lists = [LISTS[each] for each in charged]
    recoil = q.recoil(lists)
    if draw.chance(0.5):
        parts.append(cuts.window("recoil", recoil, *draw.pick((("0.9 GeV", "0.98 GeV"), ("0.88 GeV", "1 GeV"), ("0.92 GeV", "0.96 GeV")))))
    parts.append(outputs.histogram(draw, recoil, "0.8 GeV", "1.1 GeV"))
    parts.append(_tuple(draw, [recoil, q.chi2("fit1c"), q.mass(lists, "fit1c"), q.momentum(lists[0], "fit1c"), q.cosine(lists[1])]))
    return Particles(decay), parts


def probe_efficiency(draw: Draw) -> Drawn:
    """A track that three others predict."""
    probe = draw.pick(("p+", "anti-p-"))
    seen = ["pi+", "pi-", "anti-p-" if probe == "p+" else "p+"]
    lists = ", ".join(LISTS[each] for each in seen)
    parts = [outputs.analysis(draw, package(draw, "proton_efficiency"), draw.pick(ENERGIES["J/psi"])), *event_cuts(draw), tracks.charged_tracks(draw, least=3), tracks.pid(draw, dict.fromkeys(seen, 1))]
    width = draw.pick(("30 MeV", "25 MeV", "20 MeV", "40 MeV"))
    recoil = q.recoil([LISTS[each] for each in seen])
    parts.append(cuts.around("proton recoil", recoil, "p+", width, Both("proton", "质子")))
    target = Both(f"the recoil four-momentum of {lists}", f"{lists} 的反冲四动量方向")
    parts.append(cuts.nearest_track(draw, "probe", f"rest(good, {lists})", f"recoil_p4({lists})", target, False))
    parts.append(_tuple(draw, [recoil, q.count("probe", Both("probes", "探针")), Quantity("p_probe", "p(probe)", "the momentum of the probe", "探针的动量"), Quantity("p_expected", f"p(recoil_p4({lists}))", "the momentum of the recoil", "反冲动量大小")]))
    return Both(f"tracking efficiency of the {'proton' if probe == 'p+' else 'antiproton'} in J/psi -> p pbar pi+ pi-", f"J/psi → p pbar π+π- 中{'质子' if probe == 'p+' else '反质子'}的径迹效率"), parts


def ks_k_pi(draw: Draw) -> Drawn:
    mother = draw.pick(("J/psi", "psi(2S)"))
    parts = [outputs.analysis(draw, package(draw, "ks_k_pi"), draw.pick(ENERGIES[mother])), *event_cuts(draw), tracks.charged_tracks(draw, exact=4, charge=0, name="loose", loose=True), tracks.identified(draw, ("pi+", "pi-", "K+", "K-"), "loose")]
    parts.append(fits.secondary_vertex(draw, "ks", "K_S0 -> pi+ pi-"))
    parts.append(fits.kinematic_fit(draw, draw.pick(("fit4c", "fit")), f"{mother} -> K_S0 K+ pi-", ["four_momentum"], "ks, kp, km, pip, pim"))
    name = parts[-1].values["NAME"]
    assert isinstance(name, str)
    parts.append(outputs.histogram(draw, q.mass(["kp", "pim"], name), "0.6 GeV", draw.pick(("2 GeV", "2.5 GeV", "3 GeV"))))
    parts.append(_tuple(draw, [q.chi2(name), q.mass(["kp", "pim"], name), q.mass(["ks", "pim"], name), q.mass(["ks", "kp"], name), Quantity("len_ks", "ks.length", "the decay length of the K_S", "K_S 的衰变长度")]))
    return Particles(f"{mother} -> K_S0 K+ pi-"), parts


def lambda_pair(draw: Draw) -> Drawn:
    mother = draw.pick(("J/psi", "psi(2S)"))
    parts = [outputs.analysis(draw, package(draw, "lambda_pair"), draw.pick(ENERGIES[mother])), *event_cuts(draw), tracks.charged_tracks(draw, exact=4, charge=0, name="loose", loose=True), tracks.pid(draw, dict.fromkeys(("p+", "anti-p-", "pi+", "pi-"), 1), source="loose")]
    parts.append(fits.secondary_vertex(draw, "lam", "Lambda0 -> p+ pi-", written_only=True))
    parts.append(fits.secondary_vertex(draw, "alam", "anti-Lambda0 -> anti-p- pi+", written_only=True))
    parts.append(fits.kinematic_fit(draw, "fit", f"{mother} -> Lambda0 anti-Lambda0", ["four_momentum"], "lam, alam"))
    mass = Quantity("m_lam", "m(lam)", "the mass of `lam`", "lam 的质量")
    parts.append(outputs.histogram(draw, mass, "1.1 GeV", "1.13 GeV"))
    parts.append(_tuple(draw, [mass, Quantity("m_alam", "m(alam)", "the mass of `alam`", "alam 的质量"), Quantity("len_lam", "lam.length", "the decay length of `lam`", "lam 的衰变长度"), Quantity("cos_lam", "cos(lam)", "cos theta of `lam`", "lam 的 cosθ", ""), q.chi2("fit")]))
    return Particles(f"{mother} -> Lambda0 anti-Lambda0"), parts


OTHERS: Mapping[str, Callable[[Draw], Drawn]] = {
    "dipion_jpsi": dipion_jpsi, "dipion_recoil": dipion_recoil, "inclusive_ks": lambda draw: inclusive_v0(draw, "ks"), "inclusive_lambda": lambda draw: inclusive_v0(draw, "lam"), "inclusive_phi": lambda draw: inclusive_resonance(draw, "phi"),
    "inclusive_kst": lambda draw: inclusive_resonance(draw, "kst"), "inclusive_rho": lambda draw: inclusive_resonance(draw, "rho"), "omega_inclusive": omega_inclusive, "single_tag": single_tag, "semileptonic": semileptonic, "double_tags": double_tags,
    "dilepton": dilepton, "two_clusters": two_clusters, "hadrons": hadrons, "missing_baryon": missing_baryon, "probe_efficiency": probe_efficiency, "ks_k_pi": ks_k_pi, "lambda_pair": lambda_pair,
}  # fmt: skip
