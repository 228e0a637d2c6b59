"""What the lines of a kinematic fit for missing particles, directions, recoils and both chains mean, and what is said about wrong ones."""

from __future__ import annotations

import pytest
from meaning import PHOTONS, PIONS, TRACKS, checked, faults, fit, parameter, program, selection, steps

from dsl4bes.ir.candidates import Missing
from dsl4bes.ir.fits import EqualMass, FourMomentum, KinematicFit, Mass, VertexFit
from dsl4bes.ir.freedom import chi2_probability, chi2_with_probability, degrees_of_freedom
from dsl4bes.ir.types import Species

BEFORE = (TRACKS, PHOTONS, PIONS)
KAONS = (
    'pid do\n prob_cut 0.001\n identify :pip, "from_kaon"\n identify :pim, "from_kaon"\n identify :kp, "from_pion"\n identify :km, "from_pion"\nend\n'
)


def made(decay: str, lines: str, *before: str, choose: str = "choose :min_chi2", after: str = "") -> KinematicFit:
    """The step of a fit with these lines."""
    text = selection(*(before or BEFORE), f'kinematic_fit(:f) do\n decay "{decay}"\n {choose}\n {lines}\nend\n', after=after)
    return steps(program(text), KinematicFit)[0]


def told(decay: str, lines: str, *before: str) -> list[str]:
    """The names of what a fit with these lines is told."""
    return faults(selection(*(before or BEFORE), f'kinematic_fit(:f) do\n decay "{decay}"\n choose :min_chi2\n {lines}\nend\n'))


def test_a_missing_particle_has_no_list_and_three_unknowns():
    step = made("J/psi -> pi+ pi- pi0", "missing pi0\n constrain :four_momentum")
    lost = step.symbol.roles[2]
    assert (lost.name, lost.species, lost.charge) == ("pi0", None, 0) and isinstance(lost.source, Missing)
    assert [(each.role, each.mass.value, each.direction) for each in step.unmeasured] == [("pi0", pytest.approx(0.1349768), False)]
    assert step.unmeasured[0].mass.property_name == "f_pi0_mass"
    assert degrees_of_freedom(step) == 1


@pytest.mark.parametrize("line", ["missing nbar", 'missing "anti-n0"', "missing :nbar", 'missing "n~"'])
def test_a_missing_particle_by_any_of_its_names(line: str):
    proton = PIONS.replace("identify :pip", 'identify :prp, "from_pion"').replace("npip", "nprp")
    step = made("J/psi -> p+ pi- anti-n0", f"{line}\n conjugate false\n constrain :four_momentum", TRACKS, proton)
    assert [each.role for each in step.unmeasured] == ["nbar"]
    assert step.unmeasured[0].mass.value == pytest.approx(0.93957, abs=1e-5)


def test_a_mass_that_is_written():
    step = made("J/psi -> pi+ pi- nu", "missing nu: 100 MeV\n constrain :four_momentum")
    assert step.unmeasured[0].mass.value == pytest.approx(0.1)
    assert told("J/psi -> pi+ pi- nu", "missing nu\n constrain :four_momentum") == ["bad-value"]


def test_a_direction_is_that_of_a_shower_which_is_no_photon():
    step = made("J/psi -> pi+ pi- gam K_L0", "from pip, pim, gam, kl: gam\n direction_known kl\n constrain :four_momentum")
    roles = {role.name: role for role in step.symbol.roles}
    assert roles["kl"].species is Species.GAMMA and roles["kl"].source == roles["gam"].source
    assert roles["kl"].group == roles["gam"].group == -1  # they are not exchanged as two photons are
    assert step.unmeasured[0].direction and degrees_of_freedom(step) == 3


def test_the_recoil_of_all_products():
    step = made("pair -> pi+ pi-", "constrain recoil: omega", *BEFORE[::2], choose="")
    assert step.symbol.roles[-1].name == "recoil" and step.constraints == (FourMomentum(),)
    assert step.unmeasured[0].mass.value == pytest.approx(0.78266, abs=1e-3) and degrees_of_freedom(step) == 1
    assert told("pair -> pi+ pi-", "constrain recoil: 0.9 GeV") == []
    assert told("pair -> pi+ pi-", "constrain recoil: nonsense") == ["unknown-particle"]
    assert told("pair -> pi+ pi-", "constrain recoil: 1 cm") != []


def test_several_resonances_with_masses_of_their_own():
    step = made("J/psi -> (omega -> pi+ pi- gam) (pi0 -> gam gam)", "constrain :four_momentum, :pi0, omega: 770 MeV")
    masses = [each.mass.value for each in step.constraints if isinstance(each, Mass)]
    assert masses == [pytest.approx(0.1349768), pytest.approx(0.77)] and degrees_of_freedom(step) == 6
    assert step.constraints[2].roles == ("pip", "pim", "gam1")
    equal = made("J/psi -> (rho+ -> pi+ gam) (rho- -> pi- gam)", "constrain :four_momentum, equal_mass: [rhop, rhom]").constraints[1]
    assert equal == EqualMass(("pip", "gam1"), ("pim", "gam2"))


def test_settings():
    step = made("J/psi -> pi+ pi- gam gam", "constrain :four_momentum\n energy_spread 0.9 MeV\n photon_errors :dynamic")
    assert step.energy_spread is not None and step.energy_spread.value == pytest.approx(0.0009) and step.follow_energies
    plain = made("J/psi -> pi+ pi- gam gam", "constrain :four_momentum")
    assert plain.energy_spread is None and not plain.follow_energies


@pytest.mark.parametrize(
    ("decay", "lines", "code"),
    [
        ("J/psi -> pi+ pi- pi0", "missing pi0\n constrain :three_momentum", "no-freedom"),
        ("J/psi -> pi+ pi- pi0 X", "missing pi0, X: 0 GeV\n constrain :four_momentum", "no-freedom"),
        ("J/psi -> pi+ pi- gam gam", "direction_known gam1\n constrain :total_energy", "no-freedom"),
        ("J/psi -> pi+ pi- pi0", "missing eta\n constrain :four_momentum", "unknown-member"),
        ("J/psi -> pi+ pi- (pi0 -> gam gam)", "missing pi0\n constrain :four_momentum", "unknown-member"),
        ("J/psi -> pi+ pi- gam gam", "missing gam1, gam1\n constrain :four_momentum", "bad-value"),
        ("J/psi -> pi+ pi- gam gam", "missing gam1\n direction_known gam1\n constrain :four_momentum", "bad-value"),
        ("J/psi -> pi+ pi- gam gam", "direction_known pip\n constrain :four_momentum", "charge-mismatch"),
        ("J/psi -> pi+ pi- K_L0", "from pip, pim\n direction_known kl\n constrain :four_momentum", "no-source"),
        ("J/psi -> pi+ pi- K_L0", "from pip, pim, kl: pip\n direction_known kl\n constrain :four_momentum", "wrong-kind"),
        ("J/psi -> pi+ pi- gam gam", "constrain :four_momentum, :three_momentum", "repeated-constraint"),
        ("J/psi -> pi+ pi- gam gam", "constrain :four_momentum, recoil: pi0", "repeated-constraint"),
        ("J/psi -> pi+ pi- (pi0 -> gam gam)", "constrain :pi0, pi0: 0.14 GeV", "repeated-constraint"),
        ("J/psi -> pi+ pi- (pi0 -> gam gam)", "constrain equal_mass: [pi0, pi0]", "repeated-constraint"),
        ("J/psi -> pi+ pi- gam gam", "constrain :three_momentum\n energy_spread 1 MeV", "without-effect"),
        ("J/psi -> pi+ pi- gam gam", "constrain :four_momentum\n fitter :classic\n direction_known gam1", "without-effect"),
        ("J/psi -> pi+ pi- pi0", "missing pi0\n constrain :four_momentum\n photon_errors :dynamic", "without-effect"),
        ("J/psi -> pi+ pi- (eta -> gam pi0)", "missing pi0\n constrain :four_momentum\n mass eta: 0.5..0.6", "not-measured"),
        ("J/psi -> pi+ pi- K0", "missing K0\n constrain :four_momentum\n", None),
        ("J/psi -> pi+ K- pi0", "missing pi0\n constrain :four_momentum", "no-source"),
        ("J/psi -> pi+ rho+", "missing rhop\n constrain :four_momentum", "charge-not-conserved"),
    ],
)  # fmt: skip
def test_what_a_fit_is_told(decay: str, lines: str, code: str | None):
    found = told(decay, lines)
    assert code in found if code else "no-source" not in found, found


def test_nothing_of_a_missing_particle_is_measured():
    lost = 'kinematic_fit(:f) do\n decay "J/psi -> pi+ pi- (X -> pi0 gam)"\n missing pi0\n constrain :four_momentum\n choose :min_chi2\n'
    for formula in ("p(f.raw.pi0)", "m(f.raw.X)", "sigma(m(f.raw.X))"):
        assert "not-measured" in faults(selection(*BEFORE, f"{lost}end\n", f'require "x", {formula} > 0.1\n'))
    assert "not-measured" in faults(selection(*BEFORE, f'{lost} require "x", m(raw.X) > 0.1\nend\n'))
    for formula in ("p(f.pi0)", "m(f.X)", "e(f.pi0) - p(f.pi0)", "recoil(f.pip, f.pi0)"):
        assert faults(selection(*BEFORE, f"{lost}end\n", f'require "x", {formula} > 0.1\n')) == []
    assert faults(selection(*BEFORE, f"{lost}end\n", 'require "x", tof(f.pi0) > 1 ns\n')) != []


def test_both_chains():
    """Rule 11: the lists of the antiparticles, for all roles that have a list; `conjugate false` and self-conjugate decays have one chain."""
    step = made("J/psi -> K+ pi- (pi0 -> gam gam)", "constrain :four_momentum", TRACKS, PHOTONS, KAONS)
    assert [(role.source.name, role.conjugate.name) for role in step.symbol.roles] == [("kp", "km"), ("pim", "pip"), ("gam", "gam"), ("gam", "gam")]
    for decay, lines in (("J/psi -> K+ pi- gam", "conjugate false"), ("J/psi -> pi+ pi- gam", ""), ("D0 -> pi+ pi- gam", "")):
        one = made(decay, f"{lines}\n constrain :three_momentum", TRACKS, PHOTONS, KAONS)
        assert all(role.conjugate is None for role in one.symbol.roles)


def test_chains_through_a_vertex():
    vertex = "vertex_fit(:v) do\n from kp, pim\n {}\n choose :min_chi2\nend\n"
    blocks = (TRACKS, PHOTONS, KAONS)
    both = selection(*blocks, vertex.format("conjugate"), fit("J/psi -> K+ pi- gam", "from v, gam"))
    assert faults(both) == []
    roles = steps(program(both), VertexFit)[0].symbol.roles
    assert [(role.source.name, role.conjugate.name) for role in roles] == [("kp", "km"), ("pim", "pip")]
    assert faults(selection(*blocks, vertex.format(""), fit("J/psi -> K+ pi- gam", "from v, gam")))[0] == "conjugate-unsaid"
    assert faults(selection(*blocks, vertex.format(""), fit("J/psi -> K+ pi- gam", "from v, gam\n conjugate false"))) == ["unused-list"] * 2
    assert "conjugate-unsaid" in faults(
        selection(*blocks, vertex.format("conjugate"), fit("J/psi -> K+ pi- gam", "from v, gam\n conjugate false"))
    )
    third = fit("J/psi -> K+ pi- K- pi+", "from v, km, pip")
    assert "conjugate-unsaid" in faults(selection(*blocks, vertex.format("conjugate"), third))
    assert "charge-mismatch" in faults(selection(TRACKS, "vertex_fit(:v) do\n from good\n conjugate\n choose :min_chi2\nend\n"))


def test_the_probability_of_a_fit():
    require = 'require "chance", prob(fit4c) > 1e-60\n'
    text = selection(*BEFORE, fit(), require)
    assert faults(text) == []
    # rule 14: the ceiling lets pass what the cut lets pass
    assert parameter(program(text), "kinematic_fit.ceiling").value == pytest.approx(2 * chi2_with_probability(1e-60, 4), rel=1e-6)
    assert parameter(program(selection(*BEFORE, fit(), 'require "chance", prob(fit4c) > 0.01\n')), "kinematic_fit.ceiling").value == 200
    assert "impossible-value" in faults(selection(*BEFORE, fit(), 'require "chance", prob(fit4c) > 1.5\n'))
    assert faults(selection(*BEFORE, fit(lines='require "chance", prob(fit4c) > 0.01'))) == []
    assert faults(selection(*BEFORE, 'require "chance", prob(pip) > 0.1\n')) != []


@pytest.mark.parametrize(("ndf", "limit"), [(1, 3.841), (2, 5.991), (3, 7.815), (4, 9.488), (5, 11.070), (10, 18.307)])
def test_five_per_cent_of_chi2(ndf: int, limit: float):
    """Limits of any table."""
    assert chi2_probability(limit, ndf) == pytest.approx(0.05, abs=3e-5)
    assert chi2_with_probability(0.05, ndf) == pytest.approx(limit, abs=2e-3)


def test_every_message_has_a_place():
    for item in checked(selection(*BEFORE, fit("J/psi -> pi+ pi- pi0", "missing eta"))).bag:
        assert item.primary is not None or item.code.name == "assumed-block"
