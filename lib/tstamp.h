/* Time stamps of a peer, expanded from 32, 16 or 15 bits on the wire to 64 bits (protocol reference 6.4): of all values with
 * these low bits the one nearest to the highest seen so far. */
#ifndef IAX2_LIB_TSTAMP_H
#define IAX2_LIB_TSTAMP_H

#include "iax2/types.h"

#define IAX2_TSTAMP_FULL  32
#define IAX2_TSTAMP_MINI  16
#define IAX2_TSTAMP_VIDEO 15

/* All zero at the beginning of a leg, and when both sides restart at zero after a transfer. */
struct iax2_tstamp {
	iax2_ts last; /* the highest so far */
	bool seen;    /* there was one */
};

/* The value nearest to `last`, never negative; the wire value itself before the first one.  Exactly half way goes forwards. */
iax2_ts iax2_tstamp_expand(const struct iax2_tstamp *ts, uint32_t wire, unsigned bits);

/* The same, and remembers it when it is the highest.  For media and IAX commands other than ACK, PONG and LAGRP, which echo ours.
 */
iax2_ts iax2_tstamp_receive(struct iax2_tstamp *ts, uint32_t wire, unsigned bits);

#endif
