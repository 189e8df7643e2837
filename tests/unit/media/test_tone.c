#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "media/tone.h"

#define TWO_PI 6.283185307179586

/* Level of one frequency in a block (Goertzel as a plain correlation): the peak of the sine. */
static double peak_at(const int16_t *samples, int count, double hz)
{
	double re = 0, im = 0;

	for (int i = 0; i < count; i++) {
		re += samples[i] * cos(TWO_PI * hz * i / 8000);
		im += samples[i] * sin(TWO_PI * hz * i / 8000);
	}
	return 2 * hypot(re, im) / count;
}

static void test_level_and_frequency(void **state)
{
	int16_t samples[8000];
	struct tone tone;

	(void)state;
	tone_init(&tone, 1004, 0, 0);
	tone_generate(&tone, samples, 8000);
	assert_true(fabs(20 * log10(peak_at(samples, 8000, 1004) / 22651)) < 0.01);
	assert_true(peak_at(samples, 8000, 1005) < 100);
	tone_init(&tone, 1004, 0, -13);
	tone_generate(&tone, samples, 8000);
	assert_true(fabs(20 * log10(peak_at(samples, 8000, 1004) / 22651) + 13) < 0.01);
}

/* The last second of an hour must be the same as the formula says, so calls may last. */
static void test_no_drift_over_an_hour(void **state)
{
	static int16_t samples[8000];
	struct tone tone;

	(void)state;
	tone_init(&tone, 440.3, 0, 0);
	for (int second = 0; second < 3600; second++)
		tone_generate(&tone, samples, 8000);
	for (int i = 0; i < 8000; i++) {
		long double turns = 440.3L * (3599.0L * 8000 + i) / 8000;
		double expected = 22651 * sin(TWO_PI * (double)(turns - floorl(turns)));

		assert_true(fabs(samples[i] - expected) < 1.0);
	}
}

static void test_pieces_join_without_a_click(void **state)
{
	int16_t whole[1000], pieces[1000];
	struct tone a, b;

	(void)state;
	tone_init(&a, 350, 440, -10);
	tone_init(&b, 350, 440, -10);
	tone_generate(&a, whole, 1000);
	for (size_t at = 0, n = 1; at < 1000; at += n, n = n % 37 + 1)
		tone_generate(&b, pieces + at, at + n > 1000 ? 1000 - at : n);
	assert_memory_equal(whole, pieces, sizeof whole);
}

static void test_loud_tones_are_clipped_not_wrapped(void **state)
{
	int16_t samples[8000];
	struct tone tone;

	(void)state;
	tone_init(&tone, 400, 1000, 40);
	tone_generate(&tone, samples, 8000);
	for (int i = 1; i < 8000; i++)
		assert_true(abs(samples[i] - samples[i - 1]) < 45000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_level_and_frequency),
		cmocka_unit_test(test_no_drift_over_an_hour),
		cmocka_unit_test(test_pieces_join_without_a_click),
		cmocka_unit_test(test_loud_tones_are_clipped_not_wrapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
