#include "playout.h"

#include <string.h>

#define SAMPLES_PER_MS 8
#define STEP (20 * SAMPLES_PER_MS)
/* A frame later than this is not waited for. */
#define STRETCH_MAX (200 * SAMPLES_PER_MS)
/* So many late frames in a row mean that the sender has set his clock back. */
#define LATE_MAX 10
/* How far ahead a time stamp may be before it is another clock. */
#define AHEAD_MAX (PLAYOUT_SAMPLES / 2)
/* Over this time the stock must have been too large, by this much, before a frame is skipped. */
#define WINDOW (5000 * SAMPLES_PER_MS)
#define SLACK (2 * STEP)

static void restart(struct playout *p, int64_t at)
{
	memset(p->ring, 0, sizeof p->ring);
	p->next = at - p->delay;
	p->newest = at;
	p->least = INT64_MAX;
	p->window = 0;
	p->late_in_a_row = 0;
}

static void take(struct playout *p, int16_t *out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int16_t *slot = &p->ring[(uint64_t)p->next++ & (PLAYOUT_SAMPLES - 1)];

		if (out)
			out[i] = *slot;
		*slot = 0;
	}
}

/* At the end of a window in which more was always in stock than the delay asks for. */
static void shrink(struct playout *p, size_t taken)
{
	p->window += (unsigned)taken;
	if (p->window < WINDOW)
		return;
	if (p->least > p->delay + SLACK) {
		take(p, NULL, STEP);
		p->skipped++;
	}
	p->window = 0;
	p->least = INT64_MAX;
}

/* True when the frame can be had by waiting longer from now on. */
static bool stretch(struct playout *p, int64_t late)
{
	if (late > STRETCH_MAX)
		return false;
	/* What has been taken out was set to zero: the time that comes again is silence. */
	p->next -= (late + STEP - 1) / STEP * STEP;
	p->stretched++;
	return true;
}

void playout_init(struct playout *p, unsigned delay_ms)
{
	memset(p, 0, sizeof *p);
	p->delay = (int64_t)delay_ms * SAMPLES_PER_MS;
}

void playout_put(struct playout *p, iax2_ts ts, const int16_t *samples, size_t count)
{
	int64_t at = ts * SAMPLES_PER_MS;

	if (count > AHEAD_MAX)
		return;
	if (!p->started) {
		p->started = true;
		restart(p, at);
	}
	if (at > p->next + AHEAD_MAX || (at < p->next && p->late_in_a_row >= LATE_MAX)) {
		p->restarted++;
		restart(p, at);
	}
	if (at < p->next && !stretch(p, p->next - at)) {
		p->late++;
		p->late_in_a_row++;
		return;
	}
	p->late_in_a_row = 0;
	for (size_t i = 0; i < count; i++)
		p->ring[(uint64_t)(at + (int64_t)i) & (PLAYOUT_SAMPLES - 1)] = samples[i];
	if (at + (int64_t)count > p->newest)
		p->newest = at + (int64_t)count;
}

bool playout_get(struct playout *p, int16_t *out, size_t count)
{
	if (!p->started) {
		memset(out, 0, count * sizeof *out);
		return false;
	}
	if (p->newest - p->next < p->least)
		p->least = p->newest - p->next;
	take(p, out, count);
	shrink(p, count);
	return true;
}

size_t playout_stock(const struct playout *p)
{
	return p->started && p->newest > p->next ? (size_t)(p->newest - p->next) : 0;
}
