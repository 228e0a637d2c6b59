// Reconstructed extrapolation.
#ifndef STANDIN_EXTEVENT_RECEXTTRACK_H
#define STANDIN_EXTEVENT_RECEXTTRACK_H

#include "DstEvent/DstExtTrack.h"

namespace standin { class Loader; }

class RecExtTrack : public DstExtTrack {
public:
  RecExtTrack();
  RecExtTrack(const DstExtTrack& track);
  RecExtTrack& operator=(const DstExtTrack& track);
  ~RecExtTrack();

private:
  friend class standin::Loader;
};

typedef ObjectVector<RecExtTrack> RecExtTrackCol;

#endif
