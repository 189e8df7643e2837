/* G711: u-law and A-law (ITU-T G.711) from and to 16-bit linear. */
#ifndef TANDEM_MEDIA_G711_H
#define TANDEM_MEDIA_G711_H

#include <stddef.h>
#include <stdint.h>

uint8_t ulaw_from_linear(int16_t sample);
int16_t ulaw_to_linear(uint8_t code);
uint8_t alaw_from_linear(int16_t sample);
int16_t alaw_to_linear(uint8_t code);

void ulaw_encode(uint8_t *out, const int16_t *in, size_t samples);
void ulaw_decode(int16_t *out, const uint8_t *in, size_t samples);
void alaw_encode(uint8_t *out, const int16_t *in, size_t samples);
void alaw_decode(int16_t *out, const uint8_t *in, size_t samples);

#endif
