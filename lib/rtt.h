/* Round trips: how long the answers to PING, LAGRQ and POKE take (protocol reference 17.1).
 *
 * The time at which each question left is kept beside its time stamp, since the call's clock follows the media and moves while the question
 * is on its way.  The answer to a question that was sent more than once says nothing certain: nobody knows which of them it answers. */
#ifndef IAX2_LIB_RTT_H
#define IAX2_LIB_RTT_H

#include "iax2/types.h"

enum { IAX2_RTT_PROBES = 4 };

struct iax2_rtt {
	struct iax2_rtt_probe {
		bool used, repeated;
		uint32_t ts;              /* the answer echoes it */
		iax2_ns first, last;      /* transmission */
	} probe[IAX2_RTT_PROBES];
	unsigned next;                    /* the oldest makes room */
};

/* What an answer tells. */
struct iax2_rtt_echo {
	bool known;          /* it answers one of our questions */
	bool certain;        /* which was sent once */
	int32_t ms;          /* since the first transmission */
	int32_t last_ms;     /* since the last one */
};

/* A question with that time stamp left, or left again. */
void iax2_rtt_sent(struct iax2_rtt *rtt, uint32_t ts, bool again, iax2_ns now);
struct iax2_rtt_echo iax2_rtt_answered(const struct iax2_rtt *rtt, uint32_t ts, iax2_ns now);
/* A smoothed value (-1: none yet) with one more sample. */
int32_t iax2_rtt_smooth(int32_t smoothed_ms, int32_t ms);

#endif
