#include "audio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The test tone of telephone networks: 1000 Hz would hide in multiples of the sampling rate. */
#define TONE_DEFAULT_HZ 1004.0

bool audio_has_cards(void)
{
#ifdef HAVE_ALSA
	return true;
#else
	return false;
#endif
}

static int open_card(struct audio **out, const char *device, bool capture, struct strbuf *why)
{
	if (strcmp(device, "null") == 0)
		return audio_null_new(out);
#ifdef HAVE_ALSA
	return audio_alsa_open(out, strcmp(device, AUDIO_DEVICE_DEFAULT) == 0 ? "default" : device, capture, why);
#else
	(void)capture;
	strbuf_add(why, "this iaxcall was built without sound card support; use --audio null");
	return -ENODEV;
#endif
}

static int open_tone(struct audio **out, const char *hz_text, struct strbuf *why)
{
	char *end;
	double hz = strtod(hz_text, &end);

	if (end == hz_text || *end || !(hz >= 10 && hz <= 3999)) {
		strbuf_printf(why, "tone:%s: expected is a frequency from 10 to 3999 Hz", hz_text);
		return -EINVAL;
	}
	return audio_tone_new(out, hz);
}

int audio_open_source(struct audio **out, const char *what, const char *device, struct strbuf *why)
{
	if (strcmp(what, "silence") == 0)
		return audio_null_new(out);
	if (strcmp(what, "mic") == 0)
		return open_card(out, device, true, why);
	if (strcmp(what, "tone") == 0)
		return audio_tone_new(out, TONE_DEFAULT_HZ);
	if (strncmp(what, "tone:", 5) == 0)
		return open_tone(out, what + 5, why);
	return audio_file_open_reader(out, what, why);
}

int audio_open_speaker(struct audio **out, const char *device, struct strbuf *why)
{
	return open_card(out, device, false, why);
}

int audio_close(struct audio *audio)
{
	return audio ? audio->ops->close(audio) : 0;
}
