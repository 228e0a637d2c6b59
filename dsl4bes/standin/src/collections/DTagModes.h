// The decay modes of the D-tag producer: one row a mode, its products in the order of the real list of children.
#ifndef STANDIN_COLLECTIONS_DTAGMODES_H
#define STANDIN_COLLECTIONS_DTAGMODES_H

#include "EvtRecEvent/EvtRecDTag.h"

#include <vector>

namespace standin {

// Lists of candidates. The charged ones come in pairs: the conjugate of 2n is 2n + 1.
enum ProductList { kKPlus, kKMinus, kPiPlus, kPiMinus, kPi0, kEta, kKs, kEtap, kEtapRho, kEta3Pi, kEtap3Pi, kProductLists };

inline ProductList conjugate(ProductList list) {
  return list <= kPiMinus ? static_cast<ProductList>(list ^ 1) : list;
}

struct DTagMode {
  EvtRecDTag::DecayMode mode;
  std::vector<ProductList> products;    // of the D0, D+ or D_s+
  std::vector<ProductList> conjugates;  // of the antiparticle; none if they are the same products
};

// All modes: D0, then D+, then D_s, by number.
const std::vector<DTagMode>& dTagModes();

}

#endif
