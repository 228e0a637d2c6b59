// Table of the decay modes, written as one reads them.
#include "collections/DTagModes.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace standin {
namespace {

struct ModeRow {
  EvtRecDTag::DecayMode mode;
  const char* products;
};

// etap: eta' -> pi+ pi- eta, etap_rho: eta' -> rho0 gamma, eta_3pi: eta -> pi+ pi- pi0, etap_3pi: eta' -> pi+ pi- eta_3pi.
const ModeRow modeTable[] = {
    {EvtRecDTag::kD0toKPi, "K- pi+"},
    {EvtRecDTag::kD0toKPiPi0, "K- pi+ pi0"},
    {EvtRecDTag::kD0toKPiPi0Pi0, "K- pi+ pi0 pi0"},
    {EvtRecDTag::kD0toKPiPiPi, "K- pi+ pi+ pi-"},
    {EvtRecDTag::kD0toKPiPiPiPi0, "K- pi+ pi+ pi- pi0"},
    {EvtRecDTag::kD0toKPiEta, "K- pi+ eta"},
    {EvtRecDTag::kD0toKsKPi, "Ks K- pi+"},
    {EvtRecDTag::kD0toKsKPiPi0, "Ks K- pi+ pi0"},
    {EvtRecDTag::kD0toKsPiPi, "Ks pi+ pi-"},
    {EvtRecDTag::kD0toKsPiPiPi0, "Ks pi+ pi- pi0"},
    {EvtRecDTag::kD0toKsPi0, "Ks pi0"},
    {EvtRecDTag::kD0toPiPiPi0, "pi+ pi- pi0"},
    {EvtRecDTag::kD0toPiPi, "pi+ pi-"},
    {EvtRecDTag::kD0toKK, "K- K+"},
    {EvtRecDTag::kD0toKKPi0, "K- K+ pi0"},
    {EvtRecDTag::kD0toPi0Pi0, "pi0 pi0"},
    {EvtRecDTag::kD0toKsKs, "Ks Ks"},
    {EvtRecDTag::kD0toKsKsPi0, "Ks Ks pi0"},
    {EvtRecDTag::kD0toKsPi0Pi0, "Ks pi0 pi0"},
    {EvtRecDTag::kD0toKsKK, "Ks K- K+"},
    {EvtRecDTag::kD0toKsEta, "Ks eta"},
    {EvtRecDTag::kD0toPi0Pi0Pi0, "pi0 pi0 pi0"},
    {EvtRecDTag::kD0toKsKsKs, "Ks Ks Ks"},
    {EvtRecDTag::kD0toPiPiPiPi, "pi+ pi+ pi- pi-"},
    {EvtRecDTag::kD0toPiPiPi0Pi0, "pi+ pi- pi0 pi0"},
    {EvtRecDTag::kD0toKKPiPi, "K- K+ pi+ pi-"},
    {EvtRecDTag::kD0toKKPi0Pi0, "K- K+ pi0 pi0"},
    {EvtRecDTag::kD0toKsKsPiPi, "Ks Ks pi+ pi-"},
    {EvtRecDTag::kD0toPiPiPiPiPi0, "pi+ pi+ pi- pi- pi0"},
    {EvtRecDTag::kD0toKsPiPiPiPi, "Ks pi+ pi+ pi- pi-"},
    {EvtRecDTag::kD0toKKPiPiPi0, "K- K+ pi+ pi- pi0"},
    {EvtRecDTag::kD0toKsPi0Eta, "Ks pi0 eta"},
    {EvtRecDTag::kD0toKsEPPiPiEta, "Ks etap"},
    {EvtRecDTag::kD0toKsEPRhoGam, "Ks etap_rho"},
    {EvtRecDTag::kD0toKsPi0Pi0Pi0, "Ks pi0 pi0 pi0"},

    {EvtRecDTag::kDptoKPiPi, "K- pi+ pi+"},
    {EvtRecDTag::kDptoKPiPiPi0, "K- pi+ pi+ pi0"},
    {EvtRecDTag::kDptoKsPi, "Ks pi+"},
    {EvtRecDTag::kDptoKsPiPi0, "Ks pi+ pi0"},
    {EvtRecDTag::kDptoKsPiPiPi, "Ks pi+ pi+ pi-"},
    {EvtRecDTag::kDptoKKPi, "K- K+ pi+"},
    {EvtRecDTag::kDptoPiPi0, "pi+ pi0"},
    {EvtRecDTag::kDptoKPi0, "K+ pi0"},
    {EvtRecDTag::kDptoKsK, "Ks K+"},
    {EvtRecDTag::kDptoPiPiPi, "pi+ pi+ pi-"},
    {EvtRecDTag::kDptoPiPi0Pi0, "pi+ pi0 pi0"},
    {EvtRecDTag::kDptoKsKsPi, "Ks Ks pi+"},
    {EvtRecDTag::kDptoKsKPi0, "Ks K+ pi0"},
    {EvtRecDTag::kDptoKsKsK, "Ks Ks K+"},
    {EvtRecDTag::kDptoPiPiPiPi0, "pi+ pi+ pi- pi0"},
    {EvtRecDTag::kDptoKsPiPi0Pi0, "Ks pi+ pi0 pi0"},
    {EvtRecDTag::kDptoKsKplusPiPi, "Ks K+ pi+ pi-"},
    {EvtRecDTag::kDptoKsKminusPiPi, "Ks K- pi+ pi+"},
    {EvtRecDTag::kDptoKKPiPi0, "K- K+ pi+ pi0"},
    {EvtRecDTag::kDptoPiPiPiPiPi, "pi+ pi+ pi+ pi- pi-"},
    {EvtRecDTag::kDptoKPiPiPiPi, "K- pi+ pi+ pi+ pi-"},
    {EvtRecDTag::kDptoPiEta, "pi+ eta"},
    {EvtRecDTag::kDptoKsPiEta, "Ks pi+ eta"},

    {EvtRecDTag::kDstoKsK, "Ks K+"},
    {EvtRecDTag::kDstoKKPi, "K- K+ pi+"},
    {EvtRecDTag::kDstoKsKPi0, "Ks K+ pi0"},
    {EvtRecDTag::kDstoKsKsPi, "Ks Ks pi+"},
    {EvtRecDTag::kDstoKKPiPi0, "K- K+ pi+ pi0"},
    {EvtRecDTag::kDstoKsKplusPiPi, "Ks K+ pi+ pi-"},
    {EvtRecDTag::kDstoKsKminusPiPi, "Ks K- pi+ pi+"},
    {EvtRecDTag::kDstoKKPiPiPi, "K- K+ pi+ pi+ pi-"},
    {EvtRecDTag::kDstoPiPi0, "pi+ pi0"},
    {EvtRecDTag::kDstoPiPiPi, "pi+ pi+ pi-"},
    {EvtRecDTag::kDstoPiPiPiPi0, "pi+ pi+ pi- pi0"},
    {EvtRecDTag::kDstoPiPiPiPiPi, "pi+ pi+ pi+ pi- pi-"},
    {EvtRecDTag::kDstoPiPiPiPiPiPi0, "pi+ pi+ pi+ pi- pi- pi0"},
    {EvtRecDTag::kDstoPiPiPiPi0Pi0, "pi+ pi+ pi- pi0 pi0"},
    {EvtRecDTag::kDstoPiEta, "pi+ eta"},
    {EvtRecDTag::kDstoPiPi0Eta, "pi+ pi0 eta"},
    {EvtRecDTag::kDstoPiPiPiEta, "pi+ pi+ pi- eta"},
    {EvtRecDTag::kDstoPiEtaPiPiPi0, "pi+ eta_3pi"},
    {EvtRecDTag::kDstoPiPi0EtaPiPiPi0, "pi+ pi0 eta_3pi"},
    {EvtRecDTag::kDstoPiPiPiEtaPiPiPi0, "pi+ pi+ pi- eta_3pi"},
    {EvtRecDTag::kDstoPiEPPiPiEta, "pi+ etap"},
    {EvtRecDTag::kDstoPiPi0EPPiPiEta, "pi+ pi0 etap"},
    {EvtRecDTag::kDstoPiEPPiPiEtaPiPiPi0, "pi+ etap_3pi"},
    {EvtRecDTag::kDstoPiPi0EPPiPiEtaPiPiPi0, "pi+ pi0 etap_3pi"},
    {EvtRecDTag::kDstoPiEPRhoGam, "pi+ etap_rho"},
    {EvtRecDTag::kDstoPiPi0EPRhoGam, "pi+ pi0 etap_rho"},
    {EvtRecDTag::kDstoKsPi, "Ks pi+"},
    {EvtRecDTag::kDstoKsPiPi0, "Ks pi+ pi0"},
    {EvtRecDTag::kDstoKPiPi, "K+ pi+ pi-"},
    {EvtRecDTag::kDstoKPiPiPi0, "K+ pi+ pi- pi0"},
    {EvtRecDTag::kDstoKKK, "K- K+ K+"},
};

ProductList productList(const std::string& word) {
  static const char* const words[kProductLists] = {"K+", "K-",   "pi+",      "pi-",     "pi0",     "eta",
                                                   "Ks", "etap", "etap_rho", "eta_3pi", "etap_3pi"};
  for (int list = 0; list < kProductLists; ++list)
    if (word == words[list]) return static_cast<ProductList>(list);
  throw std::logic_error("D-tag modes: no list of " + word);
}

// The products of the conjugate decay; none if they are the same, so that both are one list of candidates.
std::vector<ProductList> conjugates(const std::vector<ProductList>& products) {
  std::vector<ProductList> other;
  for (ProductList list : products) other.push_back(conjugate(list));
  std::vector<ProductList> mine = products, theirs = other;
  std::sort(mine.begin(), mine.end());
  std::sort(theirs.begin(), theirs.end());
  return mine == theirs ? std::vector<ProductList>() : other;
}

}

const std::vector<DTagMode>& dTagModes() {
  static const std::vector<DTagMode> modes = [] {
    std::vector<DTagMode> read;
    for (const ModeRow& row : modeTable) {
      DTagMode mode{row.mode, {}, {}};
      std::istringstream words(row.products);
      for (std::string word; words >> word;) mode.products.push_back(productList(word));
      mode.conjugates = conjugates(mode.products);
      read.push_back(mode);
    }
    return read;
  }();
  return modes;
}

}
