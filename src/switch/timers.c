#include "switch/timers.h"

#include <stdlib.h>

struct pbx_timer {
	struct timers *timers;
	struct loop_timer *alarm;
	pbx_timer_fn fn;
	void *arg;
	struct pbx_timer *next, *prev;
};

static void on_alarm(void *arg)
{
	struct pbx_timer *timer = arg;
	pbx_timer_fn fn = timer->fn;
	void *fn_arg = timer->arg;
	timers_del(timer->timers, timer);
	fn(fn_arg);
}

void timers_init(struct timers *timers, struct loop *loop)
{
	*timers = (struct timers){.loop = loop};
}

void timers_fini(struct timers *timers)
{
	while (timers->first) {
		timers_del(timers, timers->first);
	}
}

struct pbx_timer *timers_add(struct timers *timers, iax2_ns deadline, pbx_timer_fn fn, void *arg)
{
	struct pbx_timer *timer = malloc(sizeof *timer);
	if (!timer) {
		return NULL;
	}
	*timer = (struct pbx_timer){.timers = timers, .fn = fn, .arg = arg, .next = timers->first};
	timer->alarm = loop_timer_new(timers->loop, on_alarm, timer);
	if (!timer->alarm) {
		free(timer);
		return NULL;
	}
	if (timers->first) {
		timers->first->prev = timer;
	}
	timers->first = timer;
	loop_timer_set(timer->alarm, deadline);
	return timer;
}

void timers_del(struct timers *timers, struct pbx_timer *timer)
{
	if (!timer) {
		return;
	}
	*(timer->prev ? &timer->prev->next : &timers->first) = timer->next;
	if (timer->next) {
		timer->next->prev = timer->prev;
	}
	loop_timer_del(timer->alarm);
	free(timer);
}
