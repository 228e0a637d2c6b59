// Histogram service and the histogram classes.
#include "runtime/Histograms.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace standin {

TH1* HistogramStore::find(const std::string& name) const {
  for (const Entry& entry : m_entries)
    if (entry.name == name) return entry.histogram.get();
  return nullptr;
}

StatusCode HistogramStore::regHist(const std::string& name, TH1* histogram) {
  if (!histogram || find(name) || std::count(name.begin(), name.end(), '/') < 2 || name[0] != '/')
    return StatusCode::FAILURE;  // the name is /STREAM/path and must be new
  if (!m_streams.empty() && !m_streams.count(name.substr(1, name.find('/', 1) - 1))) return StatusCode::FAILURE;
  m_entries.push_back(Entry{name, std::unique_ptr<TH1>(histogram)});
  return StatusCode::SUCCESS;
}

StatusCode HistogramStore::getHist(const std::string& name, TH1*& histogram) const {
  histogram = find(name);
  return histogram ? StatusCode::SUCCESS : StatusCode::FAILURE;
}

StatusCode HistogramStore::getHist(const std::string& name, TH2*& histogram) const {
  histogram = dynamic_cast<TH2*>(find(name));
  return histogram ? StatusCode::SUCCESS : StatusCode::FAILURE;
}

std::vector<std::string> HistogramStore::getHists() const {
  std::vector<std::string> names;
  for (const Entry& entry : m_entries) names.push_back(entry.name);
  return names;
}

}

TAxis::TAxis(Int_t bins, Double_t low, Double_t high) : m_uniform(true) {
  if (bins < 1 || !(low < high)) throw std::invalid_argument("histogram axis: at least one bin and low < high");
  m_edges.resize(bins + 1);
  for (Int_t i = 0; i <= bins; ++i) m_edges[i] = low + (high - low) * i / bins;
}

TAxis::TAxis(Int_t bins, const Double_t* edges) : m_edges(edges, edges + bins + 1), m_uniform(false) {
  for (Int_t i = 0; i < bins; ++i)
    if (!(m_edges[i] < m_edges[i + 1])) throw std::invalid_argument("histogram axis: the edges must increase");
}

Double_t TAxis::GetBinLowEdge(Int_t bin) const {
  if (bin < 1) return m_edges.front() - (m_edges[1] - m_edges[0]) * (1 - bin);
  if (bin > GetNbins()) return m_edges.back() + (m_edges.back() - m_edges[m_edges.size() - 2]) * (bin - GetNbins() - 1);
  return m_edges[bin - 1];
}

// 0 below the axis, n+1 at or above its end; not-a-number counts as above, as in ROOT.
Int_t TAxis::FindBin(Double_t x) const {
  const Int_t bins = GetNbins();
  if (x < m_edges.front()) return 0;
  if (!(x < m_edges.back())) return bins + 1;
  if (m_uniform) return 1 + static_cast<Int_t>(bins * (x - m_edges.front()) / (m_edges.back() - m_edges.front()));
  return static_cast<Int_t>(std::upper_bound(m_edges.begin(), m_edges.end(), x) - m_edges.begin());
}

TH1::TH1(const char* name, const char* title, const TAxis& x)
    : m_name(name), m_title(title), m_x(x), m_contents(x.GetNbins() + 2), m_sumw2(m_contents.size()), m_entries(0) {}

TH1::TH1(const char* name, const char* title, const TAxis& x, const TAxis& y)
    : m_name(name), m_title(title), m_x(x), m_y(y), m_contents((x.GetNbins() + 2) * (y.GetNbins() + 2)),
      m_sumw2(m_contents.size()), m_entries(0) {}

TH1::~TH1() {}
TH2::~TH2() {}

Double_t TH1::GetBinError(Int_t bin) const { return std::sqrt(m_sumw2.at(bin)); }

Double_t TH1::Integral() const {
  Double_t sum = 0;
  for (Int_t bin = 1; bin <= m_x.GetNbins(); ++bin) sum += m_contents[bin];
  return sum;
}

Double_t TH1::GetMean() const {
  Double_t sum = 0, weights = 0;
  for (Int_t bin = 1; bin <= m_x.GetNbins(); ++bin) {
    sum += m_contents[bin] * m_x.GetBinCenter(bin);
    weights += m_contents[bin];
  }
  return weights != 0 ? sum / weights : 0;
}

Double_t TH1::GetRMS() const {
  const Double_t mean = GetMean();
  Double_t sum = 0, weights = 0;
  for (Int_t bin = 1; bin <= m_x.GetNbins(); ++bin) {
    const Double_t distance = m_x.GetBinCenter(bin) - mean;
    sum += m_contents[bin] * distance * distance;
    weights += m_contents[bin];
  }
  return weights != 0 ? std::sqrt(std::fabs(sum / weights)) : 0;
}

void TH1::Scale(Double_t factor) {
  for (Double_t& value : m_contents) value *= factor;
  for (Double_t& value : m_sumw2) value *= factor * factor;
}

void TH1::Reset() {
  std::fill(m_contents.begin(), m_contents.end(), 0);
  std::fill(m_sumw2.begin(), m_sumw2.end(), 0);
  m_entries = 0;
}
