// Histograms with uniform or variable bins: what booking through ITHistSvc and filling needs. The contents are double
// whatever the class; bin 0 is the underflow, bin n+1 the overflow.
#ifndef STANDIN_TH1_H
#define STANDIN_TH1_H

#include "Rtypes.h"
#include <string>
#include <vector>

class TAxis {
public:
  TAxis() {}
  TAxis(Int_t bins, Double_t low, Double_t high);
  TAxis(Int_t bins, const Double_t* edges);
  Int_t GetNbins() const { return static_cast<Int_t>(m_edges.size()) - 1; }
  Double_t GetXmin() const { return m_edges.front(); }
  Double_t GetXmax() const { return m_edges.back(); }
  Double_t GetBinLowEdge(Int_t bin) const;
  Double_t GetBinUpEdge(Int_t bin) const { return GetBinLowEdge(bin + 1); }
  Double_t GetBinCenter(Int_t bin) const { return 0.5 * (GetBinLowEdge(bin) + GetBinUpEdge(bin)); }
  Double_t GetBinWidth(Int_t bin) const { return GetBinUpEdge(bin) - GetBinLowEdge(bin); }
  Int_t FindBin(Double_t x) const;
  void SetTitle(const char* title) { m_title = title; }
  const char* GetTitle() const { return m_title.c_str(); }
  const std::vector<Double_t>& edges() const { return m_edges; }

private:
  std::vector<Double_t> m_edges;
  bool m_uniform;
  std::string m_title;
};

class TH1 {
public:
  virtual ~TH1();
  virtual Int_t Fill(Double_t x) { return add(m_x.FindBin(x), 1.0); }
  virtual Int_t Fill(Double_t x, Double_t weight) { return add(m_x.FindBin(x), weight); }
  virtual Int_t GetDimension() const { return 1; }
  const char* GetName() const { return m_name.c_str(); }
  const char* GetTitle() const { return m_title.c_str(); }
  void SetName(const char* name) { m_name = name; }
  void SetTitle(const char* title) { m_title = title; }
  TAxis* GetXaxis() { return &m_x; }
  TAxis* GetYaxis() { return &m_y; }
  Int_t GetNbinsX() const { return m_x.GetNbins(); }
  Int_t FindBin(Double_t x) const { return m_x.FindBin(x); }
  Double_t GetBinContent(Int_t bin) const { return m_contents.at(bin); }
  Double_t GetBinError(Int_t bin) const;
  void SetBinContent(Int_t bin, Double_t value) { m_contents.at(bin) = value; }
  void SetBinError(Int_t bin, Double_t value) { m_sumw2.at(bin) = value * value; }
  void AddBinContent(Int_t bin, Double_t weight = 1.0) { m_contents.at(bin) += weight; }
  Double_t GetEntries() const { return m_entries; }
  Double_t Integral() const;
  Double_t GetMean() const;
  Double_t GetRMS() const;
  void Sumw2() {}
  void Scale(Double_t factor);
  void Reset();
  const TAxis& xAxis() const { return m_x; }
  const TAxis& yAxis() const { return m_y; }
  const std::vector<Double_t>& contents() const { return m_contents; }
  const std::vector<Double_t>& sumw2() const { return m_sumw2; }

protected:
  TH1(const char* name, const char* title, const TAxis& x);
  TH1(const char* name, const char* title, const TAxis& x, const TAxis& y);
  Int_t add(Int_t bin, Double_t weight) {
    m_contents[bin] += weight;
    m_sumw2[bin] += weight * weight;
    m_entries += 1;
    return bin;
  }
  std::string m_name, m_title;
  TAxis m_x, m_y;
  std::vector<Double_t> m_contents, m_sumw2;
  Double_t m_entries;
};

#define STANDIN_TH1(NAME)                                                                   \
  class NAME : public TH1 {                                                                 \
  public:                                                                                   \
    NAME(const char* name, const char* title, Int_t bins, Double_t low, Double_t high)      \
        : TH1(name, title, TAxis(bins, low, high)) {}                                       \
    NAME(const char* name, const char* title, Int_t bins, const Double_t* edges)            \
        : TH1(name, title, TAxis(bins, edges)) {}                                           \
  };
STANDIN_TH1(TH1D)
STANDIN_TH1(TH1F)
STANDIN_TH1(TH1I)
#undef STANDIN_TH1

#endif
