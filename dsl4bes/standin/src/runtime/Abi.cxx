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

standin::BookedTuple& booked(void* handle, int i) { return open(handle)->job.tuples().at(i); }
TH1& histogram(void* handle, int i) { return *open(handle)->job.histograms().at(i).histogram; }

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

const char* besjob_messages(void* handle) { return open(handle)->job.messages().take(); }
const char* besjob_error(void* handle) { return open(handle)->error.c_str(); }

int besjob_tuple_count(void* handle) { return static_cast<int>(open(handle)->job.tuples().size()); }
const char* besjob_tuple_path(void* handle, int i) { return booked(handle, i).path().c_str(); }
const char* besjob_tuple_title(void* handle, int i) { return booked(handle, i).title().c_str(); }
std::int64_t besjob_tuple_rows(void* handle, int i) { return booked(handle, i).rows(); }
int besjob_tuple_column_count(void* handle, int i) { return static_cast<int>(booked(handle, i).size()); }
void besjob_tuple_clear(void* handle, int i) { booked(handle, i).clear(); }
const char* besjob_column_name(void* handle, int i, int c) { return booked(handle, i).details(c).name.c_str(); }
// Type letter as in the struct module of Python.
int besjob_column_type(void* handle, int i, int c) { return booked(handle, i).details(c).type; }
int besjob_column_size(void* handle, int i, int c) { return booked(handle, i).details(c).size; }
// 0 scalar, 1 fixed array or matrix, 2 indexed array or matrix.
int besjob_column_kind(void* handle, int i, int c) { return booked(handle, i).details(c).kind; }
// Elements per index step: 1, or the rows of a matrix.
std::int64_t besjob_column_rows(void* handle, int i, int c) { return booked(handle, i).details(c).rows; }
const char* besjob_column_index(void* handle, int i, int c) {
  const standin::Column* index = booked(handle, i).details(c).index;
  return index ? index->name().c_str() : "";
}
const void* besjob_column_data(void* handle, int i, int c, std::int64_t* bytes) {
  const auto& data = booked(handle, i).details(c).data;
  *bytes = static_cast<std::int64_t>(data.size());
  return data.data();
}

int besjob_histogram_count(void* handle) { return static_cast<int>(open(handle)->job.histograms().size()); }
const char* besjob_histogram_name(void* handle, int i) { return open(handle)->job.histograms().at(i).name.c_str(); }
const char* besjob_histogram_title(void* handle, int i) { return histogram(handle, i).GetTitle(); }
const char* besjob_histogram_axis_title(void* handle, int i, int axis) {
  TH1& h = histogram(handle, i);
  return (axis == 0 ? h.xAxis() : h.yAxis()).GetTitle();
}
int besjob_histogram_bins(void* handle, int i, int axis) {
  TH1& h = histogram(handle, i);
  if (axis >= h.GetDimension()) return 0;
  return (axis == 0 ? h.xAxis() : h.yAxis()).GetNbins();
}
const double* besjob_histogram_edges(void* handle, int i, int axis) {
  TH1& h = histogram(handle, i);
  return (axis == 0 ? h.xAxis() : h.yAxis()).edges().data();
}
const double* besjob_histogram_contents(void* handle, int i) { return histogram(handle, i).contents().data(); }
const double* besjob_histogram_sumw2(void* handle, int i) { return histogram(handle, i).sumw2().data(); }
double besjob_histogram_entries(void* handle, int i) { return histogram(handle, i).GetEntries(); }

}
