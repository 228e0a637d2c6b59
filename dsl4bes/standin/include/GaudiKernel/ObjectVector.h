// Collection with random access that owns its elements.
#ifndef STANDIN_GAUDIKERNEL_OBJECTVECTOR_H
#define STANDIN_GAUDIKERNEL_OBJECTVECTOR_H

#include "GaudiKernel/ObjectContainerBase.h"
#include <algorithm>
#include <vector>

template <class TYPE>
class ObjectVector : public ObjectContainerBase {
  typedef std::vector<TYPE*> Storage;

public:
  typedef TYPE contained_type;
  typedef typename Storage::value_type value_type;
  typedef typename Storage::reference reference;
  typedef typename Storage::const_reference const_reference;
  typedef typename Storage::iterator iterator;
  typedef typename Storage::const_iterator const_iterator;
  typedef typename Storage::reverse_iterator reverse_iterator;
  typedef typename Storage::const_reverse_iterator const_reverse_iterator;

  ObjectVector() : m_owner(true) {}
  virtual ~ObjectVector() { clear(); }

  virtual size_type numberOfObjects() const { return m_elements.size(); }
  size_type size() const { return m_elements.size(); }
  size_type capacity() const { return m_elements.capacity(); }
  bool empty() const { return m_elements.empty(); }
  void reserve(size_type n) { m_elements.reserve(n); }

  iterator begin() { return m_elements.begin(); }
  iterator end() { return m_elements.end(); }
  const_iterator begin() const { return m_elements.begin(); }
  const_iterator end() const { return m_elements.end(); }
  reverse_iterator rbegin() { return m_elements.rbegin(); }
  reverse_iterator rend() { return m_elements.rend(); }
  const_reverse_iterator rbegin() const { return m_elements.rbegin(); }
  const_reverse_iterator rend() const { return m_elements.rend(); }
  reference front() { return m_elements.front(); }
  const_reference front() const { return m_elements.front(); }
  reference back() { return m_elements.back(); }
  const_reference back() const { return m_elements.back(); }
  reference operator[](size_type i) { return m_elements[i]; }
  const_reference operator[](size_type i) const { return m_elements[i]; }
  reference at(size_type i) { return m_elements.at(i); }
  const_reference at(size_type i) const { return m_elements.at(i); }

  void push_back(value_type value) {
    value->setParent(this);
    m_elements.push_back(value);
  }
  void add(value_type value) { push_back(value); }
  void pop_back() {
    dispose(m_elements.back());
    m_elements.pop_back();
  }
  void erase(iterator position) {
    dispose(*position);
    m_elements.erase(position);
  }
  void clear() {
    for (iterator it = m_elements.begin(); it != m_elements.end(); ++it) dispose(*it);
    m_elements.clear();
  }

private:
  template <class T> friend class standin::Pool;
  ObjectVector(const ObjectVector&);
  ObjectVector& operator=(const ObjectVector&);
  void dispose(value_type value) {
    value->setParent(0);
    if (m_owner) delete value;
  }
  Storage m_elements;
  bool m_owner;  // false: the elements belong to the runtime's pool
};

#endif
