// Event objects that are reused from event to event: no allocation once the largest event has been seen.
#ifndef STANDIN_RUNTIME_POOL_H
#define STANDIN_RUNTIME_POOL_H

#include "GaudiKernel/ObjectList.h"
#include "GaudiKernel/ObjectVector.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace standin {

template <class T>
class Pool {
public:
  Pool() { m_vector.m_owner = m_list.m_owner = false; }

  // Prepares `count` objects for a new event; none is filled yet.
  void start(int count) {
    ++m_event;
    m_count = count;
    while (static_cast<int>(m_objects.size()) < count) {
      m_objects.push_back(std::make_unique<T>());
      m_filled.push_back(0);
    }
  }
  int count() const { return m_count; }
  T& object(int i) { return *m_objects[i]; }

  // True the first time it is asked for object i of this event: the caller fills it then.
  bool claim(int i) {
    if (m_filled[i] == m_event) return false;
    m_filled[i] = m_event;
    return true;
  }

  // The collection of all objects of this event, rebuilt once per event.
  ObjectVector<T>& vector() {
    if (m_listed != m_event) {
      m_vector.m_elements.resize(m_count);
      for (int i = 0; i < m_count; ++i) {
        m_vector.m_elements[i] = m_objects[i].get();
        m_objects[i]->setParent(&m_vector);
      }
      m_listed = m_event;
    }
    return m_vector;
  }
  ObjectList<T>& list() {
    if (m_listed != m_event) {
      m_list.m_elements.resize(m_count);
      int i = 0;
      for (auto& element : m_list.m_elements) {
        element = m_objects[i++].get();
        element->setParent(&m_list);
      }
      m_listed = m_event;
    }
    return m_list;
  }

private:
  std::vector<std::unique_ptr<T>> m_objects;
  std::vector<std::uint64_t> m_filled;
  std::uint64_t m_event = 0, m_listed = 0;
  int m_count = 0;
  ObjectVector<T> m_vector;
  ObjectList<T> m_list;
};

}

#endif
