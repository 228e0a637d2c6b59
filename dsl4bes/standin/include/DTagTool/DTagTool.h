// Access to the D tags of an event: best single tags, best or all double tags, helpers for the other side.
//
// In: the event's D-tag, V0, pi0 and eta collections; make one object per event, in execute(). Out: iterators into the
// D-tag collection. Only tags whose particles are identified count, unless setPID(false).
#ifndef STANDIN_DTAGTOOL_DTAGTOOL_H
#define STANDIN_DTAGTOOL_DTAGTOOL_H

#include "EvtRecEvent/EvtRecDTag.h"
#include "EvtRecEvent/EvtRecEtaToGG.h"
#include "EvtRecEvent/EvtRecPi0.h"
#include "EvtRecEvent/EvtRecTrack.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"
#include "GaudiKernel/IDataProviderSvc.h"
#include "SimplePIDSvc/ISimplePIDSvc.h"
#include <iostream>
#include <string>
#include <vector>

using namespace std;

class DTagTool {
public:
  // Throws if the event lacks a collection or the job lacks SimplePIDSvc (the real class ends the job).
  DTagTool();
  ~DTagTool();

  bool isDTagListEmpty() { return m_tagBegin == m_tagEnd; }
  void setPID(bool pid) { m_pid = pid; }
  void clear();
  void name() { cout << "DTagTool" << endl; }

  EvtRecDTagCol::iterator modes_begin() { return m_tagBegin; }
  EvtRecDTagCol::iterator modes_end() { return m_tagEnd; }
  EvtRecPi0Col::iterator pi0_begin() { return m_pi0Begin; }
  EvtRecPi0Col::iterator pi0_end() { return m_pi0End; }
  EvtRecEtaToGGCol::iterator eta_begin() { return m_etaBegin; }
  EvtRecEtaToGGCol::iterator eta_end() { return m_etaEnd; }
  EvtRecVeeVertexCol::iterator ks_begin() { return m_ksBegin; }
  EvtRecVeeVertexCol::iterator ks_end() { return m_ksEnd; }

  // Positions in the D-tag collection.
  vector<int> D0modes() { return m_d0modes; }
  vector<int> Dpmodes() { return m_dpmodes; }
  vector<int> Dsmodes() { return m_dsmodes; }
  vector<int> mode(EvtRecDTag::DecayMode decaymode) { return mode(static_cast<int>(decaymode)); }
  vector<int> mode(int decaymode);

  // Single tag of a mode (and charm) with the smallest |delta E| below 1 GeV.
  bool findSTag(EvtRecDTag::DecayMode mode, int tagcharm) { return findSTag(static_cast<int>(mode), tagcharm); }
  bool findSTag(EvtRecDTag::DecayMode mode) { return findSTag(static_cast<int>(mode)); }
  bool findSTag(int mode, int tagcharm);
  bool findSTag(int mode);
  EvtRecDTagCol::iterator stag() { return m_stag; }

  // Double tag without shared tracks and showers, of opposite charm (both conjugations if no charm is given); the best
  // by the mean m_BC ("mbc") or mass ("inv") or by the delta E in units of setdtagDE ("de").
  bool findDTag(EvtRecDTag::DecayMode mode1, EvtRecDTag::DecayMode mode2, string smass = "mbc") {
    return findDTag(static_cast<int>(mode1), static_cast<int>(mode2), smass);
  }
  bool findDTag(EvtRecDTag::DecayMode mode1, int tagcharm1, EvtRecDTag::DecayMode mode2, int tagcharm2,
                string smass = "mbc") {
    return findDTag(static_cast<int>(mode1), tagcharm1, static_cast<int>(mode2), tagcharm2, smass);
  }
  bool findDTag(int mode1, int mode2, string smass = "mbc");
  bool findDTag(int mode1, int tagcharm1, int mode2, int tagcharm2, string smass = "mbc");
  EvtRecDTagCol::iterator dtag1() { return m_dtag1; }
  EvtRecDTagCol::iterator dtag2() { return m_dtag2; }
  void setdtagDE(double sigma1, double sigma2) {
    m_sigma1 = sigma1;
    m_sigma2 = sigma2;
  }
  bool compare(EvtRecDTagCol::iterator pair1_iter1, EvtRecDTagCol::iterator pair1_iter2,
               EvtRecDTagCol::iterator pair2_iter1, EvtRecDTagCol::iterator pair2_iter2, double mD, string smass);

  // All double tags; a further call appends to the lists, as in the real class.
  bool findADTag(EvtRecDTag::DecayMode mode1, EvtRecDTag::DecayMode mode2) {
    return findADTag(static_cast<int>(mode1), static_cast<int>(mode2));
  }
  bool findADTag(EvtRecDTag::DecayMode mode1, int tagcharm1, EvtRecDTag::DecayMode mode2, int tagcharm2) {
    return findADTag(static_cast<int>(mode1), tagcharm1, static_cast<int>(mode2), tagcharm2);
  }
  bool findADTag(int mode1, int mode2);
  bool findADTag(int mode1, int tagcharm1, int mode2, int tagcharm2);
  vector<EvtRecDTagCol::iterator> vdtag1() { return m_dtags1; }
  vector<EvtRecDTagCol::iterator> vdtag2() { return m_dtags2; }

  void operator<<(EvtRecDTagCol::iterator iter);

  HepLorentzVector pi0p4(EvtRecPi0Col::iterator pi0Itr, bool isconstrain = true);
  HepLorentzVector etap4(EvtRecEtaToGGCol::iterator etaItr, bool isconstrain = true);
  HepLorentzVector p4shower(RecEmcShower* shower);
  HepLorentzVector p4(RecMdcKalTrack* mdcKalTrack, int pid);
  // Positions of the tag's pi0, eta, K_S in their collections: pairs among the first showers (tracks) of the tag.
  vector<int> pi0Id(EvtRecDTagCol::iterator iter, int numpi0 = 1);
  vector<int> etaId(EvtRecDTagCol::iterator iter, int numeta = 1);
  vector<int> ksId(EvtRecDTagCol::iterator iter, int numks = 1);
  bool isPion(EvtRecTrack* trk);
  bool isKaon(EvtRecTrack* trk);
  bool isElectron(EvtRecTrack* trk);
  bool isMuon(EvtRecTrack* trk);
  bool isGoodTrack(EvtRecTrack* trk);
  bool isGoodShower(EvtRecTrack* trk);
  // True if the event is kept: not two good tracks, or two that are neither cosmic nor a lepton pair (and, with `emc`,
  // a shower apart from both).
  bool cosmicandleptonVeto(bool emc = true);
  bool shareTracks(EvtRecDTagCol::iterator iter1, EvtRecDTagCol::iterator iter2);
  double angleShowerwithTrack(EvtRecTrack* shower, EvtRecTrack* track);  // degrees, -100 if not extrapolated

private:
  bool counts(EvtRecDTag* tag, int mode) const;
  bool best(int mode, const int* charm);
  bool pairs(int mode1, int tagcharm1, int mode2, int tagcharm2, bool conjugates, double& mass,
             vector<EvtRecDTagCol::iterator>& first, vector<EvtRecDTagCol::iterator>& second);
  bool bestPair(int mode1, int tagcharm1, int mode2, int tagcharm2, bool conjugates, const string& smass);
  bool allPairs(int mode1, int tagcharm1, int mode2, int tagcharm2, bool conjugates);
  bool cosmic(EvtRecTrack* first, EvtRecTrack* second);
  bool showerApart(EvtRecTrack* first, EvtRecTrack* second);

  bool m_pid;
  double m_sigma1, m_sigma2;
  ISimplePIDSvc* m_simplePid;
  EvtRecTrackIterator m_chargedBegin, m_chargedEnd, m_showerEnd;
  EvtRecDTagCol::iterator m_tagBegin, m_tagEnd, m_stag, m_dtag1, m_dtag2;
  EvtRecPi0Col::iterator m_pi0Begin, m_pi0End;
  EvtRecEtaToGGCol::iterator m_etaBegin, m_etaEnd;
  EvtRecVeeVertexCol::iterator m_ksBegin, m_ksEnd;
  vector<EvtRecDTagCol::iterator> m_dtags1, m_dtags2;
  vector<int> m_d0modes, m_dpmodes, m_dsmodes;
};

typedef EvtRecDTagCol::iterator DTagToolIterator;
typedef EvtRecPi0Col::iterator pi0Iterator;
typedef EvtRecEtaToGGCol::iterator etaIterator;
typedef EvtRecVeeVertexCol::iterator ksIterator;

#endif
