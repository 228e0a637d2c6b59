// Vector of references to elements of another collection.
#ifndef STANDIN_GAUDIKERNEL_SMARTREFVECTOR_H
#define STANDIN_GAUDIKERNEL_SMARTREFVECTOR_H

#include "GaudiKernel/SmartRef.h"
#include <vector>

template <class TYPE>
class SmartRefVector : public std::vector< SmartRef<TYPE> > {
  typedef std::vector< SmartRef<TYPE> > Base;

public:
  SmartRefVector() {}
  explicit SmartRefVector(typename Base::size_type n) : Base(n) {}
  template <class ITERATOR>
  SmartRefVector(ITERATOR first, ITERATOR last) : Base(first, last) {}
};

#endif
