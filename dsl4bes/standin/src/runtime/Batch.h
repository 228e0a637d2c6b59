// The flat columns of a batch of events, as handed over by the caller (borrowed, never copied).
//
// In: offsets per collection and one array per column, named as in dsl4bes/events/columns.py. Out: typed views.
#ifndef STANDIN_RUNTIME_BATCH_H
#define STANDIN_RUNTIME_BATCH_H

#include <cstdint>
#include <string>

namespace standin {

// Rows of one collection: event i owns rows offset[i] .. offset[i+1].
struct Rows {
  const std::int64_t* offset = nullptr;
  std::int64_t first(std::int64_t event) const { return offset[event]; }
  int count(std::int64_t event) const { return static_cast<int>(offset[event + 1] - offset[event]); }
};

struct EventColumns {
  Rows rows;
  const std::int32_t *run, *number, *n_charged, *n_neutral;
  const std::uint32_t *time, *tag, *flag1, *flag2;
};
struct TrackColumns {
  Rows rows;
  const std::int32_t *id, *part_id, *quality, *mdc, *kal, *dedx, *ext, *emc, *muc, *tof_first, *tof_count;
};
struct TofLinkColumns {
  Rows rows;
  const std::int32_t* tof;
};
struct MdcColumns {
  Rows rows;
  const std::int32_t *id, *stat, *ndof, *nster, *nlayer, *first_layer, *last_layer;
  const double *helix, *error, *chi2;  // widths 5, 25, 1
};
struct KalColumns {
  Rows rows;
  const std::int32_t *id, *stat, *ndof, *nlayer;  // the last three by hypothesis
  const double *chi2, *helix, *error;             // widths 5, 25, 125
};
struct DedxColumns {
  Rows rows;
  const std::int32_t *id, *particle_id, *status, *trunc_alg, *good_hits, *total_hits;
  const double *chi, *prob_ph, *norm_ph, *error_ph, *twenty_ph;  // chi width 5
};
struct TofColumns {
  Rows rows;
  const std::int32_t *id, *track_id, *tof_id, *quality;
  const std::uint32_t* status;
  const double *path, *zrhit, *ph, *tof, *beta, *texp, *toffset, *sigma;  // widths 5, 6, 6 of the last three
  const double *t0, *errt0, *errz, *phi, *errphi, *energy, *errenergy;
};
struct EmcColumns {
  Rows rows;
  const std::int32_t *id, *hits, *status, *cell, *module;
  const double *x, *y, *z, *dtheta, *dphi, *energy, *denergy, *seed, *e3x3, *e5x5, *time;
  const double *second_moment, *lat_moment, *a20_moment, *a42_moment, *error;  // error width 9
};
struct ExtColumns {
  Rows rows;
  const std::int32_t *id, *emc_volume, *tof1_volume, *tof2_volume, *muc_volume;
  const double *emc_position, *emc_momentum, *tof1_position, *tof2_position, *muc_position;  // width 3
  const double *emc_path, *tof1, *tof1_path, *tof2, *tof2_path;
};
struct MucColumns {
  Rows rows;
  const std::int32_t *track_id, *id, *status, *type, *start_part, *end_part, *barrel_last_layer, *endcap_last_layer;
  const std::int32_t *hits, *layers, *max_hits, *dof;
  const double *depth, *chi2, *rms, *position, *momentum, *distance, *delta_phi;  // position, momentum width 3
};
struct McColumns {
  Rows rows;
  const std::int32_t *pdgid, *index, *mother;
  const std::uint32_t* flags;
  const double *p4, *start, *end;  // width 4
};
// The collections below may be empty although the event has what they describe: files without them, toy events.
struct VeeColumns {
  Rows rows;
  const std::int32_t *id, *type, *ndof, *pair, *n_charge, *n_tracks, *daughter;  // pair, daughter width 2
  const double *chi2, *mass, *w, *error;                                         // w width 7, error 49
};
struct PairColumns {
  Rows rows;
  const std::int32_t* photon;       // width 2
  const double *chi2, *mass, *p4;  // p4 width 8
};
struct PrimaryVertexColumns {
  Rows rows;
  const std::int32_t *valid, *n_tracks, *ndof, *fit_method;
  const double *chi2, *position, *error;  // widths 3, 9 of the last two
};
struct PrimaryTrackColumns {
  Rows rows;
  const std::int32_t* id;
};
struct TriggerColumns {
  Rows rows;
  const std::int32_t *condition, *channel, *window, *timing, *prescale;  // widths 48, 16 of the first two
};
// Common hits of a generated particle (by its track index) and a track (by its id) or a shower (by its position).
struct MatchColumns {
  Rows rows;
  const std::int32_t *mc, *found, *hits;
};

struct Batch {
  std::int64_t events = 0;
  EventColumns event;
  TrackColumns track;
  TofLinkColumns tof_link;
  MdcColumns mdc;
  KalColumns kal;
  DedxColumns dedx;
  TofColumns tof;
  EmcColumns emc;
  ExtColumns ext;
  MucColumns muc;
  McColumns mc;
  VeeColumns vee;
  PairColumns pi0, eta;
  PrimaryVertexColumns primary_vertex;
  PrimaryTrackColumns primary_track;
  TriggerColumns trigger;
  MatchColumns mdc_match, emc_match;

  // Throws std::runtime_error naming the first missing collection or column, or offsets that decrease.
  void bind(std::int64_t events, int collections, const char** names, const std::int64_t** offsets, int columns,
            const char** columnNames, const void** data);
};

}

#endif
