#include "dialplan/app_table.h"
#include "media/codec.h"
#include "media/tone.h"
#include "util/log.h"

enum { FRAME_MS = 20, FRAME_SAMPLES = 160, FRAMES_LATE_MAX = 25 };

struct milliwatt {
	struct tone tone;
	const struct codec *codec;
	iax2_ns next;
};

static enum app_result milliwatt_send(struct run *run)
{
	struct milliwatt *mw = run_state(run);
	struct pbx *pbx = run_pbx(run);
	iax2_ns now = pbx->ops->now(pbx);
	const iax2_ns frame = FRAME_MS * IAX2_NS_PER_MS;
	/* After a long pause (a stopped process) nobody wants to hear all of it. */
	if (now - mw->next > FRAMES_LATE_MAX * frame)
		mw->next = now;
	for (; mw->next <= now; mw->next += frame) {
		int16_t samples[FRAME_SAMPLES];
		uint8_t data[FRAME_SAMPLES * sizeof(int16_t)];
		tone_generate(&mw->tone, samples, FRAME_SAMPLES);
		int len = mw->codec->encode(data, sizeof data, samples, FRAME_SAMPLES);
		if (len > 0)
			channel_voice(run_channel(run), mw->codec->format, IAX2_TS_AUTO, data, (size_t)len);
	}
	run_timer(run, mw->next);
	return APP_WAIT;
}

static enum app_result milliwatt_start(struct run *run, const char *args)
{
	struct channel *ch = run_channel(run);
	struct milliwatt *mw = run_state(run);
	(void)args;
	if (channel_answer(ch) < 0)
		return APP_HANGUP;
	mw->codec = codec_find(ch->format);
	if (!mw->codec)
		mw->codec = codec_find(iax2_format_best(ch->formats & codec_formats()));
	if (!mw->codec) {
		log_warning("%s: no tone can be made in the format of %s", run_place(run), ch->name);
		ch->hangup_cause = IAX2_CAUSE_BEARER;
		return APP_HANGUP;
	}
	tone_init(&mw->tone, 1004, 0, 0);
	mw->next = run_pbx(run)->ops->now(run_pbx(run));
	return milliwatt_send(run);
}

const struct app app_milliwatt = {
	.name = "Milliwatt", .synopsis = "Plays the test tone: 1004 Hz at 0 dBm0", .usage = "Milliwatt()",
	.state_size = sizeof(struct milliwatt), .start = milliwatt_start, .timer = milliwatt_send,
};
