"""What compiles against BOSS 7.0.4 compiles here, and what does not, does not: the headers are the contract."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from standin_tools import algorithm, have_toolchain

from dsl4bes.standin.build import DEFINES, INCLUDE, BuildError, build_package, syntax_check
from dsl4bes.standin.toolchain import ToolchainError, toolchain

pytestmark = [pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP"), pytest.mark.slow]


def old_standard_works() -> bool:
    return have_toolchain() and toolchain().standard == "gnu++98"


needs_98 = pytest.mark.skipif(not old_standard_works(), reason="this CLHEP does not accept C++98")

_OBJECTS = """SmartDataPtr<EvtRecTrackCol> all(eventSvc(), "/Event/EvtRec/EvtRecTrackCol"); EvtRecTrack* trk = *all->begin();
    RecMdcTrack* mdc = trk->mdcTrack(); RecMdcKalTrack* kal = trk->mdcKalTrack(); RecEmcShower* emc = trk->emcShower(); RecTofTrack* tof = 0; RecMdcDedx* dedx = 0; RecExtTrack* ext = 0; RecMucTrack* muc = 0;
    ParticleID* pid = ParticleID::instance(); Event::EventHeader* head = 0; const EvtRecTrack* ctrk = trk;
    Event::McParticleCol* mc = 0; EvtRecTrackCol* col = 0; EvtRecEvent* evt = 0; EvtRecDTag* tag = 0; EvtRecPi0* pi0 = 0;
    (void)mdc; (void)kal; (void)emc; (void)tof; (void)dedx; (void)ext; (void)muc; (void)pid; (void)head; (void)ctrk; (void)mc;
    (void)col; (void)evt; (void)tag; (void)pi0;
    """

#: Calls of the BOSS interface that must compile.
ALLOWED = [
    "HepVector a = mdc->helix(); HepSymMatrix e = mdc->err(); double d = mdc->helix(0) + mdc->err(14); (void)d;",
    "double d = mdc->pxy() + mdc->px() + mdc->p() + mdc->theta() + mdc->phi() + mdc->x() + mdc->r(); (void)d;",
    "int i = mdc->stat() + mdc->ndof() + mdc->nster() + mdc->firstLayer() + mdc->nlayer() + mdc->getNhits(); (void)i;",
    "HepLorentzVector p = mdc->p4(0.139570); Hep3Vector q = mdc->p3(); HepPoint3D x = mdc->x3(); HepPoint3D y = mdc->poca();",
    "RecMdcKalTrack::setPidType(RecMdcKalTrack::kaon); kal->setPidType(RecMdcKalTrack::pion);",
    "DstMdcKalTrack::PidType t = RecMdcKalTrack::getPidType(); (void)t;",
    "HepVector z = kal->getZHelix(); HepVector zk = kal->getZHelixK(); HepSymMatrix ek = kal->getZErrorP();",
    "HepVector z = kal->DstMdcKalTrack::getZHelix(3); HepSymMatrix e = kal->DstMdcKalTrack::getZError(3);",
    "double d = kal->dr() + kal->fi0() + kal->kappa() + kal->dz() + kal->tanl() + kal->chi2() + kal->getChisq(0, 2); (void)d;",
    "int i = kal->stat() + kal->charge() + kal->getStat(0, 2) + kal->getNdf(0, 2) + kal->getNhits(2); (void)i;",
    "HepLorentzVector p = kal->p4(0.49) + kal->p4();",
    "double d = emc->energy() + emc->e3x3() + emc->time() + emc->theta() + emc->dtheta() + emc->dE() + emc->dx(); (void)d;",
    "HepSymMatrix m = emc->errorMatrix(); HepPoint3D p = emc->position(); RecEmcID id = emc->getShowerId(); (void)id;",
    "RecEmcEnergy e = emc->getETof2x1() + emc->getEAll(); int g = emc->ThetaGap() + emc->PhiGap(); (void)e; (void)g;",
    "SmartRefVector<RecTofTrack> t = trk->tofTrack(); SmartRefVector<RecTofTrack>::iterator it = t.begin(); (*it)->tof();",
    "double d = tof->texp(2) + tof->toffset(5) + tof->sigma(0) + tof->texpPion() + tof->path() + tof->t0(); (void)d;",
    "int i = tof->tofID() + tof->strip() + tof->quality() + tof->trackID(); (void)i;",
    "TofHitStatus* s = new TofHitStatus; s->setStatus(tof->status()); bool b = s->is_barrel() && s->layer() == 1; delete s; (void)b;",
    "bool b = TofHitStatus::is_mrpc(3) || TofHitStatus::is_counter(4) || TofHitStatus::ncounter(5) == 1; (void)b;",
    "double d = dedx->chi(2) + dedx->chiPi() + dedx->probPH() + dedx->normPH() + dedx->getPidProb(2); (void)d;",
    "Hep3Vector v = ext->emcPosition(); double a = v.angle(Hep3Vector(0, 0, 1)); int n = ext->emcVolumeNumber(); (void)a; (void)n;",
    "double d = ext->tof1() + ext->tof2Path() + ext->emcPath() + ext->MucKalchi2(); Hep3Vector m = ext->mucPosition(2); (void)d;",
    "double d = muc->depth() + muc->chi2() + muc->distance(); int i = muc->brLastLayer() + muc->maxHitsInLayer(); (void)d; (void)i;",
    "pid->init(); pid->setMethod(pid->methodProbability()); pid->setChiMinCut(4); pid->setRecTrack(trk);",
    "pid->usePidSys(pid->useDedx() | pid->useTof1() | pid->useTof2() | pid->useTofE() | pid->useTofCorr() | pid->useTofC());",
    "pid->identify(pid->onlyPion() | pid->onlyKaon()); pid->identify(pid->all()); pid->calculate();",
    "double d = pid->probPion() + pid->prob(3) + pid->pdf(2) + pid->lhf(2) + pid->chi(2) + pid->chiTof1(2) + pid->xmass(2); (void)d;",
    "int r = head->runNumber() + head->eventNumber(); unsigned int f = head->flag1() + head->eventTag() + head->time(); (void)r; (void)f;",
    'm_tuple->addItem("m", 2, 3, m_matrix, 0., 1.); m_tuple->addIndexedItem("i", m_index, 3, m_matrix, 0., 1.);',
    "RecEmcID id = emc->getClusterId(); (void)id;",
    "EvtRecTrackIterator it = col->begin() + 1; bool b = (*it)->isMdcTrackValid(); (void)b;",
    "Event::McParticleCol::iterator it = mc->begin(); for (; it != mc->end(); it++) (*it)->mother().particleProperty();",
    "const Event::McParticle* p = 0; p->daughterList(); p->initialFourMomentum(); p->decayFromGenerator(); p->leafParticle();",
    "int i = evt->totalTracks() + evt->totalCharged() + evt->totalNeutral() + evt->numberOfDTag(); (void)i;",
    "EvtRecDTag::DecayMode m = EvtRecDTag::kD0toKPi; bool b = tag->decayMode() == m && tag->type() == EvtRecDTag::Tight; (void)b;",
    "EvtRecTrack* hi = const_cast<EvtRecTrack*>(pi0->hiEnGamma()); (void)hi;",
    "trk->tagPion(); bool b = trk->isElectron(); (void)b;",
    'IVertexDbSvc* v; Gaudi::svcLocator()->service("VertexDbSvc", v); if (v->isVertexValid()) v->PrimaryVertex();',
    'ITHistSvc* h; service("THistSvc", h).isFailure(); h->regHist("/HIST/a", new TH1D("a", "a", 10, 0., 1.)).ignore();',
    'ITHistSvc* h = 0; h->regHist("/HIST/b", new TH2D("b", "b", 10, 0., 1., 10, 0., 1.)).ignore();',
    "double d = TMath::Abs(-1.) + TMath::Pi() + TMath::Prob(3., 2) + TMath::Power(2., 2); (void)d;",
    'if (eventSvc()->registerObject("/Event/Mine", new EvtRecEvent).isFailure()) return SUCCESS;',
    'MsgStream log(msgSvc(), name()); log << MSG::INFO << "x" << 1 << std::setw(3) << 2. << endreq; log << endmsg;',
    "setFilterPassed(false); bool f = filterPassed(); (void)f;",
    "StatusCode sc = StatusCode::SUCCESS; if (sc.isFailure()) return sc; return StatusCode(StatusCode::SUCCESS, true);",
]

#: Calls that BOSS 7.0.4 lacks, with what the compiler must complain about.
REFUSED = [
    ("mdc->helix()[0] = 1; const_cast<const RecMdcTrack*>(mdc)->setPx(1);", "const"),
    ("mdc->momentum();", "momentum"),
    ("kal->getZHelix(3);", "getZHelix"),
    ("const RecMdcKalTrack* c = kal; c->getZHelixK();", "const"),
    ("RecMdcKalTrack::setPidType(2);", "int"),
    ("ctrk->mdcTrack();", "const"),
    ("ctrk->isMdcTrackValid();", "const"),
    ("trk->mdcTrack()->charge(1);", "charge"),
    ("trk->emc();", "emc"),
    ("trk->mdcKalTrack()->getZHelixPi();", "getZHelixPi"),
    ("const RecTofTrack* c = tof; c->tofID();", "const"),
    ("TofHitStatus::part(3);", "part"),
    ("pid->probMuc(1);", "probMuc"),
    ("ParticleID p;", "ParticleID"),
    ("pid->onlyPionMuon();", "onlyPionMuon"),
    ("const Event::EventHeader* c = head; c->flag1();", "const"),
    ("head->ETS();", "ETS"),
    ("Event::McParticleCol::iterator it = mc->begin() + 1;", "operator+"),
    ("Event::McParticle* p = 0; p->charge();", "charge"),
    ("Event::McParticle* p = 0; p->finalFourMomentum();", "finalFourMomentum"),
    ("EvtRecTrack& r = *col->begin(); (void)r;", "EvtRecTrack"),
    ("m_item = HepLorentzVector();", "operator="),
    ('m_tuple->addItem("x", m_item, 10);', "addItem"),
    ('enum E { a } m_enum; declareProperty("E", m_enum = a);', "E"),
    ('const double c = 1; declareProperty("C", c);', "const"),
    ('HepLorentzVector p; declareProperty("P", p);', "LorentzVector"),
    ("info() << 1 << endmsg;", "info"),
    ("VertexFit v;", "VertexFit"),
    ("VertexFit::instance()->AddTrack(0, 0.14, kal);", "AddTrack"),
    ("WTrackParameter w(0.14, kal->getZHelix());", "WTrackParameter"),
    ("emc->setShower();", "setShower"),
    ("auto x = 1; (void)x;", ""),
    ("std::vector<std::vector<int>> v;", ">>"),
    ("int* p = nullptr; (void)p;", "nullptr"),
]

_MEMBERS = "NTuple::Tuple* m_tuple; NTuple::Item<double> m_item; NTuple::Item<long> m_index; NTuple::Matrix<double> m_matrix;"
_FITS = '#include "VertexFit/VertexFit.h"\n#include "VertexFit/WTrackParameter.h"\n'


def source(body: str) -> str:
    return _FITS + algorithm(_OBJECTS + body, members=_MEMBERS)


def errors(body: str, standard: str) -> list[str]:
    return [str(message) for message in syntax_check(source(body), standard) if message.severity == "error"]


@pytest.mark.parametrize("standard", [pytest.param("c++98", marks=needs_98), "c++17"])
def test_allowed(standard):
    assert errors("".join(f"{{ {body} }}\n" for body in ALLOWED), standard) == []


@needs_98
@pytest.mark.parametrize(("body", "word"), REFUSED)
def test_refused(body, word):
    found = errors(body, "c++98")
    if not found:  # declared without a definition: refused by the linker
        with pytest.raises(BuildError) as caught:
            build_package({"src/Probe.cxx": source(body)}, "c++98")
        found = [str(message) for message in caught.value.messages]
    assert found and any(word in text for text in found), found


@pytest.mark.parametrize("folder", sorted(path.name for path in INCLUDE.iterdir() if path.is_dir()))
def test_headers_stand_alone_and_are_clean(folder, tmp_path):
    """Each header compiles on its own in the oldest standard, all of a folder together in C++17; no warnings."""
    tools = toolchain()
    headers = sorted(path.relative_to(INCLUDE) for path in (INCLUDE / folder).glob("*.h"))
    flags = ["-fsyntax-only", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-ignored-qualifiers"]
    flags += [*DEFINES, f"-I{INCLUDE}", *tools.include_flags]
    for header in headers:
        check(tools.compiler, [*flags, f"-std={tools.standard}"], [header], tmp_path)
    check(tools.compiler, [*flags, f"-std={tools.at_least('c++17')}"], headers, tmp_path)


def check(compiler: str, flags: list[str], headers: list[Path], folder: Path) -> None:
    text = "".join(f'#include "{header}"\n' for header in headers)
    done = subprocess.run(
        [compiler, *flags, "-x", "c++", "-"],
        check=False,
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, (headers, done.stderr[:1500])


def test_end_of_line_manipulator_needs_the_define():
    text = source('MsgStream log(msgSvc(), name()); log << "x" << endreq;').replace(
        '#include "GaudiKernel/Algorithm.h"', '#undef GAUDI_V20_COMPAT\n#include "GaudiKernel/Algorithm.h"'
    )
    text = "#undef GAUDI_V20_COMPAT\n" + text
    assert any("endreq" in str(message) for message in syntax_check(text, "c++17"))


def test_library_names_of_entries_and_load_must_agree():
    """The load file refers to the entries of its library: another name does not link."""
    text = algorithm("").replace("LOAD_FACTORY_ENTRIES( Probe )", "LOAD_FACTORY_ENTRIES( Prob )")
    with pytest.raises(BuildError, match="Prob_entries"):
        build_package({"src/Probe.cxx": text}, "c++98")


def test_modern_style_of_profile_8():
    text = """#include <GaudiKernel/Algorithm.h>
#include <GaudiKernel/NTuple.h>
#include <GaudiKernel/SmartDataPtr.h>
#include <EvtRecEvent/EvtRecTrack.h>
class Modern : public Algorithm {
public:
  using Algorithm::Algorithm;
  StatusCode initialize() override { info() << "starting " << name() << endmsg; return StatusCode::SUCCESS; }
  StatusCode execute() override {
    SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), "/Event/EvtRec/EvtRecTrackCol");
    if (!tracks) { error() << "none" << endmsg; return StatusCode::FAILURE; }
    for (auto* track : *tracks) if (track->isMdcTrackValid()) ++m_count;
    return StatusCode::SUCCESS;
  }
private:
  Gaudi_count_t m_count = 0;
};
DECLARE_COMPONENT( Modern )
""".replace("Gaudi_count_t", "int")
    assert [str(m) for m in syntax_check(text, "c++17") if m.severity != "note"] == []
    if old_standard_works():
        assert syntax_check(text, "c++98")


def test_a_standard_that_is_too_old_is_said(monkeypatch):
    import dataclasses

    from dsl4bes.standin import build

    newer = dataclasses.replace(toolchain(), standard="gnu++17")
    monkeypatch.setattr(build, "toolchain", lambda: newer)
    with pytest.raises(ToolchainError, match="c\\+\\+98 cannot be checked"):
        syntax_check("int x;", "c++98")
