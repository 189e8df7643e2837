#include "media/codec.h"

#include <string.h>

#include "media/codec_table.h"

/* The longest payload a frame can carry in samples: 1,400 bytes of one byte each, with room to spare. */
#define TRANSLATE_SAMPLES_MAX 4096

static const struct codec *const codecs[] = {&codec_ulaw, &codec_alaw, &codec_slin};
#define CODEC_COUNT (sizeof codecs / sizeof codecs[0])

const struct codec *codec_find(iax2_format format)
{
	for (size_t i = 0; i < CODEC_COUNT; i++) {
		if (codecs[i]->format == format)
			return codecs[i];
	}
	return NULL;
}

iax2_format codec_formats(void)
{
	iax2_format formats = 0;

	for (size_t i = 0; i < CODEC_COUNT; i++)
		formats |= codecs[i]->format;
	return formats;
}

int codec_translate(iax2_format to, uint8_t *out, size_t cap, iax2_format from, const uint8_t *in, size_t len)
{
	int16_t linear[TRANSLATE_SAMPLES_MAX];
	const struct codec *decoder = codec_find(from), *encoder = codec_find(to);
	int samples;

	if (to == from) {
		if (len > cap || len > INT_MAX)
			return -1;
		memcpy(out, in, len);
		return (int)len;
	}
	if (!decoder || !encoder)
		return -1;
	samples = decoder->decode(linear, TRANSLATE_SAMPLES_MAX, in, len);
	return samples < 0 ? -1 : encoder->encode(out, cap, linear, (size_t)samples);
}
