#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "media/g711.h"

/* The tables of ITU-T G.711 grown step by step, not by bit tricks: the upper end of each of the 128 steps of one sign, and the
 * value in its middle. */
struct ladder {
	int end[128], value[128];
};

static void ulaw_ladder(struct ladder *ladder)
{
	int at = 0, step = 8;

	for (int i = 0; i < 128; i++) {
		int width = i == 0 ? 4 : step;   /* the step around zero belongs to both signs, half each */

		ladder->value[i] = i == 0 ? 0 : at + width / 2;
		at += width;
		ladder->end[i] = at;
		if (i % 16 == 15)
			step *= 2;
	}
}

static void alaw_ladder(struct ladder *ladder)
{
	int at = 0, step = 16;

	for (int i = 0; i < 128; i++) {
		ladder->value[i] = at + step / 2;
		at += step;
		ladder->end[i] = at;
		if (i % 16 == 15 && i > 16)
			step *= 2;
	}
}

static int step_of(const struct ladder *ladder, int magnitude)
{
	int i = 0;

	while (i < 127 && magnitude >= ladder->end[i])
		i++;
	return i;
}

static void test_ulaw_all_codes(void **state)
{
	struct ladder ladder;

	(void)state;
	ulaw_ladder(&ladder);
	for (int i = 0; i < 128; i++) {
		assert_int_equal(ulaw_to_linear((uint8_t)(0xff - i)), ladder.value[i]);
		assert_int_equal(ulaw_to_linear((uint8_t)(0x7f - i)), -ladder.value[i]);
	}
}

static void test_ulaw_full_range(void **state)
{
	struct ladder ladder;

	(void)state;
	ulaw_ladder(&ladder);
	for (int s = INT16_MIN; s <= INT16_MAX; s++)
		assert_int_equal(ulaw_from_linear((int16_t)s), (s < 0 ? 0x7f : 0xff) - step_of(&ladder, abs(s)));
}

static void test_alaw_all_codes(void **state)
{
	struct ladder ladder;

	(void)state;
	alaw_ladder(&ladder);
	for (int i = 0; i < 128; i++) {
		assert_int_equal(alaw_to_linear((uint8_t)((0x80 + i) ^ 0x55)), ladder.value[i]);
		assert_int_equal(alaw_to_linear((uint8_t)(i ^ 0x55)), -ladder.value[i]);
	}
}

static void test_alaw_full_range(void **state)
{
	struct ladder ladder;

	(void)state;
	alaw_ladder(&ladder);
	for (int s = INT16_MIN; s <= INT16_MAX; s++) {
		int step = step_of(&ladder, s < 0 ? -s - 1 : s);

		assert_int_equal(alaw_from_linear((int16_t)s), (step + (s < 0 ? 0 : 0x80)) ^ 0x55);
	}
}

/* Decoding and coding again changes nothing, but for u-law's negative zero. */
static void test_codes_are_stable(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		assert_int_equal(ulaw_from_linear(ulaw_to_linear((uint8_t)c)), c == 0x7f ? 0xff : c);
		assert_int_equal(alaw_from_linear(alaw_to_linear((uint8_t)c)), c);
	}
}

/* The digital milliwatt of G.711 table 5 (u-law) must come out as a sine of 1 kHz. */
static void test_digital_milliwatt(void **state)
{
	static const uint8_t milliwatt[8] = {0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e};
	int16_t linear[8];

	(void)state;
	ulaw_decode(linear, milliwatt, 8);
	for (int i = 0; i < 8; i++)
		assert_true(fabs(linear[i] + 22651 * sin((i + 0.5) * 0.785398163)) < 300);
}

static void test_blocks_equal_single_samples(void **state)
{
	int16_t in[512], out[512];
	uint8_t coded[512];

	(void)state;
	for (int i = 0; i < 512; i++)
		in[i] = (int16_t)(i * 127 - 32512);
	ulaw_encode(coded, in, 512);
	ulaw_decode(out, coded, 512);
	for (int i = 0; i < 512; i++)
		assert_int_equal(out[i], ulaw_to_linear(ulaw_from_linear(in[i])));
	alaw_encode(coded, in, 512);
	alaw_decode(out, coded, 512);
	for (int i = 0; i < 512; i++)
		assert_int_equal(out[i], alaw_to_linear(alaw_from_linear(in[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ulaw_all_codes),
		cmocka_unit_test(test_ulaw_full_range),
		cmocka_unit_test(test_alaw_all_codes),
		cmocka_unit_test(test_alaw_full_range),
		cmocka_unit_test(test_codes_are_stable),
		cmocka_unit_test(test_digital_milliwatt),
		cmocka_unit_test(test_blocks_equal_single_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
