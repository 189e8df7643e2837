/* The trace of a frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "iax2/codec.h"
#include "iax2/frame.h"

static char text[8192];

static const char *describe(const char *hex, const char *direction)
{
	static uint8_t bytes[1024];
	struct iax2_frame frame;
	struct iax2_addr remote;

	assert_int_equal(iax2_addr_parse(&remote, "192.0.2.10:4569", 0), 0);
	assert_int_equal(iax2_frame_decode(&frame, bytes, unhex_text(bytes, sizeof(bytes), hex)), 0);
	return iax2_frame_describe(&frame, direction, &remote, text, sizeof(text));
}

static void test_example_of_the_reference(void **state)
{
	(void)state;
	assert_string_equal(describe("9234000000000003000006010b020002", "Rx"),
	                    "Rx-Frame Retry[ No] -- OSeqno: 000 ISeqno: 000 Type: IAX     Subclass: NEW\n"
	                    "   Timestamp: 00003ms  SCall: 04660  DCall: 00000 192.0.2.10:4569\n"
	                    "   VERSION         : 2\n");
}

static void test_values(void **state)
{
	(void)state;
	describe("9234856700001388030506052a0110"
	         "1603613162"
	         "1210020011d9c000020a0000000000000000"
	         "09040000000c"
	         "3809000000000400000000"
	         "c803aabbcc"
	         "0b0102"
	         "1a00"
	         "17012a",
	         "Tx");
	assert_non_null(strstr(text, "Tx-Frame Retry[Yes] -- OSeqno: 003 ISeqno: 005 Type: IAX     Subclass: HANGUP\n"));
	assert_non_null(strstr(text, "DCall: 01383 "));
	assert_non_null(strstr(text, "   CAUSECODE       : 16 (normal clearing)\n"));
	assert_non_null(strstr(text, "   CAUSE           : a1b\n"));
	assert_non_null(strstr(text, "   APPARENT ADDR   : 192.0.2.10:4569\n"));
	assert_non_null(strstr(text, "   FORMAT          : 0xc (ulaw|alaw)\n"));
	assert_non_null(strstr(text, "   FORMAT2         : 0x400000000 (opus)\n"));
	assert_non_null(strstr(text, "   UNKNOWN         : (element 200, 3 bytes)\n"));
	assert_non_null(strstr(text, "   VERSION         : (1 bytes, not understood)\n"));
	assert_non_null(strstr(text, "   MUSICONHOLD     : \n"));
	assert_non_null(strstr(text, "   IAX UNKNOWN     : 42 (?)\n"));
}

static void test_secrets_are_not_shown(void **state)
{
	(void)state;
	describe("923405670000001e01010609"
	         "0706733363726574"
	         "10036c6561"
	         "11036c6561"
	         "36036c6561"
	         "2c036c6561",
	         "Tx");
	assert_null(strstr(text, "s3cret"));
	assert_null(strstr(text, "lea"));
	assert_non_null(strstr(text, "   PASSWORD        : (6 bytes, not shown)\n"));
	assert_non_null(strstr(text, "   CALLTOKEN       : (3 bytes, not shown)\n"));
	/* CHALLENGE is shown in AUTHREQ, and is a key in RTKEY. */
	assert_non_null(strstr(describe("923405670000001e010106080f03616263", "Tx"), "CHALLENGE       : abc\n"));
	assert_non_null(strstr(describe("923405670000001e010106270f03616263", "Tx"), "CHALLENGE       : (3 bytes, not shown)\n"));
}

static void test_control_characters_are_escaped(void **state)
{
	(void)state;
	assert_non_null(strstr(describe("923405670000001e0101060516061b5b324a5c7f", "Rx"), "CAUSE           : \\x1b[2J\\x5c\\x7f\n"));
}

static void test_damaged_elements(void **state)
{
	(void)state;
	assert_non_null(strstr(describe("923405670000001e010106050b02000206ff", "Rx"),
	                       "   VERSION         : 2\n   (information elements damaged"));
}

static void test_other_kinds(void **state)
{
	(void)state;
	assert_string_equal(describe("12340820ffffffff", "Rx"),
	                    "Rx-Mini Timestamp: 02080ms  SCall: 04660  4 bytes 192.0.2.10:4569\n");
	assert_string_equal(describe("0000923480e8aabb", "Rx"),
	                    "Rx-Video Timestamp: 00232ms  SCall: 04660  Marker  2 bytes 192.0.2.10:4569\n");
	assert_string_equal(describe("00000205aabb", "Rx"), "Rx-Meta Command: 2  2 bytes 192.0.2.10:4569\n");
	assert_string_equal(describe("0000010100000014"
	                             "000412340820ffffffff"
	                             "0009",
	                             "Tx"),
	                    "Tx-Trunk Timestamp: 00020ms  12 bytes 192.0.2.10:4569\n"
	                    "   SCall: 04660  Timestamp: 02080ms  4 bytes\n"
	                    "   (the rest is damaged)\n");
}

static void test_subclass_names(void **state)
{
	static const struct {
		uint8_t type;
		int64_t subclass;
		const char *name;
	} cases[] = {
	    {IAX2_TYPE_IAX, 40, "CALLTOKEN"},
	    {IAX2_TYPE_IAX, 41, "41"},
	    {IAX2_TYPE_CONTROL, -1, "STOP_SOUNDS"},
	    {IAX2_TYPE_CONTROL, 3, "RINGING"},
	    {IAX2_TYPE_CONTROL, 1024, "1024"},
	    {IAX2_TYPE_HTML, 16, "LDCOMPLETE"},
	    {IAX2_TYPE_VOICE, 4, "ulaw"},
	    {IAX2_TYPE_VOICE, 6, "6"},
	    {IAX2_TYPE_VIDEO, 1 << 21, "h264"},
	    {IAX2_TYPE_IMAGE, 1 << 16, "jpeg"},
	    {IAX2_TYPE_DTMF_END, '#', "#"},
	    {IAX2_TYPE_DTMF_BEGIN, 7, "7"},
	    {IAX2_TYPE_CNG, 40, "40"},
	    {99, INT64_MIN, "-9223372036854775808"},
	};
	char buf[24];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iax2_frame frame = {.type = cases[i].type, .subclass = cases[i].subclass};

		assert_string_equal(iax2_frame_subclass_name(&frame, buf), cases[i].name);
	}
}

/* Cut at every length, and never a byte behind. */
static void test_cut_where_it_does_not_fit(void **state)
{
	struct iax2_frame frame = {.kind = IAX2_KIND_FULL, .type = IAX2_TYPE_IAX, .subclass = 1};
	struct iax2_addr remote = {0};
	char whole[1024], part[1024];
	size_t len;

	(void)state;
	len = strlen(iax2_frame_describe(&frame, "Rx", &remote, whole, sizeof(whole)));
	for (size_t cap = 1; cap <= len + 1; cap++) {
		memset(part, 'x', sizeof(part));
		iax2_frame_describe(&frame, "Rx", &remote, part, cap);
		assert_int_equal(strlen(part), cap - 1);
		assert_memory_equal(part, whole, cap - 1);
		assert_int_equal(part[cap], 'x');
	}
	part[0] = 'x';
	iax2_frame_describe(&frame, "Rx", &remote, part, 0);
	assert_int_equal(part[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_example_of_the_reference), cmocka_unit_test(test_values),
	    cmocka_unit_test(test_secrets_are_not_shown),    cmocka_unit_test(test_control_characters_are_escaped),
	    cmocka_unit_test(test_damaged_elements),         cmocka_unit_test(test_other_kinds),
	    cmocka_unit_test(test_subclass_names),           cmocka_unit_test(test_cut_where_it_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
