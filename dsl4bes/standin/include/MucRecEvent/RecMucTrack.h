// Reconstructed muon-counter track.
#ifndef STANDIN_MUCRECEVENT_RECMUCTRACK_H
#define STANDIN_MUCRECEVENT_RECMUCTRACK_H

#include "DstEvent/DstMucTrack.h"
#include "ExtEvent/RecExtTrack.h"
#include "GaudiKernel/SmartRef.h"

class RecMucTrack : public DstMucTrack {
public:
  RecMucTrack();
  RecMucTrack(const DstMucTrack& track);
  RecMucTrack& operator=(const DstMucTrack& track);
  ~RecMucTrack();

  void setTrackId(const int value) { m_trackId = value; }
  vector<int> getVecHits() const { return m_vecHits; }
};

typedef ObjectVector<RecMucTrack> RecMucTrackCol;

#endif
