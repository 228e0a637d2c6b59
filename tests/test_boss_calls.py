"""What generated packages call and include is on the list of what was held against the interface of BOSS 7.0.4 itself.

A test that fails here says: a template makes a call, or includes a header, that nobody has checked. Check name, arguments, constness and unit
in BOSS, see that the stand-in declares it the same way (and refuses what is near it), then add a line to `reference/boss_calls.txt`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import boss_calls
import flight_programs
import ir_samples
import pytest
from cross_check_programs import PROGRAMS
from standin_tools import have_toolchain
from test_cross_check_constraints import FITS, program

from dsl4bes.constructs.registry import load
from dsl4bes.cpp.consistency import check
from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render
from dsl4bes.driver import compile_source
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[1]

#: What CLHEP and C++ themselves offer, and the enumerators and types that `Class::name` finds.
STANDARD = frozenset(
    word
    for words in (
        "angle boost boostVector cosTheta cross deltaPhi dot e m m2 mag mag2 perp px py pz rho unit vect",
        "assign at back begin c_str clear count empty end erase find insert max_size push_back resize size",
        "ALWAYS ERROR INFO WARNING FAILURE SUCCESS electron muon pion kaon proton PidType Tight",
        "EventHeader EvtRec EvtRecEvent EvtRecTrackCol EvtRecDTagCol EvtRecPi0Col EvtRecEtaToGGCol EvtRecVeeVertexCol McParticle McParticleCol Tuple Item Array iterator Prob",
    )
    for word in words.split()
)

#: Programs that use what the examples of the blocks do not, for their quantities.
DATA_TAKING = """analysis "Data" do
    ecms :database
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        ngam >= 1
    end
    trigger channel: [2, 5], data_only: true
    leptons do
        identify :ep, eop > 0.8
        identify :em, eop > 0.8
        nep == 1
        nem == 1
    end
    veto "conversion", conversion_gap(ep, em) < 1 cm and conversion_radius(ep, em) > 2 cm
end
ntuple("t") do
    column depth: depth(ep), hits: muc_hits(ep), layers: muc_layers(ep), most: muc_max_hits(ep), chi2: muc_chi2(ep), dof: muc_dof(ep)
    column condition: trigger_condition(7), e33: e3x3(gam1), e55: e5x5(gam1), seed: eseed(gam1), second: second_moment(gam1)
    column lat: lat_moment(gam1), a20: a20_moment(gam1), a42: a42_moment(gam1), crystals: emc_hits(gam1), module: module(gam1), ticks: ticks(gam1), time: time(gam1), dedx: dedx(ep), sigma: sigma(m(gam1, ep))
    column track: chi2_track(ep), tof: tof(ep), recoil: recoil(ep)
end
"""


@cache
def texts() -> dict[str, SourceFile]:
    """Every program of the repository that is one: examples, corpus, examples of blocks, programs of the cross-check."""
    paths = [*sorted(ROOT.glob("examples/*/*.bes")), *sorted((ROOT / "tests/corpus/good").glob("*.bes"))]
    found = {path.stem: SourceFile(path.name, path.read_text(encoding="utf-8-sig")) for path in paths}
    for keyword, block in load().items():
        found |= {f"{keyword} {i}": SourceFile(f"{keyword}.bes", each.source) for i, each in enumerate(block.examples)}
    made = {**PROGRAMS, "kaons": flight_programs.KAONS, "lambdas": flight_programs.LAMBDAS, "constraints": program(*FITS), "data": DATA_TAKING}
    return found | {name: SourceFile(f"{name}.bes", text) for name, text in made.items()}


def package(source: SourceFile, profile: str = "7.0.x") -> dict[str, str]:
    """The files of a program's package; none if the text is one that only the parser takes."""
    return compile_source(source, profile=profile).files


def made(text: str) -> dict[str, str]:
    """The files of a package that must be there."""
    files = package(SourceFile("test.bes", text))
    assert files
    return files


def everything() -> dict[str, str]:
    return render(lower(ir_samples.everything()))


@pytest.fixture(scope="module")
def packages() -> dict[str, dict[str, str]]:
    found = {name: package(source) for name, source in texts().items()}
    return {"everything": everything(), **{name: files for name, files in found.items() if files}}


def test_every_header_is_one_that_was_checked(packages):
    _, headers = boss_calls.known()
    assert len(packages) > 100
    unknown = {name: found for name, files in packages.items() if (found := boss_calls.headers(files) - headers)}
    assert not unknown


def test_every_name_that_is_called_is_one_that_was_checked(packages):
    members, _ = boss_calls.known()
    names = {member.rpartition("::")[2] for member in members} | STANDARD
    unknown = {name: found for name, files in packages.items() if (found := boss_calls.member_names(files) - names)}
    assert not unknown


def test_calls_of_services_were_checked(packages):
    members, _ = boss_calls.known()
    found = {call for files in packages.values() for call in boss_calls.interface_calls(files)}
    assert {"IVertexDbSvc::PrimaryVertex", "IMeasuredEcmsSvc::getEcms", "INTupleSvc::book", "ITHistSvc::regHist"} <= found
    assert found <= members


def test_every_package_agrees_with_itself(packages):
    """Names of library, class, options and files, and a `use` line for the package of each header."""
    assert {name: faults for name, files in packages.items() if (faults := check(files))} == {}


def test_the_packages_of_data_taking_are_used_and_its_service_is_configured():
    files = made(DATA_TAKING)
    requirements = next(text for path, text in files.items() if path.endswith("requirements"))
    for package_, offset in {"TrigEvent": "Event", "MeasuredEcmsSvc": "Utilities", "VertexFit": "Analysis", "BesROOT": "External"}.items():
        assert (f"use {package_} {package_}-* {offset}\n" in requirements) == (package_ != "BesROOT")
    options = next(text for path, text in files.items() if "jobOptions_" in path and "MEASUREDECMSSVCROOT" in text)
    assert "only runs that the data base knows (run_range)" in options  # BOSS does not notice an unknown run after a known one
    assert options.index("$MEASUREDECMSSVCROOT/share/anaOptions.txt") < options.index("ApplicationMgr.TopAlg")


def corrected() -> dict[str, str]:
    return made("helix_correction do\n pip kappa: [0.1, 1.2]\n km phi0: [0, 1.3]\nend\n" + program(*FITS))


COMPILED = {
    "everything": everything,
    "unusual fits": corrected,
    "data taking": lambda: made(DATA_TAKING),
}


@pytest.mark.slow
@pytest.mark.cpp
@pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")
@pytest.mark.parametrize("name", COMPILED)
def test_every_call_is_of_a_class_that_was_checked(name):
    members, _ = boss_calls.known()
    found = boss_calls.compiled_calls(COMPILED[name]())
    if not found:
        pytest.skip("the assembly of this compiler is not understood")
    assert {"EvtRecTrack::mdcTrack", "ObjectVector::begin", "StatusCode::isFailure"} <= found
    assert found <= members


def test_a_call_that_nobody_checked_is_found():
    """Depth by another getter of the same class: the stand-in knows it, the list does not."""
    files = {path: text.replace("->mucTrack()->depth()", "->mucTrack()->rms()") for path, text in made(DATA_TAKING).items()}
    members, _ = boss_calls.known()
    names = {member.rpartition("::")[2] for member in members} | STANDARD
    assert boss_calls.member_names(files) - names == {"rms"}


def test_a_known_name_of_another_class_is_found():
    """The angle of a shower is checked, that of a TOF record is not; names alone cannot tell them apart, the compiler can."""
    assert boss_calls.known()[0] >= {"DstEmcShower::phi"} and "DstTofTrack::phi" not in boss_calls.known()[0]
    assert boss_calls.fact("DstTofTrack::phi() const") == "DstTofTrack::phi"


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("StatusCode NTuple::Tuple::addItem<int, int>(std::string const&, NTuple::Item<int>&, int, int)", "NTuple::Tuple::addItem"),
        ("SmartDataPtr<ObjectVector<EvtRecTrack> >::operator ObjectVector<EvtRecTrack>*()", ""),
        ("MsgStream& operator<< <int>(MsgStream&, int const&)", ""),
        ("KalmanKinematicFit::AddResonance(int, double, std::vector<int, std::allocator<int> >)", "KalmanKinematicFit::AddResonance"),
        ("double& NTuple::Array<double>::operator[]<unsigned long>(unsigned long)", ""),
        ("std::vector<int, std::allocator<int> >::size() const", ""),
        ("TH1D::~TH1D()", ""),
    ],
)
def test_facts_are_read_from_what_the_compiler_says(name, fact):
    assert boss_calls.fact(name) == fact


def test_a_header_that_nobody_checked_is_found():
    files = {path: text.replace('#include "TMath.h"', '#include "TLorentzVector.h"') for path, text in everything().items()}
    assert boss_calls.headers(files) - boss_calls.known()[1] == {"TLorentzVector.h"}


def test_the_list_is_sorted_and_says_nothing_twice():
    lines = [line for line in boss_calls.LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    members, headers = [x for x in lines if "::" in x], [x for x in lines if "::" not in x]
    assert members == sorted(set(members)) and headers == sorted(set(headers))

