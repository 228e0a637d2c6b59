// Event objects from columns: the event itself, its track list and the links.
#include "runtime/Loader.h"

#include <stdexcept>

namespace standin {

void Loader::setEvent(std::int64_t event) {
  m_event = event;
  m_row = batch.event.rows.first(event);
  const std::int64_t row = m_row;
  m_header.setRunNumber(batch.event.run[row]);
  m_header.setEventNumber(batch.event.number[row]);
  m_header.setTime(static_cast<int>(batch.event.time[row]));
  m_header.setEventTag(batch.event.tag[row]);
  m_header.setFlag1(batch.event.flag1[row]);
  m_header.setFlag2(batch.event.flag2[row]);
  m_summary.setTotalCharged(batch.event.n_charged[row]);
  m_summary.setTotalNeutral(batch.event.n_neutral[row]);
  m_summary.setTotalTracks(batch.track.rows.count(event));
  m_tracks.start(batch.track.rows.count(event));
  m_mdc.start(batch.mdc.rows.count(event));
  m_kal.start(batch.kal.rows.count(event));
  m_dedx.start(batch.dedx.rows.count(event));
  m_tof.start(batch.tof.rows.count(event));
  m_emc.start(batch.emc.rows.count(event));
  m_ext.start(batch.ext.rows.count(event));
  m_muc.start(batch.muc.rows.count(event));
  m_mc.start(batch.mc.rows.count(event));
  m_tracksLinked = m_familyLinked = m_navigated = false;
}

// The object at a position within the event; null for -1.
template <class T>
T* Loader::link(Pool<T>& pool, int position, const char* what) {
  if (position < 0) return nullptr;
  if (position >= pool.count())
    throw std::out_of_range(std::string("damaged event: a track links to ") + what + " number " +
                            std::to_string(position) + " of " + std::to_string(pool.count()));
  return &pool.object(position);
}

void Loader::link(EvtRecTrack& track, std::int64_t row) {
  const TrackColumns& c = batch.track;
  track.m_trackId = c.id[row];
  track.m_partId = c.part_id[row];
  track.m_quality = c.quality[row];
  track.m_mdcTrack = link(m_mdc, c.mdc[row], "drift-chamber track");
  track.m_mdcKalTrack = link(m_kal, c.kal[row], "Kalman track");
  track.m_mdcDedx = link(m_dedx, c.dedx[row], "energy loss");
  track.m_extTrack = link(m_ext, c.ext[row], "extrapolation");
  track.m_emcShower = link(m_emc, c.emc[row], "shower");
  track.m_mucTrack = link(m_muc, c.muc[row], "muon track");
  track.m_tofTrack.clear();
  const int count = c.tof_count[row];
  if (count > 0) {
    const int first = c.tof_first[row];
    if (first < 0 || first + count > batch.tof_link.rows.count(m_event))
      throw std::out_of_range("damaged event: time-of-flight links of a track outside the event");
    const std::int32_t* positions = batch.tof_link.tof + batch.tof_link.rows.first(m_event) + first;
    for (int i = 0; i < count; ++i)
      if (RecTofTrack* tof = link(m_tof, positions[i], "time-of-flight record")) track.m_tofTrack.push_back(tof);
  }
  track.m_loader = this;
  track.m_pending = 127;
  track.m_row = static_cast<int>(row - batch.track.rows.first(m_event));
}

DataObject* Loader::tracks() {
  if (!m_tracksLinked) {
    const std::int64_t first = batch.track.rows.first(m_event);
    for (int i = 0; i < m_tracks.count(); ++i) link(m_tracks.object(i), first + i);
    m_tracksLinked = true;
  }
  return &m_tracks.vector();
}

void Loader::complete(EvtRecTrack& track, unsigned int which) {
  track.m_pending &= ~which;
  const std::int64_t row = batch.track.rows.first(m_event) + track.m_row;
  const TrackColumns& c = batch.track;
  switch (which) {
    case 1: if (c.mdc[row] >= 0) need(m_mdc, batch.mdc, c.mdc[row]); break;
    case 2: if (c.kal[row] >= 0) need(m_kal, batch.kal, c.kal[row]); break;
    case 4: if (c.dedx[row] >= 0) need(m_dedx, batch.dedx, c.dedx[row]); break;
    case 8: if (c.ext[row] >= 0) need(m_ext, batch.ext, c.ext[row]); break;
    case 32: if (c.emc[row] >= 0) need(m_emc, batch.emc, c.emc[row]); break;
    case 64: if (c.muc[row] >= 0) need(m_muc, batch.muc, c.muc[row]); break;
    default: {
      const std::int32_t* positions = batch.tof_link.tof + batch.tof_link.rows.first(m_event) + c.tof_first[row];
      for (int i = 0; i < c.tof_count[row]; ++i)
        if (positions[i] >= 0) need(m_tof, batch.tof, positions[i]);
    }
  }
}

DataObject* Loader::mdcTracks() { return &all(m_mdc, batch.mdc); }
DataObject* Loader::kalTracks() { return &all(m_kal, batch.kal); }
DataObject* Loader::dedxs() { return &all(m_dedx, batch.dedx); }
DataObject* Loader::tofTracks() { return &all(m_tof, batch.tof); }
DataObject* Loader::showers() { return &all(m_emc, batch.emc); }
DataObject* Loader::extTracks() { return &all(m_ext, batch.ext); }
DataObject* Loader::mucTracks() { return &all(m_muc, batch.muc); }

DataObject* Loader::mcParticles() {
  if (!m_familyLinked) {
    const std::int64_t first = batch.mc.rows.first(m_event);
    const int count = m_mc.count();
    for (int i = 0; i < count; ++i) need(m_mc, batch.mc, i);
    for (int i = 0; i < count; ++i) {
      const int mother = batch.mc.mother[first + i];
      if (mother < 0) continue;
      // The mother is named by its track index, which is nearly always also its position.
      int at = mother < count && batch.mc.index[first + mother] == mother ? mother : -1;
      for (int j = 0; at < 0 && j < count; ++j)
        if (batch.mc.index[first + j] == mother) at = j;
      if (at < 0 || at == i) continue;
      m_mc.object(i).m_mother = &m_mc.object(at);
      m_mc.object(at).m_daughters.push_back(&m_mc.object(i));
    }
    m_familyLinked = true;
  }
  return &m_mc.list();
}

}

EvtRecTrack::EvtRecTrack()
    : m_trackId(-1), m_partId(-1), m_quality(0), m_mdcTrack(0), m_mdcKalTrack(0), m_mdcDedx(0), m_extTrack(0),
      m_emcShower(0), m_mucTrack(0), m_loader(0), m_pending(0), m_row(-1) {}
EvtRecTrack::~EvtRecTrack() {}

void EvtRecTrack::load(unsigned int which) {
  if (m_loader) m_loader->complete(*this, which);
}
