#include "media/tone.h"

#include <math.h>

#define RATE 8000.0
#define TWO_PI 6.283185307179586476925286766559
/* The peak of the sine that the digital milliwatt of ITU-T G.711 (table 5) stands for. */
#define MILLIWATT_PEAK 22651.0

static int16_t clip(double value)
{
	if (value > 32767)
		return 32767;
	if (value < -32768)
		return -32768;
	return (int16_t)lrint(value);
}

void tone_init(struct tone *tone, double hz1, double hz2, double level_dbm0)
{
	*tone = (struct tone){
		.step = {hz1 / RATE * TWO_PI, hz2 / RATE * TWO_PI},
		.amplitude = fmin(MILLIWATT_PEAK * pow(10, level_dbm0 / 20), 32767),
		.count = hz2 > 0 ? 2 : 1,
	};
}

void tone_generate(struct tone *tone, int16_t *out, size_t samples)
{
	for (size_t i = 0; i < samples; i++) {
		double sum = 0;

		for (int n = 0; n < tone->count; n++) {
			sum += tone->amplitude * sin(tone->phase[n]);
			/* Kept below one turn, where the rounding of each addition stays around 1e-16 turns. */
			tone->phase[n] += tone->step[n];
			if (tone->phase[n] >= TWO_PI)
				tone->phase[n] -= TWO_PI;
		}
		out[i] = clip(sum);
	}
}
