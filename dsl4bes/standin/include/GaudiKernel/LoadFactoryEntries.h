// Macro of the load file of a package. It refers to the entries of the library of that name, so that a library name
// that differs between the two files does not link.
#ifndef STANDIN_GAUDIKERNEL_LOADFACTORYENTRIES_H
#define STANDIN_GAUDIKERNEL_LOADFACTORYENTRIES_H

#define LOAD_FACTORY_ENTRIES(LIBRARY)       \
  extern "C" void LIBRARY##_entries();      \
  extern "C" void LIBRARY##_load();         \
  void LIBRARY##_load() { LIBRARY##_entries(); }

#endif
