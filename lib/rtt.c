#include "rtt.h"

/* The place of the question with that time stamp; IAX2_RTT_PROBES: there is none. */
static unsigned rtt_find(const struct iax2_rtt *rtt, uint32_t ts)
{
	unsigned i = 0;

	while (i < IAX2_RTT_PROBES && !(rtt->probe[i].used && rtt->probe[i].ts == ts)) {
		i++;
	}
	return i;
}

static int32_t rtt_since(iax2_ns then, iax2_ns now)
{
	iax2_ns ms = (now - then) / IAX2_NS_PER_MS;

	return ms < 0 ? 0 : ms > INT32_MAX ? INT32_MAX : (int32_t)ms;
}

void iax2_rtt_sent(struct iax2_rtt *rtt, uint32_t ts, bool again, iax2_ns now)
{
	unsigned i = rtt_find(rtt, ts);

	if (!again) {
		rtt->probe[rtt->next++ % IAX2_RTT_PROBES] = (struct iax2_rtt_probe){.used = true, .ts = ts, .first = now, .last = now};
	} else if (i < IAX2_RTT_PROBES) {
		rtt->probe[i].repeated = true;
		rtt->probe[i].last = now;
	}
}

struct iax2_rtt_echo iax2_rtt_answered(const struct iax2_rtt *rtt, uint32_t ts, iax2_ns now)
{
	unsigned i = rtt_find(rtt, ts);

	if (i == IAX2_RTT_PROBES) {
		return (struct iax2_rtt_echo){0};
	}
	return (struct iax2_rtt_echo){.known = true, .certain = !rtt->probe[i].repeated, .ms = rtt_since(rtt->probe[i].first, now),
	                              .last_ms = rtt_since(rtt->probe[i].last, now)};
}

int32_t iax2_rtt_smooth(int32_t smoothed_ms, int32_t ms)
{
	return smoothed_ms < 0 ? ms : (7 * smoothed_ms + ms) / 8;
}
