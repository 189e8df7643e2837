#include "dialplan/channel.h"

#include <errno.h>

#include "dialplan/pbx.h"
#include "media/codec.h"

enum { PAYLOAD_MAX = 4096 };

const char *channel_state_text(enum channel_state state)
{
	static const char *const names[] = {"Down", "Ring", "Dialing", "Ringing", "Up", "Hungup"};
	return (size_t)state < sizeof names / sizeof *names ? names[state] : "Unknown";
}

int channel_call(struct channel *ch)
{
	if (ch->state != CHANNEL_DOWN)
		return -IAX2_CAUSE_FAILURE;
	/* Before the call, because the technology may report what became of it at once. */
	ch->state = CHANNEL_DIALING;
	return ch->tech->call(ch);
}

int channel_answer(struct channel *ch)
{
	if (ch->state == CHANNEL_HUNGUP)
		return -ENOTCONN;
	if (ch->state == CHANNEL_UP)
		return 0;
	int rc = ch->tech->answer(ch);
	if (rc < 0)
		return rc;
	if (ch->state == CHANNEL_HUNGUP)
		return -ENOTCONN;
	ch->state = CHANNEL_UP;
	if (ch->answered == 0)
		ch->answered = ch->pbx->ops->now(ch->pbx);
	return 0;
}

int channel_write(struct channel *ch, const struct channel_event *ev)
{
	if (ch->state == CHANNEL_HUNGUP)
		return -ENOTCONN;
	return ch->tech->write(ch, ev);
}

int channel_control(struct channel *ch, enum iax2_control control)
{
	return channel_write(ch, &(struct channel_event){.type = CHANNEL_EV_CONTROL, .subclass = control});
}

int channel_voice(struct channel *ch, iax2_format format, iax2_ts ts, const void *data, size_t len)
{
	uint8_t other[PAYLOAD_MAX];
	struct channel_event ev = {.type = CHANNEL_EV_VOICE, .format = format, .ts = ts, .data = data, .len = len};
	if (ch->state == CHANNEL_HUNGUP)
		return -ENOTCONN;
	if (!(ch->formats & format)) {
		int n = codec_translate(ch->format, other, sizeof other, format, data, len);
		if (n < 0)
			return -ENOTSUP;
		ev.format = ch->format;
		ev.data = other;
		ev.len = (size_t)n;
	}
	return ch->tech->write(ch, &ev);
}

void channel_hangup(struct channel *ch, int cause)
{
	if (ch->state == CHANNEL_HUNGUP)
		return;
	struct channel *other = ch->bridged;
	ch->state = CHANNEL_HUNGUP;
	ch->hangup_cause = cause;
	if (other)
		ch->pbx->ops->unbridge(ch->pbx, ch);
	ch->tech->hangup(ch, cause);
	if (other && other->listener)
		other->listener(other, &(struct channel_event){.type = CHANNEL_EV_BRIDGE_END}, other->listener_arg);
}

void channel_del(struct channel *ch)
{
	channel_set_listener(ch, NULL, NULL);
	channel_hangup(ch, ch->hangup_cause ? ch->hangup_cause : IAX2_CAUSE_NORMAL);
	ch->pbx->ops->delete_channel(ch->pbx, ch);
}

void channel_set_listener(struct channel *ch, channel_listener_fn fn, void *arg)
{
	ch->listener = fn;
	ch->listener_arg = arg;
}
