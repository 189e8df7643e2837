/* Timers: one-shot timers that are gone when they have fired, and all of which end with the switch. */
#ifndef TANDEM_SWITCH_TIMERS_H
#define TANDEM_SWITCH_TIMERS_H

#include "dialplan/pbx.h"
#include "net/loop.h"

struct timers {
	struct loop *loop;
	struct pbx_timer *first;
};

void timers_init(struct timers *timers, struct loop *loop);
void timers_fini(struct timers *timers); /* those left never fire */
/* NULL: out of memory. */
struct pbx_timer *timers_add(struct timers *timers, iax2_ns deadline, pbx_timer_fn fn, void *arg);
void timers_del(struct timers *timers, struct pbx_timer *timer); /* NULL is allowed */

#endif
