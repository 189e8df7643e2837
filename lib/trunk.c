#include "trunk.h"

#include <string.h>

#include "call.h"

#define TRUNK_COMMAND 1
#define TRUNK_IDLE (5 * IAX2_NS_PER_S)
#define TRUNK_RESYNC_MS 1000
#define TRUNK_FOLLOW_MS 200
#define TRUNK_MTU_MIN 172
#define TRUNK_MTU_MAX 3999
#define TRUNK_FULL_TOLD IAX2_NS_PER_S

struct iax2_trunk_params iax2_trunk_params_of(const struct iax2_trunk_params *params)
{
	struct iax2_trunk_params out = {.freq_ms = 20, .mtu = 1240, .max_size = 128000};

	if (!params) {
		return out;
	}
	out = *params;
	out.freq_ms = out.freq_ms < 10 ? 10 : out.freq_ms > 1000 ? 1000 : out.freq_ms;
	if (out.mtu) {
		out.mtu = out.mtu < TRUNK_MTU_MIN ? TRUNK_MTU_MIN : out.mtu > TRUNK_MTU_MAX ? TRUNK_MTU_MAX : out.mtu;
	}
	out.max_size = out.max_size ? out.max_size : 128000;
	return out;
}

/* ---- sending ---- */

static void put16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p + 2, value & 0xffff);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The time stamp of the next trunk frame (3.6): of those that the timer sends a whole number of intervals after the one before, as many as have
 * passed, of those that were full before their time the clock; never one that is not later than the last.  (Asterisk counts one interval from
 * frame to frame however long it waited, falls behind, and jumps by 160 ms when the lag is too long; entries without times of their own follow.) */
static uint32_t trunk_stamp(struct iax2_trunk_tx *tx, bool by_timer, iax2_ns now)
{
	uint32_t freq = tx->params.freq_ms, ts;
	int32_t waited;

	if (!tx->used || now - tx->last_sent > TRUNK_IDLE) {
		tx->zero = now;
		tx->used = true;
		tx->regular = 0;
		return 0;
	}
	ts = (uint32_t)((now - tx->zero) / IAX2_NS_PER_MS);
	if (by_timer) {
		waited = (int32_t)(ts - tx->regular);
		ts = tx->regular + freq * (waited < (int32_t)freq ? 1 : ((uint32_t)waited + freq / 4) / freq);
	}
	ts = (int32_t)(ts - tx->last) > 0 ? ts : tx->last + 1;
	tx->regular = by_timer ? ts : tx->regular;
	return ts;
}

static void trunk_flush(struct iax2_assoc *assoc, bool by_timer)
{
	struct iax2_trunk_tx *tx = &assoc->trunk_tx;
	struct iax2_endpoint *ep = assoc->ep;
	uint32_t ts = 0;

	for (size_t at = 0; at < tx->len;) {
		size_t len = get32(tx->buf + at + 4);
		uint8_t *out = iax2_endpoint_room(ep, &assoc->path, len);

		ts = at == 0 ? trunk_stamp(tx, by_timer, ep->now) : ts + 1;
		tx->last = ts;
		tx->last_sent = ep->now;
		if (out) {
			memcpy(out, tx->buf + at, len);
			put32(out + 4, ts);
			ep->stats.tx_trunk_frames++;
		}
		at += len;
	}
	tx->len = 0;
	iax2_timer_stop(&ep->timers, &tx->timer);
}

static void trunk_fire(iax2_ns now, void *arg)
{
	(void)now;
	trunk_flush(arg, true);
}

/* All trunks of an endpoint are sent on one grid of times. */
static iax2_ns trunk_next(const struct iax2_endpoint *ep, uint32_t freq_ms)
{
	iax2_ns unit = freq_ms * IAX2_NS_PER_MS;

	return ep->start + ((ep->now - ep->start) / unit + 1) * unit;
}

static bool trunk_room(struct iax2_assoc *assoc, size_t len)
{
	struct iax2_trunk_tx *tx = &assoc->trunk_tx;
	size_t need = tx->len + IAX2_TRUNK_HEADER + len;
	size_t cap = tx->cap ? 2 * tx->cap : 2048;
	uint8_t *buf;

	if (need <= tx->cap) {
		return true;
	}
	cap = cap > need ? cap : need;
	buf = iax2_mem_realloc_array(assoc->ep->mem, tx->buf, cap, 1);
	if (!buf) {
		assoc->ep->stats.no_memory++;
		return false;
	}
	tx->buf = buf;
	tx->cap = cap;
	return true;
}

static void trunk_tell_full(struct iax2_assoc *assoc)
{
	struct iax2_trunk_tx *tx = &assoc->trunk_tx;
	struct iax2_endpoint *ep = assoc->ep;
	struct iax2_event ev = {.type = IAX2_EV_TRUNK_FULL, .path = assoc->path};

	ep->stats.tx_trunk_dropped++;
	if (tx->full_was_told && ep->now - tx->full_told < TRUNK_FULL_TOLD) {
		return;
	}
	tx->full_told = ep->now;
	tx->full_was_told = true;
	if (iax2_eventq_push(&ep->events, ep->mem, NULL, &ev, false, false) < 0) {
		ep->stats.no_memory++;
	}
}

/* Begins a datagram in the buffer when there is none, or the last one has no room for `entry` more bytes. */
static void trunk_segment(struct iax2_trunk_tx *tx, size_t entry)
{
	if (tx->len && get32(tx->buf + tx->segment + 4) + entry <= IAX2_SEND_MAX) {
		return;
	}
	tx->segment = tx->len;
	memset(tx->buf + tx->len, 0, IAX2_TRUNK_HEADER);
	tx->buf[tx->len + 2] = TRUNK_COMMAND;
	tx->buf[tx->len + 3] = tx->params.timestamps;
	put32(tx->buf + tx->len + 4, IAX2_TRUNK_HEADER);
	tx->len += IAX2_TRUNK_HEADER;
}

static void trunk_write(struct iax2_trunk_tx *tx, uint16_t callno, uint16_t ts, const void *data, size_t len)
{
	bool stamped = tx->buf[tx->segment + 3] & 1;
	uint8_t *p = tx->buf + tx->len;
	size_t header = stamped ? IAX2_TRUNK_ENTRY_TS : IAX2_TRUNK_ENTRY;

	put16(p, stamped ? len : callno);
	put16(p + 2, stamped ? callno : len);
	if (stamped) {
		put16(p + 4, ts);
	}
	if (len) {
		memcpy(p + header, data, len);
	}
	tx->len += header + len;
	put32(tx->buf + tx->segment + 4, (uint32_t)(tx->len - tx->segment));
}

/* Whether another entry of the same size would reach the limit of the datagram at hand. */
static bool trunk_is_full(const struct iax2_trunk_tx *tx, size_t entry)
{
	size_t limit = tx->params.mtu < IAX2_SEND_MAX ? tx->params.mtu : IAX2_SEND_MAX;

	return tx->params.mtu && get32(tx->buf + tx->segment + 4) + entry >= limit;
}

int iax2_trunk_send(struct iax2_assoc *assoc, uint16_t callno, uint16_t ts, const void *data, size_t len)
{
	struct iax2_trunk_tx *tx = &assoc->trunk_tx;
	struct iax2_endpoint *ep = assoc->ep;
	size_t entry = IAX2_TRUNK_ENTRY_TS + len;

	if (tx->len + entry > tx->params.max_size) {
		trunk_tell_full(assoc);
		return IAX2_ERR_LIMIT;
	}
	if (!trunk_room(assoc, entry)) {
		return IAX2_ERR_NOMEM;
	}
	if (tx->len == 0) {
		iax2_timer_start(&ep->timers, &tx->timer, trunk_next(ep, tx->params.freq_ms));
	}
	trunk_segment(tx, entry);
	trunk_write(tx, callno, ts, data, len);
	ep->stats.tx_trunk_entries++;
	if (trunk_is_full(tx, entry)) {
		trunk_flush(assoc, false);
	}
	return 0;
}

void iax2_trunk_init(struct iax2_assoc *assoc, const struct iax2_trunk_params *params)
{
	assoc->trunk_tx.params = *params;
	iax2_timer_init(&assoc->trunk_tx.timer, trunk_fire, assoc);
}

void iax2_trunk_fini(struct iax2_assoc *assoc)
{
	iax2_timer_stop(&assoc->ep->timers, &assoc->trunk_tx.timer);
	iax2_mem_free(assoc->ep->mem, assoc->trunk_tx.buf);
	assoc->trunk_tx.buf = NULL;
}

/* ---- receiving ---- */

/* The time stamp of an entry without one: the trunk's clock, moved by the distance of both zeros (3.6). */
static iax2_ts trunk_derive(struct iax2_assoc *assoc, struct iax2_call *call, uint32_t trunk_ts)
{
	struct iax2_trunk_rx *rx = &assoc->trunk_rx;
	iax2_ns now = assoc->ep->now;
	iax2_ts expected = (now - call->rx_zero) / IAX2_NS_PER_MS;
	iax2_ts ts = (iax2_ts)trunk_ts + (rx->zero - call->rx_zero) / IAX2_NS_PER_MS;

	if (ts - expected > TRUNK_RESYNC_MS || expected - ts > TRUNK_RESYNC_MS) {
		rx->zero = now - trunk_ts * IAX2_NS_PER_MS;
		rx->last = trunk_ts;
		ts = expected;
	}
	return ts < 0 ? 0 : ts;
}

/* The trunk's clock knows when the trunk frame was sent, not when its entries were spoken.  So the first entry continues the full frame before
 * it; and of two entries that the sender's jitter put into one trunk frame the second follows the first instead of covering it.  The same when
 * the trunk's clock goes back, as it does now and then where many calls need several trunk frames for one moment. */
static iax2_ts trunk_follow(struct iax2_call *call, iax2_ts ts)
{
	iax2_ts behind = call->rx_voice_next - ts;

	if (!call->rx_trunk_follows) {
		call->rx_trunk_shift = behind > -TRUNK_FOLLOW_MS && behind < TRUNK_FOLLOW_MS ? behind : 0;
		call->rx_trunk_follows = true;
	}
	ts += call->rx_trunk_shift;
	behind = call->rx_voice_next - ts;
	return behind > 0 && behind < TRUNK_FOLLOW_MS ? call->rx_voice_next : ts;
}

static void trunk_entry(struct iax2_assoc *assoc, const struct iax2_frame *frame, const struct iax2_trunk_entry *entry)
{
	struct iax2_leg *leg = iax2_assoc_by_remote(assoc, entry->scall & IAX2_CALLNO_MAX);
	struct iax2_call *call = leg ? iax2_call_of(leg) : NULL;
	iax2_ts ts;

	if (!call) {
		assoc->ep->stats.rx_unknown_call++;
		return;
	}
	assoc->ep->stats.rx_trunk_entries++;
	if (!iax2_call_takes_minis(call, false)) {
		return;
	}
	if (entry->has_timestamp) {
		ts = iax2_tstamp_receive(&leg->received, entry->timestamp, IAX2_TSTAMP_MINI);
	} else {
		ts = trunk_follow(call, trunk_derive(assoc, call, frame->timestamp));
		ts = iax2_tstamp_receive(&leg->received, (uint32_t)ts, IAX2_TSTAMP_FULL);
	}
	iax2_call_voice_in(call, ts, entry->data, entry->len);
}

void iax2_trunk_receive(struct iax2_assoc *assoc, const struct iax2_frame *frame)
{
	struct iax2_trunk_entry entry;
	size_t offset = 0;
	bool damaged = false;

	if (!assoc->trunk_rx.seen || frame->timestamp == 0) {
		assoc->trunk_rx.zero = assoc->ep->now - frame->timestamp * IAX2_NS_PER_MS;
		assoc->trunk_rx.seen = true;
	} else if (frame->timestamp == assoc->trunk_rx.last && !(frame->meta_data & 1)) {
		assoc->ep->stats.rx_duplicate++; /* two successive ones never have the same time (REQ-034) */
		return;
	}
	while (iax2_trunk_next(frame, &offset, &entry, &damaged)) {
		trunk_entry(assoc, frame, &entry);
	}
	assoc->trunk_rx.last = frame->timestamp;
	assoc->ep->stats.rx_trunk_damaged += damaged;
}
