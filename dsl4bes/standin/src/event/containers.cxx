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

EventNavigator::EventNavigator() : m_mdcCut(7) {}
EventNavigator::~EventNavigator() {}

void EventNavigator::clear() {
  m_particle.clear();
  m_track.clear();
  m_kalTrack.clear();
  m_particles.clear();
  m_hits.clear();
  m_mdcTracks.clear();
  m_kalTracks.clear();
  m_showers.clear();
}

// A drift-chamber track and its Kalman track have the same id and the same hits.
void EventNavigator::matchTrack(int particle, int track, int hits) {
  const Event::McParticle* generated = getMcParticle(particle);
  const RecMdcTrack* found = getMdcTrack(track);
  const RecMdcKalTrack* fitted = getMdcKalTrack(track);
  if (!generated) return;
  if (found) m_hits[std::make_pair(static_cast<const void*>(found), generated)] = hits;
  if (fitted) m_hits[std::make_pair(static_cast<const void*>(fitted), generated)] = hits;
  if (hits <= m_mdcCut) return;
  if (found) {
    m_particles[found].push_back(generated);
    m_mdcTracks[generated].push_back(found);
  }
  if (fitted) {
    m_particles[fitted].push_back(generated);
    m_kalTracks[generated].push_back(fitted);
  }
}

void EventNavigator::matchShower(int particle, const RecEmcShower* shower, int hits) {
  const Event::McParticle* generated = getMcParticle(particle);
  if (!generated) return;
  m_hits[std::make_pair(static_cast<const void*>(shower), generated)] = hits;
  m_particles[shower].push_back(generated);
  m_showers[generated].push_back(shower);
}

int EventNavigator::relevance(const void* key, const Event::McParticle* value) const {
  const std::map<std::pair<const void*, const Event::McParticle*>, int>::const_iterator found =
      m_hits.find(std::make_pair(key, value));
  return found == m_hits.end() ? 0 : found->second;
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
