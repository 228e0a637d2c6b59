// Relations between generated and reconstructed particles. A local DST has none: the store path holds no object.
#ifndef STANDIN_EVENTNAVIGATOR_EVENTNAVIGATOR_H
#define STANDIN_EVENTNAVIGATOR_EVENTNAVIGATOR_H

#include "EmcRecEventModel/RecEmcShower.h"
#include "McTruth/McParticle.h"
#include "MdcRecEvent/RecMdcKalTrack.h"
#include "MdcRecEvent/RecMdcTrack.h"
#include <map>
#include <vector>

typedef std::vector<const Event::McParticle*> McParticleVector;
typedef std::vector<const RecMdcTrack*> RecMdcTrackVector;
typedef std::vector<const RecMdcKalTrack*> RecMdcKalTrackVector;
typedef std::vector<const RecEmcShower*> RecEmcShowerVector;

class EventNavigator : public DataObject {
public:
  EventNavigator();
  virtual ~EventNavigator();

  const Event::McParticle* getMcParticle(int id) { return m_particle[id]; }
  McParticleVector& getMcParticles(const RecMdcTrack* key) { return m_particles[key]; }
  McParticleVector& getMcParticles(const RecMdcKalTrack* key) { return m_particles[key]; }
  McParticleVector& getMcParticles(const RecEmcShower* key) { return m_particles[key]; }
  int getMcParticleRelevance(const RecMdcTrack* key, const Event::McParticle* value);
  int getMcParticleRelevance(const RecMdcKalTrack* key, const Event::McParticle* value);
  int getMcParticleRelevance(const RecEmcShower* key, const Event::McParticle* value);
  RecMdcTrackVector& getMdcTracks(const Event::McParticle* key) { return m_mdcTracks[key]; }
  RecMdcKalTrackVector& getMdcKalTracks(const Event::McParticle* key) { return m_kalTracks[key]; }
  RecEmcShowerVector& getEmcRecShowers(const Event::McParticle* key) { return m_showers[key]; }

private:
  int relevance(const void* key, const Event::McParticle* value) const;
  std::map<int, const Event::McParticle*> m_particle;
  std::map<const void*, McParticleVector> m_particles;
  std::map<const Event::McParticle*, RecMdcTrackVector> m_mdcTracks;
  std::map<const Event::McParticle*, RecMdcKalTrackVector> m_kalTracks;
  std::map<const Event::McParticle*, RecEmcShowerVector> m_showers;
};

#endif
