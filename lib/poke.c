#include "poke.h"

#include <stdio.h>

#include "iax2/registration.h"

#include "messages.h"

#define POKE_AGAIN_MS 1000 /* after an answer that nobody can measure */

struct iax2_qualify {
	struct iax2_object object;      /* first; `held` while the owner polls */
	struct iax2_path path;
	struct iax2_qualify_params params;
	struct iax2_leg *leg;           /* the poll under way; NULL: none */
	struct iax2_timer timer;        /* next poll */
	struct iax2_timer timeout;      /* of the poll under way */
	int32_t last_ms;
	bool again;                     /* the last answer was uncertain, and a poll out of turn is to tell */
};

struct poke_leg {
	struct iax2_leg leg;            /* first */
	struct iax2_qualify *qualify;   /* NULL: given up */
};

void iax2_poke_answer(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	iax2_answer_stateless(ep, path, frame, IAX2_CMD_PONG, NULL);
}

static const struct iax2_leg_ops poke_ops;

static void poke_drop(struct iax2_qualify *qualify)
{
	struct iax2_leg *leg = qualify->leg;

	qualify->leg = NULL;
	iax2_timer_stop(&qualify->object.ep->timers, &qualify->timeout);
	if (leg) {
		IAX2_LEG_OF(struct poke_leg, leg)->qualify = NULL;
		iax2_leg_destroy(leg);
	}
}

/* A new round trip, -1 for none; the next poll comes after `next_ms`. */
static void poke_result(struct iax2_qualify *qualify, int32_t ms, uint32_t next_ms)
{
	struct iax2_endpoint *ep = qualify->object.ep;
	struct iax2_event ev = {.type = IAX2_EV_QUALIFY, .qualify = qualify, .path = qualify->path};

	qualify->last_ms = ms;
	iax2_timer_start(&ep->timers, &qualify->timer, ep->now + next_ms * IAX2_NS_PER_MS);
	if (iax2_eventq_push(&ep->events, ep->mem, &qualify->object, &ev, false, false) < 0) {
		ep->stats.no_memory++;
	}
}

static void poke_measured(struct iax2_qualify *qualify, int32_t ms)
{
	bool good;

	qualify->again = false;
	ms = ms > 0 ? ms : 1; /* 0 means unknown */
	if (qualify->last_ms > 0 && qualify->params.smoothing) {
		ms = (ms + qualify->last_ms) / 2;
	}
	good = (uint32_t)ms <= qualify->params.max_ms;
	poke_result(qualify, ms, good ? qualify->params.freq_ok_ms : qualify->params.freq_notok_ms);
}

/* The poll had to be sent again, so the answer may belong to any transmission.  The address is reachable, which is told at once, with the figure
 * there was before or else the shortest possible; a poll out of turn gets a better one.  If that is no more certain, the way is slower than our
 * patience, and the longest time is near the truth. */
static void poke_uncertain(struct iax2_qualify *qualify, const struct iax2_rtt_echo *answer)
{
	int32_t guess = qualify->last_ms > 0 ? qualify->last_ms : answer->last_ms;

	if (qualify->again) {
		poke_measured(qualify, answer->ms);
		return;
	}
	qualify->again = true;
	poke_result(qualify, guess > 0 ? guess : 1, POKE_AGAIN_MS);
}

static void poke_failed(struct iax2_qualify *qualify)
{
	qualify->again = false;
	poke_result(qualify, -1, qualify->params.freq_notok_ms);
}

/* The leg came to its end by itself: refused, or nothing was acknowledged.  The time-out decides what that means. */
static void poke_ended(struct iax2_leg *leg, const struct iax2_ending *ending)
{
	struct poke_leg *poke = IAX2_LEG_OF(struct poke_leg, leg);

	(void)ending;
	if (poke->qualify) {
		poke->qualify->leg = NULL;
		poke->qualify = NULL;
	}
}

static const struct iax2_leg_ops poke_ops = {.ended = poke_ended};

void iax2_poke_pong(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	struct poke_leg *poke = IAX2_LEG_OF(struct poke_leg, leg);
	struct iax2_qualify *qualify = poke->qualify;
	struct iax2_rtt_echo answer = iax2_leg_echo(leg, frame, true);

	iax2_leg_ack(leg, frame);
	if (!qualify || !answer.known) {
		return;
	}
	poke_drop(qualify);
	if (answer.certain) {
		poke_measured(qualify, answer.ms);
	} else {
		poke_uncertain(qualify, &answer);
	}
}

static uint32_t poke_timeout_ms(const struct iax2_qualify *qualify)
{
	uint64_t most = (uint64_t)qualify->params.freq_ok_ms * 5 / 6;

	if (qualify->last_ms < 0) {
		return (uint32_t)((uint64_t)qualify->params.freq_notok_ms * 5 / 6);
	}
	return most < 20000 + (uint64_t)qualify->params.max_ms ? (uint32_t)most : 20000 + qualify->params.max_ms;
}

/* The round trip to be expected: an eighth of what is allowed (17.4), or what it was when that is more, so that a slow way is measured too. */
static int32_t poke_patience_ms(const struct iax2_qualify *qualify)
{
	int32_t eighth = (int32_t)(qualify->params.max_ms / 8);

	return qualify->last_ms > eighth ? qualify->last_ms : eighth;
}

static int poke_send(struct iax2_qualify *qualify)
{
	struct iax2_endpoint *ep = qualify->object.ep;
	struct poke_leg *poke = iax2_mem_alloc_zero(ep->mem, sizeof(*poke));
	uint8_t buf[2];
	struct iax2_ie_writer w;
	int rc;

	if (!poke) {
		ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	rc = iax2_leg_init(&poke->leg, ep, &poke_ops, &qualify->path, 0, false);
	if (rc < 0) {
		iax2_mem_free(ep->mem, poke);
		return rc;
	}
	poke->leg.state = IAX2_LEG_POKE_SENT;
	poke->leg.rtt_ms = poke_patience_ms(qualify);
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_raw(&w, IAX2_IE_CALLTOKEN, "", 0);
	rc = iax2_leg_command(&poke->leg, IAX2_CMD_POKE, &w);
	if (rc < 0) {
		iax2_leg_destroy(&poke->leg);
		return rc;
	}
	poke->qualify = qualify;
	qualify->leg = &poke->leg;
	return 0;
}

static void poke_now(struct iax2_qualify *qualify)
{
	struct iax2_endpoint *ep = qualify->object.ep;

	poke_drop(qualify);
	iax2_timer_stop(&ep->timers, &qualify->timer);
	iax2_timer_start(&ep->timers, &qualify->timeout, ep->now + poke_timeout_ms(qualify) * IAX2_NS_PER_MS);
	(void)poke_send(qualify); /* without memory the time-out leads to the next try */
}

static void poke_fire(iax2_ns now, void *arg)
{
	(void)now;
	poke_now(arg);
}

static void poke_timed_out(iax2_ns now, void *arg)
{
	struct iax2_qualify *qualify = arg;

	(void)now;
	poke_drop(qualify);
	poke_failed(qualify);
}

static void qualify_del(struct iax2_object *object)
{
	iax2_timer_stop(&object->ep->timers, &((struct iax2_qualify *)(void *)object)->timer);
	iax2_timer_stop(&object->ep->timers, &((struct iax2_qualify *)(void *)object)->timeout);
	iax2_timers_release(&object->ep->timers, 2);
	iax2_mem_free(object->ep->mem, object);
}

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

int iax2_qualify_new(struct iax2_endpoint *ep, struct iax2_qualify **out, const struct iax2_path *path,
                     const struct iax2_qualify_params *params, iax2_ns now)
{
	struct iax2_qualify *qualify;

	iax2_endpoint_touch(ep, now);
	qualify = iax2_mem_alloc_zero(ep->mem, sizeof(*qualify));
	if (!qualify || iax2_timers_reserve(&ep->timers, ep->mem, 2) < 0) {
		ep->stats.no_memory++;
		iax2_mem_free(ep->mem, qualify);
		return IAX2_ERR_NOMEM;
	}
	iax2_object_init(&qualify->object, ep, qualify_del);
	qualify->object.held = true;
	qualify->object.user = params->user;
	qualify->path = *path;
	qualify->params = *params;
	qualify->params.max_ms = or_default(params->max_ms, 2000);
	qualify->params.freq_ok_ms = or_default(params->freq_ok_ms, 60000);
	qualify->params.freq_notok_ms = or_default(params->freq_notok_ms, 10000);
	iax2_timer_init(&qualify->timer, poke_fire, qualify);
	iax2_timer_init(&qualify->timeout, poke_timed_out, qualify);
	poke_now(qualify);
	*out = qualify;
	return 0;
}

void iax2_qualify_set_path(struct iax2_qualify *qualify, const struct iax2_path *path, iax2_ns now)
{
	iax2_endpoint_touch(qualify->object.ep, now);
	qualify->path = *path;
	qualify->again = false;
	poke_now(qualify);
}

void iax2_qualify_stop(struct iax2_qualify *qualify)
{
	poke_drop(qualify);
	iax2_timer_stop(&qualify->object.ep->timers, &qualify->timer);
	iax2_object_release(&qualify->object);
}

void iax2_qualify_info(const struct iax2_qualify *qualify, struct iax2_qualify_info *info)
{
	*info = (struct iax2_qualify_info){.path = qualify->path, .last_ms = qualify->last_ms, .max_ms = qualify->params.max_ms};
}

const char *iax2_qualify_text(int32_t last_ms, uint32_t max_ms, char buf[static 32])
{
	if (max_ms == 0) {
		return "Unmonitored";
	}
	if (last_ms == 0) {
		return "UNKNOWN";
	}
	if (last_ms < 0) {
		return "UNREACHABLE";
	}
	(void)snprintf(buf, 32, "%s (%d ms)", (uint32_t)last_ms > max_ms ? "LAGGED" : "OK", (int)last_ms);
	return buf;
}
