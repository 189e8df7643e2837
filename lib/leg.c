#include "leg.h"

#include <string.h>

#include "callno.h"
#include "messages.h"

#define LEG_VNAK_GAP (20 * IAX2_NS_PER_MS)
#define LEG_PROVEN (60 * IAX2_NS_PER_S)

/* ---- life ---- */

static void leg_phase_fire(iax2_ns now, void *arg)
{
	struct iax2_leg *leg = arg;

	(void)now;
	if (leg->phase) {
		leg->phase(leg);
	}
}

static void leg_del(struct iax2_object *object)
{
	struct iax2_leg *leg = (struct iax2_leg *)(void *)object;

	iax2_leg_destroy(leg);
	if (leg->ops->fini) {
		leg->ops->fini(leg);
	}
	iax2_mem_free(object->ep->mem, leg);
}

static int leg_check_limits(struct iax2_endpoint *ep, const struct iax2_assoc *assoc, bool incoming, bool validated)
{
	if (incoming && assoc->host->legs >= ep->config.max_calls_per_address) {
		return IAX2_ERR_LIMIT;
	}
	return incoming && !validated && ep->stats.unvalidated >= ep->config.max_calls_unvalidated ? IAX2_ERR_LIMIT : 0;
}

/* Reserves all that could fail later. */
static int leg_reserve(struct iax2_leg *leg, struct iax2_assoc *assoc)
{
	struct iax2_endpoint *ep = assoc->ep;

	if (iax2_hash_reserve(&assoc->by_own, ep->mem) < 0 || iax2_hash_reserve(&assoc->by_remote, ep->mem) < 0) {
		return IAX2_ERR_NOMEM;
	}
	leg->tombstone = iax2_mem_alloc_zero(ep->mem, sizeof(*leg->tombstone));
	if (!leg->tombstone || iax2_timers_reserve(&ep->timers, ep->mem, IAX2_LEG_TIMERS) < 0) {
		iax2_mem_free(ep->mem, leg->tombstone);
		leg->tombstone = NULL;
		return IAX2_ERR_NOMEM;
	}
	return 0;
}

int iax2_leg_init(struct iax2_leg *leg, struct iax2_endpoint *ep, const struct iax2_leg_ops *ops, const struct iax2_path *path,
                  uint16_t remote, bool validated)
{
	struct iax2_assoc *assoc = iax2_assoc_get(ep, path);
	int rc;

	if (!assoc) {
		return IAX2_ERR_NOMEM;
	}
	rc = leg_check_limits(ep, assoc, remote != 0, validated);
	leg->own = rc == 0 ? iax2_callno_draw(assoc, remote) : 0;
	if (rc == 0) {
		rc = leg->own ? leg_reserve(leg, assoc) : IAX2_ERR_NOCALLNO;
	}
	if (rc < 0) {
		ep->stats.no_memory += rc == IAX2_ERR_NOMEM;
		iax2_assoc_check(assoc);
		return rc;
	}
	iax2_object_init(&leg->object, ep, leg_del);
	leg->ep = ep;
	leg->ops = ops;
	leg->assoc = assoc;
	leg->path = *path;
	leg->incoming = remote != 0;
	leg->validated = validated;
	leg->rtt_ms = assoc->rtt_ms;
	leg->created = leg->vnak_send_next = leg->vnak_obey_next = ep->now;
	iax2_rtx_init(leg);
	iax2_timer_init(&leg->phase_timer, leg_phase_fire, leg);
	iax2_hash_add(&assoc->by_own, &leg->own_node, leg->own);
	if (remote) {
		leg->remote = remote;
		iax2_hash_add(&assoc->by_remote, &leg->remote_node, remote);
	}
	assoc->host->legs++;
	if (validated) {
		assoc->host->proven_until = ep->now + LEG_PROVEN;
	}
	ep->stats.legs++;
	ep->stats.calls_created++;
	ep->stats.unvalidated += leg->incoming && !validated;
	return 0;
}

void iax2_leg_destroy(struct iax2_leg *leg)
{
	struct iax2_endpoint *ep = leg->ep;
	struct iax2_assoc *assoc = leg->assoc;

	if (!assoc) {
		return;
	}
	leg->state = IAX2_LEG_ENDED;
	iax2_rtx_fini(leg);
	if (leg->ops->stop) {
		leg->ops->stop(leg);
	}
	iax2_leg_plan(leg, 0, NULL);
	iax2_timers_release(&ep->timers, IAX2_LEG_TIMERS);
	iax2_hash_remove(&assoc->by_own, &leg->own_node);
	if (leg->remote) {
		iax2_hash_remove(&assoc->by_remote, &leg->remote_node);
	}
	iax2_tombstone_put(ep, leg->tombstone, assoc, leg->own, leg->remote);
	leg->tombstone = NULL;
	leg->assoc = NULL;
	assoc->host->legs--;
	ep->stats.legs--;
	ep->stats.unvalidated -= leg->incoming && !leg->validated;
	iax2_assoc_check(assoc);
	iax2_object_unref(&leg->object);
}

void iax2_leg_end(struct iax2_leg *leg, const struct iax2_ending *ending)
{
	leg->state = IAX2_LEG_ENDED;
	iax2_leg_plan(leg, 0, NULL);
	if (!leg->told) {
		leg->told = true;
		if (leg->ops->ended) {
			leg->ops->ended(leg, ending);
		}
	}
}

int iax2_leg_bind(struct iax2_leg *leg, uint16_t remote)
{
	if (iax2_hash_reserve(&leg->assoc->by_remote, leg->ep->mem) < 0) {
		leg->ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	leg->remote = remote;
	iax2_hash_add(&leg->assoc->by_remote, &leg->remote_node, remote);
	return 0;
}

void iax2_leg_plan(struct iax2_leg *leg, uint32_t delay_ms, void (*phase)(struct iax2_leg *leg))
{
	leg->phase = phase;
	if (phase) {
		iax2_timer_start(&leg->ep->timers, &leg->phase_timer, leg->ep->now + delay_ms * IAX2_NS_PER_MS);
	} else {
		iax2_timer_stop(&leg->ep->timers, &leg->phase_timer);
	}
}

/* ---- sending ---- */

static void leg_note_command(struct iax2_leg *leg, uint8_t type, int64_t subclass, bool sent)
{
	if (type != IAX2_TYPE_IAX) {
		return;
	}
	if (!leg->first_command) {
		leg->first_command = (uint8_t)subclass;
		leg->first_sent = sent;
	}
	leg->last_command = (uint8_t)subclass;
	leg->last_sent = sent;
}

static uint32_t leg_stamp(struct iax2_leg *leg, const struct iax2_leg_tx *tx)
{
	if (tx->echo) {
		return tx->ts;
	}
	return (uint32_t)(tx->type == IAX2_TYPE_IAX ? iax2_stamp_command(&leg->stamp, leg->ep->now)
	                                            : iax2_stamp_signal(&leg->stamp, leg->ep->now));
}

int iax2_leg_send(struct iax2_leg *leg, const struct iax2_leg_tx *tx)
{
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = leg->own, .type = tx->type, .subclass = tx->subclass,
	                           .marker = tx->marker, .payload = tx->payload, .payload_len = tx->len};
	struct iax2_rtx *rtx;
	uint8_t header[IAX2_FULL_HEADER];
	int rc;

	if (tx->len > IAX2_SEND_MAX - IAX2_FULL_HEADER) {
		return IAX2_ERR_NOSPACE;
	}
	frame.payload_len = 0;
	frame.timestamp = leg_stamp(leg, tx);
	rc = iax2_frame_encode(&frame, header, sizeof(header));
	if (rc < 0) {
		return rc;
	}
	rtx = iax2_rtx_add(leg, sizeof(header) + tx->len);
	if (!rtx) {
		return IAX2_ERR_NOMEM;
	}
	memcpy(rtx->data, header, sizeof(header));
	if (tx->len) {
		memcpy(rtx->data + sizeof(header), tx->payload, tx->len);
	}
	rtx->final = tx->final;
	leg_note_command(leg, tx->type, tx->subclass, true);
	iax2_rtx_pump(leg);
	return 0;
}

static int leg_send_command(struct iax2_leg *leg, enum iax2_command command, const struct iax2_ie_writer *ies, bool final)
{
	struct iax2_leg_tx tx = {.type = IAX2_TYPE_IAX, .subclass = command, .final = final};

	if (ies) {
		tx.payload = ies->buf;
		tx.len = ies->len;
		if (ies->full) {
			return IAX2_ERR_NOSPACE;
		}
	}
	return iax2_leg_send(leg, &tx);
}

int iax2_leg_command(struct iax2_leg *leg, enum iax2_command command, const struct iax2_ie_writer *ies)
{
	return leg_send_command(leg, command, ies, false);
}

int iax2_leg_final(struct iax2_leg *leg, enum iax2_command command, const struct iax2_ie_writer *ies)
{
	int rc = leg->remote ? leg_send_command(leg, command, ies, true) : IAX2_ERR_STATE;

	leg->state = IAX2_LEG_ENDED;
	iax2_leg_plan(leg, 0, NULL);
	if (rc < 0) {
		iax2_leg_destroy(leg);
	}
	return rc;
}

void iax2_leg_close(struct iax2_leg *leg, enum iax2_command command, unsigned cause, const char *text)
{
	uint8_t buf[2 + 255 + 2 + 1];
	struct iax2_ie_writer w;

	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_CAUSE, text);
	if (cause) {
		iax2_iew_u32(&w, IAX2_IE_CAUSECODE, cause);
	}
	(void)iax2_leg_final(leg, command, &w);
}

void iax2_leg_send_once(struct iax2_leg *leg, enum iax2_command command, uint32_t ts, uint8_t oseqno)
{
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = leg->own, .dcall = leg->remote, .timestamp = ts, .oseqno = oseqno,
	                           .iseqno = leg->iseq, .type = IAX2_TYPE_IAX, .subclass = command};

	if (leg->remote) {
		leg->aseq = leg->iseq;
		iax2_endpoint_send_stateless(leg->ep, &leg->path, &frame);
	}
}

void iax2_leg_ack(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	iax2_leg_send_once(leg, IAX2_CMD_ACK, frame->timestamp, frame->iseqno);
}

void iax2_leg_vnak(struct iax2_leg *leg)
{
	if (leg->ep->now < leg->vnak_send_next) {
		return;
	}
	leg->vnak_send_next = leg->ep->now + LEG_VNAK_GAP;
	iax2_leg_send_once(leg, IAX2_CMD_VNAK, (uint32_t)iax2_stamp_command(&leg->stamp, leg->ep->now), leg->iseq);
}

struct iax2_rtt_echo iax2_leg_echo(struct iax2_leg *leg, const struct iax2_frame *echo, bool sample)
{
	struct iax2_rtt_echo answer = iax2_rtt_answered(&leg->rtt, echo->timestamp, leg->ep->now);

	if (answer.certain && sample) {
		leg->rtt_ms = iax2_rtt_smooth(leg->rtt_ms, answer.ms);
		leg->assoc->rtt_ms = iax2_rtt_smooth(leg->assoc->rtt_ms, answer.ms); /* a poll's own begins with a guess */
	}
	return answer;
}

/* ---- receiving ---- */

/* Duplicate, gap or next: true when the frame is to be processed (protocol reference 4.3, step 4). */
static bool leg_in_order(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	uint8_t behind = (uint8_t)(leg->iseq - frame->oseqno);

	if (behind == 0) {
		leg->iseq++;
		return true;
	}
	if (behind < 128) {
		leg->ep->stats.rx_duplicate++;
		iax2_leg_ack(leg, frame);
	} else {
		leg->ep->stats.rx_gap++;
		iax2_leg_vnak(leg);
	}
	return false;
}

/* The other side's clock is read from IAX commands, except echoes, whose time stamps are ours, and from media, which note theirs themselves
 * (protocol reference 6.4). */
static void leg_note_stamp(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	if (frame->type == IAX2_TYPE_IAX && frame->subclass != IAX2_CMD_PONG && frame->subclass != IAX2_CMD_LAGRP) {
		(void)iax2_tstamp_receive(&leg->received, frame->timestamp, IAX2_TSTAMP_FULL);
	}
}

static void leg_process(struct iax2_leg *leg, const struct iax2_frame *frame, const struct iax2_message *message)
{
	if (message->numbered && !leg_in_order(leg, frame)) {
		return;
	}
	if (message->numbered) {
		leg_note_stamp(leg, frame);
	}
	leg_note_command(leg, frame->type, frame->subclass, false);
	if ((frame->subclass != IAX2_CMD_INVAL || frame->type != IAX2_TYPE_IAX) && iax2_rtx_acked(leg, frame)) {
		if (message->numbered) {
			iax2_leg_ack(leg, frame);
		}
		return;
	}
	leg->confirmed |= frame->dcall == leg->own;
	if (leg->ops->heard && frame->dcall == leg->own) {
		leg->ops->heard(leg, frame);
	}
	if (message->receive && iax2_leg_in(leg, message->states)) {
		message->receive(leg, frame, &leg->ep->ies);
	}
	if (iax2_leg_alive(leg) && message->numbered && leg->aseq != leg->iseq) {
		iax2_leg_ack(leg, frame);
	}
}

void iax2_leg_receive(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	const struct iax2_message *message = iax2_message_of(frame->type, frame->subclass);
	bool is_iax = frame->type == IAX2_TYPE_IAX;

	if (is_iax && iax2_ies_decode(&leg->ep->ies, frame->payload, frame->payload_len) < 0) {
		leg->ep->stats.rx_ie_malformed++;
		return;
	}
	iax2_object_ref(&leg->object);
	leg_process(leg, frame, message);
	iax2_object_unref(&leg->object);
}

void iax2_leg_receive_stateless(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	const struct iax2_message *message = iax2_message_of(frame->type, frame->subclass);
	const struct iax2_ies *ies = &leg->ep->ies;

	if (frame->type != IAX2_TYPE_IAX) {
		return;
	}
	if (iax2_ies_decode(&leg->ep->ies, frame->payload, frame->payload_len) < 0) {
		leg->ep->stats.rx_ie_malformed++;
		return;
	}
	iax2_object_ref(&leg->object);
	switch (frame->subclass) {
	case IAX2_CMD_CALLTOKEN:
		iax2_calltoken_received(leg, ies);
		break;
	case IAX2_CMD_REJECT:
	case IAX2_CMD_REGREJ:
	case IAX2_CMD_PONG:
		leg_note_command(leg, frame->type, frame->subclass, false);
		if (iax2_leg_in(leg, message->states)) {
			message->receive(leg, frame, ies);
		}
		break;
	default:
		break;
	}
	iax2_object_unref(&leg->object);
}
