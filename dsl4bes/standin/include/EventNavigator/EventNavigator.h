// Relations between generated particles and reconstructed tracks and showers, by the hits they share.
//
// In: a DST that stores them, or toy events (exact truth); otherwise the store path holds no object. Out: for each side
// the partners of the other. A track must share more than a number of hits (7 by default), a shower any.
#ifndef STANDIN_EVENTNAVIGATOR_EVENTNAVIGATOR_H
#define STANDIN_EVENTNAVIGATOR_EVENTNAVIGATOR_H

#include "EmcRecEventModel/RecEmcShower.h"
#include "McTruth/McParticle.h"
#include "MdcRecEvent/RecMdcKalTrack.h"
#include "MdcRecEvent/RecMdcTrack.h"
#include <map>
#include <utility>
#include <vector>

typedef std::vector<const Event::McParticle*> McParticleVector;
typedef std::vector<const RecMdcTrack*> RecMdcTrackVector;
typedef std::vector<const RecMdcKalTrack*> RecMdcKalTrackVector;
typedef std::vector<const RecEmcShower*> RecEmcShowerVector;

class EventNavigator : public DataObject {
public:
  EventNavigator();
  virtual ~EventNavigator();

  void setMdcCut(int cut) { m_mdcCut = cut; }
  const Event::McParticle* getMcParticle(int id) { return m_particle[id]; }
  const RecMdcTrack* getMdcTrack(int id) { return m_track[id]; }
  const RecMdcKalTrack* getMdcKalTrack(int id) { return m_kalTrack[id]; }

  McParticleVector& getMcParticles(const RecMdcTrack* key) { return m_particles[key]; }
  McParticleVector& getMcParticles(const RecMdcKalTrack* key) { return m_particles[key]; }
  McParticleVector& getMcParticles(const RecEmcShower* key) { return m_particles[key]; }
  // Number of common hits, 0 if there are none (the real class returns an undefined number then).
  int getMcParticleRelevance(const RecMdcTrack* key, const Event::McParticle* value);
  int getMcParticleRelevance(const RecMdcKalTrack* key, const Event::McParticle* value);
  int getMcParticleRelevance(const RecEmcShower* key, const Event::McParticle* value);
  RecMdcTrackVector& getMdcTracks(const Event::McParticle* key) { return m_mdcTracks[key]; }
  RecMdcKalTrackVector& getMdcKalTracks(const Event::McParticle* key) { return m_kalTracks[key]; }
  RecEmcShowerVector& getEmcRecShowers(const Event::McParticle* key) { return m_showers[key]; }

  // Filled by the runtime: first the objects, then their relations.
  void clear();
  void add(const Event::McParticle* particle) { m_particle[particle->trackIndex()] = particle; }
  void add(const RecMdcTrack* track) { m_track[track->trackId()] = track; }
  void add(const RecMdcKalTrack* track) { m_kalTrack[track->trackId()] = track; }
  void matchTrack(int particle, int track, int hits);
  void matchShower(int particle, const RecEmcShower* shower, int hits);

private:
  int relevance(const void* key, const Event::McParticle* value) const;
  int m_mdcCut;
  std::map<int, const Event::McParticle*> m_particle;
  std::map<int, const RecMdcTrack*> m_track;
  std::map<int, const RecMdcKalTrack*> m_kalTrack;
  std::map<const void*, McParticleVector> m_particles;
  std::map<std::pair<const void*, const Event::McParticle*>, int> m_hits;
  std::map<const Event::McParticle*, RecMdcTrackVector> m_mdcTracks;
  std::map<const Event::McParticle*, RecMdcKalTrackVector> m_kalTracks;
  std::map<const Event::McParticle*, RecEmcShowerVector> m_showers;
};

#endif
