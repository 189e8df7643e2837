/* Clock: where time comes from in the programs (never in libiax2). */
#ifndef TANDEM_UTIL_CLOCK_H
#define TANDEM_UTIL_CLOCK_H

#include <stdint.h>

/* Monotonic nanoseconds (CLOCK_BOOTTIME, so that a suspended machine notices), and wall-clock nanoseconds since 1970. */
int64_t clock_monotonic_ns(void);
int64_t clock_wall_ns(void);

#endif
