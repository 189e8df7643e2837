#include "switch/when.h"

#include <time.h>

#include "iax2/ie.h"
#include "util/clock.h"

int64_t when_s(void)
{
	return clock_wall_ns() / INT64_C(1000000000);
}

uint32_t when_datetime(void)
{
	time_t now = (time_t)when_s();
	struct tm tm;
	if (!localtime_r(&now, &tm)) {
		return 0;
	}
	return iax2_datetime_pack(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
