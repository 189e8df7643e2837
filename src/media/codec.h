/* Codec: between an IAX2 media format and 8 kHz linear samples; one file per codec (codec_*.c), one table. */
#ifndef TANDEM_MEDIA_CODEC_H
#define TANDEM_MEDIA_CODEC_H

#include "iax2/codec.h"

struct codec {
	iax2_format format;
	const char *name;
	/* Both return what they wrote (samples, bytes), or -1 when it does not fit. */
	int (*encode)(uint8_t *out, size_t cap, const int16_t *in, size_t samples);
	int (*decode)(int16_t *out, size_t cap, const uint8_t *in, size_t len);
};

/* The codec of a single format, NULL when we can only pass it through. */
const struct codec *codec_find(iax2_format format);
/* All formats that have a codec. */
iax2_format codec_formats(void);
/* Turns a payload of one format into another by way of linear samples; bytes written, or -1. */
int codec_translate(iax2_format to, uint8_t *out, size_t cap, iax2_format from, const uint8_t *in, size_t len);

#endif
