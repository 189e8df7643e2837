#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "media/sound.h"

static char dir[] = "/tmp/tandem-wav-XXXXXX";
static char path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/out.wav", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static unsigned le32(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8 | (unsigned)p[2] << 16 | (unsigned)p[3] << 24;
}

static size_t read_all(uint8_t *buf, size_t cap)
{
	FILE *f = fopen(path, "rb");
	size_t len;

	assert_non_null(f);
	len = fread(buf, 1, cap, f);
	fclose(f);
	return len;
}

static void test_round_trip(void **state)
{
	int16_t in[400], frame[160];
	struct wav_writer *wav;
	struct sound *sound;
	uint8_t buf[320];

	(void)state;
	for (int i = 0; i < 400; i++)
		in[i] = (int16_t)(i * 163 - 32600);
	assert_int_equal(wav_create(&wav, path), 0);
	assert_int_equal(wav_write(wav, in, 100), 0);
	assert_int_equal(wav_write(wav, in + 100, 300), 0);
	assert_int_equal(wav_close(wav), 0);
	assert_int_equal(sound_open_file(&sound, path, IAX2_FORMAT_SLIN, NULL), 0);
	for (int at = 0; at < 400; at += 160) {
		assert_int_equal(sound_read(sound, buf, sizeof buf), 320);
		for (int i = 0; i < 160; i++)
			frame[i] = (int16_t)(buf[2 * i] << 8 | buf[2 * i + 1]);
		for (int i = 0; i < 160; i++)
			assert_int_equal(frame[i], at + i < 400 ? in[at + i] : 0);
	}
	assert_int_equal(sound_read(sound, buf, sizeof buf), 0);
	assert_int_equal(sound_read(sound, buf, sizeof buf), 0);
	sound_close(sound);
}

/* What stands in the file at any moment must be a whole WAV: look at it while it is being written. */
static void test_header_is_right_without_closing(void **state)
{
	static int16_t second[8000];
	static uint8_t file[100000];
	struct wav_writer *wav;
	size_t len;

	(void)state;
	assert_int_equal(wav_create(&wav, path), 0);
	len = read_all(file, sizeof file);
	assert_int_equal(len, 44);
	assert_int_equal(le32(file + 40), 0);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(wav_write(wav, second, 8000), 0);
		assert_int_equal(wav_write(wav, second, 1), 0);
		len = read_all(file, sizeof file);
		assert_true(len >= 44U + 16000 * (unsigned)i);
		assert_int_equal(le32(file + 4), len - 8);
		assert_int_equal(le32(file + 40), len - 44);
	}
	assert_int_equal(wav_close(wav), 0);
	len = read_all(file, sizeof file);
	assert_int_equal(len, 44 + 3 * 16002);
	assert_int_equal(le32(file + 4), len - 8);
	assert_int_equal(le32(file + 40), len - 44);
}

static void test_what_cannot_be_written(void **state)
{
	struct wav_writer *wav;

	(void)state;
	assert_int_equal(wav_create(&wav, "/nonexistent/out.wav"), -ENOENT);
	assert_int_equal(wav_create(&wav, dir), -EISDIR);
	assert_int_equal(wav_create(&wav, "/dev/full"), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_header_is_right_without_closing),
		cmocka_unit_test(test_what_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
