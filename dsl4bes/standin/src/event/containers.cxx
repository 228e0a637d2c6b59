// Storage of the remaining event classes.
#include "EventModel/Event.h"
#include "EventModel/EventHeader.h"
#include "EventNavigator/EventNavigator.h"
#include "EvtRecEvent/EvtRecDTag.h"
#include "EvtRecEvent/EvtRecEtaToGG.h"
#include "EvtRecEvent/EvtRecEvent.h"
#include "EvtRecEvent/EvtRecPi0.h"
#include "EvtRecEvent/EvtRecPrimaryVertex.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"
#include "TrigEvent/TrigData.h"

Event::EventH::~EventH() {}
Event::EventHeader::~EventHeader() {}
EvtRecEvent::~EvtRecEvent() {}

EvtRecPrimaryVertex::EvtRecPrimaryVertex()
    : m_isValid(false), m_nTracks(0), m_ndof(0), m_fitMethod(0), m_chi2(999), m_vertex(3, 0), m_errorVertex(3, 0) {}
EvtRecPrimaryVertex::~EvtRecPrimaryVertex() {}

EvtRecVeeVertex::EvtRecVeeVertex()
    : m_vertexId(0), m_vertexType(-1), m_ndof(0), m_nCharge(0), m_nTracks(0), m_chi2(999), m_mass(0), m_w(7, 0),
      m_Ew(7, 0), m_pair(0, 0) {}
EvtRecVeeVertex::~EvtRecVeeVertex() {}

EvtRecPi0::EvtRecPi0() : m_unconMass(0), m_chisq(9999), m_hi(0), m_lo(0) {}
EvtRecPi0::~EvtRecPi0() {}

EvtRecEtaToGG::EvtRecEtaToGG() : m_unconMass(0), m_chisq(9999), m_hi(0), m_lo(0) {}
EvtRecEtaToGG::~EvtRecEtaToGG() {}

EvtRecDTag::EvtRecDTag()
    : m_decayMode(kUnknown), m_type(Default), m_beamE(0), m_mass(0), m_mBC(0), m_deltaE(0), m_charge(0), m_charm(0),
      m_numOfChildren(0) {}
EvtRecDTag::~EvtRecDTag() {}

void EvtRecDTag::addToFitInfo(double ksMass, double chi2, double length, double error) {
  m_ksMass.push_back(ksMass);
  m_fitChi2.push_back(chi2);
  m_fitLength.push_back(length);
  m_fitLengthError.push_back(error);
}

Event::McParticle::McParticle()
    : m_particleId(0), m_trackIndex(-1), m_vertexIndex0(-1), m_vertexIndex1(-1), m_statusFlags(0), m_mother(0) {}
Event::McParticle::~McParticle() {}

void Event::McParticle::initialize(StdHepId id, unsigned int flags, const HepLorentzVector& momentum,
                                   const HepLorentzVector& position, const std::string) {
  m_particleId = id;
  m_statusFlags = flags;
  m_initialFourMomentum = momentum;
  m_initialPosition = position;
  m_finalPosition = position;
  m_mother = 0;
  m_daughters.clear();
}

EventNavigator::EventNavigator() {}
EventNavigator::~EventNavigator() {}

int EventNavigator::relevance(const void* key, const Event::McParticle* value) const {
  const std::map<const void*, McParticleVector>::const_iterator found = m_particles.find(key);
  if (found == m_particles.end()) return 0;
  int count = 0;
  for (std::size_t i = 0; i < found->second.size(); ++i) count += found->second[i] == value;
  return count;
}
int EventNavigator::getMcParticleRelevance(const RecMdcTrack* key, const Event::McParticle* value) {
  return relevance(key, value);
}
int EventNavigator::getMcParticleRelevance(const RecMdcKalTrack* key, const Event::McParticle* value) {
  return relevance(key, value);
}
int EventNavigator::getMcParticleRelevance(const RecEmcShower* key, const Event::McParticle* value) {
  return relevance(key, value);
}

TrigData::TrigData() : m_channel(), m_condition(), m_timeWindow(0), m_timingType(0), m_preScale(false) {}
TrigData::~TrigData() {}

const std::string TrigData::getTrigCondName(int) const { return std::string(); }
