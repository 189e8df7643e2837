/* The time stamps we send (protocol reference 6.1 to 6.3). */
#ifndef IAX2_LIB_STAMP_H
#define IAX2_LIB_STAMP_H

#include "iax2/types.h"

struct iax2_stamp_media {
	bool used;             /* something was sent */
	iax2_ts last;          /* time stamp of the frame before */
	uint32_t last_ms;      /* and its duration */
	bool anchored;         /* `offset` holds */
	iax2_ts offset;        /* what a source clock of our owner lies behind ours */
};

struct iax2_stamp {
	bool running;          /* `zero` holds */
	iax2_ns zero;
	bool any;
	iax2_ts last;          /* highest sent, echoes not counted */
	struct iax2_stamp_media voice, video;
};

/* The call's clock; the first use is its zero. */
iax2_ts iax2_stamp_clock(struct iax2_stamp *stamp, iax2_ns now);
/* For IAX commands: strictly growing. */
iax2_ts iax2_stamp_command(struct iax2_stamp *stamp, iax2_ns now);
/* For control frames, digits, text and so on: kept in order with predicted voice. */
iax2_ts iax2_stamp_signal(struct iax2_stamp *stamp, iax2_ns now);
/* For a voice frame of duration_ms; `source` is the owner's time stamp or IAX2_TS_AUTO. */
iax2_ts iax2_stamp_voice(struct iax2_stamp *stamp, iax2_ts source, uint32_t duration_ms, iax2_ns now);
iax2_ts iax2_stamp_video(struct iax2_stamp *stamp, iax2_ts source, iax2_ns now);
/* The next voice frame starts from the clock (after silence). */
void iax2_stamp_silence(struct iax2_stamp *stamp);

#endif
