// Finds every column of the contract among the arrays handed over.
#include "runtime/Batch.h"

#include <stdexcept>
#include <unordered_map>

namespace standin {
namespace {

class Finder {
public:
  Finder(std::int64_t events, int collections, const char** names, const std::int64_t** offsets, int columns,
         const char** columnNames, const void** data)
      : m_events(events) {
    for (int i = 0; i < collections; ++i) m_offsets[names[i]] = offsets[i];
    for (int i = 0; i < columns; ++i) m_columns[columnNames[i]] = data[i];
  }

  // Opens a collection; the columns asked for afterwards belong to it.
  void open(const char* collection, Rows& rows) {
    const auto found = m_offsets.find(collection);
    if (found == m_offsets.end()) throw std::runtime_error(std::string("batch without collection ") + collection);
    rows.offset = found->second;
    for (std::int64_t i = 0; i < m_events; ++i)
      if (rows.offset[i] > rows.offset[i + 1] || rows.offset[i] < 0)
        throw std::runtime_error(std::string("batch: offsets of collection ") + collection + " decrease");
    m_prefix = std::string(collection) + ".";
  }

  template <class T>
  Finder& operator()(const char* column, const T*& view) {
    const auto found = m_columns.find(m_prefix + column);
    if (found == m_columns.end()) throw std::runtime_error("batch without column " + m_prefix + column);
    view = static_cast<const T*>(found->second);
    return *this;
  }

private:
  std::int64_t m_events;
  std::unordered_map<std::string, const std::int64_t*> m_offsets;
  std::unordered_map<std::string, const void*> m_columns;
  std::string m_prefix;
};

void bindTracks(Finder& find, Batch& b) {
  find.open("event", b.event.rows);
  find("run", b.event.run)("number", b.event.number)("n_charged", b.event.n_charged)("n_neutral", b.event.n_neutral)(
      "time", b.event.time)("tag", b.event.tag)("flag1", b.event.flag1)("flag2", b.event.flag2);
  find.open("track", b.track.rows);
  find("id", b.track.id)("part_id", b.track.part_id)("quality", b.track.quality)("mdc", b.track.mdc)(
      "kal", b.track.kal)("dedx", b.track.dedx)("ext", b.track.ext)("emc", b.track.emc)("muc", b.track.muc)(
      "tof_first", b.track.tof_first)("tof_count", b.track.tof_count);
  find.open("tof_link", b.tof_link.rows);
  find("tof", b.tof_link.tof);
  find.open("mdc", b.mdc.rows);
  find("id", b.mdc.id)("stat", b.mdc.stat)("ndof", b.mdc.ndof)("nster", b.mdc.nster)("nlayer", b.mdc.nlayer)(
      "first_layer", b.mdc.first_layer)("last_layer", b.mdc.last_layer)("helix", b.mdc.helix)("error", b.mdc.error)(
      "chi2", b.mdc.chi2);
  find.open("kal", b.kal.rows);
  find("id", b.kal.id)("stat", b.kal.stat)("ndof", b.kal.ndof)("nlayer", b.kal.nlayer)("chi2", b.kal.chi2)(
      "helix", b.kal.helix)("error", b.kal.error);
}

void bindDetectors(Finder& find, Batch& b) {
  find.open("dedx", b.dedx.rows);
  find("id", b.dedx.id)("particle_id", b.dedx.particle_id)("status", b.dedx.status)("trunc_alg", b.dedx.trunc_alg)(
      "good_hits", b.dedx.good_hits)("total_hits", b.dedx.total_hits)("chi", b.dedx.chi)("prob_ph", b.dedx.prob_ph)(
      "norm_ph", b.dedx.norm_ph)("error_ph", b.dedx.error_ph)("twenty_ph", b.dedx.twenty_ph);
  find.open("tof", b.tof.rows);
  find("id", b.tof.id)("track_id", b.tof.track_id)("tof_id", b.tof.tof_id)("quality", b.tof.quality)(
      "status", b.tof.status)("path", b.tof.path)("zrhit", b.tof.zrhit)("ph", b.tof.ph)("tof", b.tof.tof)(
      "beta", b.tof.beta)("texp", b.tof.texp)("toffset", b.tof.toffset)("sigma", b.tof.sigma)("t0", b.tof.t0)(
      "errt0", b.tof.errt0)("errz", b.tof.errz)("phi", b.tof.phi)("errphi", b.tof.errphi)("energy", b.tof.energy)(
      "errenergy", b.tof.errenergy);
  find.open("emc", b.emc.rows);
  find("id", b.emc.id)("hits", b.emc.hits)("status", b.emc.status)("cell", b.emc.cell)("module", b.emc.module)(
      "x", b.emc.x)("y", b.emc.y)("z", b.emc.z)("dtheta", b.emc.dtheta)("dphi", b.emc.dphi)("energy", b.emc.energy)(
      "denergy", b.emc.denergy)("seed", b.emc.seed)("e3x3", b.emc.e3x3)("e5x5", b.emc.e5x5)("time", b.emc.time)(
      "second_moment", b.emc.second_moment)("lat_moment", b.emc.lat_moment)("a20_moment", b.emc.a20_moment)(
      "a42_moment", b.emc.a42_moment)("error", b.emc.error);
  find.open("ext", b.ext.rows);
  find("id", b.ext.id)("emc_volume", b.ext.emc_volume)("tof1_volume", b.ext.tof1_volume)(
      "tof2_volume", b.ext.tof2_volume)("muc_volume", b.ext.muc_volume)("emc_position", b.ext.emc_position)(
      "emc_momentum", b.ext.emc_momentum)("tof1_position", b.ext.tof1_position)("tof2_position", b.ext.tof2_position)(
      "muc_position", b.ext.muc_position)("emc_path", b.ext.emc_path)("tof1", b.ext.tof1)("tof1_path", b.ext.tof1_path)(
      "tof2", b.ext.tof2)("tof2_path", b.ext.tof2_path);
  find.open("muc", b.muc.rows);
  find("track_id", b.muc.track_id)("id", b.muc.id)("status", b.muc.status)("type", b.muc.type)(
      "start_part", b.muc.start_part)("end_part", b.muc.end_part)("barrel_last_layer", b.muc.barrel_last_layer)(
      "endcap_last_layer", b.muc.endcap_last_layer)("hits", b.muc.hits)("layers", b.muc.layers)(
      "max_hits", b.muc.max_hits)("dof", b.muc.dof)("depth", b.muc.depth)("chi2", b.muc.chi2)("rms", b.muc.rms)(
      "position", b.muc.position)("momentum", b.muc.momentum)("distance", b.muc.distance)("delta_phi", b.muc.delta_phi);
  find.open("mc", b.mc.rows);
  find("pdgid", b.mc.pdgid)("index", b.mc.index)("mother", b.mc.mother)("flags", b.mc.flags)("p4", b.mc.p4)(
      "start", b.mc.start)("end", b.mc.end);
}

void bindComposites(Finder& find, Batch& b) {
  find.open("vee", b.vee.rows);
  find("id", b.vee.id)("type", b.vee.type)("ndof", b.vee.ndof)("pair", b.vee.pair)("n_charge", b.vee.n_charge)(
      "n_tracks", b.vee.n_tracks)("daughter", b.vee.daughter)("chi2", b.vee.chi2)("mass", b.vee.mass)("w", b.vee.w)(
      "error", b.vee.error);
  find.open("pi0", b.pi0.rows);
  find("photon", b.pi0.photon)("chi2", b.pi0.chi2)("mass", b.pi0.mass)("p4", b.pi0.p4);
  find.open("eta", b.eta.rows);
  find("photon", b.eta.photon)("chi2", b.eta.chi2)("mass", b.eta.mass)("p4", b.eta.p4);
  find.open("primary_vertex", b.primary_vertex.rows);
  find("valid", b.primary_vertex.valid)("n_tracks", b.primary_vertex.n_tracks)("ndof", b.primary_vertex.ndof)(
      "fit_method", b.primary_vertex.fit_method)("chi2", b.primary_vertex.chi2)("position", b.primary_vertex.position)(
      "error", b.primary_vertex.error);
  find.open("primary_track", b.primary_track.rows);
  find("id", b.primary_track.id);
  find.open("trigger", b.trigger.rows);
  find("condition", b.trigger.condition)("channel", b.trigger.channel)("window", b.trigger.window)(
      "timing", b.trigger.timing)("prescale", b.trigger.prescale);
  find.open("mdc_match", b.mdc_match.rows);
  find("mc", b.mdc_match.mc)("mdc", b.mdc_match.found)("hits", b.mdc_match.hits);
  find.open("emc_match", b.emc_match.rows);
  find("mc", b.emc_match.mc)("emc", b.emc_match.found)("hits", b.emc_match.hits);
}

}

void Batch::bind(std::int64_t count, int collections, const char** names, const std::int64_t** offsets, int columns,
                 const char** columnNames, const void** data) {
  Finder find(count, collections, names, offsets, columns, columnNames, data);
  bindTracks(find, *this);
  bindDetectors(find, *this);
  bindComposites(find, *this);
  events = count;
}

}
