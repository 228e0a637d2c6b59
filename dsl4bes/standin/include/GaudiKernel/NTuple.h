// Column-wise ntuples: items, arrays and matrices bound to columns of a tuple.
//
// A column that was not added has no buffer; the real framework crashes on its use, the stand-in throws an error that
// names the mistake. Array indices are checked here: the real framework overruns the buffer.
#ifndef STANDIN_GAUDIKERNEL_NTUPLE_H
#define STANDIN_GAUDIKERNEL_NTUPLE_H

#include "GaudiKernel/DataObject.h"
#include "GaudiKernel/SmartDataPtr.h"
#include "GaudiKernel/StatusCode.h"
#include <limits>
#include <string>

static const CLID CLID_RowWiseTuple = 0x2042;
static const CLID CLID_ColumnWiseTuple = 0x2043;

namespace standin {

// Storage of one column: the value(s) of the row being filled, and the rows written so far (kept by the library).
class Column {
public:
  const std::string& name() const;
  long capacity() const { return m_capacity; }
  void* buffer() { return m_buffer; }
  const void* buffer() const { return m_buffer; }
  void outside(long index) const;  // throws: names tuple, column, index and capacity
  struct Details;

private:
  friend class TupleStore;
  Column() : m_buffer(0), m_capacity(0), m_details(0) {}
  void* m_buffer;
  long m_capacity;
  Details* m_details;
};

void unbookedColumn();  // throws: an item, array or matrix was used that no addItem accepted

template <class T> struct ColumnType;
#define STANDIN_COLUMN_TYPE(T, CODE) \
  template <> struct ColumnType<T> { enum { code = CODE }; };
STANDIN_COLUMN_TYPE(bool, '?')
STANDIN_COLUMN_TYPE(char, 'b')
STANDIN_COLUMN_TYPE(signed char, 'b')
STANDIN_COLUMN_TYPE(unsigned char, 'B')
STANDIN_COLUMN_TYPE(short, 'h')
STANDIN_COLUMN_TYPE(unsigned short, 'H')
STANDIN_COLUMN_TYPE(int, 'i')
STANDIN_COLUMN_TYPE(unsigned int, 'I')
STANDIN_COLUMN_TYPE(long, 'l')
STANDIN_COLUMN_TYPE(unsigned long, 'L')
STANDIN_COLUMN_TYPE(float, 'f')
STANDIN_COLUMN_TYPE(double, 'd')
#undef STANDIN_COLUMN_TYPE

}

namespace NTuple {

class Tuple;

template <class T>
class Item {
public:
  Item() : m_column(0) {}
  operator T() const { return value(); }
  T operator*() const { return value(); }
  Item& operator=(const T data) { value() = data; return *this; }
  Item& operator=(const Item& other) { value() = other.value(); return *this; }
  template <class O>
  Item& operator=(const Item<O>& other) { value() = static_cast<T>(*other); return *this; }
  Item& operator++() { value() += T(1); return *this; }
  Item& operator++(int) { value() += T(1); return *this; }
  Item& operator--() { value() -= T(1); return *this; }
  Item& operator--(int) { value() -= T(1); return *this; }
  Item& operator+=(const T data) { value() += data; return *this; }
  Item& operator-=(const T data) { value() -= data; return *this; }
  Item& operator*=(const T data) { value() *= data; return *this; }
  Item& operator/=(const T data) { value() /= data; return *this; }
  bool operator!() const { return m_column != 0; }  // inverted, as in the real class: do not test items with `!`

private:
  friend class Tuple;
  T& value() const {
    if (!m_column) standin::unbookedColumn();
    return *static_cast<T*>(m_column->buffer());
  }
  standin::Column* m_column;
};

template <>
class Item<bool> {
public:
  Item() : m_column(0) {}
  operator bool() const { return value(); }
  bool operator*() const { return value(); }
  Item& operator=(const bool data) { value() = data; return *this; }
  Item& operator=(const Item& other) { value() = other.value(); return *this; }

private:
  friend class Tuple;
  bool& value() const {
    if (!m_column) standin::unbookedColumn();
    return *static_cast<bool*>(m_column->buffer());
  }
  standin::Column* m_column;
};

template <class T>
class Array {
public:
  Array() : m_column(0) {}
  template <class I>
  T& operator[](const I index) { return element(static_cast<long>(index)); }
  template <class I>
  const T& operator[](const I index) const { return element(static_cast<long>(index)); }

private:
  friend class Tuple;
  T& element(long index) const {
    if (!m_column) standin::unbookedColumn();
    if (index < 0 || index >= m_column->capacity()) m_column->outside(index);
    return static_cast<T*>(m_column->buffer())[index];
  }
  standin::Column* m_column;
};

template <class T>
class Matrix {
public:
  Matrix() : m_column(0), m_rows(0) {}
  template <class I>
  T* operator[](const I index) { return column(static_cast<long>(index)); }
  template <class I>
  const T* operator[](const I index) const { return column(static_cast<long>(index)); }

private:
  friend class Tuple;
  T* column(long index) const {
    if (!m_column) standin::unbookedColumn();
    if (index < 0 || (index + 1) * m_rows > m_column->capacity()) m_column->outside(index * m_rows);
    return static_cast<T*>(m_column->buffer()) + index * m_rows;
  }
  standin::Column* m_column;
  long m_rows;
};

class Tuple : public DataObject {
public:
  virtual ~Tuple();

  template <class T>
  StatusCode addItem(const std::string& name, Item<T>& item) {
    return scalar<T>(name, 0, 0, item.m_column);
  }
  template <class T, class R>
  StatusCode addItem(const std::string& name, Item<T>& item, const R low, const R high) {
    return scalar<T>(name, static_cast<long>(T(low)), static_cast<long>(T(high)), item.m_column);
  }
  template <class T>
  StatusCode addItem(const std::string& name, long dim, Array<T>& array) {
    return fixed<T>(name, dim, 0, array.m_column);
  }
  template <class T, class R>
  StatusCode addItem(const std::string& name, long dim, Array<T>& array, const R, const R) {
    return fixed<T>(name, dim, 0, array.m_column);
  }
  template <class T, class I>
  StatusCode addItem(const std::string& name, Item<I>& index, Array<T>& array) {
    return indexed<T>(name, index.m_column, 1, array.m_column);
  }
  template <class T, class I>
  StatusCode addIndexedItem(const std::string& name, Item<I>& index, Array<T>& array) {
    return indexed<T>(name, index.m_column, 1, array.m_column);
  }
  template <class T, class I, class R>
  StatusCode addIndexedItem(const std::string& name, Item<I>& index, Array<T>& array, const R, const R) {
    return indexed<T>(name, index.m_column, 1, array.m_column);
  }
  template <class T>
  StatusCode addItem(const std::string& name, long cols, long rows, Matrix<T>& matrix) {
    matrix.m_rows = rows;
    return fixed<T>(name, cols, rows, matrix.m_column);
  }
  template <class T, class I>
  StatusCode addItem(const std::string& name, Item<I>& index, Matrix<T>& matrix, long rows) {
    return addIndexedItem(name, index, rows, matrix);
  }
  template <class T, class I>
  StatusCode addIndexedItem(const std::string& name, Item<I>& index, long rows, Matrix<T>& matrix) {
    matrix.m_rows = rows;
    return indexed<T>(name, index.m_column, rows, matrix.m_column);
  }
  template <class T, class R>
  StatusCode addItem(const std::string& name, long cols, long rows, Matrix<T>& matrix, const R, const R) {
    return addItem(name, cols, rows, matrix);
  }
  template <class T, class I, class R>
  StatusCode addIndexedItem(const std::string& name, Item<I>& index, long rows, Matrix<T>& matrix, const R, const R) {
    return addIndexedItem(name, index, rows, matrix);
  }
  virtual StatusCode write() = 0;
  virtual void reset() = 0;

protected:
  Tuple() {}
  // Each returns null when the name is taken or the request makes no sense: the item stays without a buffer.
  virtual standin::Column* addScalar(const std::string& name, char type, int size, long low, long high) = 0;
  virtual standin::Column* addFixed(const std::string& name, char type, int size, long dim, long rows) = 0;
  virtual standin::Column* addIndexed(const std::string& name, char type, int size, standin::Column* index,
                                      long rows) = 0;

private:
  template <class T>
  StatusCode scalar(const std::string& name, long low, long high, standin::Column*& column) {
    column = addScalar(name, char(standin::ColumnType<T>::code), int(sizeof(T)), low, high);
    return StatusCode(column ? StatusCode::SUCCESS : StatusCode::FAILURE);
  }
  template <class T>
  StatusCode fixed(const std::string& name, long dim, long rows, standin::Column*& column) {
    column = addFixed(name, char(standin::ColumnType<T>::code), int(sizeof(T)), dim, rows);
    return StatusCode(column ? StatusCode::SUCCESS : StatusCode::FAILURE);
  }
  template <class T>
  StatusCode indexed(const std::string& name, standin::Column* index, long rows, standin::Column*& column) {
    if (!index) standin::unbookedColumn();
    column = addIndexed(name, char(standin::ColumnType<T>::code), int(sizeof(T)), index, rows);
    return StatusCode(column ? StatusCode::SUCCESS : StatusCode::FAILURE);
  }
};

}

typedef SmartDataPtr<NTuple::Tuple> NTuplePtr;

#endif
