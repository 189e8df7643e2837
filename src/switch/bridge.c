#include "switch/bridge.h"

#include <errno.h>

#include "dialplan/pbx.h"
#include "iax2/frame.h"
#include "media/codec.h"

static void listener_call(struct channel *ch, const struct channel_event *ev)
{
	if (ch->listener) {
		ch->listener(ch, ev, ch->listener_arg);
	}
}

/* Controls that say how a call is getting on mean nothing between two that are up. */
static bool passes(int64_t control)
{
	return control != IAX2_CONTROL_ANSWER && control != IAX2_CONTROL_HANGUP;
}

static void relay(struct channel *to, const struct channel_event *ev)
{
	if (ev->type == CHANNEL_EV_VOICE && !(ev->format & to->formats)) {
		channel_voice(to, ev->format, ev->ts, ev->data, ev->len);
	} else if (ev->type != CHANNEL_EV_CONTROL || passes(ev->subclass)) {
		channel_write(to, ev);
	}
}

static void note_state(struct channel *ch, const struct channel_event *ev)
{
	if (ev->type != CHANNEL_EV_CONTROL || ch->state == CHANNEL_HUNGUP || ch->state == CHANNEL_UP || !ch->outgoing) {
		return;
	}
	if (ev->subclass == IAX2_CONTROL_ANSWER) {
		ch->state = CHANNEL_UP;
		ch->answered = ch->pbx->ops->now(ch->pbx);
	} else if (ev->subclass == IAX2_CONTROL_RINGING) {
		ch->state = CHANNEL_RINGING;
	}
}

void bridge_deliver(struct channel *ch, const struct channel_event *ev)
{
	note_state(ch, ev);
	if (ch->bridged) {
		relay(ch->bridged, ev);
	} else {
		listener_call(ch, ev);
	}
}

/* Takes both out of the bridge; the other one, or NULL. */
static struct channel *separate(struct channel *ch)
{
	struct channel *other = ch->bridged;
	if (other) {
		if (ch->tech->native_unbridge) {
			ch->tech->native_unbridge(ch);
		}
		ch->bridged = NULL;
		other->bridged = NULL;
	}
	return other;
}

static void tell_end(struct channel *ch)
{
	if (ch && ch->state != CHANNEL_HUNGUP && !ch->bridged) {
		listener_call(ch, &(struct channel_event){.type = CHANNEL_EV_BRIDGE_END});
	}
}

void bridge_gone(struct channel *ch, int cause)
{
	struct channel *other = separate(ch);
	ch->state = CHANNEL_HUNGUP;
	if (cause) {
		ch->hangup_cause = cause;
	}
	listener_call(ch, &(struct channel_event){.type = CHANNEL_EV_HANGUP});
	tell_end(other);
}

static bool can_carry(const struct channel *from, const struct channel *to)
{
	return (from->format & to->formats) || (codec_find(from->format) && codec_find(to->format));
}

int bridge_join(struct pbx *pbx, struct channel *a, struct channel *b)
{
	(void)pbx;
	if (a == b || a->bridged || b->bridged || a->state == CHANNEL_HUNGUP || b->state == CHANNEL_HUNGUP) {
		return -EBUSY;
	}
	if (!can_carry(a, b) || !can_carry(b, a)) {
		return -ENOTSUP;
	}
	a->bridged = b;
	b->bridged = a;
	if (a->tech == b->tech && a->tech->native_bridge && (a->format & b->formats) && (b->format & a->formats)) {
		a->tech->native_bridge(a, b); /* if it can't, frames go the long way */
	}
	return 0;
}

void bridge_part(struct pbx *pbx, struct channel *ch)
{
	(void)pbx;
	separate(ch);
}
