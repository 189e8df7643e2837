#include "switch/hostname.h"

#include <stdlib.h>
#include <string.h>

#include "util/log.h"

#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS   60000
#define REFRESH_NS     (300 * IAX2_NS_PER_S)
#define DOUBT_NS       (10 * IAX2_NS_PER_S)

struct hostname {
	struct loop *loop;
	struct timers *timers;
	char *host;
	uint16_t port;
	hostname_fn fn;
	void *arg;
	struct loop_lookup *lookup; /* NULL: none under way */
	struct pbx_timer *timer;
	struct iax2_addr addr; /* the last answer; family 0: none yet */
	iax2_ns asked;
	unsigned failures;
};

unsigned hostname_backoff_ms(unsigned failures)
{
	unsigned ms = RETRY_FIRST_MS;
	for (unsigned i = 1; i < failures && ms < RETRY_MAX_MS; i++) {
		ms *= 2;
	}
	return ms < RETRY_MAX_MS ? ms : RETRY_MAX_MS;
}

static void ask(struct hostname *r);

static void on_timer(void *arg)
{
	struct hostname *r = arg;
	r->timer = NULL;
	ask(r);
}

static void ask_after(struct hostname *r, iax2_ns delay)
{
	timers_del(r->timers, r->timer);
	r->timer = timers_add(r->timers, loop_now(r->loop) + delay, on_timer, r);
	if (!r->timer) {
		log_error("Out of memory: '%s' is not looked up again until something needs it", r->host);
	}
}

static void failed(struct hostname *r, const char *error)
{
	r->failures++;
	unsigned ms = hostname_backoff_ms(r->failures);
	if (r->failures == 1 || ms == RETRY_MAX_MS) {
		log_warning("Cannot look up '%s': %s; trying again in %u s", r->host, error, ms / 1000);
	}
	ask_after(r, ms * IAX2_NS_PER_MS);
}

static void on_lookup(const struct iax2_addr *addr, const char *error, void *arg)
{
	struct hostname *r = arg;
	r->lookup = NULL;
	if (error) {
		failed(r, error);
		return;
	}
	r->failures = 0;
	ask_after(r, REFRESH_NS);
	if (!iax2_addr_equal(&r->addr, addr)) {
		r->addr = *addr;
		r->fn(addr, r->arg);
	}
}

static void ask(struct hostname *r)
{
	r->asked = loop_now(r->loop);
	r->lookup = loop_lookup_new(r->loop, r->host, r->port, on_lookup, r);
	if (!r->lookup) {
		failed(r, "out of memory");
	}
}

struct hostname *hostname_new(struct loop *loop, struct timers *timers, const char *host, uint16_t port, hostname_fn fn,
                              void *arg)
{
	struct hostname *r = calloc(1, sizeof *r);
	char *copy = strdup(host);
	if (!r || !copy) {
		free(r);
		free(copy);
		return NULL;
	}
	*r = (struct hostname){.loop = loop, .timers = timers, .host = copy, .port = port, .fn = fn, .arg = arg};
	ask(r);
	return r;
}

void hostname_doubt(struct hostname *r)
{
	if (!r->lookup && loop_now(r->loop) - r->asked >= DOUBT_NS) {
		timers_del(r->timers, r->timer);
		r->timer = NULL;
		ask(r);
	}
}

void hostname_del(struct hostname *r)
{
	if (!r) {
		return;
	}
	if (r->lookup) {
		loop_lookup_cancel(r->lookup);
	}
	timers_del(r->timers, r->timer);
	free(r->host);
	free(r);
}
