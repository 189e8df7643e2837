/* Information elements: the messages of the worked examples byte for byte, and what is done with odd ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "iax2/codec.h"
#include "iax2/frame.h"
#include "iax2/ie.h"

#define MESSAGE_MAX 2048

static struct iax2_ies ies;
static uint8_t message[MESSAGE_MAX];

static int decode_hex(const char *hex)
{
	return iax2_ies_decode(&ies, message, unhex_text(message, sizeof(message), hex));
}

static const char *text_of(enum iax2_ie id)
{
	static char buf[256];

	return iax2_ies_string(&ies, id, buf, sizeof(buf));
}

static void assert_written(const struct iax2_ie_writer *w, const char *hex)
{
	uint8_t expected[MESSAGE_MAX];
	size_t len = unhex_text(expected, sizeof(expected), hex);

	assert_false(w->full);
	assert_int_equal(w->len, len);
	assert_memory_equal(w->buf, expected, len);
}

static void test_new_of_the_worked_examples(void **state)
{
	static const char hex[] =
	    "0b02000201033630302d03444543260143270100280200003904000000000a02656e0605616c69636509040000000438090000"
	    "0000000000000408040000000e370900000000000000000e0c0200021f0435753a163600";
	uint8_t buf[MESSAGE_MAX];
	struct iax2_ie_writer w;

	(void)state;
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_u32(&w, IAX2_IE_VERSION, 2);
	iax2_iew_string(&w, IAX2_IE_CALLED_NUMBER, "600");
	iax2_iew_string(&w, IAX2_IE_CODEC_PREFS, "DEC");
	iax2_iew_u32(&w, IAX2_IE_CALLINGPRES, 0x43);
	iax2_iew_u32(&w, IAX2_IE_CALLINGTON, 0);
	iax2_iew_u32(&w, IAX2_IE_CALLINGTNS, 0);
	iax2_iew_u32(&w, IAX2_IE_CALLINGANI2, 0);
	iax2_iew_string(&w, IAX2_IE_LANGUAGE, "en");
	iax2_iew_string(&w, IAX2_IE_USERNAME, "alice");
	iax2_iew_string(&w, IAX2_IE_DNID, NULL);
	iax2_iew_u32(&w, IAX2_IE_FORMAT, (uint32_t)IAX2_FORMAT_ULAW);
	iax2_iew_format64(&w, IAX2_IE_FORMAT2, IAX2_FORMAT_ULAW);
	iax2_iew_u32(&w, IAX2_IE_CAPABILITY, 0xe);
	iax2_iew_format64(&w, IAX2_IE_CAPABILITY2, 0xe);
	iax2_iew_u32(&w, IAX2_IE_ADSICPE, 2);
	iax2_iew_u32(&w, IAX2_IE_DATETIME, iax2_datetime_pack(2026, 11, 21, 7, 16, 44));
	iax2_iew_raw(&w, IAX2_IE_CALLTOKEN, NULL, 0);
	assert_written(&w, hex);

	assert_int_equal(decode_hex(hex), 0);
	assert_int_equal(ies.unknown, 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_VERSION, 0), 2);
	assert_string_equal(text_of(IAX2_IE_CALLED_NUMBER), "600");
	assert_string_equal(text_of(IAX2_IE_USERNAME), "alice");
	assert_string_equal(text_of(IAX2_IE_DNID), "");
	assert_true(iax2_ies_format(&ies) == IAX2_FORMAT_ULAW);
	assert_true(iax2_ies_capability(&ies) == 0xe);
	assert_true(iax2_ies_has(&ies, IAX2_IE_CALLTOKEN));
	assert_int_equal(ies.value[IAX2_IE_CALLTOKEN].view.len, 0);
	assert_false(iax2_ies_has(&ies, IAX2_IE_DNID));
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_REFRESH, 60), 60);
}

static void test_req_121_regack_of_the_worked_examples(void **state)
{
	static const char hex[] = "0605616c6963651f0435753a161302003c1210020011d9c000020a0000000000000000";
	uint8_t buf[MESSAGE_MAX];
	struct iax2_ie_writer w;
	struct iax2_addr addr;
	char text[IAX2_ADDR_TEXT];

	(void)state;
	assert_int_equal(iax2_addr_parse(&addr, "192.0.2.10:4569", 0), 0);
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_USERNAME, "alice");
	iax2_iew_u32(&w, IAX2_IE_DATETIME, 0x35753a16);
	iax2_iew_u32(&w, IAX2_IE_REFRESH, 60);
	iax2_iew_addr(&w, &addr);
	assert_written(&w, hex);
	assert_int_equal(decode_hex(hex), 0);
	assert_true(iax2_ies_has(&ies, IAX2_IE_APPARENT_ADDR));
	assert_string_equal(iax2_addr_format(&ies.apparent_addr, text), "192.0.2.10:4569");
}

static void test_pong_of_the_worked_examples(void **state)
{
	(void)state;
	assert_int_equal(decode_hex("2e04000000042f04020000073004000003e831020028320400000003330400000001"), 0);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_RR_JITTER, 0), 4);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_RR_LOSS, 0), 0x02000007);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_RR_PKTS, 0), 1000);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_RR_DELAY, 0), 40);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_RR_DROPPED, 0), 3);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_RR_OOO, 0), 1);
}

static void test_req_111_112_malformed(void **state)
{
	(void)state;
	assert_int_equal(decode_hex(""), 0);
	assert_int_equal(iax2_ies_decode(&ies, NULL, 0), 0);
	assert_int_equal(decode_hex("0b02000206"), IAX2_ERR_MALFORMED);
	assert_int_equal(decode_hex("0605616c6963"), IAX2_ERR_MALFORMED);
	assert_int_equal(decode_hex("06ff"), IAX2_ERR_MALFORMED);
	assert_int_equal(decode_hex("c805616c6963"), IAX2_ERR_MALFORMED);
}

static void test_req_113_114_115_skips_and_repeats(void **state)
{
	(void)state;
	assert_int_equal(decode_hex("c803aabbcc"
	                            "0003aabbcc"
	                            "0b0102"
	                            "0b020003"
	                            "0b0400000000"
	                            "0603626f62"
	                            "0605616c696365"),
	                 0);
	assert_int_equal(ies.unknown, 4);
	assert_int_equal(iax2_ies_u32(&ies, IAX2_IE_VERSION, 0), 3);
	assert_string_equal(text_of(IAX2_IE_USERNAME), "alice");
	assert_int_equal(decode_hex("0c00"), 0);
	assert_false(iax2_ies_has(&ies, IAX2_IE_ADSICPE));
	assert_int_equal(ies.unknown, 1);
}

static void test_empty_strings_count_as_absent(void **state)
{
	(void)state;
	assert_int_equal(decode_hex("0603626f62"
	                            "0600"
	                            "0d0100"
	                            "1a00"
	                            "1900"
	                            "3600"
	                            "2400"
	                            "0f00"),
	                 0);
	assert_false(iax2_ies_has(&ies, IAX2_IE_USERNAME));
	assert_false(iax2_ies_has(&ies, IAX2_IE_DNID));
	assert_false(iax2_ies_has(&ies, IAX2_IE_CHALLENGE));
	assert_true(iax2_ies_has(&ies, IAX2_IE_MUSICONHOLD));
	assert_true(iax2_ies_has(&ies, IAX2_IE_AUTOANSWER));
	assert_true(iax2_ies_has(&ies, IAX2_IE_CALLTOKEN));
	assert_true(iax2_ies_has(&ies, IAX2_IE_FWBLOCKDATA));
	assert_string_equal(text_of(IAX2_IE_USERNAME), "");
}

static void test_embedded_nul_ends_a_string(void **state)
{
	char small[4], none[1] = {'x'};

	(void)state;
	assert_int_equal(decode_hex("0605616c006365"
	                            "0f04ab00cdef"),
	                 0);
	assert_string_equal(text_of(IAX2_IE_USERNAME), "al");
	assert_int_equal(ies.value[IAX2_IE_CHALLENGE].view.len, 4);
	assert_int_equal(decode_hex("0605616c696365"), 0);
	assert_string_equal(iax2_ies_string(&ies, IAX2_IE_USERNAME, small, sizeof(small)), "ali");
	iax2_ies_string(&ies, IAX2_IE_USERNAME, none, 0);
	assert_int_equal(none[0], 'x');
	assert_string_equal(iax2_ies_string(&ies, IAX2_IE_VERSION, small, sizeof(small)), "");
}

static void test_req_109_116_formats(void **state)
{
	(void)state;
	assert_int_equal(decode_hex("090400000004"), 0);
	assert_true(iax2_ies_format(&ies) == 4);
	assert_true(iax2_ies_capability(&ies) == 0);
	assert_int_equal(decode_hex("38090000000004000000000904000000ff"), 0);
	assert_true(iax2_ies_format(&ies) == UINT64_C(0x400000000));
	assert_int_equal(decode_hex("0904000000ff3809000000000400000000"), 0);
	assert_true(iax2_ies_format(&ies) == UINT64_C(0x400000000));
	/* Another version, and a wrong length. */
	assert_int_equal(decode_hex("0904000000ff3809010000000400000000"), 0);
	assert_true(iax2_ies_format(&ies) == 0xff);
	assert_int_equal(decode_hex("0804000000ff37080000000400000000"), 0);
	assert_true(iax2_ies_capability(&ies) == 0xff);
}

static void test_req_117_cut_at_a_character(void **state)
{
	char text[400];
	uint8_t buf[MESSAGE_MAX];
	struct iax2_ie_writer w;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[300] = '\0';
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_CAUSE, text);
	assert_int_equal(buf[1], 255);
	assert_int_equal(w.len, 257);
	memcpy(text + 253, "\xe2\x82\xac", 3); /* would be cut after two of its three bytes */
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_CAUSE, text);
	assert_int_equal(buf[1], 253);
	memcpy(text + 252,
	       "\xe2\x82\xac"
	       "a",
	       4); /* fits exactly */
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_CAUSE, text);
	assert_int_equal(buf[1], 255);
	memset(text, 0x80, 300); /* no UTF-8 at all */
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_string(&w, IAX2_IE_CAUSE, text);
	assert_int_equal(buf[1], 255);
}

static void test_writer_is_sticky(void **state)
{
	uint8_t buf[8];
	struct iax2_ie_writer w;

	(void)state;
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_u32(&w, IAX2_IE_VERSION, 2);
	iax2_iew_string(&w, IAX2_IE_USERNAME, "alice");
	assert_true(w.full);
	assert_int_equal(w.len, 4);
	iax2_iew_presence(&w, IAX2_IE_AUTOANSWER);
	assert_int_equal(w.len, 4);
	iax2_iew_init(&w, message, sizeof(message));
	iax2_iew_raw(&w, IAX2_IE_CALLTOKEN, message + 1024, 256);
	assert_true(w.full);
}

static void test_req_120_apparent_addr(void **state)
{
	static const struct {
		const char *hex;
		const char *text;
	} cases[] = {
	    {"1210020011d9c000020a0000000000000000", "192.0.2.10:4569"},
	    {"1210000211d9c000020a0000000000000000", "192.0.2.10:4569"},
	    {"1210100211d9c000020a0000000000000000", "192.0.2.10:4569"},
	    {"1210030011d9c000020a0000000000000000", NULL},
	    {"120f020011d9c000020a00000000000000", NULL},
	    {"1208020011d9c000020a", NULL},
	    {"1200", NULL},
	    {"121c0a0011d90000000020010db800000000000000000000000100000003", "[2001:db8::1]:4569"},
	    {"121c0a0011d90000000000000000000000000000ffffc000020a00000000", "192.0.2.10:4569"},
	    {"121c020011d90000000020010db800000000000000000000000100000000", NULL},
	};
	char text[IAX2_ADDR_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(decode_hex(cases[i].hex), 0);
		assert_int_equal(iax2_ies_has(&ies, IAX2_IE_APPARENT_ADDR), cases[i].text != NULL);
		if (cases[i].text) {
			assert_string_equal(iax2_addr_format(&ies.apparent_addr, text), cases[i].text);
		}
	}
}

static void test_apparent_addr_of_ipv6_is_written(void **state)
{
	uint8_t buf[MESSAGE_MAX];
	struct iax2_ie_writer w;
	struct iax2_addr addr;

	(void)state;
	assert_int_equal(iax2_addr_parse(&addr, "[2001:db8::1]:4569", 0), 0);
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_addr(&w, &addr);
	assert_written(&w, "121c0a0011d90000000020010db800000000000000000000000100000000");
}

static void test_req_122_datetime(void **state)
{
	(void)state;
	assert_int_equal(iax2_datetime_pack(2026, 11, 21, 7, 16, 44), 0x35753a16);
	assert_int_equal(iax2_datetime_pack(2000, 1, 1, 0, 0, 1), 1 << 21 | 1 << 16);
	assert_true(iax2_datetime_pack(2127, 12, 31, 23, 59, 59) == 0xff9fbf7d);
}

static void test_req_124_variables_are_split(void **state)
{
	uint8_t buf[MESSAGE_MAX];
	struct iax2_ie_writer w;
	char value[601], joined[1024] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++) {
		value[i] = (char)('a' + i % 26);
	}
	value[600] = '\0';
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_variable(&w, "SHORT", "1=2");
	iax2_iew_variable(&w, "LONG", value);
	iax2_iew_variable(&w, "EMPTY", "");
	assert_false(w.full);
	assert_int_equal(iax2_ies_decode(&ies, buf, w.len), 0);
	assert_int_equal(ies.variable_count, 5);
	assert_memory_equal(ies.variable[0].data, "SHORT=1=2", 9);
	for (unsigned i = 1; i < 4; i++) {
		assert_memory_equal(ies.variable[i].data, "LONG=", 5);
		strncat(joined, (const char *)ies.variable[i].data + 5, ies.variable[i].len - 5u);
	}
	assert_string_equal(joined, value);
	assert_int_equal(ies.variable[4].len, 6);
	/* All or nothing. */
	iax2_iew_init(&w, buf, 300);
	iax2_iew_variable(&w, "LONG", value);
	assert_true(w.full);
	assert_int_equal(w.len, 0);
}

static void test_odd_variables_are_left_out(void **state)
{
	uint8_t buf[MESSAGE_MAX];
	struct iax2_ie_writer w;

	(void)state;
	iax2_iew_init(&w, buf, sizeof(buf));
	iax2_iew_raw(&w, IAX2_IE_VARIABLE, "A-B=1", 5);
	iax2_iew_raw(&w, IAX2_IE_VARIABLE, "=1", 2);
	iax2_iew_raw(&w, IAX2_IE_VARIABLE, "", 0);
	iax2_iew_raw(&w, IAX2_IE_VARIABLE, "novalue", 7);
	for (int i = 0; i < 70; i++) {
		iax2_iew_variable(&w, "x", "y");
	}
	assert_false(w.full);
	assert_int_equal(iax2_ies_decode(&ies, buf, w.len), 0);
	assert_int_equal(ies.variable_count, IAX2_VARIABLES_MAX);
	assert_memory_equal(ies.variable[0].data, "novalue", 7);
	assert_int_equal(ies.unknown, 2 + 7);
}

static void test_osptoken_blocks(void **state)
{
	(void)state;
	assert_int_equal(decode_hex("350301cccc"
	                            "350200aa"
	                            "3500"
	                            "350205aa"
	                            "350203dd"),
	                 0);
	assert_int_equal(ies.osptoken_blocks, 2);
	assert_int_equal(ies.osptoken[0].len, 1);
	assert_int_equal(ies.osptoken[1].len, 2);
	assert_true(iax2_ies_has(&ies, IAX2_IE_OSPTOKEN));
}

static void test_every_element_has_a_row(void **state)
{
	(void)state;
	for (unsigned id = 1; id <= IAX2_IE_LAST; id++) {
		assert_non_null(iax2_ie_name((uint8_t)id));
		assert_true(iax2_ie_kind((uint8_t)id) >= 0);
	}
	assert_null(iax2_ie_name(0));
	assert_null(iax2_ie_name(58));
	assert_int_equal(iax2_ie_kind(200), IAX2_ERR_INVALID);
	assert_string_equal(iax2_ie_name(1), "CALLED_NUMBER");
	assert_int_equal(iax2_ie_kind(IAX2_IE_FORMAT2), IAX2_IEK_FORMAT64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_new_of_the_worked_examples),
	    cmocka_unit_test(test_req_121_regack_of_the_worked_examples),
	    cmocka_unit_test(test_pong_of_the_worked_examples),
	    cmocka_unit_test(test_req_111_112_malformed),
	    cmocka_unit_test(test_req_113_114_115_skips_and_repeats),
	    cmocka_unit_test(test_empty_strings_count_as_absent),
	    cmocka_unit_test(test_embedded_nul_ends_a_string),
	    cmocka_unit_test(test_req_109_116_formats),
	    cmocka_unit_test(test_req_117_cut_at_a_character),
	    cmocka_unit_test(test_writer_is_sticky),
	    cmocka_unit_test(test_req_120_apparent_addr),
	    cmocka_unit_test(test_apparent_addr_of_ipv6_is_written),
	    cmocka_unit_test(test_req_122_datetime),
	    cmocka_unit_test(test_req_124_variables_are_split),
	    cmocka_unit_test(test_odd_variables_are_left_out),
	    cmocka_unit_test(test_osptoken_blocks),
	    cmocka_unit_test(test_every_element_has_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
