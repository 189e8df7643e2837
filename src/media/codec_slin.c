#include "media/codec_table.h"

/* Asterisk sends 16-bit linear samples with the high byte first, whatever the RFC says (REQ-108). */

static int slin_encode(uint8_t *out, size_t cap, const int16_t *in, size_t samples)
{
	if (samples > cap / 2 || samples > INT_MAX / 2)
		return -1;
	for (size_t i = 0; i < samples; i++) {
		uint16_t value = (uint16_t)in[i];

		out[2 * i] = (uint8_t)(value >> 8);
		out[2 * i + 1] = (uint8_t)value;
	}
	return (int)(2 * samples);
}

/* An odd last byte is half a sample and is left out. */
static int slin_decode(int16_t *out, size_t cap, const uint8_t *in, size_t len)
{
	size_t samples = len / 2;

	if (samples > cap || samples > INT_MAX)
		return -1;
	for (size_t i = 0; i < samples; i++)
		out[i] = (int16_t)(uint16_t)(in[2 * i] << 8 | in[2 * i + 1]);
	return (int)samples;
}

const struct codec codec_slin = {
	.format = IAX2_FORMAT_SLIN, .name = "slin", .encode = slin_encode, .decode = slin_decode,
};
