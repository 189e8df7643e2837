#include "util/clock.h"

#include <time.h>

static int64_t clock_read(clockid_t id)
{
	struct timespec ts = {0};

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

int64_t clock_monotonic_ns(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

int64_t clock_wall_ns(void)
{
	return clock_read(CLOCK_REALTIME);
}
