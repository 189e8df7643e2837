/* Audio: where sound comes from and where it goes, 8 kHz mono in pieces of 20 ms. */
#ifndef IAXCALL_AUDIO_H
#define IAXCALL_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/strbuf.h"

#define AUDIO_FRAME 160   /* samples in 20 ms */
#define AUDIO_FRAME_MS 20

struct audio;

struct audio_ops {
	const char *name;
	/* Fills out with AUDIO_FRAME samples.  1; 0 at the end (a file); -errno.  Never waits: what is not there yet is silence. */
	int (*read)(struct audio *audio, int16_t out[static AUDIO_FRAME]);
	/* Takes AUDIO_FRAME samples.  0 or -errno.  Never waits. */
	int (*write)(struct audio *audio, const int16_t in[static AUDIO_FRAME]);
	/* Frees.  0, or -errno of what could not be written. */
	int (*close)(struct audio *audio);
	bool ends;                 /* a source that comes to an end by itself */
};

/* Each kind begins with this. */
struct audio {
	const struct audio_ops *ops;
};

/* What is said: a file name, "tone", "tone:HZ", "mic" or "silence" (`device` is the sound card of "mic").  0, or -errno with the
 * reason. */
int audio_open_source(struct audio **out, const char *what, const char *device, struct strbuf *why);
/* The loudspeaker: "null", or the name of a sound card. */
int audio_open_speaker(struct audio **out, const char *device, struct strbuf *why);
/* NULL is allowed. */
int audio_close(struct audio *audio);

/* The device that stands for the default sound card, and whether there is any support for them. */
#define AUDIO_DEVICE_DEFAULT "alsa"
bool audio_has_cards(void);

/* The kinds, one per audio_*.c. */
int audio_file_open_reader(struct audio **out, const char *path, struct strbuf *why);
int audio_file_open_writer(struct audio **out, const char *path, struct strbuf *why);
int audio_tone_new(struct audio **out, double hz);
int audio_null_new(struct audio **out);
int audio_alsa_open(struct audio **out, const char *device, bool capture, struct strbuf *why);

#endif
