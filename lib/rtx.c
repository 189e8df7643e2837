#include "rtx.h"

#include <string.h>

#include "auth.h"
#include "leg.h"

#define RTX_MIN_MS 200
#define RTX_MAX_FIRST_MS 2000
#define RTX_UNMEASURED_MS 1000
#define RTX_CAP_MS 10000
#define RTX_TRANSMISSIONS 5

static uint32_t rtx_first_interval(const struct iax2_leg *leg)
{
	int32_t twice = leg->rtt_ms < RTX_MAX_FIRST_MS ? 2 * leg->rtt_ms : RTX_MAX_FIRST_MS;

	if (leg->rtt_ms < 0) {
		return RTX_UNMEASURED_MS;
	}
	return twice < RTX_MIN_MS ? RTX_MIN_MS : twice > RTX_MAX_FIRST_MS ? RTX_MAX_FIRST_MS : (uint32_t)twice;
}

unsigned iax2_rtx_flying(const struct iax2_leg *leg)
{
	return (uint8_t)(leg->oseq - leg->rseq);
}

static void rtx_schedule(struct iax2_leg *leg)
{
	iax2_ns due = IAX2_NS_NEVER;

	for (const struct iax2_rtx *rtx = leg->rtx.first; rtx && rtx != leg->rtx.unsent; rtx = rtx->next) {
		due = rtx->due < due ? rtx->due : due;
	}
	if (due == IAX2_NS_NEVER) {
		iax2_timer_stop(&leg->ep->timers, &leg->rtx.timer);
	} else if (!leg->rtx.timer.place || leg->rtx.timer.deadline != due) {
		iax2_timer_start(&leg->ep->timers, &leg->rtx.timer, due);
	}
}

/* Whether the answer to a frame tells the round trip. */
static bool rtx_is_probe(const struct iax2_rtx *rtx)
{
	return rtx->data[10] == IAX2_TYPE_IAX &&
	       (rtx->data[11] == IAX2_CMD_PING || rtx->data[11] == IAX2_CMD_LAGRQ || rtx->data[11] == IAX2_CMD_POKE);
}

static uint32_t rtx_ts(const struct iax2_rtx *rtx)
{
	return (uint32_t)rtx->data[4] << 24 | (uint32_t)rtx->data[5] << 16 | (uint32_t)rtx->data[6] << 8 | rtx->data[7];
}

/* Puts the frame into the output with what changes at each transmission (REQ-052). */
static void rtx_transmit(struct iax2_leg *leg, struct iax2_rtx *rtx, bool again)
{
	uint8_t *out;

	if (again) {
		rtx->data[2] |= 0x80;
		leg->ep->stats.tx_retransmitted++;
	}
	if (rtx_is_probe(rtx)) {
		iax2_rtt_sent(&leg->rtt, rtx_ts(rtx), again, leg->ep->now);
	}
	rtx->data[9] = leg->iseq;
	leg->aseq = leg->iseq;
	out = iax2_endpoint_room(leg->ep, &leg->assoc->path, rtx->len);
	if (out) {
		memcpy(out, rtx->data, rtx->len);
	}
}

/* The time of the next transmission; not later than the moment at which we give up, once enough were made. */
static void rtx_plan(struct iax2_leg *leg, struct iax2_rtx *rtx)
{
	iax2_ns give_up = rtx->first_sent + leg->ep->config.give_up_ms * IAX2_NS_PER_MS;

	rtx->due = leg->ep->now + rtx->interval_ms * IAX2_NS_PER_MS;
	if (rtx->transmissions >= RTX_TRANSMISSIONS && rtx->due > give_up) {
		rtx->due = give_up > leg->ep->now ? give_up : leg->ep->now + 1;
	}
	rtx->interval_ms = 2 * rtx->interval_ms < RTX_CAP_MS ? 2 * rtx->interval_ms : RTX_CAP_MS;
}

static void rtx_give_up(struct iax2_leg *leg)
{
	struct iax2_ending ending = {.reason = IAX2_END_TIMEOUT, .cause = IAX2_CAUSE_DESTINATION_OUT_OF_ORDER};

	leg->ep->stats.gave_up++;
	if (iax2_leg_in(leg, IAX2_IN_CALL) && leg->remote) {
		struct iax2_ie_writer w;
		uint8_t ies[8];
		struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .scall = leg->own, .dcall = leg->remote, .oseqno = leg->oseq,
		                           .iseqno = leg->iseq, .type = IAX2_TYPE_IAX, .subclass = IAX2_CMD_HANGUP, .payload = ies};

		iax2_iew_init(&w, ies, sizeof(ies));
		iax2_iew_u32(&w, IAX2_IE_CAUSECODE, IAX2_CAUSE_TIMER);
		frame.payload_len = w.len;
		frame.timestamp = (uint32_t)iax2_stamp_command(&leg->stamp, leg->ep->now);
		iax2_endpoint_send_stateless(leg->ep, &leg->assoc->path, &frame);
	}
	iax2_leg_end(leg, &ending);
	iax2_leg_destroy(leg);
}

static bool rtx_expired(const struct iax2_leg *leg, const struct iax2_rtx *rtx)
{
	return rtx->transmissions >= RTX_TRANSMISSIONS &&
	       leg->ep->now - rtx->first_sent >= leg->ep->config.give_up_ms * IAX2_NS_PER_MS;
}

static void rtx_fire(iax2_ns now, void *arg)
{
	struct iax2_leg *leg = arg;

	for (struct iax2_rtx *rtx = leg->rtx.first; rtx && rtx != leg->rtx.unsent; rtx = rtx->next) {
		if (rtx->due > now) {
			continue;
		}
		if (rtx_expired(leg, rtx)) {
			rtx_give_up(leg);
			return;
		}
		rtx->transmissions++;
		rtx_transmit(leg, rtx, true);
		rtx_plan(leg, rtx);
	}
	rtx_schedule(leg);
}

void iax2_rtx_init(struct iax2_leg *leg)
{
	iax2_timer_init(&leg->rtx.timer, rtx_fire, leg);
}

void iax2_rtx_fini(struct iax2_leg *leg)
{
	leg->ep->stats.unacked -= iax2_rtx_flying(leg);
	while (leg->rtx.first) {
		struct iax2_rtx *next = leg->rtx.first->next;

		iax2_auth_wipe(leg->rtx.first->data, leg->rtx.first->len);
		iax2_mem_free(leg->ep->mem, leg->rtx.first);
		leg->rtx.first = next;
	}
	leg->rtx.last = leg->rtx.unsent = NULL;
	leg->oseq = leg->rseq;
	iax2_timer_stop(&leg->ep->timers, &leg->rtx.timer);
}

struct iax2_rtx *iax2_rtx_add(struct iax2_leg *leg, size_t len)
{
	struct iax2_rtx *rtx = iax2_mem_alloc_zero(leg->ep->mem, sizeof(*rtx) + len);

	if (!rtx) {
		leg->ep->stats.no_memory++;
		return NULL;
	}
	rtx->len = len;
	if (leg->rtx.last) {
		leg->rtx.last->next = rtx;
	} else {
		leg->rtx.first = rtx;
	}
	leg->rtx.last = rtx;
	if (!leg->rtx.unsent) {
		leg->rtx.unsent = rtx;
	}
	return rtx;
}

/* The opening message goes to call 0; everything else waits until the other side's number is known (REQ-144). */
static bool rtx_may_send(const struct iax2_leg *leg)
{
	return leg->remote ? iax2_rtx_flying(leg) < IAX2_RTX_WINDOW : leg->oseq == 0;
}

void iax2_rtx_pump(struct iax2_leg *leg)
{
	while (leg->rtx.unsent && rtx_may_send(leg)) {
		struct iax2_rtx *rtx = leg->rtx.unsent;

		rtx->data[2] = (uint8_t)(leg->remote >> 8);
		rtx->data[3] = (uint8_t)leg->remote;
		rtx->data[8] = rtx->oseqno = leg->oseq++;
		rtx->sent_iseqno = leg->iseq;
		rtx->first_sent = leg->ep->now;
		rtx->transmissions = 1;
		rtx->interval_ms = rtx_first_interval(leg);
		leg->ep->stats.unacked++;
		leg->rtx.unsent = rtx->next;
		rtx_transmit(leg, rtx, false);
		rtx_plan(leg, rtx);
	}
	rtx_schedule(leg);
}

static bool rtx_pop(struct iax2_leg *leg)
{
	struct iax2_rtx *rtx = leg->rtx.first;
	bool final = rtx->final;

	leg->rtx.first = rtx->next;
	if (!leg->rtx.first) {
		leg->rtx.last = NULL;
	}
	leg->rseq++;
	leg->ep->stats.unacked--;
	iax2_auth_wipe(rtx->data, rtx->len);
	iax2_mem_free(leg->ep->mem, rtx);
	return final;
}

/* How many frames it acknowledges.  An ACK whose ISeqno is nothing that we have sent may still mean the oldest frame by its time stamp (4.4).  One
 * whose ISeqno is behind was late, and its time stamp proves nothing: a PONG or LAGRP, which echoes a time of the other side's clock, may have
 * had the same as the voice frame after it. */
static unsigned rtx_acked_count(const struct iax2_leg *leg, const struct iax2_frame *frame)
{
	const struct iax2_rtx *first = leg->rtx.first;
	unsigned n = (uint8_t)(frame->iseqno - leg->rseq);
	bool ack = frame->type == IAX2_TYPE_IAX && frame->subclass == IAX2_CMD_ACK;

	if (n <= iax2_rtx_flying(leg)) {
		return n;
	}
	if (!ack || n >= 128 || !first || first == leg->rtx.unsent || frame->oseqno != first->sent_iseqno) {
		return 0;
	}
	return rtx_ts(first) == frame->timestamp ? 1 : 0;
}

bool iax2_rtx_acked(struct iax2_leg *leg, const struct iax2_frame *frame)
{
	unsigned n = rtx_acked_count(leg, frame);
	bool final = false;

	for (; n > 0; n--) {
		final |= rtx_pop(leg);
	}
	if (final) {
		iax2_leg_destroy(leg);
		return true;
	}
	iax2_rtx_pump(leg);
	return false;
}

void iax2_rtx_again(struct iax2_leg *leg, uint8_t from)
{
	for (struct iax2_rtx *rtx = leg->rtx.first; rtx && rtx != leg->rtx.unsent; rtx = rtx->next) {
		if ((uint8_t)(rtx->oseqno - from) < 128) {
			rtx_transmit(leg, rtx, true);
		}
	}
}

int iax2_rtx_reopen(struct iax2_leg *leg, const uint8_t *payload, size_t len, uint32_t ts)
{
	struct iax2_rtx *old = leg->rtx.first;
	struct iax2_rtx *rtx = iax2_mem_alloc_zero(leg->ep->mem, sizeof(*rtx) + IAX2_FULL_HEADER + len);

	if (!rtx) {
		leg->ep->stats.no_memory++;
		return IAX2_ERR_NOMEM;
	}
	memcpy(rtx->data, old->data, IAX2_FULL_HEADER);
	memcpy(rtx->data + IAX2_FULL_HEADER, payload, len);
	for (unsigned i = 0; i < 4; i++) {
		rtx->data[4 + i] = (uint8_t)(ts >> (24 - 8 * i));
	}
	rtx->len = IAX2_FULL_HEADER + len;
	rtx->next = old->next;
	leg->ep->stats.unacked -= iax2_rtx_flying(leg);
	leg->rtx.first = leg->rtx.unsent = rtx;
	leg->rtx.last = leg->rtx.last == old ? rtx : leg->rtx.last;
	leg->oseq = leg->iseq = leg->rseq = leg->aseq = 0;
	iax2_mem_free(leg->ep->mem, old);
	iax2_rtx_pump(leg);
	return 0;
}
