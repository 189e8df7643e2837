#include "stamp.h"

#include "iax2/call.h"

#define STAMP_NEAR_MS 160  /* so far the media clock may be from the call's clock */
#define STAMP_STEP_MS 3    /* between frames that would have the same time stamp */

static bool is_near(iax2_ts a, iax2_ts b)
{
	return a - b <= STAMP_NEAR_MS && b - a <= STAMP_NEAR_MS;
}

static iax2_ts stamp_note(struct iax2_stamp *stamp, iax2_ts ts)
{
	if (!stamp->any || ts > stamp->last) {
		stamp->last = ts;
	}
	stamp->any = true;
	return ts;
}

iax2_ts iax2_stamp_clock(struct iax2_stamp *stamp, iax2_ns now)
{
	if (!stamp->running) {
		stamp->running = true;
		stamp->zero = now;
	}
	return now > stamp->zero ? (now - stamp->zero) / IAX2_NS_PER_MS : 0;
}

iax2_ts iax2_stamp_command(struct iax2_stamp *stamp, iax2_ns now)
{
	iax2_ts clock = iax2_stamp_clock(stamp, now);

	return stamp_note(stamp, stamp->any && clock <= stamp->last ? stamp->last + STAMP_STEP_MS : clock);
}

iax2_ts iax2_stamp_signal(struct iax2_stamp *stamp, iax2_ns now)
{
	iax2_ts clock = iax2_stamp_clock(stamp, now);
	bool behind = stamp->any && (clock <= stamp->last || clock - stamp->last <= STAMP_NEAR_MS);

	return stamp_note(stamp, behind ? stamp->last + STAMP_STEP_MS : clock);
}

/* The clock moves by a tenth of its distance to the predicted time stamp. */
static void stamp_follow(struct iax2_stamp *stamp, iax2_ts predicted, iax2_ns now)
{
	iax2_ns ahead = now - stamp->zero - predicted * IAX2_NS_PER_MS;

	stamp->zero += ahead / 10;
}

static iax2_ts round_up(iax2_ts ts, uint32_t unit)
{
	return unit ? (ts + unit - 1) / unit * unit : ts;
}

/* The clock, in whole frames, and behind the last frame. */
static iax2_ts voice_restart(const struct iax2_stamp_media *media, iax2_ts clock, uint32_t duration_ms)
{
	iax2_ts ts = round_up(clock, duration_ms);

	if (media->used && ts <= media->last) {
		ts = media->last + (media->last_ms ? media->last_ms : STAMP_STEP_MS);
	}
	return ts;
}

static iax2_ts stamp_relay(struct iax2_stamp_media *media, iax2_ts source, iax2_ts clock, uint32_t duration_ms)
{
	if (!media->anchored || !is_near(source + media->offset, clock)) {
		media->offset = voice_restart(media, clock, duration_ms) - source;
		media->anchored = true;
	}
	return source + media->offset < 0 ? 0 : source + media->offset;
}

iax2_ts iax2_stamp_voice(struct iax2_stamp *stamp, iax2_ts source, uint32_t duration_ms, iax2_ns now)
{
	struct iax2_stamp_media *media = &stamp->voice;
	iax2_ts clock = iax2_stamp_clock(stamp, now);
	iax2_ts predicted = media->last + media->last_ms;
	iax2_ts ts;

	if (source != IAX2_TS_AUTO) {
		ts = stamp_relay(media, source, clock, duration_ms);
	} else if (media->used && media->last_ms && is_near(predicted, clock)) {
		ts = predicted;
		media->anchored = false;
		stamp_follow(stamp, predicted, now);
	} else {
		ts = voice_restart(media, clock, duration_ms);
		media->anchored = false;
	}
	media->last = ts;
	media->last_ms = duration_ms;
	media->used = true;
	return stamp_note(stamp, ts);
}

iax2_ts iax2_stamp_video(struct iax2_stamp *stamp, iax2_ts source, iax2_ns now)
{
	struct iax2_stamp_media *media = &stamp->video;
	iax2_ts clock = iax2_stamp_clock(stamp, now);
	iax2_ts ts = stamp->any && clock < stamp->last ? stamp->last : clock;

	if (source != IAX2_TS_AUTO) {
		if (!media->anchored || !is_near(source + media->offset, clock)) {
			media->offset = ts - source;
			media->anchored = true;
		}
		ts = source + media->offset;
	}
	if (stamp->any && ts < stamp->last) {
		ts = stamp->last;
	}
	media->last = ts;
	media->used = true;
	return stamp_note(stamp, ts);
}

void iax2_stamp_silence(struct iax2_stamp *stamp)
{
	stamp->voice.last_ms = 0;
	stamp->voice.anchored = false;
}
