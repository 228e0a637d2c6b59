// D tags: every combination of products in every mode of the table that passes the cuts on m_BC, delta E or the mass.
#include "collections/DTagLists.h"
#include "runtime/Log.h"

#include <algorithm>
#include <cmath>

namespace standin {
namespace {

const double frameVelocity = 0.011;  // of the centre of mass along x, in units of c: the real default
const std::size_t maxTags = 200000;  // an event of noise has millions: ours alone, and said
const int firstDPlus = 200, firstDs = 400, lastFlavoured = 5;  // mode numbers

// What identifies a D in the centre-of-mass frame.
struct TagKinematics {
  TagKinematics(HepLorentzVector p4, double beamEnergy) : mass(p4.m()) {
    p4.boost(Hep3Vector(-frameVelocity, 0, 0));
    const double mbc2 = beamEnergy * beamEnergy - p4.vect().mag2();
    mbc = mbc2 > 0 ? std::sqrt(mbc2) : -10;
    deltaE = p4.e() - beamEnergy;
  }
  double mass, mbc, deltaE;
};

bool passes(const TagKinematics& tag, const DCuts& cuts) {
  if (cuts.useMbc && !(tag.mbc > cuts.minMbc && tag.mbc < cuts.maxMbc)) return false;
  if (cuts.useDeltaE && !(tag.deltaE > cuts.minDeltaE && tag.deltaE < cuts.maxDeltaE)) return false;
  const double difference = tag.mass - cuts.nominalMass;
  return !cuts.useDeltaMass || (difference > cuts.minDeltaMass && difference < cuts.maxDeltaMass);
}

const DCuts& cutsOf(int mode, const Settings& settings) {
  return mode < firstDPlus ? settings.d0 : mode < firstDs ? settings.dPlus : settings.dS;
}

// Makes the tags of one event.
class TagMaker {
public:
  TagMaker(const Ingredients& event, DTagLists& lists, EvtRecDTagCol& made)
      : m_event(event), m_lists(lists), m_made(made) {}

  // The decay as the table has it, then its conjugate, unless that is the same.
  void make(const DTagMode& mode) {
    find(mode, mode.products);
    if (!mode.conjugates.empty()) find(mode, mode.conjugates);
  }

private:
  void find(const DTagMode& mode, const std::vector<ProductList>& products) {
    // Of a hundred modes few have candidates for all their products.
    for (ProductList product : products)
      if (m_lists.list(product).empty()) return;
    std::vector<const CandidateList*> lists;
    for (ProductList product : products) lists.push_back(&m_lists.list(product));
    const DCuts& cuts = cutsOf(mode.mode, m_event.settings);
    combine(lists, [&](const std::vector<const Candidate*>& chosen) {
      HepLorentzVector p4;
      for (const Candidate* one : chosen) p4 += one->p4;
      const TagKinematics kinematics(p4, cuts.beamEnergy);
      if (!passes(kinematics, cuts)) return;
      if (m_made.size() >= maxTags) sayOnce("DTagAlg", "an event has more than 200000 D tags: the others are left out");
      else m_made.push_back(tag(mode.mode, chosen, p4, kinematics, cuts.beamEnergy));
    });
  }

  EvtRecDTag* tag(EvtRecDTag::DecayMode mode, const std::vector<const Candidate*>& chosen, const HepLorentzVector& p4,
                  const TagKinematics& kinematics, double beamEnergy) {
    EvtRecDTag* made = new EvtRecDTag;
    int charge = 0;
    bool tight = true;
    for (const Candidate* one : chosen) {
      charge += one->charge;
      tight = tight && one->tight;
    }
    made->setdecayMode(mode);
    made->settype(tight ? EvtRecDTag::Tight : EvtRecDTag::Loose);
    made->setbeamE(beamEnergy);
    made->setmass(kinematics.mass);
    made->setmBC(kinematics.mbc);
    made->setdeltaE(kinematics.deltaE);
    made->setp4(p4);
    made->setcharge(charge);
    // D0 -> K- ... has charm +1; modes that D0 and anti-D0 share have 0.
    made->setcharm(mode >= firstDPlus ? charge : mode <= lastFlavoured ? -chosen[0]->charge : 0);
    made->setnumOfChildren(static_cast<int>(chosen.size()));
    addParts(*made, chosen);
    return made;
  }

  // Own tracks and showers in the order of the products, the others in the order of the event.
  void addParts(EvtRecDTag& made, const std::vector<const Candidate*>& chosen) {
    Footprint used;
    for (const Candidate* one : chosen) {
      used |= one->used;
      for (EvtRecTrack* track : one->tracks) made.addTrack(track);
      for (EvtRecTrack* shower : one->showers) made.addShower(shower);
      if (one->ks) {
        const KsFlight& flight = m_lists.flight(one->ks);
        made.addToFitInfo(one->ks->mass(), flight.chisq, flight.length, flight.error);
      }
    }
    for (std::size_t i = 0; i < m_event.tracks.size(); ++i) {
      if (i < used.size() && used[i]) continue;
      if (static_cast<int>(i) < m_event.charged) made.addOtherTrack(m_event.tracks[i]);
      else made.addOtherShower(m_event.tracks[i]);
    }
    for (EvtRecTrack* track : m_lists.tightKaons()) made.addKaonId(track);
    for (EvtRecTrack* track : m_lists.tightPions()) made.addPionId(track);
  }

  const Ingredients& m_event;
  DTagLists& m_lists;
  EvtRecDTagCol& m_made;
};

}

void makeDTags(const Ingredients& event, EvtRecPi0Col& pi0s, EvtRecEtaToGGCol& etas, EvtRecVeeVertexCol& vees,
               SimplePid& pid, IVertexDbSvc& vertices, EvtRecDTagCol& made) {
  DTagLists lists(event, pi0s, etas, vees, pid, vertices);
  TagMaker maker(event, lists, made);
  for (const DTagMode& mode : dTagModes()) maker.make(mode);
}

}
