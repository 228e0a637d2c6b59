// One job: services, options, algorithms and the event loop.
//
// In: packages (shared libraries whose factories register themselves), job options, batches of events. Out: messages,
// ntuples, histograms. Errors are exceptions here; the C interface (Abi.cxx) turns them into text.
#ifndef STANDIN_RUNTIME_JOB_H
#define STANDIN_RUNTIME_JOB_H

#include "GaudiKernel/AlgFactory.h"
#include "runtime/EnergyDb.h"
#include "runtime/EventStore.h"
#include "runtime/Histograms.h"
#include "runtime/Messages.h"
#include "runtime/Options.h"
#include "runtime/ListColumns.h"
#include "runtime/TagColumns.h"
#include "runtime/Tuples.h"
#include "runtime/VertexDb.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace standin {

class Job : public ISvcLocator {
public:
  Job();
  ~Job() override;
  static Job* current() { return s_current; }
  void makeCurrent() { s_current = this; }

  void load(const std::string& library);
  void addOptions(const std::string& text);
  void addAlgorithm(const std::string& type, const std::string& instance);
  void initialize();
  std::int64_t execute(std::int64_t first, std::int64_t last);
  void finalize();
  void keepTags() { m_keepTags = true; }
  TagColumns& tags() { return m_tags; }
  // Lists of candidates: 0 pi0, 1 eta, 2 V0s.
  static const int kLists = 3;
  void keepList(int which) { m_keepLists.at(which) = true; }
  ListColumns& list(int which) { return m_lists.at(which); }

  Algorithm* make(const std::string& type, const std::string& instance);
  void configure(Algorithm& algorithm);

  Messages& messages() { return m_messages; }
  EventStore& events() { return m_events; }
  TupleStore& tuples() { return m_tuples; }
  HistogramStore& histograms() { return m_histograms; }
  VertexDb& vertices() { return m_vertices; }
  EnergyDb& energies() { return m_energies; }

protected:
  IInterface* find(const std::string& name, bool required) override;

private:
  void applyToServices(const Option& option);
  void addColumns();
  void executeOne(Algorithm& algorithm, bool first);

  static Job* s_current;
  Messages m_messages;
  VertexDb m_vertices;
  EnergyDb m_energies;
  EventStore m_events;  // its collections need the interaction point
  TupleStore m_tuples;
  HistogramStore m_histograms;
  std::map<std::string, AlgorithmMaker> m_makers;
  std::vector<Option> m_options;
  std::vector<std::unique_ptr<Algorithm>> m_algorithms;
  TagColumns m_tags;  // of the events since they were last cleared, if they are kept
  std::array<ListColumns, kLists> m_lists;  // likewise
  std::array<bool, kLists> m_keepLists = {};
  bool m_initialized = false, m_started = false, m_keepTags = false;
};

}

#endif
