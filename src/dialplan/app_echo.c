#include "dialplan/app_table.h"

static enum app_result echo_start(struct run *run, const char *args)
{
	(void)run;
	(void)args;
	return APP_WAIT;
}

static enum app_result echo_event(struct run *run, const struct channel_event *ev)
{
	switch (ev->type) {
	case CHANNEL_EV_DTMF_BEGIN:
	case CHANNEL_EV_DTMF_END:
		if (ev->digit == '#')
			return ev->type == CHANNEL_EV_DTMF_END ? APP_CONTINUE : APP_WAIT;
		break;
	case CHANNEL_EV_VOICE:
	case CHANNEL_EV_VIDEO:
	case CHANNEL_EV_TEXT:
	case CHANNEL_EV_HTML:
	case CHANNEL_EV_IMAGE:
		break;
	default:
		return APP_WAIT;
	}
	channel_write(run_channel(run), ev);
	return APP_WAIT;
}

const struct app app_echo = {
	.name = "Echo", .synopsis = "Sends back what it hears (voice, video, digits, text) until # is pressed", .usage = "Echo()",
	.start = echo_start, .event = echo_event,
};
