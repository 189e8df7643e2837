/* Sound_file: one opened audio file, after its header has been understood; for sound.c and sound_*.c only. */
#ifndef TANDEM_MEDIA_SOUND_FILE_H
#define TANDEM_MEDIA_SOUND_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "iax2/codec.h"
#include "util/strbuf.h"

struct sound_file {
	FILE *stream;
	uint64_t size;         /* of the whole file */
	/* Set by the reader of the kind: where the audio is and what. */
	iax2_format format;    /* SLIN stands for linear samples with the low byte first, as files have them */
	uint64_t left;         /* bytes of audio not read yet */
};

/* A kind of file, told by its extension. */
struct sound_kind {
	const char *extension;
	iax2_format format;    /* what is in it; 0: the header says */
	/* Reads up to the first byte of audio and fills in format and left.  0, or -EINVAL with the reason in *why. */
	int (*start)(struct sound_file *file, const struct sound_kind *kind, struct strbuf *why);
};

int sound_wav_start(struct sound_file *file, const struct sound_kind *kind, struct strbuf *why);
int sound_raw_start(struct sound_file *file, const struct sound_kind *kind, struct strbuf *why);

#endif
