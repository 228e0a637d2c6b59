// Basic integer types and visibility macro of the framework.
#ifndef STANDIN_GAUDIKERNEL_KERNEL_H
#define STANDIN_GAUDIKERNEL_KERNEL_H

#include <stdint.h>

typedef unsigned int CLID;
typedef int64_t longlong;
typedef uint64_t ulonglong;

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "v0"
#endif

#endif
