// The ntuples of a job: booking, the row being filled, and the rows written so far in growable column buffers.
#ifndef STANDIN_RUNTIME_TUPLES_H
#define STANDIN_RUNTIME_TUPLES_H

#include "GaudiKernel/INTupleSvc.h"

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace standin {

class TupleStore;

// What the library knows of a column beyond the buffer that the package sees.
struct Column::Details {
  std::string name, tuple;
  char type;
  int size;              // bytes of one element
  int kind;              // 0 scalar, 1 fixed array or matrix, 2 indexed array or matrix
  Column* index;         // of kind 2
  long rows;             // elements per index step: 1, or the rows of a matrix
  long range;            // scalar index item: upper range minus lower; 0 = no range given
  std::vector<char> row; // capacity elements and a guard
  std::vector<char> data;
};

// A booked tuple. Column addresses are stable.
class BookedTuple : public NTuple::Tuple {
public:
  BookedTuple(const std::string& path, const std::string& title) : m_path(path), m_title(title) {}
  ~BookedTuple() override;
  StatusCode write() override;
  void reset() override;

  const std::string& path() const { return m_path; }
  const std::string& title() const { return m_title; }
  long long rows() const { return m_rows; }
  std::size_t size() const { return m_columns.size(); }
  const Column::Details& details(std::size_t i) const;
  void clear();

protected:
  Column* addScalar(const std::string& name, char type, int size, long low, long high) override;
  Column* addFixed(const std::string& name, char type, int size, long dim, long rows) override;
  Column* addIndexed(const std::string& name, char type, int size, Column* index, long rows) override;

private:
  friend class TupleStore;
  Column* make(const std::string& name, char type, int size, int kind, long capacity);
  std::string m_path, m_title;
  std::vector<Column*> m_columns;
  std::unordered_map<std::string, Column*> m_names;
  long long m_rows = 0;
};

// Booking through the ntuple service. Also the one that may construct columns.
class TupleStore : public INTupleSvc {
public:
  NTuple::Tuple* book(const std::string& path, const CLID& type, const std::string& title) override;
  StatusCode writeRecord(NTuple::Tuple* tuple) override;
  StatusCode registerObject(const std::string& path, DataObject* object) override;
  StatusCode unregisterObject(const std::string& path) override;
  StatusCode retrieveObject(const std::string& path, DataObject*& object) override;
  StatusCode findObject(const std::string& path, DataObject*& object) override { return retrieveObject(path, object); }

  // The logical files of NTupleSvc.Output; as long as none was given, any name can be booked.
  void allowFile(const std::string& name) { m_files.insert(name); }

  std::size_t size() const { return m_tuples.size(); }
  BookedTuple& at(std::size_t i) { return *m_tuples.at(i); }

  static Column* create(Column::Details* details, long capacity);
  static void destroy(Column* column);
  static Column::Details& open(Column* column) { return *column->m_details; }

private:
  std::vector<std::unique_ptr<BookedTuple>> m_tuples;
  std::set<std::string> m_files;
};

}

#endif
