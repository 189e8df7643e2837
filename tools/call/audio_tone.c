#include "audio.h"

#include <errno.h>
#include <stdlib.h>

#include "media/tone.h"

/* Loud enough to measure, far enough from clipping. */
#define TONE_LEVEL_DBM0 (-10.0)

struct audio_tone {
	struct audio audio;
	struct tone tone;
};

static int tone_read(struct audio *audio, int16_t out[static AUDIO_FRAME])
{
	tone_generate(&((struct audio_tone *)audio)->tone, out, AUDIO_FRAME);
	return 1;
}

static int tone_close(struct audio *audio)
{
	free(audio);
	return 0;
}

static const struct audio_ops tone_ops = {.name = "tone", .read = tone_read, .close = tone_close};

int audio_tone_new(struct audio **out, double hz)
{
	struct audio_tone *tone = malloc(sizeof *tone);

	if (!tone)
		return -ENOMEM;
	tone->audio.ops = &tone_ops;
	tone_init(&tone->tone, hz, 0, TONE_LEVEL_DBM0);
	*out = &tone->audio;
	return 0;
}
