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

#include "media/g711.h"
#include "media/sound.h"

static char dir[] = "/tmp/tandem-sound-XXXXXX";
static const char *dirs[] = {"/nonexistent", dir, NULL};

/* A complete WAV of 200 samples, to be bent. */
#define WAV_SAMPLES 200
#define WAV_SIZE (44 + 2 * WAV_SAMPLES)
static uint8_t wav[WAV_SIZE];

static void put_le(uint8_t *p, unsigned value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(value >> (8 * i));
}

static void make_wav(void)
{
	memcpy(wav, "RIFF....WAVEfmt ....................data", 40);
	put_le(wav + 4, WAV_SIZE - 8, 4);
	put_le(wav + 16, 16, 4);
	put_le(wav + 20, 1, 2);
	put_le(wav + 22, 1, 2);
	put_le(wav + 24, 8000, 4);
	put_le(wav + 28, 16000, 4);
	put_le(wav + 32, 2, 2);
	put_le(wav + 34, 16, 2);
	put_le(wav + 40, 2 * WAV_SAMPLES, 4);
	for (int i = 0; i < WAV_SAMPLES; i++)
		put_le(wav + 44 + 2 * i, (unsigned)(i * 100), 2);
}

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void put_file(const char *name, const void *data, size_t len)
{
	FILE *f = fopen(path_of(name), "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	fclose(f);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) && mkdir(path_of("en"), 0755) == 0 && mkdir(path_of("digits"), 0755) == 0 ? 0 : -1;
}

static int clean_up(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static int fresh(void **state)
{
	char command[128];

	(void)state;
	make_wav();
	snprintf(command, sizeof command, "find %s -type f -delete", dir);
	return system(command);
}

/* Opens, reads to the end, closes: frames, or the error. */
static int count_frames(const char *name, iax2_format format, struct strbuf *why)
{
	struct sound *sound;
	uint8_t buf[320];
	int error = sound_open_file(&sound, path_of(name), format, why), n, frames = 0;

	if (error)
		return error;
	while ((n = sound_read(sound, buf, sizeof buf)) > 0)
		frames++;
	assert_int_equal(n, 0);
	sound_close(sound);
	return frames;
}

static void expect_refusal(const char *name, const char *words)
{
	struct strbuf why = STRBUF_EMPTY;

	assert_int_equal(count_frames(name, IAX2_FORMAT_ULAW, &why), -EINVAL);
	if (!strstr(strbuf_text(&why), words) || !strstr(strbuf_text(&why), name))
		fail_msg("\"%s\" should say \"%s\"", strbuf_text(&why), words);
	strbuf_fini(&why);
}

static void test_wav_to_ulaw(void **state)
{
	struct sound *sound;
	uint8_t buf[160];

	(void)state;
	put_file("a.wav", wav, WAV_SIZE);
	assert_int_equal(sound_open_file(&sound, path_of("a.wav"), IAX2_FORMAT_ULAW, NULL), 0);
	assert_int_equal(sound_read(sound, buf, 159), -EINVAL);
	assert_int_equal(sound_read(sound, buf, 160), 160);
	for (int i = 0; i < 160; i++)
		assert_int_equal(buf[i], ulaw_from_linear((int16_t)(i * 100)));
	assert_int_equal(sound_read(sound, buf, 160), 160);
	assert_int_equal(buf[39], ulaw_from_linear(19900));
	for (int i = 40; i < 160; i++)
		assert_int_equal(buf[i], 0xff);
	assert_int_equal(sound_read(sound, buf, 160), 0);
	sound_close(sound);
}

static void test_raw_kinds(void **state)
{
	static const struct kind {
		const char *name;
		size_t bytes;
	} kinds[] = {
		{"a.ulaw", 160}, {"a.ul", 160}, {"a.pcm", 160}, {"a.alaw", 160}, {"a.al", 160}, {"a.sln", 320}, {"a.raw", 320},
		{"A.ULAW", 160},
	};
	uint8_t data[1000] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		put_file(kinds[i].name, data, 3 * kinds[i].bytes);
		assert_int_equal(count_frames(kinds[i].name, IAX2_FORMAT_ULAW, NULL), 3);
		put_file(kinds[i].name, data, 2 * kinds[i].bytes + 1);
		assert_int_equal(count_frames(kinds[i].name, IAX2_FORMAT_ALAW, NULL), 3);
	}
}

static void test_sln_has_the_low_byte_first(void **state)
{
	struct sound *sound;
	uint8_t buf[320];

	(void)state;
	put_file("a.sln", "\x34\x12\xfe\xff", 4);
	assert_int_equal(sound_open_file(&sound, path_of("a.sln"), IAX2_FORMAT_SLIN, NULL), 0);
	assert_int_equal(sound_read(sound, buf, sizeof buf), 320);
	assert_memory_equal(buf, "\x12\x34\xff\xfe\0", 5);
	sound_close(sound);
}

static void test_gsm_is_passed_through_only(void **state)
{
	uint8_t data[100];

	(void)state;
	memset(data, 0xd5, sizeof data);
	put_file("a.gsm", data, 100);
	assert_int_equal(count_frames("a.gsm", IAX2_FORMAT_GSM, NULL), 3);
	expect_refusal("a.gsm", "can't be turned into");
	put_file("a.gsm", data, 20);
	expect_refusal("a.gsm", "can't be turned into");
	assert_int_equal(count_frames("a.gsm", IAX2_FORMAT_GSM, NULL), -EINVAL);
}

static void test_names_are_looked_for_in_order(void **state)
{
	struct strbuf why = STRBUF_EMPTY;
	uint8_t buf[160], a[160], b[160];
	struct sound *sound;

	(void)state;
	memset(a, 0x11, sizeof a);
	memset(b, 0x22, sizeof b);
	put_file("digits/1.ulaw", a, 160);
	put_file("digits/1.wav", wav, WAV_SIZE);
	assert_int_equal(sound_open(&sound, dirs, "en", "digits/1", IAX2_FORMAT_ULAW, &why), 0);
	assert_int_equal(sound_read(sound, buf, sizeof buf), 160);
	assert_memory_equal(buf, a, 160);
	sound_close(sound);
	put_file("en/hello.ulaw", b, 160);
	put_file("hello.ulaw", a, 160);
	for (int i = 0; i < 3; i++) {
		static const char *const languages[] = {"en", "en_GB", "de"};

		assert_int_equal(sound_open(&sound, dirs, languages[i], "hello", IAX2_FORMAT_ULAW, &why), 0);
		assert_int_equal(sound_read(sound, buf, sizeof buf), 160);
		assert_memory_equal(buf, i < 2 ? b : a, 160);
		sound_close(sound);
	}
	assert_int_equal(sound_open(&sound, dirs, NULL, "nothing", IAX2_FORMAT_ULAW, &why), -ENOENT);
	assert_non_null(strstr(strbuf_text(&why), "nothing"));
	assert_non_null(strstr(strbuf_text(&why), dir));
	strbuf_fini(&why);
}

static void test_absolute_names_stand_for_themselves(void **state)
{
	struct sound *sound;

	(void)state;
	put_file("abs.wav", wav, WAV_SIZE);
	assert_int_equal(sound_open(&sound, dirs + 2, NULL, path_of("abs"), IAX2_FORMAT_ULAW, NULL), 0);
	sound_close(sound);
}

static void test_damaged_file_beside_a_good_one(void **state)
{
	struct strbuf why = STRBUF_EMPTY;
	struct sound *sound;

	(void)state;
	put_file("two.wav", "RIFF", 4);
	assert_int_equal(sound_open(&sound, dirs, NULL, "two", IAX2_FORMAT_ULAW, &why), -EINVAL);
	assert_non_null(strstr(strbuf_text(&why), "two.wav: it is no WAV file"));
	put_file("two.alaw", wav, 320);
	assert_int_equal(sound_open(&sound, dirs, NULL, "two", IAX2_FORMAT_ULAW, NULL), 0);
	sound_close(sound);
	strbuf_fini(&why);
}

static void test_names_cannot_climb(void **state)
{
	static const char *const names[] = {"../a", "x/../../a", "..", "a/..", "/../a", ""};
	struct sound *sound;

	(void)state;
	put_file("a.wav", wav, WAV_SIZE);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_int_equal(sound_open(&sound, dirs, NULL, names[i], IAX2_FORMAT_ULAW, NULL), -EINVAL);
	assert_int_equal(sound_open(&sound, dirs, "../en", "a", IAX2_FORMAT_ULAW, NULL), 0);
	sound_close(sound);
	put_file("..a.wav", wav, WAV_SIZE);
	assert_int_equal(sound_open(&sound, dirs, NULL, "..a", IAX2_FORMAT_ULAW, NULL), 0);
	sound_close(sound);
}

static void test_wav_kinds_of_damage(void **state)
{
	(void)state;
	put_file("bad.wav", "", 0);
	expect_refusal("bad.wav", "empty");
	put_file("bad.wav", wav, 11);
	expect_refusal("bad.wav", "no WAV file");
	put_file("bad.wav", wav, 30);
	expect_refusal("bad.wav", "format chunk is cut short");
	put_file("bad.wav", wav, 36);
	expect_refusal("bad.wav", "no data chunk");
	put_file("bad.wav", wav, 44);
	expect_refusal("bad.wav", "no sound");
	put_le(wav + 24, 44100, 4);
	put_file("bad.wav", wav, WAV_SIZE);
	expect_refusal("bad.wav", "44100 Hz");
	make_wav();
	put_le(wav + 22, 2, 2);
	put_file("bad.wav", wav, WAV_SIZE);
	expect_refusal("bad.wav", "2 channels");
	make_wav();
	memcpy(wav + 12, "data", 4);
	put_file("bad.wav", wav, WAV_SIZE);
	expect_refusal("bad.wav", "before its format");
	put_file("bad.mp3", wav, WAV_SIZE);
	expect_refusal("bad.mp3", "kind of sound");
}

static void test_what_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path_of("dir.wav"), 0755), 0);
	expect_refusal("dir.wav", "not an ordinary file");
	assert_int_equal(mkfifo(path_of("fifo.wav"), 0644), 0);
	expect_refusal("fifo.wav", "not an ordinary file");
	assert_int_equal(count_frames("gone.wav", IAX2_FORMAT_ULAW, NULL), -ENOENT);
}

static void test_wrong_lengths_are_forgiven(void **state)
{
	static const unsigned lengths[] = {0, 0xffffffff, 2 * WAV_SAMPLES + 1000};

	(void)state;
	for (int i = 0; i < 3; i++) {
		put_le(wav + 40, lengths[i], 4);
		put_file("len.wav", wav, WAV_SIZE);
		assert_int_equal(count_frames("len.wav", IAX2_FORMAT_ULAW, NULL), 2);
	}
	put_le(wav + 40, 320, 4);   /* what follows the sound is not sound */
	put_file("len.wav", wav, WAV_SIZE);
	assert_int_equal(count_frames("len.wav", IAX2_FORMAT_ULAW, NULL), 1);
}

static void test_other_chunks_are_skipped(void **state)
{
	uint8_t file[WAV_SIZE + 12];

	(void)state;
	memcpy(file, wav, 36);
	memcpy(file + 36, "LIST\3\0\0\0abc\0", 12);
	memcpy(file + 48, wav + 36, WAV_SIZE - 36);
	put_file("list.wav", file, sizeof file);
	assert_int_equal(count_frames("list.wav", IAX2_FORMAT_ULAW, NULL), 2);
}

/* Every single byte of the header set to odd values, and every length cut: no crash, and always frames or words. */
static void test_mutations(void **state)
{
	static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

	(void)state;
	for (size_t at = 0; at < 48; at++) {
		for (size_t v = 0; v < sizeof values; v++) {
			struct strbuf why = STRBUF_EMPTY;

			make_wav();
			wav[at] = values[v];
			put_file("mut.wav", wav, WAV_SIZE);
			assert_true(count_frames("mut.wav", IAX2_FORMAT_ALAW, &why) > 0 || why.len > 0);
			strbuf_fini(&why);
		}
	}
	make_wav();
	for (size_t len = 0; len < 80; len++) {
		struct strbuf why = STRBUF_EMPTY;

		put_file("mut.wav", wav, len);
		assert_true(count_frames("mut.wav", IAX2_FORMAT_ALAW, &why) > 0 || why.len > 0);
		strbuf_fini(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_wav_to_ulaw, fresh),
		cmocka_unit_test_setup(test_raw_kinds, fresh),
		cmocka_unit_test_setup(test_sln_has_the_low_byte_first, fresh),
		cmocka_unit_test_setup(test_gsm_is_passed_through_only, fresh),
		cmocka_unit_test_setup(test_names_are_looked_for_in_order, fresh),
		cmocka_unit_test_setup(test_absolute_names_stand_for_themselves, fresh),
		cmocka_unit_test_setup(test_damaged_file_beside_a_good_one, fresh),
		cmocka_unit_test_setup(test_names_cannot_climb, fresh),
		cmocka_unit_test_setup(test_wav_kinds_of_damage, fresh),
		cmocka_unit_test_setup(test_what_is_no_file, fresh),
		cmocka_unit_test_setup(test_wrong_lengths_are_forgiven, fresh),
		cmocka_unit_test_setup(test_other_chunks_are_skipped, fresh),
		cmocka_unit_test_setup(test_mutations, fresh),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
