#include <stdlib.h>
#include <string.h>

#include "dialplan/app_table.h"
#include "dialplan/args.h"
#include "media/sound.h"
#include "util/log.h"

enum { FRAME_MS = 20, FRAME_BYTES_MAX = 1500, FRAMES_LATE_MAX = 25 };

struct playback {
	char *text;             /* a copy of the arguments */
	char *rest;             /* names that are left, joined by &; NULL: none */
	struct sound *sound;    /* being played, or NULL */
	iax2_ns next;           /* when the next frame is due */
	bool failed;
};

static void playback_stop(struct run *run)
{
	struct playback *pb = run_state(run);
	if (pb->sound)
		sound_close(pb->sound);
	free(pb->text);
	pb->sound = NULL;
	pb->text = NULL;
}

static enum app_result playback_end(struct run *run)
{
	struct playback *pb = run_state(run);
	run_set_var(run, "PLAYBACKSTATUS", pb->failed ? "FAILED" : "SUCCESS");
	playback_stop(run);
	return APP_CONTINUE;
}

/* Opens the next file of the list; false at its end. */
static bool open_next(struct run *run)
{
	struct playback *pb = run_state(run);
	struct channel *ch = run_channel(run);
	while (pb->rest) {
		char *name = strsep(&pb->rest, "&");
		struct strbuf why = STRBUF_EMPTY;
		name = args_trim(name);
		if (!name[0])
			continue;
		int rc = sound_open(&pb->sound, run_pbx(run)->sound_dirs, ch->language[0] ? ch->language : NULL, name, ch->format, &why);
		if (rc < 0) {
			log_warning("%s: can't play '%s' to %s: %s", run_place(run), name, ch->name, why.len ? strbuf_text(&why) : strerror(-rc));
			pb->sound = NULL;
			pb->failed = true;
		}
		strbuf_fini(&why);
		if (rc == 0)
			return true;
	}
	return false;
}

/* One frame of 20 ms, from whatever file is next; false when all are played. */
static bool send_frame(struct run *run)
{
	struct playback *pb = run_state(run);
	struct channel *ch = run_channel(run);
	uint8_t data[FRAME_BYTES_MAX];
	while (pb->sound || open_next(run)) {
		int len = sound_read(pb->sound, data, sizeof data);
		if (len > 0) {
			channel_voice(ch, ch->format, IAX2_TS_AUTO, data, (size_t)len);
			return true;
		}
		if (len < 0) {
			log_warning("%s: reading a sound for %s failed: %s", run_place(run), ch->name, strerror(-len));
			pb->failed = true;
		}
		sound_close(pb->sound);
		pb->sound = NULL;
	}
	return false;
}

static enum app_result playback_send(struct run *run)
{
	struct playback *pb = run_state(run);
	struct pbx *pbx = run_pbx(run);
	iax2_ns now = pbx->ops->now(pbx);
	const iax2_ns frame = FRAME_MS * IAX2_NS_PER_MS;
	if (now - pb->next > FRAMES_LATE_MAX * frame)
		pb->next = now;
	for (; pb->next <= now; pb->next += frame) {
		if (!send_frame(run))
			return playback_end(run);
	}
	run_timer(run, pb->next);
	return APP_WAIT;
}

static enum app_result playback_start(struct run *run, const char *args)
{
	struct playback *pb = run_state(run);
	struct channel *ch = run_channel(run);
	char *part[2];
	pb->text = strdup(args);
	if (!pb->text)
		return APP_HANGUP;
	args_split(pb->text, part, 2);
	pb->rest = part[0];
	pb->next = run_pbx(run)->ops->now(run_pbx(run));
	if (!part[0][0]) {
		log_warning("%s: Playback needs the name of a sound; the call ends", run_place(run));
		playback_stop(run);
		return APP_HANGUP;
	}
	if (ch->state != CHANNEL_UP && strstr(part[1], "skip"))
		return playback_end(run);
	if (!strstr(part[1], "noanswer") && channel_answer(ch) < 0) {
		playback_stop(run);
		return APP_HANGUP;
	}
	return playback_send(run);
}

const struct app app_playback = {
	.name = "Playback", .synopsis = "Plays sounds one after the other; answers first unless told not to",
	.usage = "Playback(sound[&sound...][,noanswer|skip])",
	.state_size = sizeof(struct playback), .start = playback_start, .timer = playback_send, .stop = playback_stop,
};
