#include "media/g711.h"

#include <stdbool.h>

/* u-law: the magnitude plus this bias has its highest bit in the segment's place (14-bit G.711 values, times 4). */
#define ULAW_BIAS 132
#define ULAW_CLIP 32635

#define ULAW_MAGNITUDE(c) ((((((c) & 0x0f) << 3) + ULAW_BIAS) << ((c) >> 4 & 7)) - ULAW_BIAS)
/* All bits of a u-law code are inverted on the wire. */
#define ULAW_VALUE(c) ((int16_t)(((c) & 0x80) ? ULAW_MAGNITUDE(~(c)) : -ULAW_MAGNITUDE(~(c))))

/* A-law: segment 0 is linear like segment 1; every other bit is inverted on the wire. */
#define ALAW_SEGMENT(c) ((c) >> 4 & 7)
#define ALAW_STEP(c) ((((c) & 0x0f) << 4) + 8)
#define ALAW_MAGNITUDE(c) (ALAW_SEGMENT(c) ? (ALAW_STEP(c) + 256) << ((ALAW_SEGMENT(c) + 7) & 7) : ALAW_STEP(c))
#define ALAW_VALUE(c) ((int16_t)(((c) & 0x80) ? ALAW_MAGNITUDE((c) ^ 0x55) : -ALAW_MAGNITUDE((c) ^ 0x55)))

#define ROW4(value, c) value(c), value((c) + 1), value((c) + 2), value((c) + 3)
#define ROW16(value, c) ROW4(value, c), ROW4(value, (c) + 4), ROW4(value, (c) + 8), ROW4(value, (c) + 12)
#define ROW64(value, c) ROW16(value, c), ROW16(value, (c) + 16), ROW16(value, (c) + 32), ROW16(value, (c) + 48)
#define ROW256(value) ROW64(value, 0), ROW64(value, 64), ROW64(value, 128), ROW64(value, 192)

static const int16_t ulaw_table[256] = {ROW256(ULAW_VALUE)};
static const int16_t alaw_table[256] = {ROW256(ALAW_VALUE)};

/* The place of the highest bit that is set; 0 for 0. */
static int highest_bit(unsigned value)
{
	int bit = 0;

	while (value >>= 1)
		bit++;
	return bit;
}

uint8_t ulaw_from_linear(int16_t sample)
{
	bool negative = sample < 0;
	unsigned magnitude = (unsigned)(negative ? -(int)sample : sample);
	int segment;
	unsigned code;

	if (magnitude > ULAW_CLIP)
		magnitude = ULAW_CLIP;
	magnitude += ULAW_BIAS;
	segment = highest_bit(magnitude) - 7;
	code = (unsigned)segment << 4 | (magnitude >> (segment + 3) & 0x0f);
	return (uint8_t)~(code | (negative ? 0x80U : 0));
}

int16_t ulaw_to_linear(uint8_t code)
{
	return ulaw_table[code];
}

uint8_t alaw_from_linear(int16_t sample)
{
	bool negative = sample < 0;
	/* -1 belongs to the first step below zero, so the steps of both signs are equally wide. */
	unsigned magnitude = (unsigned)(negative ? -(int)sample - 1 : sample);
	int segment = magnitude < 256 ? 0 : highest_bit(magnitude) - 7;
	unsigned code = (unsigned)segment << 4 | (magnitude >> (segment ? segment + 3 : 4) & 0x0f);

	return (uint8_t)((code | (negative ? 0 : 0x80U)) ^ 0x55U);
}

int16_t alaw_to_linear(uint8_t code)
{
	return alaw_table[code];
}

void ulaw_encode(uint8_t *out, const int16_t *in, size_t samples)
{
	for (size_t i = 0; i < samples; i++)
		out[i] = ulaw_from_linear(in[i]);
}

void ulaw_decode(int16_t *out, const uint8_t *in, size_t samples)
{
	for (size_t i = 0; i < samples; i++)
		out[i] = ulaw_table[in[i]];
}

void alaw_encode(uint8_t *out, const int16_t *in, size_t samples)
{
	for (size_t i = 0; i < samples; i++)
		out[i] = alaw_from_linear(in[i]);
}

void alaw_decode(int16_t *out, const uint8_t *in, size_t samples)
{
	for (size_t i = 0; i < samples; i++)
		out[i] = alaw_table[in[i]];
}
