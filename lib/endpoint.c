#include "core.h"

#include <string.h>

#include "auth.h"
#include "call.h"
#include "messages.h"

void iax2_endpoint_touch(struct iax2_endpoint *ep, iax2_ns now)
{
	ep->now = now > ep->now ? now : ep->now;
}

uint32_t iax2_endpoint_random(struct iax2_endpoint *ep)
{
	uint32_t value;

	ep->config.random(ep->config.user, &value, sizeof(value));
	return value;
}

/* ---- output ---- */

uint8_t *iax2_endpoint_room(struct iax2_endpoint *ep, const struct iax2_path *path, size_t len)
{
	uint8_t *room = iax2_out_room(&ep->out, ep->mem, path, len);

	if (!room) {
		ep->stats.no_memory++;
		return NULL;
	}
	ep->stats.tx_datagrams++;
	ep->stats.tx_bytes += len;
	return room;
}

void iax2_endpoint_send_stateless(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	uint8_t buf[IAX2_SEND_MAX];
	int len = iax2_frame_encode(frame, buf, sizeof(buf));
	uint8_t *room = len > 0 ? iax2_endpoint_room(ep, path, (size_t)len) : NULL;

	if (room) {
		memcpy(room, buf, (size_t)len);
	}
}

size_t iax2_endpoint_output(struct iax2_endpoint *ep, struct iax2_datagram *out, size_t max)
{
	size_t n = 0;

	while (n < max && ep->out.taken < ep->out.count) {
		const struct iax2_out_item *item = &ep->out.items[ep->out.taken++];

		out[n++] = (struct iax2_datagram){.path = item->path, .data = ep->out.bytes + item->offset, .len = item->len};
	}
	return n;
}

/* ---- life ---- */

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

static void config_numbers(struct iax2_config *to, const struct iax2_config *from)
{
	to->token_lifetime_s = or_default(from->token_lifetime_s, 10);
	to->max_calls_per_address = or_default(from->max_calls_per_address, 2048);
	to->max_calls_unvalidated = or_default(from->max_calls_unvalidated, 8192);
	to->ping_interval_ms = or_default(from->ping_interval_ms, 21000);
	to->lagrq_interval_ms = or_default(from->lagrq_interval_ms, 10000);
	to->give_up_ms = or_default(from->give_up_ms, 32000);
	to->auth_timeout_ms = or_default(from->auth_timeout_ms, 30000);
	to->delay_reject = from->delay_reject;
}

struct iax2_endpoint *iax2_endpoint_new(const struct iax2_config *config, iax2_ns now)
{
	struct iax2_endpoint *ep;

	if (!config->random || !config->crypto || !config->crypto->md5 || !config->crypto->hmac_sha256) {
		return NULL;
	}
	ep = iax2_mem_alloc_zero(config->mem, sizeof(*ep));
	if (!ep) {
		return NULL;
	}
	if (config->mem) {
		ep->mem_copy = *config->mem;
		ep->mem = &ep->mem_copy;
	}
	ep->crypto = *config->crypto;
	ep->config = *config;
	config_numbers(&ep->config, config);
	ep->start = ep->now = now;
	ep->assocs.trunk_default = iax2_trunk_params_of(NULL);
	config->random(config->user, ep->seed, sizeof(ep->seed));
	if (iax2_tombstones_init(ep) < 0) {
		iax2_mem_free(ep->mem, ep);
		return NULL;
	}
	iax2_token_init(&ep->tokens, config->random, config->user, now);
	return ep;
}

void iax2_endpoint_del(struct iax2_endpoint *ep)
{
	struct iax2_mem copy;

	if (!ep) {
		return;
	}
	iax2_objects_fini(ep);
	iax2_tombstones_fini(ep);
	iax2_assocs_fini(ep);
	iax2_eventq_fini(&ep->events, ep->mem);
	iax2_out_fini(&ep->out, ep->mem);
	iax2_timers_fini(&ep->timers, ep->mem);
	iax2_token_fini(&ep->tokens);
	copy = ep->mem_copy;
	iax2_mem_free(ep->mem ? &copy : NULL, ep);
}

void iax2_endpoint_reconfigure(struct iax2_endpoint *ep, const struct iax2_config *config)
{
	config_numbers(&ep->config, config);
}

void iax2_endpoint_stats(const struct iax2_endpoint *ep, struct iax2_stats *stats)
{
	*stats = ep->stats;
	stats->associations = (uint32_t)ep->assocs.by_path.count;
}

bool iax2_endpoint_may_answer(struct iax2_endpoint *ep, const struct iax2_path *path, enum iax2_limit_kind kind)
{
	bool may = iax2_limit_take(&ep->limits, ep->seed, kind, &path->remote, ep->now);

	ep->stats.tx_limited += !may;
	return may;
}

/* ---- input ---- */

/* An ACK made from the frame alone, for a last frame that comes again after the end (5.5). */
static void ack_stateless(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	struct iax2_frame ack = {.kind = IAX2_KIND_FULL, .scall = frame->dcall, .dcall = frame->scall, .timestamp = frame->timestamp,
	                         .oseqno = frame->iseqno, .iseqno = (uint8_t)(frame->oseqno + 1), .type = IAX2_TYPE_IAX,
	                         .subclass = IAX2_CMD_ACK};

	if (iax2_endpoint_may_answer(ep, path, IAX2_LIMIT_OTHER)) {
		iax2_endpoint_send_stateless(ep, path, &ack);
	}
}

static bool is_last_frame(const struct iax2_frame *frame)
{
	return frame->type == IAX2_TYPE_IAX && (frame->subclass == IAX2_CMD_HANGUP || frame->subclass == IAX2_CMD_REJECT ||
	                                        frame->subclass == IAX2_CMD_REGACK || frame->subclass == IAX2_CMD_REGREJ);
}

/* INVAL for a frame of no known call, within limits (4.8). */
static void receive_unknown(struct iax2_endpoint *ep, const struct iax2_assoc *assoc, const struct iax2_path *path,
                            const struct iax2_frame *frame)
{
	struct iax2_frame inval = {.kind = IAX2_KIND_FULL, .scall = frame->dcall, .dcall = frame->scall, .type = IAX2_TYPE_IAX,
	                           .subclass = IAX2_CMD_INVAL};

	if (assoc && is_last_frame(frame) && iax2_tombstone_match(assoc, frame->dcall, frame->scall, false)) {
		ack_stateless(ep, path, frame);
		return;
	}
	ep->stats.rx_unknown_call++;
	if (frame->dcall < 2 || frame->scall == 0 || !iax2_message_of(frame->type, frame->subclass)->numbered) {
		return;
	}
	if (iax2_endpoint_may_answer(ep, path, IAX2_LIMIT_INVAL)) {
		ep->stats.tx_inval++;
		iax2_endpoint_send_stateless(ep, path, &inval);
	}
}

/* A caller that gives up before our first answer reached it cannot know our number (REQ-221). */
static bool receive_early_hangup(struct iax2_assoc *assoc, const struct iax2_frame *frame)
{
	struct iax2_leg *leg = assoc ? iax2_assoc_by_remote(assoc, frame->scall) : NULL;

	if (frame->type != IAX2_TYPE_IAX || frame->subclass != IAX2_CMD_HANGUP || !leg || !leg->incoming || leg->confirmed) {
		return false;
	}
	iax2_leg_receive(leg, frame);
	return true;
}

static void receive_unaddressed(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	struct iax2_assoc *assoc = iax2_assoc_find(ep, path);

	if (frame->type == IAX2_TYPE_IAX && frame->scall > 1) {
		const struct iax2_message *message = iax2_message_of(frame->type, frame->subclass);

		if (message->opens || frame->subclass == IAX2_CMD_FWDOWNL || frame->subclass == IAX2_CMD_PROVISION) {
			iax2_open(ep, path, frame);
			return;
		}
		if (frame->subclass == IAX2_CMD_POKE) {
			iax2_poke_answer(ep, path, frame);
			return;
		}
		if (receive_early_hangup(assoc, frame)) {
			return;
		}
	}
	ep->stats.rx_unknown_call++;
}

/* The leg of ours that waits for its first answer and may take the sender's number (5.2). */
static struct iax2_leg *leg_to_bind(struct iax2_assoc *assoc, const struct iax2_frame *frame)
{
	struct iax2_leg *leg = iax2_assoc_by_own(assoc, frame->dcall);
	struct iax2_leg *other;

	if (!leg || leg->remote || iax2_tombstone_match(assoc, frame->dcall, frame->scall, true)) {
		return NULL;
	}
	other = iax2_assoc_by_remote(assoc, frame->scall);
	if (other && !iax2_leg_in(other, IAX2_IN_ENDED)) {
		return NULL;
	}
	if (other) {
		iax2_leg_destroy(other); /* it only waited for an acknowledgement, and the other side has given the number to a new call */
	}
	return iax2_leg_bind(leg, frame->scall) == 0 ? leg : NULL;
}

static bool frame_is_sound(struct iax2_endpoint *ep, const struct iax2_frame *frame)
{
	if (frame->type == IAX2_TYPE_IAX && iax2_ies_decode(&ep->ies, frame->payload, frame->payload_len) < 0) {
		ep->stats.rx_ie_malformed++;
		return false;
	}
	return true;
}

static void receive_addressed(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	struct iax2_assoc *assoc = iax2_assoc_find(ep, path);
	struct iax2_leg *leg = assoc ? iax2_assoc_by_remote(assoc, frame->scall) : NULL;
	struct iax2_leg *own = assoc ? iax2_assoc_by_own(assoc, frame->dcall) : NULL;

	if (frame->scall < 2) {
		if (own && !own->remote) {
			iax2_leg_receive_stateless(own, frame);
		} else {
			ep->stats.rx_unknown_call++;
		}
		return;
	}
	if (leg && leg->own == frame->dcall) {
		iax2_leg_receive(leg, frame);
		return;
	}
	if (own && !own->remote && frame_is_sound(ep, frame)) {
		leg = leg_to_bind(assoc, frame);
		if (leg) {
			iax2_leg_receive(leg, frame);
			return;
		}
	}
	if (own || leg) {
		ep->stats.rx_wrong_dcall++;
		return;
	}
	receive_unknown(ep, assoc, path, frame);
}

static void receive_full(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	if (frame->dcall == 0) {
		receive_unaddressed(ep, path, frame);
	} else if (frame->dcall > 1) {
		receive_addressed(ep, path, frame);
	} else {
		ep->stats.rx_unknown_call += frame->type != IAX2_TYPE_IAX || frame->subclass != IAX2_CMD_ACK;
	}
}

static void receive_mini(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	struct iax2_assoc *assoc = iax2_assoc_find(ep, path);
	struct iax2_leg *leg = assoc ? iax2_assoc_by_remote(assoc, frame->scall) : NULL;
	struct iax2_call *call = leg ? iax2_call_of(leg) : NULL;

	if (call) {
		iax2_call_mini(call, frame);
	} else {
		ep->stats.rx_unknown_call++;
	}
}

static void receive_trunk(struct iax2_endpoint *ep, const struct iax2_path *path, const struct iax2_frame *frame)
{
	struct iax2_assoc *assoc = iax2_assoc_find(ep, path);

	ep->stats.rx_trunk_frames++;
	if (assoc) {
		iax2_trunk_receive(assoc, frame);
	} else {
		ep->stats.rx_unknown_call++;
	}
}

void iax2_endpoint_input(struct iax2_endpoint *ep, const struct iax2_path *path, const uint8_t *data, size_t len, iax2_ns now)
{
	struct iax2_frame frame;

	iax2_endpoint_touch(ep, now);
	iax2_eventq_settle(&ep->events);
	ep->stats.rx_datagrams++;
	ep->stats.rx_bytes += len;
	if (iax2_frame_decode(&frame, data, len) < 0) {
		ep->stats.rx_malformed++;
		return;
	}
	switch (frame.kind) {
	case IAX2_KIND_FULL:
		receive_full(ep, path, &frame);
		break;
	case IAX2_KIND_MINI:
	case IAX2_KIND_VIDEO_MINI:
		receive_mini(ep, path, &frame);
		break;
	case IAX2_KIND_TRUNK:
		receive_trunk(ep, path, &frame);
		break;
	case IAX2_KIND_META_OTHER:
		ep->stats.rx_meta_unknown++;
		break;
	}
}

/* ---- time and events ---- */

iax2_ns iax2_endpoint_deadline(const struct iax2_endpoint *ep)
{
	return iax2_timers_next(&ep->timers);
}

void iax2_endpoint_tick(struct iax2_endpoint *ep, iax2_ns now)
{
	struct iax2_timer *timer;

	iax2_endpoint_touch(ep, now);
	iax2_eventq_settle(&ep->events);
	while ((timer = iax2_timers_pop(&ep->timers, ep->now))) {
		timer->fire(ep->now, timer->arg);
	}
}

bool iax2_endpoint_event(struct iax2_endpoint *ep, struct iax2_event *ev)
{
	return iax2_eventq_pop(&ep->events, ev);
}

int iax2_endpoint_set_trunk(struct iax2_endpoint *ep, const struct iax2_addr *remote, const struct iax2_trunk_params *params)
{
	struct iax2_trunk_params checked = iax2_trunk_params_of(params);

	return iax2_assoc_set_trunk(ep, remote, &checked);
}
