// D-tag tool: tags, pairs of tags, and what belongs to a tag.
#include "DTagTool/DTagTool.h"

#include "EvtRecEvent/EvtRecEvent.h"
#include "GaudiKernel/Bootstrap.h"
#include "GaudiKernel/SmartDataPtr.h"

#include <cmath>
#include <stdexcept>

namespace {

// Masses (GeV) that the real class compares pairs with.
const double pairMassD0 = 1.8645, pairMassDPlus = 1.8693, pairMassDs = 1.9682;

template <class COLLECTION>
COLLECTION& needed(IDataProviderSvc* events, const std::string& path) {
  SmartDataPtr<COLLECTION> found(events, path);
  if (!found) throw std::runtime_error("DTagTool: the event has no " + path + " (the real class ends the job here)");
  return *found;
}

template <class SERVICE>
SERVICE* neededService(const char* name) {
  SERVICE* service = 0;
  if (Gaudi::svcLocator()->service(name, service).isFailure())
    throw std::runtime_error(std::string("DTagTool: no service ") + name + " (the real class ends the job here)");
  return service;
}

// The mass of the D of both modes; false if they are of different D mesons.
bool commonMass(int mode1, int mode2, double& mass) {
  const int kind1 = mode1 < 200 ? 0 : mode1 < 400 ? 1 : mode1 < 1000 ? 2 : 3;
  const int kind2 = mode2 < 200 ? 0 : mode2 < 400 ? 1 : mode2 < 1000 ? 2 : 3;
  mass = kind1 == 0 ? pairMassD0 : kind1 == 1 ? pairMassDPlus : pairMassDs;
  return kind1 == kind2 && kind1 < 3;
}

// Modes that tell D from anti-D have a charm; the first of a pair is searched with +1, the second with -1.
int charmOf(int mode, int sign) { return mode < 10 || mode >= 200 ? sign : 0; }

// Positions of the particles whose two parts are pair number 0 .. count-1 of the tag's parts.
template <class ITERATOR, class PARTS>
std::vector<int> positions(ITERATOR begin, ITERATOR end, SmartRefVector<EvtRecTrack> parts, int count, const char* what,
                           PARTS partsOf) {
  if (static_cast<int>(parts.size()) < 2 * count)
    throw std::runtime_error(std::string("DTagTool: the tag has fewer ") + what + " than asked for (the real class ends the job here)");
  std::vector<int> found;
  for (ITERATOR it = begin; it != end && static_cast<int>(found.size()) < count; ++it) {
    const EvtRecTrack *first = 0, *second = 0;
    if (!partsOf(*it, first, second)) continue;
    for (int k = 0; k < count; ++k) {
      const EvtRecTrack *one = parts[2 * k], *other = parts[2 * k + 1];
      if ((first == one && second == other) || (first == other && second == one)) found.push_back(int(it - begin));
    }
  }
  return found;
}

bool contains(SmartRefVector<EvtRecTrack> tracks, const EvtRecTrack* track) {
  for (std::size_t i = 0; i < tracks.size(); ++i)
    if (tracks[i]->trackId() == track->trackId()) return true;
  return false;
}

}

DTagTool::DTagTool() : m_pid(true), m_sigma1(1), m_sigma2(1), m_simplePid(neededService<ISimplePIDSvc>("SimplePIDSvc")) {
  IDataProviderSvc* events = neededService<IDataProviderSvc>("EventDataSvc");
  EvtRecEvent& event = needed<EvtRecEvent>(events, EventModel::EvtRec::EvtRecEvent);
  EvtRecTrackCol& tracks = needed<EvtRecTrackCol>(events, EventModel::EvtRec::EvtRecTrackCol);
  EvtRecDTagCol& tags = needed<EvtRecDTagCol>(events, EventModel::EvtRec::EvtRecDTagCol);
  EvtRecVeeVertexCol& vees = needed<EvtRecVeeVertexCol>(events, EventModel::EvtRec::EvtRecVeeVertexCol);
  EvtRecPi0Col& pi0s = needed<EvtRecPi0Col>(events, EventModel::EvtRec::EvtRecPi0Col);
  EvtRecEtaToGGCol& etas = needed<EvtRecEtaToGGCol>(events, EventModel::EvtRec::EvtRecEtaToGGCol);
  m_chargedBegin = tracks.begin();
  m_chargedEnd = tracks.begin() + event.totalCharged();
  m_showerEnd = tracks.begin() + event.totalTracks();
  m_tagBegin = m_stag = m_dtag1 = m_dtag2 = tags.begin();
  m_tagEnd = tags.end();
  m_pi0Begin = pi0s.begin();
  m_pi0End = pi0s.end();
  m_etaBegin = etas.begin();
  m_etaEnd = etas.end();
  m_ksBegin = vees.begin();
  m_ksEnd = vees.end();
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const int mode = tags[i]->decayMode();
    if (mode < 200) m_d0modes.push_back(static_cast<int>(i));
    else if (mode < 400) m_dpmodes.push_back(static_cast<int>(i));
    else if (mode < 1000) m_dsmodes.push_back(static_cast<int>(i));
  }
}

DTagTool::~DTagTool() {}

void DTagTool::clear() {
  m_d0modes.clear();
  m_dpmodes.clear();
  m_dsmodes.clear();
}

bool DTagTool::counts(EvtRecDTag* tag, int mode) const {
  return tag->decayMode() == mode && (!m_pid || tag->type() == EvtRecDTag::Tight);
}

std::vector<int> DTagTool::mode(int decaymode) {
  std::vector<int> found;
  for (EvtRecDTagCol::iterator it = m_tagBegin; it != m_tagEnd; ++it)
    if (counts(*it, decaymode)) found.push_back(static_cast<int>(it - m_tagBegin));
  return found;
}

bool DTagTool::best(int mode, const int* charm) {
  double smallest = 1;
  bool found = false;
  for (EvtRecDTagCol::iterator it = m_tagBegin; it != m_tagEnd; ++it) {
    if (!counts(*it, mode) || (charm && (*it)->charm() != *charm)) continue;
    if (!(std::fabs((*it)->deltaE()) < smallest)) continue;
    smallest = std::fabs((*it)->deltaE());
    m_stag = it;
    found = true;
  }
  return found;
}

bool DTagTool::findSTag(int mode, int tagcharm) { return best(mode, &tagcharm); }
bool DTagTool::findSTag(int mode) { return best(mode, 0); }

// Pairs in the order of the list, first tag slowest; false if the modes or charms do not fit together.
bool DTagTool::pairs(int mode1, int tagcharm1, int mode2, int tagcharm2, bool conjugates, double& mass,
                     std::vector<EvtRecDTagCol::iterator>& first, std::vector<EvtRecDTagCol::iterator>& second) {
  if (tagcharm1 * tagcharm2 > 0) {
    std::cout << "DTagTool: two tags cannot have the same charm" << std::endl;
    return false;
  }
  if (!commonMass(mode1, mode2, mass)) {
    std::cout << "DTagTool: the two modes are of different particles" << std::endl;
    return false;
  }
  for (EvtRecDTagCol::iterator one = m_tagBegin; one != m_tagEnd; ++one) {
    const int charm1 = (*one)->charm();
    if (!counts(*one, mode1) || !(charm1 == tagcharm1 || (conjugates && charm1 == -tagcharm1))) continue;
    for (EvtRecDTagCol::iterator other = m_tagBegin; other != m_tagEnd; ++other) {
      const int charm2 = (*other)->charm();
      if (!counts(*other, mode2) || !(charm2 == tagcharm2 || (conjugates && charm2 == -tagcharm2))) continue;
      if (charm1 * charm2 > 0 || one == other || shareTracks(one, other)) continue;
      first.push_back(one);
      second.push_back(other);
    }
  }
  return true;
}

bool DTagTool::compare(EvtRecDTagCol::iterator pair1_iter1, EvtRecDTagCol::iterator pair1_iter2,
                       EvtRecDTagCol::iterator pair2_iter1, EvtRecDTagCol::iterator pair2_iter2, double mD,
                       std::string smass) {
  EvtRecDTag* const tags[2][2] = {{*pair1_iter1, *pair1_iter2}, {*pair2_iter1, *pair2_iter2}};
  double value[2] = {0, 0};
  for (int i = 0; i < 2; ++i) {
    if (smass == "mbc") value[i] = std::fabs(0.5 * (tags[i][0]->mBC() + tags[i][1]->mBC()) - mD);
    if (smass == "inv") value[i] = std::fabs(0.5 * (tags[i][0]->mass() + tags[i][1]->mass()) - mD);
    if (smass == "de")
      value[i] = std::pow(tags[i][0]->deltaE() / m_sigma1, 2) + std::pow(tags[i][1]->deltaE() / m_sigma2, 2);
  }
  return value[0] <= value[1];
}

// Of equal pairs the last wins, as in the real class.
bool DTagTool::bestPair(int mode1, int tagcharm1, int mode2, int tagcharm2, bool conjugates, const std::string& smass) {
  double mass = 0;
  std::vector<EvtRecDTagCol::iterator> first, second;
  if (!pairs(mode1, tagcharm1, mode2, tagcharm2, conjugates, mass, first, second) || first.empty()) return false;
  m_dtag1 = first[0];
  m_dtag2 = second[0];
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!compare(first[i], second[i], m_dtag1, m_dtag2, mass, smass)) continue;
    m_dtag1 = first[i];
    m_dtag2 = second[i];
  }
  return true;
}

bool DTagTool::findDTag(int mode1, int mode2, std::string smass) {
  return bestPair(mode1, charmOf(mode1, 1), mode2, charmOf(mode2, -1), true, smass);
}
bool DTagTool::findDTag(int mode1, int tagcharm1, int mode2, int tagcharm2, std::string smass) {
  return bestPair(mode1, tagcharm1, mode2, tagcharm2, false, smass);
}

bool DTagTool::allPairs(int mode1, int tagcharm1, int mode2, int tagcharm2, bool conjugates) {
  double mass = 0;
  std::vector<EvtRecDTagCol::iterator> first, second;
  if (!pairs(mode1, tagcharm1, mode2, tagcharm2, conjugates, mass, first, second)) return false;
  m_dtags1.insert(m_dtags1.end(), first.begin(), first.end());
  m_dtags2.insert(m_dtags2.end(), second.begin(), second.end());
  return !m_dtags1.empty();
}

bool DTagTool::findADTag(int mode1, int mode2) {
  return allPairs(mode1, charmOf(mode1, 1), mode2, charmOf(mode2, -1), true);
}
bool DTagTool::findADTag(int mode1, int tagcharm1, int mode2, int tagcharm2) {
  return allPairs(mode1, tagcharm1, mode2, tagcharm2, false);
}

void DTagTool::operator<<(EvtRecDTagCol::iterator iter) {
  EvtRecDTag& tag = **iter;
  std::cout << "D tag: mode " << tag.decayMode() << ", beam energy " << tag.beamE() << ", mBC " << tag.mBC()
            << ", delta E " << tag.deltaE() << ", mass " << tag.mass() << ", charge " << tag.charge() << ", charm "
            << tag.charm() << ", " << tag.numOfChildren() << " children, tracks " << tag.tracks().size() << " and "
            << tag.otherTracks().size() << " others, showers " << tag.showers().size() << " and "
            << tag.otherShowers().size() << " others" << std::endl;
}

std::vector<int> DTagTool::pi0Id(EvtRecDTagCol::iterator iter, int numpi0) {
  return positions(m_pi0Begin, m_pi0End, (*iter)->showers(), numpi0, "pi0",
                   [](EvtRecPi0* pi0, const EvtRecTrack*& high, const EvtRecTrack*& low) {
                     high = pi0->hiEnGamma();
                     low = pi0->loEnGamma();
                     return true;
                   });
}

std::vector<int> DTagTool::etaId(EvtRecDTagCol::iterator iter, int numeta) {
  return positions(m_etaBegin, m_etaEnd, (*iter)->showers(), numeta, "eta",
                   [](EvtRecEtaToGG* eta, const EvtRecTrack*& high, const EvtRecTrack*& low) {
                     high = eta->hiEnGamma();
                     low = eta->loEnGamma();
                     return true;
                   });
}

std::vector<int> DTagTool::ksId(EvtRecDTagCol::iterator iter, int numks) {
  return positions(m_ksBegin, m_ksEnd, (*iter)->tracks(), numks, "K_S",
                   [](EvtRecVeeVertex* vee, const EvtRecTrack*& positive, const EvtRecTrack*& negative) {
                     positive = vee->daughter(0);
                     negative = vee->daughter(1);
                     return vee->vertexId() == 310;
                   });
}

// Every tag carries the identified tracks of the whole event.
bool DTagTool::isPion(EvtRecTrack* trk) {
  if (isDTagListEmpty()) throw std::runtime_error("DTagTool::isPion in an event without D tags (the real class crashes here)");
  return contains((*m_tagBegin)->pionId(), trk);
}
bool DTagTool::isKaon(EvtRecTrack* trk) {
  if (isDTagListEmpty()) throw std::runtime_error("DTagTool::isKaon in an event without D tags (the real class crashes here)");
  return contains((*m_tagBegin)->kaonId(), trk);
}

bool DTagTool::shareTracks(EvtRecDTagCol::iterator iter1, EvtRecDTagCol::iterator iter2) {
  const SmartRefVector<EvtRecTrack> parts1[2] = {(*iter1)->tracks(), (*iter1)->showers()};
  const SmartRefVector<EvtRecTrack> parts2[2] = {(*iter2)->tracks(), (*iter2)->showers()};
  for (int kind = 0; kind < 2; ++kind)
    for (std::size_t i = 0; i < parts1[kind].size(); ++i)
      for (std::size_t j = 0; j < parts2[kind].size(); ++j)
        if (parts1[kind][i] == parts2[kind][j]) return true;
  return false;
}
