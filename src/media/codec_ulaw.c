#include "media/codec_table.h"

#include "media/g711.h"

static int ulaw_codec_encode(uint8_t *out, size_t cap, const int16_t *in, size_t samples)
{
	if (samples > cap || samples > INT_MAX)
		return -1;
	ulaw_encode(out, in, samples);
	return (int)samples;
}

static int ulaw_codec_decode(int16_t *out, size_t cap, const uint8_t *in, size_t len)
{
	if (len > cap || len > INT_MAX)
		return -1;
	ulaw_decode(out, in, len);
	return (int)len;
}

const struct codec codec_ulaw = {
	.format = IAX2_FORMAT_ULAW, .name = "ulaw", .encode = ulaw_codec_encode, .decode = ulaw_codec_decode,
};
