#include "switch/chan_iax2.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "switch/bridge.h"
#include "switch/core.h"
#include "switch/text.h"
#include "util/log.h"

struct leg *leg_new(struct switch_core *sw)
{
	struct leg *leg = calloc(1, sizeof *leg);
	if (!leg) {
		return NULL;
	}
	leg->sw = sw;
	leg->next = sw->legs;
	if (leg->next) {
		leg->next->prev = leg;
	}
	sw->legs = leg;
	return leg;
}

void leg_del(struct leg *leg)
{
	if (leg->ch) {
		leg->ch->tech_data = NULL;
	}
	*(leg->prev ? &leg->prev->next : &leg->sw->legs) = leg->next;
	if (leg->next) {
		leg->next->prev = leg->prev;
	}
	iax2_in_free(leg);
	iax2_out_free(leg);
	free(leg);
}

void leg_attach(struct leg *leg, struct channel *ch)
{
	leg->ch = ch;
	ch->tech_data = leg;
}

void leg_name_channel(struct leg *leg)
{
	struct iax2_call_info info = {0};
	if (leg->call) {
		iax2_call_info(leg->call, &info);
	}
	snprintf(leg->ch->name, sizeof leg->ch->name, "IAX2/%.60s-%u", leg->host, info.callno);
}

void leg_host_from_addr(struct leg *leg, const struct iax2_addr *addr)
{
	struct peer *peer = peers_at(&leg->sw->peers, addr);
	char text[IAX2_ADDR_TEXT];
	text_copy(leg->host, sizeof leg->host, peer ? peer->entry->name : iax2_addr_format(addr, text));
}

/* --- what the switch wants --- */

static int errno_of(int rc)
{
	switch (rc) {
	case IAX2_OK:
		return 0;
	case IAX2_ERR_NOMEM:
		return -ENOMEM;
	case IAX2_ERR_LIMIT:
		return -ENOBUFS;
	case IAX2_ERR_NOSPACE:
		return -EMSGSIZE;
	case IAX2_ERR_STATE:
		return -ENOTCONN;
	default:
		return -EINVAL;
	}
}

static int on_answer(struct channel *ch)
{
	struct leg *leg = ch->tech_data;
	if (!leg || !leg->call) {
		return -ENOTCONN;
	}
	return errno_of(iax2_call_control(leg->call, IAX2_CONTROL_ANSWER, NULL, 0, core_now(leg->sw)));
}

static int on_write(struct channel *ch, const struct channel_event *ev)
{
	struct leg *leg = ch->tech_data;
	if (!leg || !leg->call) {
		return -ENOTCONN;
	}
	struct iax2_call *call = leg->call;
	iax2_ns now = core_now(leg->sw);
	switch (ev->type) {
	case CHANNEL_EV_VOICE:
		return errno_of(iax2_call_send_voice(call, ev->format, ev->ts, ev->data, ev->len, now));
	case CHANNEL_EV_VIDEO:
		return errno_of(iax2_call_send_video(call, ev->format, ev->ts, ev->marker, ev->data, ev->len, now));
	case CHANNEL_EV_DTMF_BEGIN:
		return errno_of(iax2_call_dtmf_begin(call, ev->digit, now));
	case CHANNEL_EV_DTMF_END:
		return errno_of(iax2_call_dtmf_end(call, ev->digit, now));
	case CHANNEL_EV_TEXT:
		return errno_of(iax2_call_text(call, (const char *)ev->data, ev->len, now));
	case CHANNEL_EV_HTML:
		return errno_of(iax2_call_send(call, IAX2_TYPE_HTML, ev->subclass, ev->data, ev->len, now));
	case CHANNEL_EV_IMAGE:
		return errno_of(iax2_call_send(call, IAX2_TYPE_IMAGE, (int64_t)ev->format, ev->data, ev->len, now));
	case CHANNEL_EV_CNG:
		return errno_of(iax2_call_send(call, IAX2_TYPE_CNG, ev->subclass, ev->data, ev->len, now));
	case CHANNEL_EV_CONTROL:
		return errno_of(iax2_call_control(call, (enum iax2_control)ev->subclass, ev->data, ev->len, now));
	case CHANNEL_EV_HANGUP:
	case CHANNEL_EV_BRIDGE_END:
		break;
	}
	return -EINVAL;
}

static void on_hangup(struct channel *ch, int cause)
{
	struct leg *leg = ch->tech_data;
	if (!leg) {
		return;
	}
	if (leg->call) {
		iax2_call_hangup(leg->call, cause ? (unsigned)cause : IAX2_CAUSE_NORMAL, NULL, core_now(leg->sw));
	}
	leg_del(leg);
}

static int on_native_bridge(struct channel *a, struct channel *b)
{
	struct leg *leg_a = a->tech_data, *leg_b = b->tech_data;
	if (!leg_a || !leg_b || !leg_a->call || !leg_b->call) {
		return -ENOTCONN;
	}
	return errno_of(iax2_call_bridge(leg_a->call, leg_b->call));
}

static void on_native_unbridge(struct channel *ch)
{
	struct leg *leg = ch->tech_data;
	if (leg && leg->call) {
		iax2_call_unbridge(leg->call);
	}
}

const struct channel_tech chan_iax2_tech = {
	.name = "IAX2",
	.call = iax2_out_call,
	.answer = on_answer,
	.write = on_write,
	.hangup = on_hangup,
	.native_bridge = on_native_bridge,
	.native_unbridge = on_native_unbridge,
};

/* --- what the far end does --- */

static void on_ended(struct leg *leg, const struct iax2_event *ev)
{
	struct channel *ch = leg->ch;
	if (!ch) {
		iax2_in_ended(leg, ev);
		return;
	}
	int cause = (int)ev->cause;
	if (ev->reason != IAX2_END_REMOTE_HANGUP) {
		char addr[IAX2_ADDR_TEXT];
		struct iax2_call_info info;
		iax2_call_info(leg->call, &info);
		log_notice("%s with %s ended: %s%s%s (cause %d)", ch->name, iax2_addr_format(&info.path.remote, addr),
		           iax2_end_reason_text(ev->reason), ev->text[0] ? ": " : "", ev->text, cause);
	}
	leg->call = NULL;
	leg_del(leg);
	bridge_gone(ch, cause);
}

static void on_accepted(struct leg *leg, const struct iax2_event *ev)
{
	leg->ch->format = ev->format;
	leg->ch->formats = ev->format;
}

/* QUELCH with music is the old way to hold a call (17.3). */
static void on_quelch(struct leg *leg, const struct iax2_event *ev)
{
	bool quelch = ev->type == IAX2_EV_QUELCH;
	bool music = quelch && ev->ies && iax2_ies_has(ev->ies, IAX2_IE_MUSICONHOLD);
	if (music == leg->held) {
		return;
	}
	leg->held = music;
	bridge_deliver(leg->ch, &(struct channel_event){.type = CHANNEL_EV_CONTROL,
	                                                .subclass = music ? IAX2_CONTROL_HOLD : IAX2_CONTROL_UNHOLD});
}

/* Which event of a channel an event of a call is. */
static bool channel_type(enum iax2_event_type type, enum channel_event_type *out)
{
	static const struct {
		enum iax2_event_type from;
		enum channel_event_type to;
	} map[] = {
	    {IAX2_EV_VOICE, CHANNEL_EV_VOICE},       {IAX2_EV_VIDEO, CHANNEL_EV_VIDEO}, {IAX2_EV_DTMF_BEGIN, CHANNEL_EV_DTMF_BEGIN},
	    {IAX2_EV_DTMF_END, CHANNEL_EV_DTMF_END}, {IAX2_EV_TEXT, CHANNEL_EV_TEXT},   {IAX2_EV_HTML, CHANNEL_EV_HTML},
	    {IAX2_EV_IMAGE, CHANNEL_EV_IMAGE},       {IAX2_EV_CNG, CHANNEL_EV_CNG},     {IAX2_EV_CONTROL, CHANNEL_EV_CONTROL},
	};
	for (size_t i = 0; i < sizeof map / sizeof map[0]; i++) {
		if (map[i].from == type) {
			*out = map[i].to;
			return true;
		}
	}
	return false;
}

static void on_frame(struct leg *leg, const struct iax2_event *ev)
{
	struct channel_event out = {
	    .format = ev->format,
	    .ts = ev->ts,
	    .marker = ev->marker,
	    .duration_ms = ev->duration_ms,
	    .subclass = ev->subclass,
	    .data = ev->data,
	    .len = ev->len,
	};
	if (!leg->ch || !channel_type(ev->type, &out.type)) {
		return;
	}
	if (out.type == CHANNEL_EV_DTMF_BEGIN || out.type == CHANNEL_EV_DTMF_END) {
		out.digit = (char)ev->subclass;
	}
	if (out.type == CHANNEL_EV_CONTROL && (out.subclass == IAX2_CONTROL_BUSY || out.subclass == IAX2_CONTROL_CONGESTION)) {
		leg->ch->hangup_cause = out.subclass == IAX2_CONTROL_BUSY ? IAX2_CAUSE_BUSY : IAX2_CAUSE_CONGESTION;
	}
	bridge_deliver(leg->ch, &out);
}

void chan_iax2_on_event(struct switch_core *sw, const struct iax2_event *ev)
{
	struct leg *leg = ev->user;
	if (ev->type == IAX2_EV_NEW) {
		iax2_in_new(sw, ev);
		return;
	}
	if (!leg) {
		return;
	}
	switch (ev->type) {
	case IAX2_EV_AUTHENTICATED:
		iax2_in_authenticated(leg);
		break;
	case IAX2_EV_READY:
		iax2_in_ready(leg);
		break;
	case IAX2_EV_ACCEPTED:
		on_accepted(leg, ev);
		break;
	case IAX2_EV_ENDED:
		on_ended(leg, ev);
		break;
	case IAX2_EV_QUELCH:
	case IAX2_EV_UNQUELCH:
		if (leg->ch) {
			on_quelch(leg, ev);
		}
		break;
	default:
		on_frame(leg, ev);
		break;
	}
}
