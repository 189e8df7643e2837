#include "audio.h"

#include <alsa/asoundlib.h>

#include <errno.h>
#include <stdlib.h>

/* The card's clock and ours differ a little, and the 20 ms clock of the phone rules: when the card takes samples faster it gets a
 * little silence, when it is slower a frame is left out; the same for the microphone. */

#define RATE 8000
#define LATENCY_US 120000
/* More than this waiting in the microphone's buffer is old news. */
#define CAPTURE_BACKLOG (4 * AUDIO_FRAME)
/* What a loudspeaker that has run dry gets first, to have something in hand. */
#define PLAYBACK_HEAD_START 2

struct audio_alsa {
	struct audio audio;
	snd_pcm_t *pcm;
};

static const int16_t silence[AUDIO_FRAME];

static int alsa_read(struct audio *audio, int16_t out[static AUDIO_FRAME])
{
	snd_pcm_t *pcm = ((struct audio_alsa *)audio)->pcm;
	snd_pcm_sframes_t n = snd_pcm_avail(pcm);

	if (n > CAPTURE_BACKLOG)
		n = snd_pcm_readi(pcm, out, AUDIO_FRAME);
	if (n >= 0)
		n = snd_pcm_readi(pcm, out, AUDIO_FRAME);
	if (n < 0 && n != -EAGAIN) {
		n = snd_pcm_recover(pcm, (int)n, 1);
		if (n == 0)
			n = snd_pcm_start(pcm);
	}
	if (n < 0 && n != -EAGAIN)
		return (int)n;
	for (snd_pcm_sframes_t i = n < 0 ? 0 : n; i < AUDIO_FRAME; i++)
		out[i] = 0;
	return 1;
}

static int alsa_write(struct audio *audio, const int16_t in[static AUDIO_FRAME])
{
	snd_pcm_t *pcm = ((struct audio_alsa *)audio)->pcm;
	snd_pcm_sframes_t n = snd_pcm_writei(pcm, in, AUDIO_FRAME);

	if (n < 0 && n != -EAGAIN) {
		n = snd_pcm_recover(pcm, (int)n, 1);
		for (int i = 0; n >= 0 && i < PLAYBACK_HEAD_START; i++)
			n = snd_pcm_writei(pcm, silence, AUDIO_FRAME);
		if (n >= 0)
			n = snd_pcm_writei(pcm, in, AUDIO_FRAME);
	}
	return n < 0 && n != -EAGAIN ? (int)n : 0;
}

static int alsa_close(struct audio *audio)
{
	struct audio_alsa *alsa = (struct audio_alsa *)audio;

	snd_pcm_close(alsa->pcm);
	free(alsa);
	return 0;
}

static const struct audio_ops alsa_ops = {.name = "alsa", .read = alsa_read, .write = alsa_write, .close = alsa_close};

/* ALSA's library writes to standard error on its own; we say it ourselves, in one line. */
static void say_nothing(const char *file, int line, const char *function, int err, const char *fmt, ...)
{
	(void)file;
	(void)line;
	(void)function;
	(void)err;
	(void)fmt;
}

int audio_alsa_open(struct audio **out, const char *device, bool capture, struct strbuf *why)
{
	struct audio_alsa *alsa = calloc(1, sizeof *alsa);
	int error;

	if (!alsa)
		return -ENOMEM;
	alsa->audio.ops = &alsa_ops;
	snd_lib_error_set_handler(say_nothing);
	error = snd_pcm_open(&alsa->pcm, device, capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
	if (!error) {
		error = snd_pcm_set_params(alsa->pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1, RATE, 1, LATENCY_US);
		if (!error && capture)
			error = snd_pcm_start(alsa->pcm);
		if (error)
			snd_pcm_close(alsa->pcm);
	}
	if (error) {
		strbuf_printf(why, "sound card \"%s\" (%s): %s; use --audio null where there is none", device,
		              capture ? "microphone" : "loudspeaker", snd_strerror(error));
		free(alsa);
		return error;
	}
	*out = &alsa->audio;
	return 0;
}
