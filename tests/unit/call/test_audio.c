#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "audio.h"

static char path[] = "/tmp/tandem-audio-XXXXXX.wav";

static int set_up(void **state)
{
	int fd = mkstemps(path, 4);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void test_tones(void **state)
{
	static const struct { const char *what; double hz; } rows[] = {{"tone", 1004}, {"tone:440", 440}, {"tone:1500.5", 1500.5}};
	struct strbuf why = STRBUF_EMPTY;
	int16_t samples[AUDIO_FRAME];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct audio *audio;
		int crossings = 0, last = 1;

		assert_int_equal(audio_open_source(&audio, rows[i].what, "null", &why), 0);
		for (int frame = 0; frame < 500; frame++) {   /* ten seconds */
			assert_int_equal(audio->ops->read(audio, samples), 1);
			for (int s = 0; s < AUDIO_FRAME; s++) {
				crossings += last < 0 && samples[s] >= 0;
				last = samples[s];
			}
		}
		assert_true(fabs(crossings - 10 * rows[i].hz) <= 1);
		assert_false(audio->ops->ends);
		assert_int_equal(audio_close(audio), 0);
	}
	strbuf_fini(&why);
}

static void test_what_is_written_can_be_said(void **state)
{
	int16_t out[AUDIO_FRAME], in[AUDIO_FRAME];
	struct strbuf why = STRBUF_EMPTY;
	struct audio *audio;

	(void)state;
	assert_int_equal(audio_file_open_writer(&audio, path, &why), 0);
	for (int frame = 0; frame < 3; frame++) {
		for (int s = 0; s < AUDIO_FRAME; s++)
			out[s] = (int16_t)(frame * 1000 + s - 500);
		assert_int_equal(audio->ops->write(audio, out), 0);
	}
	assert_int_equal(audio_close(audio), 0);
	assert_int_equal(audio_open_source(&audio, path, "null", &why), 0);
	assert_true(audio->ops->ends);
	for (int frame = 0; frame < 3; frame++) {
		assert_int_equal(audio->ops->read(audio, in), 1);
		assert_int_equal(in[7], frame * 1000 + 7 - 500);
	}
	assert_int_equal(audio->ops->read(audio, in), 0);
	assert_int_equal(audio_close(audio), 0);
	strbuf_fini(&why);
}

static void test_silence(void **state)
{
	static const char *const names[] = {"silence", "mic"};
	struct strbuf why = STRBUF_EMPTY;
	int16_t samples[AUDIO_FRAME];

	(void)state;
	for (int i = 0; i < 2; i++) {   /* the microphone of no sound card is silent, too */
		struct audio *audio;

		assert_int_equal(audio_open_source(&audio, names[i], "null", &why), 0);
		memset(samples, 1, sizeof samples);
		assert_int_equal(audio->ops->read(audio, samples), 1);
		for (int s = 0; s < AUDIO_FRAME; s++)
			assert_int_equal(samples[s], 0);
		audio_close(audio);
	}
	strbuf_fini(&why);
}

static void test_mistakes_get_words(void **state)
{
	static const char *const rows[][2] = {
		{"tone:", "frequency"}, {"tone:5", "frequency"}, {"tone:4000", "frequency"}, {"tone:nan", "frequency"},
		{"tone:440x", "frequency"}, {"/nonexistent.wav", "No such file"}, {"something.mp3", "kind of sound"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf why = STRBUF_EMPTY;
		struct audio *audio;

		assert_true(audio_open_source(&audio, rows[i][0], "null", &why) < 0);
		if (!strstr(strbuf_text(&why), rows[i][1]))
			fail_msg("%s gave \"%s\"", rows[i][0], strbuf_text(&why));
		strbuf_fini(&why);
	}
}

static void test_no_such_card(void **state)
{
	struct strbuf why = STRBUF_EMPTY;
	struct audio *audio;

	(void)state;
	assert_true(audio_open_speaker(&audio, "no_such_card", &why) < 0);
	assert_non_null(strstr(strbuf_text(&why), "--audio null"));
	strbuf_fini(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tones),
		cmocka_unit_test(test_what_is_written_can_be_said),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_mistakes_get_words),
		cmocka_unit_test(test_no_such_card),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
