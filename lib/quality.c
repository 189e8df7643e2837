#include "quality.h"

#define METER_LOSS_MAX_MS 2000 /* a longer gap is a pause of the talker */

static void meter_jitter(struct iax2_meter *meter, int64_t transit)
{
	int64_t d = transit - meter->transit;

	if (meter->any) {
		meter->jitter16 += (d < 0 ? -d : d) - (meter->jitter16 + 8) / 16;
	}
	if (!meter->any || transit < meter->fastest) {
		meter->fastest = transit;
	}
	meter->transit = transit;
}

static void meter_order(struct iax2_meter *meter, iax2_ts ts)
{
	iax2_ts gap = ts - (meter->last + meter->last_ms);

	if (ts < meter->last) {
		meter->out_of_order++;
		meter->lost -= meter->lost > 0;
	} else if (meter->last_ms && gap >= meter->last_ms && gap <= METER_LOSS_MAX_MS && !meter->silence) {
		meter->lost += (uint32_t)(gap / meter->last_ms);
	}
}

void iax2_meter_frame(struct iax2_meter *meter, iax2_ts ts, uint32_t duration_ms, iax2_ns now)
{
	meter_jitter(meter, now / IAX2_NS_PER_MS - ts);
	if (meter->any) {
		meter_order(meter, ts);
	}
	if (!meter->any || ts >= meter->last) {
		meter->last = ts;
		meter->last_ms = duration_ms;
		meter->silence = false;
	}
	meter->any = true;
	meter->packets++;
}

void iax2_meter_silence(struct iax2_meter *meter)
{
	meter->silence = true;
}

static int32_t small(int64_t value, int32_t max)
{
	return value < 0 ? 0 : value > max ? max : (int32_t)value;
}

struct iax2_quality iax2_meter_read(const struct iax2_meter *meter)
{
	uint64_t expected = (uint64_t)meter->packets + meter->lost;

	if (!meter->any) {
		return (struct iax2_quality){.jitter_ms = 0, .delay_ms = 0, .packets = 0};
	}
	return (struct iax2_quality){
	    .jitter_ms = small(meter->jitter16 / 16, INT32_MAX),
	    .delay_ms = small(meter->transit - meter->fastest, UINT16_MAX),
	    .lost = small(meter->lost, 0xffffff),
	    .loss_percent = (int32_t)(100 * (uint64_t)meter->lost / expected),
	    .out_of_order = small(meter->out_of_order, INT32_MAX),
	    .packets = meter->packets,
	};
}

void iax2_quality_write(const struct iax2_quality *quality, struct iax2_ie_writer *w)
{
	iax2_iew_u32(w, IAX2_IE_RR_JITTER, (uint32_t)quality->jitter_ms);
	iax2_iew_u32(w, IAX2_IE_RR_LOSS, (uint32_t)quality->loss_percent << 24 | ((uint32_t)quality->lost & 0xffffff));
	iax2_iew_u32(w, IAX2_IE_RR_PKTS, quality->packets ? quality->packets : 1);
	iax2_iew_u32(w, IAX2_IE_RR_DELAY, (uint32_t)quality->delay_ms);
	iax2_iew_u32(w, IAX2_IE_RR_DROPPED, (uint32_t)quality->dropped);
	iax2_iew_u32(w, IAX2_IE_RR_OOO, (uint32_t)quality->out_of_order);
}

struct iax2_quality iax2_quality_decode(const struct iax2_ies *ies)
{
	uint32_t loss = iax2_ies_u32(ies, IAX2_IE_RR_LOSS, 0);

	return (struct iax2_quality){
	    .jitter_ms = (int32_t)iax2_ies_u32(ies, IAX2_IE_RR_JITTER, 0),
	    .delay_ms = (int32_t)iax2_ies_u32(ies, IAX2_IE_RR_DELAY, 0),
	    .lost = (int32_t)(loss & 0xffffff),
	    .loss_percent = (int32_t)(loss >> 24),
	    .dropped = (int32_t)iax2_ies_u32(ies, IAX2_IE_RR_DROPPED, 0),
	    .out_of_order = (int32_t)iax2_ies_u32(ies, IAX2_IE_RR_OOO, 0),
	    .packets = iax2_ies_u32(ies, IAX2_IE_RR_PKTS, 0),
	};
}
