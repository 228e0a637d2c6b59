// Reconstructed time-of-flight record.
#ifndef STANDIN_TOFRECEVENT_RECTOFTRACK_H
#define STANDIN_TOFRECEVENT_RECTOFTRACK_H

#include "DstEvent/DstTofTrack.h"
#include "GaudiKernel/SmartRef.h"

class RecTofTrack : public DstTofTrack {
public:
  RecTofTrack();
  RecTofTrack(const DstTofTrack& track);
  RecTofTrack& operator=(const DstTofTrack& track);
  virtual ~RecTofTrack();
};

typedef ObjectVector<RecTofTrack> RecTofTrackCol;

#endif
