#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "media/codec.h"

static void test_find(void **state)
{
	(void)state;
	assert_string_equal(codec_find(IAX2_FORMAT_ULAW)->name, "ulaw");
	assert_string_equal(codec_find(IAX2_FORMAT_ALAW)->name, "alaw");
	assert_string_equal(codec_find(IAX2_FORMAT_SLIN)->name, "slin");
	assert_null(codec_find(IAX2_FORMAT_GSM));
	assert_null(codec_find(IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW));
	assert_null(codec_find(0));
	assert_int_equal(codec_formats(), IAX2_FORMAT_ULAW | IAX2_FORMAT_ALAW | IAX2_FORMAT_SLIN);
}

static void test_req_108_slin_is_big_endian(void **state)
{
	static const int16_t in[3] = {0x1234, -2, INT16_MIN};
	static const uint8_t wire[6] = {0x12, 0x34, 0xff, 0xfe, 0x80, 0x00};
	const struct codec *slin = codec_find(IAX2_FORMAT_SLIN);
	uint8_t out[6];
	int16_t back[3];

	(void)state;
	assert_int_equal(slin->encode(out, sizeof out, in, 3), 6);
	assert_memory_equal(out, wire, 6);
	assert_int_equal(slin->decode(back, 3, wire, 6), 3);
	assert_memory_equal(back, in, sizeof in);
	assert_int_equal(slin->decode(back, 3, wire, 5), 2);
}

static void test_nothing_is_written_past_the_end(void **state)
{
	static const int16_t in[4] = {1, 2, 3, 4};
	static const iax2_format formats[] = {IAX2_FORMAT_ULAW, IAX2_FORMAT_ALAW, IAX2_FORMAT_SLIN};
	uint8_t out[16];
	int16_t linear[4];

	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct codec *codec = codec_find(formats[i]);
		size_t size = formats[i] == IAX2_FORMAT_SLIN ? 8 : 4;

		assert_int_equal(codec->encode(out, size - 1, in, 4), -1);
		assert_int_equal(codec->encode(out, size, in, 4), size);
		assert_int_equal(codec->decode(linear, 3, out, size), -1);
		assert_int_equal(codec->decode(linear, 4, out, size), 4);
		assert_int_equal(codec->encode(out, 0, in, 0), 0);
		assert_int_equal(codec->decode(linear, 0, out, 0), 0);
	}
}

static void test_translate(void **state)
{
	uint8_t ulaw[160], alaw[160], slin[320];

	(void)state;
	for (int i = 0; i < 160; i++)
		ulaw[i] = (uint8_t)(i * 7);
	assert_int_equal(codec_translate(IAX2_FORMAT_SLIN, slin, sizeof slin, IAX2_FORMAT_ULAW, ulaw, 160), 320);
	assert_int_equal(codec_translate(IAX2_FORMAT_ALAW, alaw, sizeof alaw, IAX2_FORMAT_ULAW, ulaw, 160), 160);
	assert_int_equal(codec_translate(IAX2_FORMAT_ULAW, alaw, sizeof alaw, IAX2_FORMAT_SLIN, slin, 320), 160);
	for (int i = 0; i < 160; i++)
		assert_int_equal(alaw[i], ulaw[i] == 0x7f ? 0xff : ulaw[i]);
	assert_int_equal(codec_translate(IAX2_FORMAT_ALAW, alaw, 159, IAX2_FORMAT_ULAW, ulaw, 160), -1);
	assert_int_equal(codec_translate(IAX2_FORMAT_ULAW, alaw, 159, IAX2_FORMAT_ULAW, ulaw, 160), -1);
	assert_int_equal(codec_translate(IAX2_FORMAT_GSM, alaw, 160, IAX2_FORMAT_ULAW, ulaw, 160), -1);
	assert_int_equal(codec_translate(IAX2_FORMAT_ULAW, alaw, 160, IAX2_FORMAT_GSM, ulaw, 33), -1);
	assert_int_equal(codec_translate(IAX2_FORMAT_GSM, alaw, 160, IAX2_FORMAT_GSM, ulaw, 33), 33);
}

static void test_translate_refuses_what_is_too_long(void **state)
{
	static uint8_t in[5000], out[10000];

	(void)state;
	assert_int_equal(codec_translate(IAX2_FORMAT_ALAW, out, sizeof out, IAX2_FORMAT_ULAW, in, 4096), 4096);
	assert_int_equal(codec_translate(IAX2_FORMAT_ALAW, out, sizeof out, IAX2_FORMAT_ULAW, in, 4097), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_req_108_slin_is_big_endian),
		cmocka_unit_test(test_nothing_is_written_past_the_end),
		cmocka_unit_test(test_translate),
		cmocka_unit_test(test_translate_refuses_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
