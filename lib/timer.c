#include "timer.h"

#include "mem.h"

static bool timer_before(const struct iax2_timer *a, const struct iax2_timer *b)
{
	return a->deadline < b->deadline || (a->deadline == b->deadline && a->order < b->order);
}

static void heap_put(struct iax2_timers *timers, size_t place, struct iax2_timer *timer)
{
	timers->heap[place - 1] = timer;
	timer->place = place;
}

static void heap_up(struct iax2_timers *timers, struct iax2_timer *timer)
{
	size_t place = timer->place;

	while (place > 1 && timer_before(timer, timers->heap[place / 2 - 1])) {
		heap_put(timers, place, timers->heap[place / 2 - 1]);
		place /= 2;
	}
	heap_put(timers, place, timer);
}

static void heap_down(struct iax2_timers *timers, struct iax2_timer *timer)
{
	size_t place = timer->place;

	for (;;) {
		size_t child = 2 * place;

		if (child > timers->count) {
			break;
		}
		if (child < timers->count && timer_before(timers->heap[child], timers->heap[child - 1])) {
			child++;
		}
		if (!timer_before(timers->heap[child - 1], timer)) {
			break;
		}
		heap_put(timers, place, timers->heap[child - 1]);
		place = child;
	}
	heap_put(timers, place, timer);
}

int iax2_timers_reserve(struct iax2_timers *timers, const struct iax2_mem *mem, size_t n)
{
	size_t want = timers->reserved + n;

	if (want > timers->cap) {
		size_t cap = want > 2 * timers->cap ? want + 16 : 2 * timers->cap;
		struct iax2_timer **heap = iax2_mem_realloc_array(mem, timers->heap, cap, sizeof(struct iax2_timer *));

		if (!heap) {
			return IAX2_ERR_NOMEM;
		}
		timers->heap = heap;
		timers->cap = cap;
	}
	timers->reserved = want;
	return 0;
}

void iax2_timers_release(struct iax2_timers *timers, size_t n)
{
	timers->reserved -= n;
}

void iax2_timers_fini(struct iax2_timers *timers, const struct iax2_mem *mem)
{
	iax2_mem_free(mem, timers->heap);
	*timers = (struct iax2_timers){0};
}

void iax2_timer_init(struct iax2_timer *timer, iax2_timer_fn fire, void *arg)
{
	*timer = (struct iax2_timer){.fire = fire, .arg = arg};
}

void iax2_timer_start(struct iax2_timers *timers, struct iax2_timer *timer, iax2_ns deadline)
{
	timer->deadline = deadline;
	timer->order = timers->order++;
	if (!timer->place) {
		timer->place = ++timers->count;
	}
	heap_up(timers, timer);
	heap_down(timers, timer);
}

void iax2_timer_stop(struct iax2_timers *timers, struct iax2_timer *timer)
{
	struct iax2_timer *last;
	size_t place = timer->place;

	if (!place) {
		return;
	}
	timer->place = 0;
	last = timers->heap[--timers->count];
	if (last != timer) {
		last->place = place;
		heap_up(timers, last);
		heap_down(timers, last);
	}
}

iax2_ns iax2_timers_next(const struct iax2_timers *timers)
{
	return timers->count ? timers->heap[0]->deadline : IAX2_NS_NEVER;
}

struct iax2_timer *iax2_timers_pop(struct iax2_timers *timers, iax2_ns now)
{
	struct iax2_timer *timer = timers->count ? timers->heap[0] : NULL;

	if (!timer || timer->deadline > now) {
		return NULL;
	}
	iax2_timer_stop(timers, timer);
	return timer;
}
