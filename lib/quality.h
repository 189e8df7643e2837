/* How well the other side's voice arrives: the numbers of the receive reports (protocol reference 24.6), kept whether or not
 * there is a jitter buffer. */
#ifndef IAX2_LIB_QUALITY_H
#define IAX2_LIB_QUALITY_H

#include "iax2/call.h"

struct iax2_meter {
	bool any;
	iax2_ts last;            /* highest time stamp */
	uint32_t last_ms;        /* duration of that frame */
	bool silence;            /* the next gap is no loss */
	int64_t transit, fastest; /* arrival minus time stamp, ms; the smallest so far */
	int64_t jitter16;        /* smoothed, in sixteenths of a ms (RFC 3550 section 6.4.1) */
	uint32_t packets, lost, out_of_order;
};

void iax2_meter_frame(struct iax2_meter *meter, iax2_ts ts, uint32_t duration_ms, iax2_ns now);
void iax2_meter_silence(struct iax2_meter *meter);
struct iax2_quality iax2_meter_read(const struct iax2_meter *meter);
/* The six RR_ elements. */
void iax2_quality_write(const struct iax2_quality *quality, struct iax2_ie_writer *w);
struct iax2_quality iax2_quality_decode(const struct iax2_ies *ies);

#endif
