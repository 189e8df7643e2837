/* Formats: names, playing times, preference lists and the choice among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "iax2/codec.h"
#include "iax2/frame.h"
#include "iax2/ie.h"
#include "names.h"
#include "pcap.h"

static struct iax2_prefs list(const char *names)
{
	struct iax2_prefs prefs = {0};

	assert_int_equal(iax2_prefs_apply(&prefs, true, names, NULL), 0);
	return prefs;
}

static iax2_format set(const char *names)
{
	struct iax2_prefs prefs = list(names);

	return iax2_prefs_mask(&prefs);
}

static void test_names(void **state)
{
	char buf[64];

	(void)state;
	assert_string_equal(iax2_format_name(IAX2_FORMAT_ULAW), "ulaw");
	assert_string_equal(iax2_format_name(IAX2_FORMAT(34)), "opus");
	assert_null(iax2_format_name(0));
	assert_null(iax2_format_name(6));
	assert_null(iax2_format_name(IAX2_FORMAT(47)));
	assert_null(iax2_format_name(IAX2_FORMAT(63)));
	assert_true(iax2_format_from_name("uLaW") == IAX2_FORMAT_ULAW);
	assert_true(iax2_format_from_name("speex16") == IAX2_FORMAT(33));
	assert_true(iax2_format_from_name("ula") == 0);
	assert_true(iax2_format_from_name("ulaws") == 0);
	assert_true(iax2_format_from_name("") == 0);
	assert_string_equal(iax2_formats_text(0xc, buf, sizeof(buf)), "(ulaw|alaw)");
	assert_string_equal(iax2_formats_text(0, buf, sizeof(buf)), "(nothing)");
	assert_string_equal(iax2_formats_text(0xc, buf, 9), "(ulaw|al");
	assert_string_equal(iax2_formats_text(0xc, buf, 1), "");
	assert_string_equal(iax2_formats_text(IAX2_FORMAT(62), buf, sizeof(buf)), "(nothing)");
}

static void test_table_is_consistent(void **state)
{
	uint64_t prefs = 0, best = 0, all = 0, audio = 0, video = 0, image = 0;
	const struct iax2_format_info *row, *before = NULL;

	(void)state;
	for (unsigned n = 0; (row = iax2_format_row(n)) != NULL; before = row, n++) {
		assert_true(!before || before->bit < row->bit);
		assert_ptr_equal(iax2_format_info(row->bit), row);
		assert_true(row->pref > 0 && (prefs >> row->pref & 1) == 0);
		prefs |= UINT64_C(1) << row->pref;
		assert_true((row->best > 0) == (row->kind == IAX2_FORMAT_AUDIO));
		assert_true(row->all > 0 && (all >> row->all & 1) == 0);
		all |= UINT64_C(1) << row->all;
		assert_true(row->best == 0 || (best >> row->best & 1) == 0);
		best |= UINT64_C(1) << row->best;
		audio |= row->kind == IAX2_FORMAT_AUDIO ? IAX2_FORMAT(row->bit) : 0;
		video |= row->kind == IAX2_FORMAT_VIDEO ? IAX2_FORMAT(row->bit) : 0;
		image |= row->kind == IAX2_FORMAT_IMAGE ? IAX2_FORMAT(row->bit) : 0;
	}
	assert_true(best == 0xfffff); /* 0 and 1 to 19 */
	assert_true(all == 0x3ffffffe); /* 1 to 29 */
	assert_true(audio == IAX2_FORMATS_AUDIO);
	assert_true((video & ~IAX2_FORMATS_VIDEO) == 0);
	assert_true(image == IAX2_FORMATS_IMAGE);
}

static void test_req_107_durations(void **state)
{
	static const struct {
		const char *name;
		uint32_t len, ms;
	} cases[] = {
	    {"ulaw", 160, 20},    {"ulaw", 240, 30}, {"ulaw", 0, 0},     {"alaw", 80, 10},    {"g726", 80, 20},
	    {"g726aal2", 40, 10}, {"adpcm", 80, 20}, {"slin", 320, 20},  {"slin16", 640, 20}, {"gsm", 33, 20},
	    {"gsm", 66, 40},      {"gsm", 32, 0},    {"lpc10", 7, 22},   {"lpc10", 14, 45},   {"g729", 20, 20},
	    {"g729", 22, 30},     {"g729", 2, 10},   {"g729", 10, 10},   {"ilbc", 50, 30},    {"ilbc", 38, 20},
	    {"ilbc", 76, 40},     {"ilbc", 100, 60}, {"ilbc", 950, 570}, {"g722", 160, 20},   {"siren7", 80, 20},
	    {"siren14", 120, 20}, {"g719", 160, 20}, {"h264", 500, 0},   {"jpeg", 500, 0},
	};
	static const uint8_t zeros[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(iax2_format_duration_ms(iax2_format_from_name(cases[i].name), zeros, cases[i].len), cases[i].ms);
	}
	assert_int_equal(iax2_format_duration_ms(0xc, zeros, 160), 0);
	assert_int_equal(iax2_format_duration_ms(0, zeros, 160), 0);
}

static void test_req_107_durations_by_content(void **state)
{
	static const uint8_t g723[24 + 20 + 4] = {[0] = 0, [24] = 1, [44] = 2};
	static const uint8_t untransmitted[2] = {3};
	static const uint8_t opus20[] = {15 << 3}, opus60[] = {3 << 3}, opus_two[] = {15 << 3 | 1}, opus_three[] = {15 << 3 | 3, 3};
	static const uint8_t opus_2_5[] = {16 << 3 | 3, 4}, opus_too_long[] = {3 << 3 | 3, 3}, opus_cut[] = {15 << 3 | 3};
	static const uint8_t speex[20] = {0x1d}; /* narrow band mode 3: 160 bits */
	static const uint8_t speex_twice[40] = {[0] = 0x1d, [20] = 0x1d};
	static const uint8_t speex_end[1] = {0x7f};
	iax2_format opus = IAX2_FORMAT(34), sp = iax2_format_from_name("speex");

	(void)state;
	assert_int_equal(iax2_format_duration_ms(1, g723, sizeof(g723)), 90);
	assert_int_equal(iax2_format_duration_ms(1, untransmitted, sizeof(untransmitted)), 0);
	assert_int_equal(iax2_format_duration_ms(opus, opus20, sizeof(opus20)), 20);
	assert_int_equal(iax2_format_duration_ms(opus, opus60, sizeof(opus60)), 60);
	assert_int_equal(iax2_format_duration_ms(opus, opus_two, sizeof(opus_two)), 40);
	assert_int_equal(iax2_format_duration_ms(opus, opus_three, sizeof(opus_three)), 60);
	assert_int_equal(iax2_format_duration_ms(opus, opus_2_5, sizeof(opus_2_5)), 10);
	assert_int_equal(iax2_format_duration_ms(opus, opus_too_long, sizeof(opus_too_long)), 0);
	assert_int_equal(iax2_format_duration_ms(opus, opus_cut, sizeof(opus_cut)), 0);
	assert_int_equal(iax2_format_duration_ms(opus, NULL, 0), 0);
	assert_int_equal(iax2_format_duration_ms(sp, speex, sizeof(speex)), 20);
	assert_int_equal(iax2_format_duration_ms(sp, speex_twice, sizeof(speex_twice)), 40);
	assert_int_equal(iax2_format_duration_ms(sp, speex, 19), 0);
	assert_int_equal(iax2_format_duration_ms(sp, speex_end, sizeof(speex_end)), 0);
	assert_int_equal(iax2_format_duration_ms(sp, NULL, 0), 0);
}

static void test_apply(void **state)
{
	struct iax2_prefs prefs = list("ulaw,alaw|gsm");
	const char *value = "ulaw, nonsense,alaw:40", *bad;

	(void)state;
	assert_int_equal(prefs.count, 3);
	assert_int_equal(prefs.bit[2], IAX2_BIT_GSM);
	assert_int_equal(iax2_prefs_apply(&prefs, false, "ulaw", &bad), 0);
	assert_null(bad);
	assert_int_equal(prefs.count, 2);
	assert_int_equal(prefs.bit[0], IAX2_BIT_ALAW);
	assert_int_equal(iax2_prefs_apply(&prefs, true, value, &bad), IAX2_ERR_INVALID);
	assert_ptr_equal(bad, value + 6);
	assert_int_equal(prefs.count, 3);
	assert_int_equal(prefs.bit[0], IAX2_BIT_ALAW);
	assert_int_equal(prefs.ptime_ms[0], 40);
	assert_int_equal(prefs.bit[2], IAX2_BIT_ULAW);
	assert_int_equal(iax2_prefs_apply(&prefs, true, "!alaw,ULAW:1000", NULL), 0);
	assert_int_equal(prefs.count, 2);
	assert_int_equal(prefs.ptime_ms[1], 140);
	assert_int_equal(iax2_prefs_apply(&prefs, true, "ulaw:x", &bad), IAX2_ERR_INVALID);
	assert_int_equal(iax2_prefs_apply(&prefs, true, "ulaw:", &bad), IAX2_ERR_INVALID);
	assert_int_equal(iax2_prefs_apply(&prefs, false, "all", NULL), 0);
	assert_int_equal(prefs.count, 0);
	assert_int_equal(iax2_prefs_apply(&prefs, true, "all,!ulaw", NULL), 0);
	assert_true((iax2_prefs_mask(&prefs) & IAX2_FORMAT_ULAW) == 0);
	assert_int_equal(prefs.bit[0], IAX2_BIT_G723);
	assert_int_equal(prefs.bit[1], IAX2_BIT_ALAW);
	assert_int_equal(prefs.bit[2], IAX2_BIT_GSM);
	assert_int_equal(prefs.bit[3], 11);
	assert_int_equal(iax2_prefs_apply(&prefs, true, "", NULL), 0);
	assert_int_equal(iax2_prefs_apply(&prefs, true, ",,| ", NULL), 0);
	assert_int_equal(iax2_prefs_apply(&prefs, true, "!", NULL), IAX2_ERR_INVALID);
}

static void test_req_110_letters(void **state)
{
	struct iax2_prefs prefs = list("ulaw,alaw,gsm");
	char out[32];

	(void)state;
	iax2_prefs_encode(&prefs, out);
	assert_string_equal(out, "DEC");
	prefs = list("g723,g726,g726aal2,siren14,opus,vp8,t140");
	iax2_prefs_encode(&prefs, out);
	assert_string_equal(out, "BFN[fgY");
	iax2_prefs_decode(&prefs,
	                  "DAE?C\xff"
	                  "DfZ",
	                  9);
	assert_int_equal(prefs.count, 5);
	assert_int_equal(prefs.bit[0], IAX2_BIT_ULAW);
	assert_int_equal(prefs.bit[1], IAX2_BIT_ALAW);
	assert_int_equal(prefs.bit[2], IAX2_BIT_GSM);
	assert_int_equal(prefs.bit[3], IAX2_BIT_OPUS);
	assert_int_equal(prefs.bit[4], 13);
	iax2_prefs_decode(&prefs, NULL, 0);
	assert_int_equal(prefs.count, 0);
	for (int i = 0; i < IAX2_PREFS_MAX; i++) {
		prefs.bit[i] = IAX2_BIT_ULAW;
	}
	prefs.count = IAX2_PREFS_MAX;
	iax2_prefs_encode(&prefs, out);
	assert_int_equal(strlen(out), 31);
}

static void test_best(void **state)
{
	(void)state;
	assert_true(iax2_format_best(0) == 0);
	assert_true(iax2_format_best(set("g723,g729,gsm,alaw")) == IAX2_FORMAT_ALAW);
	assert_true(iax2_format_best(set("g723,g729")) == IAX2_FORMAT(8));
	assert_true(iax2_format_best(set("h264,jpeg")) == 0);
	assert_true(iax2_format_best(~UINT64_C(0)) == IAX2_FORMAT_ULAW);
}

/* priority, FORMAT, CAPABILITY, his list, our list, the choice */
static void test_req_148_to_153_negotiate(void **state)
{
	static const struct {
		enum iax2_codec_priority priority;
		const char *requested, *capability, *theirs, *ours, *choice;
	} cases[] = {
	    {IAX2_PRIORITY_HOST, "gsm", "ulaw,alaw,gsm", "gsm,ulaw", "alaw,ulaw,gsm", "alaw"},
	    {IAX2_PRIORITY_HOST, "gsm", "ulaw,gsm", "gsm,ulaw", "alaw,ulaw,gsm", "ulaw"},
	    {IAX2_PRIORITY_HOST, "gsm", "gsm", "", "alaw,ulaw", ""},
	    {IAX2_PRIORITY_HOST, "gsm", "", "", "alaw,gsm", "gsm"},
	    {IAX2_PRIORITY_HOST, "h264", "h264", "", "h264,ulaw", ""},
	    {IAX2_PRIORITY_CALLER, "gsm", "ulaw,alaw,gsm", "gsm,ulaw", "alaw,ulaw,gsm", "gsm"},
	    {IAX2_PRIORITY_CALLER, "gsm", "ulaw,alaw,gsm", "", "alaw,ulaw,gsm", "alaw"},
	    {IAX2_PRIORITY_CALLER, "gsm", "ulaw,alaw", "gsm", "alaw,ulaw,gsm", "alaw"},
	    {IAX2_PRIORITY_DISABLED, "gsm", "ulaw,gsm", "ulaw", "alaw,ulaw,gsm", "gsm"},
	    {IAX2_PRIORITY_DISABLED, "gsm,alaw", "ulaw,gsm,alaw", "gsm", "gsm,ulaw,alaw", "alaw"},
	    {IAX2_PRIORITY_DISABLED, "g729", "ulaw,gsm,g729", "gsm", "gsm,ulaw", "ulaw"},
	    {IAX2_PRIORITY_REQONLY, "gsm", "ulaw,gsm", "ulaw", "ulaw,gsm", "gsm"},
	    {IAX2_PRIORITY_REQONLY, "g729", "ulaw,gsm,g729", "ulaw", "ulaw,gsm", ""},
	    {IAX2_PRIORITY_REQONLY, "gsm,ulaw", "ulaw,gsm", "gsm", "gsm,ulaw", "ulaw"},
	    {IAX2_PRIORITY_HOST, "", "", "", "ulaw", ""},
	    {IAX2_PRIORITY_HOST, "ulaw", "ulaw", "ulaw", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct iax2_prefs theirs = list(cases[i].theirs), ours = list(cases[i].ours);
		iax2_format choice = iax2_negotiate(cases[i].priority, set(cases[i].requested), set(cases[i].capability), &theirs, &ours);

		if (choice != set(cases[i].choice)) {
			fail_msg("case %zu: %s instead of %s", i, choice ? iax2_format_name(choice) : "nothing", cases[i].choice);
		}
		assert_true(choice == 0 || iax2_format_is_single(choice));
	}
}

/* The NEW of an Asterisk 22 with allow=all: the format of the calling channel, signed linear, has been moved to the front. */
static void test_req_245_allow_all_is_asterisks(void **state)
{
	struct iax2_prefs all = list("all");
	char letters[32], expected[32] = "H", seen[64];
	struct pcap_datagram datagram = {0};
	struct iax2_frame frame;
	struct iax2_ies ies;
	struct pcap cap;
	size_t n = 1;

	(void)state;
	iax2_prefs_encode(&all, letters);
	for (const char *p = letters; *p; p++) {
		if (*p != 'H') {
			expected[n++] = *p;
		}
	}
	assert_int_equal(n, strlen(letters));
	assert_true(pcap_open(&cap, CAPTURES "/08_allow_all.pcap"));
	assert_true(pcap_next(&cap, &datagram));
	assert_int_equal(iax2_frame_decode(&frame, datagram.data, datagram.len), 0);
	assert_int_equal(iax2_ies_decode(&ies, frame.payload, frame.payload_len), 0);
	assert_string_equal(iax2_ies_string(&ies, IAX2_IE_CODEC_PREFS, seen, sizeof(seen)), expected);
	assert_true(iax2_prefs_mask(&all) == iax2_ies_capability(&ies));
	pcap_close(&cap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_table_is_consistent),
	    cmocka_unit_test(test_req_107_durations),
	    cmocka_unit_test(test_req_107_durations_by_content),
	    cmocka_unit_test(test_apply),
	    cmocka_unit_test(test_req_110_letters),
	    cmocka_unit_test(test_best),
	    cmocka_unit_test(test_req_148_to_153_negotiate),
	    cmocka_unit_test(test_req_245_allow_all_is_asterisks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
