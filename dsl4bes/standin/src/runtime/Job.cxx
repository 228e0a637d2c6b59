// Job: packages, services, algorithms, event loop.
#include "ParticleID/ParticleID.h"
#include "runtime/Job.h"

#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/Bootstrap.h"
#include "runtime/Log.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <map>
#include <stdexcept>

namespace standin {
namespace {

typedef std::map<std::string, AlgorithmMaker> Makers;

// What the library being loaded has registered so far.
Makers& arriving() {
  static Makers makers;
  return makers;
}

// A library registers only when it is loaded first; later jobs that load it again find its classes here. Two packages
// may declare a class of the same name: each job sees that of the library it loaded.
std::map<std::string, Makers>& libraries() {
  static std::map<std::string, Makers> known;
  return known;
}

// "Class/instance", or "Class" for an instance of the same name.
void splitName(const std::string& text, std::string& type, std::string& instance) {
  const std::size_t slash = text.find('/');
  type = text.substr(0, slash);
  instance = slash == std::string::npos ? type : text.substr(slash + 1);
}

std::vector<std::string> textList(const Option& option) {
  std::vector<std::string> texts;
  if (!readValue(option.value, texts))
    throw std::runtime_error("job options: " + option.owner + "." + option.property + " is not a list of texts: " + option.value);
  return texts;
}

}

Job* Job::s_current = nullptr;

bool registerAlgorithm(const std::string& type, AlgorithmMaker maker) {
  arriving()[type] = maker;
  return true;
}

Job::Job() : m_events(m_vertices) { makeCurrent(); }

Job::~Job() {
  m_algorithms.clear();
  if (s_current == this) s_current = nullptr;
}

void Job::load(const std::string& library) {
  arriving().clear();
  if (!dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) throw std::runtime_error(std::string("cannot load package: ") + dlerror());
  Makers& makers = libraries()[library];
  if (!arriving().empty()) makers = arriving();
  if (makers.empty()) throw std::runtime_error("package " + library + " declares no algorithm");
  for (const auto& entry : makers) m_makers[entry.first] = entry.second;
}

void Job::addOptions(const std::string& text) {
  if (m_initialized) throw std::runtime_error("job options after initialize");
  for (const Option& option : parseOptions(text)) {
    m_options.push_back(option);
    applyToServices(option);
  }
}

void Job::applyToServices(const Option& option) {
  if (option.owner == "MessageSvc" && option.property == "OutputLevel") {
    int level = MSG::INFO;
    if (!readValue(option.value, level)) throw std::runtime_error("MessageSvc.OutputLevel is not a number: " + option.value);
    m_messages.setOutputLevel(level);
  }
  if (option.owner == "ApplicationMgr" && option.property == "TopAlg") {
    for (const std::string& name : textList(option)) {
      std::string type, instance;
      splitName(name, type, instance);
      addAlgorithm(type, instance);
    }
  }
  Settings& producers = m_events.collections().settings();
  if (producers.owns(option.owner) && !producers.set(option))
    m_messages.once("JobOptions", option.owner + "." + option.property + " has no effect locally");
  // "NAME DATAFILE='...' ..."
  if (option.property == "Output" && option.owner == "NTupleSvc")
    for (const std::string& text : textList(option)) m_tuples.allowFile(text.substr(0, text.find(' ')));
  if (option.property == "Output" && option.owner == "THistSvc")
    for (const std::string& text : textList(option)) m_histograms.allowStream(text.substr(0, text.find(' ')));
}

Algorithm* Job::make(const std::string& type, const std::string& instance) {
  const auto maker = m_makers.find(type);
  if (maker == m_makers.end()) throw std::runtime_error("no loaded package declares an algorithm " + type);
  return maker->second(instance, this);
}

void Job::addAlgorithm(const std::string& type, const std::string& instance) {
  if (m_initialized) throw std::runtime_error("algorithm " + instance + " added after initialize");
  for (const auto& algorithm : m_algorithms)
    if (algorithm->name() == instance) return;
  m_algorithms.emplace_back(make(type, instance));
}

// Job options of this instance, in the order written; an option that names no declared property is an error.
void Job::configure(Algorithm& algorithm) {
  for (const Option& option : m_options) {
    if (option.owner != algorithm.name()) continue;
    Property* property = algorithm.property(option.property);
    if (!property)
      throw std::runtime_error("job options: algorithm " + algorithm.name() + " has no property " + option.property);
    const bool fine = option.append ? property->append(option.value) : property->fromString(option.value);
    if (!fine)
      throw std::runtime_error("job options: " + algorithm.name() + "." + option.property + " cannot take the value " + option.value);
  }
  if (algorithm.m_outputLevel != MSG::NIL) m_messages.setOutputLevel(algorithm.name(), algorithm.m_outputLevel);
}

void Job::initialize() {
  if (m_algorithms.empty()) throw std::runtime_error("the job has no algorithm");
  // As in a new process, whatever an earlier job left: a validity of the pulse-height system would set every likelihood to zero.
  RecMdcKalTrack::setPidType(RecMdcKalTrack::pion);
  standin::forgetIdentification();
  m_events.loader().setMdcCut(m_events.collections().settings().mdcCut);
  for (const auto& algorithm : m_algorithms) configure(*algorithm);
  for (const auto& algorithm : m_algorithms)
    if (algorithm->isEnabled() && !algorithm->initialize().isSuccess())
      throw std::runtime_error("initialize() of " + algorithm->name() + " failed");
  m_initialized = true;
}

void Job::executeOne(Algorithm& algorithm, bool first) {
  if (!algorithm.isEnabled()) return;
  std::string failure;
  try {
    if (first) algorithm.beginRun().ignore();
    algorithm.setFilterPassed(true);
    if (!algorithm.execute().isFailure()) return;
    if (++algorithm.m_errors < algorithm.m_errorMax) return;
    failure = "execute() returned FAILURE";
  } catch (const std::exception& exception) {
    failure = exception.what();
  } catch (...) {
    failure = "an exception that is no std::exception left execute()";
  }
  const Loader& loader = m_events.loader();
  throw std::runtime_error("run " + std::to_string(loader.run()) + ", event " + std::to_string(loader.number()) + ": " +
                           algorithm.name() + ": " + failure);
}

std::int64_t Job::execute(std::int64_t first, std::int64_t last) {
  if (!m_initialized) throw std::runtime_error("execute before initialize");
  if (first < 0 || last > m_events.loader().batch.events) throw std::runtime_error("events outside the batch");
  for (std::int64_t event = first; event < last; ++event) {
    m_events.setEvent(event);
    m_vertices.setRun(m_events.loader().run());
    for (const auto& algorithm : m_algorithms) executeOne(*algorithm, !m_started);
    m_started = true;
    if (m_keepTags || std::find(m_keepLists.begin(), m_keepLists.end(), true) != m_keepLists.end()) addColumns();
  }
  return last - first;
}

// The lists that the algorithms saw; one is made now if none of them asked for it.
void Job::addColumns() {
  DataObject* tracks = m_events.loader().tracks();
  if (!tracks) throw std::runtime_error("D tags or candidates of an event without tracks");
  const Places places = placesOf(static_cast<EvtRecTrackCol&>(*tracks));
  Collections& collections = m_events.collections();
  if (m_keepTags) m_tags.add(static_cast<EvtRecDTagCol&>(*collections.dTags()), places);
  if (m_keepLists[0]) m_lists[0].addPairs(static_cast<EvtRecPi0Col&>(*collections.pi0s()), places);
  if (m_keepLists[1]) m_lists[1].addPairs(static_cast<EvtRecEtaToGGCol&>(*collections.etas()), places);
  if (m_keepLists[2]) m_lists[2].addVees(static_cast<EvtRecVeeVertexCol&>(*collections.vees()), places);
}

void Job::finalize() {
  for (const auto& algorithm : m_algorithms)
    if (algorithm->isEnabled() && !algorithm->finalize().isSuccess())
      throw std::runtime_error("finalize() of " + algorithm->name() + " failed");
}

IInterface* Job::find(const std::string& name, bool required) {
  if (name == "EventDataSvc") return &m_events;
  if (name == "NTupleSvc") return &m_tuples;
  if (name == "THistSvc") return &m_histograms;
  if (name == "VertexDbSvc") return &m_vertices;
  if (name == "MeasuredEcmsSvc") return &m_energies;
  if (name == "SimplePIDSvc") return &m_events.collections().pid();
  if (name == "MessageSvc") return &m_messages;
  if (required) m_messages.once("ServiceLocator", "service " + name + " does not exist locally");
  return nullptr;
}

}

ISvcLocator* Gaudi::svcLocator() { return standin::Job::current(); }
