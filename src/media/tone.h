/* Tone: sine waves without drift, one or two at once, as linear samples at 8 kHz. */
#ifndef TANDEM_MEDIA_TONE_H
#define TANDEM_MEDIA_TONE_H

#include <stddef.h>
#include <stdint.h>

struct tone {
	double phase[2], step[2];   /* radians, radians per sample */
	double amplitude;           /* of each sine, 0 to 32767 */
	int count;                  /* 1 or 2 sines */
};

/* `level_dbm0`, of each sine: 0 dBm0 is the digital milliwatt of ITU-T G.711, a sine with a peak of 22,651; about +3.2 is the
 * most that fits. */
void tone_init(struct tone *tone, double hz1, double hz2, double level_dbm0);  /* hz2 0: one sine */
void tone_generate(struct tone *tone, int16_t *out, size_t samples);

#endif
