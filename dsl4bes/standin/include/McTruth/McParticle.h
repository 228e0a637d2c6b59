// Generated particle.
#ifndef STANDIN_MCTRUTH_MCPARTICLE_H
#define STANDIN_MCTRUTH_MCPARTICLE_H

#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Vector/LorentzVector.h"
#include "EventModel/EventModel.h"
#include "GaudiKernel/ContainedObject.h"
#include "GaudiKernel/ObjectList.h"
#include "GaudiKernel/ObjectVector.h"
#include "GaudiKernel/SmartRef.h"
#include "GaudiKernel/SmartRefVector.h"
#include <iostream>

using namespace CLHEP;

namespace standin { class Loader; }

namespace Event {

// A particle without mother is its own mother, as when the real framework reads a DST.
class McParticle : public ContainedObject {
public:
  typedef int StdHepId;
  enum StatusBits { DECAYED = 1, DECAYFLT = 2, PRIMARY = 4, LEAF = 8, ERROR = 16 };

  McParticle();
  virtual ~McParticle();

  StdHepId particleProperty() const { return m_particleId; }
  unsigned int statusFlags() const { return m_statusFlags; }
  bool primaryParticle() const { return (m_statusFlags & PRIMARY) != 0; }
  bool leafParticle() const { return (m_statusFlags & LEAF) != 0; }
  bool decayFromGenerator() const { return (m_statusFlags & DECAYED) != 0; }
  bool decayInFlight() const { return (m_statusFlags & DECAYFLT) != 0; }
  int trackIndex() const { return m_trackIndex; }
  int vertexIndex0() const { return m_vertexIndex0; }
  int vertexIndex1() const { return m_vertexIndex1; }
  const HepLorentzVector& initialPosition() const { return m_initialPosition; }
  const HepLorentzVector& finalPosition() const { return m_finalPosition; }
  const HepLorentzVector& initialFourMomentum() const { return m_initialFourMomentum; }
  const McParticle& mother() const { return m_mother ? *m_mother : *this; }
  const SmartRefVector<McParticle>& daughterList() const { return m_daughters; }

  void setTrackIndex(int value) { m_trackIndex = value; }
  void setVertexIndex0(int value) { m_vertexIndex0 = value; }
  void setVertexIndex1(int value) { m_vertexIndex1 = value; }
  void addStatusFlag(unsigned int flag) { m_statusFlags |= flag; }
  void setMother(const SmartRef<McParticle> value) { m_mother = const_cast<McParticle*>(value.data()); }
  void addDaughter(const SmartRef<McParticle> value) { m_daughters.push_back(value); }
  void initialize(StdHepId id, unsigned int flags, const HepLorentzVector& momentum, const HepLorentzVector& position,
                  const std::string process = "");
  void finalize(const HepLorentzVector& position) { m_finalPosition = position; }

private:
  friend class standin::Loader;
  StdHepId m_particleId;
  int m_trackIndex, m_vertexIndex0, m_vertexIndex1;
  unsigned int m_statusFlags;
  HepLorentzVector m_initialPosition, m_finalPosition, m_initialFourMomentum;
  McParticle* m_mother;
  SmartRefVector<McParticle> m_daughters;
};

typedef ObjectList<McParticle> McParticleCol;

}

#endif
