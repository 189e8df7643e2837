#include "tstamp.h"

iax2_ts iax2_tstamp_expand(const struct iax2_tstamp *ts, uint32_t wire, unsigned bits)
{
	const iax2_ts step = INT64_C(1) << bits;
	iax2_ts low = (iax2_ts)wire & (step - 1);
	iax2_ts value;

	if (!ts->seen) {
		return low;
	}
	value = (ts->last & ~(step - 1)) | low;
	if (value - ts->last <= -step / 2) {
		value += step;
	} else if (value - ts->last > step / 2 && value >= step) {
		value -= step;
	}
	return value;
}

iax2_ts iax2_tstamp_receive(struct iax2_tstamp *ts, uint32_t wire, unsigned bits)
{
	iax2_ts value = iax2_tstamp_expand(ts, wire, bits);

	if (!ts->seen || value > ts->last) {
		ts->last = value;
	}
	ts->seen = true;
	return value;
}
