"""Units, particles and decay strings: the tables everything else looks up."""

from __future__ import annotations

import math
import re
import subprocess
import sys

import pytest

from dsl4bes.ir.types import ANGLE, ENERGY, LENGTH, NUMBER, TIME, Species
from dsl4bes.physics import particles
from dsl4bes.physics.decays import DecayError, conjugate_roles, parse_decay
from dsl4bes.physics.particles import all_particles, by_pdgid, derived_short, find, nearest
from dsl4bes.physics.units import base_word, dimension_name, find_unit, unit_hint, words_of


@pytest.mark.parametrize(
    ("word", "value", "dimension"),
    [
        ("eV", 1e-9, ENERGY), ("keV", 1e-6, ENERGY), ("MeV", 1e-3, ENERGY), ("GeV", 1, ENERGY), ("TeV", 1e3, ENERGY),
        ("nm", 1e-7, LENGTH), ("um", 1e-4, LENGTH), ("mm", 0.1, LENGTH), ("cm", 1, LENGTH), ("m", 100, LENGTH),
        ("ps", 1e-3, TIME), ("ns", 1, TIME), ("us", 1e3, TIME), ("ms", 1e6, TIME), ("s", 1e9, TIME),
        ("deg", math.pi / 180, ANGLE), ("mrad", 1e-3, ANGLE), ("rad", 1, ANGLE), ("%", 0.01, NUMBER),
    ],
)  # fmt: skip
def test_unit_in_base_units(word, value, dimension):
    unit = find_unit(word)
    assert unit is not None
    assert unit.factor == pytest.approx(value, rel=1e-15)
    assert unit.dimension == dimension


@pytest.mark.parametrize("word", ["mev", "GEV", "T", "kG", "GeV/c", "µm", "gam", "_000", "x1F", ""])
def test_unknown_units_are_unknown_and_get_a_hint(word):
    assert find_unit(word) is None
    assert unit_hint(word)


def test_hint_names_the_unit_that_was_meant():
    assert unit_hint("mev") == "write `MeV`"
    assert "`um`" in unit_hint("μm")
    assert "`GeV`" in unit_hint("GeV/c^2")
    assert base_word(ENERGY**2) == "GeV^2" and base_word(NUMBER) == ""
    assert dimension_name(LENGTH) == "a length"
    assert words_of(ANGLE) == ("mrad", "rad", "deg")


def test_committed_table_is_what_the_particle_package_gives():
    """Same text as the generator makes; another edition of the PDG in the installed package is no failure of ours."""
    pytest.importorskip("particle")
    from dsl4bes.devtools import particle_table

    made, committed = particle_table.table_text(), particle_table.TARGET.read_text(encoding="utf-8")
    edition = re.compile(r"^Source: .*$", re.MULTILINE)
    if edition.search(made).group() != edition.search(committed).group():
        pytest.skip("the installed `particle` package has another PDG table than the committed one")
    assert made == committed


@pytest.mark.parametrize(
    ("names", "pdgid"),
    [
        (("pip", "pi+", r"\pi^{+}", r"\pi^+", "$\\pi^+$"), 211),
        (("ks", "K(S)0", "K_S0", r"K_{S}^{0}", "K_S^0", "KS0"), 310),
        (("jpsi", "J/psi(1S)", "J/psi", r"J/\psi(1S)", r"J/\psi"), 443),
        (("prm", "p~", "p~-", "anti-p-", r"\overline{p}", r"\bar{p}"), -2212),
        (("prp", "p", "p+"), 2212),
        (("lambda", "Lambda", "Lambda0", r"\Lambda"), 3122),
        (("lambdabar", "anti-Lambda0", "Lambda~"), -3122),
        (("kst0", "K*(892)0", "K*0"), 313),
        (("dsp", "D_s+", "D(s)+"), 431),
        (("psi2s", "psi(2S)", "psi(3686)"), 100443),
        (("gam", "gamma", r"\gamma"), 22),
    ],
)
def test_every_name_finds_the_same_particle(names, pdgid):
    assert {find(name).pdgid for name in names} == {pdgid}
    assert find(names[1]).short == names[0]


def test_short_names_are_unique_identifiers_and_found():
    table = all_particles()
    shorts = [info.short for info in table]
    assert len(set(shorts)) == len(shorts) > 400
    for info in table:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", info.short)
        for name in filter(None, (info.short, info.pdg_name, info.evtgen_name)):
            assert find(name).pdgid == info.pdgid


def test_antiparticles_come_in_pairs():
    for info in all_particles():
        assert info.antiparticle.antiparticle == info
        assert info.antiparticle.charge == -info.charge
        assert info.antiparticle.mass == info.mass
    assert find("pi0").self_conjugate and not find("ks").antiparticle.pdgid < 0


def test_numbers_of_known_particles():
    """Values printed by the PDG: masses in GeV, lives in ns, decay lengths in cm."""
    assert find("pip").mass == 0.13957039
    assert find("ks").lifetime == pytest.approx(0.08954, rel=1e-3)
    assert find("lambda").ctau == pytest.approx(7.85, rel=2e-3)
    assert find("gam").lifetime == math.inf
    assert find("prm").species is Species.P and find("pi0").species is None
    assert particles.edition().startswith("PDG 20")
    assert by_pdgid(424242) is None and find("nonsense") is None


@pytest.mark.parametrize(
    ("written", "pdg"),
    [
        ("K_1(1270)+", "K(1)(1270)+"), ("anti-K_1(1270)0", "K(1)(1270)~0"), ("K_0*(1430)0", "K(0)*(1430)0"), ("a_0(980)0", "a(0)(980)0"),
        ("D_s1(2536)+", "D(s1)(2536)+"), ("f_1(1285)", "f(1)(1285)"), ("h_1(1415)", "h(1)(1415)"),
    ],
)  # fmt: skip
def test_an_index_may_be_written_with_an_underscore(written, pdg):
    assert find(written).pdg_name == pdg


def test_a_mother_without_an_entry_may_have_a_name_of_its_own():
    with pytest.raises(DecayError) as error:
        parse_decay("psi(4260) -> pi+ pi- J/psi")
    assert "`psi4260`" in error.value.help
    assert parse_decay("psi4260 -> pi+ pi- J/psi").mother.particle is None


def test_near_names_for_a_misspelling():
    assert nearest("jspi")[0] == "jpsi"
    assert nearest("Lamda0")[0] == "Lambda0"
    assert nearest("zzzzzz") == ()


def test_derived_short_names():
    assert derived_short("K(1)(1270)+") == "k1_1270p"
    assert by_pdgid(-3114).short == "sigma1385mbar"  # the antiparticle of Sigma(1385)-, charge +1


def test_look_up_does_not_import_the_particle_package():
    code = (
        "import sys, dsl4bes.physics.particles as p; p.find('K_S0'); p.find('x y');"
        "print('particle' in sys.modules, 'numpy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]


def roles(text):
    return [node.role for node in parse_decay(text).finals]


def test_products_get_short_names_numbered_when_several():
    assert roles("J/psi -> pi+ pi- (pi0 -> gam gam)") == ["pip", "pim", "gam1", "gam2"]
    assert roles("psi(2S) -> pi+ pi- 6 gam")[2:] == [f"gam{i}" for i in range(1, 7)]
    assert roles("D0 -> (K_S0 -> pi+ pi-) pi+ pi-") == ["pip1", "pim1", "pip2", "pim2"]
    decay = parse_decay("three -> (pi0 -> gam gam) (pi0 -> gam gam) (pi0 -> gam gam)")
    assert [node.role for node in decay.composites] == ["pi0_1", "pi0_2", "pi0_3"]
    assert len(decay.nodes_called("gam")) == 6
    assert (
        decay == parse_decay("three -> 3 (pi0 -> gam gam)")
        or decay.mother == parse_decay("three -> 3 (pi0 -> gam gam)").mother
    )


def test_names_with_brackets_and_invented_names():
    decay = parse_decay("J/psi -> (K*(892)0 -> K+ pi-) K(S)0")
    assert [node.short for node in decay.mother.walk()] == ["jpsi", "kst0", "kp", "pim", "ks"]
    mother = parse_decay("dipion -> pi+ pi-").mother
    assert mother.particle is None and mother.charge == 0


def test_places_of_products():
    text = "J/psi -> pi+ pi- (pi0 -> gam gam)"
    for node in parse_decay(text).mother.walk():
        assert text[node.start : node.end] == node.written


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ""),
        ("J/psi", "J/psi"),
        ("J/psi -> ", "J/psi ->"),
        ("J/psi => pi+ pi-", "=>"),
        ("J/psi -> pi+ -> x", "->"),
        ("J/psi -> (pi0 -> gam gam", "("),
        ("J/psi -> pi0)", ")"),
        ("J/psi -> pi* gam", "pi*"),
        ("J/psi -> 6", "6"),
        ("J/psi -> 999 gam", "999"),
        ("J/psi -> 60 gam", "60"),
        ("(pi0 -> gam gam)", "("),
    ],
)
def test_what_is_no_decay_says_where(text, place):
    with pytest.raises(DecayError) as caught:
        parse_decay(text)
    assert text[caught.value.start : caught.value.end] == place


def test_hostile_texts_are_errors_too():
    for text in (
        "(" * 5000,
        "a -> " + "(b -> " * 5000,
        "-> " * 100,
        "a -> " + "50 gam " * 50,
        "\x00 -> \x00",
        "5 5 5",
    ):
        with pytest.raises(DecayError):
            parse_decay(text)


def test_charge_and_conjugation():
    assert parse_decay("J/psi -> pi+ pi- pi0").mother.products_charge == 0
    assert parse_decay("J/psi -> pi+ pi+ pi0").mother.products_charge == 2
    assert parse_decay("phi -> K+ K-").self_conjugate
    assert not parse_decay("K*(892)0 -> K+ pi-").self_conjugate
    assert not parse_decay("J/psi -> K+ (K*- -> K- pi0)").self_conjugate
    assert conjugate_roles(parse_decay("Lambda0 -> p+ pi-")) == (-2212, 211)
