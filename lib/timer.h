/* Timers: one heap per endpoint, ordered by deadline and then by the order in which they were started, so that a run can be repeated
 * exactly.  Room in the heap is reserved when the object that owns a timer is made: starting one never fails. */
#ifndef IAX2_LIB_TIMER_H
#define IAX2_LIB_TIMER_H

#include "iax2/types.h"

typedef void (*iax2_timer_fn)(iax2_ns now, void *arg);

struct iax2_timer {
	iax2_ns deadline;
	uint64_t order;
	size_t place;       /* in the heap, from 1; 0: not running */
	iax2_timer_fn fire;
	void *arg;
};

struct iax2_timers {
	struct iax2_timer **heap;
	size_t count, cap, reserved;
	uint64_t order;
};

/* Room for n more timers.  0 or IAX2_ERR_NOMEM. */
int iax2_timers_reserve(struct iax2_timers *timers, const struct iax2_mem *mem, size_t n);
void iax2_timers_release(struct iax2_timers *timers, size_t n);
void iax2_timers_fini(struct iax2_timers *timers, const struct iax2_mem *mem);

void iax2_timer_init(struct iax2_timer *timer, iax2_timer_fn fire, void *arg);
/* Starts it, or moves it when it runs. */
void iax2_timer_start(struct iax2_timers *timers, struct iax2_timer *timer, iax2_ns deadline);
void iax2_timer_stop(struct iax2_timers *timers, struct iax2_timer *timer);
/* IAX2_NS_NEVER when nothing runs. */
iax2_ns iax2_timers_next(const struct iax2_timers *timers);
/* Takes the first timer that is due out of the heap; NULL: none. */
struct iax2_timer *iax2_timers_pop(struct iax2_timers *timers, iax2_ns now);

#endif
