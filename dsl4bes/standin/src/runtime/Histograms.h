// The histograms of a job.
#ifndef STANDIN_RUNTIME_HISTOGRAMS_H
#define STANDIN_RUNTIME_HISTOGRAMS_H

#include "GaudiKernel/ITHistSvc.h"
#include "TH1.h"
#include "TH2.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace standin {

// Owns the registered histograms, as the real service does.
class HistogramStore : public ITHistSvc {
public:
  StatusCode regHist(const std::string& name, TH1* histogram) override;
  StatusCode regHist(const std::string& name, TH2* histogram) override {
    return regHist(name, static_cast<TH1*>(histogram));
  }
  StatusCode getHist(const std::string& name, TH1*& histogram) const override;
  StatusCode getHist(const std::string& name, TH2*& histogram) const override;
  std::vector<std::string> getHists() const override;

  // The streams of THistSvc.Output; as long as none was given, any name can be registered.
  void allowStream(const std::string& name) { m_streams.insert(name); }

  struct Entry {
    std::string name;
    std::unique_ptr<TH1> histogram;
  };
  std::size_t size() const { return m_entries.size(); }
  Entry& at(std::size_t i) { return m_entries.at(i); }

private:
  TH1* find(const std::string& name) const;
  std::vector<Entry> m_entries;
  std::set<std::string> m_streams;
};

}

#endif
