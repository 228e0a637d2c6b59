// The C interface of the job, used through ctypes. No exception leaves it; besjob_error has the last one's text.
#include "runtime/Job.h"

#include <cstdint>
#include <exception>
#include <string>

namespace {

struct Handle {
  standin::Job job;
  std::string error;
};

Handle* open(void* handle) {
  Handle* self = static_cast<Handle*>(handle);
  self->job.makeCurrent();
  return self;
}

// Runs an action; 0 if it went well, -1 with the error text if not.
template <class ACTION>
int guarded(void* handle, ACTION action) {
  Handle* self = open(handle);
  try {
    action(self->job);
    return 0;
  } catch (const std::exception& exception) {
    self->error = exception.what();
  } catch (...) {
    self->error = "an exception that is no std::exception";
  }
  return -1;
}

// Asks for one value; the fallback, with the error text set, if there is no such tuple, column or histogram.
template <class RESULT, class ACTION>
RESULT answer(void* handle, RESULT fallback, ACTION action) {
  RESULT result = fallback;
  guarded(handle, [&](standin::Job& job) { result = action(job); });
  return result;
}

template <class RESULT, class ACTION>
RESULT ofTuple(void* handle, int i, RESULT fallback, ACTION action) {
  return answer(handle, fallback, [&](standin::Job& job) { return action(job.tuples().at(i)); });
}

template <class RESULT, class ACTION>
RESULT ofColumn(void* handle, int i, int c, RESULT fallback, ACTION action) {
  return answer(handle, fallback, [&](standin::Job& job) { return action(job.tuples().at(i).details(c)); });
}

template <class RESULT, class ACTION>
RESULT ofHistogram(void* handle, int i, RESULT fallback, ACTION action) {
  return answer(handle, fallback, [&](standin::Job& job) { return action(*job.histograms().at(i).histogram); });
}

typedef standin::BookedTuple Tuple;
typedef standin::Column::Details Details;

const TAxis& axisOf(TH1& histogram, int axis) { return axis == 0 ? histogram.xAxis() : histogram.yAxis(); }

}

extern "C" {

void* besjob_new() { return new Handle; }
void besjob_delete(void* handle) { delete open(handle); }

int besjob_load(void* handle, const char* library) {
  return guarded(handle, [&](standin::Job& job) { job.load(library); });
}
int besjob_options(void* handle, const char* text) {
  return guarded(handle, [&](standin::Job& job) { job.addOptions(text); });
}
int besjob_algorithm(void* handle, const char* type, const char* instance) {
  return guarded(handle, [&](standin::Job& job) { job.addAlgorithm(type, instance); });
}
int besjob_vertex(void* handle, int run, int valid, const double position[3], const double sigma[3]) {
  return guarded(handle, [&](standin::Job& job) { job.vertices().set(run, valid != 0, position, sigma); });
}
int besjob_energy(void* handle, int run, double ecms) {
  return guarded(handle, [&](standin::Job& job) { job.energies().set(run, ecms); });
}
int besjob_initialize(void* handle) {
  return guarded(handle, [](standin::Job& job) { job.initialize(); });
}
int besjob_finalize(void* handle) {
  return guarded(handle, [](standin::Job& job) { job.finalize(); });
}
int besjob_batch(void* handle, std::int64_t events, int collections, const char** names, const std::int64_t** offsets,
                 int columns, const char** columnNames, const void** data) {
  return guarded(handle, [&](standin::Job& job) {
    job.events().loader().batch.bind(events, collections, names, offsets, columns, columnNames, data);
  });
}
std::int64_t besjob_execute(void* handle, std::int64_t first, std::int64_t last) {
  std::int64_t done = -1;
  return guarded(handle, [&](standin::Job& job) { done = job.execute(first, last); }) == 0 ? done : -1;
}

// D tags of the events that are executed from now on, as columns (see TagColumns.h).
int besjob_keep_tags(void* handle) {
  return guarded(handle, [](standin::Job& job) { job.keepTags(); });
}
const void* besjob_tag_data(void* handle, int column, std::int64_t* bytes) {
  *bytes = 0;
  return answer(handle, static_cast<const void*>(nullptr), [&](standin::Job& job) { return job.tags().data(column, *bytes); });
}
int besjob_tag_clear(void* handle) {
  return guarded(handle, [](standin::Job& job) { job.tags().clear(); });
}

// The same of a list of candidates (see ListColumns.h): 0 pi0, 1 eta, 2 V0s.
int besjob_keep_list(void* handle, int which) {
  return guarded(handle, [&](standin::Job& job) { job.keepList(which); });
}
const void* besjob_list_data(void* handle, int which, int column, std::int64_t* bytes) {
  *bytes = 0;
  return answer(handle, static_cast<const void*>(nullptr), [&](standin::Job& job) { return job.list(which).data(column, *bytes); });
}
int besjob_list_clear(void* handle) {
  return guarded(handle, [](standin::Job& job) {
    for (int which = 0; which < standin::Job::kLists; ++which) job.list(which).clear();
  });
}

const char* besjob_messages(void* handle) { return open(handle)->job.messages().take(); }
const char* besjob_error(void* handle) { return open(handle)->error.c_str(); }

int besjob_tuple_count(void* handle) { return static_cast<int>(open(handle)->job.tuples().size()); }
const char* besjob_tuple_path(void* handle, int i) {
  return ofTuple(handle, i, "", [](Tuple& tuple) { return tuple.path().c_str(); });
}
const char* besjob_tuple_title(void* handle, int i) {
  return ofTuple(handle, i, "", [](Tuple& tuple) { return tuple.title().c_str(); });
}
std::int64_t besjob_tuple_rows(void* handle, int i) {
  return ofTuple(handle, i, std::int64_t(0), [](Tuple& tuple) { return tuple.rows(); });
}
int besjob_tuple_column_count(void* handle, int i) {
  return ofTuple(handle, i, 0, [](Tuple& tuple) { return static_cast<int>(tuple.size()); });
}
int besjob_tuple_clear(void* handle, int i) {
  return guarded(handle, [&](standin::Job& job) { job.tuples().at(i).clear(); });
}

const char* besjob_column_name(void* handle, int i, int c) {
  return ofColumn(handle, i, c, "", [](const Details& column) { return column.name.c_str(); });
}
// Type letter as in the struct module of Python.
int besjob_column_type(void* handle, int i, int c) {
  return ofColumn(handle, i, c, 0, [](const Details& column) { return column.type; });
}
// 0 scalar, 1 fixed array or matrix, 2 indexed array or matrix.
int besjob_column_kind(void* handle, int i, int c) {
  return ofColumn(handle, i, c, 0, [](const Details& column) { return column.kind; });
}
// Elements per index step: 1, or the rows of a matrix.
std::int64_t besjob_column_rows(void* handle, int i, int c) {
  return ofColumn(handle, i, c, std::int64_t(0), [](const Details& column) { return column.rows; });
}
const char* besjob_column_index(void* handle, int i, int c) {
  return ofColumn(handle, i, c, "", [](const Details& column) { return column.index ? column.index->name().c_str() : ""; });
}
const void* besjob_column_data(void* handle, int i, int c, std::int64_t* bytes) {
  *bytes = 0;
  return ofColumn(handle, i, c, static_cast<const void*>(nullptr), [bytes](const Details& column) {
    *bytes = static_cast<std::int64_t>(column.data.size());
    return column.data.data();
  });
}

int besjob_histogram_count(void* handle) { return static_cast<int>(open(handle)->job.histograms().size()); }
const char* besjob_histogram_name(void* handle, int i) {
  return answer(handle, "", [&](standin::Job& job) { return job.histograms().at(i).name.c_str(); });
}
const char* besjob_histogram_title(void* handle, int i) {
  return ofHistogram(handle, i, "", [](TH1& histogram) { return histogram.GetTitle(); });
}
// Bins without under- and overflow; 0 for an axis that the histogram does not have.
int besjob_histogram_bins(void* handle, int i, int axis) {
  return ofHistogram(handle, i, 0, [axis](TH1& histogram) {
    return axis < histogram.GetDimension() ? axisOf(histogram, axis).GetNbins() : 0;
  });
}
const double* besjob_histogram_edges(void* handle, int i, int axis) {
  return ofHistogram(handle, i, static_cast<const double*>(nullptr),
                     [axis](TH1& histogram) { return axisOf(histogram, axis).edges().data(); });
}
const double* besjob_histogram_contents(void* handle, int i) {
  return ofHistogram(handle, i, static_cast<const double*>(nullptr),
                     [](TH1& histogram) { return histogram.contents().data(); });
}
const double* besjob_histogram_sumw2(void* handle, int i) {
  return ofHistogram(handle, i, static_cast<const double*>(nullptr),
                     [](TH1& histogram) { return histogram.sumw2().data(); });
}
int besjob_histogram_clear(void* handle, int i) {
  return guarded(handle, [&](standin::Job& job) { job.histograms().at(i).histogram->Reset(); });
}

}
