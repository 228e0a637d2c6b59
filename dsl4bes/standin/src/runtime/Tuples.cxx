// Ntuple service.
#include "runtime/Tuples.h"

#include "runtime/Log.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace standin {
namespace {

const std::size_t guardSize = 64;  // bytes behind a row buffer; changed bytes mean that a matrix row was overrun
const char guardByte = 0x5a;

long integerValue(const Column::Details& details) {
  const void* value = details.row.data();
  switch (details.type) {
    case '?': return *static_cast<const bool*>(value);
    case 'b': return *static_cast<const signed char*>(value);
    case 'B': return *static_cast<const unsigned char*>(value);
    case 'h': return *static_cast<const short*>(value);
    case 'H': return *static_cast<const unsigned short*>(value);
    case 'i': return *static_cast<const int*>(value);
    case 'I': return *static_cast<const unsigned int*>(value);
    case 'f': return static_cast<long>(*static_cast<const float*>(value));
    case 'd': return static_cast<long>(*static_cast<const double*>(value));
    default: return *static_cast<const long*>(value);
  }
}

std::string place(const Column::Details& details) { return "ntuple " + details.tuple + ", column " + details.name; }

}

const std::string& Column::name() const { return m_details->name; }

void Column::outside(long index) const {
  throw std::out_of_range(place(*m_details) + ": index " + std::to_string(index) + " is outside the " +
                          std::to_string(m_capacity) +
                          " booked elements (the real framework overruns its buffer here: clamp the index)");
}

void unbookedColumn() {
  throw std::logic_error(
      "an ntuple item was used that no addItem accepted (not added, or its column name was taken; the real framework "
      "crashes here)");
}

Column* TupleStore::create(Column::Details* details, long capacity) {
  Column* column = new Column;
  column->m_details = details;
  column->m_capacity = capacity;
  details->row.assign(static_cast<std::size_t>(capacity) * details->size + guardSize, 0);
  std::fill(details->row.end() - guardSize, details->row.end(), guardByte);
  column->m_buffer = details->row.data();
  return column;
}

void TupleStore::destroy(Column* column) {
  delete column->m_details;
  delete column;
}

BookedTuple::~BookedTuple() {
  for (Column* column : m_columns) TupleStore::destroy(column);
}

const Column::Details& BookedTuple::details(std::size_t i) const { return TupleStore::open(m_columns.at(i)); }

Column* BookedTuple::make(const std::string& name, char type, int size, int kind, long capacity) {
  if (capacity <= 0 || m_rows > 0 || m_names.count(name)) return nullptr;
  auto* details = new Column::Details;
  details->name = name;
  details->tuple = m_path;
  details->type = type;
  details->size = size;
  details->kind = kind;
  details->index = nullptr;
  details->rows = 1;
  details->range = 0;
  Column* column = TupleStore::create(details, capacity);
  m_columns.push_back(column);
  m_names[name] = column;
  return column;
}

Column* BookedTuple::addScalar(const std::string& name, char type, int size, long low, long high) {
  Column* column = make(name, type, size, 0, 1);
  if (column) TupleStore::open(column).range = high - low;
  return column;
}

Column* BookedTuple::addFixed(const std::string& name, char type, int size, long dim, long rows) {
  Column* column = make(name, type, size, 1, dim * (rows > 0 ? rows : 1));
  if (column && rows > 0) TupleStore::open(column).rows = rows;
  return column;
}

// The index must be a scalar of this tuple that was added with a range before.
Column* BookedTuple::addIndexed(const std::string& name, char type, int size, Column* index, long rows) {
  if (std::find(m_columns.begin(), m_columns.end(), index) == m_columns.end()) return nullptr;
  const Column::Details& of = TupleStore::open(index);
  if (of.kind != 0 || of.range <= 0 || rows <= 0) return nullptr;
  Column* column = make(name, type, size, 2, of.range * rows);
  if (!column) return nullptr;
  Column::Details& details = TupleStore::open(column);
  details.index = index;
  details.rows = rows;
  return column;
}

StatusCode BookedTuple::write() {
  for (Column* column : m_columns) {
    Column::Details& details = TupleStore::open(column);
    const char* guard = details.row.data() + details.row.size() - guardSize;
    for (std::size_t i = 0; i < guardSize; ++i)
      if (guard[i] != guardByte) throw std::out_of_range(place(details) + ": its row buffer was overrun");
    long count = column->capacity();
    if (details.kind == 2) {
      const long index = integerValue(TupleStore::open(details.index));
      count = index * details.rows;
      if (index < 0 || count > column->capacity())
        throw std::out_of_range(place(details) + ": the index " + TupleStore::open(details.index).name + " = " +
                                std::to_string(index) + " is outside its range 0.." +
                                std::to_string(column->capacity() / details.rows) +
                                " (the real framework overruns its buffer here: clamp the index)");
    }
    details.data.insert(details.data.end(), details.row.data(), details.row.data() + count * details.size);
  }
  ++m_rows;
  reset();
  return StatusCode::SUCCESS;
}

void BookedTuple::reset() {
  for (Column* column : m_columns) {
    Column::Details& details = TupleStore::open(column);
    std::memset(details.row.data(), 0, details.row.size() - guardSize);
  }
}

void BookedTuple::clear() {
  m_rows = 0;
  for (Column* column : m_columns) TupleStore::open(column).data.clear();
}

NTuple::Tuple* TupleStore::book(const std::string& path, const CLID& type, const std::string& title) {
  DataObject* taken = nullptr;
  const std::size_t slash = path.find('/');
  if (type != CLID_ColumnWiseTuple || slash == std::string::npos || retrieveObject(path, taken).isSuccess()) return nullptr;
  if (!m_files.empty() && !m_files.count(path.substr(0, slash))) return nullptr;
  m_tuples.push_back(std::make_unique<BookedTuple>(path, title));
  return m_tuples.back().get();
}

StatusCode TupleStore::writeRecord(NTuple::Tuple* tuple) {
  return tuple ? tuple->write() : StatusCode(StatusCode::FAILURE);
}

StatusCode TupleStore::registerObject(const std::string&, DataObject*) { return StatusCode::FAILURE; }
StatusCode TupleStore::unregisterObject(const std::string&) { return StatusCode::FAILURE; }

StatusCode TupleStore::retrieveObject(const std::string& path, DataObject*& object) {
  for (const auto& tuple : m_tuples) {
    if (tuple->path() != path) continue;
    object = tuple.get();
    return StatusCode::SUCCESS;
  }
  object = nullptr;
  return StatusCode::FAILURE;
}

}

NTuple::Tuple::~Tuple() {}
