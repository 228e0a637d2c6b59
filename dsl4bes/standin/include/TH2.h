// Two-dimensional histograms. Bin number = x + (bins of x + 2) * y, each from 0 (underflow) to n+1 (overflow).
#ifndef STANDIN_TH2_H
#define STANDIN_TH2_H

#include "TH1.h"

class TH2 : public TH1 {
public:
  virtual ~TH2();
  using TH1::GetBinContent;
  using TH1::SetBinContent;
  virtual Int_t Fill(Double_t) { return -1; }
  virtual Int_t Fill(Double_t x, Double_t y) { return add(GetBin(m_x.FindBin(x), m_y.FindBin(y)), 1.0); }
  virtual Int_t Fill(Double_t x, Double_t y, Double_t weight) {
    return add(GetBin(m_x.FindBin(x), m_y.FindBin(y)), weight);
  }
  virtual Int_t GetDimension() const { return 2; }
  Int_t GetNbinsY() const { return m_y.GetNbins(); }
  Int_t GetBin(Int_t x, Int_t y) const { return x + (m_x.GetNbins() + 2) * y; }
  Double_t GetBinContent(Int_t x, Int_t y) const { return m_contents.at(GetBin(x, y)); }
  void SetBinContent(Int_t x, Int_t y, Double_t value) { m_contents.at(GetBin(x, y)) = value; }

protected:
  TH2(const char* name, const char* title, const TAxis& x, const TAxis& y) : TH1(name, title, x, y) {}
};

#define STANDIN_TH2(NAME)                                                                                       \
  class NAME : public TH2 {                                                                                     \
  public:                                                                                                       \
    NAME(const char* name, const char* title, Int_t xBins, Double_t xLow, Double_t xHigh, Int_t yBins,          \
         Double_t yLow, Double_t yHigh)                                                                         \
        : TH2(name, title, TAxis(xBins, xLow, xHigh), TAxis(yBins, yLow, yHigh)) {}                             \
    NAME(const char* name, const char* title, Int_t xBins, const Double_t* xEdges, Int_t yBins,                 \
         const Double_t* yEdges)                                                                                \
        : TH2(name, title, TAxis(xBins, xEdges), TAxis(yBins, yEdges)) {}                                       \
  };
STANDIN_TH2(TH2D)
STANDIN_TH2(TH2F)
#undef STANDIN_TH2

#endif
