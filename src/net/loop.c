/* How it works: libuv waits for descriptors and signals, one turn at a time (UV_RUN_ONCE), so that the owner's turn function
 * runs when all callbacks of a turn are done and before the next wait.  Its timers have a grain of a millisecond and start from a
 * clock that is read once a turn; ours are a heap of their own above one timerfd, which is set once per turn, when the first
 * deadline has changed. */
#include "net/loop.h"

#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "net/resolver.h"
#include "util/clock.h"

struct loop {
	uv_loop_t uv;
	int timer_fd;
	struct loop_watch *timer_watch;
	struct resolver *resolver;
	struct loop_watch *resolver_watch;
	loop_turn_fn turn;
	void *turn_arg;
	bool stopped;

	struct loop_timer **heap; /* by (deadline, seq) */
	size_t heap_len, heap_cap;
	size_t timer_count; /* made and not deleted: the heap has room for all of them */
	uint64_t next_seq;
	iax2_ns armed;  /* what the timerfd is set to; IAX2_NS_NEVER: off */
	iax2_ns firing; /* while timers fire: the time up to which they do; else -1 */
};

#define NOT_QUEUED SIZE_MAX

struct loop_timer {
	struct loop *loop;
	loop_timer_fn fn;
	void *arg;
	iax2_ns deadline;
	uint64_t seq;
	size_t pos; /* in the heap */
};

struct loop_watch {
	uv_poll_t uv;
	loop_watch_fn fn;
	void *arg;
	int fd;
	int events;
};

struct loop_signal {
	uv_signal_t uv;
	loop_signal_fn fn;
	void *arg;
};

struct loop_lookup {
	struct resolver_query *query;
	loop_lookup_fn fn;
	void *arg;
};

/* --- timers --- */

static bool timer_less(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->deadline != b->deadline ? a->deadline < b->deadline : a->seq < b->seq;
}

static void heap_place(struct loop *loop, size_t pos, struct loop_timer *timer)
{
	loop->heap[pos] = timer;
	timer->pos = pos;
}

static void heap_up(struct loop *loop, struct loop_timer *timer)
{
	size_t pos = timer->pos;

	while (pos > 0 && timer_less(timer, loop->heap[(pos - 1) / 2])) {
		heap_place(loop, pos, loop->heap[(pos - 1) / 2]);
		pos = (pos - 1) / 2;
	}
	heap_place(loop, pos, timer);
}

static void heap_down(struct loop *loop, struct loop_timer *timer)
{
	size_t pos = timer->pos;

	for (;;) {
		size_t child = 2 * pos + 1;
		if (child >= loop->heap_len) {
			break;
		}
		if (child + 1 < loop->heap_len && timer_less(loop->heap[child + 1], loop->heap[child])) {
			child++;
		}
		if (!timer_less(loop->heap[child], timer)) {
			break;
		}
		heap_place(loop, pos, loop->heap[child]);
		pos = child;
	}
	heap_place(loop, pos, timer);
}

static void heap_remove(struct loop *loop, struct loop_timer *timer)
{
	struct loop_timer *last = loop->heap[--loop->heap_len];

	if (last != timer) {
		heap_place(loop, timer->pos, last);
		heap_up(loop, last);
		heap_down(loop, last);
	}
	timer->pos = NOT_QUEUED;
}

static void timers_fire(int fd, int events, void *arg)
{
	struct loop *loop = arg;
	uint64_t expirations;

	(void)events;
	ssize_t n = read(fd, &expirations, sizeof(expirations));
	(void)n;
	loop->armed = IAX2_NS_NEVER;
	loop->firing = clock_monotonic_ns();
	while (loop->heap_len > 0 && loop->heap[0]->deadline <= loop->firing) {
		struct loop_timer *timer = loop->heap[0];
		heap_remove(loop, timer);
		timer->fn(timer->arg); /* may delete it */
	}
	loop->firing = -1;
}

/* Sets the timerfd to the first deadline, if that has changed. */
static void timers_arm(struct loop *loop)
{
	iax2_ns first = loop->heap_len > 0 ? loop->heap[0]->deadline : IAX2_NS_NEVER;
	struct itimerspec spec = {0};

	if (first == loop->armed) {
		return;
	}
	loop->armed = first;
	if (first != IAX2_NS_NEVER) {
		iax2_ns at = first > 0 ? first : 1; /* all zero would turn it off */
		spec.it_value.tv_sec = (time_t)(at / IAX2_NS_PER_S);
		spec.it_value.tv_nsec = (long)(at % IAX2_NS_PER_S);
	}
	timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_timer_fn fn, void *arg)
{
	struct loop_timer *timer = malloc(sizeof(*timer));

	if (!timer) {
		return NULL;
	}
	if (loop->timer_count == loop->heap_cap) {
		size_t cap = loop->heap_cap ? 2 * loop->heap_cap : 64;
		struct loop_timer **heap = realloc(loop->heap, cap * sizeof(struct loop_timer *));
		if (!heap) {
			free(timer);
			return NULL;
		}
		loop->heap = heap;
		loop->heap_cap = cap;
	}
	loop->timer_count++;
	*timer = (struct loop_timer){.loop = loop, .fn = fn, .arg = arg, .pos = NOT_QUEUED};
	return timer;
}

void loop_timer_set(struct loop_timer *timer, iax2_ns deadline)
{
	struct loop *loop = timer->loop;

	if (deadline == IAX2_NS_NEVER) {
		if (timer->pos != NOT_QUEUED) {
			heap_remove(loop, timer);
		}
		return;
	}
	/* What a timer sets while timers fire waits for the next turn: nobody can keep the loop in there. */
	timer->deadline = deadline <= loop->firing ? loop->firing + 1 : deadline;
	timer->seq = loop->next_seq++;
	if (timer->pos == NOT_QUEUED) {
		heap_place(loop, loop->heap_len++, timer);
	}
	heap_up(loop, timer);
	heap_down(loop, timer);
}

void loop_timer_del(struct loop_timer *timer)
{
	if (!timer) {
		return;
	}
	if (timer->pos != NOT_QUEUED) {
		heap_remove(timer->loop, timer);
	}
	timer->loop->timer_count--;
	free(timer);
}

/* --- descriptors and signals --- */

static void free_handle(uv_handle_t *handle)
{
	free(handle->data);
}

static int to_uv_events(int events)
{
	return (events & LOOP_READ ? UV_READABLE : 0) | (events & LOOP_WRITE ? UV_WRITABLE : 0);
}

static void watch_ready(uv_poll_t *uv, int status, int uv_events)
{
	struct loop_watch *watch = uv->data;
	int events = (uv_events & UV_READABLE ? LOOP_READ : 0) | (uv_events & UV_WRITABLE ? LOOP_WRITE : 0);

	if (status < 0) {
		/* An error is on the descriptor.  libuv has stopped watching it; its owner shall find the error by reading or writing. */
		uv_poll_start(&watch->uv, to_uv_events(watch->events), watch_ready);
		events = watch->events;
	}
	if (events) {
		watch->fn(watch->fd, events, watch->arg);
	}
}

struct loop_watch *loop_watch_new(struct loop *loop, int fd, int events, loop_watch_fn fn, void *arg)
{
	struct loop_watch *watch = calloc(1, sizeof(*watch));

	if (!watch || uv_poll_init(&loop->uv, &watch->uv, fd) != 0) {
		free(watch);
		return NULL;
	}
	watch->uv.data = watch;
	watch->fd = fd;
	watch->fn = fn;
	watch->arg = arg;
	loop_watch_set(watch, events);
	return watch;
}

void loop_watch_set(struct loop_watch *watch, int events)
{
	watch->events = events;
	if (events) {
		uv_poll_start(&watch->uv, to_uv_events(events), watch_ready);
	} else {
		uv_poll_stop(&watch->uv);
	}
}

void loop_watch_del(struct loop_watch *watch)
{
	if (watch) {
		uv_close((uv_handle_t *)&watch->uv, free_handle);
	}
}

static void signal_arrived(uv_signal_t *uv, int signo)
{
	struct loop_signal *sig = uv->data;

	sig->fn(signo, sig->arg);
}

struct loop_signal *loop_signal_new(struct loop *loop, int signo, loop_signal_fn fn, void *arg)
{
	struct loop_signal *sig = calloc(1, sizeof(*sig));

	if (!sig || uv_signal_init(&loop->uv, &sig->uv) != 0) {
		free(sig);
		return NULL;
	}
	sig->uv.data = sig;
	sig->fn = fn;
	sig->arg = arg;
	if (uv_signal_start(&sig->uv, signal_arrived, signo) != 0) {
		loop_signal_del(sig);
		return NULL;
	}
	return sig;
}

void loop_signal_del(struct loop_signal *sig)
{
	if (sig) {
		uv_close((uv_handle_t *)&sig->uv, free_handle);
	}
}

/* --- names --- */

static void answers_ready(int fd, int events, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)events;
	resolver_dispatch(loop->resolver);
}

static void lookup_done(const struct iax2_addr *addr, const char *error, void *arg)
{
	struct loop_lookup *lookup = arg;
	loop_lookup_fn fn = lookup->fn;
	void *fn_arg = lookup->arg;

	free(lookup);
	fn(addr, error, fn_arg);
}

struct loop_lookup *loop_lookup_new(struct loop *loop, const char *host, uint16_t port, loop_lookup_fn fn, void *arg)
{
	struct loop_lookup *lookup = malloc(sizeof(*lookup));

	if (!lookup) {
		return NULL;
	}
	lookup->fn = fn;
	lookup->arg = arg;
	lookup->query = resolver_query(loop->resolver, host, port, lookup_done, lookup);
	if (!lookup->query) {
		free(lookup);
		return NULL;
	}
	return lookup;
}

void loop_lookup_cancel(struct loop_lookup *lookup)
{
	if (lookup) {
		resolver_cancel(lookup->query);
		free(lookup);
	}
}

/* --- the loop --- */

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop) {
		return NULL;
	}
	if (uv_loop_init(&loop->uv) != 0) {
		free(loop);
		return NULL;
	}
	loop->firing = -1;
	loop->armed = IAX2_NS_NEVER;
	loop->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	loop->resolver = resolver_new();
	if (loop->timer_fd >= 0 && loop->resolver) {
		loop->timer_watch = loop_watch_new(loop, loop->timer_fd, LOOP_READ, timers_fire, loop);
		loop->resolver_watch = loop_watch_new(loop, resolver_fd(loop->resolver), LOOP_READ, answers_ready, loop);
	}
	if (!loop->timer_watch || !loop->resolver_watch) {
		loop_del(loop);
		return NULL;
	}
	return loop;
}

void loop_del(struct loop *loop)
{
	if (!loop) {
		return;
	}
	loop_watch_del(loop->timer_watch);
	loop_watch_del(loop->resolver_watch);
	/* Lets go of what was closed; a handle that its owner has forgotten must not hold us. */
	for (int i = 0; i < 2 && uv_loop_close(&loop->uv) == UV_EBUSY; i++) {
		uv_run(&loop->uv, UV_RUN_NOWAIT);
	}
	if (loop->resolver) {
		resolver_del(loop->resolver);
	}
	if (loop->timer_fd >= 0) {
		close(loop->timer_fd);
	}
	free(loop->heap);
	free(loop);
}

static void run_turn(struct loop *loop)
{
	if (loop->turn) {
		loop->turn(loop->turn_arg);
	}
	timers_arm(loop);
}

void loop_run(struct loop *loop)
{
	loop->stopped = false;
	run_turn(loop); /* something may have piled up before */
	while (!loop->stopped) {
		uv_run(&loop->uv, UV_RUN_ONCE);
		run_turn(loop);
	}
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

iax2_ns loop_now(struct loop *loop)
{
	(void)loop;
	return clock_monotonic_ns();
}

void loop_set_turn(struct loop *loop, loop_turn_fn fn, void *arg)
{
	loop->turn = fn;
	loop->turn_arg = arg;
}
