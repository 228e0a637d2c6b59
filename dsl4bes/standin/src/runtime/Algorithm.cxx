// Base class of the algorithms.
#include "GaudiKernel/Algorithm.h"

#include "GaudiKernel/MsgStream.h"
#include "runtime/Job.h"

#include <stdexcept>

Algorithm::Algorithm(const std::string& name, ISvcLocator* locator, const std::string&)
    : m_name(name), m_locator(locator), m_stream(0), m_filterPassed(true), m_enabled(true), m_outputLevel(MSG::NIL),
      m_errorMax(1), m_errors(0) {
  if (standin::Job* job = standin::Job::current()) {
    m_eventSvc = SmartIF<IDataProviderSvc>(&job->events());
    m_msgSvc = SmartIF<IMessageSvc>(&job->messages());
    m_ntupleSvc = SmartIF<INTupleSvc>(&job->tuples());
  }
  declareProperty("OutputLevel", m_outputLevel);
  declareProperty("Enable", m_enabled);
  declareProperty("ErrorMax", m_errorMax);
}

Algorithm::~Algorithm() {
  for (Property* property : m_properties) delete property;
  for (Algorithm* algorithm : m_subAlgorithms) delete algorithm;
  delete static_cast<MsgStream*>(m_stream);
}

StatusCode Algorithm::initialize() { return StatusCode::SUCCESS; }
StatusCode Algorithm::finalize() { return StatusCode::SUCCESS; }
StatusCode Algorithm::beginRun() { return StatusCode::SUCCESS; }
StatusCode Algorithm::endRun() { return StatusCode::SUCCESS; }

Property* Algorithm::keep(Property* property) const {
  if (this->property(property->name())) {
    const std::string text = "algorithm " + m_name + " declares property " + property->name() + " twice";
    delete property;
    throw std::logic_error(text);
  }
  m_properties.push_back(property);
  return property;
}

Property* Algorithm::property(const std::string& name) const {
  for (Property* property : m_properties)
    if (property->name() == name) return property;
  return nullptr;
}

StatusCode Algorithm::setProperty(const std::string& name, const std::string& text) {
  Property* found = property(name);
  if (!found) return StatusCode::FAILURE;
  const bool fine = found->fromString(text) || found->fromString(standin::showValue(text));
  return fine ? StatusCode::SUCCESS : StatusCode::FAILURE;
}

StatusCode Algorithm::setProperty(const std::string& name, const char* text) {
  return setProperty(name, std::string(text));
}

StatusCode Algorithm::createSubAlgorithm(const std::string& type, const std::string& name, Algorithm*& algorithm) {
  standin::Job* job = standin::Job::current();
  if (!job) return StatusCode::FAILURE;
  algorithm = job->make(type, name);
  job->configure(*algorithm);
  m_subAlgorithms.push_back(algorithm);
  return StatusCode::SUCCESS;
}

namespace standin {

// Behind Algorithm::info() and the like, which exist only for packages of profile 8.
MsgStream& algorithmStream(const Algorithm& algorithm, void*& stream, MSG::Level level) {
  if (!stream) stream = new MsgStream(algorithm.msgSvc(), algorithm.name());
  MsgStream& out = *static_cast<MsgStream*>(stream);
  out.setLevel(algorithm.msgSvc()->outputLevel(algorithm.name()));
  return out << level;
}

}
