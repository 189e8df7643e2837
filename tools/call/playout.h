/* Playout: a small jitter buffer.  Voice goes in by its time stamp, in any order, and comes out by the clock.
 *
 * What is missing when its time comes is silence of the right length, so a recording keeps its timing.  A frame that comes a
 * little too late makes the buffer wait longer from then on; when it has waited longer than needed for some seconds, it skips a
 * frame. */
#ifndef IAXCALL_PLAYOUT_H
#define IAXCALL_PLAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iax2/types.h"

#define PLAYOUT_SAMPLES 32768   /* 4 s, a power of two */

struct playout {
	int64_t next;          /* the sample that comes out next, in samples of the sender's clock */
	int64_t newest;        /* one behind the latest sample that is in */
	int64_t delay;         /* samples to wait at the beginning */
	int64_t least;         /* the least that was in stock since `window` began */
	unsigned window;       /* samples taken out in this window */
	unsigned late_in_a_row;
	bool started;
	uint64_t late, stretched, skipped, restarted;   /* frames thrown away; delay grown, shrunk, set anew */
	int16_t ring[PLAYOUT_SAMPLES];   /* zero where nothing is */
};

void playout_init(struct playout *p, unsigned delay_ms);
/* Puts in a frame that begins at ts. */
void playout_put(struct playout *p, iax2_ts ts, const int16_t *samples, size_t count);
/* Takes out the next samples; false (and silence) before the first frame was put in. */
bool playout_get(struct playout *p, int16_t *out, size_t count);
/* Samples that were put in and wait to be taken out. */
size_t playout_stock(const struct playout *p);

#endif
