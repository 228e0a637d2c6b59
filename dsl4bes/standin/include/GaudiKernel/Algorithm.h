// Base of every analysis algorithm.
#ifndef STANDIN_GAUDIKERNEL_ALGORITHM_H
#define STANDIN_GAUDIKERNEL_ALGORITHM_H

#include "GaudiKernel/IAlgorithm.h"
#include "GaudiKernel/IDataProviderSvc.h"
#include "GaudiKernel/IHistogramSvc.h"
#include "GaudiKernel/IMessageSvc.h"
#include "GaudiKernel/INTupleSvc.h"
#include "GaudiKernel/ISvcLocator.h"
#include "GaudiKernel/Property.h"
#include "GaudiKernel/SmartIF.h"
#include <string>
#include <vector>
#if __cplusplus >= 201703L
#include "GaudiKernel/MsgStream.h"
#endif

namespace standin { class Job; }
#if __cplusplus >= 201703L
class Algorithm;
namespace standin {
MsgStream& algorithmStream(const Algorithm& algorithm, void*& stream, MSG::Level level);
}
#endif

// Built-in properties: OutputLevel, Enable, ErrorMax (default 1: a FAILURE from execute() stops the job).
class Algorithm : public IAlgorithm {
public:
  Algorithm(const std::string& name, ISvcLocator* locator, const std::string& version = PACKAGE_VERSION);
  virtual ~Algorithm();

  virtual StatusCode initialize();
  virtual StatusCode execute() = 0;
  virtual StatusCode finalize();
  virtual StatusCode beginRun();
  virtual StatusCode endRun();
  virtual const std::string& name() const { return m_name; }

  SmartIF<IDataProviderSvc>& eventSvc() const { return m_eventSvc; }
  SmartIF<IDataProviderSvc>& evtSvc() const { return m_eventSvc; }
  SmartIF<IMessageSvc>& msgSvc() const { return m_msgSvc; }
  SmartIF<INTupleSvc>& ntupleSvc() const { return m_ntupleSvc; }
  SmartIF<IHistogramSvc>& histoSvc() const { return m_histoSvc; }
  SmartIF<ISvcLocator>& serviceLocator() const { return m_locator; }
  template <class T>
  StatusCode service(const std::string& name, T*& psvc, bool createIf = true) const {
    return m_locator->service(name, psvc, createIf);
  }

  virtual bool filterPassed() const { return m_filterPassed; }
  virtual void setFilterPassed(bool state) { m_filterPassed = state; }
  bool isEnabled() const { return m_enabled; }
  int outputLevel() const { return m_outputLevel; }
  StatusCode createSubAlgorithm(const std::string& type, const std::string& name, Algorithm*& algorithm);
  std::vector<Algorithm*>* subAlgorithms() { return &m_subAlgorithms; }

  template <class T>
  Property* declareProperty(const std::string& name, T& property, const std::string& = "none") const {
    return keep(new standin::BoundProperty<T>(name, property));
  }
  StatusCode setProperty(const std::string& name, const std::string& text);
  StatusCode setProperty(const std::string& name, const char* text);
  template <class T>
  StatusCode setProperty(const std::string& name, const T& value) {
    return setProperty(name, standin::showValue(value));
  }

#if __cplusplus >= 201703L
  // Message shortcuts of the framework that profile 8 uses.
  MsgStream& msgStream(MSG::Level level) const { return standin::algorithmStream(*this, m_stream, level); }
  MsgStream& verbose() const { return msgStream(MSG::VERBOSE); }
  MsgStream& debug() const { return msgStream(MSG::DEBUG); }
  MsgStream& info() const { return msgStream(MSG::INFO); }
  MsgStream& warning() const { return msgStream(MSG::WARNING); }
  MsgStream& error() const { return msgStream(MSG::ERROR); }
  MsgStream& fatal() const { return msgStream(MSG::FATAL); }
  MsgStream& always() const { return msgStream(MSG::ALWAYS); }
#endif

private:
  friend class standin::Job;
  Algorithm(const Algorithm&);
  Algorithm& operator=(const Algorithm&);
  Property* keep(Property* property) const;
  Property* property(const std::string& name) const;

  std::string m_name;
  mutable SmartIF<IDataProviderSvc> m_eventSvc;
  mutable SmartIF<IMessageSvc> m_msgSvc;
  mutable SmartIF<INTupleSvc> m_ntupleSvc;
  mutable SmartIF<IHistogramSvc> m_histoSvc;
  mutable SmartIF<ISvcLocator> m_locator;
  mutable std::vector<Property*> m_properties;
  mutable void* m_stream;  // the stream behind info() and the like
  std::vector<Algorithm*> m_subAlgorithms;
  bool m_filterPassed, m_enabled;
  int m_outputLevel, m_errorMax, m_errors;
};

#if __cplusplus >= 201703L
// Profile 8 declares its classes with this macro, from GaudiKernel/Algorithm.h alone; older profiles lack it.
#include "GaudiKernel/AlgFactory.h"
#define DECLARE_COMPONENT(X) \
  static const bool standin_component_##X = standin::registerAlgorithm(#X, &standin::AlgorithmFactory<X>::make);
#endif

#endif
