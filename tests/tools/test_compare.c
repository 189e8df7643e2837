#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compare.h"
#include "media/g711.h"
#include "media/tone.h"

#define LEN_MAX 160000
static int16_t said[LEN_MAX], heard[LEN_MAX], other[LEN_MAX];
static size_t said_len, other_len;
static const char *directory;

static size_t load(int16_t *out, const char *name)
{
	static uint8_t bytes[LEN_MAX];
	char path[1024];
	size_t len;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "%s can't be opened\n", path);
		abort();
	}
	len = fread(bytes, 1, LEN_MAX - 40000, f);
	fclose(f);
	ulaw_decode(out, bytes, len);
	return len;
}

static int set_up(void **state)
{
	(void)state;
	said_len = load(said, "a1.ulaw");
	other_len = load(other, "b2.ulaw");
	memset(heard, 0, sizeof heard);
	return 0;
}

/* What was said, as heard after `shift` samples. */
static void hear(size_t shift, double gain)
{
	for (size_t i = 0; i < said_len; i++)
		heard[i + shift] = alaw_to_linear(alaw_from_linear((int16_t)(said[i] * gain)));
}

static struct compare_result judge(const int16_t *a, size_t a_len, const int16_t *b, size_t b_len)
{
	struct compare_result result;

	assert_int_equal(compare(&result, &compare_default_limits, a, a_len, b, b_len), 0);
	return result;
}

static void expect(bool same, const char *why)
{
	struct compare_result r = judge(said, said_len, heard, LEN_MAX);

	if (r.same != same || (why && strcmp(r.why, why) != 0))
		fail_msg("%s: correlation %.3f gap %.0f lost %.1f %% level %.1f", r.why, r.correlation, r.longest_gap_ms, r.lost_percent,
		         r.level_db);
}

static void test_the_same_after_g711(void **state)
{
	static const size_t shifts[] = {0, 1, 159, 8000, 23900};
	struct compare_result r;

	(void)state;
	for (size_t i = 0; i < sizeof shifts / sizeof shifts[0]; i++) {
		memset(heard, 0, sizeof heard);
		hear(shifts[i], 1);
		expect(true, "the same");
		r = judge(said, said_len, heard, LEN_MAX);
		assert_true(fabs(r.offset_ms - (double)shifts[i] / 8) < 0.2);
		assert_true(r.correlation > 0.99);
		assert_true(fabs(r.level_db) < 0.2);
		assert_true(fabs(r.drift_ppm) < 20);
		assert_true(r.lost_percent < 0.5);
	}
}

static void test_heard_from_the_middle_of_a_longer_recording(void **state)
{
	struct compare_result r;

	(void)state;
	hear(8000, 1);
	r = judge(heard, 8000 + said_len, said, said_len);
	assert_true(r.same);
	assert_true(fabs(r.offset_ms + 1000) < 0.2);
}

static void test_single_lost_frames(void **state)
{
	(void)state;
	hear(1000, 1);
	for (size_t i = 16000; i + 160 < said_len; i += 16000)
		memset(heard + 1000 + i, 0, 320);
	expect(true, NULL);
}

static void test_small_drift(void **state)
{
	struct compare_result r;

	(void)state;
	for (size_t i = 0; i + 2 < said_len; i++) {   /* 200 ppm fast, by straight lines between samples */
		double place = (double)i * 1.0002;
		size_t whole = (size_t)place;

		if (whole + 1 < said_len)
			heard[i + 500] = (int16_t)(said[whole] * (1 - (place - (double)whole)) + said[whole + 1] * (place - (double)whole));
	}
	expect(true, NULL);
	r = judge(said, said_len, heard, LEN_MAX);
	assert_true(fabs(r.drift_ppm + 200) < 80);
}

static void test_a_jitter_buffer_that_stretches(void **state)
{
	(void)state;
	memcpy(heard, said, said_len / 2 * sizeof *said);
	memcpy(heard + said_len / 2 + 160, said + said_len / 2, (said_len - said_len / 2) * sizeof *said);
	expect(true, NULL);
}

static void test_silence(void **state)
{
	(void)state;
	expect(false, "nothing was heard");
	for (size_t i = 0; i < LEN_MAX; i++)
		heard[i] = (int16_t)(i % 3) - 1;
	expect(false, NULL);
	assert_false(judge(said, said_len, heard, 0).same);
	assert_false(judge(said, said_len, heard, 1).same);
}

static void test_other_speech(void **state)
{
	(void)state;
	memcpy(heard, other, other_len * sizeof *other);
	expect(false, "something else was heard");
}

static void test_noise_and_tone(void **state)
{
	struct tone tone;

	(void)state;
	srand(1);
	for (size_t i = 0; i < LEN_MAX; i++)
		heard[i] = (int16_t)(rand() % 16000 - 8000);
	expect(false, "something else was heard");
	tone_init(&tone, 400, 0, -10);
	tone_generate(&tone, heard, LEN_MAX);
	expect(false, "something else was heard");
}

static void test_ten_percent_missing_at_once(void **state)
{
	static const double places[] = {0, 0.2, 0.45, 0.6};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		size_t from = (size_t)(places[i] * (double)said_len);

		hear(400, 1);
		memset(heard + 400 + from, 0, said_len / 10 * sizeof *heard);
		expect(false, NULL);
	}
}

static void test_ten_percent_of_the_frames_missing(void **state)
{
	(void)state;
	hear(400, 1);
	for (size_t i = 0; i + 160 < said_len; i += 1600)
		memset(heard + 400 + i, 0, 160 * sizeof *heard);
	expect(false, NULL);
}

static void test_a_tenth_replaced(void **state)
{
	(void)state;
	hear(400, 1);
	memcpy(heard + 400 + said_len / 2, other + other_len / 2, said_len / 10 * sizeof *heard);
	expect(false, NULL);
}

static void test_cut_off_end(void **state)
{
	(void)state;
	hear(0, 1);
	assert_false(judge(said, said_len, heard, said_len * 9 / 10).same);
}

static void test_level(void **state)
{
	(void)state;
	hear(400, 0.75);
	expect(true, NULL);
	hear(400, 0.5);
	expect(false, "the level is different");
}

static void test_tones(void **state)
{
	static int16_t a[40000], b[40000];
	struct tone tone;

	(void)state;
	tone_init(&tone, 1004, 0, -10);
	tone_generate(&tone, a, 40000);
	tone_init(&tone, 1004, 0, -10);
	tone_generate(&tone, b + 3000, 37000);
	assert_true(judge(a, 36000, b, 40000).same);
	tone_init(&tone, 1100, 0, -10);
	tone_generate(&tone, b, 40000);
	assert_false(judge(a, 40000, b, 40000).same);
}

static void test_a_silent_reference_proves_nothing(void **state)
{
	(void)state;
	assert_false(judge(heard, 40000, heard, 40000).same);
	assert_false(judge(said, 100, said, 100).same);
	assert_false(judge(said, 0, said, 0).same);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_same_after_g711, set_up),
		cmocka_unit_test_setup(test_heard_from_the_middle_of_a_longer_recording, set_up),
		cmocka_unit_test_setup(test_single_lost_frames, set_up),
		cmocka_unit_test_setup(test_small_drift, set_up),
		cmocka_unit_test_setup(test_a_jitter_buffer_that_stretches, set_up),
		cmocka_unit_test_setup(test_silence, set_up),
		cmocka_unit_test_setup(test_other_speech, set_up),
		cmocka_unit_test_setup(test_noise_and_tone, set_up),
		cmocka_unit_test_setup(test_ten_percent_missing_at_once, set_up),
		cmocka_unit_test_setup(test_ten_percent_of_the_frames_missing, set_up),
		cmocka_unit_test_setup(test_a_tenth_replaced, set_up),
		cmocka_unit_test_setup(test_cut_off_end, set_up),
		cmocka_unit_test_setup(test_level, set_up),
		cmocka_unit_test_setup(test_tones, set_up),
		cmocka_unit_test_setup(test_a_silent_reference_proves_nothing, set_up),
	};

	directory = argc > 1 ? argv[1] : "tests/data/speech";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
