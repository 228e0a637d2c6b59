// Collection without random access that owns its elements.
#ifndef STANDIN_GAUDIKERNEL_OBJECTLIST_H
#define STANDIN_GAUDIKERNEL_OBJECTLIST_H

#include "GaudiKernel/ObjectContainerBase.h"
#include <list>

template <class TYPE>
class ObjectList : public ObjectContainerBase {
  typedef std::list<TYPE*> Storage;

public:
  typedef TYPE contained_type;
  typedef typename Storage::value_type value_type;
  typedef typename Storage::reference reference;
  typedef typename Storage::const_reference const_reference;
  typedef typename Storage::iterator iterator;
  typedef typename Storage::const_iterator const_iterator;
  typedef typename Storage::reverse_iterator reverse_iterator;
  typedef typename Storage::const_reverse_iterator const_reverse_iterator;

  ObjectList() : m_owner(true) {}
  virtual ~ObjectList() { clear(); }

  virtual size_type numberOfObjects() const { return m_elements.size(); }
  size_type size() const { return m_elements.size(); }
  bool empty() const { return m_elements.empty(); }
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

  void push_back(value_type value) {
    value->setParent(this);
    m_elements.push_back(value);
  }
  void push_front(value_type value) {
    value->setParent(this);
    m_elements.push_front(value);
  }
  void clear() {
    for (iterator it = m_elements.begin(); it != m_elements.end(); ++it) {
      (*it)->setParent(0);
      if (m_owner) delete *it;
    }
    m_elements.clear();
  }

private:
  template <class T> friend class standin::Pool;
  ObjectList(const ObjectList&);
  ObjectList& operator=(const ObjectList&);
  Storage m_elements;
  bool m_owner;  // false: the elements belong to the runtime's pool
};

#endif
