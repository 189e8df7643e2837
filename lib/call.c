#include "call.h"

#define CALL_DIGIT_MAX_MS 6000

static void call_ended(struct iax2_leg *leg, const struct iax2_ending *ending)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	struct iax2_event ev = {.type = IAX2_EV_ENDED, .call = call, .path = leg->path, .cause = ending->cause, .text = ending->text,
	                        .reason = ending->reason};

	iax2_call_unbridge(call);
	iax2_call_stop_timers(call);
	if (leg->object.held && iax2_eventq_push(&leg->ep->events, leg->ep->mem, &leg->object, &ev, false, true) < 0) {
		leg->ep->stats.no_memory++;
	}
}

static bool call_is_farewell(const struct iax2_frame *frame)
{
	return frame->type == IAX2_TYPE_IAX &&
	       (frame->subclass == IAX2_CMD_HANGUP || frame->subclass == IAX2_CMD_REJECT || frame->subclass == IAX2_CMD_INVAL);
}

/* The other side has shown that it sees what we send: the deferred start (5.6; not for a call that ends with this frame), the timers, and an
 * end to waiting for any answer. */
static void call_heard(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);
	struct iax2_event ev = {.type = IAX2_EV_READY, .call = call, .path = leg->path, .format = call->format};

	if (!leg->incoming && leg->phase && iax2_leg_in(leg, IAX2_IN_SETUP)) {
		iax2_leg_plan(leg, 0, NULL);
	}
	if (!iax2_leg_in(leg, IAX2_IN_ENDED)) {
		iax2_call_start_timers(call);
	}
	if (leg->incoming && iax2_leg_in(leg, IAX2_IN_STARTED) && !call->ready_told && !call_is_farewell(frame)) {
		call->ready_told = true;
		iax2_call_event_or_end(call, &ev);
	}
}

static void call_stop(struct iax2_leg *leg)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);

	iax2_call_unbridge(call);
	iax2_call_stop_timers(call);
}

static void call_fini(struct iax2_leg *leg)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);

	iax2_challenge_wipe(&call->challenge, leg->ep);
	iax2_identity_wipe(&call->identity, leg->ep);
	iax2_mem_free(leg->ep->mem, call->asked_user);
	iax2_mem_free(leg->ep->mem, call->reject_text);
}

static const struct iax2_leg_ops call_ops = {.ended = call_ended, .heard = call_heard, .stop = call_stop, .fini = call_fini};

struct iax2_call *iax2_call_of(struct iax2_leg *leg)
{
	return leg->ops == &call_ops ? IAX2_LEG_OF(struct iax2_call, leg) : NULL;
}

static void call_ping(iax2_ns now, void *arg)
{
	struct iax2_call *call = arg;

	iax2_timer_start(&call->leg.ep->timers, &call->ping_timer, now + call->leg.ep->config.ping_interval_ms * IAX2_NS_PER_MS);
	(void)iax2_leg_command(&call->leg, IAX2_CMD_PING, NULL);
}

static void call_lagrq(iax2_ns now, void *arg)
{
	struct iax2_call *call = arg;

	iax2_timer_start(&call->leg.ep->timers, &call->lagrq_timer, now + call->leg.ep->config.lagrq_interval_ms * IAX2_NS_PER_MS);
	(void)iax2_leg_command(&call->leg, IAX2_CMD_LAGRQ, NULL);
}

static void call_digit_timeout(iax2_ns now, void *arg)
{
	struct iax2_call *call = arg;

	(void)now;
	call->digit_overdue = call->digit;
	iax2_call_digit_up(call, CALL_DIGIT_MAX_MS);
}

int iax2_call_make(struct iax2_call **out, struct iax2_endpoint *ep, const struct iax2_path *path, uint16_t remote, bool validated)
{
	struct iax2_call *call = iax2_mem_alloc_zero(ep->mem, sizeof(*call));
	int rc;

	if (!call) {
		ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	rc = iax2_leg_init(&call->leg, ep, &call_ops, path, remote, validated);
	if (rc < 0) {
		iax2_mem_free(ep->mem, call);
		return rc;
	}
	iax2_timer_init(&call->ping_timer, call_ping, call);
	iax2_timer_init(&call->lagrq_timer, call_lagrq, call);
	iax2_timer_init(&call->digit_timer, call_digit_timeout, call);
	call->lag_ms = -1;
	rc = iax2_object_hold(&call->leg.object);
	if (rc < 0) {
		ep->stats.no_memory++;
		iax2_leg_destroy(&call->leg);
		return rc;
	}
	*out = call;
	return 0;
}

bool iax2_call_event(struct iax2_call *call, const struct iax2_event *ev)
{
	struct iax2_endpoint *ep = call->leg.ep;

	if (!call->leg.object.held) {
		return true;
	}
	if (iax2_eventq_push(&ep->events, ep->mem, &call->leg.object, ev, false, false) < 0) {
		ep->stats.no_memory++;
		return false;
	}
	return true;
}

void iax2_call_event_or_end(struct iax2_call *call, const struct iax2_event *ev)
{
	struct iax2_ending ending = {.reason = IAX2_END_NOMEM, .cause = IAX2_CAUSE_CONGESTION};

	if (!iax2_call_event(call, ev)) {
		iax2_call_fail(call, IAX2_CMD_HANGUP, &ending);
	}
}

void iax2_call_fail(struct iax2_call *call, enum iax2_command command, const struct iax2_ending *ending)
{
	iax2_leg_end(&call->leg, ending);
	iax2_leg_close(&call->leg, command, ending->cause, ending->text);
}

void iax2_call_start_timers(struct iax2_call *call)
{
	struct iax2_endpoint *ep = call->leg.ep;

	if (call->timers_run) {
		return;
	}
	call->timers_run = true;
	iax2_timer_start(&ep->timers, &call->ping_timer, ep->now + ep->config.ping_interval_ms * IAX2_NS_PER_MS);
	iax2_timer_start(&ep->timers, &call->lagrq_timer, ep->now + ep->config.lagrq_interval_ms * IAX2_NS_PER_MS);
}

void iax2_call_stop_timers(struct iax2_call *call)
{
	struct iax2_endpoint *ep = call->leg.ep;

	iax2_timer_stop(&ep->timers, &call->ping_timer);
	iax2_timer_stop(&ep->timers, &call->lagrq_timer);
	iax2_timer_stop(&ep->timers, &call->digit_timer);
}

/* ---- what the owner asks for ---- */

static void call_reject_late(struct iax2_leg *leg)
{
	struct iax2_call *call = IAX2_LEG_OF(struct iax2_call, leg);

	iax2_leg_close(leg, IAX2_CMD_REJECT, call->reject_cause, call->reject_text);
}

void iax2_call_reject(struct iax2_call *call, unsigned cause, const char *text, iax2_ns now)
{
	struct iax2_leg *leg = &call->leg;
	bool late = leg->ep->config.delay_reject && cause == IAX2_CAUSE_NOT_SUBSCRIBED && iax2_leg_in(leg, IAX2_IN_OFFER);

	iax2_endpoint_touch(leg->ep, now);
	leg->told = true;
	iax2_object_ref(&leg->object);
	iax2_object_release(&leg->object);
	if (iax2_leg_alive(leg) && !iax2_leg_in(leg, IAX2_IN_ENDED)) {
		iax2_call_unbridge(call);
		iax2_call_stop_timers(call);
		if (late) {
			leg->state = IAX2_LEG_ENDED;
			call->reject_cause = cause;
			call->reject_text = iax2_mem_strdup(leg->ep->mem, text); /* without memory it goes without */
			iax2_leg_plan(leg, 1000, call_reject_late);
		} else {
			iax2_leg_close(leg, IAX2_CMD_REJECT, cause, text);
		}
	}
	iax2_object_unref(&leg->object);
}

void iax2_call_hangup(struct iax2_call *call, unsigned cause, const char *text, iax2_ns now)
{
	struct iax2_leg *leg = &call->leg;

	iax2_endpoint_touch(leg->ep, now);
	leg->told = true;
	iax2_object_ref(&leg->object);
	iax2_object_release(&leg->object);
	if (iax2_leg_alive(leg) && !iax2_leg_in(leg, IAX2_IN_ENDED)) {
		iax2_call_unbridge(call);
		iax2_call_stop_timers(call);
		iax2_leg_close(leg, IAX2_CMD_HANGUP, cause, text);
	}
	iax2_object_unref(&leg->object);
}

int iax2_call_bridge(struct iax2_call *a, struct iax2_call *b)
{
	if (a == b || a->bridged || b->bridged || a->leg.ep != b->leg.ep || !iax2_leg_alive(&a->leg) || !iax2_leg_alive(&b->leg) ||
	    iax2_leg_in(&a->leg, IAX2_IN_ENDED) || iax2_leg_in(&b->leg, IAX2_IN_ENDED)) {
		return IAX2_ERR_STATE;
	}
	a->bridged = b;
	b->bridged = a;
	return 0;
}

void iax2_call_unbridge(struct iax2_call *call)
{
	if (call->bridged) {
		call->bridged->bridged = NULL;
		call->bridged = NULL;
	}
}

void iax2_call_set_trunk(struct iax2_call *call, bool trunk)
{
	call->trunk = trunk;
}

void iax2_call_set_dtmf_end_only(struct iax2_call *call, bool end_only)
{
	call->dtmf_end_only = end_only;
}

void iax2_call_set_user(struct iax2_call *call, void *user)
{
	call->leg.object.user = user;
}

void *iax2_call_user(const struct iax2_call *call)
{
	return call->leg.object.user;
}

static const char *call_state_text(const struct iax2_leg *leg)
{
	static const char *const names[IAX2_LEG_STATES] = {
	    [IAX2_LEG_INIT] = "Init",
	    [IAX2_LEG_NEW_SENT] = "NewSent",
	    [IAX2_LEG_AUTH_SENT] = "AuthSent",
	    [IAX2_LEG_NEW_RECEIVED] = "NewReceived",
	    [IAX2_LEG_AUTH_WAIT] = "AuthWait",
	    [IAX2_LEG_ACCEPTED] = "Accepted",
	    [IAX2_LEG_UP] = "Up",
	    [IAX2_LEG_ENDED] = "Ended",
	};

	return names[leg->state] ? names[leg->state] : "?";
}

void iax2_call_info(const struct iax2_call *call, struct iax2_call_info *info)
{
	const struct iax2_leg *leg = &call->leg;
	bool any = call->meter.any;

	*info = (struct iax2_call_info){
	    .path = leg->path, .incoming = leg->incoming, .trunk = call->trunk, .started = iax2_leg_in(leg, IAX2_IN_STARTED),
	    .answered = call->answered, .state = call_state_text(leg), .callno = leg->own, .remote_callno = leg->remote,
	    .oseqno = leg->oseq, .iseqno = leg->iseq, .format = call->format, .capability = call->capability, .rtt_ms = leg->rtt_ms,
	    .lag_ms = call->lag_ms, .local = iax2_meter_read(&call->meter), .remote = call->remote_quality, .tx_voice = call->tx_voice,
	    .rx_voice = call->rx_voice, .first_command = leg->first_command, .last_command = leg->last_command,
	    .first_sent = leg->first_sent, .last_sent = leg->last_sent, .created = leg->created,
	};
	info->local.jitter_ms = any ? info->local.jitter_ms : -1;
	info->remote.jitter_ms = call->remote_quality_known ? info->remote.jitter_ms : -1;
}
